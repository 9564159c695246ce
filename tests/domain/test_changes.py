"""The one way to write: the change and its audit line stand or fall together, once."""

import threading
import uuid

import pytest
from sqlalchemy import event, select, text

from commissioner.domain.changes import MASK, change
from commissioner.models import AuditEntry, Commissioner, Organisation, db
from commissioner.models.engine import WRITING
from commissioner.problems import AlreadyDone, Busy, Conflict, InUse, Taken
from commissioner.vocabulary import OrganisationKind, Role
from tests.factories import a_person, an_actor, an_officer, written

COUNTY_CODE = "330326000000"


@pytest.fixture
def officer(app):
    return an_officer()


def an_organisation(name: str) -> Organisation:
    return Organisation(name=name, kind=OrganisationKind.OTHER, region_code=COUNTY_CODE)


def lines(**wanted: object) -> list[AuditEntry]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry).filter_by(**wanted).order_by(AuditEntry.id)))


def names() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(Organisation.name).order_by(Organisation.id)))


def make(actor, name, client_id=None, *, stumble=False):
    with change(actor, "organisations.create", client_id=client_id) as entry:
        row = an_organisation(name)
        db.session.add(row)
        db.session.flush()
        entry.made(row)
        return row.id // (0 if stumble else 1)


def remove(actor, organisation_id):
    with change(actor, "organisations.remove") as entry:
        entry.about("organisations", organisation_id)
        db.session.delete(db.session.get_one(Organisation, organisation_id))


def test_a_change_leaves_its_line_beside_it(officer):
    made = make(officer, "示例合作社")

    (line,) = lines()
    assert names() == ["示例合作社"]
    assert (line.action, line.subject, line.subject_id) == ("organisations.create", "organisations", made)
    assert (line.account_id, line.account_name, line.role) == (officer.account_id, officer.name, "officer")
    assert line.region_code == COUNTY_CODE
    assert line.changes["name"] == [None, "示例合作社"]


def test_an_amended_row_is_told_before_and_after_and_nothing_else_of_it(officer):
    made = make(officer, "旧名")

    with change(officer, "organisations.amend") as entry:
        row = db.session.get_one(Organisation, made)
        entry.watch(row)
        row.name, row.version = "新名", row.version + 1

    assert lines()[-1].changes == {"name": ["旧名", "新名"]}


def test_a_failure_leaves_neither_the_change_nor_a_line(officer):
    with pytest.raises(ZeroDivisionError):
        make(officer, "不该留下", stumble=True)

    assert names() == []
    assert lines() == []


def test_what_the_database_refuses_is_told_as_a_problem_and_leaves_nothing(officer):
    make(officer, "示例合作社")

    with pytest.raises(Taken):
        make(officer, "示例合作社")

    assert names() == ["示例合作社"]
    assert len(lines()) == 1


def test_what_others_point_to_cannot_go(officer):
    made = make(officer, "派出单位")
    written(Commissioner, kind="individual", name="某人", region_code=COUNTY_CODE, organisation_id=made)

    with pytest.raises(InUse):
        remove(officer, made)

    assert names() == ["派出单位"]


def test_the_same_form_sent_again_is_answered_with_what_it_made(officer):
    client_id = str(uuid.uuid4())
    made = make(officer, "只有一个", client_id)

    with pytest.raises(AlreadyDone) as repeated:
        make(officer, "只有一个", client_id)

    assert repeated.value.subject_id == made
    assert names() == ["只有一个"]
    assert len(lines(client_id=client_id)) == 1


def test_an_id_that_somebody_else_used_is_a_conflict_and_tells_nothing(officer):
    client_id = str(uuid.uuid4())
    make(officer, "我的", client_id)

    with pytest.raises(Conflict) as refused:
        make(an_officer(), "别人的", client_id)

    assert refused.value.theirs is None
    assert names() == ["我的"]


def test_an_id_used_for_another_action_is_a_conflict(officer):
    client_id = str(uuid.uuid4())
    make(officer, "我的", client_id)

    with pytest.raises(Conflict), change(officer, "places.create", client_id=client_id):
        pass


def test_unsaved_objects_outside_a_change_are_refused(officer):
    db.session.add(an_organisation("走了后门"))

    with pytest.raises(RuntimeError, match="unsaved"), change(officer, "organisations.create"):
        pass

    db.session.rollback()
    assert names() == []


def test_a_change_inside_a_change_is_a_savepoint(officer):
    with change(officer, "outer") as outer:
        outer.about("organisations", None)
        db.session.add(an_organisation("外面"))
        db.session.flush()
        with pytest.raises(Taken):
            make(officer, "外面")
        make(officer, "里面")

    assert names() == ["外面", "里面"]
    assert [line.action for line in lines()] == ["organisations.create", "outer"]


def test_an_outer_failure_takes_the_inner_change_with_it(officer):
    def both():
        with change(officer, "outer"):
            make(officer, "里面")
            make(officer, "绊倒", stumble=True)

    with pytest.raises(ZeroDivisionError):
        both()

    assert names() == []
    assert lines() == []


def test_secrets_and_telephones_are_masked_in_the_line(officer):
    made = a_person("某人")
    with change(officer, "commissioners.amend") as entry:
        row = db.session.get_one(Commissioner, made)
        entry.watch(row)
        row.phone = "13812345678"

    assert "13812345678" not in str(lines()[-1].changes)
    assert lines()[-1].changes["phone"][1] == MASK


def test_a_silent_change_writes_no_line(officer):
    with change(officer, "organisations.create") as entry:
        entry.silent = True
        db.session.add(an_organisation("无声"))

    assert names() == ["无声"]
    assert lines() == []


def test_an_actor_without_a_county_still_leaves_a_line_somewhere(app):
    nation = an_actor(Role.ADMINISTRATOR, "")

    make(nation, "全国的")

    assert lines()[-1].region_code == COUNTY_CODE


def test_a_database_that_cannot_write_now_is_busy_and_nothing_is_written(officer, impatient, blocker):
    with blocker(), pytest.raises(Busy):
        make(officer, "等不到")

    assert names() == []
    assert lines() == []
    make(officer, "等到了")
    assert names() == ["等到了"]


def test_two_writers_at_once_wait_for_each_other(app, officer):
    start = threading.Barrier(4)
    failed = []

    def write(number):
        with app.app_context():
            start.wait()
            try:
                for turn in range(5):
                    make(officer, f"第{number}人第{turn}次")
            except Exception as error:  # noqa: BLE001 - a thread's failure must reach the test
                failed.append(error)
            db.session.remove()

    writers = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    assert failed == []
    assert len(names()) == len(lines()) == 20


@pytest.fixture
def impatient(app, monkeypatch):
    """Every connection from now on gives up after a moment instead of ten seconds."""
    monkeypatch.setattr("commissioner.models.engine.LONGEST_WAIT_S", 0.05)
    db.session.remove()
    db.engine.dispose()

    def hurry(connection, _record):
        connection.execute("SET lock_timeout = '50ms'")
        connection.commit()

    if db.engine.dialect.name == "sqlite":
        yield
        return
    event.listen(db.engine, "connect", hurry)
    yield
    event.remove(db.engine, "connect", hurry)


@pytest.fixture
def blocker(app):
    """Somebody who holds on to what every change needs: the file on SQLite, the audit on PostgreSQL."""
    engine = db.engine

    class Held:
        def __enter__(self):
            self.connection = engine.connect().execution_options(**{WRITING: True})
            self.connection.begin()
            if engine.dialect.name == "postgresql":
                self.connection.execute(text("LOCK TABLE audit_entries IN ACCESS EXCLUSIVE MODE"))

        def __exit__(self, *_):
            self.connection.close()

    return Held
