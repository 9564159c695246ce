"""Photos through the web: from the visit's page and from the phone, well and badly, and who gets to see them."""

import uuid
from io import BytesIO

import pytest
from sqlalchemy import select

from commissioner.domain.visit_log import record_visit
from commissioner.models import VisitPhoto, db
from commissioner.pictures.photo import LARGEST_BYTES
from commissioner.vocabulary import Role
from tests.factories import NEXT_TOWNSHIP, a_visit
from tests.people import COUNTY
from tests.photos import GPS, HTML, NOT_PHOTOS, SVG, opened, taken_by_a_phone

COLOURS = ("navy", "maroon", "seagreen", "goldenrod", "purple")
NOT_THERE = uuid.uuid4()


@pytest.fixture
def township(people):
    return people.as_township


@pytest.fixture
def visit(township):
    """A visit that the township logged, as it was sent."""
    draft = a_visit()
    return record_visit(township.actor, draft), draft


@pytest.fixture
def page(visit):
    return f"/visits/{visit[0].visit_id}"


@pytest.fixture
def door(visit):
    return f"/sync/visits/{visit[1].client_id}/photos.json"


def photo(number=0):
    return taken_by_a_phone(colour=COLOURS[number])


def rows():
    db.session.rollback()
    return list(db.session.scalars(select(VisitPhoto).order_by(VisitPhoto.id)))


def upload(person, page, *files, status=303, **said):
    """Send files with the form of the visit's page."""
    sent = [(BytesIO(data), name) for name, data in files]
    token = person.get("/password").field("csrf_token")
    data = {"csrf_token": token, "photos": sent, **said}
    answer = person._answer("POST", f"{page}/photos", status, data=data, content_type="multipart/form-data")
    # A large form lay in a file of the test client, which leaves it open.
    answer.response.request.environ["wsgi.input"].close()
    return answer


def send(person, door, data, status, *, kind="image/jpeg", token=None, **query):
    """Send a photo as a phone does."""
    token = person.get("/password").field("csrf_token") if token is None else token
    options = {"data": data, "content_type": kind, "query_string": query, "headers": {"X-CSRFToken": token}}
    return person._answer("POST", door, status, **options)


# The page


def test_a_visit_without_photos_offers_to_add_some(township, page):
    shown = township.get(page)

    assert "照片里的位置、手机型号等信息会自动去掉" in shown.plain
    assert "还可以加 4 张" in shown.plain
    assert shown.soup.select("#photos img") == []
    control = shown.soup.select_one("#photos input[type=file]")
    assert control.has_attr("multiple")
    assert not shown.soup.select_one("#photos input[name=keep_position]").has_attr("checked")


def test_photos_come_in_with_a_plain_form_and_stand_on_the_page(township, page):
    upload(township, page, ("茶园.jpg", photo(0)), ("b.jpg", photo(1)))

    shown = township.get(page)
    assert "已添加 2 张照片" in shown.plain
    pictures = shown.soup.select("#photos li img")
    assert [one["alt"] for one in pictures] == ["茶园管理，照片 1", "茶园管理，照片 2"]
    assert "还可以加 2 张" in shown.plain
    assert "2 / 4" in shown.plain
    for link, picture in zip(shown.soup.select("#photos li > a"), pictures, strict=True):
        large, small = township.get(link["href"]), township.get(picture["src"])
        assert opened(large.response.data).size == (640, 480)
        assert opened(small.response.data).size == (320, 240)
        assert dict(opened(large.response.data).getexif()) == {}


def test_a_full_visit_offers_no_more_and_takes_no_more(township, page):
    upload(township, page, *[(f"{number}.jpg", photo(number)) for number in range(5)])

    shown = township.get(page)
    assert "已添加 4 张照片" in shown.plain
    assert "最多 4 张照片" in shown.plain
    assert shown.soup.select("#photos input[type=file]") == []
    assert len(rows()) == 4


def test_the_good_ones_go_in_and_of_the_others_it_is_told_why(township, page):
    files = [("字.svg", SVG), ("good.jpg", photo()), ("页面.jpg", HTML), ("大.jpg", bytes(LARGEST_BYTES + 1))]
    upload(township, page, *files)

    shown = township.get(page).plain
    assert "已添加 1 张照片" in shown
    assert "字.svg：这不是能用的照片" in shown
    assert "页面.jpg：这不是能用的照片" in shown
    assert "大.jpg：照片文件太大，每张最多 6 MB" in shown
    assert len(rows()) == 1


def test_a_name_with_markup_is_text(township, page):
    upload(township, page, ("<script>alert(1)</script>.jpg", HTML))

    shown = township.get(page)
    assert "alert(1)" in shown.plain
    assert not [one for one in shown.soup.find_all("script") if "alert" in one.text]


def test_nothing_chosen_is_told(township, page):
    upload(township, page, ("", b""))

    assert "没有选照片" in township.get(page).plain


def test_a_form_that_is_far_too_large_is_refused_whole(township, page):
    refused = upload(township, page, *[("x.jpg", bytes(LARGEST_BYTES))] * 5, status=413)

    assert "太大" in refused.plain
    assert rows() == []


def test_the_position_is_kept_if_it_is_ticked(township, page):
    upload(township, page, ("a.jpg", photo(0)), keep_position="1")
    upload(township, page, ("b.jpg", photo(1)))

    kept, plain = [township.get(f"/visits/photos/{row.id}.jpg") for row in rows()]
    assert opened(kept.response.data).getexif().get_ifd(GPS)[1] == "N"
    assert dict(opened(plain.response.data).getexif()) == {}
    assert township.get(page).plain.count("含拍摄位置") == 1


def test_a_photo_is_removed_after_a_question(township, page):
    upload(township, page, ("a.jpg", photo()))
    url = f"/visits/photos/{rows()[0].id}.jpg"
    form = township.get(page).soup.select_one("#photos details form")

    assert "删除这张照片" in form.text
    township.post(form["action"], {})
    assert rows() == []
    assert "照片已删除" in township.get(page).plain
    township.get(url, 404)


def test_the_page_speaks_english(township, page):
    upload(township, page, ("a.jpg", photo()))
    shown = township.speaks("en").get(page)

    assert "Photos" in shown.plain
    assert "removed" in shown.plain


def test_the_audit_tells_it_in_words(people, township, page, visit):
    upload(township, page, ("a.jpg", photo()), keep_position="1")
    told = people.as_officer.get(f"/audit?subject=visits&record={visit[0].visit_id}", follow=True).plain

    assert "添加照片" in told
    assert "保留照片里的位置" in told


# Showing a photo


def test_a_photo_is_asked_for_each_time_and_sent_once(township, page):
    upload(township, page, ("a.jpg", photo()))
    url = f"/visits/photos/{rows()[0].id}.jpg"
    first = township.get(url).response

    assert first.mimetype == "image/jpeg"
    assert first.headers["Cache-Control"] == "private, no-cache"
    assert first.headers["X-Content-Type-Options"] == "nosniff"
    assert first.headers["Content-Disposition"].startswith("inline")
    again = township._answer("GET", url, 304, headers={"If-None-Match": first.headers["ETag"]})
    assert again.response.data == b""
    small = township.get(url.replace(".jpg", "-small.jpg")).response
    assert small.headers["ETag"] != first.headers["ETag"]


def test_who_does_not_see_the_visit_sees_no_photo(people, township, page, door):
    upload(township, page, ("a.jpg", photo()))
    photo_id = rows()[0].id
    strangers = (
        people.sign_in(Role.TOWNSHIP, NEXT_TOWNSHIP),
        people.as_other_county,
        people.as_institution,
    )

    for stranger in strangers:
        for tail in (".jpg", "-small.jpg"):
            stranger.get(f"/visits/photos/{photo_id}{tail}", 404)
        stranger.post(f"/visits/photos/{photo_id}/remove", {}, 404)
        upload(stranger, page, ("b.jpg", photo(1)), status=404)
        send(stranger, door, photo(1), 404)
    assert len(rows()) == 1


def test_a_browser_that_kept_a_photo_no_longer_shows_it_when_the_right_is_gone(people, township, page):
    upload(township, page, ("a.jpg", photo()))
    url = f"/visits/photos/{rows()[0].id}.jpg"
    tag = township.get(url).response.headers["ETag"]

    people.as_other_county._answer("GET", url, 404, headers={"If-None-Match": tag})


def test_nobody_gets_a_photo_without_signing_in(people, township, page):
    upload(township, page, ("a.jpg", photo()))

    assert people.as_nobody.get(f"/visits/photos/{rows()[0].id}.jpg", 302).location.startswith("/sign-in")
    people.as_nobody.get(f"/static/photos/{rows()[0].content_sha256}.jpg", 404)


def test_a_leader_sees_photos_and_no_form(people, township, page):
    upload(township, page, ("a.jpg", photo()))
    shown = people.sign_in(Role.LEADER, COUNTY).get(page)

    assert len(shown.soup.select("#photos img")) == 1
    assert shown.soup.select("#photos form") == []


def test_a_visit_without_photos_says_nothing_of_them_to_who_only_looks(people, page):
    assert people.as_leader.get(page).soup.select("#photos") == []


# The phone's door


def test_a_phone_sends_a_photo_and_again(township, door, visit):
    first = send(township, door, photo(), 201).json
    again = send(township, door, photo(), 200).json

    assert first == again
    assert first["url"] == f"/visits/photos/{first['photo_id']}.jpg"
    assert len(rows()) == 1
    assert rows()[0].visit_id == visit[0].visit_id


@pytest.mark.parametrize("kind", ["image/png", "image/webp", "application/octet-stream", "text/html", ""])
def test_the_content_counts_and_not_what_it_is_called(township, door, kind):
    assert send(township, door, photo(), 201, kind=kind)


def test_a_phone_says_that_the_position_stays(township, door):
    send(township, door, photo(), 201, keep_position="1")

    assert rows()[0].position_kept


def test_a_commissioner_sends_photos_of_the_own_visit(people):
    commissioner = people.as_commissioner
    draft = a_visit()
    record_visit(commissioner.actor, draft)

    assert send(commissioner, f"/sync/visits/{draft.client_id}/photos.json", photo(), 201).json["photo_id"]


@pytest.mark.parametrize("name", ["nothing", "script", "svg", "html", "gif", "a jpeg without its end"])
def test_what_is_no_photo_is_refused_in_words(township, door, name):
    assert "这不是能用的照片" in send(township, door, NOT_PHOTOS[name], 422).json["error"]
    assert rows() == []


def test_seven_megabytes_are_too_large(township, door):
    assert "太大" in send(township, door, bytes(7 * 1024**2), 413).json["error"]
    assert rows() == []


def test_six_megabytes_are_read(township, door):
    sent = photo()

    send(township, door, sent + bytes(LARGEST_BYTES - len(sent)), 201)


def test_a_fifth_photo_is_told_to_the_phone(township, door):
    for number in range(4):
        send(township, door, photo(number), 201)

    assert "最多 4 张" in send(township, door, photo(4), 409).json["error"]


def test_a_visit_that_is_not_there_yet_is_told_so(township):
    assert send(township, f"/sync/visits/{NOT_THERE}/photos.json", photo(), 404).json["error"]
    send(township, "/sync/visits/nonsense/photos.json", photo(), 404)


def test_without_the_token_nothing_is_taken(township, door):
    assert send(township, door, photo(), 400, token="made-up").json["error"]
    assert rows() == []


def test_signed_out_is_told_as_that(people, door):
    nobody = people.as_nobody
    token = nobody.get("/sign-in").field("csrf_token")

    assert "登录" in send(nobody, door, photo(), 401, token=token).json["error"]
    assert "登录" in send(nobody, door, photo(), 401, token="of-an-old-session").json["error"]


def test_a_full_disk_is_an_honest_answer(township, door, page, monkeypatch):
    def full(*_arguments, **_options):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr("commissioner.domain.file_store.os.fsync", full)
        assert "没有存下" in send(township, door, photo(), 503).json["error"]
        assert "没有存下" in upload(township, page, ("a.jpg", photo()), status=503).plain
    assert rows() == []
    send(township, door, photo(), 201)
