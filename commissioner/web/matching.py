"""Matching with reasons: who fits a need, which needs fit somebody, the answers of both sides, posting and agreement."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Actor, Permission
from commissioner.domain import match_answers
from commissioner.domain.agreement import agreement_document, agreement_of
from commissioner.domain.match_answers import MatchStanding, match_standing, standings_of
from commissioner.domain.matching import PAGE, Ranking, needs_for, people_for
from commissioner.domain.needs import STILL_ASKED
from commissioner.domain.pages import RecordPage
from commissioner.domain.pickers import choices_of
from commissioner.domain.postings import BATCHES
from commissioner.problems import AlreadyDone, Invalid, NotFound
from commissioner.reports.word import to_word
from commissioner.units import today, whole
from commissioner.vocabulary import MatchSide, MatchState
from commissioner.web.downloads import file_answer
from commissioner.web.errors import told
from commissioner.web.forms.declared import offer
from commissioner.web.forms.matching import AnswerForm, PostForm, ProposalForm
from commissioner.web.session import actor, requires
from commissioner.web.subjects import STORIES

bp = Blueprint("matching", __name__)
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_SHOWN = 200
TONES = {MatchState.AGREED: "good", MatchState.DECLINED: "quiet"}


@bp.get("/needs/<int:need_id>/matching")
@requires(Permission.KEEP_REGISTRY)
def people(need_id: int) -> str:
    """Commissioners who fit a need, best first, each with reasons."""
    ranking = people_for(actor(), need_id, _shown())
    open_still = ranking.need.state in STILL_ASKED
    return render_template("needs/matching.html", need=ranking.need, open_still=open_still, **_told(ranking))


@bp.get("/commissioners/<int:commissioner_id>/needs")
@requires(Permission.KEEP_REGISTRY)
def needs(commissioner_id: int) -> str:
    """Open needs that somebody fits, best first, each with reasons."""
    ranking = needs_for(actor(), commissioner_id, _shown())
    return render_template("commissioners/needs.html", person=ranking.person, **_told(ranking))


@bp.post("/matches/propose")
@requires(Permission.KEEP_REGISTRY)
def propose() -> Response:
    """Propose somebody for a need."""
    form = ProposalForm()
    need_id, commissioner_id = whole(form.need_id.data or ""), whole(form.commissioner_id.data or "")
    if not form.validate() or need_id is None or commissioner_id is None:
        raise NotFound
    try:
        match_id: int | None = match_answers.propose(actor(), need_id, commissioner_id, client_id=form.sent_client_id)
    except AlreadyDone as repetition:
        match_id = repetition.subject_id
    except Invalid as problem:
        # The form has nothing to correct: what stands against it is said where the person came from.
        for fault in problem.fields.values():
            flash(_(fault) if isinstance(fault, str) else told(fault), "bad")
        return redirect(url_for("matching.people", need_id=need_id), 303)
    flash(_("已推荐，等乡镇和特派员答复。"), "good")
    return redirect(_page(match_id or 0), 303)


@bp.route("/matches/<int:match_id>/answer", methods=["GET", "POST"])
@requires(Permission.ANSWER_MATCH)
def answer(match_id: int) -> Any:
    """Yes or no of one side."""
    form = AnswerForm(data=None if request.method == "POST" else {"side": request.args.get("side", "")})
    if form.validate_on_submit():
        try:
            with suppress(AlreadyDone):  # sent twice: the first time did it
                match_answers.answer_match(actor(), match_id, form.draft(), form.sent_client_id)
            return _done(match_id, _("答复已保存。"))
        except Invalid as problem:
            form.take(problem)
    stands = match_standing(actor(), match_id)
    if form.side.data not in stands.may_answer and not form.errors:
        return redirect(_page(match_id), 303)
    form.give_client_id()
    return render_template(
        "matches/answer.html", stands=stands, form=form, back=_page(match_id)
    ), 422 if form.errors else 200


@bp.route("/matches/<int:match_id>/post", methods=["GET", "POST"])
@requires(Permission.KEEP_REGISTRY)
def post(match_id: int) -> Any:
    """Send whom both sides agreed on."""
    stands = match_standing(actor(), match_id)
    given = {"starts_on": today(), "batch_id": stands.batch_id}
    form = PostForm(data=None if request.method == "POST" else given)
    if form.validate_on_submit():
        try:
            with suppress(AlreadyDone):
                match_answers.post(actor(), match_id, form.draft(), form.sent_client_id)
            return _done(match_id, _("已派驻，可以下载三方协议书。"))
        except Invalid as problem:
            form.take(problem)
    if request.method == "GET" and not stands.may_post:
        return redirect(_page(match_id), 303)
    form.give_client_id()
    offer(form.batch_id, choices_of(actor(), BATCHES), url_for("subjects.pick", name="batches"), blank=True)
    return render_template(
        "matches/post.html", stands=stands, form=form, back=_page(match_id)
    ), 422 if form.errors else 200


@bp.get("/matches/<int:match_id>/agreement.docx")
@requires(Permission.EXPORT)
def agreement(match_id: int) -> Response:
    """The tripartite agreement as a Word file."""
    terms = agreement_of(actor(), match_id)
    title = _("三方协议书")
    name = f"{title} {terms.township} {terms.commissioner}.docx"
    return file_answer(to_word(agreement_document(terms)), name, DOCX)


def _shown() -> int:
    """How many the address asks for."""
    return min(max(whole(request.args.get("shown", "")) or PAGE, PAGE), MOST_SHOWN)


def _told(ranking: Ranking) -> dict[str, Any]:
    """What both rankings show, and a form that proposes any of them."""
    form = ProposalForm(formdata=None)
    more = min(ranking.more, MOST_SHOWN)
    return {
        "fits": ranking.fits,
        "total": ranking.total,
        "weights": [(one, weight) for one, weight in ranking.weights.items() if weight],
        "even": len(set(ranking.weights.values())) == 1,
        "more_url": url_for(request.endpoint or "", **{**(request.view_args or {}), "shown": more})
        if more > len(ranking.fits)
        else None,
        "told": told,
        "form": form,
    }


def _page(match_id: int) -> str:
    return url_for("subjects.page", name="matches", row_id=match_id)


def _done(match_id: int, words: str) -> Response:
    flash(words, "good")
    return redirect(_page(match_id), 303)


def match_story(reader: Actor, page: RecordPage) -> dict[str, Any]:
    """Who answered what, and what this reader may do now."""
    stands: MatchStanding = match_standing(reader, page.id)
    forms = {}
    for side in stands.may_answer:
        form = AnswerForm(formdata=None, data={"side": side}, prefix="")
        form.give_client_id()
        forms[side] = form
    return {"stands": stands, "sides": tuple(MatchSide), "forms": forms, "tone": TONES.get(stands.state, "warn")}


def need_story(reader: Actor, page: RecordPage) -> dict[str, Any]:
    """The matches with who agreed, and the way to more of them."""
    may_seek = reader.can(Permission.KEEP_REGISTRY) and page.fact("state").value in STILL_ASKED
    return {"matches": standings_of(reader, page.id), "may_seek": may_seek, "tones": TONES, "sides": tuple(MatchSide)}


STORIES["matches"] = match_story
