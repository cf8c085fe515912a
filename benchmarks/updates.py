"""How many one-line updates a second: one writer and eight, here and at `oxigraph serve`, in one run; JSON on stdout.

`python -m benchmarks.updates [SECONDS]`: both begin empty, each update is a text of its own, and is acknowledged before
its writer sends the next. A figure is updates a second; `slowest` is in milliseconds.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from pathlib import Path

import httpx

from tests.processes import TOKEN, Kg, oxigraph

WRITERS = (1, 8)


def measure(url: str, writers: int, seconds: float) -> dict[str, float]:
    """Let so many writers update for so long."""
    taken: list[float] = []
    begun = time.perf_counter()

    def write(name: int) -> None:
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/sparql-update"}
        with httpx.Client(headers=headers, timeout=60) as client:
            number = 0
            while (since := time.perf_counter()) < begun + seconds:
                number += 1
                text = f"INSERT DATA {{ GRAPH <u:bench> {{ <u:{name}> <u:{writers}> {number} }} }}"
                client.post(url, content=text).raise_for_status()
                taken.append(time.perf_counter() - since)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(writers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    rate = len(taken) / (time.perf_counter() - begun)
    return {"a second": round(rate, 1), "slowest": round(max(taken) * 1000, 1)}


def main() -> None:
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    with tempfile.TemporaryDirectory() as folder:
        serving = Kg(Path(folder)).serving(KG_PLAIN="1", KG_TOKEN=TOKEN)
        with serving as ours, oxigraph() as peer:
            places = {"here": f"{ours}/sparql/update", "oxigraph serve": peer.update}
            for url in places.values():
                measure(url, 1, 1.0)
            found = {
                name: {f"{writers} at once": measure(url, writers, seconds) for writers in WRITERS}
                for name, url in places.items()
            }
    print(json.dumps(found, indent=2))


if __name__ == "__main__":
    main()
