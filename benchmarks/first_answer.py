"""How long a user waits: from `kg serve` to the first answer, for the same question again, for one asked anew.

`python benchmarks/first_answer.py` prints a line a measure, in milliseconds: the median of its runs, and the slowest.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from http.client import HTTPResponse
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

CHECKOUT = Path(__file__).resolve().parents[1]
FIRST = "/api/v1/ask?q=" + quote("Which proposals name China as guarantor?")
NAMED = "/api/v1/questions/proposals-naming-guarantor?guarantor=China"
NEW = "/api/v1/questions/claims-made?limit={}"
STARTS, REQUESTS = 5, 50


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """A server on a store in `folder`; gives its URL as soon as it says that it serves."""
    process = subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "serve", "--port", "0", "--store", f"file:{folder / 'store'}"],
        cwd=CHECKOUT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        line = next(line for line in process.stderr or [] if line.startswith("Serving "))
        yield line.split()[1]
    finally:
        process.terminate()
        process.communicate()


def milliseconds(request: Callable[[], HTTPResponse]) -> float:
    start = time.perf_counter()
    request().read()
    return (time.perf_counter() - start) * 1000


def first_answer(folder: Path) -> float:
    """Milliseconds from the start of the server's process until it has answered the first question."""
    begun = time.perf_counter()
    with serving(folder) as url:
        urlopen(url + FIRST).read()
        return (time.perf_counter() - begun) * 1000


def asked(url: str, path: str) -> list[float]:
    """Milliseconds for each of many requests, after a first that does not count."""
    urlopen(url + path.format(REQUESTS)).read()
    return [milliseconds(partial(urlopen, url + path.format(number))) for number in range(REQUESTS)]


def report(what: str, measured: list[float]) -> None:
    print(f"{what:<46} {statistics.median(measured):>9.1f} {max(measured):>9.1f}")


def main() -> None:
    print(f"{'milliseconds':<46} {'median':>9} {'slowest':>9}")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        report("from start to the first answer, new store", [first_answer(place)])
        report("the same, existing store", [first_answer(place) for _ in range(STARTS)])
        with serving(place) as url:
            report("a question asked again in English", asked(url, FIRST))
            report("the same by name", asked(url, NAMED))
            report("another by name each time", asked(url, NEW))


if __name__ == "__main__":
    main()
