"""The service entrance: it sets up, refuses in words what is unsafe, and is safe to run twice."""

import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlencode

import pytest
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import func, select

from commissioner import cli, create_app
from commissioner.config import SECRET_FILE, Settings
from commissioner.domain.step_rules import shipped_rules
from commissioner.models import Account, AuditEntry, StepRule, Visit, VisitPhoto, db
from commissioner.models.base import now
from commissioner.vocabulary import Role
from tests.conftest import settings_of
from tests.databases import Templates
from tests.factories import written

SENTENCE = "今年共实施省科技特派员个人项目6个、团队项目2个、市科技特派员项目16个,带动农民就业600多人。"
STRONG = "a-secret-of-the-tests-0123456789-abcdefghij"


class Terminal:
    """Somebody at the command line of an installation."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self._apps: list[Flask] = []

    def _made(self, settings: Settings) -> Flask:
        self._apps.append(create_app(settings))
        return self._apps[-1]

    def _close(self) -> None:
        """What ends with the process of a command must be ended here by hand."""
        while self._apps:
            with self._apps.pop().app_context():
                db.session.remove()
                db.engine.dispose()

    def runs(self, *arguments: str, status: int = 0, **settings: str) -> Result:
        environment = {"COMMISSIONER_DIR": str(self.folder), "COMMISSIONER_DATABASE_URL": self.url, **settings}
        with patch.object(cli, "create_app", self._made):
            result = CliRunner().invoke(cli.main, arguments, env=environment)
        self._close()
        told = f"{arguments}: {result.output}"
        assert result.exit_code == status, told
        assert "Traceback" not in result.output, told
        assert result.exception is None or isinstance(result.exception, SystemExit), told
        return result

    def counts(self, model: type) -> int:
        with self._made(settings_of(self.url, self.folder)).app_context():
            number = db.session.scalar(select(func.count()).select_from(model))
        self._close()
        return number or 0


@pytest.fixture
def terminal(templates: Templates, dialect: str, tmp_path: Path) -> Iterator[Terminal]:
    """A terminal before an installation without a table."""
    with templates.copy(dialect, "nothing") as url:
        yield Terminal(tmp_path / "installation", url)


@pytest.fixture
def at_pingyang(templates: Templates, dialect: str, tmp_path: Path) -> Iterator[Terminal]:
    """A terminal before "Pingyang 2022"."""
    with templates.copy(dialect, "pingyang") as url:
        (tmp_path / SECRET_FILE).write_text(STRONG)
        (tmp_path / SECRET_FILE).chmod(0o600)
        yield Terminal(tmp_path, url)


@pytest.fixture
def serving(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Where it would have served."""
    served: list[tuple[str, int]] = []
    monkeypatch.setattr(cli, "_serve", lambda settings, host, port: served.append((host, port)))
    return served


def test_init_makes_everything_and_again_changes_nothing(terminal):
    terminal.runs("init", "--region", "330326", "--owner", "平阳县科学技术局")
    secret = terminal.folder / SECRET_FILE
    kept = secret.read_text()

    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert len(kept) >= 32
    terminal.runs("init")
    assert secret.read_text() == kept
    terminal.runs("upgrade")


def test_an_installation_begins_with_rules_for_the_steps_of_projects_and_has_each_once(terminal):
    terminal.runs("init")
    assert terminal.counts(StepRule) == 0  # nobody knows yet whose they are
    terminal.runs("init", "--region", "330326")
    assert terminal.counts(StepRule) == len(shipped_rules())
    terminal.runs("upgrade")
    terminal.runs("seed", "pingyang-2022")
    assert terminal.counts(StepRule) == len(shipped_rules())


def test_a_region_that_is_none_is_refused(terminal):
    assert "region_code" in terminal.runs("init", "--region", "三三", status=1).output


def test_serving_without_a_secret_is_refused_in_words(terminal, serving):
    assert "commissioner init" in terminal.runs("serve", status=1).output
    assert serving == []


@pytest.mark.parametrize("weak", ["short", "a" * 64, "abababababababababababababababababab"])
def test_serving_with_a_weak_secret_is_refused(terminal, serving, weak):
    terminal.runs("init")

    assert "密钥" in terminal.runs("serve", status=1, COMMISSIONER_SECRET_KEY=weak).output
    assert serving == []


def test_serving_with_a_key_that_others_can_read_is_refused(terminal, serving):
    terminal.runs("init")
    (terminal.folder / SECRET_FILE).chmod(0o644)

    assert "chmod" in terminal.runs("serve", status=1).output
    assert serving == []


def test_serving_tables_of_another_release_is_refused(terminal, serving):
    assert "commissioner upgrade" in terminal.runs("serve", status=1, COMMISSIONER_SECRET_KEY=STRONG).output
    assert serving == []

    terminal.runs("init", COMMISSIONER_SECRET_KEY=STRONG)
    terminal.runs("serve", "--port", "8123", COMMISSIONER_SECRET_KEY=STRONG)
    assert serving == [("127.0.0.1", 8123)]


def test_a_setting_that_is_no_number_is_told_by_its_name(terminal):
    assert "COMMISSIONER_IDLE_MINUTES" in terminal.runs("init", status=1, COMMISSIONER_IDLE_MINUTES="bald").output


def test_the_other_commands_want_tables_first(terminal):
    for command in (["seed", "pingyang-2022"], ["report", "2022"], ["user", "reset", "x"]):
        assert "commissioner upgrade" in terminal.runs(*command, status=1).output, command


def test_the_sentence_of_the_summary_character_for_character(at_pingyang):
    assert at_pingyang.runs("report", "2022").output == f"{SENTENCE}\n"


def test_the_full_report_begins_with_it_and_says_more(at_pingyang):
    lines = at_pingyang.runs("report", "2022", "--full").output.splitlines()

    assert lines[0] == SENTENCE
    assert len(lines) > 5


def test_a_year_without_records_still_gives_a_report(at_pingyang):
    at_pingyang.runs("report", "2001", "--full")


def test_loading_the_data_set_again_changes_nothing(at_pingyang):
    visits = at_pingyang.counts(Visit)

    assert re.search(r"新增 0.更新 0", at_pingyang.runs("seed", "pingyang-2022").output)
    assert at_pingyang.counts(Visit) == visits


@pytest.mark.parametrize("nothing", ["atlantis", "../seeds", "ground"])
def test_a_data_set_that_is_none_is_told(at_pingyang, nothing):
    at_pingyang.runs("seed", nothing, status=1)


def test_an_account_is_opened_once_and_its_password_shown_once(at_pingyang):
    opened = at_pingyang.runs("user", "add", "Zhang", "--role", "township", "--name", "张三", "--region", "330326102")
    password = opened.output.split()[-1]

    assert len(password) >= 16
    assert password not in at_pingyang.runs("user", "reset", "zhang").output
    again = at_pingyang.runs("user", "add", "zhang", "--role", "leader", "--name", "李四", status=1)
    assert "username" in again.output
    assert at_pingyang.counts(Account) == 1
    at_pingyang.runs("user", "reset", "nobody", status=1)


@pytest.mark.parametrize("name", ["", "a", "zhang san", "张三", "x" * 61, "<b>"])
def test_a_name_that_cannot_be_typed_is_refused(at_pingyang, name):
    at_pingyang.runs("user", "add", name, "--role", "leader", "--name", "李四", status=1)

    assert at_pingyang.counts(Account) == 0


@pytest.mark.parametrize("role", [Role.COMMISSIONER, Role.INSTITUTION])
def test_an_account_that_stands_for_nobody_is_refused_in_words(at_pingyang, role):
    at_pingyang.runs("user", "add", "somebody", "--role", role.value, "--name", "某人", status=1)
    at_pingyang.runs(
        "user", "add", "somebody", "--role", role.value, "--name", "某人",
        "--commissioner-id", "987654", "--organisation-id", "987654", status=1,
    )  # fmt: skip
    assert at_pingyang.counts(Account) == 0


def test_the_doctor_names_what_needs_care_and_is_content_when_nothing_does(at_pingyang):
    assert "请处理" in at_pingyang.runs("doctor", status=1).output
    at_pingyang.runs("user", "add", "admin", "--role", "administrator", "--name", "管理员")

    assert "请处理" not in at_pingyang.runs("doctor").output


def test_the_doctor_misses_the_photos_that_a_backup_forgot(at_pingyang):
    at_pingyang.runs("user", "add", "admin", "--role", "administrator", "--name", "管理员")
    with at_pingyang._made(settings_of(at_pingyang.url, at_pingyang.folder)).app_context():
        rest = {"width_px": 640, "height_px": 480, "size_bytes": 1, "received_at": now()}
        visit_id = db.session.scalar(select(func.min(Visit.id)))
        written(VisitPhoto, visit_id=visit_id, content_sha256="0" * 64, sent_sha256="0" * 64, **rest)
    at_pingyang._close()

    told = at_pingyang.runs("doctor", status=1).output
    assert "缺 2 个文件" in told
    assert str(at_pingyang.folder / "photos") in told


def test_the_doctor_looks_at_an_installation_without_tables(terminal):
    assert "commissioner init" in terminal.runs("doctor", status=1).output


def test_the_demonstration_makes_an_account_for_each_role_and_keeps_them(terminal, serving):
    first = terminal.runs("demo", "--dir", str(terminal.folder), "--port", "8124").output
    passwords = re.findall(r"^  ([a-z]+) +([a-z2-9]{4}(?:-[a-z2-9]{4})+)", first, re.MULTILINE)

    assert len(passwords) == len(set(passwords)) == len(Role)
    assert "http://127.0.0.1:8124" in first
    lines = terminal.counts(AuditEntry)
    again = terminal.runs("demo", "--dir", str(terminal.folder), "--port", "8124").output
    assert [password for _name, password in passwords if password in again] == []
    assert (terminal.counts(Account), terminal.counts(AuditEntry)) == (len(Role), lines)
    assert serving == [("127.0.0.1", 8124)] * 2


def test_no_password_is_kept_in_the_clear(at_pingyang):
    password = at_pingyang.runs("user", "add", "zhang", "--role", "leader", "--name", "张三").output.split()[-1]
    if not at_pingyang.url.startswith("sqlite"):
        return
    path = Path(at_pingyang.url.removeprefix("sqlite:///"))
    content = b"".join(one.read_bytes() for one in path.parent.iterdir())

    assert password.encode() not in content
    assert b"$argon2id$" in content


def test_the_demonstration_serves_what_the_readme_promises(tmp_path):
    """The command itself, on a port of its own: an address, a password, a page behind it, and a clean end."""
    port = free_port()
    environment = {key: value for key, value in os.environ.items() if not key.startswith("COMMISSIONER_")}
    command = [
        sys.executable,
        "-c",
        "from commissioner.cli import main; main()",
        "demo",
        "--dir",
        str(tmp_path / "demo"),
    ]
    with subprocess.Popen(
        [*command, "--port", str(port)], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as demo:
        try:
            said = heard_until(demo, "leader")
            (password,) = re.findall(r"^  leader +(\S+)", said, re.MULTILINE)
            door = Visitor(f"http://127.0.0.1:{port}")
            door.enters("leader", password)
            assert "/password" in door.address
        finally:
            demo.send_signal(signal.SIGTERM)
            demo.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as sought:
        sought.bind(("127.0.0.1", 0))
        return int(sought.getsockname()[1])


def heard_until(process: subprocess.Popen[str], word: str) -> str:
    said = ""
    assert process.stdout is not None
    for line in process.stdout:
        said += line
        if word in line:
            return said
    raise AssertionError(f"it ended: {said}")


class Visitor:
    """A browser without a window: cookies, redirects and one form."""

    def __init__(self, base: str) -> None:
        self.base = base
        self.address = ""
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

    def enters(self, username: str, password: str) -> None:
        token = re.findall(r'name="csrf_token"[^>]*value="([^"]+)"', self._open("/sign-in"))[0]
        self._open("/sign-in", {"csrf_token": token, "username": username, "password": password})

    def _open(self, path: str, data: dict[str, str] | None = None) -> str:
        for _ in range(100):
            try:
                with self._opener.open(
                    self.base + path, urlencode(data).encode() if data else None, timeout=10
                ) as answer:
                    self.address = answer.url
                    return str(answer.read().decode())
            except ConnectionRefusedError:
                pass
            except urllib.error.URLError as error:
                if not isinstance(error.reason, ConnectionRefusedError):
                    raise
            time.sleep(0.1)
        raise AssertionError("nobody opened")


def test_the_weekly_mail_without_a_server_says_what_to_set(at_pingyang):
    said = at_pingyang.runs("digest", status=1).output

    assert "COMMISSIONER_SMTP_URL" in said


def test_the_weekly_mail_goes_to_nobody_who_did_not_ask(at_pingyang):
    set_up = {
        "COMMISSIONER_SMTP_URL": "smtp://user:hush-hush@127.0.0.1:9",
        "COMMISSIONER_MAIL_FROM": "kjt@example.com",
        "COMMISSIONER_PUBLIC_URL": "https://kjt.example",
    }

    assert "发出 0" in at_pingyang.runs("digest", **set_up).output
    told = at_pingyang.runs("doctor", status=1, **set_up).output  # nobody administers this one
    assert re.search(r"mail +ok", told)
    assert "hush-hush" not in told
    half = {**set_up, "COMMISSIONER_MAIL_FROM": ""}
    assert "COMMISSIONER_MAIL_FROM" in at_pingyang.runs("doctor", status=1, **half).output
