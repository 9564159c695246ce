"""People who try the programme: each a signed-in, checked client with a role and a place."""

from __future__ import annotations

import contextvars
import json
import secrets
from collections.abc import Mapping
from typing import Any

from flask import Flask
from sqlalchemy import event, insert, select, update

from commissioner.access import Actor
from commissioner.models import Account, Commissioner, Organisation, Posting, db
from commissioner.models.base import now
from commissioner.units import today
from commissioner.vocabulary import Role
from tests.pages import Page

COUNTY, SHUITOU, NEXT_COUNTY = "330326", "330326102", "330327"
MOST_QUERIES = 12


class Person:
    """A client that is signed in, checks every page it gets, and counts its queries."""

    def __init__(self, app: Flask, actor: Actor, token: str | None) -> None:
        self.app = app
        self.actor = actor
        self.token = token
        self.queries: list[str] = []
        self._client = app.test_client()
        if token is None:
            return
        with self._client.session_transaction() as session:
            session.permanent = True
            session["_user_id"] = token
            session["_fresh"] = True

    def get(self, url: str, status: int = 200, *, follow: bool = False) -> Page:
        """Open ``url``; the answer must have ``status``, and a page must be sound and frugal."""
        return self._answer("GET", url, status, follow_redirects=follow)

    def post(self, url: str, data: Mapping[str, Any], status: int = 303) -> Page:
        """Post ``data`` as it is, with the token of a page of ours."""
        token = self.get("/password").field("csrf_token")
        return self._answer("POST", url, status, data={"csrf_token": token, **data})

    def submit(self, url: str, status: int = 303, **changes: Any) -> Page:
        """Open the form at ``url``, change what is said and send it, as a browser without JavaScript does."""
        filled = self.get(url).form_values()
        filled.update(changes)
        kept = {key: value for key, value in filled.items() if value is not None}
        return self._answer("POST", url, status, data=kept)

    def send(self, url: str, body: Any, status: int = 200, *, method: str = "POST", token: str | None = None) -> Any:
        """Send JSON (or bytes as they are) to a door for programs; its JSON answer, which must have ``status``."""
        said = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"X-CSRFToken": token or self.ask("/sync/hello.json").json["csrf"]}
        answer = self._fetch(method, url, data=said, headers=headers, content_type="application/json")
        assert answer.status_code == status, (
            f"{method} {url}: {answer.status_code}\n{answer.get_data(as_text=True)[:2000]}"
        )
        return answer.json

    def ask(self, url: str, status: int = 200, **headers: str) -> Any:
        """The answer of a door for programs."""
        answer = self._fetch("GET", url, headers={key.replace("_", "-"): value for key, value in headers.items()})
        assert answer.status_code == status, f"GET {url}: {answer.status_code}"
        return answer

    def speaks(self, language: str) -> Person:
        """Choose a language."""
        self._client.set_cookie("language", language)
        return self

    def _answer(self, method: str, url: str, status: int | None, **options: Any) -> Page:
        self.queries.clear()
        engine = db.engine
        event.listen(engine, "before_cursor_execute", self._count)
        try:
            response = self._fetch(method, url, **options)
        finally:
            event.remove(engine, "before_cursor_execute", self._count)
        page = Page(url, response)
        assert status in {None, response.status_code}, f"{method} {url}: {response.status_code}\n{page.plain[:2000]}"
        page.check()
        if method == "GET":
            read = [query for query in self.queries if query.lstrip().upper().startswith(("SELECT", "WITH"))]
            assert len(read) <= MOST_QUERIES, f"{url} runs {len(read)} queries:\n" + "\n".join(read)
        return page

    def _fetch(self, method: str, url: str, **options: Any) -> Any:
        # In an empty context, so that the request stands on its own as it does in a server.
        return contextvars.Context().run(self._client.open, url, method=method, **options)

    def _count(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        self.queries.append(statement)


class People:
    """The cast: made when asked for."""

    def __init__(self, app: Flask) -> None:
        self.app = app

    def sign_in(self, role: Role, region_code: str = COUNTY, **own: Any) -> Person:
        """Somebody of ``role``, whose account is made for the purpose."""
        db.session.rollback()
        stamp = secrets.token_hex(16)
        name = f"{role.value}-{secrets.token_hex(4)}"
        row = {
            "username": name,
            "display_name": role.label,
            "role": role,
            "region_code": region_code,
            "password_hash": "!",
            "must_change_password": False,
            "session_stamp": stamp,
            "created_at": now(),
            "updated_at": now(),
            **own,
        }
        with db.engine.begin() as connection:
            account_id = connection.execute(insert(Account).values(**row)).inserted_primary_key[0]
        actor = Actor(role=role, region_code=region_code, account_id=account_id, name=role.label, **own)
        return Person(self.app, actor, f"{account_id}.{stamp}")

    @property
    def as_nobody(self) -> Person:
        """Somebody at the door, not signed in."""
        return Person(self.app, Actor(role=Role.LEADER, region_code="-"), None)

    @property
    def as_administrator(self) -> Person:
        """The county's administrator."""
        return self.sign_in(Role.ADMINISTRATOR)

    @property
    def as_officer(self) -> Person:
        """The county's bureau officer."""
        return self.sign_in(Role.OFFICER)

    @property
    def as_leader(self) -> Person:
        """A leader of the county."""
        return self.sign_in(Role.LEADER)

    @property
    def as_township(self) -> Person:
        """Staff of Shuitou Town."""
        return self.sign_in(Role.TOWNSHIP, SHUITOU)

    @property
    def as_other_county(self) -> Person:
        """An officer of the county next door, who must see nothing of ours."""
        return self.sign_in(Role.OFFICER, NEXT_COUNTY)

    @property
    def as_commissioner(self) -> Person:
        """A commissioner who serves in Shuitou today."""
        return self.sign_in(Role.COMMISSIONER, commissioner_id=posted_commissioner())

    @property
    def as_institution(self) -> Person:
        """The institution that sent somebody."""
        sent = select(Commissioner.organisation_id).where(Commissioner.organisation_id.is_not(None))
        own = select(Organisation.id).where(Organisation.id.in_(sent)).order_by(Organisation.id).limit(1)
        return self.sign_in(Role.INSTITUTION, organisation_id=db.session.scalar(own))


def posted_commissioner(region_code: str = SHUITOU) -> int:
    """Somebody whose posting in a region runs today; in years to come, the one who was there last stays on."""
    low, high = region_code.ljust(12, "0"), region_code.ljust(12, "9")
    here = select(Posting).where(Posting.region_code.between(low, high), Posting.starts_on <= today())
    found = db.session.scalars(here.order_by(Posting.starts_on.desc(), Posting.id)).first()
    assert found is not None, "nobody ever served here"
    if found.ends_on is not None and found.ends_on < today():
        with db.engine.begin() as connection:
            connection.execute(update(Posting).where(Posting.id == found.id).values(ends_on=None))
        db.session.rollback()
    return found.commissioner_id
