"""Those who wait for their turn: first come, first served, and each for a while at most."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress

from kg.errors import Busy

LONGEST_WAIT = 10.0


class Queue:
    """A queue of at most so many; use it within one event loop."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._turns: deque[asyncio.Future[None]] = deque()

    def __len__(self) -> int:
        return len(self._turns)

    async def turn(self, *, first: bool) -> None:
        """Wait to be woken, at the end or, for one that was woken in vain, in the `first` place.

        Raise Busy where too many wait already, or where it takes too long.
        """
        if len(self._turns) >= self._most:
            raise busy(f"{len(self._turns)} queries waiting")
        turn = asyncio.get_running_loop().create_future()
        if first:
            self._turns.appendleft(turn)
        else:
            self._turns.append(turn)
        timer = asyncio.get_running_loop().call_later(LONGEST_WAIT, _give_up, turn)
        try:
            await turn
        finally:
            timer.cancel()
            with suppress(ValueError):
                self._turns.remove(turn)

    def wake(self, number: int) -> None:
        """Let the first so many go on."""
        for turn in list(self._turns)[: max(number, 0)]:
            if not turn.done():
                turn.set_result(None)


def busy(found: str) -> Busy:
    return Busy(culprit="the server", found=found, remedy="Try again in a moment, or ask for less at once.")


def _give_up(turn: asyncio.Future[None]) -> None:
    if not turn.done():
        turn.set_exception(busy("no free lane in time"))
