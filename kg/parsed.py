"""What reading a SPARQL text gave, kept when the project is built: rdflib's parser takes some 15 ms a text.

A text is found by its digest, and by that of the code that reads it: what either is not there for is read afresh.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable
from functools import cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

FILE = Path(__file__).with_suffix(".pickle")  # written where the project is built or installed
_Given = ParamSpec("_Given")
_Made = TypeVar("_Made")
_READ: dict[str, object] = {}  # in this process


def kept(read: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
    """`read`, its results kept; what it makes of its arguments must not change, nor must what it makes be changed."""
    code = cache(lambda: _digest(*sorted(Path(read.__code__.co_filename).parent.glob("*.py"))))

    @wraps(read)
    def reading(*given: _Given.args, **named: _Given.kwargs) -> _Made:
        key = hashlib.sha256(repr((read.__qualname__, code(), given, named)).encode()).hexdigest()
        if key not in _READ:
            written = _written(FILE).get(key)
            _READ[key] = read(*given, **named) if written is None else pickle.loads(written)  # noqa: S301 - our own
        return _READ[key]  # type: ignore[return-value]

    return reading


def write() -> None:
    """Keep all that was read in this process in `FILE`."""
    FILE.write_bytes(pickle.dumps({key: pickle.dumps(made) for key, made in _READ.items()}))


@cache
def _written(file: Path) -> dict[str, bytes]:
    try:
        return dict(pickle.loads(file.read_bytes()))  # noqa: S301 - our own
    except (OSError, ValueError, EOFError, pickle.UnpicklingError):  # not installed, or damaged
        return {}


def _digest(*files: Path) -> str:
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).hexdigest()
