"""Answers kept for as long as their version of the data is the newest."""

from __future__ import annotations

import hashlib
import re
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from api.validators import Validators

# Functions whose value is another at each call: an answer that may hold one is never kept.
_VOLATILE = re.compile(rb"\b(now|rand|uuid|struuid|bnode)\b")


@dataclass(frozen=True)
class Kept:
    """A whole answer: its headers, as ASGI has them, its bytes, and the route that it came by."""

    headers: list[tuple[bytes, bytes]]
    body: bytes
    validators: Validators
    route: object = None


class Whole(Protocol):
    """An answer that can be kept."""

    @property
    def body(self) -> bytes: ...


Answer = TypeVar("Answer", bound=Whole)


class AnswerCache(Generic[Answer]):
    """The answers asked for last, up to a total of bytes; those of an older version fall away at once."""

    def __init__(self, largest: int = 4 << 20, total: int = 128 << 20) -> None:
        self.largest, self._total = largest, total
        self._version = -1
        self._size = 0
        self._kept: OrderedDict[Hashable, Answer] = OrderedDict()

    def get(self, version: int, key: Hashable) -> Answer | None:
        if version != self._version:
            return None
        kept = self._kept.get(key)
        if kept is not None:
            self._kept.move_to_end(key)
        return kept

    def put(self, version: int, key: Hashable, kept: Answer) -> None:
        """Keep an answer; one of a version that is no longer the newest, or that is too large, is passed over."""
        if version < self._version or len(kept.body) > self.largest:
            return
        if version > self._version:
            self._kept.clear()
            self._version, self._size = version, 0
        old = self._kept.pop(key, None)
        self._kept[key] = kept
        self._size += len(kept.body) + 512 - (len(old.body) + 512 if old else 0)
        while self._size > self._total:
            _, oldest = self._kept.popitem(last=False)
            self._size -= len(oldest.body) + 512


def tag_of(store: str, version: int, key: Hashable) -> bytes:
    """The entity tag of the answer to what `key` says, on one version of the store with that id."""
    digest = hashlib.blake2b(repr(key).encode(), digest_size=8).hexdigest()
    return f'"{store[:8]}-{version}-{digest}"'.encode()


def is_repeatable(text: bytes) -> bool:
    """Whether a query gives the same answer on the same data each time."""
    lowered = text.lower()
    if b"\\u" in lowered:  # which may spell any of them
        return False
    if b"now" in lowered or b"rand" in lowered or b"uuid" in lowered or b"bnode" in lowered:  # quicker than the words
        return not _VOLATILE.search(lowered)
    return True
