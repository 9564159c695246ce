"""The changes: who changed what, when, from what to what."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _

from commissioner.access import Permission
from commissioner.domain.audit import LISTING, FieldChange, Told, told
from commissioner.web.filters import shown, word, yuan
from commissioner.web.lists import ListPage
from commissioner.web.session import actor, requires

bp = Blueprint("audit", __name__, url_prefix="/audit")


@bp.get("/")
@requires(Permission.SEE_AUDIT)
def index() -> str:
    """The changes in scope, the latest first."""
    page = ListPage(actor(), LISTING, _("变更记录"), lambda row: "")
    return render_template("audit/index.html", page=page, lines=told(page.rows), said=said, record_url=record_url)


def record_url(record: tuple[str, int]) -> str:
    """The page of the record that a line is about."""
    return url_for("subjects.page", name=record[0], row_id=record[1])


def said(changes: tuple[FieldChange, ...]) -> list[dict[str, Any]]:
    """Changes with their labels and values in the reader's language."""
    return [{"label": _(one.label), "before": _value(one.before), "after": _value(one.after)} for one in changes]


def _value(value: Told | None) -> str | None:
    if value is None:
        return None
    if value.words:
        return " ".join(part for part in ("、".join(word(one) for one in value.words), value.text) if part)
    if value.flag is not None:
        return shown(value.flag)
    return yuan(value.money_fen) if value.money_fen is not None else value.text
