"""The leader's map: what it shows is what the records say, in one's own scope, however many records there are."""

from __future__ import annotations

import json
import uuid
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from commissioner.access import Actor, scope
from commissioner.domain.employment import employment_in
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.map_ask import MapAsk
from commissioner.domain.map_atlas import FINENESS, ILLUSTRATIVE, PAIRED, POSTED, VISITED
from commissioner.domain.map_layers import MapDocument, MapLayer, map_document, visits_in_months
from commissioner.domain.map_states import data_version, map_state
from commissioner.domain.map_stories import story
from commissioner.domain.subjects import SUBJECTS
from commissioner.models import AuditEntry, DemonstrationBase, Place, Project, Visit, db
from commissioner.models.base import now
from commissioner.problems import NotFound
from commissioner.vocabulary import Industry, Level, PlaceLevel, Role, VisitKind, VisitState

LEADER = Actor(role=Role.LEADER, region_code="330326")
SHUITOU = Actor(role=Role.TOWNSHIP, region_code="330326102")
NEXT_COUNTY = Actor(role=Role.OFFICER, region_code="330327")
IN_2022 = MapAsk(on=date(2022, 12, 31))
TONGMENG = "同盟村"


def shown(actor: Actor, ask: MapAsk = IN_2022) -> MapDocument:
    return map_document(actor, ask, map_state(actor))


def columns(document: MapDocument, layer: str) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = json.loads(document.body)[layer]
    return found


def place_called(name: str, level: PlaceLevel = PlaceLevel.VILLAGE) -> Any:
    return db.session.execute(
        select(Place.id, Place.region_code).where(Place.name == name, Place.level == level).order_by(Place.id)
    ).first()


def visit(place: Any, *, times: int = 1, **more: Any) -> None:
    """Visits straight into the table, and the audit line that a change would have written."""
    row = {
        "kind": VisitKind.SERVICE,
        "place_id": place.id,
        "region_code": place.region_code,
        "starts_on": date(2022, 6, 15),
        "ends_on": date(2022, 6, 15),
        "topic": "茶园管理",
        "state": VisitState.CONFIRMED,
        **more,
    }
    db.session.execute(insert(Visit), [{**row, "client_id": str(uuid.uuid4())} for _ in range(times)])
    audit_line()


def audit_line(**more: Any) -> None:
    line = {"at": now(), "account_name": "", "role": "", "action": "test", "subject": "visits", "changes": {}}
    db.session.execute(insert(AuditEntry).values(**line, **more))
    db.session.commit()


@pytest.fixture
def unserved(pingyang: Flask) -> Any:
    """A village of Shuitou that nobody has served in 2022."""
    served = {place.id for place in shown(LEADER).lines[MapLayer.VILLAGES]}
    villages = select(Place.id, Place.region_code, Place.name).where(
        Place.region_code.between("330326102000", "330326102999"), Place.level == PlaceLevel.VILLAGE
    )
    return next(row for row in db.session.execute(villages.order_by(Place.id)) if row.id not in served)


@pytest.mark.usefixtures("pingyang")
class TestOneNumber:
    """A number on the map is the number of the lists and of the report."""

    def test_employment(self) -> None:
        assert shown(LEADER).figures.employed_persons == employment_in(LEADER, 2022).total_persons > 600

    @pytest.mark.parametrize("ask", [IN_2022, replace(IN_2022, level=Level.PROVINCIAL, industry=Industry.TEA)])
    @pytest.mark.parametrize("actor", [LEADER, SHUITOU], ids=["leader", "township"])
    def test_projects(self, actor: Actor, ask: MapAsk) -> None:
        filters = {"year": "2022", "level": str(ask.level or ""), "industry": str(ask.industry or "")}
        asked = ListQuery(filters={key: value for key, value in filters.items() if value})
        assert shown(actor, ask).figures.projects == listed(actor, SUBJECTS["projects"].listing, asked).total

    @pytest.mark.parametrize("actor", [LEADER, SHUITOU], ids=["leader", "township"])
    def test_visits(self, actor: Actor) -> None:
        total = listed(actor, SUBJECTS["visits"].listing, ListQuery(filters={"year": "2022"})).total
        months = visits_in_months(actor, map_state(actor))
        told = sum(visits for first, visits in months.items() if first.year == 2022)
        assert shown(actor).figures.visits == total == told

    def test_bases(self) -> None:
        standing = select(func.count(DemonstrationBase.id)).where(DemonstrationBase.closed_on.is_(None))
        assert shown(LEADER).figures.bases == db.session.scalar(standing)

    def test_table_and_figures(self) -> None:
        document = shown(LEADER)
        listed_places = document.listed(MapLayer)
        assert len({place.id for place in listed_places if place.kind == "project"}) == document.figures.projects
        assert sum(place.persons for place in listed_places) == document.figures.employed_persons
        served = [place for place in listed_places if place.kind == "village" and place.served]
        assert len(served) == document.figures.villages_served


@pytest.mark.usefixtures("pingyang")
class TestServed:
    """A village is served that a posting names, that is paired, or that had a confirmed visit (domain.md §5.6)."""

    def why(self, name: str, ask: MapAsk = IN_2022) -> int:
        places = shown(LEADER, ask).lines[MapLayer.VILLAGES]
        return next((place.served for place in places if place.name == name), 0)

    def test_paired(self) -> None:
        assert self.why(TONGMENG) & PAIRED

    def test_a_pairing_has_no_level(self) -> None:
        assert not self.why(TONGMENG, replace(IN_2022, level=Level.COUNTY)) & PAIRED

    def test_visited(self, unserved: Any) -> None:
        visit(unserved)
        assert self.why(unserved.name) == VISITED

    def test_not_in_another_year(self, unserved: Any) -> None:
        visit(unserved, starts_on=date(2021, 6, 1), ends_on=date(2021, 6, 1))
        assert self.why(unserved.name) == 0

    @pytest.mark.parametrize("state", [VisitState.WAITING, VisitState.RETURNED, VisitState.DISPUTED])
    def test_not_by_a_visit_that_is_not_confirmed(self, unserved: Any, state: VisitState) -> None:
        visit(unserved, state=state)
        assert self.why(unserved.name) == 0

    def test_a_township_with_a_posting_says_so(self) -> None:
        townships = columns(shown(LEADER), "townships")
        assert sum(townships["posted"]) > 10

    def test_posted_villages_are_named_by_a_posting(self) -> None:
        posted = [place for place in shown(LEADER).lines[MapLayer.VILLAGES] if place.served & POSTED]
        assert all(place.township for place in posted)


@pytest.mark.usefixtures("pingyang")
class TestPositions:
    def test_a_village_without_a_point_travels_without_one_and_is_counted_as_not_placed(self) -> None:
        document = shown(LEADER)
        villages = columns(document, "villages")
        assert set(villages["lat"]) == {None}
        served = document.lines[MapLayer.VILLAGES]
        assert not any(place.own_position for place in served)
        assert all(place.placed for place in served)  # at its township's point, hollow

    def test_a_village_with_a_point_of_its_own_is_found_again(self, unserved: Any) -> None:
        row = db.session.get_one(Place, unserved.id)
        row.latitude_deg, row.longitude_deg = 27.65, 120.31
        audit_line()
        document = shown(LEADER)
        villages, townships = columns(document, "villages"), columns(document, "townships")
        ids = [sum(villages["id"][: index + 1]) for index in range(len(villages["id"]))]
        index = ids.index(unserved.id)
        home = villages["township"][index]
        assert (townships["lat"][home] + villages["lat"][index]) / FINENESS == pytest.approx(27.65, abs=3e-5)
        assert (townships["lng"][home] + villages["lng"][index]) / FINENESS == pytest.approx(120.31, abs=3e-5)

    def test_what_is_recorded_of_the_whole_county_says_so(self) -> None:
        base = next(place for place in shown(LEADER).lines[MapLayer.BASES] if place.name == "金线莲道地药材示范基地")
        assert base.county_wide
        assert not base.own_position
        assert not base.illustrative

    def test_illustrative_records_are_marked(self) -> None:
        document = shown(LEADER)
        assert any(place.illustrative for place in document.listed(MapLayer))
        assert any(flags & ILLUSTRATIVE for flags in columns(document, "projects")["flags"])

    def test_a_project_in_two_villages_of_a_township_without_points_is_one_mark(self) -> None:
        spots = [(place.id, place.township) for place in shown(LEADER).lines[MapLayer.PROJECTS]]
        assert len(spots) == len(set(spots))


@pytest.mark.usefixtures("pingyang")
class TestScope:
    def test_a_township_sees_its_own_alone(self) -> None:
        document = shown(SHUITOU)
        assert columns(document, "townships")["name"] == ["水头镇"]
        assert document.figures.villages == 60
        assert {place.township for place in document.listed(MapLayer)} == {"水头镇"}

    def test_another_county_sees_nothing(self) -> None:
        document = shown(NEXT_COUNTY)
        assert document.listed(MapLayer) == []
        assert set(map(len, columns(document, "townships").values())) == {0}
        assert "水头" not in document.body.decode()

    def test_a_commissioner_sees_what_names_the_own_person(self) -> None:
        someone = db.session.scalar(select(func.min(Project.id)))
        assert someone is not None
        stranger = Actor(role=Role.COMMISSIONER, region_code="330326", commissioner_id=999_999)
        document = shown(stranger)
        assert (document.figures.projects, document.figures.visits, document.figures.bases) == (0, 0, 0)

    def test_two_scopes_never_share_a_document(self) -> None:
        assert shown(LEADER).etag != shown(SHUITOU).etag != shown(NEXT_COUNTY).etag

    @pytest.mark.parametrize("kind", ["village", "township", "project", "base", "county"])
    def test_a_story_outside_the_scope_does_not_exist(self, kind: str) -> None:
        with pytest.raises(NotFound):
            story(NEXT_COUNTY, kind, 1, IN_2022)

    def test_a_story_of_an_unknown_kind_does_not_exist(self) -> None:
        with pytest.raises(NotFound):
            story(LEADER, "account", 1, IN_2022)


@pytest.mark.usefixtures("pingyang")
class TestFilters:
    def test_township(self) -> None:
        document = shown(LEADER, replace(IN_2022, township="330326102"))
        assert {place.township for place in document.listed(MapLayer)} == {"水头镇"}
        assert len(document.townships) == 16  # still to be chosen from

    def test_level_and_industry_narrow(self) -> None:
        all_of_it = shown(LEADER).figures
        provincial = shown(LEADER, replace(IN_2022, level=Level.PROVINCIAL)).figures
        tea = shown(LEADER, replace(IN_2022, industry=Industry.TEA)).figures
        for narrowed in (provincial, tea):
            assert 0 < narrowed.projects < all_of_it.projects
            assert 0 < narrowed.visits < all_of_it.visits
            assert 0 < narrowed.employed_persons < all_of_it.employed_persons

    def test_layers_choose_the_lines_of_the_table(self) -> None:
        document = shown(LEADER)
        assert {place.kind for place in document.listed([MapLayer.BASES])} == {"base"}
        assert all(place.persons for place in document.listed([MapLayer.EMPLOYMENT]))
        assert all(place.visits for place in document.listed([MapLayer.VISITS]))
        assert document.listed([]) == []


@pytest.mark.usefixtures("pingyang")
class TestMemory:
    def test_the_document_is_kept_until_a_record_changes(self, unserved: Any) -> None:
        before = shown(LEADER)
        assert shown(LEADER) is before
        visit(unserved)
        after = shown(LEADER)
        assert after.etag != before.etag
        assert after.figures.visits == before.figures.visits + 1

    def test_a_slow_transaction_with_an_earlier_line_is_noticed(self) -> None:
        audit_line(id=5_000)
        before = data_version()
        audit_line(id=4_999)
        assert data_version() != before

    def test_a_hundred_thousand_visits_are_one_number(self, unserved: Any) -> None:
        visit(unserved, times=300)
        small = len(shown(LEADER).body)
        visit(unserved, times=300)
        assert len(shown(LEADER).body) == small


@pytest.mark.usefixtures("pingyang")
class TestStories:
    def test_a_township_tells_who_serves_and_what_was_done(self) -> None:
        told = story(LEADER, "township", place_called("水头镇", PlaceLevel.TOWNSHIP).id, IN_2022)
        assert told.title == "水头镇"
        assert {"谁在服务", "实施的项目", "走访"} <= {group.title for group in told.groups}

    def test_the_count_of_a_group_is_the_count_of_its_list(self) -> None:
        town = place_called("水头镇", PlaceLevel.TOWNSHIP)
        told = story(LEADER, "township", town.id, IN_2022)
        visits = next(group for group in told.groups if group.title == "走访")
        asked = ListQuery(filters={"year": "2022", "township": town.region_code[:9]})
        assert visits.total == listed(LEADER, SUBJECTS["visits"].listing, asked).total
        assert len(visits.lines) <= 5

    def test_the_base_of_the_summary_names_its_two_professors(self) -> None:
        base = db.session.scalar(select(DemonstrationBase.id).where(DemonstrationBase.name == "金线莲道地药材示范基地"))
        told = story(LEADER, "base", base or 0, IN_2022)
        people = next(group for group in told.groups if group.title == "参与的科技特派员")
        assert {line.text for line in people.lines} == {"朱建军", "邵清松"}

    def test_every_project_and_base_of_the_map_has_a_story(self) -> None:
        for place in shown(LEADER).listed([MapLayer.PROJECTS, MapLayer.BASES]):
            assert story(LEADER, place.kind, place.id, IN_2022).title == place.name

    def test_a_hostile_name_is_carried_as_it_is(self, unserved: Any) -> None:
        name = '</script><script>alert("1")</script>\u202e' + "长" * 150
        db.session.get_one(Place, unserved.id).name = name
        visit(unserved)
        assert name in columns(shown(LEADER), "villages")["name"]
        assert story(LEADER, "village", unserved.id, IN_2022).title == name


def test_an_empty_county_has_an_empty_map(app: Flask) -> None:
    document = shown(LEADER)
    assert document.listed(MapLayer) == []
    assert sum(visits_in_months(LEADER, map_state(LEADER)).values()) == 0


def test_scope_of_the_document_is_the_scope_of_the_gate(pingyang: Flask) -> None:
    seen = set(db.session.scalars(select(Project.id).where(scope(SHUITOU, Project))))
    assert {place.id for place in shown(SHUITOU).lines[MapLayer.PROJECTS]} <= seen
