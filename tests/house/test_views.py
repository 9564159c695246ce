"""Every view says aloud who may open it, and nobody else gets in."""

import uuid

import pytest

from commissioner.access import Permission
from commissioner.problems import Misconfigured
from commissioner.web.session import refuse_silent_views, requires
from tests.people import People

# The door itself, what it looks like, and what a phone keeps to say without a network: it names nobody.
PUBLIC = {
    *("auth.sign_in", "preferences.language", "preferences.large_type", "static", "static_of"),
    *("offline.worker", "offline.page"),
    # The modules of the framed map, which stand among the static files one by one.
    "map.frame_script",
    # Whoever holds an issued paper may ask whether it is genuine: it shows what the paper shows, and needs its code.
    "year_pages.verify",
    # A calendar program and a reader of a mail have no session: the token in the address stands for one account.
    *("todo.feed", "todo.unsubscribe"),
    # A screen on a wall: the token in its address stands for a region, and for the right to look alone.
    *(f"wall_screen.{name}" for name in ("screen", "figures", "board", "frame", "points", "crowd", "ground")),
}
A_CLIENT = uuid.UUID(int=1)


def test_every_view_declares_a_permission_and_only_the_door_is_public(app):
    declared = {name: view.required_permission for name, view in app.view_functions.items()}

    assert {name for name, permission in declared.items() if permission is None} == PUBLIC
    assert all(isinstance(permission, Permission | None) for permission in declared.values())


def test_the_application_refuses_to_start_with_a_silent_view(app):
    app.view_functions["forgotten"] = lambda: ""

    with pytest.raises(Misconfigured, match="forgotten"):
        refuse_silent_views(app)


def test_saying_public_aloud_is_enough(app):
    app.view_functions["spoken"] = requires(None)(lambda: "")

    refuse_silent_views(app)


def test_nobody_gets_past_the_door(app):
    nobody = People(app).as_nobody
    token = nobody.get("/sign-in").field("csrf_token")
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC:
            continue
        values = {name: A_CLIENT if name == "client_id" else 1 for name in rule.arguments}
        url = rule.build(values, append_unknown=False)
        assert url is not None
        for method in sorted(rule.methods & {"GET", "POST", "PUT"}):
            page = nobody._answer(method, url[1], None, data=None if method == "GET" else {"csrf_token": token})
            turned_away = page.status == 401 or page.location.startswith("/sign-in")
            assert turned_away, f"{method} {url[1]}: {page.status}"
