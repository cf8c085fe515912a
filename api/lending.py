"""Connections on which plain queries come, lent to workers while they do."""

from __future__ import annotations

from collections.abc import Container
from typing import Any

from starlette.types import Scope

from api.observing import began
from api.reply import PATH
from api.wire import HttpProtocol
from kg.workers import Loan, Verdict

_PLAIN = 2  # queries, one after another, after which a connection is lent
_PLAIN_AGAIN = 32  # the same for one that has come back


class LendingProtocol(HttpProtocol):
    """The server's protocol, which lets go of a connection where a worker can answer what comes on it."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._lender: Any = self.app_state.get("lender")
        self._loan: Loan | None = None
        self._plain, self._wanted = 0, _PLAIN
        self._verdict: Verdict | None = None
        self._is_between = self._is_away = self._is_closing = False

    def on_message_begin(self) -> None:
        super().on_message_begin()
        self._is_between = False
        self.scope["state"]["verdict"], self._verdict = self._verdict, None

    def on_message_complete(self) -> None:
        super().on_message_complete()
        self._is_between = True

    def on_headers_complete(self) -> None:
        super().on_headers_complete()
        if self._is_closing:
            self.cycle.keep_alive = False

    def on_response_complete(self) -> None:
        is_plain = self.cycle.scope["path"] == PATH
        self._plain = self._plain + 1 if is_plain else 0
        super().on_response_complete()
        if self._lender and self._plain >= self._wanted:
            self.loop.call_soon(self._lend)

    def _lend(self) -> None:
        """Lend the connection, unless something of it is still here."""
        here = self.transport.is_closing() or self._is_away or not self._is_between or not self.cycle.response_complete
        if here or self.pipeline or self.transport.get_write_buffer_size():
            return
        self.flow.pause_reading()
        self._loan = self._lender.lend(self, self.transport.get_extra_info("socket").fileno(), self._loan)
        if self._loan is None:
            self._wanted *= 2
            self.flow.resume_reading()
            return
        self._is_away = True
        self._unset_keepalive_if_required()

    @property
    def is_trusted(self) -> bool:
        """See kg.workers.Owner; uvicorn knows which proxies are."""
        trusted: Container[str] = getattr(self.config.loaded_app, "trusted_hosts", ())
        return self.client is not None and self.client[0] in trusted

    def come_back(self, verdict: Verdict | None) -> None:
        """See kg.workers.Owner."""
        self._is_away, self._verdict = False, verdict
        self._plain, self._wanted = 0, _PLAIN_AGAIN
        if self._is_closing and verdict is None:
            self.transport.close()
            return
        self.timeout_keep_alive_task = self.loop.call_later(self.timeout_keep_alive, self.timeout_keep_alive_handler)
        self.flow.resume_reading()

    def break_off(self) -> None:
        """See kg.workers.Owner."""
        self._is_away = False
        self.transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        if self._loan:
            self._lender.forget(self._loan)

    def shutdown(self) -> None:
        """The server is to stop: what is away comes back, and closes."""
        self._is_closing = True
        if self._is_away and self._loan:
            self._lender.recall(self._loan)
        else:
            super().shutdown()


def refuse_ended(scope: Scope) -> None:
    """Raise the error that a request's query ended with already, at a worker."""
    verdict: Verdict | None = scope["state"].get("verdict") if "state" in scope else None
    if verdict is not None:
        began(verdict.since)
        raise verdict.error
