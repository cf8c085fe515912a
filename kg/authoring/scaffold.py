"""A text → the YAML of a document to be filled in: its head, and a claim a sentence with the names found there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from kg import syntax
from kg.authoring.terminology import LANGUAGE, Terminology, slug
from kg.errors import BadParameter, NotFound
from kg.terms import NamedNode

_SENTENCE = re.compile(r"[^\s].*?(?:[.!?…]['\"”’)\]]*(?=\s+[^\sa-z])|(?=\n\s*\n)|$)", re.DOTALL)
_SHORTEST = 3  # letters of a name in small letters: shorter ones are words of their own
_WIDTH = 110


def begin(text: Path, terms: Terminology) -> str:
    """The YAML; raise NotFound, BadParameter for a name that no text has, Rejected for a text that is not UTF-8."""
    lines = [head(text), "# What the text speaks of and the register does not hold: NAME: CLASS.", "things: {}", ""]
    lines += ["# A claim each thing said. CLASS: {ROLE: NAME} is what it says: see `kg classes`.", "claims:"]
    for sentence in sentences(text):
        found = list(dict.fromkeys(names(sentence, terms)))
        if found:
            lines.append(f"# {', '.join(found)}")
        lines.append("- " + _pair("words", sentence).replace("\n", "\n  "))
        lines.append("  CLASS: {ROLE: NAME}")
    return "\n".join(lines) + "\n"


def head(text: Path, title: str = "") -> str:
    """What stands first in the document of a text; it raises as `begin` does."""
    if not text.is_file():
        raise NotFound(str(text), found="no such file", remedy="Give the path of a text.")
    if text.suffix != ".txt":
        raise BadParameter(str(text), found=text.suffix or "no ending", expected="NAME.txt", remedy="Rename the text.")
    named = {"label": f"the text {text.stem}", "title": title, "language": LANGUAGE, "text file": text.name}
    lines = [_pair("document", slug(text.stem))]
    lines += ["type: news article  # or another kind of source: see `kg classes source`"]
    return "\n".join([*lines, *(_pair(key, value) for key, value in named.items()), ""]) + "\n"


def sentences(text: Path) -> list[str]:
    """The sentences of a text; raise Rejected where it is not UTF-8."""
    words = syntax.decode(text.read_bytes(), text.name)
    return [found[0].strip() for found in _SENTENCE.finditer(words) if found[0].strip()]


def names(sentence: str, terms: Terminology) -> Iterator[str]:
    """The shared things that the sentence names, by their labels; of names at one place the longest."""
    taken: list[tuple[int, int, str]] = []
    things = ((name, iris[0]) for name, iris in terms.known.items() if len(iris) == 1 and _is_name(name))
    for name, iri in sorted(things, key=lambda item: (-len(item[0]), item[0])):
        if name in sentence and not terms.is_concept(NamedNode(iri)):
            for place in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", sentence):
                if not any(start < place.end() and place.start() < end for start, end, _ in taken):
                    taken.append((*place.span(), terms.labels.get(iri, name)))
    yield from (label for _, _, label in sorted(taken))


def _is_name(name: str) -> bool:
    return len(name) >= _SHORTEST or name.isupper()


def _pair(key: str, value: str) -> str:
    node = yaml.MappingNode(
        "tag:yaml.org,2002:map",
        [(yaml.ScalarNode("tag:yaml.org,2002:str", key), yaml.ScalarNode("tag:yaml.org,2002:str", value))],
        flow_style=False,
    )
    return str(yaml.serialize(node, Dumper=yaml.BaseDumper, width=_WIDTH, allow_unicode=True)).rstrip("\n")
