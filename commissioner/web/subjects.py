"""One page machinery for every declared subject: list, export, page, new, edit, remove, pick."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Permission
from commissioner.domain import records
from commissioner.domain.listing import exported
from commissioner.domain.pages import record_page
from commissioner.domain.pickers import choices_of
from commissioner.domain.subject import Kind, Subject
from commissioner.domain.subjects import SUBJECTS
from commissioner.problems import AlreadyDone, Conflict, Invalid, NeedsConfirmation
from commissioner.units import whole
from commissioner.web.as_of import DATED, as_of, url_of
from commissioner.web.downloads import sheet_answer
from commissioner.web.errors import told
from commissioner.web.filters import shown
from commissioner.web.forms.base import Form
from commissioner.web.forms.declared import draft_of, form_class, form_values, offer_choices
from commissioner.web.lists import ListPage, address, present_arguments, read_query
from commissioner.web.sections import shown_sections
from commissioner.web.session import actor, requires
from commissioner.web.sketches import sketch_of

bp = Blueprint("subjects", __name__)
MOST_PICKED = 30
# Subjects with doors of their own for making a record.
OWN_NEW = {"visits": "visits.new", "needs": "needs.new"}
# Subjects whose pages tell more than their facts: a function from the actor and the page to the template's context.
STORIES: dict[str, Any] = {}
# Subjects whose lists tell more than their rows: a function from the actor and the list to a sentence.
LIST_WORDS: dict[str, Any] = {}
# Subjects of which those who do not keep them may begin one: a function from the actor to an address and its words.
OWN_BEGINNINGS: dict[str, Any] = {}


def known(name: str) -> Subject:
    """The subject called ``name``; 404 if there is none or this actor may not see it."""
    subject = SUBJECTS.get(name)
    if subject is None:
        abort(404)
    actor().must(subject.see)
    return subject


@bp.get("/<name>/")
@requires(Permission.LOOK)
def index(name: str) -> str:
    """A list."""
    subject = known(name)
    page = ListPage(actor(), subject.listing, _(subject.title), lambda row: row_address(subject, row["id"]))
    page.export_url = address(url_for("subjects.export", name=name), present_arguments(page.asked))
    if subject.keep is not None and actor().can(subject.keep) and not subject.parent:
        page.new_url = url_for(OWN_NEW[name]) if name in OWN_NEW else url_for("subjects.new", name=name)
        page.new_label = _("新增%(one)s", one=_(subject.one))
    elif name in OWN_BEGINNINGS and (beginning := OWN_BEGINNINGS[name](actor())):
        page.new_url, page.new_label = beginning
    lede = LIST_WORDS[name](actor(), page) if name in LIST_WORDS else ""
    asked = as_of() if subject.listing.on(as_of().day) is not None else None
    return render_template("list.html", page=page, subject=subject, lede=lede, as_of=asked)


def row_address(subject: Subject, row_id: int) -> str:
    """Where a row of a list leads: its page, or for a line of a parent's page, its form if one may use it."""
    if subject.parent and subject.keep is not None and actor().can(subject.keep):
        return url_for("subjects.edit", name=subject.name, row_id=row_id)
    return url_of(subject.name, row_id)


@bp.get("/<name>/export.xlsx")
@requires(Permission.EXPORT)
def export(name: str) -> Response:
    """Exactly what the list shows, every page of it."""
    subject = known(name)
    result = exported(actor(), subject.listing, read_query(subject.listing))
    title = _(subject.title)
    if as_of().given and subject.listing.on(as_of().day) is not None:
        title = _("截至 %(day)s 的%(title)s", day=as_of().day.isoformat(), title=title)
    return sheet_answer(title, subject.listing.columns, result.rows)


@bp.get("/<name>/<int:row_id>")
@requires(Permission.LOOK)
def page(name: str, row_id: int) -> Any:
    """A record's page; a line has none of its own and leads to its parent's."""
    subject = known(name)
    if subject.parent:
        return redirect(_home_of(subject, None, records.record(actor(), subject, row_id).values))
    asked = as_of()
    told_page = record_page(actor(), subject, row_id, asked.day if asked.given and name in DATED else None)
    story = STORIES[name](actor(), told_page) if name in STORIES else {}
    template: list[Any] = [f"{name}/page.html", "record.html"]
    return render_template(
        template,
        page=told_page,
        subject=subject,
        as_of=asked if name in DATED else None,
        url_of=url_of,
        sketch_drawing=sketch_of(told_page),
        sections=shown_sections(told_page),
        story=story,
    )


@bp.route("/<name>/new", methods=["GET", "POST"])
@requires(Permission.LOOK)
def new(name: str) -> Any:
    """The form of a new record; a link from another page gives some of it."""
    subject = _kept(name)
    if name in OWN_NEW:
        return redirect(url_for(OWN_NEW[name], **cast("dict[str, Any]", request.args.to_dict())))
    form = form_class(subject)(data=None if request.method == "POST" else given_by_address(subject))
    if form.validate_on_submit():
        try:
            draft = _checked(subject, form)
            return _done(subject, records.create(actor(), subject, draft, form.sent_client_id), draft)
        except AlreadyDone as repetition:
            return _done(subject, repetition.subject_id, draft_of(subject, form))
        except Invalid as problem:
            form.take(problem)
        except NeedsConfirmation as problem:
            return _asked(subject, form, _("新增%(one)s", one=_(subject.one)), 422, problem)
    return _asked(subject, form, _("新增%(one)s", one=_(subject.one)), 422 if form.errors else 200)


@bp.route("/<name>/<int:row_id>/edit", methods=["GET", "POST"])
@requires(Permission.LOOK)
def edit(name: str, row_id: int) -> Any:
    """The form of a record that stands."""
    subject = _kept(name)
    old = records.record(actor(), subject, row_id)
    form = form_class(subject)(data={**form_values(subject, old.values), "version": old.version})
    kept = {key: old.values[key] for key in subject.fixed({**old.values, "id": row_id})} if subject.fixed else {}
    for key in kept:
        del form[key]
    heading = _("修改%(one)s", one=_(subject.one))
    if form.validate_on_submit():
        try:
            draft = {**kept, **_checked(subject, form)}
            records.amend(actor(), subject, row_id, draft, _version(form))
            return _done(subject, row_id, draft)
        except Invalid as problem:
            form.take(problem)
        except NeedsConfirmation as problem:
            return _asked(subject, form, heading, 422, problem, row_id)
        except Conflict as conflict:
            form["version"].data = str(conflict.current_version)
            return _asked(subject, form, heading, 409, row_id=row_id, conflict=_differences(subject, conflict))
    return _asked(subject, form, heading, 422 if form.errors else 200, row_id=row_id)


@bp.post("/<name>/<int:row_id>/remove")
@requires(Permission.KEEP_REGISTRY)
def remove(name: str, row_id: int) -> Response:
    """Remove a record that was entered by mistake."""
    subject = _kept(name)
    old = records.record(actor(), subject, row_id)
    records.remove(actor(), subject, row_id)
    flash(_("已删除。"), "good")
    return redirect(_home_of(subject, None, old.values), 303)


@bp.get("/<name>/pick.json")
@requires(Permission.LOOK)
def pick(name: str) -> Response:
    """What a picker offers for the text typed so far."""
    subject = known(name)
    choices = choices_of(actor(), subject, request.args.get("q", "").replace("\x00", ""), MOST_PICKED)
    return jsonify([{"value": c.value, "label": c.label, "search": c.search, "group": c.group} for c in choices])


def _kept(name: str) -> Subject:
    subject = known(name)
    records.must_keep(actor(), subject)
    return subject


def given_by_address(subject: Subject) -> dict[str, Any]:
    """What the address gives a new form, and the defaults of its fields."""
    given: dict[str, Any] = {
        one.key: one.default() if callable(one.default) else one.default
        for one in subject.fields
        if one.default is not None
    }
    for one in subject.fields:
        text = request.args.get(one.key, "")
        if one.kind in {Kind.PLACE, Kind.REFERENCE} and (row_id := whole(text)):
            given[one.key] = row_id
        elif one.kind is Kind.WORD and one.words is not None:
            given[one.key] = next((word for word in one.words if word.value == text), given.get(one.key))
    return given


def _checked(subject: Subject, form: Form) -> dict[str, Any]:
    draft = draft_of(subject, form)
    return {**draft, "confirmed": form.confirmed}


def _version(form: Form) -> int:
    return whole(str(form["version"].data or "")) or 0


def _done(subject: Subject, row_id: int | None, values: Mapping[str, Any]) -> Response:
    flash(_("已保存。"), "good")
    return redirect(_home_of(subject, row_id, values), 303)


def _home_of(subject: Subject, row_id: int | None, values: Mapping[str, Any]) -> str:
    if subject.parent:
        parent = subject.field(subject.parent)
        return url_of(parent.refers, values[subject.parent])
    return url_for("subjects.index", name=subject.name) if row_id is None else url_of(subject.name, row_id)


def _asked(
    subject: Subject,
    form: Form,
    heading: str,
    status: int,
    problem: NeedsConfirmation | None = None,
    row_id: int | None = None,
    conflict: list[dict[str, Any]] | None = None,
) -> tuple[str, int]:
    form.give_client_id()
    offer_choices(actor(), subject, form, lambda refers: url_for("subjects.pick", name=refers))
    warnings = [told(one) for one in problem.warnings.values()] if problem else []
    values = {subject.parent: form[subject.parent].data} if subject.parent else {}
    cancel = _home_of(subject, row_id, values) if not subject.parent or values[subject.parent] else None
    fixed = any(one.kind is not Kind.POINT and one.key not in form for one in subject.fields)
    return render_template(
        "form.html",
        heading=heading,
        lede=_(subject.fixed_words) if fixed else "",
        form=form,
        warnings=warnings,
        conflict=conflict,
        cancel_url=cancel,
        remove_url=url_for("subjects.remove", name=subject.name, row_id=row_id) if row_id and _may_remove() else None,
    ), status


def _may_remove() -> bool:
    return actor().can(Permission.KEEP_REGISTRY)


def _differences(subject: Subject, conflict: Conflict) -> list[dict[str, Any]]:
    labels = {one.key: (_(one.label), one.kind.value) for one in subject.fields}
    return [
        {"label": label, "before": shown(conflict.theirs[key], kind), "after": shown(conflict.ours.get(key), kind)}
        for key, (label, kind) in labels.items()
        if conflict.theirs[key] != conflict.ours.get(key)
    ]
