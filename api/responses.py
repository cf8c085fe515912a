"""Answers as JSON; those of the SPARQL routes as ASGI messages."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response
from starlette.types import Send

from api.headers import CORS
from api.problems import MEDIA_TYPE, body_of, encode, headers_of, status_of
from kg.errors import KgError
from kg.model import as_json

# Nothing on a page comes from elsewhere; the one script completes what is typed in the field for questions.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE = {"Content-Security-Policy": _POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin"}


def json_response(value: object) -> Response:
    """One of the library's values as JSON."""
    return Response(as_json(value).encode("utf-8", "backslashreplace"), media_type=JSONResponse.media_type)


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
