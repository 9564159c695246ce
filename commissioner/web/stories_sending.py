"""What the pages of organisations and batches tell beyond their facts: who serves on the day asked about."""

from __future__ import annotations

from typing import Any

from commissioner.access import Actor
from commissioner.domain.pages import RecordPage
from commissioner.domain.serving import batch_on, unit_on
from commissioner.domain.subjects import SUBJECTS
from commissioner.web.as_of import as_of, list_url
from commissioner.web.subjects import STORIES


def tell_organisation(actor: Actor, page: RecordPage) -> dict[str, Any]:
    """Where its people serve, and who works at it."""
    sends = any(one.subject == "commissioners" and one.total for one in page.sections)
    unit = unit_on(actor, page.id, as_of().day)
    return {
        "unit": unit,
        "sends": sends or bool(unit.sent),
        "people": {one.commissioner_id: one.commissioner for one in unit.ties},
        "partial": actor.is_territorial and actor.region_code > actor.county_prefix,
    }


def tell_batch(actor: Actor, page: RecordPage) -> dict[str, Any]:
    """How many of it serve, and where."""
    return {
        "batch": batch_on(actor, page.id, as_of().day),
        "postings_url": list_url(SUBJECTS["postings"], batch=page.id),
        "partial": actor.is_territorial and actor.region_code > actor.county_prefix,
    }


STORIES["organisations"] = tell_organisation
