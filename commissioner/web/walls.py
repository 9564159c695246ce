"""Links for walls: made from what the map or the dashboard shows, listed, withdrawn."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Permission, covers
from commissioner.domain.subject import township_choices
from commissioner.domain.walls import MOST_LISTED, WallLine, make_wall, walls, withdraw_wall
from commissioner.problems import AlreadyDone, Invalid, NotFound
from commissioner.units import today
from commissioner.web.addresses import outside
from commissioner.web.forms.walls import WallForm
from commissioner.web.language import CHINESE, language
from commissioner.web.map_address import MapView, read_view
from commissioner.web.map_time import day_said
from commissioner.web.session import actor, requires
from commissioner.web.wall_screen import read_wall_view

bp = Blueprint("walls", __name__)


@bp.get("/walls/")
@requires(Permission.SHOW_ON_WALL)
def index() -> str:
    """The links that one made, or answers for."""
    return _page()


@bp.route("/walls/new", methods=["GET", "POST"])
@requires(Permission.SHOW_ON_WALL)
def new() -> Any:
    """Name a link to the view that the address says; the answer shows its address, once."""
    view = _asked_view()
    form = WallForm(view=view)
    if form.validate_on_submit():
        try:
            # In the answer itself: a redirect would have to carry the address in a cookie or in another address.
            token = make_wall(actor(), form.draft(_kept_view(view, fixed=form.is_fixed)), form.sent_client_id)
            spoken = {} if language() == CHINESE else {"language": language()}
            return _page(outside("wall_screen.screen", token=token, **spoken), form.name.data or "")
        except AlreadyDone:
            flash(_("这个链接已经生成过了。地址只显示一次；没有记下来就收回它，再生成一个。"), "warn")
            return redirect(url_for("walls.index"), 303)
        except Invalid as problem:
            form.take(problem)
    form.give_client_id()
    return render_template(
        "form.html",
        heading=_("投到大屏"),
        lede=_(
            "生成一个链接，在会议室的大屏上打开：不用登录，只能看，自己更新，随时可以收回。内容：%(view)s",
            view=_said(view),
        ),
        form=form,
        submit_label=_("生成链接"),
        cancel_url=url_for("walls.index"),
    ), 422 if form.errors else 200


@bp.post("/walls/<int:wall_id>/withdraw")
@requires(Permission.SHOW_ON_WALL)
def withdraw(wall_id: int) -> Response:
    """End a link; screens that show it go blank within a minute."""
    name = withdraw_wall(actor(), wall_id)
    flash(_("已收回“%(name)s”。正在显示它的大屏一分钟内停下。", name=name), "good")
    return redirect(url_for("walls.index"), 303)


def _page(new_address: str = "", new_name: str = "") -> str:
    townships = {one.value: one.label for one in township_choices(actor())}
    return render_template(
        "walls/index.html",
        lines=[(one, _said(read_wall_view(one.view), townships), _state(one)) for one in walls(actor())],
        most=MOST_LISTED,
        new_address=new_address,
        new_name=new_name,
    )


def _asked_view() -> MapView:
    view = read_view(request.args, today().year)
    if view.ask.township and not covers(actor().region_code, view.ask.township):
        raise NotFound
    return view


def _kept_view(view: MapView, *, fixed: bool) -> str:
    day = {} if fixed else {"year": None, "on": None}
    return urlencode(view.arguments(at=None, **day), doseq=True)


def _said(view: MapView, townships: dict[str, str] | None = None) -> str:
    ask = view.ask
    names = {one.value: one.label for one in township_choices(actor())} if townships is None else townships
    parts = [
        _("一直到当天") if ask.on == today() else day_said(ask.on),
        _(ask.level.label) if ask.level else "",
        _(ask.industry.label) if ask.industry else "",
        names.get(ask.township, ask.township),
        _("%(n)s 个图层", n=len(view.layers)),
    ]
    return " · ".join(part for part in parts if part)


def _state(line: WallLine) -> tuple[str, str]:
    """How the link stands, in a word and its tone."""
    if line.live:
        return _("能打开"), "good"
    if line.withdrawn_on:
        return _("已收回"), ""
    if line.expires_on and line.expires_on < today():
        return _("已过期"), ""
    return _("生成人的账号停用或没有权限，打不开"), "warn"
