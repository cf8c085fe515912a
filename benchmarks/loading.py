"""How long it takes to load and to withdraw one document, and to load many at once, in graphs of several sizes.

    python benchmarks/loading.py [--sizes 0,100000] [--many 50]

The documents are invented (`synthetic.py`), of 50 claims each. The graph is filled to each size by one bulk load of
documents that are examined and inferred from like any other. Times are medians, in seconds.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
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
            for line in many(graph, given.many, Path(folder)):
                print(line)


def timed(run: Callable[[], object]) -> float:
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


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
    yield f"  load a document of {synthetic.CLAIMS} claims   {statistics.median(loading):.3f}  (at most 1)"
    yield f"  withdraw it                     {statistics.median(withdrawing):.3f}  (at most 1)"


def many(graph: KnowledgeGraph, count: int, folder: Path) -> Iterator[str]:
    """Many documents in one transaction, beside a raw bulk load of the same statements."""
    documents = [each.encode() for each in synthetic.documents(count)]
    graph_before = len(graph.store)
    took = timed(lambda: graph.load_all(documents))
    gained = len(graph.store) - graph_before
    quads = [ox.Quad(*quad.triple, quad.graph_name) for quad in graph.store.quads()][:gained]
    raw = timed(lambda: ox.Store(str(folder / "raw")).bulk_extend(quads))
    yield f"\n{count} documents at once: {took:.2f}, {gained:,} statements, {took / count:.3f} a document"
    yield f"  a raw bulk load of as many statements: {raw:.2f}; {took / raw:.1f} times that (3 is what we are after)"


if __name__ == "__main__":
    main()
