"""Two versions of a visit, field by field, as people compare them."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import pgettext

from commissioner.access import Actor
from commissioner.domain.pickers import choices_of
from commissioner.domain.subject import Kind
from commissioner.domain.subjects import SUBJECTS
from commissioner.domain.visit_drafts import VisitDraft
from commissioner.problems import Conflict
from commissioner.web.filters import shown

PLAIN_KINDS = frozenset({Kind.DATE, Kind.TEXT, Kind.PROSE, Kind.WORD})


def differences(actor: Actor, conflict: Conflict) -> list[dict[str, str]]:
    """Label, theirs and ours of each field in which the two differ; nothing if theirs may not be seen."""
    if conflict.theirs is None:
        return []
    pairs = [
        (_(one.label), shown(getattr(conflict.theirs, one.key)), shown(getattr(conflict.ours, one.key)))
        for one in SUBJECTS["visits"].fields
        if one.kind in PLAIN_KINDS and hasattr(conflict.theirs, one.key)
    ]
    theirs, ours = (_names(actor, one) for one in (conflict.theirs, conflict.ours))
    labels = (_("地点"), pgettext("list", "特派员"))
    pairs += [(label, theirs[at], ours[at]) for at, label in enumerate(labels)]
    return [{"label": label, "theirs": str(a), "ours": str(b)} for label, a, b in pairs if a != b]


def _names(actor: Actor, draft: VisitDraft) -> tuple[str, str]:
    places = choices_of(actor, SUBJECTS["places"], limit=0, keep=[draft.place_id])
    people = choices_of(actor, SUBJECTS["commissioners"], limit=0, keep=sorted(draft.commissioner_ids))
    return "、".join(one.label for one in places), "、".join(one.label for one in people)
