"""What is logged: one JSON object a line, with the id of the request that it belongs to."""

from __future__ import annotations

import json
import logging
import sys
from contextvars import ContextVar
from datetime import UTC, datetime

REQUEST: ContextVar[str] = ContextVar("request", default="")


class Line(logging.Formatter):
    """A record as a JSON object: time, level, message, request, what else it was given as `fields`, and the trace."""

    def format(self, record: logging.LogRecord) -> str:
        moment = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        members: dict[str, object] = {
            "time": moment.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "message": record.getMessage(),
        }
        if request := REQUEST.get():
            members["request"] = request
        members |= getattr(record, "fields", {})
        if record.exc_info:
            members["trace"] = self.formatException(record.exc_info)
        return json.dumps(members, ensure_ascii=False, default=str)


def configure(*, requests: bool) -> None:
    """Let every log of this process go to standard error, a line each; `requests` lets those of plain requests pass."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Line())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("api.observing").setLevel(logging.INFO if requests else logging.WARNING)
