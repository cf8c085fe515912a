"""What states are called in the official languages of all, from CLDR (Unicode License v3): names → ISO 3166-1 codes.

`territories.tsv` is written by `python -m tests.territories`. Its names are no part of the graph: they are looked up
where the graph has no such name, and to the letter alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("territories.tsv")


def code_of(name: str, folded: Callable[[str], str]) -> str | None:
    """The two letters of the territory that is called so in some language; None where none is, or several are."""
    return _table(folded).get(folded(name))


@cache
def _table(folded: Callable[[str], str]) -> Mapping[str, str]:
    lines = (line.split("\t") for line in _FILE.read_text(encoding="utf-8").splitlines())
    return {folded(name): code for code, *names in lines for name in names}
