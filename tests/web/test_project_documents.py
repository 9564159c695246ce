"""Documents of a project through the web: kept as what they are, refused in words, saved in scope, removed on record."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask

from commissioner.access import Actor
from commissioner.domain.document_files import LARGEST_BYTES, safe_title
from commissioner.domain.project_documents import missing_documents
from commissioner.models import ProjectDocument, db
from commissioner.vocabulary import ProjectStage, Role
from tests.people import COUNTY, People, Person
from tests.photos import HTML, SVG, opened, taken_by_a_phone
from tests.projects import a_project, somebody
from tests.steps import PDF, a_store, go, no_rules, office, upload

APPLIED, APPROVED, CONTRACTED, UNDER_WAY, MID_TERM, ACCEPTANCE, CLOSED, TERMINATED = ProjectStage
HOSTILE = "<script>window.hurt = 1</script>"


@pytest.fixture
def wang(app: Flask) -> Person:
    return signed_in(app, somebody("王"))


@pytest.fixture
def officer(app: Flask) -> Person:
    return People(app).as_officer


def signed_in(app: Flask, actor: Actor) -> Person:
    """A client of a commissioner."""
    return People(app).sign_in(Role.COMMISSIONER, COUNTY, commissioner_id=actor.commissioner_id)


def of(person: Person, **values: Any) -> int:
    """A project that this person carries out."""
    return a_project(person.actor, **values)


def rows() -> list[Any]:
    db.session.rollback()
    return list(db.session.query(ProjectDocument).order_by(ProjectDocument.id))


def test_documents_are_kept_and_saved_as_what_they_are(wang: Person, officer: Person) -> None:
    project_id = of(wang)
    url = f"/projects/{project_id}/steps/mid_term"
    files = (("报告.pdf", PDF), ("说明.docx", office()), ("决算.xlsx", office("xl/workbook.xml")))
    upload(wang, url, *files, ("现场.jpg", taken_by_a_phone()), kind="mid_term_report")
    assert "已上传 4 份材料" in wang.get(url).plain
    assert [(row.title, row.format.value) for row in rows()] == [
        *(("报告", "pdf"), ("说明", "docx"), ("决算", "xlsx"), ("现场", "jpg")),
    ]
    for row in rows():
        saved = officer.get(f"/projects/{project_id}/documents/{row.id}").response
        assert saved.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''")
        assert saved.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in saved.headers["Content-Security-Policy"]
    picture = opened(saved.data)
    assert dict(picture.getexif()) == {}
    assert "报告.pdf" in officer.get(f"/projects/{project_id}").plain


def test_what_only_says_it_is_a_document_is_refused_in_words(wang: Person) -> None:
    url = f"/projects/{of(wang)}/steps/mid_term"
    bad = {
        "page.pdf": HTML,
        "cut.pdf": PDF[:20],
        "picture.jpg": SVG,
        "program.docx": office(**{"word__vbaProject.bin": b"x"}),
        "both.docx": office(**{"xl__workbook.xml": b"x"}),
        "zip.docx": office("readme.txt"),
        "broken.xlsx": office()[:60],
        "fake.jpg": b"\xff\xd8\xff" + bytes(200),
        "empty.pdf": b"",
    }
    for name, data in bad.items():
        upload(wang, url, (name, data))
        assert "不是能用的文件" in (told := wang.get(url).plain) or "宏程序" in told, name
    upload(wang, url, ("large.pdf", PDF + bytes(LARGEST_BYTES)))
    assert "文件太大，每个最多 20 MB" in wang.get(url).plain
    upload(wang, url, ("a.pdf", PDF), kind="<b>")
    assert "请选择材料的种类和文件" in wang.get(url).plain
    upload(wang, url, *[("x.pdf", bytes(LARGEST_BYTES))] * 6, status=413)
    assert rows() == []


def test_a_bomb_in_a_zip_is_not_unpacked(wang: Person) -> None:
    url = f"/projects/{of(wang)}/steps/mid_term"
    upload(wang, url, ("bomb.docx", office(**{f"word__{number}.xml": bytes(60 * 1024**2) for number in range(6)})))
    assert "解开以后太大" in wang.get(url).plain
    assert rows() == []


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("../../etc/passwd.pdf", "passwd"),
        ("C:\\temp\\报告.pdf", "报告"),
        ("good\u202efdp.exe.pdf", "good fdp.exe"),
        ("长" * 300 + ".pdf", "长" * 100),
        (".htaccess", "htaccess"),
        ("...", "其他材料"),
        (f"{HOSTILE}.pdf", "script"),
        ("合同.v2.final.pdf", "合同.v2.final"),
        ("\u200b\u2066.pdf", "其他材料"),
    ],
)
def test_a_hostile_name_does_no_harm(wang: Person, name: str, title: str) -> None:
    project_id = of(wang)
    url = f"/projects/{project_id}/steps/mid_term"
    assert (safe_title(name) or "其他材料") == title
    upload(wang, url, (name, PDF))
    [row] = rows()
    wang.get(url)
    saved = wang.get(f"/projects/{project_id}/documents/{row.id}").response
    said = unquote(saved.headers["Content-Disposition"].partition("''")[2])
    assert said == f"{row.title}.pdf"
    assert not set(said) & set('/\\\r\n\u202e"<>')
    assert len(said) < 110


def test_a_name_that_no_form_can_carry_is_clean_too() -> None:
    assert safe_title("a\x00b\r\nSet-Cookie: x.pdf") == "a b Set-Cookie x"
    assert safe_title("\ud800.pdf") == ""


def test_the_same_file_again_is_one_document_and_there_is_an_end_to_them(wang: Person, app: Flask) -> None:
    url = f"/projects/{of(wang)}/steps/mid_term"
    upload(wang, url, ("a.pdf", PDF))
    upload(wang, url, ("b.pdf", PDF))
    assert len(rows()) == 1
    for first in range(0, 20, 5):
        upload(wang, url, *[(f"{number}.pdf", PDF + str(number).encode() + PDF) for number in range(first, first + 5)])
    assert len(rows()) == 20
    assert "一步最多 20 份材料" in wang.get(url).plain
    assert wang.get(url).soup.select("input[type=file]") == []


def test_removal_is_on_record_and_the_file_goes_with_the_last_row(wang: Person, officer: Person, app: Flask) -> None:
    project_id = of(wang)
    url = f"/projects/{project_id}/steps/mid_term"
    upload(wang, url, ("a.pdf", PDF))
    upload(officer, url, ("b.pdf", PDF), kind="opinion")
    mine, theirs = rows()
    store = a_store(app.extensions["settings"].dir)
    path = store.part_of(mine.content_sha256)
    wang.post(f"/projects/{project_id}/documents/{theirs.id}/remove", {}, 404)  # not the own one
    wang.post(f"/projects/{project_id}/documents/{mine.id}/remove", {})
    assert path.is_file()
    officer.post(f"/projects/{project_id}/documents/{theirs.id}/remove", {})
    assert not path.exists()
    told = officer.get(f"/audit/?subject=projects&record={project_id}").plain
    assert "删除材料" in told
    assert "b.pdf" in told


def test_a_decided_document_stays_and_nothing_is_added_to_what_is_over(wang: Person, officer: Person) -> None:
    no_rules()
    project_id = of(wang)
    url = f"/projects/{project_id}/steps/mid_term"
    upload(wang, url, ("a.pdf", PDF))
    go(officer.actor, project_id, MID_TERM)
    wang.post(f"/projects/{project_id}/documents/{rows()[0].id}/remove", {}, 404)
    go(officer.actor, project_id, TERMINATED)
    upload(wang, url, ("b.pdf", PDF + PDF), status=404)
    upload(officer, url, ("b.pdf", PDF + PDF))  # for the files, later
    assert len(rows()) == 2


def test_a_lost_file_is_not_there_and_the_doctor_counts_it(wang: Person, app: Flask) -> None:
    project_id = of(wang)
    upload(wang, f"/projects/{project_id}/steps/mid_term", ("a.pdf", PDF))
    [row] = rows()
    store = a_store(app.extensions["settings"].dir)
    assert missing_documents(store) == 0
    assert store.part_of(row.content_sha256).stat().st_mode & 0o077 == 0
    store.part_of(row.content_sha256).unlink()
    assert missing_documents(store) == 1
    wang.get(f"/projects/{project_id}/documents/{row.id}", 404)
