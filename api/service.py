"""What a running server has: the graph, its store, the workers, and who may write."""

from __future__ import annotations

import asyncio
import hmac
from collections.abc import Callable, Collection, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from starlette.types import Receive

from api.requests import ClientLeft, departure
from kg.errors import Busy, NotAuthorised, NotFound, WritingClosed
from kg.namespaces import GRAPH, INFERRED_GRAPH
from kg.settings import Settings
from kg.sparql.guard import measure
from kg.store import EmbeddedStore, Snapshot, Store
from kg.workers import Abandoned, Head, Leave, Limits, Pool, Public, Query, Runner, Update, Upload, Writer, runner

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
        self.pool = runner(self.store, self.prefixes, limits)

    async def open(self, public: Public | None = None) -> None:
        """Start what runs queries; an embedded store's workers answer on a `public` socket themselves."""
        if self.settings.token and isinstance(self.store, EmbeddedStore):
            self._writer.submit(self._writes.start)
        if isinstance(self.pool, Pool) and isinstance(self.store, EmbeddedStore) and public:
            await self.pool.open(public)
            self.store.follow(self.pool.publish)
        else:
            await self.pool.open()

    def stop(self) -> None:
        """Let workers take no more connections."""
        if isinstance(self.pool, Pool):
            self.pool.stop()

    @property
    def plain(self) -> bool:
        """As of a Backend."""
        return self.settings.plain

    @property
    def store_id(self) -> str | None:
        """As of a Backend."""
        return None if self.store.shared else self.store.id

    def newest(self) -> Snapshot:
        """As of a Backend."""
        return self.store.snapshot()

    async def uninferred(self, version: Snapshot) -> Snapshot:
        """As of a Backend."""
        return await asyncio.to_thread(version.without, INFERRED_GRAPH)

    async def answer(self, query: Query, version: Snapshot, leave: Leave, receive: Receive) -> tuple[Head, bytes]:
        """As of a Backend."""
        async with departure(receive) as left:
            return await _unless_left(self.pool.answer(query, version, leave), left)

    async def page(self) -> bytes:
        """What a browser sees at `/sparql`; of a plain server, the form alone."""
        if self.graph is None:
            return (Path(__file__).parent / "forms" / "sparql.html").read_bytes()
        from api.pages.query_pages import sparql_page

        return sparql_page(self.graph.knowledge.catalogue, self.graph.prefixes).encode()

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
        self,
        data: bytes,
        media_type: str,
        name: str | None,
        *,
        graph: str | None = None,
        dry_run: bool = False,
        expected: Collection[str] | None = None,
    ) -> Loaded:
        """Put a document through the pipeline; raise Rejected with every fault, QueryTooLarge for deep nesting."""
        known = self.known
        measure(data.decode("utf-8", "replace"))
        return await self._in_turn(
            lambda: known.load(data, media_type, name, graph=graph, dry_run=dry_run, expected=expected)
        )

    async def put(
        self, data: bytes, media_type: str, name: str, *, expected: Collection[str] | None
    ) -> tuple[Loaded, bool]:
        """Put a document in the place of the one of that name; say whether there was none. It raises as `load` does."""
        known, graph = self.known, GRAPH + name
        measure(data.decode("utf-8", "replace"))

        def write() -> tuple[Loaded, bool]:
            there = known.store.snapshot().has_graph(graph)
            return known.load(data, media_type, name, graph=graph, expected=expected), not there

        return await self._in_turn(write)

    async def load_all(self, sent: Sequence[Sent], *, dry_run: bool = False) -> Loaded:
        """Put several documents through the pipeline in one transaction, all or none; raise as `load` does."""
        known = self.known
        for each in sent:
            measure(each.data.decode("utf-8", "replace"))
        return await self._in_turn(lambda: known.load_all(sent, dry_run=dry_run))

    async def unload(self, name: str, *, expected: Collection[str] | None = None) -> Loaded:
        """Withdraw a document; raise NotFound where it is not here."""
        graph = self.known
        return await self._in_turn(lambda: graph.unload(name, expected=expected))

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

    @property
    def known(self) -> KnowledgeGraph:
        """The graph; raise NotFound in a plain store."""
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


async def _unless_left(work: Coroutine[None, None, Result], left: asyncio.Event) -> Result:
    """What `work` gives, ended with ClientLeft where `left` is set before its end."""
    working, leaving = asyncio.ensure_future(work), asyncio.ensure_future(left.wait())
    try:
        await asyncio.wait((working, leaving), return_when=asyncio.FIRST_COMPLETED)
        if not working.done():
            raise ClientLeft
        return working.result()
    finally:
        leaving.cancel()
        if working.cancel():
            await asyncio.wait((working,))
