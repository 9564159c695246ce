"""The form of an update with parts and several sources: nothing is typed twice, and what does not fit is told beside its field."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Flask

from commissioner.access import Actor
from commissioner.domain.project_money import money_of
from commissioner.models import TargetPart
from commissioner.vocabulary import Role, TargetIndicator
from tests.domain.test_update_sums import parted, two_sources
from tests.factories import an_officer, written
from tests.people import People, Person
from tests.projects import a_project, counted, somebody, updates_of
from tests.results import a_figure


def client_of(app: Flask, actor: Actor) -> Person:
    """A browser of somebody who carries the same projects out as ``actor``."""
    return People(app).sign_in(Role.COMMISSIONER, commissioner_id=actor.commissioner_id)


def form_of(project_id: int) -> str:
    """The address of the update form."""
    return f"/projects/{project_id}/update"


def test_what_records_answer_for_is_shown_and_not_asked(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    target_id, first, _second = parted(project_id, indicator=TargetIndicator.EMPLOYMENT)
    a_figure(46, project_id=project_id)
    page = client_of(app, wang).get(form_of(project_id))
    assert "46 / 200 人 · 23%" in page.plain
    assert "不用填" in page.plain
    assert f"/impacts/new?project_id={project_id}&indicator=employment" in page.links()
    assert f"figure_{target_id}" not in page.form_values()
    assert page.form_values()[f"part_{first}"] == ""


def test_sources_and_parts_are_told_and_seen_again(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    municipal, own = two_sources(project_id)
    target_id, first, second = parted(project_id, divide=True)
    browser = client_of(app, wang)
    typed = {f"spent_{municipal}": "30,000.5", f"spent_{own}": "0", f"figure_{target_id}": "50", f"part_{first}": "20"}
    page = browser.submit(form_of(project_id), 422, progress="过半", **typed, **{f"part_{second}": "20"})
    assert any("应当等于总数 50" in error for error in page.errors())
    sent = browser.post(form_of(project_id), {**page.form_values(), f"part_{second}": "30"})
    told = browser.get(sent.location)
    cells = [" ".join(row.get_text(" ").split()) for row in told.soup.select(".diff tbody tr")]
    assert cells == [
        "带动农户 空 50 人", "带动农户：甲村 空 20 人", "带动农户：乙村 空 30 人",
        "市级资金 空 30,000.5 元", "自筹资金 空 0 元", "已支出 空 30,000.5 元",
    ]  # fmt: skip
    again = browser.get(f"{sent.location}")
    assert again.status == 200


def test_the_form_of_a_draft_holds_what_was_written(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    municipal, own = two_sources(project_id)
    _target, first, _second = parted(project_id)
    browser = client_of(app, wang)
    typed = {f"spent_{municipal}": "500", f"part_{first}": "3", "overspent_for": "先垫付", "progress": "写一半"}
    sent = browser.submit(form_of(project_id), act="save", **typed)
    kept = browser.get(f"{sent.location}/edit").form_values()
    assert {key: kept[key] for key in typed} == typed
    assert kept[f"spent_{own}"] == ""
    assert [one.spent_fen for one in money_of(an_officer(), project_id).sources] == [None, None]


FAULTS: list[tuple[dict[str, str], str]] = [
    ({"spent": "-1"}, "不能是负数"),
    ({"spent": "99999999999999"}, "数字太大"),
    ({"spent": "1.005"}, "最多 2 位小数"),
    ({"spent": "很多"}, "请填数字"),
    ({"spent": "100000.01"}, "请在“超支说明”里写明原因"),
    ({"spent": ""}, "每项都要填"),
    ({"part": "-3"}, "不能是负数"),
    ({"part": "1.5"}, "请填整数"),
    ({"part": "51"}, "分项不能超过总数 50"),
    ({"overspent_for": "字" * 201}, "最多 200 个字"),
]


def test_what_cannot_be_is_told_beside_the_field_and_nothing_is_lost(app: Flask) -> None:
    wang = somebody()
    project_id = a_project(wang)
    municipal, own = two_sources(project_id)
    target_id, first, _second = parted(project_id)
    browser = client_of(app, wang)
    for changes, words in FAULTS:
        said: dict[str, Any] = {"spent": "5", "part": "5", **changes}
        typed = {f"spent_{own}": said.pop("spent"), f"part_{first}": said.pop("part"), **said}
        typed |= {f"spent_{municipal}": "5", f"figure_{target_id}": "50", "progress": "写了很久"}
        page = browser.submit(form_of(project_id), 422, **typed)
        assert any(words in error for error in page.errors()), (changes, page.errors())
        kept = page.form_values()
        assert {key: kept.get(key) for key in typed} == typed
    assert updates_of(project_id) == 0


def test_a_stale_form_stands_beside_theirs_part_by_part_and_source_by_source(app: Flask) -> None:
    wang, li = somebody(), somebody()
    project_id = a_project(wang, li)
    municipal, own = two_sources(project_id)
    _target, first, _second = parted(project_id, indicator=TargetIndicator.EMPLOYMENT)
    a_figure(46, project_id=project_id)
    browser = client_of(app, wang)
    mine = {**browser.get(form_of(project_id)).form_values(), "progress": "我写的", f"spent_{own}": "7"}
    counted(li, project_id, spendings={municipal: 500, own: 0}, parts={first: Decimal(9)})
    page = browser.post(form_of(project_id), mine, 409)
    beside = {
        row.select("th")[0].get_text(): [cell.get_text(strip=True) for cell in row.select("td")]
        for row in page.soup.select(".conflict tbody tr")
    }
    assert beside["市级资金"] == ["5 元", "不变"]
    assert beside["自筹资金"] == ["0 元", "7 元"]
    assert beside["带动农户：甲村"] == ["9 人", "不变"]


def test_markup_in_the_name_of_a_part_and_in_a_reason_is_text(app: Flask) -> None:
    script = "<script>alert(1)</script>"
    wang = somebody()
    project_id = a_project(wang)
    two_sources(project_id)
    target_id, first, _second = parted(project_id)
    written(TargetPart, target_id=target_id, name=script)
    update_id = counted(
        wang, project_id, overspent_for=script, figures={target_id: Decimal(9)}, parts={first: Decimal(1)}
    )
    browser = client_of(app, wang)
    for url in (
        form_of(project_id),
        f"/updates/{update_id}",
        f"/projects/{project_id}",
        f"/targets/?project={project_id}",
    ):
        page = browser.get(url)
        assert all(tag.get("src") for tag in page.soup.find_all("script")), url
