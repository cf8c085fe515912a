"""One query on its way through the pool."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kg.errors import KgError, QueryTooLarge
from kg.store import Checkpoint
from kg.workers.connection import Connection
from kg.workers.crew import processor_time
from kg.workers.requests import SUBJECTS, Query, pack

if TYPE_CHECKING:
    from kg.workers.pool import Pool

PATIENCE = 0.1  # seconds after which a query counts as long
BULKY = 1 << 16  # characters from which its text does


class Job:
    """One query on its way: wait for `start`, then take `chunk` after `chunk` until None; `cancel` at any moment."""

    def __init__(
        self, pool: Pool, request: Query, place: Checkpoint, on_long: Callable[[], None] | None = None
    ) -> None:
        self._pool, self._request, self._place = pool, request, place
        self.on_long = on_long
        self.worker: Connection | None = None
        self.rows: int | None = None
        self.ended_by: KgError | None = None
        self.is_slow = False  # whether its worker goes on at low priority, which cannot be raised again
        self._patience = 5

    async def start(self) -> str:
        """The media type of the answer, once its first bytes are there; raises what the worker found wrong."""
        self.worker = worker = await self._pool.lane(self)
        worker.snapshot, path = self._place, self._place.path
        try:
            worker.send(pack(str(path), self._request, self._pool.limits.seconds))
            media_type, self.rows = await worker.head()
            return media_type
        except ConnectionError:
            raise self._why_it_ended() from None
        except BaseException:
            self._pool.finish(self)
            raise

    def whole(self) -> bytes | None:
        """The whole answer, where it is short enough to be here already."""
        data = self.worker.whole() if self.worker else None
        if data is not None:
            self._pool.finish(self)
        return data

    async def chunk(self) -> bytes | None:
        """The next bytes; None at the end. Raises where the answer broke off."""
        if self.worker is None:
            return None
        try:
            data = await self.worker.chunk()
        except ConnectionError:
            raise self._why_it_ended() from None
        except KgError:
            self._pool.finish(self)
            raise
        if data is None:
            self._pool.finish(self)
        return data

    @property
    def subject(self) -> str:
        """What it is called where it fails."""
        return SUBJECTS[type(self._request)]

    @property
    def is_bulky(self) -> bool:
        """Whether its text alone takes long to read."""
        return len(self._request.text) > BULKY

    def starved(self) -> bool:
        """Whether it is slow only because the processors are busy with others; told a few times at most."""
        if self.worker is None or self._patience == 0:
            return False
        self._patience -= 1
        return self.worker.silent and self.processor_time() < PATIENCE / 5

    def processor_time(self) -> float:
        """What it has used of a processor so far, in seconds; without end where the system does not say."""
        return processor_time(self.worker.pid) - self.worker.processor_time if self.worker else 0.0

    def cancel(self, reason: KgError | None = None) -> None:
        """End the query now: its process is killed."""
        self.ended_by = self.ended_by or reason
        self._pool.end(self)

    def _why_it_ended(self) -> KgError:
        self._pool.finish(self)
        return self.ended_by or crashed(self.subject)


def crashed(subject: str) -> QueryTooLarge:
    """What is said of a request whose process has died of it."""
    return QueryTooLarge(
        culprit=subject,
        found="more memory or deeper nesting than it may have",
        remedy="Ask for less at once: add LIMIT, narrow the patterns, or nest less deeply.",
    )
