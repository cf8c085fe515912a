"""How long it takes to load and to withdraw one document, and to load many at once, in graphs of several sizes.

    python benchmarks/loading.py [--sizes 0,100000] [--many 50]

The documents are invented (`synthetic.py`), of 50 claims each. The graph is filled to each size by one bulk load of
documents that are examined and inferred from like any other. Times are medians, in seconds: by the clock, and of the
processor, which tells more where others use the machine.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pyoxigraph as ox
import synthetic

from kg.graph import KnowledgeGraph
from kg.settings import Settings

ROUNDS = 7
FIRST = 500_000  # the number of the first document that is timed


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--sizes", default="0,100000", help="statements in the graph, by commas")
    options.add_argument("--many", type=int, default=50, help="documents that are loaded at once")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        settings = replace(Settings(), store=f"file:{folder}/store")
        with KnowledgeGraph.open(settings, print) as graph:
            number = 0
            for size in map(int, given.sizes.split(",")):
                number = fill(graph, size, number)
                print(f"\n{len(graph.store):,} statements in the graph")
                for line in one(graph):
                    print(line)
            for line in many(graph, given.many, number, Path(folder)):
                print(line)


@dataclass(frozen=True)
class Took:
    clock: float
    processor: float

    def __str__(self) -> str:
        return f"{self.clock:6.2f} s by the clock, {self.processor:6.2f} s of the processor"


def timed(run: Callable[[], object]) -> Took:
    clock, processor = time.perf_counter(), time.process_time()
    run()
    return Took(time.perf_counter() - clock, time.process_time() - processor)


def median(several: Sequence[Took]) -> Took:
    return Took(*(statistics.median(getattr(each, name) for each in several) for name in ("clock", "processor")))


def fill(graph: KnowledgeGraph, size: int, number: int) -> int:
    """Load documents at once until the graph has `size` statements; return the number of the next document."""
    while len(graph.store) < size:
        graph.load_all([synthetic.document(number + each).encode() for each in range(50)])
        number += 50
    return number


def one(graph: KnowledgeGraph) -> Iterator[str]:
    """One document of 50 claims, loaded and withdrawn."""
    loading, withdrawing = [], []
    for number in range(FIRST, FIRST + ROUNDS):
        data = synthetic.document(number).encode()
        loading.append(timed(lambda data=data: graph.load(data)))
        withdrawing.append(timed(lambda number=number: graph.unload(f"synthetic-{number:06d}")))
    yield f"  load a document of {synthetic.CLAIMS} claims {median(loading)}  (at most 1)"
    yield f"  withdraw it                   {median(withdrawing)}  (at most 1)"


def many(graph: KnowledgeGraph, count: int, number: int, folder: Path) -> Iterator[str]:
    """Many documents, from `number` on, in one transaction, beside a raw bulk load of the same statements."""
    documents = [synthetic.document(number + each).encode() for each in range(count)]
    before = set(graph.store.quads())
    took = timed(lambda: graph.load_all(documents))
    gained = [quad for quad in graph.store.quads() if quad not in before]
    raw = timed(lambda: ox.Store(str(folder / "raw")).bulk_extend(gained))
    cost = len(gained) / count / synthetic.CLAIMS
    yield f"\n{count} documents at once, {len(gained):,} statements ({cost:.1f} a claim): {took}"
    yield f"  a raw bulk load of these: {raw}: {took.processor / raw.processor:.1f} times that (3 is what we are after)"


if __name__ == "__main__":
    main()
