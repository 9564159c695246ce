"""A project's updates: the form, keeping a draft, handing in, taking back, and every version beside any other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Permission
from commissioner.domain import project_updates
from commissioner.domain.project_history import Standing
from commissioner.domain.project_updates import Begun, Receipt
from commissioner.domain.update_drafts import UpdateDraft, Written
from commissioner.domain.update_lines import BETWEEN, Key, LineKind
from commissioner.domain.update_versions import two_of, versions_of
from commissioner.problems import Conflict, Invalid, NeedsConfirmation
from commissioner.units import fen_to_yuan, whole
from commissioner.vocabulary import Unit, UpdateState
from commissioner.web.errors import told
from commissioner.web.filters import shown
from commissioner.web.forms.updates import UpdateForm, update_form
from commissioner.web.session import actor, requires
from commissioner.web.stories_projects import measured
from commissioner.web.stories_targets import bars
from commissioner.web.stories_updates import compared, page_of, register

bp = Blueprint("updates", __name__)
register()


@bp.route("/projects/<int:project_id>/update", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROJECT)
def new(project_id: int) -> Any:
    """The form of a new update; a draft that was begun is gone on with."""
    stands = project_updates.update_standing(actor(), project_id)
    begun = project_updates.own_draft(actor(), project_id) if request.method == "GET" else None
    if begun is not None:
        flash(_("您有一份没提交的草稿，接着写吧。"), "")
        return redirect(url_for("updates.edit", update_id=begun))
    return _asked_or_done(stands, None, update_form(stands))


@bp.route("/updates/<int:update_id>/edit", methods=["GET", "POST"])
@requires(Permission.UPDATE_PROJECT)
def edit(update_id: int) -> Any:
    """The form of a draft, or of an update that came back."""
    begun = project_updates.begun(actor(), update_id)
    if request.method == "GET":
        project_updates.refuse_on_its_way(begun.written.state)
    return _asked_or_done(begun.standing, begun, update_form(begun.standing, begun.written))


@bp.post("/updates/<int:update_id>/take-back")
@requires(Permission.UPDATE_PROJECT)
def take_back(update_id: int) -> Response:
    """Take a submitted update back to go on writing."""
    try:
        project_updates.take_back(actor(), update_id, _version())
        flash(_("已撤回，可以接着改。"), "good")
    except Conflict:
        flash(_("别人刚刚处理过这条进展，没有撤回。请看现在的情况。"), "bad")
        return redirect(page_of(update_id), 303)
    return redirect(url_for("updates.edit", update_id=update_id), 303)


@bp.post("/updates/<int:update_id>/discard")
@requires(Permission.UPDATE_PROJECT)
def discard(update_id: int) -> Response:
    """Throw a draft away."""
    try:
        project_id = project_updates.discard_draft(actor(), update_id, _version())
    except Conflict:
        flash(_("这份草稿刚刚改过，没有删除。"), "bad")
        return redirect(page_of(update_id), 303)
    flash(_("草稿已删除。"), "good")
    return redirect(url_for("subjects.page", name="projects", row_id=project_id), 303)


@bp.get("/updates/<int:update_id>/compare")
@requires(Permission.UPDATE_PROJECT)
def compare(update_id: int) -> str:
    """Any two versions beside each other."""
    versions = versions_of(actor(), update_id)
    one, other = (whole(request.args.get(key, "")) for key in ("one", "other"))
    first, second = two_of(versions, one, other)
    return render_template(
        "updates/compare.html",
        versions=versions,
        first=first,
        second=second,
        compared=compared(first.content, second.content),
        back=page_of(update_id),
    )


def _version() -> int:
    return whole(request.form.get("version", "")) or 0


def _asked_or_done(stands: Standing, begun: Begun | None, form: UpdateForm) -> Any:
    update_id = begun.written.update_id if begun else None
    if form.validate_on_submit():
        verb = project_updates.save_draft if form.keeps_a_draft else project_updates.submit_update
        try:
            return _done(verb(actor(), stands.project_id, form.draft(), update_id))
        except Invalid as problem:
            form.take(problem)
        except NeedsConfirmation as problem:
            return _asked(stands, begun, form, 422, warnings=problem)
        except Conflict as conflict:
            if begun is not None and conflict.theirs.state not in project_updates.OPEN:
                return _overtaken(begun, conflict)
            return _asked_again(stands, begun, conflict)
    return _asked(stands, begun, form, 422 if request.method == "POST" else 200)


def _done(receipt: Receipt) -> Response:
    words = {
        UpdateState.DRAFT: _("草稿已保存，只有您自己看得到。"),
        UpdateState.RETURNED: _("已保存，还没有重新提交。"),
        UpdateState.SUBMITTED: _("已提交，等县科技局审核。"),
        UpdateState.APPROVED: _("进展已更新。"),
    }
    flash(_("这次进展已经记过了。") if receipt.already_there else words[receipt.state], "good")
    return redirect(page_of(receipt.update_id), 303)


def _asked(
    stands: Standing,
    begun: Begun | None,
    form: UpdateForm,
    status: int,
    warnings: NeedsConfirmation | None = None,
    conflict: Sequence[dict[str, str]] | None = None,
    theirs: Written | None = None,
) -> tuple[str, int]:
    form.give_client_id()
    project_url = url_for("subjects.page", name="projects", row_id=stands.project_id)
    return render_template(
        "updates/form.html",
        stands=stands,
        begun=begun,
        form=form,
        bars={one["id"]: one for one in bars(actor(), stands.targets)},
        warnings=[told(one) for one in warnings.warnings.values()] if warnings else [],
        conflict=conflict,
        theirs=theirs,
        project_url=project_url,
        cancel_url=page_of(begun.written.update_id) if begun else project_url,
        approves=actor().can(Permission.REVIEW_UPDATE),
    ), status


def _asked_again(stands: Standing, begun: Begun | None, conflict: Conflict) -> tuple[str, int]:
    """The form on top of theirs: sent again, it is written after what is shown beside it."""
    theirs: Written = conflict.theirs
    form = update_form(stands, begun.written if begun else None)
    form.version.data = str(conflict.current_version)
    form.client_id.data = ""
    return _asked(stands, begun, form, 409, conflict=beside(theirs, conflict.ours, stands), theirs=theirs)


def _overtaken(begun: Begun, conflict: Conflict) -> tuple[str, int]:
    """It is on its way, or counts, by now: what was written can only be looked at beside what stands."""
    return render_template(
        "updates/overtaken.html",
        theirs=conflict.theirs,
        project=begun.standing.title,
        conflict=beside(conflict.theirs, conflict.ours, begun.standing),
        back=page_of(begun.written.update_id),
    ), 409


def beside(theirs: Written, ours: UpdateDraft, stands: Standing) -> list[dict[str, str]]:
    """Each thing that an update tells: how it stands, and what we were about to say, if anything."""
    spent = [None if fen is None else fen_to_yuan(fen) for fen in (theirs.content.spent_fen, ours.spent_fen)]
    rows = [
        (_("截至哪一天"), shown(theirs.content.reported_on), shown(ours.reported_on)),
        (_("进展"), theirs.content.progress, ours.progress),
        (_("累计支出"), measured(spent[0], Unit.YUAN), measured(spent[1], Unit.YUAN)),
    ]
    saved, mine = theirs.content.lines, ours.lines
    for key, name, unit in numbers_of(stands):
        rows.append((name, measured(saved.get(key), unit), measured(mine.get(key), unit)))
    rows.append((_("超支说明"), theirs.content.overspent_for, ours.overspent_for))
    return [{"label": label, "theirs": before, "ours": after} for label, before, after in rows if before or after]


def numbers_of(stands: Standing) -> list[tuple[Key, str, Unit]]:
    """Every number that an update of the project may tell, with its name and unit."""
    numbers: list[tuple[Key, str, Unit]] = []
    for one in stands.targets:
        if one.indicator is None:
            numbers.append(((LineKind.TARGET, one.id), one.name, one.unit))
        numbers += [((LineKind.PART, part.id), f"{one.name}{BETWEEN}{part.name}", one.unit) for part in one.parts]
    if stands.is_by_source:
        numbers += [((LineKind.SOURCE, one.id), _(one.source.label), Unit.YUAN) for one in stands.sources]
    return numbers
