"""What the pages of places and commissioners tell beyond their facts."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from commissioner.access import Actor, significant
from commissioner.domain.commissioner_year import commissioner_year
from commissioner.domain.pages import RecordPage
from commissioner.domain.place_story import PlaceStory, place_story
from commissioner.domain.posting_history import Span
from commissioner.domain.service_days import counted_states
from commissioner.units import today
from commissioner.vocabulary import PlaceLevel, PlaceState, VisitState
from commissioner.web.lists import address
from commissioner.web.spans import day_asked, drawn, spans_of
from commissioner.web.subjects import STORIES

FIRST_YEAR, LAST_YEAR = 1999, 2100


def tell_place(actor: Actor, page: RecordPage) -> dict[str, Any]:
    """Who serves the place on the date in the address, today if it names none."""
    asked = problems_asked(page)
    day, unread = day_asked()
    story = place_story(actor, page.id, day, asked)
    solved = {"count": story.problems, "url": address(url_for("subjects.index", name="problems"), asked)}
    return {
        "place": story,
        "unread": unread,
        "kept_on": {"on": day.isoformat()} if "on" in request.args and not unread else {},
        "spans": drawn(
            _spans(story), day, beside=spans_of(page, "pairings", "helper", "place"), whole=not story.ever_cut
        ),
        "may_change": page.may_keep and story.state is PlaceState.CURRENT,
        "solved": solved,
    }


def _spans(story: PlaceStory) -> list[Span]:
    """Those who ever served the place; of a township those of its villages too."""
    return [
        Span(
            subject="postings",
            id=one.posting_id,
            label=one.commissioner,
            starts_on=one.starts_on,
            ends_on=one.ends_on,
            note="" if one.own else one.place,
            illustrative=one.illustrative,
        )
        for one in story.ever
    ]


def problems_asked(page: RecordPage) -> dict[str, str]:
    """What the list of problems is asked for those of a place: of a village its own, else all in its division."""
    if page.fact("level").value is PlaceLevel.VILLAGE:
        return {"place": str(page.id)}
    return {"township": significant(page.region_code)}


def tell_commissioner(actor: Actor, page: RecordPage) -> dict[str, Any]:
    """What the commissioner did in the year in the address, this year if it names none."""
    text = request.args.get("year", "")
    year = int(text) if text.isascii() and text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR else today().year
    day, unread = day_asked()
    return {
        "spans": drawn(spans_of(page, "postings", "place"), day),
        "unread": unread,
        "year": commissioner_year(actor, page.id, year),
        "counts_waiting": VisitState.WAITING in counted_states(),
        # Staff of a township see what happened there, not what the person did elsewhere.
        "partial": actor.is_territorial and actor.region_code > actor.county_prefix,
    }


STORIES.update(places=tell_place, commissioners=tell_commissioner)
