"""An administrator imports boundaries: looked at first, agreed to, replaced by level, taken away again; drawn for the own county."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import func, select, update

from commissioner.domain import boundaries
from commissioner.domain.points import drawn_ground, ground, point_fault
from commissioner.geo.datums import from_wgs84
from commissioner.geo.ground import load_ground
from commissioner.models import AuditEntry, Boundary, BoundaryImport, Place, StagedFile, db
from commissioner.shipped import shipped
from commissioner.vocabulary import CoordinateSource, Datum, PlaceLevel, Role
from tests.borders import a_shapefile, bow_tie, feature, geojson, square
from tests.pages import Page
from tests.people import COUNTY, People, Person

SHUITOU, XIAOJIANG = ("水头镇", "330326102"), ("萧江镇", "330326103")
SAID = {"source": "县自然资源和规划局 2024 年", "licence": "政务内部使用", "datum": "wgs84", "level": "township"}


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def rewritten(model: Any, row_id: int, **values: Any) -> None:
    db.session.rollback()
    with db.engine.begin() as connection:
        connection.execute(update(model).where(model.id == row_id).values(**values))


def townships_bounded() -> list[boundaries.Bounds]:
    db.session.rollback()
    return list(boundaries.bounds_within(PlaceLevel.TOWNSHIP, COUNTY))


def codes() -> dict[str, str]:
    rows = select(Place.name, Place.region_code).where(Place.level == PlaceLevel.TOWNSHIP)
    return dict(db.session.execute(rows).all())


def two_townships(**more: Any) -> bytes:
    return geojson(feature("水头镇", square(), code=codes()["水头镇"]), feature("萧江", square(120.40, 27.58)), **more)


def sends(person: Person, content: bytes, status: int = 303, name: str = "边界.geojson", **said: str) -> Page:
    filled = person.get("/boundaries/new").form_values() | SAID | said
    filled["file"] = (BytesIO(content), name)
    return person._answer("POST", "/boundaries/new", status, data=filled, content_type="multipart/form-data")


def imports(person: Person, content: bytes, *agree: str, status: int = 303, **said: str) -> Page:
    preview = sends(person, content, **said).location
    return person.submit(preview, status, agree=list(agree))


@pytest.fixture
def administrator(people: People) -> Person:
    return people.as_administrator


class TestImport:
    def test_a_file_is_looked_at_before_it_is_taken(self, administrator: Person):
        preview = administrator.get(sends(administrator, two_townships()).location)

        assert "水头镇" in preview.plain
        assert "按代码" in preview.plain
        assert "按名称" in preview.plain
        assert preview.soup.select_one("svg.area-sketch") is not None
        assert "昆阳镇" in preview.plain.partition("文件里没有的")[2]
        assert count(Boundary) == 0

    def test_a_yes_writes_what_was_shown_with_its_audit_line(self, administrator: Person):
        imports(administrator, two_townships())

        index = administrator.get("/boundaries/").plain
        assert "2/16 个有边界" in index
        assert "县自然资源和规划局 2024 年" in index
        assert "政务内部使用" in index
        assert count(StagedFile) == 0
        told = administrator.get("/audit/").plain
        assert "导入" in told
        assert "边界" in told

    def test_importing_again_replaces_the_level_alone(self, administrator: Person):
        imports(administrator, two_townships())
        county = geojson(feature("平阳县", square(120.0, 27.4, 0.5), code=COUNTY))
        imports(administrator, county, "outside", level="county")
        imports(administrator, geojson(feature("水头镇", square(side=0.05))))

        assert count(Boundary) == 2
        assert count(BoundaryImport) == 2

    def test_a_level_is_taken_away(self, administrator: Person):
        imports(administrator, two_townships())
        administrator.post("/boundaries/township/remove", {})

        assert count(Boundary) == 0
        assert count(BoundaryImport) == 0
        assert "水头镇" not in str(administrator.ask("/map/ground.json").json["borders"])
        administrator.post("/boundaries/province/remove", {}, 404)

    def test_a_yes_sent_twice_is_answered_once(self, administrator: Person):
        preview = sends(administrator, two_townships()).location
        filled = administrator.get(preview).form_values()
        first = administrator._answer("POST", preview, 303, data=filled)
        second = administrator._answer("POST", preview, 303, data=filled)

        assert first.location == second.location
        assert count(BoundaryImport) == 1

    def test_a_shapefile_in_gbk_and_gcj02_lands_where_it_belongs(self, administrator: Person):
        def shifted(ring):
            return [[float(x) for x in reversed(from_wgs84(y, x, Datum.GCJ02))] for x, y in ring]

        data = a_shapefile([("水头镇", "", [shifted(square())])], "gbk")
        imports(administrator, data, datum="gcj02", name="水头.zip")

        found = townships_bounded()
        assert found[0].shape.bounds == pytest.approx((120.30, 27.60, 120.36, 27.66), abs=1e-6)


class TestDoubts:
    def test_a_border_that_crosses_itself_is_mended_only_with_a_yes(self, administrator: Person):
        data = geojson(feature("水头镇", bow_tie()))
        page = imports(administrator, data, status=422)
        assert "水头镇（120.3300, 27.6300" in page.plain
        assert count(Boundary) == 0

        imports(administrator, data, "crossing")
        assert townships_bounded()[0].shape.is_valid

    def test_latitude_first_is_turned_round_only_with_a_yes(self, administrator: Person):
        data = geojson(feature("水头镇", [[y, x] for x, y in square()]))
        imports(administrator, data, status=422)
        assert count(Boundary) == 0
        imports(administrator, data, "swapped")
        assert count(Boundary) == 1

    def test_a_border_far_out_needs_a_yes(self, administrator: Person):
        page = imports(administrator, geojson(feature("水头镇", square(119.5, 27.6))), status=422)
        assert "公里以上" in page.plain

    def test_what_fits_nothing_is_named_and_left_out(self, administrator: Person):
        data = geojson(feature("水头镇", square()), feature("苍南县灵溪镇", square(120.4)))
        page = imports(administrator, data, status=422)
        assert "苍南县灵溪镇" in page.plain
        imports(administrator, data, "left_out")
        assert count(Boundary) == 1

    def test_a_wrong_datum_is_noticed_by_the_villages_that_are_known(self, administrator: Person):
        township = codes()["水头镇"]
        here = (Place.level == PlaceLevel.VILLAGE, Place.region_code.startswith(township[:9]))
        villages = db.session.scalars(select(Place.id).where(*here).limit(6)).all()
        for number, village_id in enumerate(villages):
            at = {"latitude_deg": 27.6585, "longitude_deg": 120.305 + number * 0.005}
            rewritten(Place, village_id, coordinate_source=CoordinateSource.GPS, **at)
        # The file lies 350 m south of the truth, because it is in GCJ-02.
        ring = [[float(x) for x in reversed(from_wgs84(y, x, Datum.GCJ02))] for x, y in square()]

        page = imports(administrator, geojson(feature("水头镇", ring)), status=422)
        assert "按 GCJ-02" in page.plain
        right = administrator.get(sends(administrator, geojson(feature("水头镇", ring)), datum="gcj02").location)
        assert "按 GCJ-02" not in right.plain

    def test_several_features_of_one_place_are_one(self, administrator: Person):
        data = geojson(feature("水头镇", square()), feature("水头镇", square(120.40, 27.58, 0.01)))
        imports(administrator, data)
        assert len(townships_bounded()[0].shape.geoms) == 2


class TestRefusals:
    @pytest.mark.parametrize("field", ["source", "licence"])
    def test_source_and_licence_are_required(self, administrator: Person, field: str):
        page = sends(administrator, two_townships(), 422, **{field: ""})
        assert page.errors()
        assert count(StagedFile) == 0

    @pytest.mark.parametrize("said", [{"level": "province"}, {"level": "<b>"}, {"datum": "beijing54"}, {"datum": ""}])
    def test_words_that_are_none_are_refused(self, administrator: Person, said: dict[str, str]):
        assert sends(administrator, two_townships(), 422, **said).errors()

    @pytest.mark.parametrize("data", [b"", b"not geojson", b"PK\x03\x04rubbish", b"[" * 1000])
    def test_a_file_that_cannot_be_read_is_told_beside_its_field(self, administrator: Person, data: bytes):
        assert sends(administrator, data, 422).errors()
        assert count(StagedFile) == 0

    def test_no_file_is_told(self, administrator: Person):
        page = administrator.submit("/boundaries/new", 422, **SAID)
        assert "请选一个文件" in page.plain

    def test_a_file_too_large_is_refused_before_it_is_read(self, administrator: Person, monkeypatch):
        monkeypatch.setattr("commissioner.web.boundaries.MOST_BYTES", 1000)
        sends(administrator, b" " * 300_000, 413)

    def test_a_faulty_feature_stops_the_whole_file(self, administrator: Person):
        data = geojson(feature("水头镇", square()), feature("萧江镇", []))
        page = administrator.get(sends(administrator, data).location)
        assert "“萧江镇”没有图形" in page.plain
        assert page.soup.select_one("main form[method=post]") is None

    def test_a_plan_that_became_another_is_shown_again(self, administrator: Person):
        preview = sends(administrator, two_townships()).location
        filled = administrator.get(preview).form_values()
        imports_meanwhile = geojson(feature("水头镇", square(side=0.04)))
        other = administrator.app
        imports(People(other).as_administrator, imports_meanwhile)

        page = administrator._answer("POST", preview, 409, data=filled)
        assert "又有变动" in page.plain
        assert count(Boundary) == 1
        administrator._answer("POST", preview, 303, data=page.form_values())
        assert count(Boundary) == 2

    def test_names_with_markup_are_text(self, administrator: Person):
        hostile = "<script>window.hurt = 1</script>\u202e" + "长" * 5000
        data = geojson(feature("水头镇", square()), feature(hostile, square(120.4)))
        page = administrator.get(sends(administrator, data, name="<b>.geojson").location)
        assert "<script>window" not in page.response.get_data(as_text=True)
        assert "长" * 200 not in page.plain


class TestWhoSees:
    def test_only_an_administrator_comes_near(self, people: People, administrator: Person):
        preview = sends(administrator, two_townships()).location
        for person in (people.as_officer, people.as_township, people.as_leader):
            for url in ("/boundaries/", "/boundaries/new", preview):
                person.get(url, 404)
            person.post("/boundaries/township/remove", {}, 404)
        people.as_administrator.get(preview, 404)  # a file is its sender's own

    def test_another_county_sees_and_changes_nothing(self, people: People, administrator: Person):
        county = geojson(feature("平阳县", square(120.0, 27.4, 0.5), code=COUNTY))
        imports(administrator, county, "outside", level="county")
        imports(administrator, two_townships())
        plain = load_ground(shipped("seeds") / "ground", COUNTY)
        strangers = [people.as_other_county, people.sign_in(Role.ADMINISTRATOR, "330327")]

        for stranger in strangers:
            told = stranger.ask("/map/ground.json").json
            assert told["borders"] == []
            assert told["outlines"] == plain.document()["outlines"]
            assert "规划局" not in str(told)
        assert "0/0" in strangers[1].get("/boundaries/").plain
        strangers[1].post("/boundaries/township/remove", {})
        assert count(Boundary) == 3

    def test_an_administrator_of_another_county_cannot_fit_our_places(self, people: People):
        stranger = people.sign_in(Role.ADMINISTRATOR, "330327")
        page = stranger.get(sends(stranger, two_townships()).location)
        assert "没有一个面对得上" in page.plain


class TestWhatItIsFor:
    def test_the_map_draws_it_instead_of_the_schematic_outline(self, people: People, administrator: Person):
        county = geojson(feature("平阳县", square(120.0, 27.4, 0.5), code=COUNTY))
        imports(administrator, county, "outside", level="county")
        imports(administrator, two_townships())

        told = people.as_township.ask("/map/ground.json").json
        assert [one["schematic"] for one in told["outlines"]] == [False]
        assert len(told["borders"]) == 2
        assert "县自然资源和规划局 2024 年（政务内部使用）" in told["attributions"]
        assert told["villages"] is None

    def test_positions_are_checked_against_it(self, administrator: Person):
        assert point_fault(27.6348, 120.3193) is None
        elsewhere = geojson(feature("平阳县", square(120.5, 27.4, 0.2), code=COUNTY))
        imports(administrator, elsewhere, "outside", level="county")
        db.session.rollback()

        assert point_fault(27.6348, 120.3193) is not None
        assert ground().bounds_deg == pytest.approx((27.4, 120.5, 27.6, 120.7))

    def test_borders_of_villages_come_only_when_asked_for(self, people: People, administrator: Person):
        village = db.session.scalars(select(Place).where(Place.level == PlaceLevel.VILLAGE)).first()
        assert village is not None
        data = geojson(feature("", square(), code=village.code))
        imports(administrator, data, level="village")

        officer = people.as_officer
        address = officer.ask("/map/ground.json").json["villages"]
        assert len(officer.ask(address).json["polygons"]) == 1
        assert people.as_other_county.ask(address).json["polygons"] == []
        assert drawn_ground(officer.actor).borders == ()

    def test_a_border_follows_its_place(self, administrator: Person):
        imports(administrator, two_townships())
        lines = count(AuditEntry)
        place_id = db.session.scalar(select(Boundary.place_id).limit(1))
        assert place_id is not None
        rewritten(Place, place_id, region_code="330326199000")

        assert "330326199000" in db.session.scalars(select(Boundary.region_code)).all()
        assert count(AuditEntry) == lines


def test_every_page_in_english(people: People):
    administrator = people.as_administrator.speaks("en")
    data = geojson(feature("水头镇", bow_tie()), feature("灵溪镇", square(119.5)))
    page = administrator.get(sends(administrator, data).location)
    assert "crosses itself" in page.plain
    administrator.get("/boundaries/new")
    assert "Boundaries" in administrator.get("/boundaries/").heading
