"""An endpoint that fails as real ones do: it relays to a working one until it is told how to fail."""

from __future__ import annotations

import base64
import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

from tests.processes import Remote

ANSWERING = "application/sparql-results+json"
USER, PASSWORD, TOKEN = "writer", "a password: with a colon", "a-token"
_CHALLENGE = 'realm="graphs", nonce="a-nonce"'


class Relay(ThreadingHTTPServer):
    """How it fails, `mode`, is one of those under `_Handler.do_POST`; `only` limits that to updates or to queries."""

    daemon_threads = True

    def __init__(self, behind: Remote) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind, self.mode, self.only = behind, "well", ""
        self.demands = ""  # "Basic", "Digest" or "Bearer": USER with PASSWORD, or TOKEN
        self.released = threading.Event()

    @property
    def remote(self) -> Remote:
        url = f"http://127.0.0.1:{self.server_port}"
        return Remote(f"{url}/query", f"{url}/update", f"{url}/graphs")

    @contextmanager
    def failing(self, mode: str, only: str = "") -> Iterator[None]:
        self.released.clear()
        self.mode, self.only = mode, only
        try:
            yield
        finally:
            self.mode = "well"
            self.released.set()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Relay

    def do_PUT(self) -> None:
        self.do_POST()

    def do_POST(self) -> None:
        relay, kind = self.server, self.path.strip("/").partition("?")[0]
        body = self.rfile.read(int(self.headers["Content-Length"]))
        mode = relay.mode if relay.only in ("", kind) else "well"
        if relay.demands and not self._is_allowed(relay.demands):
            self._answer(401, "text/plain", b"who are you?", challenge=f"{relay.demands} {_CHALLENGE}")
        elif mode == "slow":
            relay.released.wait(20)
            self.close_connection = True
        elif mode == "refuses":
            self._answer(503, "text/plain", b"too busy")
        elif mode == "breaks":
            self._answer(500, "text/html", b"<h1>Oops</h1>")
        elif mode == "rubbish":
            self._answer(200, ANSWERING, b"<html>Welcome to our portal</html>")
        elif mode == "another type":
            self._answer(200, "text/html", b"<html>Welcome to our portal</html>")
        elif mode == "cut off":
            self._answer(200, ANSWERING, b'{"head":{"vars":["s"]},"results":{"bindings":[', missing=100)
        elif mode == "forbids":
            self._answer(401, "text/plain", b"who are you?")
        elif mode == "dies":
            self.close_connection = True
        elif mode == "dies when done":
            self._relayed(kind, body)
            self.close_connection = True
        else:
            found = self._relayed(kind, body)
            self._answer(found.status_code, found.headers.get("content-type", ""), found.content)

    def _relayed(self, kind: str, body: bytes) -> httpx.Response:
        behind = {"query": self.server.behind.query, "update": self.server.behind.update}
        headers = {name: self.headers[name] for name in ("Content-Type", "Accept") if name in self.headers}
        url = f"{behind.get(kind, self.server.behind.graphs)}?{self.path.partition('?')[2]}"
        return httpx.request(self.command, url, content=body, headers=headers, timeout=60)

    def _is_allowed(self, demands: str) -> bool:
        scheme, _, given = self.headers.get("Authorization", "").partition(" ")
        if scheme != demands:
            return False
        if scheme == "Digest":  # RFC 2617, as it is without qop
            fields = dict(re.findall(r'(\w+)="([^"]*)"', given))
            who, what = _md5(f"{USER}:graphs:{PASSWORD}"), _md5(f"{self.command}:{self.path}")
            return fields["username"] == USER and fields["response"] == _md5(f"{who}:a-nonce:{what}")
        return given == (TOKEN if scheme == "Bearer" else base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode())

    def _answer(self, status: int, media_type: str, body: bytes, missing: int = 0, challenge: str = "") -> None:
        self.send_response(status)
        if challenge:
            self.send_header("WWW-Authenticate", challenge)
        self.send_header("Content-Type", media_type)
        self.send_header("Content-Length", str(len(body) + missing))
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = self.close_connection or bool(missing)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that it has above
        """Nothing: tests read what fails by what is answered."""


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


@contextmanager
def relay(behind: Remote) -> Iterator[Relay]:
    """A relay to `behind`, which must take writes without credentials."""
    server = Relay(behind)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.released.set()
        server.shutdown()
        thread.join()
        server.server_close()
