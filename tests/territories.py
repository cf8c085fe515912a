"""What states are called in the official languages of all, from Babel's CLDR: writes kg/entities/territories.tsv.

Run `python -m tests.territories` after an upgrade of Babel. A name that two territories share is left out.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from babel import Locale, UnknownLocaleError
from babel.languages import get_territory_language_info

from kg.entities.names import folded

FILE = Path(__file__).parent.parent / "kg" / "entities" / "territories.tsv"
OFFICIAL = ("official", "de_facto_official")


def table() -> str:
    """A line a territory: its code of ISO 3166-1 and its names, by tabs."""
    codes = [code for code in Locale("en").territories if len(code) == 2 and code.isalpha()]
    languages = {
        language
        for code in codes
        for language, known in get_territory_language_info(code).items()
        if known["official_status"] in OFFICIAL
    }
    called: dict[str, set[str]] = defaultdict(set)
    names: dict[str, dict[str, str]] = defaultdict(dict)
    for language in sorted(languages):
        try:
            territories = Locale.parse(language).territories
        except (UnknownLocaleError, ValueError):
            continue
        for code in codes:
            name = territories.get(code, code)
            if name != code:
                called[folded(name)].add(code)
                names[code].setdefault(folded(name), name)
    lines = []
    for code in sorted(names):
        own = sorted(name for key, name in names[code].items() if len(called[key]) == 1)
        lines.append("\t".join([code, *own]) + "\n")
    return "".join(lines)


if __name__ == "__main__":
    FILE.write_text(table(), encoding="utf-8")
