"""Photos of a visit: four at most, each once, seen with the visit, and a row only where there is a file."""

import errno
import os
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from commissioner.domain import photo_albums
from commissioner.domain.photo_store import PhotoSize, PhotoStore
from commissioner.domain.visit_log import record_visit
from commissioner.domain.visit_photos import (
    add_photo,
    may_add_photos,
    missing_files,
    photo_file,
    photos_of,
    remove_photo,
)
from commissioner.models import MergedVisit, Visit, VisitPhoto, db
from commissioner.models.base import now
from commissioner.pictures.photo import clean_photo
from commissioner.problems import Busy, Conflict, NotAPhoto, NotFound, TooLarge, TooManyPhotos
from commissioner.vocabulary import Role
from tests.factories import NEXT_TOWNSHIP, a_commissioner, a_village, a_visit, an_actor, an_officer, written
from tests.people import COUNTY
from tests.photos import SCRIPT, opened, taken_by_a_phone
from tests.visits import lines_about

COLOURS = ("navy", "maroon", "seagreen", "goldenrod", "purple", "black")

pytestmark = pytest.mark.usefixtures("pingyang")


@pytest.fixture
def store(tmp_path):
    return PhotoStore(folder=tmp_path / "photos")


@pytest.fixture
def township():
    return an_actor()


@pytest.fixture
def visit_id(township):
    return record_visit(township, a_visit()).visit_id


def photo(number=0):
    return taken_by_a_phone(colour=COLOURS[number])


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(VisitPhoto).order_by(VisitPhoto.id)))


def files(store):
    return sorted(path.name for path in store.folder.rglob("*") if path.is_file())


def test_a_photo_is_kept_clean_under_the_name_of_its_content(township, visit_id, store):
    sent = photo()
    receipt = add_photo(township, visit_id, sent, store)

    [row] = rows()
    clean = clean_photo(sent)
    assert (row.id, row.visit_id, row.content_sha256) == (receipt.photo_id, visit_id, clean.sha256)
    assert not receipt.already_there
    path = store.folder / clean.sha256[:2] / f"{clean.sha256[2:]}.jpg"
    assert path.read_bytes() == clean.large
    assert photo_file(township, row.id, store, PhotoSize.LARGE).path == path
    assert photo_file(township, row.id, store, PhotoSize.SMALL).path.read_bytes() == clean.small
    assert len(files(store)) == 2
    assert (row.width_px, row.height_px, row.size_bytes) == (640, 480, len(clean.large))
    assert row.added_by_id == township.account_id
    assert path.stat().st_mode & 0o077 == 0
    assert store.folder.stat().st_mode & 0o077 == 0


def test_the_page_lists_photos_in_the_order_in_which_they_came(township, visit_id, store):
    kept = [add_photo(township, visit_id, photo(number), store).photo_id for number in range(3)]

    assert [one.id for one in photos_of(township, visit_id)] == kept
    assert missing_files(store) == 0


def test_the_audit_tells_of_photos_that_come_and_go(township, visit_id, store):
    receipt = add_photo(township, visit_id, photo(), store, keep_position=True)
    remove_photo(township, receipt.photo_id, store)

    added, removed = lines_about(visit_id)[-2:]
    assert (added.action, removed.action) == ("visits.add_photo", "visits.remove_photo")
    assert added.account_id == removed.account_id == township.account_id
    assert added.changes["photos"] == [0, 1]
    assert removed.changes["photos"] == [1, 0]
    assert added.changes["position_kept"] == [None, True]
    assert added.region_code == db.session.get_one(Visit, visit_id).region_code


def test_the_same_file_twice_is_one_photo(township, visit_id, store):
    first = add_photo(township, visit_id, photo(), store)
    lines = len(lines_about(visit_id))
    second = add_photo(township, visit_id, photo(), store)

    assert (second.photo_id, second.already_there) == (first.photo_id, True)
    assert len(rows()) == 1
    assert len(lines_about(visit_id)) == lines


def test_a_fifth_photo_is_refused_and_the_first_again_is_not(township, visit_id, store):
    for number in range(4):
        add_photo(township, visit_id, photo(number), store)

    with pytest.raises(TooManyPhotos) as refused:
        add_photo(township, visit_id, photo(4), store)
    assert refused.value.http_status == 409
    assert add_photo(township, visit_id, photo(0), store).already_there
    assert len(rows()) == 4
    assert len(files(store)) == 8


def test_a_photo_does_not_make_the_visit_another_version(township, visit_id, store):
    before = db.session.get_one(Visit, visit_id).version
    add_photo(township, visit_id, photo(), store)
    db.session.rollback()

    assert db.session.get_one(Visit, visit_id).version == before


@pytest.mark.parametrize(
    ("data", "problem"),
    [(SCRIPT, NotAPhoto), (b"", NotAPhoto), (bytes(7 * 1024**2), TooLarge)],
    ids=["script", "", "7 MB"],
)
def test_what_is_no_photo_leaves_nothing(township, visit_id, store, data, problem):
    with pytest.raises(problem):
        add_photo(township, visit_id, data, store)

    assert rows() == []
    assert files(store) == []


# Whose photos they are


def test_another_township_sees_and_adds_nothing(township, visit_id, store):
    photo_id = add_photo(township, visit_id, photo(), store).photo_id
    stranger = an_actor(region_code=NEXT_TOWNSHIP)

    assert list(photos_of(stranger, visit_id)) == []
    with pytest.raises(NotFound):
        photo_file(stranger, photo_id, store, PhotoSize.LARGE)
    with pytest.raises(NotFound):
        add_photo(stranger, visit_id, photo(1), store)
    with pytest.raises(NotFound):
        remove_photo(stranger, photo_id, store)
    assert len(rows()) == 1


def test_a_commissioner_adds_to_the_own_visit_and_not_to_what_the_township_wrote(township, visit_id, store):
    commissioner = a_commissioner()
    own = record_visit(commissioner, a_visit(topic="自己的走访")).visit_id

    assert not add_photo(commissioner, own, photo(), store).already_there
    assert add_photo(township, visit_id, photo(1), store)
    assert len(photos_of(commissioner, visit_id)) == 1
    with pytest.raises(NotFound):
        add_photo(commissioner, visit_id, photo(2), store)
    with pytest.raises(NotFound):
        remove_photo(commissioner, rows()[-1].id, store)


def test_who_wrote_a_record_that_was_merged_may_still_send_its_photos(township, visit_id, store):
    commissioner = a_commissioner()
    assert not may_add_photos(commissioner, visit_id)
    content = {"logged_by_id": commissioner.account_id}
    written(MergedVisit, client_id=a_visit().client_id, visit_id=visit_id, content=content, merged_at=now())

    assert add_photo(commissioner, visit_id, photo(), store).photo_id == rows()[0].id


def test_who_only_looks_sees_the_photo_and_changes_nothing(township, visit_id, store):
    photo_id = add_photo(township, visit_id, photo(), store).photo_id
    leader = an_actor(Role.LEADER, COUNTY)

    assert photo_file(leader, photo_id, store, PhotoSize.SMALL).sha256 == rows()[0].content_sha256
    with pytest.raises(NotFound):
        add_photo(leader, visit_id, photo(1), store)
    with pytest.raises(NotFound):
        remove_photo(leader, photo_id, store)


def test_a_photo_that_is_not_there_is_not_found(township, visit_id, store):
    with pytest.raises(NotFound):
        photo_file(township, 987_654_321, store, PhotoSize.LARGE)
    with pytest.raises(NotFound):
        remove_photo(township, 987_654_321, store)
    with pytest.raises(NotFound):
        add_photo(township, 987_654_321, photo(), store)


# Files and rows


def test_a_file_goes_with_the_last_visit_that_has_it(township, visit_id, store):
    other = record_visit(township, a_visit(topic="另一次", place_id=a_village(number=1))).visit_id
    first, second = (add_photo(township, one, photo(), store).photo_id for one in (visit_id, other))
    assert len(files(store)) == 2

    assert remove_photo(township, first, store) == visit_id
    assert opened(photo_file(township, second, store, PhotoSize.LARGE).path.read_bytes()).size == (640, 480)
    remove_photo(an_officer(), second, store)

    assert files(store) == []
    assert rows() == []


def test_a_restored_database_without_its_photos_says_so(township, visit_id, store):
    photo_id = add_photo(township, visit_id, photo(), store).photo_id
    store.remove(rows()[0].content_sha256)

    assert missing_files(store) == 2
    with pytest.raises(NotFound):
        photo_file(township, photo_id, store, PhotoSize.LARGE)


def full(*_arguments, **_options):
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("where", ["mkstemp", "fsync", "replace"])
def test_a_full_disk_is_told_and_leaves_nothing(township, visit_id, store, monkeypatch, where):
    target = {
        "mkstemp": "commissioner.domain.file_store.tempfile.mkstemp",
        "fsync": "commissioner.domain.file_store.os.fsync",
        "replace": "commissioner.domain.file_store.Path.replace",
    }[where]
    lines = len(lines_about(visit_id))
    with monkeypatch.context() as patched:
        patched.setattr(target, full)
        with pytest.raises(Busy) as refused:
            add_photo(township, visit_id, photo(), store)

    assert refused.value.http_status == 503
    assert "没有存下" in str(refused.value)
    assert rows() == []
    assert files(store) == []
    assert len(lines_about(visit_id)) == lines
    assert not add_photo(township, visit_id, photo(), store).already_there


def test_the_second_file_that_does_not_fit_takes_the_first_with_it(township, visit_id, store, monkeypatch):
    real, calls = os.fsync, []

    def second_time(number):
        calls.append(number)
        return full() if len(calls) == 2 else real(number)

    with monkeypatch.context() as patched:
        patched.setattr("commissioner.domain.file_store.os.fsync", second_time)
        with pytest.raises(Busy):
            add_photo(township, visit_id, photo(), store)

    assert files(store) == []


def test_a_row_that_cannot_be_written_takes_its_file_with_it(township, visit_id, store, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(photo_albums, "_insert", lambda *_arguments: full())
        with pytest.raises(OSError, match="space"):
            add_photo(township, visit_id, photo(), store)

    assert files(store) == []
    assert rows() == []


def test_a_row_that_cannot_be_written_leaves_the_file_of_another_visit(township, visit_id, store, monkeypatch):
    other = record_visit(township, a_visit(topic="另一次", place_id=a_village(number=1))).visit_id
    add_photo(township, other, photo(), store)
    with monkeypatch.context() as patched:
        patched.setattr(photo_albums, "_insert", lambda *_arguments: full())
        with pytest.raises(OSError, match="space"):
            add_photo(township, visit_id, photo(), store)

    assert len(files(store)) == 2
    assert missing_files(store) == 0


# At once


def at_once(app, *tasks):
    """What each of the tasks gave, all begun at the same moment, each in a thread with a context of its own."""
    gate = threading.Barrier(len(tasks))

    def run(task):
        with app.app_context():
            gate.wait()
            try:
                return task()
            except (TooManyPhotos, NotFound, Busy, Conflict) as problem:
                return problem

    with ThreadPoolExecutor(len(tasks)) as threads:
        return list(threads.map(run, tasks))


def test_six_at_once_are_four(pingyang, township, visit_id, store):
    tasks = [lambda number=number: add_photo(township, visit_id, photo(number), store) for number in range(6)]
    outcomes = at_once(pingyang, *tasks)

    assert sum(isinstance(one, TooManyPhotos) for one in outcomes) == 2
    assert len(rows()) == 4
    assert files(store) == sorted(name for row in rows() for name in names_of(row.content_sha256))
    counted = [line.changes["photos"] for line in lines_about(visit_id) if line.action == "visits.add_photo"]
    assert counted == [[0, 1], [1, 2], [2, 3], [3, 4]]


def names_of(sha256):
    return [f"{sha256[2:]}.jpg", f"{sha256[2:]}-small.jpg"]


def test_the_same_photo_from_two_threads_is_one(pingyang, township, visit_id, store):
    outcomes = at_once(pingyang, *[lambda: add_photo(township, visit_id, photo(), store)] * 4)

    assert len(rows()) == 1
    assert {one.photo_id for one in outcomes} == {rows()[0].id}
    assert sorted(one.already_there for one in outcomes) == [False, True, True, True]
    assert missing_files(store) == 0
    assert len(files(store)) == 2


def test_one_takes_a_photo_away_while_another_visit_gets_it(pingyang, township, visit_id, store):
    for round_ in range(5):
        other = record_visit(township, a_visit(topic=f"第 {round_} 次", place_id=a_village(number=1))).visit_id
        photo_id = add_photo(township, visit_id, photo(), store).photo_id
        at_once(
            pingyang,
            lambda photo_id=photo_id: remove_photo(township, photo_id, store),
            lambda other=other: add_photo(township, other, photo(), store),
        )
        assert missing_files(store) == 0
        assert len(rows()) == round_ + 1


def test_two_who_remove_the_same_photo(pingyang, township, visit_id, store):
    photo_id = add_photo(township, visit_id, photo(), store).photo_id
    outcomes = at_once(pingyang, *[lambda: remove_photo(township, photo_id, store)] * 2)

    assert sum(isinstance(one, NotFound) for one in outcomes) == 1
    assert rows() == []
    assert files(store) == []
