"""Which question of the catalogue a text asks, by the words of those that people have asked: a learned guess.

A linear classifier, multinomial logistic regression learned by stochastic gradient descent (Bottou, "Stochastic
Gradient Descent Tricks", 2012): of concepts of the lexicon, classes of what is named, and words, alone, next to each
other and with what asks, and of the words' parts of four letters, by which words are akin that no example has. Its
examples are the phrasings of the catalogue and the questions of `queries/asked.txt`, in which those that cannot be
answered stand too. What it guesses counts only where the words themselves are not understood, where it is sure, and
where an answer bears it out.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from kg.language.lexis.items import Item

Example = tuple[str, tuple[str, ...]]  # the question of the catalogue, and what is said
Floats = NDArray[np.float32]
_IDLE = frozenset({"det", "fill"})
_ROUNDS, _RATE, _SEED = 6, 5.0, 1
_LEAST = 2  # examples that must have it
_PART = 4  # letters
_PRIOR = 0.02  # how much slower it learns of a question whatever is said


@dataclass(frozen=True)
class Likely:
    """`weights` has a row for each thing that may be said, and a last one for none, and a column for each question."""

    questions: tuple[str, ...]
    rows: Mapping[str, int]
    rarity: Floats  # of each row: a word that few examples have says more
    weights: Floats

    @classmethod
    def of(cls, examples: Sequence[Example]) -> Likely:
        """Learned from the examples, each the name of a question and what is said: 15,000 take some five seconds."""
        questions = tuple(sorted({question for question, _ in examples}))
        column = {question: place for place, question in enumerate(questions)}
        spread = Counter(each for _, said in examples for each in set(said))
        rows = {each: row for row, each in enumerate(sorted(each for each in spread if spread[each] >= _LEAST))}
        rarity = [math.log(len(examples) / spread[each]) + 1 for each in rows]
        weights = np.zeros((len(rows) + 1, len(questions)), np.float32)
        learned = cls(questions, rows, np.array(rarity, np.float32), weights)
        told = [(column[question], *learned._vector(said)) for question, said in examples]
        order, step, steps = np.random.default_rng(_SEED), 0, _ROUNDS * len(told)
        for _ in range(_ROUNDS):
            for place in order.permutation(len(told)):
                right, said_rows, values = told[place]
                error = _shares(values @ weights[said_rows] + weights[-1])
                error[right] -= 1
                error *= _RATE * (1 - step / steps)
                weights[said_rows] -= values[:, None] * error
                weights[-1] -= _PRIOR * error
                step += 1
        return learned

    def guess(self, *each_said: Sequence[str]) -> tuple[str, float]:
        """The likeliest question with how likely it is, 0 to 1, on the mean of several ways to say it; what no example
        has is passed over."""
        vectors = [self._vector(said) for said in each_said]
        shares = np.mean([_shares(values @ self.weights[rows] + self.weights[-1]) for rows, values in vectors], axis=0)
        place = int(shares.argmax())
        return self.questions[place], float(shares[place])

    def _vector(self, said: Sequence[str]) -> tuple[NDArray[np.intp], Floats]:
        """The rows of what is said, and what each is worth: together 1, as the length of a vector."""
        rows = np.array([self.rows[each] for each in dict.fromkeys(said) if each in self.rows], np.intp)
        values = self.rarity[rows]
        return rows, values / np.float32(np.linalg.norm(values) or 1)


def _shares(scores: Floats) -> Floats:
    powers: Floats = np.exp(scores - scores.max())
    powers /= powers.sum()
    return powers


def said(items: Sequence[Item], kinds: Callable[[Item], str]) -> tuple[str, ...]:
    """What the items say: what each means, alone, with the next, and with the one after; each as a word, its parts, and
    all that it may mean. `kinds` gives the class of what a slot or name stands for, or the concept itself."""
    heard = [item for item in items if item.kind not in _IDLE]
    words = [item for item in heard if not item.things and not item.slot]
    meant = [_meaning(item) if item in words else kinds(item) for item in heard]
    each = [one for item in words for one in _meanings(item)]
    asking = next((f"{item.word} ?" for item in heard if item.kind == "wh"), "")
    return tuple(_runs(meant, [item.word for item in words], each, asking))


def _meanings(item: Item) -> list[str]:
    return sorted({sense.concept.name for sense in item.senses}) or [item.word]


def _meaning(item: Item) -> str:
    return "+".join(_meanings(item))


def _runs(meant: Sequence[str], words: Sequence[str], each: Sequence[str], asking: str) -> Iterator[str]:
    yield from meant
    yield from (f"^ {one}" for one in meant[:1])
    yield from (f"{one} {other}" for one, other in pairwise(meant))
    yield from (f"{one} _ {other}" for one, other in zip(meant, meant[2:], strict=False))
    yield from (f"= {word}" for word in words)
    yield from (f"* {one}" for one in each)
    yield from (f"{asking} {one}" for one in each if asking)
    yield from (f"~ {part}" for word in words for part in _parts(f"<{word}>"))


def _parts(word: str) -> Iterator[str]:
    return (word[start : start + _PART] for start in range(len(word) - _PART + 1))
