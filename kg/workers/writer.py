"""Writes from outside, in a warm process that has the store open: those that wait together are one commit.

The process writes to files of its own, a copy by links of the newest version, and gives the next version from them. One
that fails there changes nothing; one that leaves something behind, or comes to a limit, takes the process with it: what
was done before it in the same commit, and not told to anybody yet, is done again by the next process.
"""

from __future__ import annotations

import json
import marshal
import os
import select
import shutil
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from kg.errors import KgError, QueryTimeout, QueryTooLarge, StoreFull
from kg.store.checkpoint import Checkpoint, copy_files, logged
from kg.workers.messages import LENGTH, SUBJECTS, Update, Upload, unpack_error

MOST_TOGETHER = 64  # writes in one commit
MOST_LOGGED = 1 << 18  # bytes of a log that each reader of a version reads anew
_PATIENCE = 0.5  # seconds that a write may take while others before it wait for their commit
_GLANCE = 0.05  # seconds between two looks at whether a client has left


class Abandoned(Exception):
    """The client of a write has left before it was done."""


class _Nothing(Exception):
    """Nothing that was asked was done: there is nothing to commit."""


@dataclass(frozen=True)
class Asked:
    """A write, whether its client has left, and who waits for its end."""

    request: Update | Upload
    left: Callable[[], bool]
    done: Future[None]


class WritingProcess:
    """A process that writes to the store in one folder; for one thread, which waits for it."""

    def __init__(self, prefixes: Mapping[str, str], memory: int) -> None:
        self._memory, self._most = memory, 0
        self._socket, theirs = socket.socketpair()
        settings = json.dumps({"prefixes": dict(prefixes), "memory": memory, "parent": os.getpid()})
        places = [str(Path(__file__).resolve().parents[2]), *filter(None, sys.path)]
        self._process = subprocess.Popen(  # noqa: S603 - our own module
            [sys.executable, "-P", "-c", "from kg.workers.writing import main; main()", settings],
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": os.pathsep.join(places)},
        )
        theirs.close()

    def open(self, path: Path) -> None:
        """Write to the store in a folder from now on, which begins there where the folder is none."""
        self._most = self._memory // 4 + self._call("open", str(path))

    def flush(self) -> bool:
        """Put what is only logged among the data; say whether this process has grown too large to keep."""
        return self._call("flush") > self._most

    def run(self, request: Update | Upload, seconds: float, left: Callable[[], bool] = lambda: False) -> None:
        """Carry out a write. Raise what is wrong with it, and QueryTimeout, QueryTooLarge or Abandoned.

        After an error the store is as it was before, or the process is no longer `alive`.
        """
        given = type(request).__name__, seconds, tuple(vars(request).values())
        self._call("run", *given, subject=SUBJECTS[type(request)], seconds=seconds, left=left)

    @property
    def alive(self) -> bool:
        return self._process.poll() is None and self._socket.fileno() >= 0

    def close(self) -> None:
        """End the process, whatever it does."""
        self._socket.close()
        self._process.kill()
        self._process.wait()

    def _call(
        self,
        *message: str | float | tuple[object, ...],
        subject: str = "the update",
        seconds: float = float("inf"),
        left: Callable[[], bool] = lambda: False,
    ) -> int:
        """Ask for something; return the most memory that the process has held, in bytes."""
        data = marshal.dumps(message)  # type: ignore[arg-type]  # the fields of an Update or Upload are plain values
        try:
            self._socket.sendall(LENGTH.pack(len(data)) + data)
            until = time.monotonic() + seconds
            size = LENGTH.unpack(self._receive(LENGTH.size, subject, until, left))[0]
            largest: int
            told, spoiled, largest = marshal.loads(self._receive(size, subject, until, left))  # noqa: S302 - our own
        except TimeoutError:
            self.close()
            remedy = "Change less at once, or narrow the patterns."
            raise QueryTimeout(subject, found=f"no end after {seconds:g} seconds", remedy=remedy) from None
        except OSError:
            self.close()
            raise _crashed(subject) from None
        except BaseException:
            self.close()
            raise
        if spoiled:
            self.close()
        error, _ = unpack_error(told)
        if error is not None:
            raise error
        return largest

    def _receive(self, size: int, subject: str, until: float, left: Callable[[], bool]) -> bytes:
        data = b""
        while len(data) < size:
            if select.select([self._socket], [], [], _GLANCE)[0]:
                part = self._socket.recv(size - len(data))
                if not part:
                    raise _crashed(subject)
                data += part
            elif left():
                raise Abandoned
            elif time.monotonic() > until:
                raise TimeoutError
        return data


class Writer:
    """The writes that wait, and the process that carries them out; `commit` belongs to one thread."""

    def __init__(self, prefixes: Mapping[str, str], seconds: float, memory: int) -> None:
        self._prefixes, self._seconds, self._memory = prefixes, seconds, memory
        self._waiting: deque[Asked] = deque()
        self._process: WritingProcess | None = None
        self._folder: Path | None = None  # what the process writes to
        self._version = -1  # the version that it holds

    def ask(self, request: Update | Upload, left: Callable[[], bool]) -> Future[None]:
        """Let a write wait for the next `commit`; the future ends when it lasts, or raises why it was not done."""
        asked = Asked(request, left, Future())
        asked.done.set_running_or_notify_cancel()
        self._waiting.append(asked)
        return asked.done

    def start(self) -> None:
        """Begin the process, so that the first write need not wait for it."""
        if self._process is None or not self._process.alive:
            self._process = WritingProcess(self._prefixes, self._memory)
            self._version = -1

    def commit(self, rewrite: Callable[[Callable[[Checkpoint, Path], None]], int]) -> None:
        """Carry out all that waits, in as few commits as can be: see `EmbeddedStore.rewrite`."""
        later: list[Asked] = []
        while later or self._waiting:
            while self._waiting and len(later) < MOST_TOGETHER:
                later.append(self._waiting.popleft())
            later = self._commit(later, rewrite)

    def close(self) -> None:
        if self._process is not None:
            self._process.close()
        self._clear()

    def _commit(self, group: list[Asked], rewrite: Callable[[Callable[[Checkpoint, Path], None]], int]) -> list[Asked]:
        """Make one commit of a group, less those that fail; return those that are to have another."""
        done: list[Asked] = []
        later: list[Asked] = []
        retiring = False

        def write(snapshot: Checkpoint, path: Path) -> None:
            nonlocal retiring
            self._carry_out(group, snapshot, done, later)
            if not done:
                raise _Nothing
            assert self._process is not None
            assert self._folder is not None
            if logged(self._folder) > MOST_LOGGED:
                retiring = self._process.flush()
            copy_files(self._folder, path)

        try:
            self._version = rewrite(write)
        except _Nothing:
            return later
        except BaseException as failed:  # noqa: BLE001 - told to all who wait for it
            self._end()
            for asked in group:
                if asked not in later and not asked.done.done():
                    asked.done.set_exception(failed)
            return later
        if retiring:
            self._end()
        for asked in done:
            asked.done.set_result(None)
        return later

    def _carry_out(self, group: list[Asked], snapshot: Checkpoint, done: list[Asked], later: list[Asked]) -> None:
        """Carry out each of a group on what `snapshot` holds; `later` gets those that are to have another commit."""
        queue = deque(group)
        while queue:
            asked = queue.popleft()
            if asked.left():
                asked.done.set_exception(Abandoned())
                continue
            seconds = min(self._seconds, _PATIENCE) if done else self._seconds
            process = self._open(snapshot)
            try:
                process.run(asked.request, seconds, asked.left)
                done.append(asked)
                continue
            except QueryTimeout as slow:
                if done:
                    later += [asked, *queue]
                    queue.clear()
                else:
                    asked.done.set_exception(slow)
            except StoreFull:
                raise
            except (KgError, Abandoned) as failed:
                asked.done.set_exception(failed)
            if not process.alive:  # what was done is done again
                queue.extendleft(reversed(done))
                done.clear()

    def _open(self, snapshot: Checkpoint) -> WritingProcess:
        """The process, with a store that holds the version, or what was made of it since."""
        self.start()
        assert self._process is not None
        if self._version != snapshot.version:
            self._clear()
            self._folder = snapshot.draft()
            self._process.open(self._folder)
            self._version = snapshot.version
        return self._process

    def _end(self) -> None:
        """Let go of the process: another begins at once."""
        if self._process is not None:
            self._process.close()
        self._process = None
        self.start()

    def _clear(self) -> None:
        if self._folder is not None:
            shutil.rmtree(self._folder, ignore_errors=True)
            with suppress(OSError):
                self._folder.parent.rmdir()
        self._folder = None


def _crashed(subject: str) -> QueryTooLarge:
    """What is said of a write whose process has died of it."""
    return QueryTooLarge(
        culprit=subject,
        found="more memory or deeper nesting than it may have",
        remedy="Change less at once, narrow the patterns, or nest less deeply.",
    )
