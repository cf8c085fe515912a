"""Answers as JSON; those of the SPARQL routes as ASGI messages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.types import Send

from api.headers import CORS
from api.statuses import MEDIA_TYPE, body_of, encode, headers_of, status_of
from kg.errors import KgError

if TYPE_CHECKING:
    from starlette.responses import Response

# Nothing on a page comes from elsewhere; the one script completes what is typed in the field for questions.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


def json_response(value: object) -> Response:
    """One of the library's values as JSON."""
    from starlette.responses import Response  # a worker starts without what it does not need

    from kg.model import as_json

    return Response(as_json(value).encode("utf-8", "backslashreplace"), media_type="application/json")


async def send_whole(
    send: Send, status: int, headers: list[tuple[bytes, bytes]], body: bytes = b"", *, head: bool = False
) -> None:
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*headers, length]})
    await send({"type": "http.response.body", "body": b"" if head else body})


async def send_problem(send: Send, error: KgError, *, head: bool = False) -> None:
    extra = [(name.lower().encode(), value.encode()) for name, value in headers_of(error).items()]
    headers = [(b"content-type", MEDIA_TYPE.encode()), *extra, *CORS]
    await send_whole(send, status_of(error), headers, encode(body_of(error)), head=head)
