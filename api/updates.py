"""SPARQL 1.1 Protocol, update: by POST, with the token, one transaction each."""

from __future__ import annotations

from starlette.types import Receive, Scope, Send

from api.description import describe
from api.headers import CORS, FORM, typed
from api.negotiation import GRAPHS, best
from api.requests import ClientLeft, Incoming, departure, graph_iri, read
from api.responses import send_problem, send_whole
from api.service import Service
from api.statuses import NotAllowed, WrongMediaType
from kg.errors import BadQuery, KgError
from kg.namespaces import GRAPH
from kg.workers import Update

MOST = 64 << 20


class UpdateEndpoint:
    """`/sparql/update`."""

    methods = ("GET", "POST")

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        head = scope["method"] == "HEAD"
        try:
            if scope["method"] in ("GET", "HEAD"):
                await self._describe(Incoming(scope), send, head=head)
            elif scope["method"] == "POST":
                self._service.authorise(Incoming(scope).header(b"authorization"))
                update = self._read(await read(scope, receive, MOST))
                async with departure(receive) as left:
                    await self._service.write(update, left)
                await send_whole(send, 204, CORS)
            else:
                raise NotAllowed(culprit=f"{scope['method']} /sparql/update", expected="GET, HEAD, POST, OPTIONS")
        except ClientLeft:
            return
        except KgError as error:
            await send_problem(send, error, head=head)

    def _read(self, incoming: Incoming) -> Update:
        pairs = list(incoming.query)
        if incoming.media_type == FORM:
            pairs += incoming.form
        elif incoming.media_type == "application/sparql-update":
            if any(name == "update" for name, _ in pairs):
                raise BadQuery("the request", found="an update in the URL beside the one in the body")
            pairs.append(("update", incoming.text()))
        else:
            raise WrongMediaType(
                culprit="Content-Type",
                found=incoming.media_type or "none",
                expected=f"application/sparql-update or {FORM}",
                remedy="Send the update in one of these forms.",
            )
        texts = [value for name, value in pairs if name == "update"]
        if len(texts) != 1:
            raise BadQuery(culprit="the request", found=f"{len(texts)} updates", expected="one update")
        return Update(
            texts[0],
            default_graphs=tuple(graph_iri(value) for name, value in pairs if name == "using-graph-uri"),
            named_graphs=tuple(graph_iri(value) for name, value in pairs if name == "using-named-graph-uri"),
            base=incoming.url,
            kept=None if self._service.settings.plain else GRAPH,
        )

    async def _describe(self, incoming: Incoming, send: Send, *, head: bool) -> None:
        form = best(GRAPHS, incoming.header(b"accept"))
        if form is None or any(name in ("update", "query") for name, _ in incoming.query):
            raise NotAllowed(culprit="an update by GET", expected="POST", remedy="Send updates by POST.")
        body = describe(incoming.url, form, update=True, union=False)
        await send_whole(send, 200, [(b"content-type", typed(form)), *CORS], body, head=head)
