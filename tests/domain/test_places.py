"""Places: their codes and levels, what happens to them, who serves them on a date, and whether they are covered."""

import uuid
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from commissioner.domain import programme, records
from commissioner.domain.coverage import covered_on
from commissioner.domain.listing import ListQuery, listed
from commissioner.domain.place_changes import PlaceChange, close_place, merge_place, rename_place, tag_place
from commissioner.domain.place_story import place_story
from commissioner.domain.places import PLACES
from commissioner.models import AuditEntry, Organisation, Pairing, Place, Visit, VisitCommissioner, db
from commissioner.problems import AlreadyDone, Conflict, Invalid, NeedsConfirmation, NotFound
from commissioner.units import today
from commissioner.vocabulary import (
    CoordinateSource,
    PlaceEventKind,
    PlaceLevel,
    PlaceState,
    PlaceTag,
    Role,
    SettingKey,
    VisitKind,
    VisitState,
)
from tests.factories import NEXT_TOWNSHIP, a_person, a_posting, a_village, an_actor, an_officer, written
from tests.people import COUNTY, SHUITOU

pytestmark = pytest.mark.usefixtures("pingyang")
DAY = date(2022, 6, 1)
LONG_AGO = date(1999, 6, 1)


def township(region_code: str = SHUITOU) -> int:
    return db.session.scalar(select(Place.id).where(Place.code == region_code.ljust(12, "0")))


def place(place_id: int) -> Place:
    db.session.rollback()
    return db.session.get_one(Place, place_id)


def village_draft(**changes):
    draft = {"name": "示例村", "level": PlaceLevel.VILLAGE, "parent_id": township(), "code": "", "point": None}
    return {**draft, **changes}


def faults(**changes) -> set[str]:
    with pytest.raises(Invalid) as refusal:
        records.create(an_officer(), PLACES, village_draft(**changes))
    return set(refusal.value.fields)


class TestRegistry:
    def test_a_village_without_a_code_lies_where_its_township_does(self):
        made = place(records.create(an_officer(), PLACES, village_draft()))

        assert (made.code, made.region_code, made.pinyin, made.initials) == (None, "330326102000", "shilicun", "slc")

    def test_when_a_township_is_recoded_its_codeless_villages_follow(self):
        officer = an_officer()
        town = records.create(
            officer,
            PLACES,
            village_draft(name="示例镇", level=PlaceLevel.TOWNSHIP, code="330326990000", parent_id=county()),
        )
        village = records.create(officer, PLACES, village_draft(parent_id=town))
        draft = {**records.record(officer, PLACES, town).values, "code": "330326991000", "point": None}

        records.amend(officer, PLACES, town, draft, version=1)

        assert place(village).region_code == "330326991000"

    @pytest.mark.parametrize(
        ("code", "why"),
        [
            ("33032610220", "eleven digits"),
            ("33032610220x", "a letter"),
            ("330327102201", "another county"),
            ("330326102000", "taken by the township"),
        ],
    )
    def test_a_code_is_official_ours_and_free(self, code, why):
        assert faults(code=code) == {"code"}, why

    def test_only_a_village_may_lack_a_code(self):
        assert faults(level=PlaceLevel.TOWNSHIP, parent_id=county()) == {"code"}

    def test_a_village_lies_in_a_township(self):
        assert faults(parent_id=county()) == {"parent_id"}
        assert faults(parent_id=None) == {"parent_id"}

    @pytest.mark.parametrize("point", [(120.3193, 27.6348), (39.9, 116.4), (27.6, None)])
    def test_a_position_is_whole_the_right_way_round_and_in_the_county(self, point):
        assert faults(point=point) == {"latitude_deg"}

    def test_a_typed_position_says_where_it_came_from(self):
        made = place(records.create(an_officer(), PLACES, village_draft(point=(27.6348, 120.3193))))

        assert made.coordinate_source is CoordinateSource.MAP_CLICK

    def test_somebody_elses_change_is_shown_before_mine(self):
        officer = an_officer()
        village = records.create(officer, PLACES, village_draft())
        records.amend(officer, PLACES, village, village_draft(name="他改的村"), version=1)

        with pytest.raises(Conflict) as conflict:
            records.amend(officer, PLACES, village, village_draft(name="我改的村"), version=1)

        assert conflict.value.theirs["name"] == "他改的村"

    def test_a_village_is_found_by_initials_and_by_tag(self):
        officer, village = an_officer(), a_village()
        tag_place(officer, village, [PlaceTag.ETHNIC, PlaceTag.MOUNTAIN])

        tagged = listed(officer, PLACES.listing, ListQuery(filters={"tag": PlaceTag.ETHNIC.value, "township": SHUITOU}))
        found = listed(officer, PLACES.listing, ListQuery(text="tmc"))

        assert village in {row["id"] for row in tagged.rows}
        assert "同盟村" in {row["name"] for row in found.rows}


class TestWhatHappens:
    def test_a_renamed_place_keeps_its_old_name_among_its_events(self):
        officer, village = an_officer(), a_village()
        old = place(village).name

        rename_place(officer, village, PlaceChange(happened_on=DAY, new_name="新盟村", note="县政府批复"))

        (event,) = place_story(officer, village, today()).events
        assert (event.kind, event.former_name, event.note) == (PlaceEventKind.RENAMED, old, "县政府批复")
        assert (place(village).name, place(village).initials) == ("新盟村", "xmc")

    def test_renaming_tells_the_audit_from_what_to_what(self):
        officer, village = an_officer(), a_village()
        old = place(village).name

        rename_place(officer, village, PlaceChange(happened_on=DAY, new_name="新盟村"))

        changes = db.session.scalar(select(AuditEntry.changes).where(AuditEntry.action == "places.rename"))
        assert changes["name"] == [old, "新盟村"]

    def test_a_double_click_renames_once(self):
        officer, village, client_id = an_officer(), a_village(), str(uuid.uuid4())
        draft = PlaceChange(happened_on=DAY, new_name="新盟村")
        rename_place(officer, village, draft, client_id)

        with pytest.raises(AlreadyDone):
            rename_place(officer, village, draft, client_id)

        assert len(place_story(officer, village, today()).events) == 1

    def test_a_merged_village_leads_to_its_successor_and_leaves_the_pickers(self):
        officer = an_officer()
        successor, merged = a_village(), records.create(officer, PLACES, village_draft())

        merge_place(officer, merged, PlaceChange(happened_on=DAY, successor_id=successor))

        story = place_story(officer, merged, today())
        assert story.state is PlaceState.MERGED
        assert story.successor is not None
        assert story.successor.id == successor

    @pytest.mark.parametrize("wrong", ["itself", "township", "nothing", "another county"])
    def test_a_village_is_merged_into_another_village(self, wrong):
        village = a_village()
        successor = {"itself": village, "township": township(), "nothing": None, "another county": 999_999}[wrong]

        with pytest.raises(Invalid) as refusal:
            merge_place(an_officer(), village, PlaceChange(happened_on=DAY, successor_id=successor))

        assert set(refusal.value.fields) == {"successor_id"}

    def test_a_township_with_villages_in_it_is_not_closed(self):
        with pytest.raises(Invalid):
            close_place(an_officer(), township(), PlaceChange(happened_on=DAY))

    def test_closing_where_somebody_serves_must_be_meant(self):
        officer = an_officer()
        village = records.create(officer, PLACES, village_draft())
        a_posting(a_person(), village, date(2022, 1, 1))

        with pytest.raises(NeedsConfirmation):
            close_place(officer, village, PlaceChange(happened_on=DAY))
        close_place(officer, village, PlaceChange(happened_on=DAY, confirmed=True))

        assert place(village).state is PlaceState.CLOSED

    def test_what_is_closed_is_not_changed_again_and_nothing_happens_tomorrow(self):
        officer = an_officer()
        village = records.create(officer, PLACES, village_draft())
        with pytest.raises(Invalid):
            close_place(officer, village, PlaceChange(happened_on=today() + timedelta(days=1)))
        close_place(officer, village, PlaceChange(happened_on=DAY))

        with pytest.raises(Invalid):
            rename_place(officer, village, PlaceChange(happened_on=DAY, new_name="再名村"))

    def test_tags_are_exactly_those_ticked(self):
        officer, village = an_officer(), a_village()
        tag_place(officer, village, [PlaceTag.FOCUS, PlaceTag.MOUNTAIN])
        tag_place(officer, village, [PlaceTag.MOUNTAIN])

        assert place_story(officer, village, today()).tags == (PlaceTag.MOUNTAIN,)

    def test_only_those_who_keep_the_registry_change_places(self):
        village = a_village()
        for verb in (rename_place, merge_place, close_place):
            with pytest.raises(NotFound):
                verb(an_actor(), village, PlaceChange(happened_on=DAY, new_name="新名"))
        with pytest.raises(NotFound):
            rename_place(an_actor(Role.OFFICER, "330327"), village, PlaceChange(happened_on=DAY, new_name="新名"))


class TestWhoServes:
    def serving(self, place_id: int, day: date) -> list[str]:
        return [one.commissioner for one in place_story(an_officer(), place_id, day).serving]

    def test_a_posting_serves_from_its_first_day_to_its_last(self):
        village = a_village()
        a_posting(a_person("示例先生"), village, date(1999, 6, 1), date(1999, 6, 30))

        served = {day: self.serving(village, date(1999, 6, 1) + timedelta(days=day)) for day in (-1, 0, 29, 30)}

        assert served == {-1: [], 0: ["示例先生"], 29: ["示例先生"], 30: []}

    def test_a_posting_without_an_end_serves_on(self):
        village = a_village()
        a_posting(a_person("示例先生"), village, LONG_AGO)

        assert "示例先生" in self.serving(village, today())

    def test_a_village_is_served_by_its_townships_people_after_its_own(self):
        village = a_village()
        a_posting(a_person("全镇的人"), township(), LONG_AGO, LONG_AGO)
        a_posting(a_person("本村的人"), village, LONG_AGO, LONG_AGO)

        assert self.serving(village, LONG_AGO) == ["本村的人", "全镇的人"]
        assert self.serving(a_village(number=1), LONG_AGO) == ["全镇的人"]
        assert set(self.serving(township(), LONG_AGO)) == {"全镇的人", "本村的人"}

    def test_the_places_above_are_told_as_far_as_one_may_see_them(self):
        village = a_village()

        assert [one.label for one in place_story(an_officer(), village, DAY).above] == ["平阳县", "水头镇"]
        assert [one.label for one in place_story(an_actor(), village, DAY).above] == ["水头镇"]


class TestCoverage:
    """A township with a running posting; a village posted to, paired, or visited in the last N days (domain.md §5.6)."""

    def covered(self, place_id: int, day: date = LONG_AGO, visit_days: int | None = None) -> bool:
        return bool(db.session.scalar(select(covered_on(day, visit_days)).where(Place.id == place_id)))

    def test_nobody_comes(self):
        assert not self.covered(a_village())
        assert not self.covered(township())

    def test_a_posting_to_a_village_covers_it_and_its_township(self):
        a_posting(a_person(), a_village(), LONG_AGO, LONG_AGO)

        assert self.covered(a_village())
        assert self.covered(township())
        assert not self.covered(a_village(number=1))
        assert not self.covered(township(NEXT_TOWNSHIP))
        assert not self.covered(township(), LONG_AGO + timedelta(days=1))

    def test_a_posting_to_the_township_names_no_village(self):
        a_posting(a_person(), township(), LONG_AGO, LONG_AGO)

        assert self.covered(township())
        assert not self.covered(a_village())

    def test_a_pairing_covers_a_village(self):
        village = a_village(number=2)
        helper = db.session.scalar(select(Organisation.id))
        code = place(village).region_code
        written(Pairing, place_id=village, region_code=code, helper_id=helper, starts_on=LONG_AGO, ends_on=LONG_AGO)

        assert self.covered(village)
        assert place_story(an_officer(), village, LONG_AGO).coverage.paired

    @pytest.mark.parametrize(("days_ago", "covered"), [(0, True), (29, True), (30, False)])
    def test_a_visit_covers_for_as_many_days_as_the_county_says(self, days_ago, covered):
        village = a_village()
        a_service_visit(village, LONG_AGO - timedelta(days=days_ago))

        assert self.covered(village, LONG_AGO, visit_days=30) is covered

    def test_without_that_setting_visits_say_nothing(self):
        village = a_village()
        a_service_visit(village, LONG_AGO)

        assert not self.covered(village, LONG_AGO, visit_days=None)

    def test_care_visits_and_unconfirmed_ones_cover_nothing(self):
        village = a_village()
        a_service_visit(village, LONG_AGO, kind=VisitKind.CARE)
        a_service_visit(village, LONG_AGO, state=VisitState.WAITING)

        assert not self.covered(village, LONG_AGO, visit_days=30)

    def test_the_page_says_what_the_map_and_the_lists_count(self):
        village = a_village()
        a_service_visit(village, LONG_AGO)
        administrator = an_actor(Role.ADMINISTRATOR, COUNTY)
        programme.keep_settings(administrator, {SettingKey.COVERAGE_DAYS: "30"})

        coverage = place_story(administrator, village, LONG_AGO).coverage

        assert (coverage.covered, coverage.visited, coverage.last_visit_on) == (True, True, LONG_AGO)
        assert self.covered(village, LONG_AGO, visit_days=programme.coverage_days())

    def test_townships_without_anybody_today_are_listed(self):
        officer = an_officer()
        unserved = listed(officer, PLACES.listing, ListQuery(filters={"unserved": "1"}, size=100))

        assert all(not self.covered(row["id"], today()) for row in unserved.rows)
        a_posting(a_person(), unserved.rows[0]["id"], today())
        assert listed(officer, PLACES.listing, ListQuery(filters={"unserved": "1"})).total == unserved.total - 1


def county() -> int:
    return db.session.scalar(select(Place.id).where(Place.level == PlaceLevel.COUNTY, Place.code == "330326000000"))


def a_service_visit(
    place_id: int, day: date, kind: VisitKind = VisitKind.SERVICE, state: VisitState = VisitState.CONFIRMED
) -> None:
    visit = written(
        Visit,
        client_id=str(uuid.uuid4()),
        place_id=place_id,
        region_code=place(place_id).region_code,
        starts_on=day,
        ends_on=day,
        topic="茶园管理",
        kind=kind,
        state=state,
    )
    written(VisitCommissioner, visit_id=visit, commissioner_id=a_person())
