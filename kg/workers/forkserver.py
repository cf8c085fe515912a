"""A small process from which workers are forked in a few milliseconds, the engine's code already in memory.

It is started with a socket as standard input. Each message on it has eight bytes: `S` with a socket attached starts a
worker on that socket, `K` with a process id ends that worker. When the server is gone, so is all that was started here.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import socket
import struct
import sys
from typing import Any

from kg.workers.sandbox import die_with, forbid_connections
from kg.workers.worker import Worker

MESSAGE = struct.Struct("!c3xI")
START, KILL = b"S", b"K"
_children: set[int] = set()


def main() -> None:
    control = socket.socket(fileno=os.dup(0))
    settings = json.loads(sys.argv[1])
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGCHLD, lambda *_: _reap())
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    gc.freeze()  # what is here by now lasts, and need not be looked at again in each worker
    gc.set_threshold(10_000)
    try:
        while True:
            data, handles, _, _ = socket.recv_fds(control, MESSAGE.size, 1)
            if len(data) < MESSAGE.size:
                break
            tag, number = MESSAGE.unpack(data)
            if tag == START:
                _start(handles[0], control, settings)
            elif tag == KILL:
                _end(number)
    finally:
        for child in set(_children):
            _end(child)


def _start(handle: int, control: socket.socket, settings: dict[str, Any]) -> None:
    parent = os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    child = os.fork()
    if child:
        _children.add(child)
        os.close(handle)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        return
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
        control.close()
        die_with(parent)
        confined = forbid_connections()
        worker = socket.socket(fileno=handle)
        Worker(worker, settings["prefixes"], settings["memory"], confined=confined).serve()
    finally:
        os._exit(0)


def _end(child: int) -> None:
    if child in _children:
        os.kill(child, signal.SIGKILL)


def _reap() -> None:
    while _children:
        try:
            child, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if child == 0:
            return
        _children.discard(child)


if __name__ == "__main__":
    main()
