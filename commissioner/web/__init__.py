"""The street: a blueprint a subject, forms, sign-in, and problems answered in words."""

from __future__ import annotations

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from commissioner.config import Settings
from commissioner.shipped import shipped
import importlib.util
from commissioner.web import auth, home, preferences, search, subjects, visits
from commissioner.web.context import init_context
from commissioner.web.errors import init_errors
from commissioner.web.filters import init_filters
from commissioner.web.headers import init_headers
from commissioner.web.language import init_language
from commissioner.web.session import init_session, refuse_silent_views, requires

def _maybe(name):
    if importlib.util.find_spec(f"commissioner.web.{name}"):
        return [importlib.import_module(f"commissioner.web.{name}").bp]
    stub = Blueprint(name, __name__)
    view = requires(None)(lambda **k: "")
    for e in ("index", "settings", "new"):
        stub.add_url_rule(f"/{name}/{e}", e, view)
    stub.add_url_rule(f"/{name}/<int:year>", "page", view)
    return [stub]


for _story in ("stories_people", "stories_results", "stories_projects"):
    if importlib.util.find_spec(f"commissioner.web.{_story}"):
        importlib.import_module(f"commissioner.web.{_story}")
BLUEPRINTS = (
    auth.bp, preferences.bp, home.bp, search.bp, visits.bp,
    *_maybe("map"), *_maybe("annual"), *_maybe("projects"), *_maybe("accounts"), *_maybe("audit"),
    subjects.bp,
)


def init_web(app: Flask, settings: Settings) -> None:
    """Wire pages, sign-in, languages and headers into ``app``; a view without a declared permission raises."""
    app.template_folder = str(shipped("templates"))
    app.static_folder = str(shipped("static"))
    app.add_url_rule("/static/<path:filename>", "static", requires(None)(lambda filename: app.send_static_file(filename)))
    if settings.behind_proxy:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1, x_host=1)  # type: ignore[method-assign]
    init_language(app)
    init_session(app, settings.idle_minutes)
    init_context(app)
    init_filters(app)
    init_errors(app)
    init_headers(app)
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    refuse_silent_views(app)
