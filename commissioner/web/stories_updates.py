"""What an update's page is given beside its facts: what it changes, its versions, what one may do; and two versions compared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from commissioner.access import Actor, Permission
from commissioner.domain.pages import RecordPage
from commissioner.domain.project_history import Report, history
from commissioner.domain.text_differences import Pair, Piece, beside
from commissioner.domain.update_drafts import Content
from commissioner.domain.update_versions import figures_beside, versions_of
from commissioner.units import fen_to_yuan
from commissioner.vocabulary import Unit, UpdateState
from commissioner.web.filters import number, shown
from commissioner.web.forms.updates import WithdrawalForm
from commissioner.web.stories_projects import STATE_TONES, differences, measured
from commissioner.web.subjects import STORIES

# Below this share of the same words a report is a new text, not a changed one.
GOES_ON = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """Two versions: their words in pieces, and each figure that either speaks of."""

    before: tuple[Piece, ...]
    after: tuple[Piece, ...]
    figures: list[dict[str, Any]]


def register() -> None:
    """Tell the page of every record how an update's is told."""
    STORIES["updates"] = _story


def page_of(update_id: int) -> str:
    """The page of an update."""
    return url_for("subjects.page", name="updates", row_id=update_id)


def compared(one: Content, other: Content) -> Compared:
    """Two versions as pages show them."""
    before, after = beside(one.progress, other.progress)
    rows = [
        (_("截至哪一天"), shown(one.reported_on), shown(other.reported_on)),
        *(
            (_(pair.name), measured(pair.before, pair.unit), measured(pair.after, pair.unit))
            for pair in figures_beside(one, other)
        ),
        (_("累计支出"), *(_in_yuan(fen) for fen in (one.spent_fen, other.spent_fen))),
        (_("更正说明"), one.correction, other.correction),
        (_("超支说明"), one.overspent_for, other.overspent_for),
    ]
    return Compared(
        before=before,
        after=after,
        figures=[
            {"label": label, "before": was, "after": now, "changed": was != now}
            for label, was, now in rows
            if was or now
        ],
    )


def _in_yuan(value_fen: int | None) -> str:
    return "" if value_fen is None else measured(fen_to_yuan(value_fen), Unit.YUAN)


def words_beside(report: Report) -> Pair:
    """A report's words beside those of the last approved one; marked only where one goes on from the other."""
    pair = beside(report.progress_before or "", report.progress)
    same = sum(len(piece.text) for piece in pair[1] if not piece.changed)
    if same >= len(report.progress) * GOES_ON:
        return pair
    return (Piece(report.progress_before or ""),), (Piece(report.progress),)


def notices(report: Report, granted_fen: int | None) -> list[str]:
    """What a reviewer should not overlook in the figures."""
    fallen = [one.label for one in report.changes if one.before is not None and one.after < one.before]
    told = [_("“%(name)s”比上次通过的少。", name=_(label)) for label in fallen]
    if granted_fen is not None and (report.spent_fen or 0) > granted_fen:
        granted = number(fen_to_yuan(granted_fen))
        told.append(_("支出超过了下达的经费（%(granted)s 元）。", granted=granted))
    return told


def _story(reader: Actor, page: RecordPage) -> dict[str, Any]:
    project = page.fact("project_id").pointers[0]
    past = history(reader, project.id)
    report = past.report(page.id)
    return {
        "project": project,
        "report": report,
        "tone": STATE_TONES[report.state],
        "changes": differences(report),
        "versions": versions_of(reader, page.id),
        "waits": report.state is UpdateState.SUBMITTED,
        **_may(reader, report),
    }


def _may(reader: Actor, report: Report) -> dict[str, Any]:
    """What the reader is offered; whether it may be done the domain judges again."""
    own = report.author_id is not None and report.author_id == reader.account_id
    withdrawal = WithdrawalForm(formdata=None, version=report.version)
    withdrawal.give_client_id()
    return {
        "may_edit": reader.can(Permission.UPDATE_PROJECT) and report.state in {UpdateState.DRAFT, UpdateState.RETURNED},
        "may_take_back": own and report.state is UpdateState.SUBMITTED,
        "may_review": reader.can(Permission.REVIEW_UPDATE) and report.state is UpdateState.SUBMITTED,
        "may_withdraw": reader.can(Permission.REVIEW_UPDATE) and report.state is UpdateState.APPROVED,
        "withdrawal": withdrawal,
    }
