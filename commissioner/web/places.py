"""What happens to a place: renamed, merged, closed, tagged, each with a form of its own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Permission
from commissioner.domain import place_changes
from commissioner.domain.pickers import choices_of
from commissioner.domain.place_story import PlaceStory, place_story
from commissioner.domain.subjects import SUBJECTS
from commissioner.problems import AlreadyDone, Invalid, NeedsConfirmation
from commissioner.units import today
from commissioner.web.errors import told
from commissioner.web.forms.base import Form
from commissioner.web.forms.declared import offer
from commissioner.web.forms.places import HappeningForm, MergeForm, RenameForm, TagsForm
from commissioner.web.session import actor, requires

bp = Blueprint("places", __name__, url_prefix="/places/<int:place_id>")
Verb = Callable[..., None]


@bp.route("/rename", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def rename(place_id: int) -> Any:
    """Give it a new name."""
    return _happen(place_id, RenameForm(), place_changes.rename_place, _("更名"))


@bp.route("/merge", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def merge(place_id: int) -> Any:
    """Merge it into another."""
    form = MergeForm()
    kept = [form.successor_id.data] if form.successor_id.data else []
    choices = choices_of(actor(), SUBJECTS["places"], keep=kept)
    offer(form.successor_id, choices, url_for("subjects.pick", name="places"), blank=True)
    return _happen(place_id, form, place_changes.merge_place, _("并入别处"))


@bp.route("/close", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def close(place_id: int) -> Any:
    """Close it."""
    return _happen(place_id, HappeningForm(), place_changes.close_place, _("撤销"))


@bp.route("/tags", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def tags(place_id: int) -> Any:
    """Say what it is marked as."""
    story = place_story(actor(), place_id, today())
    form = TagsForm(data={"tags": list(story.tags)})
    if form.validate_on_submit():
        place_changes.tag_place(actor(), place_id, form.chosen())
        return _done(place_id)
    return _asked(story, place_id, form, _("改标签"))


def _happen(place_id: int, form: HappeningForm, verb: Verb, heading: str) -> Any:
    warnings: list[str] = []
    if form.validate_on_submit():
        try:
            verb(actor(), place_id, form.draft(), form.sent_client_id)
            return _done(place_id)
        except AlreadyDone:
            return _done(place_id)
        except Invalid as problem:
            form.take(problem)
        except NeedsConfirmation as problem:
            warnings = [told(one) for one in problem.warnings.values()]
    return _asked(place_story(actor(), place_id, today()), place_id, form, heading, warnings)


def _done(place_id: int) -> Response:
    flash(_("已保存。"), "good")
    return redirect(url_for("subjects.page", name="places", row_id=place_id), 303)


def _asked(
    story: PlaceStory, place_id: int, form: Form, heading: str, warnings: list[str] | None = None
) -> tuple[str, int]:
    form.give_client_id()
    home = url_for("subjects.page", name="places", row_id=place_id)
    status = 422 if form.errors or warnings else 200
    answer = render_template(
        "form.html", heading=heading, lede=story.name, form=form, warnings=warnings, cancel_url=home
    )
    return answer, status
