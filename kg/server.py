"""The HTTP server of a store: started here, announced in the store's folder, and reached from other processes.

An embedded store belongs to one process. While a server has it, `server.json` in its folder says where that
server listens, and the command line asks there.
"""

from __future__ import annotations

import json
import os
import socket
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import uvicorn

from kg.errors import BadSetting
from kg.settings import Settings
from kg.store import folder_of

APPLICATION = "api.asgi:app"  # by name alone: the library imports nothing of HTTP's routes


@dataclass(frozen=True)
class Announcement:
    """Where a server listens, and its process."""

    url: str
    pid: int


def run(settings: Settings, started: Callable[[str], None]) -> bool:
    """Serve until a signal comes; call `started` with the URL once requests are answered. False: it could not start."""
    listener = _listen(settings.host, settings.port)
    url = _url(settings.host, listener.getsockname()[1])
    config = uvicorn.Config(APPLICATION, log_level="warning", lifespan="on", server_header=False)
    server = _Server(config, Announcement(url, os.getpid()), folder_of(settings.store), started)
    server.run(sockets=[listener])
    return server.started


def announced(store: str) -> Announcement | None:
    """The live server that says it holds the store at this URL; None where there is none."""
    folder = folder_of(store)
    try:
        found = Announcement(**json.loads((folder / "server.json").read_bytes())) if folder else None
    except (OSError, ValueError, TypeError):
        return None
    return found if found and _lives(found.pid) else None


class _Server(uvicorn.Server):
    """Announces itself when it has started, and takes the announcement back when it stops."""

    def __init__(
        self,
        config: uvicorn.Config,
        announcement: Announcement,
        folder: Path | None,
        on_start: Callable[[str], None],
    ) -> None:
        super().__init__(config)
        self._announcement, self._on_start = announcement, on_start
        self._file = folder / "server.json" if folder else None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        if self.started:
            if self._file:
                self._file.write_text(json.dumps(asdict(self._announcement)) + "\n", encoding="utf-8")
            self._on_start(self._announcement.url)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._file:
            self._file.unlink(missing_ok=True)
        await super().shutdown(sockets=sockets)


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens; raises BadSetting before anything else is begun where the place is taken or is none."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        found = getattr(error, "strerror", None) or str(error)
        raise BadSetting(
            culprit=f"HOST={host} PORT={port}",
            found=f"that nothing can listen there ({found})",
            remedy="Name another port or address, for example: kg serve --port 8001.",
        ) from error


def _url(host: str, port: int) -> str:
    """The address that a client on this machine uses; one that stands for all addresses is reached on loopback."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - nothing is bound here
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
