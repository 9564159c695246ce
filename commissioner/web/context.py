"""What every page knows: who reads it, where they may go, in which language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Flask, request, url_for
from flask_babel import gettext as _

from commissioner.access import Permission
from commissioner.domain.accounts import SignedIn
from commissioner.domain.programme import owner_name
from commissioner.units import today
from commissioner.vocabulary import N_, NC_, Role
from commissioner.web.language import language
from commissioner.web.preferences import LARGE_TYPE_COOKIE
from commissioner.web.session import maybe_signed_in

PROGRAMME = N_("科技特派员工作台")


@dataclass(frozen=True, slots=True, kw_only=True)
class NavItem:
    """One of the five places a role goes."""

    url: str
    label: str
    active: bool


@dataclass(frozen=True, slots=True)
class Me:
    """The reader, as templates see them."""

    person: SignedIn

    display_name = property(lambda self: self.person.display_name)
    role = property(lambda self: self.person.actor.role)
    home_url = property(lambda self: url_for("home.index"))

    def can(self, permission: str) -> bool:
        """Whether the reader may do something."""
        return self.person.actor.can(Permission(permission))


Destination = tuple[str, dict[str, Any], str]
HOME: Destination = ("home.index", {}, N_("首页"))
MAP: Destination = ("map.index", {}, N_("地图"))
BOARD: Destination = ("dashboard.index", {}, N_("看板"))


def _subject(name: str, label: str) -> Destination:
    return ("subjects.index", {"name": name}, label)


VISITS, PROJECTS = _subject("visits", NC_("list", "走访")), _subject("projects", NC_("list", "项目"))
PEOPLE, BASES = _subject("commissioners", NC_("list", "特派员")), _subject("bases", N_("基地"))
PROBLEMS, NEEDS = _subject("problems", NC_("list", "问题")), _subject("needs", NC_("list", "需求"))
POSTINGS = _subject("postings", NC_("list", "派驻"))
REGISTERS: Destination = ("home.registers", {}, N_("登记簿"))

PLACES_OF: dict[Role, tuple[Destination, ...]] = {
    Role.ADMINISTRATOR: (HOME, MAP, VISITS, PROJECTS, REGISTERS),
    Role.OFFICER: (HOME, MAP, VISITS, PROJECTS, REGISTERS),
    Role.TOWNSHIP: (HOME, VISITS, PEOPLE, NEEDS, MAP),
    Role.COMMISSIONER: (HOME, VISITS, PROJECTS, BASES, MAP),
    Role.INSTITUTION: (HOME, PEOPLE, POSTINGS, PROJECTS, VISITS),
    Role.LEADER: (HOME, MAP, BOARD, PROJECTS, REGISTERS),
}


def _nav(person: SignedIn) -> list[NavItem]:
    items = []
    for endpoint, values, label in PLACES_OF[person.actor.role]:
        url = url_for(endpoint, **values)
        active = request.path == url if url == "/" else request.path.startswith(url)
        items.append(NavItem(url=url, label=_(label), active=active))
    return items


def init_context(app: Flask) -> None:
    """Give templates their globals."""
    app.context_processor(_context)


def _context() -> dict[str, Any]:
    person = maybe_signed_in()
    may_log = person is not None and person.actor.can(Permission.LOG_VISIT) and person.actor.role is not Role.OFFICER
    may_tell = person is not None and person.actor.can(Permission.RAISE_PROBLEM)
    free = person is not None and not person.must_change_password
    return {
        # A page that is fetched to be kept is read by nobody yet: it takes no message away from the next one. (It says so
        # itself, because a page that a worker fetches for its reader looks to the server like any other file.)
        "is_looked_at": "X-Kept" not in request.headers,
        "me": Me(person) if person else None,
        "nav": _nav(person) if person and free else [],
        "language": language(),
        "large_type": request.cookies.get(LARGE_TYPE_COOKIE) == "1",
        "owner_name": owner_name(),
        "programme_name": _(PROGRAMME),
        "today": today(),
        "quick_log_url": url_for("visits.new") if may_log and free else None,
        "search_url": url_for("search.index"),
        "language_url": url_for("preferences.language"),
        "large_type_url": url_for("preferences.large_type"),
        "change_password_url": url_for("auth.change_password"),
        "sign_out_url": url_for("auth.sign_out"),
        "feedback_url": url_for("subjects.new", name="problems", category="system") if may_tell and free else None,
    }
