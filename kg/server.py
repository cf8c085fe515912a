"""The HTTP server of a store: started here, announced in the store's folder, and reached from other processes.

An embedded store belongs to one process. While a server has it, `server.json` in its folder says where that
server listens, and the command line asks there.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import FrameType
from typing import Any

import uvicorn
from uvicorn.importer import import_from_string

from kg import logs
from kg.errors import BadSetting, KgError, StoreUnavailable
from kg.holder import Announcement, announced
from kg.settings import Settings
from kg.store import folder_of

_LAST_SECONDS = 10  # for what runs at a signal to stop, beyond the time that a query may take
# By name alone: the library imports nothing of HTTP's routes.
_APPLICATION = "api.app:create_app"
_PROTOCOL = "api.wire:HttpProtocol"


@dataclass
class Door:
    """The socket that listens, for whoever takes it (`is_taken`) to accept connections on it.

    `adopt` gives the server a connection for good, with what was read of it, or the error to answer on it. `proxies`
    are those who are believed when they say how they were asked, as uvicorn knows them. `close` is called before the
    server stops.
    """

    listener: socket.socket
    proxies: Sequence[str]
    adopt: Callable[[socket.socket, bytes, KgError | None], None]
    close: Callable[[], None] = lambda: None
    is_taken: bool = False


def run(settings: Settings, progress: Callable[[str], None]) -> None:
    """Serve until a signal comes.

    Raise BadSetting where nothing can listen at the place that the settings name, and what opening the graph raises.
    """
    listener = _listen(settings.host, settings.port)
    url = _url(settings.host, listener.getsockname()[1])
    _take_our_own()
    made = import_from_string(_APPLICATION)(settings, progress)
    application = _Application(made)
    logs.configure(requests=settings.log == "requests")
    config = uvicorn.Config(
        application,
        http=_PROTOCOL,
        log_config=None,
        log_level="warning",
        lifespan="on",
        server_header=False,
        timeout_graceful_shutdown=int(settings.query_seconds) + _LAST_SECONDS,
    )
    server = _Server(config, Announcement(url, os.getpid()), folder_of(settings.store), progress, listener)
    made.state.door = server.door
    server.stopping = lambda: setattr(made.state, "stopping", True)
    server.drain_seconds = settings.drain_seconds
    try:
        signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn's own serves meanwhile, and raises it again at the end
        server.run(sockets=[])
    except KeyboardInterrupt:
        return
    except SystemExit:  # how the server ends where its application cannot start
        if application.failure is None:
            raise
    if application.failure is not None:
        raise _told(application.failure, announced(settings.store))


def _take_our_own() -> None:
    """Let the package that the application is in be the one beside this, whatever else has its name on the path."""
    name = _APPLICATION.partition(".")[0]
    file = Path(__file__).resolve().parents[1] / name / "__init__.py"
    there = sys.modules.get(name)
    if there is not None and there.__file__ and Path(there.__file__).resolve() == file:
        return
    for other in [each for each in sys.modules if each.partition(".")[0] == name]:
        del sys.modules[other]
    spec = spec_from_file_location(name, file, submodule_search_locations=[str(file.parent)])
    assert spec is not None
    assert spec.loader is not None
    sys.modules[name] = module = module_from_spec(spec)
    spec.loader.exec_module(module)


def _told(failure: Exception, holder: Announcement | None) -> Exception:
    """The failure, with the name of who has the store where it is another server."""
    if holder is None or not isinstance(failure, StoreUnavailable):
        return failure
    return StoreUnavailable(
        failure.culprit,
        found=f"another process that has it open: the server at {holder.url} (process {holder.pid})",
        remedy="Ask that server, stop it, or name another folder in STORE.",
    )


class _Application:
    """The application, whose failure to start is kept for the one who started it, instead of a traceback in the log."""

    def __init__(self, application: Callable[[Any, Any, Any], Awaitable[None]]) -> None:
        self._application = application
        self.failure: Exception | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] != "lifespan":
            await self._application(scope, receive, send)
            return

        async def told(message: Any) -> None:
            await send({"type": message["type"]})  # without the traceback that a failure's message is

        try:
            await self._application(scope, receive, told)
        except Exception as error:  # noqa: BLE001 - raised again by `run`, once the server has ended
            self.failure = error


class _Server(uvicorn.Server):
    """Announces itself when it has started, and takes the announcement back when it stops."""

    def __init__(
        self,
        config: uvicorn.Config,
        announcement: Announcement,
        folder: Path | None,
        progress: Callable[[str], None],
        listener: socket.socket,
    ) -> None:
        super().__init__(config)
        proxies = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1").split(",")
        self.door = Door(listener, [each.strip() for each in proxies], self._adopt)
        self._adopting: set[asyncio.Task[None]] = set()
        self._announcement, self._progress = announcement, progress
        self.stopping: Callable[[], None] = lambda: None
        self.drain_seconds, self._draining = 0.0, False
        self._file = folder / "server.json" if folder else None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        logging.disable(logging.ERROR)  # whoever called `run` hears why the application could not start
        await super().startup(sockets=sockets)
        logging.disable(logging.NOTSET)
        if self.started:
            if not self.door.is_taken:
                loop = asyncio.get_running_loop()
                self.servers.append(await loop.create_server(self._protocol, sock=self.door.listener))
            if self._file:
                self._file.write_text(json.dumps(asdict(self._announcement)) + "\n", encoding="utf-8")
            self._progress(f"Serving {self._announcement.url} (Ctrl-C stops)")

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """A signal to stop: the server says that it is not ready, and takes nothing new once it has drained.

        A second signal does not wait for that.
        """
        self.stopping()
        if self.drain_seconds and not self._draining:
            self._draining = True
            drained = threading.Timer(self.drain_seconds, super().handle_exit, (sig, frame))
            drained.daemon = True
            drained.start()
        else:
            super().handle_exit(sig, frame)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        if self._file:
            self._file.unlink(missing_ok=True)
        self.door.close()
        with suppress(OSError):  # of every process that has it
            self.door.listener.shutdown(socket.SHUT_RDWR)
        self.door.listener.close()
        await super().shutdown(sockets=sockets)

    def _protocol(self) -> Any:
        return self.config.http_protocol_class(  # type: ignore[call-arg]
            config=self.config, server_state=self.server_state, app_state=self.lifespan.state
        )

    def _adopt(self, client: socket.socket, data: bytes, error: KgError | None) -> None:
        """See Door."""
        task = asyncio.get_running_loop().create_task(self._connect(client, data, error))
        self._adopting.add(task)
        task.add_done_callback(self._adopting.discard)

    async def _connect(self, client: socket.socket, data: bytes, error: KgError | None) -> None:
        client.setblocking(False)
        protocol = self._protocol()
        protocol.adopt(data, error)
        try:
            await asyncio.get_running_loop().connect_accepted_socket(lambda: protocol, client)
        except OSError:  # its client has left
            client.close()
            return
        if self.should_exit:
            protocol.shutdown()


def _listen(host: str, port: int) -> socket.socket:
    """A socket that listens; raises BadSetting before anything else is begun where the place is taken or is none."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        found = getattr(error, "strerror", None) or str(error)
        raise BadSetting(
            culprit=f"HOST={host} PORT={port}",
            found=f"that nothing can listen there ({found})",
            remedy="Name another port or address, for example: kg serve --port 8001.",
        ) from error
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # its connections too: heads do not wait for bodies
    return listener


def _url(host: str, port: int) -> str:
    """The address that a client on this machine uses; one that stands for all addresses is reached on loopback."""
    shown = {"0.0.0.0": "127.0.0.1", "::": "::1", "": "127.0.0.1"}.get(host, host)  # noqa: S104 - nothing is bound here
    return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"
