"""A copy of what a remote store keeps in the pipeline's graphs: what its drafts are clones of."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import pyoxigraph as ox

from kg.store.change import Change
from kg.store.folder import Folder
from kg.store.merging import MERGED, copies, is_kept


class Copy:
    """Quads in a temporary folder, which nobody but its owner reads; it need not outlive a crash."""

    def __init__(self, quads: Iterable[ox.Quad]) -> None:
        self._folder = Folder.temporary()
        try:
            self._store = ox.Store(str(self._folder.path / "copy"))
            self._store.bulk_extend(chain.from_iterable((quad, *copies((quad,))) for quad in quads))
        except BaseException:
            self._remove()
            raise

    def clone(self) -> Path:
        """The folder of a clone, for a draft."""
        path = self._folder.fresh("drafts")
        self._store.backup(str(path))
        return path

    def has(self, quad: ox.Quad) -> bool:
        return quad in self._store

    def holders(self, quad: ox.Quad) -> Iterator[ox.Quad]:
        """The quads that say the same in any graph."""
        return self._store.quads_for_pattern(quad.subject, quad.predicate, quad.object, None)

    def follow(self, change: Change) -> None:
        """Take in the part of a commit that is in the pipeline's graphs."""
        added, removed = (frozenset(filter(is_ours, part)) for part in (change.added, change.removed))
        Change(added, removed).apply(self._store)

    def close(self) -> None:
        del self._store
        self._remove()

    def _remove(self) -> None:
        shutil.rmtree(self._folder.path, ignore_errors=True)
        self._folder.release()


def is_ours(quad: ox.Quad) -> bool:
    """Whether a copy has the quad's graph: one that is kept, or their union."""
    return is_kept(quad.graph_name) or quad.graph_name == MERGED
