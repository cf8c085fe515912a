"""How long fifty readers wait while nobody writes, and while a write comes each second; JSON on standard output.

`python -m benchmarks.readers [SECONDS]`: on the seed's graph each reader asks one named question after another, over a
connection of its own; beside them `/healthz` is asked ten times a second. Milliseconds: of the answers the median and
the 99th percentile, of `/healthz` the median and the slowest. Writes are updates of a graph of one's own, or documents.
"""

from __future__ import annotations

import json
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from tests.processes import TOKEN, Kg
from tests.test_freshness import DOCUMENT

READERS = 50
ASKED = [
    "/api/v1/questions/proposals-naming-guarantor?guarantor=China",
    "/api/v1/questions/claims-made?speaker=analysts",
    "/api/v1/questions/states-able-to-block?proposal=Istanbul+proposals+(2022)",
    "/api/v1/entities/china",
    "/api/v1/claims?about=Ukraine&limit=10",
    "/api/v1/ask?q=Which+proposals+name+China+as+guarantor%3F",
]
WRITER = {"Authorization": f"Bearer {TOKEN}"}


def update(client: httpx.Client, number: int) -> None:
    text = f"INSERT DATA {{ GRAPH <u:bench> {{ <u:s> <u:p> {number} }} }}"
    client.post(
        "/sparql/update", content=text, headers={"Content-Type": "application/sparql-update"}
    ).raise_for_status()


def document(client: httpx.Client, number: int) -> None:
    sent = DOCUMENT.replace("{number}", str(number)).encode()
    client.post("/api/v1/documents", content=sent, headers={"Content-Type": "text/turtle"}).raise_for_status()


def measured(url: str, seconds: float, write: Callable[[httpx.Client, int], None] | None) -> dict[str, float]:
    """What readers and `/healthz` took, with a write a second or without."""
    stop, waited, health = threading.Event(), list[float](), list[float]()

    def repeat(into: list[float], address: Callable[[], str], pause: float) -> None:
        with httpx.Client(base_url=url, timeout=60) as client:
            while not stop.is_set():
                begun = time.perf_counter()
                client.get(address()).raise_for_status()
                into.append((time.perf_counter() - begun) * 1000)
                time.sleep(pause)

    threads = [
        threading.Thread(target=repeat, args=(waited, lambda: random.choice(ASKED), 0.5)) for _ in range(READERS)
    ]
    threads.append(threading.Thread(target=repeat, args=(health, lambda: "/healthz", 0.1)))
    for thread in threads:
        thread.start()
    until, number = time.perf_counter() + seconds, 0
    with httpx.Client(base_url=url, timeout=60, headers=WRITER) as client:
        while (now := time.perf_counter()) < until:
            number += 1
            if write is not None:
                write(client, number)
            time.sleep(max(0.0, 1 - (time.perf_counter() - now)))
    stop.set()
    for thread in threads:
        thread.join()
    percentile = statistics.quantiles(waited, n=100)[98]
    figures = statistics.median(waited), percentile, statistics.median(health), max(health)
    return dict(
        zip(("median", "99th", "healthz", "healthz, slowest"), (round(each, 1) for each in figures), strict=True)
    )


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    with tempfile.TemporaryDirectory() as folder, Kg(Path(folder)).serving(KG_TOKEN=TOKEN) as url:
        measured(url, 2, None)
        kinds = {"nobody writes": None, "an update a second": update, "a document a second": document}
        found = {name: measured(url, seconds, write) for name, write in kinds.items()}
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
