"""What is likely asked, learned when it is first needed from the phrasings and from what people have asked."""

from __future__ import annotations

import hashlib
import marshal
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from threading import Lock

import numpy as np
from platformdirs import user_cache_path

from kg.asked import Asked
from kg.language.lexis.items import Item
from kg.language.lexis.linking import Linker
from kg.language.matching import likely
from kg.language.matching.likely import Example, Likely, said
from kg.language.matching.patterns import phrasing_tokens
from kg.language.matching.phrasings import kept
from kg.language.text.words import Token
from kg.names import Names
from kg.namespaces import SG, SKOS
from kg.questions import Question

_APPLICATION = "security-guarantees-kg"
_MOST = 3  # files kept in the user's cache, of some ten megabytes each
_OFTEN = 10  # texts
_SOMETIMES, _FEW = 0.3, 4  # of the texts that have a word; as many as are reckoned at least
_ONE = Lock()  # it takes seconds to learn: who needs it meanwhile, waits
_LEARNED: dict[bytes, Likely] = {}  # what this process learned last, for all graphs with the same catalogue


@dataclass(frozen=True)
class Learning:
    """The texts to learn from: each question's own and those `asked`."""

    questions: Sequence[Question]
    asked: Asked
    linker: Linker
    names: Names

    def guess(self, *each_way: tuple[Token, ...]) -> tuple[str, float]:
        """The question of the catalogue that is likeliest asked, or NOT_ANSWERED, and how likely it is, 0 to 1: of a
        text as it stands, and without what it has besides what is asked."""
        return self.likely.guess(*(said(self.linker.items(tokens, merging=False), self._kind) for tokens in each_way))

    def has(self, word: str) -> bool:
        """Whether a word stands in what it learned from, more than once."""
        return word in self.likely.rows

    def is_known(self, question: str) -> bool:
        """Whether enough people have asked a question, to tell that a text does not ask it."""
        return self._often[question] >= _OFTEN

    def is_denied(self, question: str, items: Sequence[Item]) -> bool:
        """Whether people ask a question by denying what the items deny: "who says that X is no Y"."""
        denied = list(_denied(items))
        spoken, denials = Counter[str](), Counter[str]()
        for text in (text for name, text in self.asked if denied and name == question):
            said = self.linker.items(phrasing_tokens(text), merging=False)
            spoken.update({meaning for item in said for meaning in item.meanings})
            denials.update({meaning for meanings in _denied(said) for meaning in meanings})
        return all(any(denials[each] > _SOMETIMES * max(spoken[each], _FEW) for each in word) for word in denied)

    @cached_property
    def _often(self) -> Counter[str]:
        return Counter(name for name, _ in self.asked)

    @cached_property
    def likely(self) -> Likely:
        """Learned once, and kept in the user's cache: learning takes some seconds."""
        key = self._key()
        with _ONE:
            if key not in _LEARNED:
                folder = user_cache_path(_APPLICATION)
                path = folder / f"likely-{key.hex()[:16]}"
                with suppress(OSError):
                    folder.mkdir(parents=True, exist_ok=True)
                questions, rows, rarity, weights = marshal.loads(kept(path, key, self._learned))  # noqa: S302 - our own
                _LEARNED.clear()
                _LEARNED[key] = Likely(
                    questions,
                    {each: row for row, each in enumerate(rows)},
                    np.frombuffer(rarity, np.float32),
                    np.frombuffer(weights, np.float32).reshape(-1, len(questions)),
                )
                _prune(folder)
            return _LEARNED[key]

    def _learned(self) -> bytes:
        made = Likely.of(tuple(self._examples()))
        return marshal.dumps((made.questions, list(made.rows), made.rarity.tobytes(), made.weights.tobytes()))

    def _examples(self) -> Iterator[Example]:
        for question in self.questions:
            for text in (question.question, *question.phrasings):
                yield question.name, self._said(text, question.parameters)
        for name, text in self.asked:
            yield name, self._said(text, {})

    def _said(self, text: str, parameters: Mapping[str, str]) -> tuple[str, ...]:
        def kind(item: Item) -> str:
            return parameters.get(item.slot, SG + item.slot) if item.slot else self._kind(item)

        return said(self.linker.items(phrasing_tokens(text), merging=False), kind)

    def _kind(self, item: Item) -> str:
        """The class of what is named, or the concept or role itself."""
        ontology = self.names.ontology
        if item.slot:
            return item.slot
        thing = item.things[0]
        if self.names.is_a(thing, SKOS + "Concept") or thing in ontology.roles:
            return thing
        return min(self.names.types.get(thing, {thing}))

    def _key(self) -> bytes:
        """What tells the texts, and how it is learned from them, from others."""
        digest = hashlib.sha256(b"".join(path.read_bytes() for path in (Path(__file__), Path(likely.__file__))))
        for question in self.questions:
            digest.update(repr((question.name, question.question, question.phrasings)).encode())
        digest.update(repr(self.asked).encode())
        return digest.digest()


def _denied(items: Sequence[Item]) -> Iterator[frozenset[str]]:
    """What the word after each negation may mean."""
    for index, item in enumerate(items):
        if item.kind == "neg":
            yield next((each.meanings for each in items[index + 1 :] if each.kind == "word"), frozenset())


def _prune(folder: Path) -> None:
    """Leave the newest files alone."""
    with suppress(OSError):
        for path in sorted(folder.glob("likely-*"), key=lambda each: -each.stat().st_mtime)[_MOST:]:
            path.unlink()
