"""What a running server has: the graph, its store, the workers, and who may write."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from kg.errors import NotAuthorised, WritingClosed
from kg.settings import Settings
from kg.store import Store
from kg.workers import Limits, Pool

if TYPE_CHECKING:
    from kg.graph import KnowledgeGraph


@dataclass
class Service:
    """One server's parts; `graph` is None in a plain store, which has no pipeline and no questions."""

    settings: Settings
    store: Store
    prefixes: Mapping[str, str]
    graph: KnowledgeGraph | None = None
    pool: Pool = field(init=False)

    def __post_init__(self) -> None:
        limits = Limits(seconds=self.settings.query_seconds, memory=self.settings.query_memory_mb << 20)
        self.pool = Pool(self.prefixes, limits)

    def authorise(self, authorization: str | None) -> None:
        """Let a writer pass; raise WritingClosed where no token is set, NotAuthorised without it or with another."""
        token = self.settings.token
        if not token:
            raise WritingClosed(
                culprit="writing", found="no token on this server", remedy="Start the server with KG_TOKEN set."
            )
        scheme, _, given = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode(), token.encode()):
            raise NotAuthorised(
                culprit="the Authorization header",
                found="another token" if given else "no bearer token",
                expected="Authorization: Bearer TOKEN",
                remedy="Send the token that the server was started with (KG_TOKEN).",
            )
