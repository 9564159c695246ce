"""What the pages of places and commissioners tell beyond their facts."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from commissioner.access import Actor, significant
from commissioner.domain.commissioner_year import commissioner_year
from commissioner.domain.pages import RecordPage
from commissioner.domain.place_story import PlaceStory, place_story
from commissioner.domain.posting_history import Span, outlived
from commissioner.domain.service_days import counted_states
from commissioner.domain.subjects import SUBJECTS
from commissioner.units import today
from commissioner.vocabulary import PlaceLevel, PlaceState, VisitState
from commissioner.web.as_of import as_of, list_url
from commissioner.web.lists import address
from commissioner.web.spans import drawn, spans_of
from commissioner.web.subjects import STORIES

FIRST_YEAR, LAST_YEAR = 1999, 2100


def tell_place(actor: Actor, page: RecordPage) -> dict[str, Any]:
    """Who serves the place on the date in the address, today if it names none."""
    asked = problems_asked(page)
    day = as_of().day
    story = place_story(actor, page.id, day, asked)
    solved = {"count": story.problems, "url": address(url_for("subjects.index", name="problems"), asked)}
    serving, pairings = _spans(story), spans_of(page, "pairings", "helper", "place")
    crossing = [span for span, one in zip(serving, story.ever, strict=True) if one.own]
    village = story.level is PlaceLevel.VILLAGE
    return {
        "place": story,
        "postings_url": _postings_url(page, story),
        "spans": drawn(serving, day, beside=pairings, crossing=crossing, whole=not story.ever_cut),
        "outlived": outlived(pairings, serving, today()) if village and not story.ever_cut else (),
        "may_change": page.may_keep and story.state is PlaceState.CURRENT,
        "solved": solved,
    }


def _postings_url(page: RecordPage, story: PlaceStory) -> str:
    asked = {"place": str(page.id)} if story.level is PlaceLevel.VILLAGE else {}
    if story.level is PlaceLevel.TOWNSHIP:
        asked = {"township": significant(page.region_code)}
    return list_url(SUBJECTS["postings"], **asked)


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
    day = as_of().day
    year = int(text) if text.isascii() and text.isdecimal() and FIRST_YEAR <= int(text) <= LAST_YEAR else day.year
    return {
        "spans": drawn(spans_of(page, "postings", "place"), day),
        "postings_url": list_url(SUBJECTS["postings"], commissioner=page.id),
        "year": commissioner_year(actor, page.id, year),
        "counts_waiting": VisitState.WAITING in counted_states(),
        # Staff of a township see what happened there, not what the person did elsewhere.
        "partial": actor.is_territorial and actor.region_code > actor.county_prefix,
    }


STORIES.update(places=tell_place, commissioners=tell_commissioner)
