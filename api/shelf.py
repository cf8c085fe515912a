"""Answers that took long to make, in files beside the version that they are of, for all workers to send again.

They go when the version's checkpoint goes.
"""

from __future__ import annotations

import marshal
import os
from collections.abc import Hashable
from contextlib import suppress
from pathlib import Path

from api.reply import Ready

WORTH = 0.2  # seconds from which an answer is worth a file
_LARGEST, _MOST = 1 << 18, 64 << 20  # bytes of one, and of all together
_AGAIN = 1.0  # seconds after which it is looked again whether there is any


class Shelf:
    """The answers of one version, whose checkpoint is in `folder`."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder, "kept")
        self._is_any, self._looked = False, 0.0

    def get(self, tag: bytes, key: Hashable, moment: float) -> Ready | None:
        """The answer to what `key` says, whose tag is this; `moment` is now, on the monotonic clock."""
        if not self._is_any and moment - self._looked > _AGAIN:
            self._is_any, self._looked = self._folder.exists(), moment
        if not self._is_any:
            return None
        try:
            found, lines, body = marshal.loads(self._file(tag).read_bytes())  # noqa: S302 - written by our own workers
        except (OSError, ValueError, EOFError, TypeError):
            return None
        return Ready(lines, body, tag) if found == key else None

    def put(self, key: Hashable, ready: Ready) -> None:
        """Keep an answer that is not too large, where there is room and the disk takes it."""
        if len(ready.body) > _LARGEST:
            return
        with suppress(OSError):
            self._folder.mkdir(exist_ok=True)
            if sum(entry.stat().st_size for entry in os.scandir(self._folder)) + len(ready.body) > _MOST:
                return
            half = self._folder / f"{os.getpid()}.new"
            half.write_bytes(marshal.dumps((key, ready.lines, ready.body)))  # type: ignore[arg-type]
            half.rename(self._file(ready.tag))

    def _file(self, tag: bytes) -> Path:
        return self._folder / tag.rpartition(b"-")[2][:-1].decode()
