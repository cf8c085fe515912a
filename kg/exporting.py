"""The whole graph as a file: for others, annotated or not, and as a backup."""

from __future__ import annotations

import gzip
import re
import tempfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from kg.errors import BadArchive, BadParameter
from kg.namespaces import ID, INFERRED_GRAPH, RDF
from kg.pipeline import STATE_GRAPH

_FIRST = b"# Security Guarantees KG, backup, format 1\n"
_LAST = re.compile(rb"# (\d+) quads, whole\n")
_AT_ONCE = 10_000  # quads


def packed(quads: Iterable[ox.Quad]) -> Iterator[bytes]:
    """A backup of `quads`, in chunks."""
    packing = zlib.compressobj(level=6, wbits=31)  # 31: with gzip's head, which names no time and no file
    count, rest = 0, iter(quads)
    yield packing.compress(_FIRST)
    while part := list(islice(rest, _AT_ONCE)):
        count += len(part)
        if chunk := packing.compress(ox.serialize(part, format=ox.RdfFormat.N_QUADS) or b""):
            yield chunk
    yield packing.compress(b"# %d quads, whole\n" % count) + packing.flush()


def unpacked(path: Path) -> Iterator[ox.Quad]:
    """The quads of a backup; raise BadArchive, before the last of them, where it is none, damaged or cut off."""
    count = 0
    for lines in _lines(path):
        try:
            for quad in ox.parse(b"".join(lines), format=ox.RdfFormat.N_QUADS, lenient=True):
                count += 1
                yield quad
        except SyntaxError as error:
            raise _damaged(path, f"damage ({error})") from error
        if (last := _LAST.fullmatch(lines[-1])) and int(last[1]) == count:
            return
    raise _damaged(path, "a file that was cut off")


def _lines(path: Path) -> Iterator[list[bytes]]:
    """The lines after the first, in parts; the last line of a part may be the last of all."""
    try:
        with gzip.open(path) as file:
            if file.readline(len(_FIRST)) != _FIRST:
                raise _damaged(path, "a file of another kind")
            while part := file.readlines(1 << 20):
                yield part
    except gzip.BadGzipFile as error:
        raise _damaged(path, "a file of another kind") from error
    except (EOFError, zlib.error) as error:
        raise _damaged(path, "a file that was cut off or damaged") from error
    except OSError as error:
        raise _damaged(path, error.strerror or str(error)) from error


def _damaged(path: Path, found: str) -> BadArchive:
    remedy = "Nothing was changed. Name a file that `kg backup` has written."
    return BadArchive(str(path), found=found, expected="a backup of ours, whole", remedy=remedy)


# By the name that the command line knows: Turtle, TriG, N-Quads, N-Triples, JSON-LD.
FORMATS: Mapping[str, ox.RdfFormat] = {
    "ttl": ox.RdfFormat.TURTLE,
    "trig": ox.RdfFormat.TRIG,
    "nq": ox.RdfFormat.N_QUADS,
    "nt": ox.RdfFormat.N_TRIPLES,
    "jsonld": ox.RdfFormat.JSON_LD,
}
_DATASETS = (ox.RdfFormat.TRIG, ox.RdfFormat.N_QUADS)  # JSON-LD could, but who reads one graph of it sees no named ones
_INFERENCE = ID + "inference/"
_SUBJECT, _PREDICATE, _OBJECT = (ox.NamedNode(RDF + name) for name in ("subject", "predicate", "object"))
_REIFIES = ox.NamedNode(RDF + "reifies")
_CHUNK = 1 << 16  # bytes
Graph = ox.NamedNode | ox.BlankNode | ox.DefaultGraph


def export(
    statements: Iterable[ox.Quad],
    form: ox.RdfFormat,
    prefixes: Mapping[str, str],
    *,
    inferred: bool = True,
    annotated: bool = False,
) -> Iterator[bytes]:
    """The statements of all graphs but the store's own notes, in a fixed order, in chunks.

    Without `inferred`, graph/inferred stays out. With `annotated`, views and inferences are RDF 1.2 reifiers
    (rdf:reifies a triple term) in the place of nodes with rdf:subject, rdf:predicate and rdf:object; raise
    BadParameter for JSON-LD, which has none.
    """
    if annotated and form == ox.RdfFormat.JSON_LD:
        raise BadParameter(
            culprit="annotated",
            found="JSON-LD, which has no RDF 1.2 annotations",
            expected="ttl, trig, nq or nt",
            remedy="Choose one of these formats, or leave annotations out.",
        )
    without = {STATE_GRAPH} if inferred else {STATE_GRAPH, INFERRED_GRAPH}
    quads: Iterable[ox.Quad] = sorted(
        (quad for quad in statements if getattr(quad.graph_name, "value", "") not in without), key=str
    )
    if annotated:
        quads = _annotated(quads)
    data = quads if form in _DATASETS else dict.fromkeys(quad.triple for quad in quads)
    with tempfile.TemporaryFile() as file:
        ox.serialize(data, file, format=form, prefixes=dict(prefixes))
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def _annotated(quads: Iterable[ox.Quad]) -> Iterator[ox.Quad]:
    """The quads with each node's three of reification made one; a node that lacks any is left as it is."""
    nodes: dict[tuple[ox.NamedNode, Graph], dict[ox.NamedNode, ox.Quad]] = {}
    for quad in quads:
        node = quad.subject
        is_part = quad.predicate in (_SUBJECT, _PREDICATE, _OBJECT)
        if is_part and isinstance(node, ox.NamedNode) and node.value.startswith(_INFERENCE):
            nodes.setdefault((node, quad.graph_name), {})[quad.predicate] = quad
        else:
            yield quad
    for (node, graph), named in nodes.items():
        terms = [named[part].object for part in (_SUBJECT, _PREDICATE, _OBJECT) if part in named]
        match terms:
            case [ox.NamedNode() | ox.BlankNode() as subject, ox.NamedNode() as predicate, object_]:
                yield ox.Quad(node, _REIFIES, ox.Triple(subject, predicate, object_), graph)
            case _:
                yield from named.values()
