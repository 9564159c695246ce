"""“This month”: one table to enter many visits, its reader, and the same without JavaScript as a pasted text."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import orjson
from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from commissioner.access import Permission
from commissioner.domain.visit_drafts import Receipt
from commissioner.domain.visit_log import record_visits
from commissioner.domain.visit_month import logged_in
from commissioner.domain.visit_sheet import ReadVisit, RowRead, read_sheet
from commissioner.domain.visit_sheet_days import read_month
from commissioner.domain.visit_sheet_names import NameUnclear
from commissioner.domain.visit_sheet_text import CELLS, SheetRow, SheetText, rows_of, text_of
from commissioner.problems import Invalid, NeedsConfirmation, Problem
from commissioner.units import today
from commissioner.vocabulary import N_
from commissioner.web.errors import told
from commissioner.web.filters import day_prose
from commissioner.web.forms.month import MonthForm
from commissioner.web.forms.visit_records import record_of
from commissioner.web.session import actor, requires

bp = Blueprint("month", __name__)

LARGEST_BODY_BYTES = 1024 * 1024
BATCH = 50
NOT_A_SHEET = N_("发来的内容不是表格，没有读。")


@bp.route("/visits/month", methods=["GET", "POST"])
@requires(Permission.LOG_VISIT)
def index() -> Any:
    """The table, the visits of the month that are there already, and the plain way in."""
    asked = read_month(request.args.get("month", "")) or today().replace(day=1)
    form = MonthForm(data={"month": asked})
    if form.validate_on_submit() and (client_id := form.sent_client_id):
        try:
            return _taken(form, uuid.UUID(client_id))
        except Problem as problem:
            if problem.http_status not in {413, 422}:
                raise
            form.text.errors = [told(problem)]
    return _page(form, 422 if request.method == "POST" else 200)


@bp.post("/visits/month/read.json")
@requires(Permission.LOG_VISIT)
def read() -> Response:
    """What a pasted text, or the rows of the table, mean; nothing is written."""
    body = _body()
    month = read_month(str(body.get("month", ""))) or today().replace(day=1)
    sheet = _sheet(body)
    answer = {
        "rows": [_told_row(one, month) for one in read_sheet(actor(), sheet.rows, month)],
        "notes": _notes(sheet),
    }
    return Response(orjson.dumps(answer), mimetype="application/json")


def _body() -> dict[str, Any]:
    request.max_content_length = LARGEST_BODY_BYTES
    try:
        body = orjson.loads(request.get_data(cache=False))
    except orjson.JSONDecodeError:
        raise Problem(NOT_A_SHEET) from None
    if not isinstance(body, dict):
        raise Problem(NOT_A_SHEET)
    return body


def _sheet(body: dict[str, Any]) -> SheetText:
    text, rows = body.get("text"), body.get("rows")
    if isinstance(text, str):
        return rows_of(text, uuid.uuid4())
    if not isinstance(rows, list):
        raise Problem(NOT_A_SHEET)
    return SheetText(rows=tuple(_row(one) for one in rows))


def _row(said: Any) -> SheetRow:
    cells = said.get("cells") if isinstance(said, dict) else None
    if not isinstance(cells, dict) or not all(isinstance(cells.get(cell, ""), str) for cell in CELLS):
        raise Problem(NOT_A_SHEET)
    try:
        client_id = str(uuid.UUID(said.get("client_id")))
    except (ValueError, TypeError, AttributeError):
        raise Problem(NOT_A_SHEET) from None
    texts = {cell: cells.get(cell, "") for cell in CELLS}
    return SheetRow(client_id=client_id, confirmed=said.get("confirmed") is True, **texts)


def _notes(sheet: SheetText) -> list[str]:
    return [_("没有用到的列：%(heads)s。", heads=_("、").join(sheet.unused))] if sheet.unused else []


def _told_row(one: RowRead, month: date) -> dict[str, Any]:
    return {
        "client_id": one.row.client_id,
        "cells": {cell: getattr(one.row, cell) for cell in CELLS},
        "confirmed": one.row.confirmed,
        "visits": [_told_visit(visit) for visit in one.visits],
        "said": _said(one, month),
        "faults": {cell: _told_fault(fault) for cell, fault in one.faults.items()},
        "warnings": list(dict.fromkeys(told(warning) for warning in one.warnings)),
    }


def _told_visit(visit: ReadVisit) -> dict[str, Any]:
    record = {**record_of(visit.draft), "confirmed": visit.draft.confirmed}
    title = {"place": visit.place, "people": "、".join(visit.people)}
    recorded = {"url": _url(visit.visit_id)} if visit.visit_id else {}
    return {"record": record, "title": title, "days": _days(visit), **recorded}


def _told_fault(fault: Problem) -> dict[str, Any]:
    if isinstance(fault, NameUnclear):
        return {"text": told(fault), "name": fault.name, "offers": fault.offers}
    return {"text": told(fault)}


def _url(visit_id: int) -> str:
    return url_for("subjects.page", name="visits", row_id=visit_id)


def _days(visit: ReadVisit) -> str:
    first, last = visit.draft.starts_on, visit.draft.ends_on
    if first == last:
        return day_prose(first)
    return _("%(first)s至%(last)s", first=day_prose(first), last=day_prose(last))


def _said(one: RowRead, month: date) -> list[str]:
    """What a row means, where that is more than what stands in it."""
    if not one.visits:
        return []
    said = []
    drafts = [visit.draft for visit in one.visits]
    first = drafts[0]
    if len(drafts) > 1:
        each = _("、").join(dict.fromkeys(_days(visit) for visit in one.visits))
        said.append(_("会记成 %(count)s 次走访：%(days)s。", count=len(drafts), days=each))
    elif first.ends_on != first.starts_on:
        days = (first.ends_on - first.starts_on).days + 1
        said.append(_("一次走访，连续 %(days)s 天：%(span)s。", days=days, span=_days(one.visits[0])))
    outside = [
        draft.starts_on
        for draft in drafts
        if (draft.starts_on.year, draft.starts_on.month) != (month.year, month.month)
    ]
    if outside:
        said.append(_("日期是 %(day)s，不在所选的月份。", day=outside[0].isoformat()))
    names = _("、").join(one.visits[0].people)
    if len(one.visits[0].people) > 1:
        said.append(_("%(count)s 位特派员每人都记上：%(names)s。", count=len(one.visits[0].people), names=names))
    elif one.visits[0].people[0] not in one.row.people:
        said.append(_("特派员：%(names)s。", names=names))
    if any(visit.place not in one.row.village for visit in one.visits):
        said.append(_("地点：%(places)s。", places=_("、").join(dict.fromkeys(visit.place for visit in one.visits))))
    return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounted:
    """What became of one row of a posted text."""

    number: int
    title: str
    tone: str
    words: tuple[str, ...]
    url: str | None = None


def _taken(form: MonthForm, identity: uuid.UUID) -> Any:
    """Record the good rows; the others stay in the form, each with its reason."""
    sheet = rows_of(form.text.data or "", identity)
    reads = read_sheet(actor(), [replace(row, confirmed=form.sure.data) for row in sheet.rows], form.month.data)
    outcomes = _record([visit for one in reads if one.may_be_recorded for visit in one.visits])
    accounted, left = [], []
    for number, one in enumerate(reads, 1):
        lines = _accounted(number, one, outcomes)
        accounted += lines
        if any(line.tone != "good" for line in lines):
            left.append(one.row)
    if not left and accounted:
        flash(_("%(count)s 次走访都登记好了。", count=len(accounted)), "good")
        return redirect(url_for("month.index", month=f"{form.month.data:%Y-%m}"), 303)
    form.text.data = text_of(left) or form.text.data
    form.client_id.data = str(uuid.uuid4())
    if not accounted:
        form.text.errors = [_("没有读到内容。一行一次走访，请看上面的例子。")]
    return _page(form, 422, accounted, _notes(sheet))


def _record(visits: Sequence[ReadVisit]) -> dict[str, Receipt | Problem]:
    outcomes: dict[str, Receipt | Problem] = {}
    for first in range(0, len(visits), BATCH):
        drafts = [visit.draft for visit in visits[first : first + BATCH]]
        outcomes.update(zip((draft.client_id for draft in drafts), record_visits(actor(), drafts), strict=True))
    return outcomes


def _accounted(number: int, one: RowRead, outcomes: dict[str, Receipt | Problem]) -> list[Accounted]:
    title = " · ".join(cell for cell in (one.row.date, one.row.village, one.row.people, one.row.topic) if cell)[:120]
    if one.faults or not one.may_be_recorded:
        words = [*(_words(fault) for fault in one.faults.values()), *(told(warning) for warning in one.warnings)]
        tone = "bad" if one.faults else "warn"
        return [Accounted(number=number, title=title, tone=tone, words=tuple(dict.fromkeys(words)))]
    return [_answered(number, visit, outcomes[visit.draft.client_id]) for visit in one.visits]


def _answered(number: int, visit: ReadVisit, outcome: Receipt | Problem) -> Accounted:
    title = " · ".join((_days(visit), visit.place, "、".join(visit.people), visit.draft.topic))
    if isinstance(outcome, Receipt):
        words = _("原来已有") if outcome.already_there else _("已登记")
        return Accounted(number=number, title=title, tone="good", words=(words,), url=_url(outcome.visit_id))
    return Accounted(number=number, title=title, tone="bad", words=tuple(_reasons(outcome)))


def _reasons(problem: Problem) -> list[str]:
    if isinstance(problem, Invalid) and problem.fields:
        return [told(one) if isinstance(one, Problem) else _(one) for one in problem.fields.values()]
    if isinstance(problem, NeedsConfirmation):
        return [told(one) for one in problem.warnings.values()]
    return [told(problem)]


def _words(fault: Problem) -> str:
    """A fault with what may be meant instead."""
    offers = fault.offers if isinstance(fault, NameUnclear) else ()
    perhaps = _("您是不是要：%(offers)s？", offers=_("、").join(offers)) if offers else ""
    return f"{told(fault)} {perhaps}".strip()


def _page(
    form: MonthForm, status: int, accounted: Sequence[Accounted] = (), notes: Sequence[str] = ()
) -> tuple[str, int]:
    form.give_client_id()
    month = form.month.data or today().replace(day=1)
    return render_template(
        "visits/month.html",
        form=form,
        month=month,
        logged=logged_in(actor(), month),
        accounted=accounted,
        notes=notes,
        asks=any(one.tone == "warn" for one in accounted),
        example=_example(),
    ), status


def _example() -> list[str]:
    return [
        f"{today():%m.%d}".lstrip("0").replace(".0", "."),
        _("同盟村"),
        _("张三、李四"),
        _("茶园冬季修剪示范"),
        _("三户学会了机采"),
    ]
