"""Problems answered once, in words: pages for people, JSON for modules, a reference number for failures."""

from __future__ import annotations

import secrets
from typing import Any

import structlog
from flask import Flask, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from commissioner.problems import Problem, SignInNeeded
from commissioner.vocabulary import N_

log = structlog.get_logger()

WORDS = {
    400: N_("这个请求我们看不懂，请返回重试。"),
    403: N_("页面放得太久了，请刷新后再提交一次。"),
    404: N_("没有找到您要的内容。它可能已被删除，或不在您的范围内。"),
    405: N_("这个地址不能这样打开。"),
    413: N_("内容太大了，没有保存。"),
    429: N_("尝试次数太多，请稍后再试。"),
    500: N_("系统出了错，您的内容可能没有保存。"),
    503: N_("系统正忙，您的内容没有保存。请稍后再试一次。"),
}
PAGES = {404: "errors/404.html", 409: "errors/409.html", 429: "errors/429.html", 500: "errors/500.html"}


def init_errors(app: Flask) -> None:
    """Answer problems, HTTP errors and failures."""
    app.register_error_handler(SignInNeeded, _sign_in_needed)
    app.register_error_handler(Problem, _problem)
    app.register_error_handler(CSRFError, _stale_form)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _failure)


def told(problem: Problem) -> str:
    """The problem's message in the reader's language; a label among its values is translated too."""
    values = {key: _(value) if isinstance(value, str) and value else value for key, value in problem.values.items()}
    return _(problem.message, **values)


def _wants_json() -> bool:
    return request.path.endswith(".json") or request.is_json


def _answer(status: int, message: str, **context: Any) -> tuple[Any, int]:
    if _wants_json():
        return jsonify(error=message, **context), status
    page = PAGES.get(status, "errors/422.html")
    return render_template(page, message=message, status=status, **context), status


def _problem(problem: Problem) -> Any:
    return _answer(problem.http_status, told(problem))


def _sign_in_needed(problem: SignInNeeded) -> Any:
    if _wants_json():
        return _answer(401, told(problem))
    return redirect(url_for("auth.sign_in"), 303)


def _stale_form(error: CSRFError) -> Any:
    # A phone that was signed out has an old token too: what it needs to know is that it must sign in.
    if _wants_json() and not current_user.is_authenticated:
        return _problem(SignInNeeded())
    return _answer(400, _(WORDS[403]))


def _http_error(error: HTTPException) -> Any:
    status = error.code or 500
    if status < 400:  # a redirect is an answer, not an error
        return error
    return _answer(status, _(WORDS.get(status, WORDS[400])))


def _failure(error: Exception) -> tuple[Any, int] | Response:
    reference = secrets.token_hex(4)
    # The exception's text may quote what somebody typed: only its kind and place are logged.
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    where = f"{trace.tb_frame.f_code.co_filename.rpartition('commissioner')[2]}:{trace.tb_lineno}" if trace else ""
    log.error("failure", reference=reference, kind=type(error).__name__, where=where, endpoint=request.endpoint)
    try:
        return _answer(500, _(WORDS[500]), reference=reference)
    except Exception:  # noqa: BLE001 - whatever broke the page may break its error page too
        return Response(f"{WORDS[500]} {reference}", 500, mimetype="text/plain")
