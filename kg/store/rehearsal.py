"""A write to a remote store carried out on a local clone first, so that all it changes is one commit."""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path
from typing import TypeVar

import pyoxigraph as ox

from kg.store.change import Change
from kg.store.copy import is_ours
from kg.store.draft import Draft
from kg.store.live import Live
from kg.store.snapshot import GraphName

Content = TypeVar("Content")


def rehearsed(
    clone: Path,
    live: Live,
    graphs: Collection[str] | None,
    write: Callable[[Path], Content],
    finish: Callable[[Draft, Content], None] | None,
) -> Change:
    """What `write` and then `finish` change in the clone, which has the pipeline's graphs; see `Store.rewrite`.

    `graphs` are those of others that they read or change, "" being the unnamed one; None: all of them.
    """
    before = _fetch(clone, live, graphs)
    content = write(clone)
    with Draft(clone, lambda: None) as draft:
        after = frozenset(quad for quad in draft.quads() if not is_ours(quad))
        if finish is not None and content:
            finish(draft, content)
        change = draft.change()
    return Change(change.added | (after - before), change.removed | (before - after))


def _fetch(clone: Path, live: Live, graphs: Collection[str] | None) -> frozenset[ox.Quad]:
    names: list[GraphName]
    if graphs is None:
        names = [ox.DefaultGraph(), *live.graphs()]
    else:
        names = [ox.NamedNode(graph) if graph else ox.DefaultGraph() for graph in graphs]
    store = ox.Store(str(clone))
    for name in names:
        store.extend(quad for quad in live.quads(None, None, None, name) if not is_ours(quad))
    store.flush()
    return frozenset(quad for quad in store if not is_ours(quad))
