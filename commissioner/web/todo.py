"""The dates before one: as a page, as a calendar file, and under an address that a calendar program may read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import groupby
from typing import Any

from flask import Blueprint, current_app, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Actor, Permission
from commissioner.config import Settings
from commissioner.domain import calendar_feeds, digests
from commissioner.domain.programme import owner_name
from commissioner.domain.todo import DAYS_AHEAD, Todo, TodoItem, todo
from commissioner.problems import Invalid, NotFound
from commissioner.reports.calendar_file import CalendarEvent, calendar_file
from commissioner.units import today
from commissioner.web.addresses import outside
from commissioner.web.context import PROGRAMME
from commissioner.web.downloads import file_answer
from commissioner.web.forms.todo import DigestForm
from commissioner.web.language import language, speak
from commissioner.web.session import actor, requires

bp = Blueprint("todo", __name__)
CALENDAR = "text/calendar"
# A calendar is looked at for longer ahead than a page.
CALENDAR_DAYS = 365
# What has been overdue longer is folded away, so that what comes next is in sight.
SHOWN_OVERDUE = 8


@bp.get("/todo")
@requires(Permission.LOOK)
def index() -> str:
    """What is overdue, and the next two months."""
    return _page()


@bp.get("/todo.ics")
@requires(Permission.LOOK)
def download() -> Response:
    """The dates as a file."""
    return file_answer(_calendar(actor()), f"{_('日程')} {today().isoformat()}.ics", CALENDAR)


@bp.post("/todo/calendar")
@requires(Permission.LOOK)
def make_feed() -> str:
    """A new calendar address, told once; an earlier one ends."""
    # In the answer itself: a redirect would have to carry the address in a cookie or in another address.
    token = calendar_feeds.make_feed(actor())
    return _page(outside("todo.feed", token=token, language=language()))


@bp.post("/todo/calendar/withdraw")
@requires(Permission.LOOK)
def withdraw_feed() -> Response:
    """End the calendar address."""
    calendar_feeds.withdraw_feed(actor())
    flash(_("日历地址已停用。订阅过的日历不会再更新。"), "good")
    return redirect(url_for("todo.index"), 303)


@bp.get("/calendar/<token>.ics")
@requires(None)
def feed(token: str) -> Response:
    """What a calendar program reads without a session: the token stands for its owner, with the rights of today."""
    speak(request.args.get("language", ""))
    answer = make_response(_calendar(calendar_feeds.reader_of(token).actor))
    answer.mimetype = CALENDAR
    answer.headers["Cache-Control"] = "private, no-cache"
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.add_etag()
    return answer.make_conditional(request)


@bp.post("/todo/digest")
@requires(Permission.LOOK)
def digest() -> Any:
    """Ask for the weekly mail, or no longer."""
    form = DigestForm()
    if not _mail_is_set_up():
        raise NotFound
    if form.validate_on_submit():
        try:
            digests.keep_digest(actor(), form.wish())
            flash(_("已保存。"), "good")
            return redirect(url_for("todo.index"), 303)
        except Invalid as problem:
            form.take(problem)
    return _page(form=form), 422


@bp.route("/digest/<token>", methods=["GET", "POST"])
@requires(None)
def unsubscribe(token: str) -> str:
    """End the weekly mail from a mail, without signing in; opening the page alone ends nothing."""
    digests.unsubscriber(token)
    if request.method == "POST":
        digests.unsubscribe(token)
    return render_template("todo/unsubscribe.html", done=request.method == "POST")


def _mail_is_set_up() -> bool:
    settings: Settings = current_app.extensions["settings"]
    return bool(settings.smtp_url and settings.mail_from and settings.public_url)


def _page(new_address: str = "", form: DigestForm | None = None) -> str:
    day = today()
    wish = digests.digest_wish(actor())
    story = todo(actor(), day, day + timedelta(days=DAYS_AHEAD))
    return render_template(
        "todo/index.html",
        overdue=[one for one in story.items if one.overdue],
        months=_months(story),
        shown_overdue=SHOWN_OVERDUE,
        cut=story.cut,
        days=DAYS_AHEAD,
        new_address=new_address,
        mail_is_set_up=_mail_is_set_up(),
        form=form or DigestForm(formdata=None, email=wish.email, weekly=wish.weekly),
        feed_made_at=calendar_feeds.feed_made_at(actor()),
    )


def _months(story: Todo) -> Sequence[tuple[date, list[TodoItem]]]:
    ahead = (one for one in story.items if not one.overdue)
    return [(month, list(items)) for month, items in groupby(ahead, key=lambda one: one.due_on.replace(day=1))]


def _calendar(reader: Actor) -> bytes:
    day = today()
    story = todo(reader, day, day + timedelta(days=CALENDAR_DAYS))
    name = " · ".join(part for part in (owner_name(), _(PROGRAMME)) if part)
    return calendar_file(name, [_event(one) for one in story.items])


def _event(item: TodoItem) -> CalendarEvent:
    url = outside("subjects.page", name=item.subject, row_id=item.row_id)
    told = [_("已过期") if item.overdue else "", item.place if item.place != item.outside else "", url]
    return CalendarEvent(
        uid=f"{item.key}@{request.host.partition(':')[0]}",
        day=item.due_on,
        summary=_("%(kind)s：%(title)s", kind=_(item.kind.label), title=item.outside),
        description="\n".join(part for part in told if part),
        url=url,
    )
