"""The street: a blueprint a subject, forms, sign-in, and problems answered in words."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from commissioner.config import Settings
from commissioner.shipped import shipped
from commissioner.web import (
    accounts,
    annual,
    applications,
    audit,
    auth,
    batches,
    boundaries,
    coverage,
    dashboard,
    evaluations,
    home,
    map,
    map_take,
    matching,
    money,
    month,
    needs,
    offline,
    periods,
    photos,
    places,
    placing,
    posting_terms,
    preferences,
    problems,
    project_documents,
    project_steps,
    projects,
    search,
    stories_people,
    stories_results,
    stories_sending,
    subjects,
    sync,
    targets,
    todo,
    update_reviews,
    updates,
    visit_checks,
    visit_pairs,
    visit_papers,
    visits,
    wall_screen,
    walls,
    year_pages,
)
from commissioner.web.context import init_context
from commissioner.web.errors import init_errors
from commissioner.web.filters import init_filters
from commissioner.web.headers import init_headers
from commissioner.web.language import init_language
from commissioner.web.releases import init_releases
from commissioner.web.session import init_session, refuse_silent_views

BLUEPRINTS: tuple[Blueprint, ...] = (
    auth.bp,
    preferences.bp,
    home.bp,
    todo.bp,
    search.bp,
    map.bp,
    map_take.bp,
    coverage.bp,
    dashboard.bp,
    walls.bp,
    wall_screen.bp,
    annual.bp,
    sync.bp,
    visits.bp,
    month.bp,
    offline.bp,
    visit_checks.bp,
    visit_pairs.bp,
    photos.bp,
    visit_papers.bp,
    year_pages.bp,
    evaluations.bp,
    applications.bp,
    projects.bp,
    update_reviews.bp,
    updates.bp,
    periods.bp,
    targets.bp,
    money.bp,
    project_steps.bp,
    project_documents.bp,
    problems.bp,
    matching.bp,
    needs.bp,
    batches.bp,
    places.bp,
    placing.bp,
    posting_terms.bp,
    boundaries.bp,
    accounts.bp,
    audit.bp,
    # Last: its addresses begin with the name of any subject.
    subjects.bp,
)
# Named here because importing them is what tells the pages of records their stories.
STORY_TELLERS = (stories_people, stories_results, stories_sending)


class Key(IntegerConverter):
    """A key in an address: what is larger than any key of either database names nothing."""

    def __init__(self, url_map: Any) -> None:
        super().__init__(url_map, max=2**31 - 1)


def init_web(app: Flask, settings: Settings) -> None:
    """Wire pages, sign-in, languages and headers into ``app``; a view without a declared permission raises."""
    app.url_map.converters["int"] = Key
    app.template_folder = str(shipped("templates"))
    init_releases(app)
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
