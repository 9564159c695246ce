"""Signing in and out, and one's own password."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import EqualTo

from commissioner.access import Permission
from commissioner.domain import accounts
from commissioner.problems import Invalid, TooManyTries
from commissioner.web.back import own_page
from commissioner.web.errors import told
from commissioner.web.forms.base import Form, at_most, needed, trimmed
from commissioner.web.session import actor, address_digest, begin, end, maybe_signed_in, requires, signed_in

bp = Blueprint("auth", __name__)


class SignInForm(Form):
    """Name and password."""

    username = StringField(
        lazy_gettext("用户名"),
        [needed, at_most(60)],
        [trimmed],
        render_kw={"autocomplete": "username", "autocapitalize": "none", "autofocus": True},
    )
    password = PasswordField(
        lazy_gettext("密码"), [needed, at_most(200)], render_kw={"autocomplete": "current-password"}
    )


class PasswordForm(Form):
    """The old password and the new one twice."""

    current = PasswordField(
        lazy_gettext("原密码"), [needed, at_most(200)], render_kw={"autocomplete": "current-password"}
    )
    new = PasswordField(
        lazy_gettext("新密码"),
        [needed, at_most(200)],
        description=lazy_gettext("至少 10 个字符，不要用自己的用户名"),
        render_kw={"autocomplete": "new-password"},
    )
    again = PasswordField(
        lazy_gettext("再输一次新密码"),
        [needed, EqualTo("new", lazy_gettext("两次输入的新密码不一样。"))],
        render_kw={"autocomplete": "new-password"},
    )


@bp.route("/sign-in", methods=["GET", "POST"])
@requires(None)
def sign_in() -> Any:
    """The door."""
    if maybe_signed_in() is not None:
        return redirect(_next())
    form = SignInForm()
    status = 200
    if form.validate_on_submit():
        try:
            begin(accounts.sign_in(form.username.data, form.password.data, address_digest()))
            return redirect(_next(), 303)
        except Invalid as problem:
            form.take(problem)
        except TooManyTries as problem:
            form.form_errors.append(told(problem))
            status = problem.http_status
    return render_template("auth/sign_in.html", form=form), status if status != 200 or not form.errors else 422


@bp.post("/sign-out")
@requires(Permission.LOOK)
def sign_out() -> Response:
    """Leave."""
    end()
    flash(_("您已退出。"), "good")
    return redirect(url_for("auth.sign_in"), 303)


@bp.route("/password", methods=["GET", "POST"])
@requires(Permission.LOOK)
def change_password() -> Any:
    """Set one's own password; the first one must be replaced before anything else."""
    form = PasswordForm()
    first = signed_in().must_change_password
    if form.validate_on_submit():
        try:
            begin(accounts.change_own_password(actor(), form.current.data, form.new.data))
            flash(_("密码已修改。"), "good")
            return redirect(url_for("home.index"), 303)
        except Invalid as problem:
            form.take(problem)
    lede = _("这是第一次登录：请先把初始密码换成自己的。") if first else ""
    cancel_url = None if first else url_for("home.index")
    answer = render_template("auth/change_password.html", form=form, lede=lede, cancel_url=cancel_url)
    return answer, 422 if form.errors else 200


def _next() -> str:
    """Where one was going, if that is a page of ours."""
    return own_page(request.args.get("next", ""), url_for("home.index"))
