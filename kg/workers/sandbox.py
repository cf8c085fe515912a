"""What a worker process may not do: open connections, grow past its room, run for ever, outlive the server."""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import resource
import signal
import struct
import sys
from pathlib import Path

# Per machine: the audit architecture, and the system calls that open and connect sockets (Linux).
_CALLS = {"x86_64": (0xC000003E, (41, 42)), "aarch64": (0xC00000B7, (198, 203))}
_SET_DEATH_SIGNAL, _SET_NO_NEW_PRIVILEGES, _SET_SECCOMP, _FILTER = 1, 38, 22, 2


def die_with(parent: int) -> None:
    """Ask the kernel to end this process with its parent, where it can (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def forbid_connections() -> bool:
    """Let the kernel refuse every new socket; say whether it will (Linux on common machines).

    The text of a query is screened for requests to elsewhere before the engine sees it; this holds where
    the engine should read a text in another way than the screen does.
    """
    if sys.platform != "linux" or platform.machine() not in _CALLS:
        return False
    architecture, calls = _CALLS[platform.machine()]
    program = _program(architecture, calls)
    code = ctypes.create_string_buffer(program, len(program))
    head = ctypes.create_string_buffer(struct.pack("@HxxxxxxP", len(program) // 8, ctypes.addressof(code)))
    library = ctypes.CDLL(None)
    if library.prctl(_SET_NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        return False
    return bool(library.prctl(_SET_SECCOMP, _FILTER, head, 0, 0) == 0)


def limit_address_space(room: int | None) -> None:
    """Let this process grow by `room` bytes from what it has mapped now; None lifts the limit (Linux alone)."""
    if sys.platform != "linux":
        return
    mapped = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    soft = resource.RLIM_INFINITY if room is None else mapped + room
    resource.setrlimit(resource.RLIMIT_AS, (soft, resource.RLIM_INFINITY))


class ProcessorTime:
    """Ends this process some seconds after a query's limit, even where nobody is left to do so."""

    def __init__(self) -> None:
        self._until = 0.0

    def allow(self, seconds: float, used: float) -> None:
        """Let this process, which has used so many seconds, go on for `seconds` at least; rarely a system call."""
        if used + seconds > self._until:
            self._until = used + seconds + 10
            resource.setrlimit(resource.RLIMIT_CPU, (int(self._until) + 1, resource.RLIM_INFINITY))


def usage() -> tuple[float, int]:
    """The processor time that this process has used, in seconds, and the most memory it has held, in bytes."""
    found = resource.getrusage(resource.RUSAGE_SELF)
    return found.ru_utime + found.ru_stime, found.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _program(architecture: int, calls: tuple[int, ...]) -> bytes:
    """A packet filter over system calls: those of `calls` fail with EACCES, all others pass."""
    load, equal, answer = 0x20, 0x15, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | errno.EACCES
    steps = [(load, 0, 0, 4), (equal, 0, len(calls) + 1, architecture), (load, 0, 0, 0)]
    steps += [(equal, len(calls) - index, 0, call) for index, call in enumerate(calls)]
    steps += [(answer, 0, 0, allow), (answer, 0, 0, refuse)]
    return b"".join(struct.pack("@HBBI", *step) for step in steps)
