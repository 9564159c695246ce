"""Photos of a need: the pipeline of visits' photos, with the need's own rights, and files that both may share."""

import pytest
from sqlalchemy import select

from commissioner.domain.need_photos import NEED_ALBUM
from commissioner.domain.photo_albums import add_to, file_in, missing_files, photos_in, remove_from
from commissioner.domain.photo_store import PhotoSize, PhotoStore
from commissioner.domain.visit_log import record_visit
from commissioner.domain.visit_photos import VISIT_ALBUM
from commissioner.models import AuditEntry, NeedPhoto, db
from commissioner.problems import NotAPhoto, NotFound, TooManyPhotos
from commissioner.vocabulary import NeedState, Role
from tests.factories import NEXT_TOWNSHIP, a_visit, an_actor, an_officer
from tests.needs import put, raised_by
from tests.people import COUNTY
from tests.photos import SCRIPT, opened, taken_by_a_phone

pytestmark = pytest.mark.usefixtures("pingyang")
COLOURS = ("navy", "maroon", "seagreen", "goldenrod", "purple")


@pytest.fixture
def store(tmp_path):
    return PhotoStore(folder=tmp_path / "photos")


@pytest.fixture
def need(township):
    return raised_by(township)


def photo(number=0):
    return taken_by_a_phone(colour=COLOURS[number])


def test_a_photo_is_kept_without_what_the_phone_wrote_into_it(township, need, store):
    receipt = add_to(NEED_ALBUM, township, need, photo(), store)

    kept = file_in(NEED_ALBUM, township, receipt.photo_id, store, PhotoSize.LARGE).path.read_bytes()
    assert not opened(kept).getexif()
    assert [one.id for one in photos_in(NEED_ALBUM, township, need)] == [receipt.photo_id]
    line = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert (line.action, line.subject, line.changes["photos"]) == ("needs.add_photo", "needs", [0, 1])


def test_four_are_enough_and_the_same_one_is_one(township, need, store):
    for number in range(4):
        add_to(NEED_ALBUM, township, need, photo(number), store)

    assert add_to(NEED_ALBUM, township, need, photo(0), store).already_there
    with pytest.raises(TooManyPhotos):
        add_to(NEED_ALBUM, township, need, photo(4), store)
    with pytest.raises(NotAPhoto):
        add_to(NEED_ALBUM, township, raised_by(township), SCRIPT, store)


def test_a_file_stays_while_a_visit_has_it_too(township, need, store):
    visit = record_visit(township, a_visit()).visit_id
    mine = add_to(NEED_ALBUM, township, need, photo(), store).photo_id
    theirs = add_to(VISIT_ALBUM, township, visit, photo(), store).photo_id
    assert mine

    remove_from(VISIT_ALBUM, township, theirs, store)
    assert file_in(NEED_ALBUM, township, mine, store, PhotoSize.SMALL).path.is_file()
    remove_from(NEED_ALBUM, township, mine, store)
    assert list(store.folder.rglob("*.jpg")) == []


def test_a_missing_file_is_found(township, need, store):
    receipt = add_to(NEED_ALBUM, township, need, photo(), store)
    file_in(NEED_ALBUM, township, receipt.photo_id, store, PhotoSize.LARGE).path.unlink()

    assert missing_files(store) == 1
    with pytest.raises(NotFound):
        file_in(NEED_ALBUM, township, receipt.photo_id, store, PhotoSize.LARGE)


def test_who_may_add_and_who_sees(township, need, store):
    kept = add_to(NEED_ALBUM, township, need, photo(), store).photo_id
    stranger, leader = an_actor(region_code=NEXT_TOWNSHIP), an_actor(Role.LEADER, COUNTY)

    for actor in (stranger, leader):
        with pytest.raises(NotFound):
            add_to(NEED_ALBUM, actor, need, photo(1), store)
        with pytest.raises(NotFound):
            remove_from(NEED_ALBUM, actor, kept, store)
    assert photos_in(NEED_ALBUM, stranger, need) == []
    with pytest.raises(NotFound):
        file_in(NEED_ALBUM, stranger, kept, store, PhotoSize.SMALL)
    assert file_in(NEED_ALBUM, leader, kept, store, PhotoSize.SMALL)


def test_once_it_is_taken_up_the_bureau_alone_adds_and_removes(township, need, store):
    kept = add_to(NEED_ALBUM, township, need, photo(), store).photo_id
    put(need, NeedState.OPEN)

    with pytest.raises(NotFound):
        remove_from(NEED_ALBUM, township, kept, store)
    add_to(NEED_ALBUM, an_officer(), need, photo(1), store)
    remove_from(NEED_ALBUM, an_officer(), kept, store)

    assert len(db.session.scalars(select(NeedPhoto.id)).all()) == 1
