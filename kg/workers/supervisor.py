"""The process from which workers are forked in a few milliseconds, the engine's code already in memory.

It keeps enough of them ready, ends the largest where all together grow too large, and holds each client's connection
beside its worker: of a worker that dies the server gets the connection, to say why or to go on. Its standard input is
a socket of the server's: a byte on it lets it end once all queries are done; at its end all ends at once.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import shutil
import signal
import socket
import sys
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from kg.errors import KgError, QueryTooLarge
from kg.workers.limits import Limits, WorkerConfig
from kg.workers.messages import CONNECTION, LOCAL, PUBLIC, crashed, pack_error
from kg.workers.sandbox import die_with, forbid_connections, private_memory
from kg.workers.scoreboard import CONNECTED, IDLE, LONG, OVER, RUNNING, Scoreboard, Slot
from kg.workers.worker import Worker

_TICK = 100  # milliseconds between looks at what busy workers hold


@dataclass(eq=False)
class Child:
    """One worker: its process, what it says, and its client's connection while it has one."""

    pid: int
    control: socket.socket
    slot: Slot
    kind: bytes = b""
    client: int | None = None
    ended_by: KgError | None = None

    def drop(self) -> None:
        if self.client is not None:
            os.close(self.client)
            self.client = None


class Supervisor:
    """The workers of one server."""

    def __init__(self, config: WorkerConfig) -> None:
        self._config, self._limits = config, config.limits
        self._board = Scoreboard(self._limits.processes, config.board)
        self._told = socket.socket(fileno=config.told)
        self._listeners = {socket.socket(fileno=config.local): LOCAL}
        self._handler = None
        if config.public is not None:
            module, _, name = config.handler.partition(":")
            self._handler = getattr(import_module(module), name)
            self._listeners[socket.socket(fileno=config.public)] = PUBLIC
        self._children: dict[int, Child] = {}
        self._poll, self._stopping = select.poll(), False

    def run(self, server: socket.socket) -> None:
        """Serve until the server wants no more, or is gone."""
        self._poll.register(server, select.POLLIN)
        try:
            while self._children or not self._stopping:
                self._replenish()
                busy = self._board.count(RUNNING, LONG)
                for handle, _ in self._poll.poll(_TICK if busy else None):
                    if handle != server.fileno():
                        self._hear(self._children[handle])
                    elif not server.recv(1):
                        shutil.rmtree(Path(self._config.newest).parent, ignore_errors=True)  # it left no time to do so
                        return
                    else:
                        self._stop()
                self._limit_memory()
        finally:
            for child in self._children.values():
                os.kill(child.pid, signal.SIGKILL)

    def _replenish(self) -> None:
        idle = self._board.count(IDLE)
        while not self._stopping and idle < self._limits.spare and (index := self._board.free()) is not None:
            self._fork(index)
            idle += 1

    def _fork(self, index: int) -> None:
        ours, theirs = socket.socketpair()
        supervisor, slot = os.getpid(), self._board.slot(index)
        slot.state = IDLE
        pid = os.fork()
        if pid:
            theirs.close()
            self._children[ours.fileno()] = Child(pid, ours, slot)
            self._poll.register(ours, select.POLLIN)
            return
        try:
            os.close(0)
            for other in self._children.values():
                other.control.close()
                other.drop()
            ours.close()
            die_with(supervisor)
            forbid_connections()
            Worker(self._config, self._board, slot, theirs, self._told, self._listeners, self._handler).serve()
        finally:
            os._exit(0)

    def _hear(self, child: Child) -> None:
        """A worker has a connection, or no longer, or is gone."""
        try:
            data, handles, _, _ = socket.recv_fds(child.control, 1, 1)
        except OSError:
            data, handles = b"", []
        if not data:
            self._bury(child)
            return
        child.drop()
        if handles:
            child.kind, child.client = data, handles[0]

    def _bury(self, child: Child) -> None:
        self._poll.unregister(child.control)
        del self._children[child.control.fileno()]
        child.control.close()
        os.waitpid(child.pid, 0)
        state, begun, note = child.slot.state, child.slot.begun, child.slot.note
        child.slot.clear()
        if child.client is not None and child.kind == PUBLIC:
            if begun or state == OVER or (self._stopping and state == CONNECTED):
                with suppress(OSError), socket.socket(fileno=os.dup(child.client)) as client:
                    client.shutdown(socket.SHUT_RDWR)
            else:
                error = (child.ended_by or crashed("the query")) if state in (RUNNING, LONG) else None
                with suppress(OSError):
                    socket.send_fds(
                        self._told, [CONNECTION + pack_error(error, note if error else b"")], [child.client]
                    )
        child.drop()

    def _limit_memory(self) -> None:
        busy = [child for child in self._children.values() if child.slot.state in (RUNNING, LONG)]
        sizes = {child: private_memory(child.pid) for child in busy}
        if sizes and sum(sizes.values()) > self._limits.budget:
            largest = max(sizes, key=lambda child: sizes[child])
            largest.ended_by = QueryTooLarge(
                "the query",
                "more memory than there is for all queries together",
                remedy="Ask for less at once, or try again when fewer run.",
            )
            os.kill(largest.pid, signal.SIGKILL)

    def _stop(self) -> None:
        """Take no more connections; each worker ends once it has answered."""
        self._stopping = True
        for child in self._children.values():
            os.kill(child.pid, signal.SIGTERM)
        for listener in self._listeners:
            listener.close()


def main() -> None:
    values = json.loads(sys.argv[1])
    config = WorkerConfig(**values | {"limits": Limits(**values["limits"])})
    server = socket.socket(fileno=os.dup(0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # a worker hears it once it can
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    supervisor = Supervisor(config)
    gc.collect()
    gc.freeze()  # what is here by now lasts, and need not be looked at again in each worker
    gc.set_threshold(10_000)
    supervisor.run(server)
