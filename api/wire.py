"""HTTP as it is read from a connection: what cannot be read as a request is answered with a problem too."""

from __future__ import annotations

import asyncio
from http import HTTPStatus

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from api.http import CORS
from api.statuses import MEDIA_TYPE, HeadTooLarge, Malformed, body_of, encode, status_of
from kg.errors import KgError

_LARGEST_HEAD = 1 << 20  # bytes, more or less: a request's lines before its body

_LINGERING = 1  # seconds


class HttpProtocol(HttpToolsProtocol):
    """The server's protocol, whose answers to what is no request have the form of all others."""

    _head: int | None = None  # how much has come of a head that is not whole
    _refused = False
    _adopted: tuple[bytes, KgError | None] = (b"", None)

    def adopt(self, data: bytes, error: KgError | None) -> None:
        """Begin with what was read of the connection already, or with an error to answer, and its request's id."""
        self._adopted = data, error

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        data, error = self._adopted
        if error is not None:
            self.refuse(error, data)
        elif data:
            self.data_received(data)
        else:  # it rests between two requests
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        super().data_received(data)
        if self._head is not None:
            self._head += len(data)
            if self._head > _LARGEST_HEAD:
                self.refuse(HeadTooLarge("the request's head", f"more than {_LARGEST_HEAD:,} bytes"))

    def on_message_begin(self) -> None:
        self._head = 0
        super().on_message_begin()

    def on_headers_complete(self) -> None:
        self._head = None
        super().on_headers_complete()

    def send_400_response(self, msg: str) -> None:
        self.refuse(Malformed("the request", msg.rstrip("."), "HTTP/1.1, and an address of less than 64 KiB"))

    def refuse(self, error: KgError, identifier: bytes = b"") -> None:
        """Answer and close the connection: where the next request would begin is not known.

        What still comes is passed over for a second, since closing upon unread bytes would take back the answer.
        """
        self._head, self._refused = None, True
        body, status = encode(body_of(error)), HTTPStatus(status_of(error))
        headers = [
            *self.server_state.default_headers,
            (b"content-type", MEDIA_TYPE.encode()),
            (b"content-length", str(len(body)).encode()),
            (b"connection", b"close"),
            *CORS,
            *([(b"x-request-id", identifier)] if identifier else []),
        ]
        lines = [f"HTTP/1.1 {status.value} {status.phrase}".encode(), *(b"%s: %s" % pair for pair in headers)]
        self.transport.write(b"\r\n".join([*lines, b"", body]))
        self.transport.write_eof()
        self.loop.call_later(_LINGERING, self.transport.close)
