"""A target's own pages: the records behind it, and its parts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request
from flask_babel import gettext as _

from commissioner.access import Permission
from commissioner.domain.target_page import target_page
from commissioner.domain.target_parts import PartsDraft, keep_parts, one_target
from commissioner.domain.target_standing import TargetStanding
from commissioner.problems import Conflict, Invalid
from commissioner.units import plain
from commissioner.web.as_of import url_of
from commissioner.web.forms.targets import PartsForm, parts_form
from commissioner.web.session import actor, requires
from commissioner.web.stories_targets import bar, list_url

bp = Blueprint("targets", __name__)


@bp.get("/projects/<int:project_id>/targets/<int:target_id>")
@requires(Permission.LOOK)
def page(project_id: int, target_id: int) -> str:
    """What stands behind a target, row by row, with what is left out and why."""
    told = target_page(actor(), project_id, target_id)
    return render_template(
        "targets/records.html",
        told=told,
        target=told.target,
        bar=bar(actor(), told.target),
        list_url=list_url(told.target),
        may_keep=actor().can(Permission.KEEP_REGISTRY),
        row_url=lambda row: url_of(row.subject, row.id),
    )


@bp.route("/targets/<int:target_id>/parts", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def parts(target_id: int) -> Any:
    """The whole and its parts, kept together."""
    target = one_target(actor(), target_id)
    form = parts_form(target)
    if form.validate_on_submit():
        try:
            keep_parts(actor(), target_id, form.draft())
            flash(_("已保存。"), "good")
            return redirect(url_of("projects", target.project_id), 303)
        except Invalid as problem:
            _take(form, problem)
        except Conflict as conflict:
            form.version.data = str(conflict.current_version)
            return _asked(conflict.theirs, form, 409, _differences(conflict.theirs, conflict.ours))
    return _asked(target, form, 422 if request.method == "POST" else 200)


def _take(form: PartsForm, problem: Invalid) -> None:
    """Faults come by the place of a part; the form has empty lines between them."""
    names = {
        f"{kind}_{place}": field.name
        for place, (_key, name, figure) in enumerate(form.said_lines)
        for kind, field in (("name", name), ("target", figure))
    }
    form.take(Invalid({names.get(key, key): fault for key, fault in problem.fields.items()}))


def _asked(
    target: TargetStanding, form: PartsForm, status: int, conflict: list[dict[str, str]] | None = None
) -> tuple[str, int]:
    form.give_client_id()
    cancel = url_of("projects", target.project_id)
    return render_template("targets/parts.html", target=target, form=form, conflict=conflict, cancel_url=cancel), status


def _differences(theirs: TargetStanding, ours: PartsDraft) -> list[dict[str, str]]:
    """Theirs beside ours: the whole, and the parts in a line."""
    rows = [
        (_("目标总数"), plain(theirs.target_value), plain(ours.target_value)),
        (_("分项"), _line(theirs.parts), _line(ours.parts)),
    ]
    return [{"label": label, "before": before, "after": after} for label, before, after in rows]


def _line(parts: Any) -> str:
    return "、".join(one.name if one.target_value is None else f"{one.name} {plain(one.target_value)}" for one in parts)
