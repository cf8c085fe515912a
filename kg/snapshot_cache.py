"""The version that questions read, and what is computed of it: once, however many ask at the same time."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeAlias, TypeVar

from kg.store import Snapshot, Store

_MOST = 512  # answers that are kept of a version
_MOMENT = 1.0  # seconds for which an index of a shared store is taken as it was
Value = TypeVar("Value")


class Once:
    """Values by key: the first who asks computes one, the others wait for it. Every method works from any thread."""

    def __init__(self, most: int = _MOST) -> None:
        self._lock, self._most = threading.Lock(), most
        self._values: OrderedDict[Hashable, Future[Any]] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """What `compute` gives, or gave before; whoever waits for it hears of its errors too, and the next tries anew.

        `compute` must not ask for its own key.
        """
        with self._lock:
            if (value := self._values.get(key)) is not None:
                self._values.move_to_end(key)
            else:
                self._values[key] = mine = Future[Value]()
                while len(self._values) > self._most:
                    self._values.popitem(last=False)
        if value is not None:
            return value.result()  # type: ignore[no-any-return]
        try:
            mine.set_result(compute())
        except BaseException as error:  # noqa: BLE001 - raised again, here and where it is waited for
            with self._lock:
                self._values.pop(key, None)
            mine.set_exception(error)
        return mine.result()


Make: TypeAlias = Callable[["Version", Value | None], Value]


class Version:
    """What questions read of one version, and what was computed of it; `made` has each index as it was made last."""

    def __init__(
        self, snapshot: Snapshot, answers: Once | None, indexes: Callable[[], Once], made: dict[Hashable, Any]
    ) -> None:
        self.snapshot, self._answers, self._indexes, self._made = snapshot, answers, indexes, made

    def answer(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """What `compute` gives, kept for as long as this version is read; of a shared store never."""
        return self.snapshot.steady(compute) if self._answers is None else self._answers.get(key, compute)

    def index(self, key: Hashable, make: Make[Value]) -> Value:
        """What `make` gives of this version, and of what it gave of an earlier one (None at first).

        It is made anew before the next version is read; of a shared store it is kept for a moment, or until a commit.
        """

        def compute() -> Value:
            _, before = self._made.get(key, (make, None))
            value = self.snapshot.steady(lambda: make(self, before))
            self._made[key] = make, value
            return value

        return self._indexes().get(key, compute)

    def prepare(self) -> None:
        """Make every index that was made of an earlier version."""
        for key, (make, _) in list(self._made.items()):
            self.index(key, make)


class SnapshotCache:
    """Which version questions read: the last that changed the pipeline's graphs, once its indexes are made.

    A `shared` store, which others write without a word, is read as it is at each request.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._lock, self._writing, self._is_written = threading.Lock(), threading.RLock(), False
        self._made: dict[Hashable, Any] = {}
        self._recent, self._since = Once(), 0.0
        self._number = -1  # the version of the store that `_current` stands for
        self._current: Version | None = None

    def current(self) -> Version:
        """The version to read; one that was committed past `write` is read as soon as it is there."""
        snapshot = self._store.snapshot()
        if self._store.shared:
            return Version(snapshot, None, lambda: self._indexes_of(snapshot), self._made)
        with self._lock:
            if self._current is None or (self._number != snapshot.version and not self._is_written):
                self._number, self._current = snapshot.version, self._version(snapshot)
            return self._current

    def write(self, commit: Callable[[], Value], *, touches: bool = True) -> Value:
        """What `commit` gives, once what it commits is ready to be read: until then the version before is.

        `touches` says whether it changes the pipeline's graphs: what was computed stays if not.
        """
        if self._store.shared:
            return commit()
        with self._writing:
            self.current()
            self._is_written = True
            try:
                value = commit()
                snapshot = self._store.snapshot()
                if snapshot.version != self._number and touches:
                    version = self._version(snapshot)
                    version.prepare()
                    self._current = version
                self._number = snapshot.version
                return value
            finally:
                self._is_written = False

    def _version(self, snapshot: Snapshot) -> Version:
        indexes = Once()
        return Version(snapshot, Once(), lambda: indexes, self._made)

    def _indexes_of(self, snapshot: Snapshot) -> Once:
        """Those of a shared store that were made of the same version, a moment ago at most."""
        version, now = snapshot.version, time.monotonic()
        with self._lock:
            if version != self._number or now - self._since > _MOMENT:
                self._number, self._since, self._recent = version, now, Once()
            return self._recent
