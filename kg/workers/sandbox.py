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
import time
from pathlib import Path

# Per machine: the audit architecture, and the system calls that open and connect sockets (Linux).
_CALLS = {"x86_64": (0xC000003E, (41, 42)), "aarch64": (0xC00000B7, (198, 203))}
GRACE = 10  # seconds of a processor's time beyond a limit by the clock, after which the kernel ends the process
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


def limit_processor_time(seconds: float) -> None:
    """Let the kernel end this process once it has used so many seconds more of a processor, or a little longer."""
    resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time() + seconds) + 1, resource.RLIM_INFINITY))


def private_memory(pid: int | str = "self") -> int:
    """What a process holds beside what it shares, in bytes; 0 where it is gone or the system does not say."""
    try:
        resident, shared = Path(f"/proc/{pid}/statm").read_text().split()[1:3]
        return (int(resident) - int(shared)) * resource.getpagesize()
    except (OSError, ValueError):
        return 0


def _program(architecture: int, calls: tuple[int, ...]) -> bytes:
    """A packet filter over system calls: those of `calls` fail with EACCES, all others pass."""
    load, equal, answer = 0x20, 0x15, 0x06
    allow, refuse = 0x7FFF0000, 0x00050000 | errno.EACCES
    steps = [(load, 0, 0, 4), (equal, 0, len(calls) + 1, architecture), (load, 0, 0, 0)]
    steps += [(equal, len(calls) - index, 0, call) for index, call in enumerate(calls)]
    steps += [(answer, 0, 0, allow), (answer, 0, 0, refuse)]
    return b"".join(struct.pack("@HBBI", *step) for step in steps)
