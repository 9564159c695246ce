"""Language and large type, remembered in the browser."""

from __future__ import annotations

from flask import Blueprint, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from commissioner.web.back import own_page
from commissioner.web.language import COOKIE, LANGUAGES
from commissioner.web.session import requires

bp = Blueprint("preferences", __name__)
A_YEAR_SECONDS = 365 * 24 * 3600
LARGE_TYPE_COOKIE = "large_type"


@bp.post("/language")
@requires(None)
def language() -> Response:
    """Choose a language."""
    wanted = request.form.get("language", "")
    return _remember(COOKIE, wanted if wanted in LANGUAGES else LANGUAGES[0])


@bp.post("/large-type")
@requires(None)
def large_type() -> Response:
    """Switch large type."""
    return _remember(LARGE_TYPE_COOKIE, "1" if request.form.get("large_type") == "1" else "0")


def _remember(name: str, value: str) -> Response:
    answer = redirect(own_page(request.form.get("next", ""), url_for("home.index")), 303)
    secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
    answer.set_cookie(name, value, max_age=A_YEAR_SECONDS, httponly=True, samesite="Lax", secure=secure)
    return answer


def wants_large_type() -> bool:
    """Whether this browser asked for large type."""
    return request.cookies.get(LARGE_TYPE_COOKIE) == "1"
