"""How far rows answer a question: the verdict on yes or no, and the answer in a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kg.model import DENIED, NOT_SAID, QUALIFIED, YES, Answer, Row
from kg.sentences import Saying, listed, sentence_case, together

ORDER = (NOT_SAID, DENIED, QUALIFIED, YES)


def verdict_of(rows: Iterable[Row]) -> str:
    """The verdict on whether there is any such row: that of the row which answers best for what it states."""
    return strongest(row.standing for row in rows)


def strongest(standings: Iterable[str]) -> str:
    return max(standings, key=ORDER.index, default=NOT_SAID)


def weakest(standings: Iterable[str]) -> str:
    return min(standings, key=ORDER.index, default=NOT_SAID)


_MOST = 3  # sayings that one sentence holds
NOBODY = "Nobody in the graph says so."


def statement_of(answer: Answer) -> str:
    """The sentence for an answer; of several rows the best first, those beyond three as their number."""
    if not answer.rows:
        return NOBODY
    if any(match.negated for match in answer.matched) and answer.answers:
        return sentence_case(f"nobody in the graph says it of {listed(cell.label for cell in answer.answers)}")
    ranked = sorted(answer.rows, key=lambda row: -ORDER.index(row.standing))
    sayings = together([saying for row in ranked for saying in row.sayings])
    if not sayings:
        return sentence_case(f"the graph has {listed(cell.label for cell in answer.answers[:_MOST])}")
    rest = [f"and {len(sayings) - _MOST} more"] if len(sayings) > _MOST else []
    return sentence_case("; ".join([*_told(sayings[:_MOST]), *rest]))


def _told(sayings: Sequence[Saying]) -> Iterator[str]:
    """The sayings; what the same voice says comes after one introduction."""
    groups: list[list[Saying]] = []
    for saying in sayings:
        alone = saying.conditions or saying.disputes
        group = None if alone else next((each for each in groups if each[0].goes_with(saying)), None)
        if group is None:
            groups.append([saying])
        else:
            group.append(saying)
    for first, *others in groups:
        between = ", and " if first.plain else ", and that "
        yield first.introduced(between.join([first.content, *(each.content for each in others)]))
