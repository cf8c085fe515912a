"""What is asked for by way of its name: "what is the name of the body that …" as "what is the body that …"."""

from __future__ import annotations

from collections.abc import Sequence

from kg.language.lexis.items import Item

_NAMES = frozenset({"name", "names", "identity", "identities", "title"})
_OWNED = frozenset({"det", "name", "word", "slot"})


def straight(items: Sequence[Item]) -> list[Item]:
    """The items without "the name of", where what is called so follows."""
    found = list(items)
    for index in range(1, len(found) - 2):
        named = found[index].word in _NAMES and found[index + 1].word == "of" and found[index + 2].kind in _OWNED
        asked = found[index - 1].word in ("the", "list") and (index < 2 or found[index - 2].word != "in")
        if named and asked:
            start = index - (found[index - 1].kind == "det")
            return [*found[:start], *found[index + 2 :]]
    return found
