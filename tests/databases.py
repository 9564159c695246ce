"""The two databases the stories run on: one template of each kind, made once, copied for every test."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

# Memory where there is some: hundreds of databases are made and dropped, and none of them has to survive anything.
MEMORY = Path("/dev/shm")  # noqa: S108 - the kernel's own name for it
ROOM_NEEDED_BYTES = 3 * 1024**3
FILE_COPY_SINCE = 150000
BINARY_PLACES = (*sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True), Path("/usr/local/bin"))


def missing(what: str) -> None:
    """Skip visibly at home; fail where everything must be tried."""
    if os.environ.get("COMMISSIONER_TEST_REQUIRE_ALL"):
        pytest.fail(f"{what} is missing")
    pytest.skip(f"{what} is missing")


def fast_folder(prefix: str, *, on_disk: bool = False) -> Path:
    """A new temporary folder with a short name, in memory if there is room for it and nothing has to be durable."""
    room = (
        not on_disk
        and MEMORY.is_dir()
        and os.access(MEMORY, os.W_OK)
        and shutil.disk_usage(MEMORY).free > ROOM_NEEDED_BYTES
    )
    return Path(tempfile.mkdtemp(prefix=prefix, dir=MEMORY if room else "/tmp"))  # noqa: S108 - a socket's path must be short


def _binaries() -> Path | None:
    found = shutil.which("initdb")
    places = [*BINARY_PLACES, *([Path(found).parent] if found else [])]
    return next((place for place in places if (place / "initdb").exists()), None)


def _as_nobody() -> dict[str, object]:
    """PostgreSQL refuses to run as root: step down to its own user, or nobody."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    return {}


CARELESS = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c autovacuum=off -c wal_level=minimal"


class Postgres:
    """A real server of one's own, on a socket in a temporary folder; careless of power cuts unless ``durable``."""

    def __init__(self, *, durable: bool = False) -> None:
        binaries = _binaries()
        if binaries is None:
            missing("PostgreSQL")
        assert binaries is not None
        self.binaries = binaries
        self.folder = fast_folder("cpg", on_disk=durable)
        self.step_down = _as_nobody()
        if self.step_down:
            os.chown(self.folder, int(str(self.step_down["user"])), int(str(self.step_down["group"])))
        self._run("initdb", "-D", str(self.data), "-U", "tests", "-A", "trust", "-E", "UTF8", "--locale=C", "-N")
        care = "" if durable else CARELESS
        calm = "-c checkpoint_timeout=1h -c max_wal_senders=0 -c max_connections=60"
        options = f"-c listen_addresses= -k {self.folder} {calm} {care}"
        self._run("pg_ctl", "-D", str(self.data), "-l", str(self.folder / "log"), "-w", "-o", options, "start")

    @property
    def data(self) -> Path:
        """The cluster's folder."""
        return self.folder / "data"

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        done = subprocess.run(  # type: ignore[call-overload]
            command, capture_output=True, cwd=self.folder, check=False, text=True, **self.step_down
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")

    def url(self, database: str) -> str:
        """The address of one database."""
        return f"postgresql://tests@/{database}?host={self.folder}"

    def copy(self, template: str, name: str) -> None:
        """A new database like another: its files are copied, which is faster than its pages through the log (from 15 on)."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            how = " STRATEGY FILE_COPY" if connection.info.server_version >= FILE_COPY_SINCE else ""
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}{how}".encode())

    def execute(self, statement: str) -> None:
        """Run one statement of administration."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement.encode())

    def stop(self) -> None:
        """Stop and sweep."""
        self._run("pg_ctl", "-D", str(self.data), "-m", "immediate", "stop")
        shutil.rmtree(self.folder, ignore_errors=True)


class Templates:
    """Templates by kind of database and content; a copy takes milliseconds."""

    def __init__(self, folder: Path, makers: dict[str, Callable[[str, Path], None]], *, durable: bool = False) -> None:
        self.folder = folder
        self.makers = makers
        self.durable = durable
        self.made: set[tuple[str, str]] = set()
        self.count = 0
        self._postgres: Postgres | None = None

    @property
    def postgres(self) -> Postgres:
        """The server, started when first asked for."""
        if self._postgres is None:
            self._postgres = Postgres(durable=self.durable)
        return self._postgres

    @contextlib.contextmanager
    def copy(self, dialect: str, content: str) -> Iterator[str]:
        """A fresh database with ``content``; yields its address."""
        self._make(dialect, content)
        if dialect == "sqlite":
            place = fast_folder("csq", on_disk=self.durable)
            shutil.copyfile(self.folder / f"{content}.sqlite3", place / "commissioner.sqlite3")
            try:
                yield f"sqlite:///{place / 'commissioner.sqlite3'}"
            finally:
                shutil.rmtree(place, ignore_errors=True)
            return
        self.count += 1
        name = f"copy{self.count}"
        self.postgres.copy(content, name)
        try:
            yield self.postgres.url(name)
        finally:
            self.postgres.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def _make(self, dialect: str, content: str) -> None:
        if (dialect, content) in self.made:
            return
        if dialect == "sqlite":
            url = f"sqlite:///{self.folder / content}.sqlite3"
        else:
            self.postgres.execute(f"CREATE DATABASE {content}")
            url = self.postgres.url(content)
        self.makers[content](url, self.folder)
        self.made.add((dialect, content))

    def close(self) -> None:
        """Stop the server, if one was started."""
        if self._postgres is not None:
            self._postgres.stop()
