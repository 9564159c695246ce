"""Who is at the door: Flask-Login around live accounts, ``@requires`` on every view, and the idle time-out."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar, cast

from flask import Flask, Request, current_app, g, redirect, request, session, url_for
from flask import Response as FlaskResponse
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from itsdangerous import BadSignature, TimestampSigner
from werkzeug.wrappers import Response

from commissioner.access import Actor, Permission
from commissioner.domain import accounts
from commissioner.domain.accounts import SignedIn
from commissioner.problems import Misconfigured, NotFound, SignInNeeded
from commissioner.vocabulary import N_

RENEWED_AFTER = 0.05
# A screen that asks every minute is nobody: it must not keep the session of whoever opened it from ending.
WITHOUT_SESSION = "/wall/"
View = TypeVar("View", bound=Callable[..., Any])
# What somebody with a first password may still reach.
BEFORE_PASSWORD = frozenset({"auth.change_password", "auth.sign_out", "preferences.language", "preferences.large_type"})


class CalmSessions(SecureCookieSessionInterface):
    """Sessions whose cookie is renewed now and then, not with every answer: idle time is counted in minutes anyway."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of the cookie, if its signature holds; how old it is is kept beside it."""
        signer, value = self.get_signing_serializer(app), request.cookies.get(self.get_cookie_name(app))
        if request.path.startswith(WITHOUT_SESSION):
            value = None
        if signer is None or not value:
            return None if signer is None else self.session_class()
        idle_s = int(app.permanent_session_lifetime.total_seconds())
        try:
            data, signed_at = signer.loads(value, max_age=idle_s, return_timestamp=True)
        except BadSignature:
            return self.session_class()
        now_s = cast("TimestampSigner", signer.make_signer()).get_timestamp()
        g.session_age_s = now_s - signed_at.timestamp()
        return self.session_class(data)

    def save_session(self, app: Flask, session: SessionMixin, response: FlaskResponse) -> None:
        """Keep the session; one that was not read is not written over whoever is signed in, not even by a page of errors."""
        if not request.path.startswith(WITHOUT_SESSION):
            super().save_session(app, session, response)

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        """Whether something changed, or a twentieth of the idle time has passed."""
        if session.modified or "session_age_s" not in g:
            return session.modified
        idle_s = app.permanent_session_lifetime.total_seconds()
        return session.permanent and g.session_age_s > idle_s * RENEWED_AFTER


class Visitor(UserMixin):
    """Flask-Login's user: a thin coat over ``SignedIn``."""

    def __init__(self, signed_in: SignedIn) -> None:
        self.signed_in = signed_in

    def get_id(self) -> str:
        """The account's id with its stamp: a new password ends every old session."""
        return self.signed_in.token


def init_session(app: Flask, idle_minutes: int) -> None:
    """Wire sign-in into ``app`` and refuse views that declare no permission."""
    manager = LoginManager(app)
    manager.session_protection = "basic"
    manager.user_loader(_load)
    app.permanent_session_lifetime = timedelta(minutes=idle_minutes)
    app.session_interface = CalmSessions()
    app.before_request(_gate)


def _load(token: str) -> Visitor | None:
    signed_in = accounts.by_token(token)
    return None if signed_in is None else Visitor(signed_in)


def requires(permission: Permission | None) -> Callable[[View], View]:
    """Declare what a view asks for; ``None`` says *public* aloud."""

    def declare(view: View) -> View:
        view.required_permission = permission  # type: ignore[attr-defined]
        return view

    return declare


def refuse_silent_views(app: Flask) -> None:
    """Raise at start-up if a view declares no permission."""
    silent = [name for name, view in app.view_functions.items() if not hasattr(view, "required_permission")]
    if silent:
        raise Misconfigured(N_("这些页面没有声明权限：%(names)s"), names=", ".join(sorted(silent)))


def _gate() -> Response | None:
    if request.endpoint is None:
        return None
    view: Any = current_app.view_functions[request.endpoint]
    permission: Permission | None = view.required_permission
    if permission is None:
        return None
    if not current_user.is_authenticated:
        if request.method == "GET" and not request.path.endswith(".json"):
            return redirect(url_for("auth.sign_in", next=_here()))
        raise SignInNeeded
    if not actor().can(permission):
        raise NotFound
    if signed_in().must_change_password and request.endpoint not in BEFORE_PASSWORD:
        return redirect(url_for("auth.change_password"))
    return None


def _here() -> str | None:
    path = request.full_path.rstrip("?")
    return path if path != "/" else None


def signed_in() -> SignedIn:
    """The person who asks."""
    return cast("SignedIn", current_user.signed_in)


def actor() -> Actor:
    """The actor who asks."""
    return signed_in().actor


def maybe_signed_in() -> SignedIn | None:
    """The person who asks, or nobody."""
    return signed_in() if current_user.is_authenticated else None


def begin(person: SignedIn) -> None:
    """Start a session for ``person``; what the anonymous session held is gone."""
    kept = {key: session[key] for key in ("language",) if key in session}
    session.clear()
    session.update(kept)
    session.permanent = True
    login_user(Visitor(person))


def end() -> None:
    """End the session."""
    logout_user()
    session.clear()
    g.pop("csrf_token", None)


def address_digest(door: str = "") -> str:
    """A keyed digest of the caller's address: enough to throttle a door by, useless to anyone else."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, f"{door}{request.remote_addr or ''}".encode(), hashlib.sha256).hexdigest()
