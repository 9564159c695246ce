"""The administrator's pages: accounts, the programme's settings, and every component on one page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from commissioner.access import Permission
from commissioner.domain import account_book as book
from commissioner.domain.pickers import choices_of
from commissioner.domain.programme import SECRETS, keep_settings, settings, tile_wish
from commissioner.domain.subjects import SUBJECTS
from commissioner.domain.tiles import TileCheck, check_of
from commissioner.problems import Conflict, Invalid
from commissioner.units import whole
from commissioner.vocabulary import SettingKey
from commissioner.web.errors import told
from commissioner.web.forms.accounts import AccountForm, SettingsForm
from commissioner.web.forms.declared import offer
from commissioner.web.forms.patterns import PatternForm
from commissioner.web.lists import ListPage
from commissioner.web.session import actor, requires

bp = Blueprint("accounts", __name__)
PICKERS = {"commissioner_id": "commissioners", "organisation_id": "organisations"}


@bp.get("/accounts/")
@requires(Permission.KEEP_ACCOUNTS)
def index() -> str:
    """Everybody who may come in."""
    page = ListPage(actor(), book.LISTING, _("账号"), lambda row: url_for("accounts.page", account_id=row["id"]))
    page.new_url, page.new_label = url_for("accounts.new"), _("开通账号")
    return render_template("accounts/index.html", page=page)


@bp.route("/accounts/new", methods=["GET", "POST"])
@requires(Permission.KEEP_ACCOUNTS)
def new() -> Any:
    """Open an account."""
    form = AccountForm()
    if form.validate_on_submit():
        try:
            account_id, password = book.open_account(actor(), form.draft())
            return _told_once(account_id, password)
        except Invalid as problem:
            form.take(problem)
    return _asked(form, _("开通账号"), url_for("accounts.index"), _("开通"))


@bp.get("/accounts/<int:account_id>")
@requires(Permission.KEEP_ACCOUNTS)
def page(account_id: int) -> str:
    """One account."""
    return render_template("accounts/page.html", account=book.account_page(actor(), account_id))


@bp.route("/accounts/<int:account_id>/edit", methods=["GET", "POST"])
@requires(Permission.KEEP_ACCOUNTS)
def edit(account_id: int) -> Any:
    """Change whose an account is and what it may do."""
    account = book.account_page(actor(), account_id)
    form = AccountForm(data=_present(account))
    del form.username
    home = url_for("accounts.page", account_id=account_id)
    if form.validate_on_submit():
        try:
            version = str(form.version.data or "")
            draft = form.draft(account.username)
            book.amend_account(actor(), account_id, draft, whole(version) or 0)
            flash(_("已保存。"), "good")
            return redirect(home, 303)
        except Invalid as problem:
            form.take(problem)
        except Conflict as conflict:
            form.version.data = str(conflict.current_version)
            form.form_errors.append(_("别人刚刚改过这个账号。请核对后再保存一次。"))
            return _asked(form, _("修改账号"), home, _("保存"), 409)
    return _asked(form, _("修改账号"), home, _("保存"))


@bp.post("/accounts/<int:account_id>/password")
@requires(Permission.KEEP_ACCOUNTS)
def reset_password(account_id: int) -> str:
    """Give somebody a new first password."""
    return _told_once(account_id, book.reset_password(actor(), account_id))


@bp.post("/accounts/<int:account_id>/deactivate")
@requires(Permission.KEEP_ACCOUNTS)
def deactivate(account_id: int) -> Response:
    """Keep an account out."""
    book.set_active(actor(), account_id, active=False)
    flash(_("已停用。对方马上退出登录。"), "good")
    return redirect(url_for("accounts.page", account_id=account_id), 303)


@bp.post("/accounts/<int:account_id>/reactivate")
@requires(Permission.KEEP_ACCOUNTS)
def reactivate(account_id: int) -> Response:
    """Let an account in again."""
    book.set_active(actor(), account_id, active=True)
    flash(_("已恢复使用。"), "good")
    return redirect(url_for("accounts.page", account_id=account_id), 303)


@bp.route("/settings", methods=["GET", "POST"], endpoint="settings")
@requires(Permission.KEEP_SETTINGS)
def programme() -> Any:
    """The settings of the installation."""
    form = SettingsForm(data={key.value: value for key, value in settings().items() if key not in SECRETS})
    checked = None
    if form.validate_on_submit():
        if "check" in request.form:
            checked = check_of(tile_wish({**settings(), **form.values()}))
            return _settings_page(form, 200, checked)
        try:
            keep_settings(actor(), form.values())
            flash(_("已保存。"), "good")
            return redirect(url_for("accounts.settings"), 303)
        except Invalid as problem:
            form.take(problem)
    return _settings_page(form, 422 if form.errors else 200, checked)


def _settings_page(form: SettingsForm, status: int, checked: TileCheck | None) -> tuple[str, int]:
    has_key = bool(settings().get(SettingKey.TILE_KEY))
    if not has_key:
        del form.forget_tile_key
    told_of = None if checked is None else {"check": checked, "told": told}
    return render_template("accounts/settings.html", form=form, has_key=has_key, checked=told_of), status


@bp.get("/patterns")
@requires(Permission.KEEP_SETTINGS)
def patterns() -> str:
    """Every component that pages are made of."""
    return render_template("patterns.html", form=PatternForm())


def _told_once(account_id: int, password: str) -> str:
    # Shown in the answer itself: a redirect would have to carry the password in a cookie or an address.
    account = book.account_page(actor(), account_id)
    return render_template("accounts/password.html", account=account, password=password)


def _present(account: book.AccountPage) -> dict[str, Any]:
    pointers = {"place_id": account.place, "commissioner_id": account.commissioner}
    chosen = {**pointers, "organisation_id": account.organisation}
    return {
        "version": account.version,
        "display_name": account.display_name,
        "role": account.role,
        **{key: pointer.id if pointer else None for key, pointer in chosen.items()},
    }


def _asked(form: AccountForm, heading: str, cancel_url: str, submit_label: str, status: int = 422) -> tuple[str, int]:
    offer(form.place_id, list(book.region_choices(actor())), "", blank=True)
    for key, refers in PICKERS.items():
        kept = [form[key].data] if form[key].data else []
        choices = choices_of(actor(), SUBJECTS[refers], keep=kept)
        offer(form[key], choices, url_for("subjects.pick", name=refers), blank=True)
    answer = render_template(
        "accounts/form.html", heading=heading, form=form, cancel_url=cancel_url, submit_label=submit_label
    )
    return answer, status if form.errors else 200
