"""Which question of the catalogue a text asks: a linear model over words, word pairs and letters, learned beforehand.

It is learned when the wheel is built, or the project installed, from the questions, their phrasings and the labelled
examples, and kept as arrays (`write`). A question that is new or has other phrasings since is learned when it is first
needed, it alone, against what is kept of all others (`Model.of`): a support vector machine tells each question from the
rest by itself. Names in a text stand as their class in braces (`{State}`).
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.language.words import Word, words
from kg.namespaces import SG
from kg.ontology.schema import Ontology
from kg.questions.catalogue import Question

OUTSIDE = "-"  # the label of what no question of the catalogue answers
_BUCKETS = 1 << 14
_LETTERS = (3, 4, 5)
_OF_LETTERS = 0.5  # what a run of letters counts for, against a word
_COST = 1.0
_ROUNDS, _FEW_ROUNDS = 12, 4  # over all texts; where some questions alone are learned
_BIAS = 1.0
_SLOT = re.compile(r"\{(\w+)\}")
_EVERYTHING = frozenset({"Entity", "Situation", "Speaker", "Matter"})

Floats = NDArray[np.float32]
Supers = Callable[[str], Sequence[str]]  # a class's name → its own and those above it, the highest last
Example = tuple[str, str]  # the name of a question, a text that asks it


@dataclass(frozen=True)
class Vector:
    """A text as its features: the buckets that they fall into, and what each counts for."""

    buckets: NDArray[np.int32]
    values: Floats


@dataclass(frozen=True)
class Asked:
    """What is learned from, of one question: its name, what tells it from its earlier state, and its texts."""

    name: str
    texts: tuple[str, ...]

    @property
    def fingerprint(self) -> str:
        return hashlib.sha256("\n".join((self.name, *self.texts)).encode()).hexdigest()[:16]


def texts_of(question: Question, ontology: Ontology) -> Asked:
    """What is learned from of a question itself: a slot stands as its class, that of a concept not at all."""

    def shown(slot: re.Match[str]) -> str:
        kind = question.parameters.get(slot[1], "")
        named = ontology.is_a(kind, SG + "Entity") or ontology.is_a(kind, SG + "Source")
        return f"{{{kind.removeprefix(SG)}}}" if named else ""

    return Asked(question.name, tuple(_SLOT.sub(shown, text) for text in (question.question, *question.phrasings)))


def supers_of(ontology: Ontology) -> Supers:
    """The names of a class and those above it, the highest last; what is true of all things is left out."""

    @cache
    def supers(kind: str) -> tuple[str, ...]:
        above = sorted(ontology.supers(SG + kind), key=lambda each: (-len(ontology.supers(each)), each))
        names = (each.removeprefix(SG) for each in above if each.startswith(SG))
        return tuple(name for name in names if name not in _EVERYTHING) or (kind,)

    return supers


def features(text: Sequence[Word], supers: Supers) -> Counter[str]:
    """The words of a text, its pairs of words, and the runs of letters in them."""
    found: Counter[str] = Counter()
    sequence = ["^"]
    for word in text:
        if word.text[0] == "{":
            kinds = supers(word.text[1:-1])
            found.update(f"c {kind}" for kind in kinds)
            sequence.append(f"{{{kinds[-1]}}}")
        elif not word.is_sign:
            sequence.append(word.stem)
            found[f"w {word.stem}"] += 1
            marked = f"^{word.folded}$"
            for size in _LETTERS if len(word.folded) > _LETTERS[0] else ():
                for place in range(len(marked) - size + 1):
                    found[f"l {marked[place : place + size]}"] += _OF_LETTERS  # type: ignore[assignment]
    sequence.append("$")
    found.update(f"p {one} {other}" for one, other in pairwise(sequence))
    return found


def _buckets(found: Mapping[str, float]) -> dict[int, float]:
    gathered: dict[int, float] = {}
    for feature, count in found.items():
        code = zlib.crc32(feature.encode())
        bucket = code % _BUCKETS
        gathered[bucket] = gathered.get(bucket, 0.0) + (1 if code >> 31 else -1) * count**0.5
    return gathered


def _weighed(gathered: Mapping[int, float], rarity: Floats) -> Vector:
    buckets = np.fromiter(gathered, np.int32, len(gathered))
    values = np.fromiter(gathered.values(), np.float32, len(gathered)) * rarity[buckets]
    length = float(np.sqrt((values**2).sum())) or 1.0
    return Vector(np.append(buckets, np.int32(_BUCKETS)), np.append(values / length, np.float32(_BIAS)))


@dataclass(frozen=True)
class Model:
    """The weights of each question, how rare each feature is, and in which questions' texts each word occurs."""

    names: tuple[str, ...]
    weights: Floats  # a row a bucket, a column a question
    rarity: Floats
    seen: Mapping[str, frozenset[str]]  # a word's stem → the questions whose texts have it
    foreign: frozenset[str]  # stems of proper names that only examples have
    supers: Supers

    @classmethod
    def of(
        cls, questions: Sequence[Asked], kept: Path | None, supers: Supers, examples: Sequence[Example] = ()
    ) -> Model:
        """The model of these questions: what is kept of those that are as they were, the rest learned now.

        Without a file that can be read all is learned, from `examples` too.
        """
        arrays = _read(kept) if kept else None
        arrays = arrays or trained(questions, examples, supers)
        known = dict(zip(arrays["names"].tolist(), arrays["fingerprints"].tolist(), strict=True))
        new = [each for each in questions if known.get(each.name) != each.fingerprint]
        stay = [OUTSIDE, *(each.name for each in questions if each not in new)]
        places = {name: place for place, name in enumerate(arrays["names"].tolist())}
        weights = arrays["weights"][:, [places[name] for name in stay]].astype(np.float32)
        rarity = arrays["rarity"]
        seen = _seen(arrays, frozenset(stay))
        if new:
            weights = np.hstack([weights, _learned(new, arrays, supers)])
            for each in new:
                for stem in {word.stem for text in each.texts for word in words(text)}:
                    seen[stem] = seen.get(stem, frozenset()) | {each.name}
        names = (*stay, *(each.name for each in new))
        return cls(names, weights, rarity, seen, frozenset(arrays["foreign"].tolist()), supers)

    def scores(self, text: Sequence[Word]) -> dict[str, float]:
        """How much each question is like what the text asks, the likest first: above 0 is likely."""
        vector = _weighed(_buckets(features(text, self.supers)), self.rarity)
        scores = vector.values @ self.weights[vector.buckets]
        return {self.names[place]: float(scores[place]) for place in np.argsort(-scores)}

    @cached_property
    def vocabulary(self) -> frozenset[str]:
        return frozenset(self.seen)


def trained(questions: Sequence[Asked], examples: Sequence[Example], supers: Supers) -> dict[str, NDArray[Any]]:
    """All that is kept of a model, as arrays: learned from the questions' own texts and from examples."""
    names = [OUTSIDE, *(each.name for each in questions)]
    places = {name: place for place, name in enumerate(names)}
    texts = [(each.name, text) for each in questions for text in each.texts]
    texts += [(name, text) for name, text in examples if name in places]
    gathered = [_buckets(features(words(text), supers)) for _, text in texts]
    count = np.bincount([bucket for each in gathered for bucket in each], minlength=_BUCKETS)
    rarity = np.log((len(texts) + 1) / (count + 0.5)).astype(np.float32)
    vectors = [_weighed(each, rarity) for each in gathered]
    labels = np.array([places[name] for name, _ in texts], np.int16)
    weights = _separated(vectors, labels[:, None] == np.arange(len(names)))
    stems, seen, foreign = _vocabulary(texts, places, len(questions) and sum(len(each.texts) for each in questions))
    return {
        "names": np.array(names),
        "fingerprints": np.array(["", *(each.fingerprint for each in questions)]),
        "weights": weights.astype(np.float16),
        "rarity": rarity,
        "stems": stems,
        "seen": seen,
        "foreign": foreign,
        "labels": labels,
        "buckets": np.concatenate([each.buckets for each in vectors]),
        "values": np.concatenate([each.values for each in vectors]).astype(np.float16),
        "sizes": np.array([len(each.values) for each in vectors], np.int32),
    }


def write(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Keep a model's arrays in a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    np.savez_compressed(path, **arrays)  # type: ignore[arg-type]


def _read(path: Path) -> dict[str, NDArray[Any]] | None:
    try:
        with np.load(path, allow_pickle=False) as kept:
            return dict(kept)
    except (OSError, ValueError, EOFError):
        return None


def _learned(new: Sequence[Asked], arrays: Mapping[str, NDArray[Any]], supers: Supers) -> Floats:
    """The weights of new questions: their texts against those of all others that are kept."""
    ends = np.cumsum(arrays["sizes"])
    values = arrays["values"].astype(np.float32)
    names = arrays["names"].tolist()
    mine = {each.name for each in new}
    others = [place for place, label in enumerate(arrays["labels"].tolist()) if names[label] not in mine]
    vectors = [
        Vector(arrays["buckets"][ends[place] - arrays["sizes"][place] : ends[place]],
               values[ends[place] - arrays["sizes"][place] : ends[place]])
        for place in others
    ]  # fmt: skip
    rarity = arrays["rarity"]
    texts = [(number, text) for number, each in enumerate(new) for text in each.texts]
    vectors += [_weighed(_buckets(features(words(text), supers)), rarity) for _, text in texts]
    labels = np.array([-1] * len(others) + [number for number, _ in texts])
    return _separated(vectors, labels[:, None] == np.arange(len(new)), _FEW_ROUNDS)


def _separated(vectors: Sequence[Vector], belongs: NDArray[np.bool_], rounds: int = _ROUNDS) -> Floats:
    """A column of weights for each label, which tells what belongs to it from the rest.

    Dual coordinate descent for a linear machine with squared hinge loss (Hsieh and others, 2008), all labels at once.
    """
    signs = np.where(belongs, np.float32(1), np.float32(-1))
    weights = np.zeros((_BUCKETS + 1, signs.shape[1]), np.float32)
    shares = np.zeros_like(signs)
    chance = np.random.default_rng(0)
    slack = np.float32(0.5 / _COST)
    for _ in range(rounds):
        for place in chance.permutation(len(vectors)):
            vector, sign, share = vectors[place], signs[place], shares[place]
            gradient = sign * (vector.values @ weights[vector.buckets]) - 1 + slack * share
            changed = np.maximum(share - gradient / ((vector.values**2).sum() + slack), 0)
            moved = np.flatnonzero(changed != share)
            if moved.size:
                step = (changed[moved] - share[moved]) * sign[moved]
                weights[np.ix_(vector.buckets, moved)] += np.outer(vector.values, step)
                shares[place] = changed
    return weights


def _vocabulary(
    texts: Sequence[Example], places: Mapping[str, int], own: int
) -> tuple[NDArray[Any], NDArray[Any], NDArray[Any]]:
    """The stems of all texts; in which questions each occurs, as bits; and the proper names that only examples have.

    The first `own` texts are the questions' own.
    """
    occurs: dict[str, set[int]] = {}
    named: dict[str, bool] = {}
    for number, (name, text) in enumerate(texts):
        for place, word in enumerate(words(text)):
            occurs.setdefault(word.stem, set()).add(places[name])
            if place or word.text.islower():
                proper = number >= own and word.text[0].isupper()
                named[word.stem] = named.get(word.stem, True) and proper
    stems = sorted(occurs)
    seen = np.zeros((len(stems), len(places)), bool)
    for row, stem in enumerate(stems):
        seen[row, sorted(occurs[stem])] = True
    return np.array(stems), np.packbits(seen, axis=1), np.array([stem for stem in stems if named.get(stem)] or [""])


def _seen(arrays: Mapping[str, NDArray[Any]], names: Iterable[str]) -> dict[str, frozenset[str]]:
    kept, columns = frozenset(names), arrays["names"].tolist()
    bits = np.unpackbits(arrays["seen"], axis=1, count=len(columns)).astype(bool)
    found: dict[str, set[str]] = {}
    stems = arrays["stems"].tolist()
    for row, column in zip(*(each.tolist() for each in np.nonzero(bits)), strict=True):
        if columns[column] in kept:
            found.setdefault(stems[row], set()).add(columns[column])
    return {stem: frozenset(found.get(stem, ())) for stem in stems}
