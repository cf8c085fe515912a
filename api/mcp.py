"""The Model Context Protocol over HTTP, at /mcp: the tools of `kg mcp`, on the graph that is served here.

What it needs is loaded at the first call: a server that nobody asks by this protocol starts without it.
"""

from __future__ import annotations

import asyncio

from starlette.types import ASGIApp, Receive, Scope, Send

from api.service import Service

PATH = "/mcp"


class McpEndpoint:
    """A bare ASGI application; each call stands for itself, so that any number of servers can share the load."""

    methods = ("POST",)

    def __init__(self, service: Service) -> None:
        self._service = service
        self._starting = asyncio.Lock()
        self._app: ASGIApp | None = None
        self._running: asyncio.Task[None] | None = None
        self._stop = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async with self._starting:
            if self._app is None:
                self._app = await self._start()
        await self._app(scope, receive, send)

    async def close(self) -> None:
        self._stop.set()
        if self._running is not None:
            await self._running

    async def _start(self) -> ASGIApp:
        from mcp.server.transport_security import TransportSecuritySettings

        from kg.mcp import in_workers, server

        assert self._service.graph is not None  # a plain server has no such endpoint
        graph = self._service.graph
        made = server(graph, in_workers(graph.store, self._service.pool), graph.knowledge.ontology)
        # It only reads what anybody may read here, so that a foreign page that reached it would gain nothing.
        anybody = TransportSecuritySettings(enable_dns_rebinding_protection=False)
        app = made.streamable_http_app(
            streamable_http_path=PATH, stateless_http=True, json_response=True, transport_security=anybody
        )
        started = asyncio.Event()

        async def run() -> None:
            async with made.session_manager.run():
                started.set()
                await self._stop.wait()

        self._running = asyncio.create_task(run())
        await started.wait()
        return app
