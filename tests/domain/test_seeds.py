"""Seeds are upserts by natural key: twice changes nothing, what people changed stays, a fault is told by file, line and column."""

import shutil
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from commissioner.access import Actor
from commissioner.domain.changes import change
from commissioner.domain.programme import setting
from commissioner.domain.seeds import load_dataset
from commissioner.models import (
    AuditEntry,
    Base,
    Measurement,
    Place,
    Project,
    ProjectCommissioner,
    ProjectTarget,
    Visit,
    db,
)
from commissioner.problems import Invalid, NotFound
from commissioner.shipped import shipped
from commissioner.vocabulary import Role, SettingKey
from tests.conftest import SYSTEM

PINGYANG = shipped("seeds") / "pingyang-2022"
DATASET = 'name = "little"\nlabel = "小"\nregion_code = "330326"\nowner_name = "平阳县科学技术局"\n'
PLACES = """code,level,parent_id,name,pinyin,initials,tags
330326102301,village,330326102000,同盟村,tongmengcun,tmc,focus_village
330326102000,township,,水头镇,shuitouzhen,stz,
"""


@dataclass
class Folder:
    """A data set that a test writes."""

    path: Path

    def write(self, **files):
        """Write files by table name; ``dataset`` is the TOML."""
        self.path.mkdir(exist_ok=True)
        for name, text in {"dataset": DATASET, "places": PLACES, **files}.items():
            suffix = "toml" if name == "dataset" else "csv"
            (self.path / f"{name}.{suffix}").write_text(text, encoding="utf-8")
        return self

    def replace(self, file, old, new):
        """Change one text in one file."""
        path = self.path / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")

    def load(self):
        """Load it as the administrator."""
        return load_dataset(SYSTEM, self.path)

    def refused(self):
        """What the loader says of it; nothing may have been written."""
        with pytest.raises(Invalid) as caught:
            self.load()
        assert db.session.scalar(select(func.count(Place.id))) == 0
        return str(caught.value)


@pytest.fixture
def little(app, tmp_path):
    """An empty installation and a folder for a data set."""
    return Folder(tmp_path / "little")


@pytest.fixture
def copy(pingyang, tmp_path):
    """Pingyang 2022 loaded, and its files to change."""
    shutil.copytree(PINGYANG, tmp_path / "copy")
    return Folder(tmp_path / "copy")


def everything():
    """All rows of all tables but the audit."""
    tables = [table for table in Base.metadata.sorted_tables if table.name != "audit_entries"]
    return {table.name: sorted(map(repr, db.session.execute(select(table)))) for table in tables}


def audit_lines():
    """How many changes were told."""
    return db.session.scalar(select(func.count(AuditEntry.id)))


def forget_the_load():
    """As if the files had never been loaded, so that every row is compared."""
    db.session.execute(delete(AuditEntry))
    db.session.commit()


def test_loading_twice_changes_nothing(copy):
    before, lines = everything(), audit_lines()

    report = copy.load()

    assert (report.created, report.updated, report.kept) == (0, 0, 0)
    assert report.unchanged > 2000
    assert everything() == before
    assert audit_lines() == lines == 1


def test_comparing_every_row_again_changes_nothing(copy):
    forget_the_load()
    before = everything()

    report = copy.load()

    assert (report.created, report.updated, report.kept) == (0, 0, 0)
    assert everything() == before
    assert audit_lines() == 0


def test_a_changed_file_brings_its_row_up_to_date(copy):
    copy.replace("visits.csv", "茶酒生产指导", "茶酒工艺指导")
    before = db.session.scalar(select(func.count(Visit.id)))

    report = copy.load()

    changed = db.session.scalars(select(Visit).where(Visit.topic == "茶酒工艺指导")).all()
    assert report.updated == len(changed) > 0
    assert report.created == 0
    assert all(visit.updated_at > visit.created_at and visit.version == 1 for visit in changed)
    assert db.session.scalar(select(func.count(Visit.id))) == before
    told = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (told.action, told.subject, told.changes["updated"]) == ("seed.load", "dataset", report.updated)


def test_links_follow_the_file_and_the_first_one_leads(copy):
    project = db.session.scalars(select(Project).where(Project.seed_key == "p07")).one()

    copy.replace("projects.csv", "team-tea;tea-c;tea-d;proc-a", "tea-d;team-tea")
    copy.load()

    linked = db.session.scalars(select(ProjectCommissioner).where(ProjectCommissioner.project_id == project.id)).all()
    assert sorted(link.leads for link in linked) == [False, True]


def test_what_somebody_changed_is_left_alone_with_what_belongs_to_it(copy):
    with change(SYSTEM, "projects.post_update") as entry:
        project = db.session.scalars(select(Project).where(Project.seed_key == "p01")).one()
        entry.watch(project)
        project.progress, project.version = "我们自己写的进展", 2
        target = db.session.scalars(select(ProjectTarget).where(ProjectTarget.project_id == project.id)).first()
        target.actual_value = Decimal(199)
    copy.replace("projects.csv", "高山茶园绿色防控与提质技术示范", "另一个题目")
    copy.replace("project_targets.csv", "p01,示范面积,base_area,mu,200,", "p01,示范面积,base_area,mu,201,")

    report = copy.load()

    db.session.expire_all()
    assert (project.progress, project.title) == ("我们自己写的进展", "高山茶园绿色防控与提质技术示范")
    assert target.actual_value == 199
    assert (report.updated, report.created) == (0, 0)
    assert report.kept > 5


def test_a_line_without_a_version_is_left_alone_once_the_audit_tells_of_it(copy):
    with change(SYSTEM, "measurements.amend") as entry:
        line = db.session.scalars(select(Measurement).where(Measurement.seed_key == "wanquan-veg-01")).one()
        entry.watch(line)
        line.amount = Decimal(61)
    copy.replace(
        "measurements.csv",
        "wanquan-veg-01,wanquan-veg,2021-03-25,area,set,60",
        "wanquan-veg-01,wanquan-veg,2021-03-25,area,set,62",
    )

    copy.load()

    db.session.expire_all()
    assert line.amount == 61


def test_what_somebody_removed_stays_removed(copy):
    with change(SYSTEM, "measurements.remove") as entry:
        line = db.session.scalars(select(Measurement).where(Measurement.seed_key == "wanquan-veg-01")).one()
        entry.about("measurements", line.id)
        db.session.delete(line)

    copy.load()

    assert db.session.scalars(select(Measurement).where(Measurement.seed_key == "wanquan-veg-01")).all() == []


def test_a_place_may_come_before_the_one_it_lies_in(little):
    report = little.write().load()

    village, township = (
        db.session.scalars(select(Place).where(Place.code == code)).one() for code in ("330326102301", "330326102000")
    )
    assert village.parent_id == township.id
    assert village.region_code == "330326102301"
    assert report.created == 2 + 1 + 2  # places, a tag, two settings


def test_the_settings_are_stored_unless_somebody_chose_them(little):
    little.write().load()
    assert setting(SettingKey.REGION_CODE) == "330326"
    assert setting(SettingKey.OWNER_NAME) == "平阳县科学技术局"

    little.replace("dataset.toml", "平阳县科学技术局", "另一个局")
    little.load()

    assert setting(SettingKey.OWNER_NAME) == "平阳县科学技术局"


def test_a_sheet_programs_byte_order_mark_is_no_column(little):
    little.write(places="\ufeff" + PLACES)
    assert little.load().created == 5


def test_the_client_id_of_a_visit_is_always_the_same(little):
    visits = "seed_key,kind,place_id,starts_on,ends_on,topic,state\na,service,330326102301,2022-05-01,2022-05-01,看茶,confirmed\n"
    little.write(visits=visits).load()
    assert db.session.scalars(select(Visit.client_id)).one() == "6b7a58f4-d5ba-5269-8120-76186fd3c679"


VISIT = "seed_key,place_id,starts_on,ends_on,topic,state,decided_at\na,330326102301,2022-05-01,2022-05-01,茶,confirmed,"
INTRODUCTION = (
    "seed_key,place_id,kind,name,industry,introduced_on,unit,quantity\na,330326102301,variety,茶,tea,2022-05-01,mu,"
)

FAULTS = {
    "no such column": ({"places": PLACES.replace("initials", "initialen")}, ("places.csv", "第 1 行", "initialen")),
    "no such place": (
        {"places": PLACES.replace("village,330326102000", "village,330326999000")},
        ("places.csv", "第 2 行", "parent_id", "330326999000"),
    ),
    "no such word": (
        {"places": PLACES.replace("township", "town")},
        ("places.csv", "第 3 行", "level", "town", "village"),
    ),
    "no such tag": ({"places": PLACES.replace("focus_village", "focus")}, ("places.csv", "第 2 行", "tag", "focus")),
    "a number that is none": (
        {"places": PLACES.replace("tags", "accuracy_m").replace("focus_village", "far")},
        ("places.csv", "第 2 行", "accuracy_m", "far"),
    ),
    "a cell too many": ({"places": PLACES.replace("同盟村", "同盟村,x")}, ("places.csv", "第 2 行", "8")),
    "the key twice": ({"places": PLACES + PLACES.splitlines()[2] + "\n"}, ("places.csv", "第 4 行", "330326102000")),
    "no key": ({"places": PLACES.replace("330326102301", "")}, ("places.csv", "第 2 行", "code")),
    "no name": ({"places": PLACES.replace("同盟村", "")}, ("places.csv", "第 2 行", "name")),
    "a name without end": ({"places": PLACES.replace("同盟村", "村" * 201)}, ("places.csv", "第 2 行", "name", "200")),
    "an open quote": ({"places": PLACES.replace("同盟村", '"同盟村')}, ("places.csv",)),
    "an empty file": ({"places": ""}, ("places.csv",)),
    "no such table": ({"villages": PLACES}, ("villages.csv",)),
    "a date that is none": (
        {"campaigns": "seed_key,name,starts_on\na,走访,2022-02-30\n"},
        ("campaigns.csv", "第 2 行", "starts_on", "2022-02-30"),
    ),
    "an instant without a zone": (
        {"visits": VISIT + "2022-05-01T10:00\n"},
        ("visits.csv", "第 2 行", "decided_at"),
    ),
    "too many decimals": (
        {"introductions": INTRODUCTION + "1.234\n"},
        ("introductions.csv", "第 2 行", "quantity", "1.234"),
    ),
    "neither true nor false": (
        {"campaigns": "seed_key,name,starts_on,illustrative\na,走访,2022-02-01,yes\n"},
        ("campaigns.csv", "第 2 行", "illustrative", "yes"),
    ),
    "a data set without a name": ({"dataset": DATASET.replace('name = "little"\n', "", 1)}, ("dataset.toml", "name")),
    "a data set that is no TOML": ({"dataset": "name = "}, ("dataset.toml",)),
}


@pytest.mark.parametrize(("files", "words"), FAULTS.values(), ids=FAULTS.keys())
def test_a_fault_is_told_by_file_line_and_column_and_nothing_is_written(little, files, words):
    said = little.write(**files).refused()

    for word in words:
        assert word in said


def test_a_folder_without_a_data_set_is_refused(little):
    little.path.mkdir()
    assert "dataset.toml" in little.refused()


def test_text_that_is_not_utf8_is_refused(little):
    little.write()
    (little.path / "places.csv").write_bytes(PLACES.encode("gb18030"))
    assert "places.csv" in little.refused()


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMINISTRATOR])
def test_only_an_administrator_loads(little, role):
    little.write()
    with pytest.raises(NotFound):
        load_dataset(Actor(role=role, region_code="330326"), little.path)
