"""What is kept of a graph for the next who asks: everything of an embedded store's version, little of a shared one."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import TypeVar

from kg.store import Snapshot

_MOST = 512  # per version
_MOMENT = 1.0  # seconds for which an index of a shared store is taken as it was found
Value = TypeVar("Value")


class Keeping:
    """May be called from any thread. A `shared` store is one that others write too, without a word."""

    def __init__(self, *, shared: bool) -> None:
        self._shared = shared
        self._lock = threading.Lock()
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._version = -1
        self._found: dict[Hashable, tuple[int, float]] = {}

    def answer(self, snapshot: Snapshot, key: Hashable, compute: Callable[[], Value]) -> Value:
        """What `compute` gives, kept for as long as `snapshot` is the newest version; of a shared store never."""
        return snapshot.steady(compute) if self._shared else self._once(snapshot, key, compute)

    def index(self, snapshot: Snapshot, key: Hashable, compute: Callable[[], Value]) -> Value:
        """The same, but of a shared store kept for a moment, or until a commit of ours.

        An index that is found as it was is the same object, so that what rests on it can stay.
        """
        if not self._shared:
            return self._once(snapshot, key, compute)
        version, now = snapshot.version, time.monotonic()
        with self._lock:
            before, since = self._found.get(key, (-1, 0.0))
            if before == version and now - since < _MOMENT:
                return self._kept[key]  # type: ignore[return-value]
        value = snapshot.steady(compute)
        with self._lock:
            if key in self._kept and self._kept[key] == value:
                value = self._kept[key]  # type: ignore[assignment]
            self._kept[key], self._found[key] = value, (version, now)
        return value

    def _once(self, snapshot: Snapshot, key: Hashable, compute: Callable[[], Value]) -> Value:
        with self._lock:
            if self._version < snapshot.version:
                self._kept.clear()
                self._version = snapshot.version
            if self._version == snapshot.version and key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]  # type: ignore[return-value]
        value = compute()
        with self._lock:
            if self._version == snapshot.version:
                self._kept[key] = value
                while len(self._kept) > _MOST:
                    self._kept.popitem(last=False)
        return value
