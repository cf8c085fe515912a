"""What a running server has: the graph, its store, the workers, and who may write."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from api.observing import SLOW, tell
from api.requests import ClientLeft
from kg.errors import Busy, NotAuthorised, NotFound, WritingClosed
from kg.settings import Settings
from kg.store import EmbeddedStore, Store
from kg.workers import Abandoned, Lender, Limits, Offer, Pool, Runner, Update, Upload, Writer, runner
from kg.workers.screen import measure

if TYPE_CHECKING:
    from kg.documents.parsing import Sent
    from kg.graph import KnowledgeGraph
    from kg.model import Loaded

MOST_WAITING = 64
Result = TypeVar("Result")


@dataclass
class Service:
    """One server's parts; `graph` is None in a plain store, which has no pipeline and no questions."""

    settings: Settings
    store: Store
    prefixes: Mapping[str, str]
    graph: KnowledgeGraph | None = None
    pool: Runner = field(init=False)

    def __post_init__(self) -> None:
        self._writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="writer")
        self._waiting = 0
        limits = Limits(seconds=self.settings.query_seconds, memory=self.settings.query_memory_mb << 20)
        self._writes = Writer(self.prefixes, limits.seconds, limits.memory)
        self.pool = runner(self.store, self.prefixes, limits, self._offer())

    async def open(self) -> None:
        if self.settings.token and isinstance(self.store, EmbeddedStore):
            self._writer.submit(self._writes.start)
        await self.pool.open()
        if self.lender and isinstance(self.store, EmbeddedStore):
            self.store.follow(self.lender.publish)

    @property
    def lender(self) -> Lender | None:
        """Who lends connections to workers, where that is done."""
        return self.pool.lender if isinstance(self.pool, Pool) else None

    def _offer(self) -> Offer:
        """What workers need to answer plain queries themselves."""
        told = {"requests": 0.0, "problems": SLOW}.get(self.settings.log, float("inf"))
        return Offer("api.plain:Plain", self.store.id, self.settings.plain, told, tell)

    async def write(self, request: Update | Upload, left: asyncio.Event) -> None:
        """Carry out a write, in one commit with others that wait; or at a remote store's endpoint.

        Raise WritingClosed where it is of graphs that the pipeline keeps, and ClientLeft where `left` is set, by a
        client that has left, before it is done.
        """
        if not isinstance(self.store, EmbeddedStore):
            from kg.workers.forwarding import Forwarder  # what speaks HTTP loads where a store is remote

            assert isinstance(self.pool, Forwarder)
            await self.pool.write(request)
            return
        rewrite = self.graph.rewrite if self.graph else self.store.rewrite
        with self._turn():
            done = self._writes.ask(request, left.is_set)
            self._writer.submit(self._writes.commit, rewrite)
            try:
                await asyncio.wrap_future(done)
            except Abandoned:
                raise ClientLeft from None

    async def load(
        self, data: bytes, media_type: str, name: str | None, *, graph: str | None = None, dry_run: bool = False
    ) -> Loaded:
        """Put a document through the pipeline; raise Rejected with every fault, QueryTooLarge for deep nesting."""
        known = self._graph()
        measure(data.decode("utf-8", "replace"))
        return await self._in_turn(lambda: known.load(data, media_type, name, graph=graph, dry_run=dry_run))

    async def load_all(self, sent: Sequence[Sent], *, dry_run: bool = False) -> Loaded:
        """Put several documents through the pipeline in one transaction, all or none; raise as `load` does."""
        known = self._graph()
        for each in sent:
            measure(each.data.decode("utf-8", "replace"))
        return await self._in_turn(lambda: known.load_all(sent, dry_run=dry_run))

    async def unload(self, name: str) -> Loaded:
        """Withdraw a document; raise NotFound where it is not here."""
        graph = self._graph()
        return await self._in_turn(lambda: graph.unload(name))

    @property
    def writing(self) -> int:
        """How many writes run or wait for their turn."""
        return self._waiting

    async def close(self) -> None:
        await self.pool.close()
        await asyncio.to_thread(self._writer.shutdown)
        await asyncio.to_thread(self._writes.close)
        await asyncio.to_thread(self.store.close)

    async def _in_turn(self, write: Callable[[], Result]) -> Result:
        """Writes run one after another, in a thread of their own; raise Busy where too many wait."""
        with self._turn():
            return await asyncio.get_running_loop().run_in_executor(self._writer, write)

    @contextmanager
    def _turn(self) -> Iterator[None]:
        if self._waiting >= MOST_WAITING:
            raise Busy("the server", found=f"{self._waiting} writes waiting", remedy="Try again in a moment.")
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    def _graph(self) -> KnowledgeGraph:
        if self.graph is None:
            raise NotFound("documents", found="a plain store", remedy="Start the server without KG_PLAIN.")
        return self.graph

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
