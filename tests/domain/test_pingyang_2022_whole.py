"""The data set "Pingyang 2022" as a whole: its places, what in it is illustrative and says so, and that there is enough of it."""

from collections import Counter
from datetime import date

import pytest
from sqlalchemy import func, select

from commissioner.models import (
    Commissioner,
    Organisation,
    Place,
    PlaceTagging,
    Posting,
    Project,
    ProjectUpdate,
    StageChange,
    TeamMember,
    Visit,
    VisitCommissioner,
    db,
)
from commissioner.vocabulary import (
    CoordinateSource,
    PlaceLevel,
    PlaceTag,
    VisitKind,
    VisitState,
)
from tests.seeded import EXCERPT, JOINED, SOURCED, rows, the

pytestmark = pytest.mark.usefixtures("pingyang")


# Places


def test_the_tree_of_places_is_whole():
    assert Counter(rows_level for rows_level in db.session.scalars(select(Place.level))) == {
        PlaceLevel.PROVINCE: 1,
        PlaceLevel.CITY: 1,
        PlaceLevel.COUNTY: 1,
        PlaceLevel.TOWNSHIP: 16,
        PlaceLevel.VILLAGE: 453,
    }
    parents = {place.id: place for place in rows(Place)}
    for place in parents.values():
        if place.level is PlaceLevel.VILLAGE:
            assert parents[place.parent_id].region_code == place.region_code[:9] + "000"


def test_the_development_zone_is_no_township():
    assert rows(Place, Place.region_code.startswith("330326401")) == []


def test_places_are_found_by_pinyin_and_initials():
    village = the(Place, "330326102301")
    assert (village.name, village.pinyin, village.initials) == ("同盟村", "tongmengcun", "tmc")
    township = the(Place, "330326214000")
    assert (township.name, township.initials) == ("青街畲族乡", "qjszx")
    assert rows(Place, (Place.pinyin == "") | (Place.initials == "")) == []


def test_a_point_says_where_it_is_from_and_villages_have_none():
    pointed = rows(Place, Place.latitude_deg.is_not(None))
    assert {place.level for place in pointed} == {PlaceLevel.TOWNSHIP}
    assert len(pointed) == 16
    assert Counter(place.coordinate_source for place in pointed) == {
        CoordinateSource.APPROXIMATE: 12,
        CoordinateSource.WIKIPEDIA: 3,
        CoordinateSource.GEONAMES: 1,
    }
    assert {place.accuracy_m for place in pointed if place.coordinate_source is CoordinateSource.APPROXIMATE} == {5000}


def test_tags_say_community_ethnic_and_focus():
    tagged = select(Place.name, PlaceTagging.tag).join(PlaceTagging, PlaceTagging.place_id == Place.id)
    names = {tag: {name for name, one in db.session.execute(tagged) if one is tag} for tag in PlaceTag}
    communities = rows(Place, Place.level == PlaceLevel.VILLAGE, Place.name.endswith("社区"))
    assert names[PlaceTag.COMMUNITY] == {place.name for place in communities}
    assert names[PlaceTag.ETHNIC] == {"青街畲族乡"}
    assert len(names[PlaceTag.FOCUS]) == 12


# What is illustrative


def test_every_source_is_quoted_word_by_word():
    for model in SOURCED:
        for row in rows(model, model.source_note != ""):
            if model is not Place:
                assert [part for part in row.source_note.split(JOINED) if part not in EXCERPT] == [], row.seed_key


def test_only_what_the_summary_states_is_not_illustrative():
    real = {model.__tablename__: {row.seed_key for row in rows(model, ~model.illustrative)} for model in SOURCED}
    del real["places"]

    assert {table: keys for table, keys in real.items() if keys} == {
        "organisations": {"zhejiang-st", "guowang", "qiaozhibai"},
        "commissioners": {"zhu-jianjun", "shao-qingsong", "pingyang-corps"},
        "batches": {"2022-call"},
        "projects": {"2022-corps-guowang", "2022-corps-qiaozhibai"},
        "bases": {"jinxianlian", "zhongbai-tea-garden"},
        "measurements": {"zhongbai-tea-garden-2022"},
        "introductions": {"2022-tea-techniques", "2022-zhongbai-1", "2022-tea-liquor"},
        "campaigns": {"2022-care-tour"},
        "briefings": {"2022-jinxianlian"},
        "instructions": {"2022-zhang-zhenfeng", "2022-meng-xiaobin"},
        "pairings": {"tongmeng"},
        "recognitions": {"2022-corps-pilot", "2022-huangtang-zone"},
        "indicator_results": {
            "2022-rd-expense",
            "2022-hightech-added-value",
            "2022-hightech-share",
            "2022-technology-market",
            "2022-incubation-space",
            "2022-life-health",
        },
    }


def test_what_is_real_carries_its_source():
    for model in SOURCED:
        assert [row.seed_key for row in rows(model, ~model.illustrative) if not row.source_note] == []


def test_illustrative_people_can_be_nobody():
    for person in rows(Commissioner, Commissioner.illustrative):
        assert person.name.startswith("示例") or "专家" in person.name
        assert person.phone == "" or person.phone.startswith("100")
    for organisation in rows(Organisation, Organisation.illustrative):
        assert organisation.name.startswith("示例")


# Enough to live on


def test_the_pages_have_something_to_show():
    count = {model.__tablename__: db.session.scalar(select(func.count()).select_from(model)) for model in SOURCED}
    assert 22 <= count["commissioners"] <= 28
    assert count["visits"] >= 160
    assert count["raised_problems"] >= 20
    assert count["bases"] >= 8
    states = Counter(db.session.scalars(select(Visit.state)))
    assert set(states) == set(VisitState)
    assert states[VisitState.CONFIRMED] > 140
    assert any(visit.ends_on > visit.starts_on for visit in rows(Visit))
    assert {visit.starts_on.year for visit in rows(Visit)} == {2021, 2022}


def test_a_visit_lies_within_the_posting_of_somebody_who_made_it_or_next_door():
    away = 0
    for visit in rows(Visit, Visit.kind == VisitKind.SERVICE):
        people = select(VisitCommissioner.commissioner_id).where(VisitCommissioner.visit_id == visit.id)
        teams = select(TeamMember.team_id).where(TeamMember.member_id.in_(people))
        posted = rows(
            Posting,
            Posting.commissioner_id.in_(people) | Posting.commissioner_id.in_(teams),
            func.substr(Posting.region_code, 1, 9) == visit.region_code[:9],
            Posting.starts_on <= visit.starts_on,
            Posting.ends_on.is_(None) | (Posting.ends_on >= visit.starts_on),
        )
        away += not posted
    assert away <= 2


def test_somebody_serves_today_and_two_townships_had_nobody_in_2022():
    running = rows(Posting, Posting.ends_on.is_(None) | (Posting.ends_on >= date(2026, 11, 23)))
    assert len(running) == 13
    during = rows(Posting, Posting.starts_on <= date(2022, 12, 31), Posting.ends_on >= date(2022, 1, 1))
    served = {posting.region_code[:9] for posting in during}
    townships = {place.region_code[:9]: place.name for place in rows(Place, Place.level == PlaceLevel.TOWNSHIP)}
    assert {name for code, name in townships.items() if code not in served} == {"凤卧镇", "闹村乡"}


def test_a_project_repeats_its_latest_history():
    for project in rows(Project):
        stages = rows(StageChange, StageChange.project_id == project.id)
        assert max(stages, key=lambda one: one.reached_on).stage is project.stage
        updates = rows(ProjectUpdate, ProjectUpdate.project_id == project.id)
        if updates:
            latest = max(updates, key=lambda one: one.reported_on)
            assert (latest.progress, latest.spent_fen, latest.stage) == (
                project.progress,
                project.spent_fen,
                project.stage,
            )
