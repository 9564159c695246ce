"""The road between a phone and the server: it can be cut, made to stumble, and shown to lead to a newer release."""

from __future__ import annotations

import http.client
import re
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

# What befalls a request: a status instead of an answer, "lost" before the server got it, "unheard" after it has done its work.
Trouble = int | str | None
Weather = Callable[[str, str], Trouble]
NOT_FORWARDED = {"connection", "transfer-encoding", "content-length", "keep-alive"}
RELEASE = re.compile(rb'const RELEASE = "([0-9a-f]+)"')


class Road(ThreadingHTTPServer):
    """A proxy in front of a live server; ``weather`` decides about each (method, path)."""

    daemon_threads = True

    def __init__(self, url: str) -> None:
        super().__init__(("127.0.0.1", 0), _Traveller)
        self.upstream = urlsplit(url).netloc
        self.url = f"http://127.0.0.1:{self.server_address[1]}"
        self.weather: Weather = lambda _method, _path: None
        self.renamed: tuple[bytes, bytes] | None = None
        self.seen: list[tuple[str, str]] = []

    def deploy(self) -> None:
        """From now on the server is another release, wherever it says which one it is."""
        connection = http.client.HTTPConnection(self.upstream, timeout=30)
        connection.request("GET", "/sw.js")
        found = RELEASE.search(connection.getresponse().read())
        assert found is not None
        connection.close()
        self.renamed = (found.group(1), found.group(1)[::-1])

    def posts(self, path: str) -> int:
        """How often something was posted to ``path``."""
        return self.seen.count(("POST", path))

    def said(self, data: bytes) -> bytes:
        """``data`` as the present release says it."""
        return data.replace(*self.renamed) if self.renamed else data

    def handle_error(self, *_: object) -> None:
        """A browser that goes away is no fault."""


class _Traveller(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Road

    def log_message(self, *_: object) -> None:
        """Be quiet."""

    def _go(self) -> None:
        path = urlsplit(self.path).path
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        trouble = self.server.weather(self.command, path)
        self.server.seen.append((self.command, path))
        if trouble == "lost":
            return self._hang_up()
        if isinstance(trouble, int):
            kind, said = (
                ("application/json", b'{"error": "-"}') if trouble < 500 else ("text/html", b"<h1>trouble</h1>")
            )
            return self._answer(trouble, [("Content-Type", kind)], said)
        status, headers, data = self._forward(body)
        return self._hang_up() if trouble == "unheard" else self._answer(status, headers, data)

    do_GET = do_POST = do_PUT = do_HEAD = _go  # noqa: N815 - the names that the standard library calls

    def _forward(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection(self.server.upstream, timeout=60)
        headers = {name: value for name, value in self.headers.items() if name.lower() not in NOT_FORWARDED}
        try:
            connection.request(self.command, self.path, body, {**headers, "Accept-Encoding": "identity"})
            answer = connection.getresponse()
            data = answer.read()
        finally:
            connection.close()
        if answer.headers.get_content_type() in {"text/html", "text/javascript"}:
            data = self.server.said(data)
        kept = [
            (name, self.server.said(value.encode()).decode())
            for name, value in answer.getheaders()
            if name.lower() not in NOT_FORWARDED
        ]
        return answer.status, kept, data

    def _answer(self, status: int, headers: list[tuple[str, str]], data: bytes) -> None:
        self.send_response_only(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if self.command != "HEAD" and status != 304:
            self.wfile.write(data)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


@contextmanager
def road_to(url: str) -> Iterator[Road]:
    """A road to the server at ``url``, closed in the end."""
    road = Road(url)
    thread = threading.Thread(target=road.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield road
    finally:
        road.shutdown()
        road.server_close()
        thread.join(timeout=10)
