"""What works without a network, as the server tells it: the worker, the pages that are kept, and who they are for."""

import json
import re
from pathlib import Path

import pytest
from sqlalchemy import update

from commissioner.models import Account, db
from commissioner.web.offline import kept_files
from commissioner.web.releases import _digest_now as digest_now
from commissioner.web.releases import release

STATIC = Path(__file__).parents[2] / "static"
IMPORTS = re.compile(r"""(?:from|import\(?)\s*["'](\.[^"'`]+\.js)["']""")


def head_of(worker):
    release_line, files_line = worker.plain.splitlines()[:2]
    said = re.fullmatch(r'const RELEASE = "([0-9a-f]{16})";', release_line)
    assert said is not None
    return said.group(1), json.loads(files_line.removeprefix("const FILES = ").removesuffix(";"))


# The worker


def test_anybody_gets_the_worker_fresh_and_for_the_whole_site(people):
    worker = people.as_nobody.get("/sw.js")

    assert worker.response.mimetype == "text/javascript"
    assert worker.response.headers["Cache-Control"] == "no-cache"
    assert worker.response.headers["Service-Worker-Allowed"] == "/"
    assert "unsafe" not in worker.response.headers["Content-Security-Policy"]


def test_the_worker_names_its_release_and_files_that_are_there(people):
    nobody = people.as_nobody
    named, files = head_of(nobody.get("/sw.js"))

    assert named == release()
    assert "/offline" in files
    assert "/static/vendor/idb/index.js" in files
    assert all((STATIC / name.removeprefix("/static/")).is_file() for name in files if name != "/offline")


def test_every_module_that_a_kept_page_may_start_is_kept_with_all_it_imports():
    kept = set(kept_files())
    missing = {
        (name, asked)
        for name in kept
        if name.endswith(".js") and not name.startswith("vendor/")
        for asked in IMPORTS.findall((STATIC / name).read_text(encoding="utf-8"))
        if str(((STATIC / name).parent / asked).resolve().relative_to(STATIC)) not in kept
    }

    assert missing == set()


def test_what_is_too_heavy_or_useless_without_a_network_is_not_kept():
    kept = kept_files()

    assert not [
        name for name in kept if "fonts" in name or "leader-map" in name or name.endswith(("worker.js", "LICENSE"))
    ]
    assert sum((STATIC / name).stat().st_size for name in kept) < 1_500_000


def test_the_release_changes_with_any_file_of_ours(tmp_path, monkeypatch):
    before = digest_now()
    template = tmp_path / "one.html"
    template.write_text("a", encoding="utf-8")
    from commissioner.web import releases

    monkeypatch.setattr(releases, "_own_files", lambda: iter([template]))
    changed = digest_now()
    template.write_text("b", encoding="utf-8")

    assert len({before, changed, digest_now()}) == 3


# The pages


def test_the_page_without_a_network_is_for_anybody_and_names_nobody(people):
    for person in (people.as_nobody, people.as_township):
        page = person.get("/offline")
        assert page.heading == "现在没有网络"
        assert {"/visits/log", "/visits/waiting"} <= set(page.links())
        assert page.soup.body.get("data-account") is None
        assert page.soup.select(".account, nav") == []


@pytest.mark.parametrize("who", ["as_township", "as_commissioner", "as_officer"])
def test_whoever_logs_visits_has_the_page_of_what_waits(people, who):
    person = getattr(people, who)
    page = person.get("/visits/waiting")

    assert page.heading == "待同步"
    assert page.soup.body["data-account"] == str(person.actor.account_id)
    assert page.soup.body["data-module"] == "field"
    assert page.soup.select_one("noscript").get_text(strip=True)
    assert json.loads(page.soup.select_one("[data-module=outbox]")["data-words"])["waiting"] == "等待发送"


@pytest.mark.parametrize("who", ["as_leader", "as_institution"])
def test_whoever_only_looks_keeps_nothing_on_a_phone(people, who):
    person = getattr(people, who)

    assert person.get("/").soup.body.get("data-account") is None
    person.get("/visits/waiting", 404)


def test_somebody_with_a_first_password_keeps_nothing_yet(people):
    newcomer = people.as_township
    with db.engine.begin() as connection:
        connection.execute(
            update(Account).where(Account.id == newcomer.actor.account_id).values(must_change_password=True)
        )

    assert newcomer.get("/password").soup.body.get("data-account") is None


def test_a_kept_page_is_known_by_reader_language_and_type(people):
    township = people.as_township

    def stamp():
        return township.get("/visits/waiting").soup.body["data-shell"]

    plain = stamp()
    assert stamp() == plain
    other = people.as_township.get("/visits/waiting").soup.body["data-shell"]
    township.speaks("en")
    english = stamp()
    township._client.set_cookie("large_type", "1")
    assert len({plain, other, english, stamp()}) == 4


@pytest.mark.parametrize("address", ["/offline", "/visits/waiting", "/visits/log"])
def test_a_page_fetched_to_be_kept_takes_no_message_from_its_reader(people, address):
    township = people.as_township
    with township._client.session_transaction() as session:
        session["_flashes"] = [("good", "刚刚说的话")]

    assert "刚刚说的话" not in township._answer("GET", address, 200, headers={"X-Kept": "1"}).plain
    assert "刚刚说的话" in township.get("/").plain


def test_every_page_names_its_release_and_nothing_else_does(people):
    township = people.as_township

    assert township.get("/").response.headers["X-Release"] == release()
    assert "X-Release" not in township.get("/sync/hello.json").response.headers


def test_the_page_speaks_english(people):
    page = people.as_township.speaks("en").get("/visits/waiting")

    assert page.heading == "Waiting to be sent"
    assert not re.search(r"[\u4e00-\u9fff]", page.soup.select_one("[data-module=outbox]")["data-words"])


def test_the_door_can_say_what_still_waits_and_nothing_is_installed(people):
    page = people.as_nobody.get("/sign-in")

    assert "{n}" in page.soup.select_one("[data-module=signed-out]")["data-words"]
    assert page.soup.select("link[rel=manifest]") == []
