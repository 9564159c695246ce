"""The real server over a database of one's own: started, killed and started again."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from flask import Flask

from tests.conftest import SECRET

COMMAND = [sys.executable, "-c", "from commissioner.cli import main; main()", "serve", "--port"]


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def session_cookie(app: Flask, token: str) -> str:
    """What the browser of somebody who signed in holds."""
    signer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(signer.dumps({"_permanent": True, "_user_id": token, "_fresh": True}))


class Server:
    """``commissioner serve`` on one port, in a process group of its own."""

    def __init__(self, url: str, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.log = folder / "server.log"
        self.environment = {
            **os.environ,
            "COMMISSIONER_DIR": str(folder),
            "COMMISSIONER_DATABASE_URL": url,
            "COMMISSIONER_SECRET_KEY": SECRET,
            **settings,
        }
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Start, and wait until it listens."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*COMMAND, str(self.port)], env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            assert self.process.poll() is None, self.log.read_text()
            time.sleep(0.05)
        raise AssertionError(self.log.read_text())

    def kill(self) -> None:
        """End it and all its workers at once, with no time to say goodbye."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and see to it that it does."""
        assert self.process is not None
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout=20)
        self._signal(signal.SIGKILL)

    def _signal(self, sign: int) -> None:
        assert self.process is not None
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, sign)
        self.process.wait()


@contextlib.contextmanager
def served(url: str, folder: Path, **settings: str) -> Iterator[Server]:
    """A server that runs as long as it is needed."""
    server = Server(url, folder, **settings)
    server.start()
    try:
        yield server
    finally:
        server.stop()
