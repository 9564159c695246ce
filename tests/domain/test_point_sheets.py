"""Points from a sheet: how rows and numbers are read, what a trial says of each, and that the writing does the same."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import func, select, update

from commissioner.domain.point_imports import PointOutcome, PointPlan, PointSheet, import_points, plan_points
from commissioner.domain.point_sheets import MOST_ROWS, degrees_of, point_rows
from commissioner.geo.datums import from_wgs84
from commissioner.models import AuditEntry, Place, db
from commissioner.problems import Invalid, NeedsConfirmation, NotFound, PlanChanged, TooLarge
from commissioner.vocabulary import CoordinateSource, Datum, PlaceLevel, Role
from tests.factories import an_actor, an_officer
from tests.people import COUNTY, SHUITOU


class TestReading:
    @pytest.mark.parametrize(
        ("text", "degrees"),
        [
            ("27.6348", 27.6348),
            ("27.6348°", 27.6348),
            ("N27.6348", 27.6348),
            ("120.3193 E", 120.3193),
            ("北纬27°38′5″", 27 + 38 / 60 + 5 / 3600),
            ("东经120度19分9.5秒", 120 + 19 / 60 + 9.5 / 3600),
            ("27°38.5'", 27 + 38.5 / 60),
            ("-27.5", -27.5),
            ("27.5S", -27.5),
        ],
    )
    def test_positions_as_people_write_them(self, text, degrees):
        assert degrees_of(text) == pytest.approx(degrees)

    @pytest.mark.parametrize("text", ["", "x", "NaN", "inf", "1e5", "27,5", "N27E", "9" * 400, "27°", "1;2", "０x"])
    def test_what_is_no_position(self, text):
        assert degrees_of(text) is None or text == "27°"

    def test_columns_are_known_by_their_heads(self):
        read = point_rows("序号\t经度\t乡镇\t村名\t纬度\t备注\n1\t120.3\t水头镇\t同盟村\t27.6\t无")
        assert read.rows[0].village == "同盟村"
        assert (read.rows[0].latitude, read.rows[0].longitude, read.rows[0].township) == ("27.6", "120.3", "水头镇")
        assert read.unused == ["序号", "备注"]

    @pytest.mark.parametrize(
        "text", ["同盟村,27.6,120.3", "同盟村\t27.6\t120.3", "同盟村  27.6 120.3", "同盟村；27.6；120.3"]
    )
    def test_without_heads_in_the_usual_order(self, text):
        row = point_rows(text).rows[0]
        assert (row.village, row.latitude, row.longitude) == ("同盟村", "27.6", "120.3")

    def test_a_code_in_the_place_of_the_name(self):
        assert point_rows("330326102201 27.6 120.3").rows[0].code == "330326102201"

    def test_empty_lines_keep_the_numbers_of_the_others(self):
        assert [row.number for row in point_rows("甲村 1 2\n\n\n乙村 1 2").rows] == [1, 4]

    def test_nothing_and_very_much(self):
        assert point_rows(" \n\t\n").rows == ()
        with pytest.raises(TooLarge):
            point_rows("x" * 600_000)
        with pytest.raises(TooLarge):
            point_rows("甲 1 2\n" * (MOST_ROWS + 2))

    @pytest.mark.parametrize("text", ['"' * 200_000, "a,\0,b", "\u202e村,1,2", ",,,", "a" * 200_000 + ",1,2"])
    def test_hostile_text_is_rows_or_nothing(self, text):
        assert len(point_rows(text).rows) <= 1


def villages(number: int, township: str = SHUITOU) -> list[Any]:
    db.session.rollback()
    here = (Place.level == PlaceLevel.VILLAGE, Place.region_code.startswith(township))
    return list(
        db.session.execute(select(Place.id, Place.name, Place.code).where(*here).order_by(Place.id).limit(number))
    )


def placed(place_id: int, latitude_deg: float, longitude_deg: float, source: Any = CoordinateSource.GPS) -> None:
    db.session.rollback()
    at = {"latitude_deg": latitude_deg, "longitude_deg": longitude_deg, "coordinate_source": source}
    with db.engine.begin() as connection:
        connection.execute(update(Place).where(Place.id == place_id).values(**at))


def point_at(place_id: int) -> tuple[Any, ...]:
    db.session.rollback()
    columns = (Place.latitude_deg, Place.longitude_deg, Place.coordinate_source, Place.accuracy_m, Place.version)
    return tuple(db.session.execute(select(*columns).where(Place.id == place_id)).one())


def lines() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count(AuditEntry.id))) or 0


def sheet_of(*rows: Any, datum: Datum = Datum.WGS84, swapped: bool = False) -> PointSheet:
    text = "\n".join("\t".join(str(cell) for cell in row) for row in rows)
    return PointSheet(text=text, datum=datum, swapped=swapped)


def outcomes(plan: PointPlan) -> list[PointOutcome]:
    return [row.outcome for row in plan.rows]


def goes_in(actor: Any, sheet: PointSheet, *, agreed: bool = False) -> PointPlan:
    return import_points(actor, sheet, plan_points(actor, sheet).digest, agreed=agreed)


@pytest.fixture
def officer(pingyang):
    return an_officer()


class TestTrial:
    def test_what_the_trial_says_is_what_the_writing_does(self, officer):
        a, b, c = villages(3)
        sheet = sheet_of(
            (a.name, 27.61, 120.31), (b.code, 27.62, 120.32, 15), (f"{c.name}(水头镇)", "27°37′", "120°20′")
        )
        plan = plan_points(officer, sheet)
        before = lines()

        assert outcomes(plan) == [PointOutcome.NEW] * 3
        assert goes_in(officer, sheet).digest == plan.digest
        for village, row in zip((a, b, c), plan.rows, strict=True):
            assert point_at(village.id)[:2] == row.at
        assert point_at(b.id)[2:] == (CoordinateSource.IMPORT, 15, 2)
        assert lines() == before + 3

    def test_the_same_sheet_again_changes_nothing(self, officer):
        a, b = villages(2)
        sheet = sheet_of((a.name, 27.61, 120.31), (b.name, 27.62, 120.32))
        goes_in(officer, sheet)
        before = lines(), point_at(a.id)

        plan = goes_in(officer, sheet)

        assert outcomes(plan) == [PointOutcome.SAME] * 2
        assert not plan.may_be_imported
        assert (lines(), point_at(a.id)) == before

    @pytest.mark.parametrize("datum", [Datum.GCJ02, Datum.BD09, Datum.CGCS2000])
    def test_another_datum_is_converted_and_again_changes_nothing(self, officer, datum):
        (a,) = villages(1)
        latitude, longitude = from_wgs84(27.61, 120.31, datum)
        sheet = sheet_of((a.name, float(latitude), float(longitude)), datum=datum)
        goes_in(officer, sheet)

        assert point_at(a.id)[:2] == pytest.approx((27.61, 120.31), abs=2e-6)
        assert outcomes(plan_points(officer, sheet)) == [PointOutcome.SAME]

    def test_one_faulty_row_and_nothing_is_written(self, officer):
        a, b = villages(2)
        sheet = sheet_of((a.name, 27.61, 120.31), (b.name, 31.2, 121.5))
        before = lines()
        with pytest.raises(Invalid):
            goes_in(officer, sheet)
        assert point_at(a.id)[0] is None
        assert lines() == before

    def test_each_fault_in_its_own_words(self, officer):
        a, b = villages(2)
        plan = plan_points(
            officer,
            sheet_of(
                ("没有这个村", 27.61, 120.31),
                ("330326999999", 27.61, 120.31),
                ("", 27.61, 120.31),
                (a.name, "x", 120.31),
                (a.name, 27.61, 120.31),
                (b.name, 120.31, 27.61),
                (b.name, 99, 200),
                ("水头镇", 27.61, 120.31),
                (b.name, 27.61, 120.31, -5),
            ),
        )
        assert outcomes(plan) == [PointOutcome.FAULTY] * 9
        told = [str(row.fault) for row in plan.rows]
        assert "填反了" in told[5]
        assert "已经写了" in told[6]
        assert len(set(told)) > 4

    def test_two_villages_of_one_name_ask_for_the_township(self, officer):
        same = select(Place.name).where(Place.level == PlaceLevel.VILLAGE).group_by(Place.name).having(func.count() > 1)
        name = db.session.scalars(same).first()
        if name is None:
            a, b = villages(1)[0], villages(1, "330326105")[0]
            db.session.rollback()
            with db.engine.begin() as connection:
                connection.execute(update(Place).where(Place.id == b.id).values(name=a.name))
            name = a.name
        plan = plan_points(officer, sheet_of((name, 27.61, 120.31)))
        assert "不止一个" in str(plan.rows[0].fault)
        assert plan.rows[0].fault.offers

    def test_columns_that_are_exchanged_are_noticed_and_turned_round_when_told_to(self, officer):
        a, b = villages(2)
        rows = ((a.name, 120.31, 27.61), (b.name, 120.32, 27.62))
        assert plan_points(officer, sheet_of(*rows)).swap
        turned = plan_points(officer, sheet_of(*rows, swapped=True))
        assert outcomes(turned) == [PointOutcome.NEW] * 2
        assert not turned.swap

    def test_points_that_all_lie_500_m_off_the_known_ones_are_noticed(self, officer):
        known = villages(5)
        rows = []
        for number, village in enumerate(known[:4]):
            at = (27.60 + number * 0.01, 120.30 + number * 0.01)
            placed(village.id, *at)
            rows.append((village.name, *(float(x) for x in from_wgs84(*at, Datum.GCJ02))))
        rows.append((known[4].name, 27.66, 120.35))
        plan = plan_points(officer, sheet_of(*rows))

        assert plan.datum is Datum.GCJ02
        assert 0.4 < plan.off_km < 0.7
        right = plan_points(officer, sheet_of(*rows, datum=Datum.GCJ02))
        assert right.datum is None
        assert outcomes(right)[:4] == [PointOutcome.SAME] * 4

    def test_a_village_that_has_its_point_moves_only_with_a_yes(self, officer):
        (a,) = villages(1)
        placed(a.id, 27.61, 120.31)
        sheet = sheet_of((a.name, 27.62, 120.31))
        plan = plan_points(officer, sheet)
        assert outcomes(plan) == [PointOutcome.MOVED]
        assert plan.rows[0].moved_km == pytest.approx(1.11, abs=0.01)
        with pytest.raises(NeedsConfirmation):
            goes_in(officer, sheet)
        assert point_at(a.id)[0] == 27.61
        goes_in(officer, sheet, agreed=True)
        assert point_at(a.id)[0] == 27.62

    def test_a_rough_point_gives_way_without_a_word(self, officer):
        (a,) = villages(1)
        placed(a.id, 27.61, 120.31, CoordinateSource.APPROXIMATE)
        assert outcomes(plan_points(officer, sheet_of((a.name, 27.61, 120.31)))) == [PointOutcome.NEW]

    def test_one_point_for_two_villages_is_odd(self, officer):
        a, b, c = villages(3)
        placed(c.id, 27.63, 120.33)
        plan = plan_points(officer, sheet_of((a.name, 27.61, 120.31), (b.name, 27.61, 120.31)))
        assert a.name in str(plan.rows[1].doubts[0])
        plan = plan_points(officer, sheet_of((a.name, 27.63, 120.33)))
        assert c.name in str(plan.rows[0].doubts[0])

    def test_far_from_its_township_is_odd(self, officer):
        (a,) = villages(1)
        plan = plan_points(officer, sheet_of((a.name, 27.46, 121.05)))
        assert "公里" in str(plan.rows[0].doubts[0])

    def test_what_changed_since_the_trial_is_shown_again(self, officer):
        (a,) = villages(1)
        sheet = sheet_of((a.name, 27.61, 120.31))
        digest = plan_points(officer, sheet).digest
        placed(a.id, 27.70, 120.40)
        with pytest.raises(PlanChanged):
            import_points(officer, sheet, digest, agreed=True)
        assert point_at(a.id)[0] == 27.70


class TestScope:
    def test_a_township_places_its_own_villages_alone(self, pingyang):
        township = an_actor()
        (own,), (other,) = villages(1), villages(1, "330326105")
        plan = plan_points(township, sheet_of((own.code, 27.61, 120.31), (other.code, 27.62, 120.32)))
        assert outcomes(plan) == [PointOutcome.NEW, PointOutcome.FAULTY]
        named = plan_points(township, sheet_of((f"{other.name}(鳌江镇)", 27.61, 120.31)))
        assert other.name not in str([row.fault.offers for row in named.rows])

    @pytest.mark.parametrize("role", [Role.LEADER, Role.COMMISSIONER, Role.INSTITUTION])
    def test_others_do_not(self, pingyang, role):
        with pytest.raises(NotFound):
            plan_points(
                an_actor(role, COUNTY) if role is Role.LEADER else _bare(role), sheet_of(("同盟村", 27.6, 120.3))
            )

    def test_another_county_finds_nothing_of_ours(self, pingyang):
        stranger = an_actor(Role.OFFICER, "330327")
        (own,) = villages(1)
        assert outcomes(plan_points(stranger, sheet_of((own.code, 27.61, 120.31)))) == [PointOutcome.FAULTY]


def _bare(role: Role) -> Any:
    from commissioner.access import Actor

    return Actor(role=role, region_code=COUNTY, commissioner_id=1, organisation_id=1)
