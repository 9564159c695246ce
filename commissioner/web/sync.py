"""The phone's door: visits come in as JSON, many at a time, each with an answer of its own."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson
from flask import Blueprint, Response, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from commissioner.access import Permission
from commissioner.domain import visit_log
from commissioner.domain.field_kit import FieldKit, field_kit
from commissioner.domain.listing import Choice
from commissioner.domain.visit_drafts import Receipt, VisitDraft
from commissioner.problems import Conflict, Invalid, NeedsConfirmation, Problem, TooLarge
from commissioner.vocabulary import N_
from commissioner.web.errors import told
from commissioner.web.forms.visit_records import FORM_VERSION, client_id_of, draft_of, edit_of, record_of
from commissioner.web.session import actor, requires, signed_in
from commissioner.web.visit_differences import differences

bp = Blueprint("sync", __name__)

MOST_RECORDS = 50
LARGEST_BODY_BYTES = 1024 * 1024
NOT_A_SENDING = N_("发来的内容不是走访记录，没有保存。")
Answer = dict[str, Any]


@bp.get("/sync/hello.json")
@requires(Permission.LOG_VISIT)
def hello() -> Response:
    """Who is signed in, and what the next sending needs."""
    person = signed_in()
    return _json(
        {
            "account": str(person.actor.account_id),
            "name": person.display_name,
            "csrf": generate_csrf(),
            "form": FORM_VERSION,
        }
    )


@bp.get("/sync/kit.json")
@requires(Permission.LOG_VISIT)
def kit() -> Response:
    """What the visit form offers to this account, to be taken where there is no network."""
    answer = _json(_told_kit(field_kit(actor())))
    answer.set_etag(hashlib.sha256(answer.get_data()).hexdigest()[:32])
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.make_conditional(request)
    return answer


@bp.post("/sync/visits.json")
@requires(Permission.LOG_VISIT)
def send() -> Response:
    """Write down all of a sending that may be; each record is answered for, in order."""
    return _json({"answers": _answers(_sending())})


@bp.put("/sync/visits/<uuid:client_id>.json")
@requires(Permission.LOG_VISIT)
def put(client_id: Any) -> Response:
    """Write one visit down; the HTTP status is the answer's."""
    record = _body()
    if client_id_of(record) != str(client_id):
        raise Problem(NOT_A_SENDING)
    answer = _answers([record])[0]
    return _json(answer, answer["status"])


@bp.post("/sync/check.json")
@requires(Permission.LOG_VISIT)
def check() -> Response:
    """What would become of each record; nothing is written."""
    records = _sending()
    drafts = [_read(record) for record in records]
    good = [one for one in drafts if isinstance(one, VisitDraft)]
    judged = iter(visit_log.judge_visits(actor(), good))
    outcomes = [next(judged) if isinstance(one, VisitDraft) else one for one in drafts]
    answers = [
        _answer(record, outcome) if outcome is not None else {"client_id": client_id_of(record), "status": 200}
        for record, outcome in zip(records, outcomes, strict=True)
    ]
    return _json({"answers": answers})


def _body() -> Any:
    request.max_content_length = LARGEST_BODY_BYTES
    try:
        return orjson.loads(request.get_data(cache=False))
    except orjson.JSONDecodeError:
        raise Problem(NOT_A_SENDING) from None


def _sending() -> list[Any]:
    body = _body()
    records = body.get("visits") if isinstance(body, dict) else None
    version = body.get("form") if isinstance(body, dict) else None
    if not isinstance(records, list) or not isinstance(version, int) or isinstance(version, bool):
        raise Problem(NOT_A_SENDING)
    if version > FORM_VERSION:
        raise Invalid(message=N_("这台设备上的页面比系统新，请稍后再试。"))
    if len(records) > MOST_RECORDS:
        raise TooLarge(N_("一次最多发 %(most)s 条，请分几次发。"), most=MOST_RECORDS)
    return records


def _read(record: Any) -> VisitDraft | Problem:
    try:
        return draft_of(record)
    except Problem as problem:
        return problem


def _answers(records: list[Any]) -> list[Answer]:
    """New visits go in together, amendments one by one after them."""
    outcomes: list[Any] = [_read(record) for record in records]
    fresh = [
        index for index, one in enumerate(outcomes) if isinstance(one, VisitDraft) and not records[index].get("edit")
    ]
    written = visit_log.record_visits(actor(), [outcomes[index] for index in fresh])
    for index, outcome in zip(fresh, written, strict=True):
        outcomes[index] = outcome
    for index, draft in enumerate(outcomes):
        if isinstance(draft, VisitDraft):
            outcomes[index] = _amended(records[index], draft)
    return [_answer(record, outcome) for record, outcome in zip(records, outcomes, strict=True)]


def _amended(record: Any, draft: VisitDraft) -> Receipt | Problem:
    try:
        edit = edit_of(record)
        assert edit is not None
        visit_id = visit_log.visit_called(actor(), draft.client_id)
        return visit_log.amend_visit(actor(), visit_id, draft, edit_id=edit[0], version=edit[1])
    except Problem as problem:
        return problem


def _answer(record: Any, outcome: Receipt | Problem) -> Answer:
    known: Answer = {"client_id": client_id_of(record)}
    if isinstance(outcome, Receipt):
        url = url_for("subjects.page", name="visits", row_id=outcome.visit_id)
        made = not outcome.already_there and not record.get("edit")
        known |= {"status": 201 if made else 200, "visit_id": outcome.visit_id, "version": outcome.version, "url": url}
        return known
    answer: Answer = {**known, "status": outcome.http_status, "error": told(outcome)}
    if isinstance(outcome, Invalid):
        answer["fields"] = {name: _words(fault) for name, fault in outcome.fields.items()}
    if isinstance(outcome, NeedsConfirmation):
        answer["warnings"] = {name: told(warning) for name, warning in outcome.warnings.items()}
    if isinstance(outcome, Conflict):
        answer["current_version"] = outcome.current_version
        answer["theirs"] = record_of(outcome.theirs) if outcome.theirs is not None else None
        answer["differences"] = differences(actor(), outcome)
    return answer


def _words(fault: str | Problem) -> str:
    return told(fault) if isinstance(fault, Problem) else _(fault)


def _told_kit(found: FieldKit) -> dict[str, Any]:
    defaults = found.defaults
    return {
        "form": FORM_VERSION,
        "account": str(actor().account_id),
        "township": actor().can(Permission.CONFIRM_VISIT),
        "places": found.places,
        "people": [
            {"id": int(one.value), "label": one.label, "search": one.search, "posted": found.posted(one)}
            for one in found.people
        ],
        **{name: [_option(one) for one in choices] for name, choices in found.others.items()},
        "defaults": {"place_id": defaults.place_id, "commissioner_ids": list(defaults.commissioner_ids)},
        "cut": found.cut,
    }


def _option(one: Choice) -> dict[str, Any]:
    return {"id": int(one.value), "name": one.label}


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, mimetype="application/json")
