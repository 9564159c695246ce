"""The story of what is touched on the map: a place, a project, a base, a commissioner, a need, a problem, a pairing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from commissioner.access import Actor, Permission, scope
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_story_parts import Story, Teller, head_of
from commissioner.domain.map_story_people import posting_story
from commissioner.domain.map_story_places import place_story
from commissioner.domain.map_story_works import base_story, project_story
from commissioner.domain.problems import HEADING, IN_CHARGE
from commissioner.domain.subject import name_of, place_name
from commissioner.models import Need, Organisation, Pairing, RaisedProblem
from commissioner.problems import NotFound
from commissioner.vocabulary import N_, PlaceLevel

__all__ = ["TELLERS", "Story", "story"]


def story(actor: Actor, kind: str, row_id: int, ask: MapAsk) -> Story:
    """The story of a mark; outside the actor's scope there is none, and ``NotFound`` is raised."""
    actor.must(Permission.LOOK)
    if kind not in TELLERS:
        raise NotFound
    return TELLERS[kind](actor, row_id, ask)


def _record_story(kind: str, subject: str, model: Any, title: Any, facts: Mapping[str, Any]) -> Teller:
    """The story of a record that lies in one place and has no groups of its own: its facts, and its page for more."""

    def tell(actor: Actor, row_id: int, ask: MapAsk) -> Story:
        columns = [value.label(f"fact_{index}") for index, value in enumerate(facts.values())]
        row = head_of(
            select(title.label("title"), model.illustrative, place_name(model.place_id).label("place"), *columns).where(
                model.id == row_id, scope(actor, model)
            )
        )
        return Story(
            kind=kind,
            subject=subject,
            id=row_id,
            page_id=row_id,
            on=ask.on,
            title=row.title,
            subtitle=row.place or "",
            facts=tuple((label, getattr(row, f"fact_{index}")) for index, label in enumerate(facts)),
            groups=(),
            own_position=False,
            illustrative=row.illustrative,
            records=False,
        )

    return tell


TELLERS: Mapping[str, Teller] = {
    "village": place_story(PlaceLevel.VILLAGE),
    "county": place_story(PlaceLevel.COUNTY),
    "township": place_story(PlaceLevel.TOWNSHIP),
    "project": project_story,
    "base": base_story,
    "posting": posting_story,
    "need": _record_story(
        "need",
        "needs",
        Need,
        Need.title,
        {
            N_("产业"): Need.industry,
            N_("遇到的问题"): Need.problem,
            N_("希望来什么专长的人"): Need.wanted_speciality,
            N_("提出日期"): Need.raised_on,
            N_("现在的状态"): Need.state,
        },
    ),
    "problem": _record_story(
        "problem",
        "problems",
        RaisedProblem,
        HEADING,
        {
            N_("类别"): RaisedProblem.category,
            N_("反映日期"): RaisedProblem.raised_on,
            N_("责任单位或责任人"): IN_CHARGE,
            N_("应解决日期"): RaisedProblem.due_on,
            N_("现在的状态"): RaisedProblem.state,
        },
    ),
    "pairing": _record_story(
        "pairing",
        "pairings",
        Pairing,
        name_of(Organisation, Organisation.name, Pairing.helper_id),
        {N_("所属行动"): Pairing.programme, N_("开始日期"): Pairing.starts_on, N_("结束日期"): Pairing.ends_on},
    ),
}
