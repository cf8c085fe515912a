"""An update's text → the texts that the engine is to run in its place."""

from __future__ import annotations

from collections.abc import Iterator

from kg.errors import BadQuery
from kg.workers.targets import Part, Reading

NOTHING = "DELETE DATA {}"


def rewritten(
    reading: Reading, default_graphs: tuple[str, ...], named_graphs: tuple[str, ...], hidden: str | None = None
) -> Iterator[tuple[str, Part]]:
    """The update as the engine is to run it, in parts, one after another; lines keep their numbers.

    Each WHERE has the dataset of the protocol's `using-…` parameters, and finds no graph `hidden`. A LOAD SILENT does
    nothing and succeeds, as for a source that cannot be had. A part ends where a prologue begins: the engine (0.5.13)
    takes one at the beginning alone, where SPARQL has one before each operation. Raise BadQuery where there are such
    parameters and the update has a dataset of its own.
    """
    clauses = [f"USING <{graph}> " for graph in default_graphs] + [f"USING NAMED <{graph}> " for graph in named_graphs]
    if clauses and reading.names_dataset:
        raise BadQuery(
            culprit="the update",
            found="USING or WITH beside using-graph-uri or using-named-graph-uri",
            remedy="Name the dataset in one place alone.",
        )
    edits = [(start, end, NOTHING) for start, end in reading.silent_loads]
    edits += [(place, place, "".join(clauses)) for place in reading.wheres]
    if hidden is not None:
        edits += [(place, place, f" FILTER({variable} != <{hidden}>) ") for place, variable in reading.seeking]
    edits.sort(reverse=True)
    ends = [*(part.start for part in reading.parts[1:]), len(reading.text)]
    lines = 0
    for part, stop in zip(reading.parts, ends, strict=True):
        pieces, place = ["\n" * lines], part.start
        while edits and edits[-1][0] < stop:
            start, end, new = edits.pop()
            pieces += [reading.text[place:start], new]
            place = end
        pieces.append(reading.text[place:stop])
        lines += reading.text.count("\n", part.start, stop)
        yield "".join(pieces), part
