"""Evaluations: a scheme's steps, a person's evidence with remarks beside, the grade, the own report, a township's word."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Actor, Permission
from commissioner.domain import evaluation_verbs as verbs
from commissioner.domain.evaluation_evidence import evidence_of, problem_filters
from commissioner.domain.evaluation_people import evaluated_people, grade_counts
from commissioner.domain.evaluation_quotas import grade_rules
from commissioner.domain.evaluation_results import COLUMNS, results
from commissioner.domain.evaluation_schemes import SCHEMES
from commissioner.domain.evaluation_steps import steps_from, take_step
from commissioner.domain.evaluations import EvaluationStanding, evaluation_standing, opinion_standing, stands_for
from commissioner.domain.pages import RecordPage
from commissioner.domain.records import find_row
from commissioner.domain.scheme_lines import evidence_of_criteria
from commissioner.problems import AlreadyDone, Conflict, Invalid, NeedsConfirmation, NotFound
from commissioner.vocabulary import SchemeState, SchemeStep
from commissioner.web import year_words
from commissioner.web.downloads import sheet_answer
from commissioner.web.errors import told
from commissioner.web.filters import number, shown
from commissioner.web.forms.evaluations import (
    AssessForm,
    DecideForm,
    StepForm,
    WordsForm,
    assess_form,
    quota_words,
)
from commissioner.web.session import actor, requires
from commissioner.web.subjects import STORIES

bp = Blueprint("evaluations", __name__)
TONES = {SchemeState.OPEN: "warn", SchemeState.PUBLISHED: "good"}


@bp.route("/schemes/<int:scheme_id>/people/<int:commissioner_id>", methods=["GET", "POST"])
@requires(Permission.LOOK)
def person(scheme_id: int, commissioner_id: int) -> Any:
    """The evidence for one commissioner; the bureau writes its remarks beside it."""
    standing = evaluation_standing(actor(), scheme_id, commissioner_id)
    if not standing.may_decide:
        return _shown(standing, None)
    form = assess_form(standing)
    if form.validate_on_submit():
        try:
            with suppress(AlreadyDone):  # sent twice: the first time did it
                verbs.assess(actor(), scheme_id, commissioner_id, form.draft(standing.marks), form.sent_client_id)
            flash(_("评语已保存。"), "good")
            return _to_person(scheme_id, commissioner_id)
        except Invalid as problem:
            form.take(problem)
        except Conflict as conflict:
            return _shown(conflict.theirs, form, _assessed_late(form, conflict)), 409
    return _shown(standing, form), 422 if form.errors else 200


@bp.route("/schemes/<int:scheme_id>/people/<int:commissioner_id>/decide", methods=["GET", "POST"])
@requires(Permission.KEEP_EVALUATION)
def decide(scheme_id: int, commissioner_id: int) -> Any:
    """Give a grade, with words; people decide it."""
    standing = evaluation_standing(actor(), scheme_id, commissioner_id)
    form = DecideForm(
        data={"version": standing.version, "grade": standing.grade, "reason": standing.reason},
    )
    if form.validate_on_submit():
        try:
            with suppress(AlreadyDone):
                verbs.decide(actor(), scheme_id, commissioner_id, form.draft(), form.sent_client_id)
            flash(_("已评定。") if form.grade.data else _("已取消评定。"), "good")
            return redirect(_scheme(scheme_id), 303)
        except Invalid as problem:
            form.take(problem)
        except Conflict as conflict:
            return _asked_grade(conflict.theirs, form, 409, _decided_late(form, conflict))
    if not standing.is_open:
        return _to_person(scheme_id, commissioner_id)
    return _asked_grade(standing, form, 422 if form.errors else 200)


@bp.route("/schemes/<int:scheme_id>/people/<int:commissioner_id>/report", methods=["GET", "POST"])
@requires(Permission.HAND_IN_REPORT)
def report(scheme_id: int, commissioner_id: int) -> Any:
    """The commissioner's own words on the year."""
    standing = evaluation_standing(actor(), scheme_id, commissioner_id)
    if not stands_for(actor(), commissioner_id):
        raise NotFound
    form = WordsForm(data={"version": standing.report_version, "words": standing.report})
    back = url_for("evaluations.person", scheme_id=scheme_id, commissioner_id=commissioner_id)
    heading = _("述职：%(name)s", name=standing.name)
    asked = {"heading": heading, "scheme": standing.scheme, "back": back, "due": standing.decide_by}
    if form.validate_on_submit():
        try:
            with suppress(AlreadyDone):
                verbs.hand_in_report(actor(), scheme_id, commissioner_id, form.draft(), form.sent_client_id)
            flash(_("述职已提交。考核结束前可以修改。"), "good")
            return redirect(back, 303)
        except Invalid as problem:
            form.take(problem)
        except Conflict as conflict:
            return _asked_words(form, asked, 409, _worded_late(form, conflict, conflict.theirs.report))
    if not standing.may_report:
        return redirect(back, 303)
    return _asked_words(form, asked, 422 if form.errors else 200)


@bp.route("/schemes/<int:scheme_id>/people/<int:commissioner_id>/opinion", methods=["GET", "POST"])
@requires(Permission.GIVE_OPINION)
def opinion(scheme_id: int, commissioner_id: int) -> Any:
    """A township's word about somebody posted with it."""
    stands = opinion_standing(actor(), scheme_id, commissioner_id)
    form = WordsForm(data={"version": stands.version, "words": stands.words})
    asked = {
        "heading": _("对%(name)s的意见", name=stands.name),
        "scheme": stands.scheme,
        "back": _scheme(scheme_id),
        "due": stands.decide_by,
        "year_url": url_for("year_pages.page", commissioner_id=commissioner_id, year=stands.year),
    }
    if form.validate_on_submit():
        try:
            with suppress(AlreadyDone):
                verbs.give_opinion(actor(), scheme_id, commissioner_id, form.draft(), form.sent_client_id)
            flash(_("意见已提交，县科技局看得到。"), "good")
            return redirect(_scheme(scheme_id), 303)
        except Invalid as problem:
            form.take(problem)
        except Conflict as conflict:
            return _asked_words(form, asked, 409, _worded_late(form, conflict, conflict.theirs.words))
    return _asked_words(form, asked, 422 if form.errors else 200)


@bp.route("/schemes/<int:scheme_id>/step/<step>", methods=["GET", "POST"])
@requires(Permission.KEEP_EVALUATION)
def step(scheme_id: int, step: str) -> Any:
    """Open a scheme, take it back, publish it, open it again, file it."""
    wanted = next((one for one in SchemeStep if one.value == step), None) or abort(404)
    scheme = find_row(actor(), SCHEMES, scheme_id)
    name, state, form, warnings = scheme.name, scheme.state, StepForm(), []
    form.suit(wanted)
    if form.validate_on_submit():
        try:
            with suppress(AlreadyDone):
                take_step(actor(), scheme_id, wanted, form.draft(), form.sent_client_id)
            flash(_("已保存。"), "good")
            return redirect(_scheme(scheme_id), 303)
        except Invalid as problem:
            form.take(problem)
        except NeedsConfirmation as problem:
            warnings = [told(one) for one in problem.warnings.values()]
    elif wanted not in steps_from(actor(), state):
        return redirect(_scheme(scheme_id), 303)
    form.give_client_id()
    status = 422 if form.errors or warnings else 200
    page = {"form": form, "step": wanted, "name": name, "warnings": warnings, "back": _scheme(scheme_id)}
    return render_template("schemes/step.html", **page), status


@bp.get("/schemes/<int:scheme_id>/results.xlsx")
@requires(Permission.KEEP_EVALUATION)
def results_sheet(scheme_id: int) -> Response:
    """The results as a sheet for the superior, in the order of names."""
    scheme = find_row(actor(), SCHEMES, scheme_id)
    title = f"{scheme.name} {_(scheme.state.label)}"
    return sheet_answer(title, COLUMNS, results(actor(), scheme_id))


def _shown(standing: EvaluationStanding, form: AssessForm | None, conflict: Sequence[dict[str, str]] = ()) -> str:
    evidence = evidence_of(actor(), standing)
    if form is not None:
        form.give_client_id()
    return render_template(
        "schemes/person.html",
        evidence=evidence,
        standing=standing,
        year=evidence.year,
        words=year_words,
        form=form,
        conflict=conflict,
        problem_filters=problem_filters(standing.commissioner_id, evidence.year.year),
        own=standing.may_report and stands_for(actor(), standing.commissioner_id),
        tones=TONES,
    )


def _asked_grade(
    standing: EvaluationStanding, form: DecideForm, status: int, conflict: Sequence[dict[str, str]] = ()
) -> tuple[str, int]:
    form.give_client_id()
    form.offer(grade_rules(standing.scheme_id))
    back = url_for("evaluations.person", scheme_id=standing.scheme_id, commissioner_id=standing.commissioner_id)
    return render_template("schemes/decide.html", standing=standing, form=form, conflict=conflict, back=back), status


def _asked_words(
    form: WordsForm, asked: dict[str, Any], status: int, conflict: Sequence[dict[str, str]] = ()
) -> tuple[str, int]:
    form.give_client_id()
    return render_template("schemes/words.html", form=form, conflict=conflict, **asked), status


def _assessed_late(form: AssessForm, conflict: Conflict) -> list[dict[str, str]]:
    """Remarks are kept as typed, on top of what somebody else saved meanwhile."""
    theirs: EvaluationStanding = conflict.theirs
    form.version.data, form.client_id.data = str(theirs.version), ""
    rows = [{"label": _("等次"), "theirs": shown(theirs.grade) if theirs.grade else "", "ours": ""}]
    for one in theirs.marks:
        ours = conflict.ours.marks.get(one.criterion_id) or verbs.Said()
        pair = (_scored(one.remark, one.score), _scored(ours.remark, ours.score))
        if pair[0] != pair[1]:
            rows.append({"label": one.name, "theirs": pair[0], "ours": pair[1]})
    return [row for row in rows if row["theirs"] or row["ours"]]


def _scored(remark: str, score: Any) -> str:
    return " · ".join(part for part in (remark, "" if score is None else number(score)) if part)


def _decided_late(form: DecideForm, conflict: Conflict) -> list[dict[str, str]]:
    theirs: EvaluationStanding = conflict.theirs
    form.version.data, form.client_id.data = str(theirs.version), ""
    grade = conflict.ours.grade
    who = _("%(who)s 评定", who=theirs.decided_by) if theirs.decided_by else ""
    given = " · ".join(part for part in (shown(theirs.grade) if theirs.grade else "", who) if part)
    return [
        {"label": _("等次"), "theirs": given, "ours": shown(grade) if grade else _("暂不评定")},
        {"label": _("理由"), "theirs": theirs.reason, "ours": conflict.ours.reason},
    ]


def _worded_late(form: WordsForm, conflict: Conflict, theirs: str) -> list[dict[str, str]]:
    form.version.data, form.client_id.data = str(conflict.current_version), ""
    return [{"label": _("内容"), "theirs": theirs, "ours": conflict.ours.words}]


def _scheme(scheme_id: int) -> str:
    return url_for("subjects.page", name="schemes", row_id=scheme_id)


def _to_person(scheme_id: int, commissioner_id: int) -> Response:
    return redirect(url_for("evaluations.person", scheme_id=scheme_id, commissioner_id=commissioner_id), 303)


def scheme_story(reader: Actor, page: RecordPage) -> dict[str, Any]:
    """Where the scheme stands, what may be done with it, and those of the evaluated whom the reader may know of."""
    state = find_row(reader, SCHEMES, page.id).state
    is_bureau = reader.can(Permission.KEEP_EVALUATION)
    counts = grade_counts(reader, page.id) if state is not SchemeState.DRAFT else {}
    return {
        "state": state,
        "tone": TONES.get(state, ""),
        "steps": steps_from(reader, state),
        "people": evaluated_people(reader, page.id, state),
        "counts": counts,
        "rules": grade_rules(page.id),
        "evidence": evidence_of_criteria(page.id),
        "quota_words": quota_words,
        "is_bureau": is_bureau,
        "says_opinion": reader.can(Permission.GIVE_OPINION),
        "may_change": is_bureau and state is SchemeState.DRAFT,
    }


STORIES["schemes"] = scheme_story
