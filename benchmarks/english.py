"""How well questions in English are answered: `python benchmarks/english.py FILE…` on the graph of the seed.

Each line of a file, plain or `.gz`, is `question => what is due` (see tests/english/README.md, whose table has the
SHA-256 that a file must have). Reported are, of what is answered, how much is right (precision); of what can be
answered, how much is (recall), and how much is answered rightly or by one of the questions that are offered (reach);
of what cannot, how much is declined (abstention); the time that an ask takes; and each question that is answered
wrongly, or neither answered nor offered.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import re
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kg import language
from kg.graph import KnowledgeGraph
from kg.model import DENIED, NOT_SAID, QUALIFIED, YES, Answer, NotAnswered
from kg.settings import Settings

ARTICLE = "chinese-peacekeepers"
SAID = "yes or qualified"
Ask = Callable[[str], Answer | NotAnswered]


@dataclass(frozen=True)
class Case:
    question: str
    due: str

    @property
    def answerable(self) -> bool:
        return self.due != "-"


@dataclass
class Tally:
    """The cases by outcome, those that fail with what came instead, and the seconds that each ask took."""

    right: list[Case] = field(default_factory=list)
    wrong: list[tuple[Case, str]] = field(default_factory=list)
    missed: list[tuple[Case, str]] = field(default_factory=list)
    offered: list[Case] = field(default_factory=list)
    declined: list[Case] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    @property
    def answered(self) -> int:
        return len(self.right) + len(self.wrong)

    @property
    def answerable(self) -> int:
        return len(self.right) + len(self.offered) + len(self.missed) + sum(case.answerable for case, _ in self.wrong)

    @property
    def unanswerable(self) -> int:
        return len(self.declined) + sum(not case.answerable for case, _ in self.wrong)

    @property
    def precision(self) -> float:
        """Percent."""
        return 100 * len(self.right) / max(self.answered, 1)

    @property
    def recall(self) -> float:
        return 100 * len(self.right) / max(self.answerable, 1)

    @property
    def reach(self) -> float:
        return 100 * (len(self.right) + len(self.offered)) / max(self.answerable, 1)

    @property
    def abstention(self) -> float:
        return 100 * len(self.declined) / max(self.unanswerable, 1)

    def quantile(self, percent: int) -> float:
        """The milliseconds that so many of a hundred asks stay under."""
        return 1000 * statistics.quantiles(self.seconds, n=100)[percent - 1]


class Altered(Exception):
    """A file of questions is not the one whose SHA-256 was written down."""


def cases(path: Path) -> list[Case]:
    """The cases of a file; raises Altered where the table beside it has another SHA-256 for it."""
    stored = path.read_bytes()
    text = gzip.decompress(stored) if path.suffix == ".gz" else stored
    sealed = recorded(path)
    if sealed and sealed not in (hashlib.sha256(stored).hexdigest(), hashlib.sha256(text).hexdigest()):
        raise Altered(f"{path}: its SHA-256 is not {sealed}, which {path.parent / 'README.md'} has for it.")
    lines = [line.rpartition(" => ") for line in text.decode().splitlines() if line and not line.startswith("#")]
    found = [Case(question.strip(), due.strip()) for question, _, due in lines]
    if any(case.due == QUALIFIED for case in found):
        return found
    return [replace(case, due=SAID) if case.due == YES else case for case in found]  # written when it was one verdict


def recorded(path: Path) -> str | None:
    """The SHA-256 that the table beside the file has for it, or for it unpacked."""
    readme = path.parent / "README.md"
    table = readme.read_text(encoding="utf-8").splitlines() if readme.exists() else []
    names = {f"`{path.name}`", f"`{path.name.removesuffix('.gz')}`"}
    rows = [line for line in table if line.startswith("|") and names & set(re.findall(r"`[^`]+`", line))]
    found = [match for line in rows for match in re.findall(r"\b[0-9a-f]{64}\b", line)]
    return found[0] if found else None


def is_right(answer: Answer, due: str, sentences: list[tuple[int, int]]) -> bool:
    """Whether the answer is what is due."""
    if due == SAID:
        return answer.verdict in (YES, QUALIFIED)
    if due in (YES, QUALIFIED, DENIED, NOT_SAID):
        return answer.verdict == due
    if due.startswith("#"):
        return answer.count == int(due[1:])
    labels = {cell.label for cell in answer.answers}
    if due == "0":
        return not labels
    if due.lstrip("+").startswith("@"):
        wanted = {int(number) for number in due.lstrip("+@").split(",")}
        found = {
            number
            for evidence in answer.evidence
            if evidence.source.endswith(ARTICLE) and evidence.start is not None
            for number, (start, end) in enumerate(sentences, 1)
            if start <= evidence.start < end
        }
        return found >= wanted if due.startswith("+") else found == wanted
    least, some = due.startswith("+"), due.endswith("%any")
    wanted_labels = {label.strip() for label in due.removesuffix("%any").lstrip("+").split(" | ")}
    if some:
        return bool(labels & wanted_labels)
    return labels >= wanted_labels if least else labels == wanted_labels


def sentence_spans(article: Path) -> list[tuple[int, int]]:
    """Where each sentence of the article starts and ends."""
    text = article.read_text(encoding="utf-8")
    ends = [match.end() for match in re.finditer(r"\.(?=\s|$)", text)]
    return list(zip([0, *ends], ends, strict=False))


def tally(ask: Ask, asked: list[Case], spans: list[tuple[int, int]]) -> Tally:
    found = Tally()
    for case in asked:
        start = time.perf_counter()
        answer = ask(case.question)
        found.seconds.append(time.perf_counter() - start)
        if isinstance(answer, NotAnswered):
            if not case.answerable:
                found.declined.append(case)
            elif any(answers(ask(offer.question), case, spans) for offer in answer.offers):
                found.offered.append(case)
            else:
                found.missed.append((case, "; ".join((answer.reason, *(offer.question for offer in answer.offers)))))
        elif answers(answer, case, spans):
            found.right.append(case)
        else:
            found.wrong.append((case, shown(answer)))
    return found


def answers(answer: Answer | NotAnswered, case: Case, spans: list[tuple[int, int]]) -> bool:
    return case.answerable and isinstance(answer, Answer) and is_right(answer, case.due, spans)


def shown(answer: Answer) -> str:
    parts = []
    for match in answer.matched:
        given = ", ".join(f"{name}={value.rpartition('/')[2]}" for name, value in match.parameters.items())
        parts.append(f"{'not ' if match.negated else ''}{match.name}({given})")
    matched = " & ".join(parts)
    labels = " | ".join(cell.label[:60] for cell in answer.answers)
    return f"{matched}: {answer.verdict or ''}{'' if answer.count is None else answer.count} {labels}"


def report(name: str, found: Tally) -> None:
    print(
        f"{name}: precision {found.precision:.1f} % ({len(found.right)} of {found.answered} answered), "
        f"recall {found.recall:.1f} % (of {found.answerable}), "
        f"reach {found.reach:.1f} % ({len(found.offered)} offered), "
        f"abstention {found.abstention:.1f} % (of {found.unanswerable}); "
        f"{found.quantile(50):.1f} ms median, {found.quantile(95):.1f} ms for 95 of 100, "
        f"{1000 * max(found.seconds):.1f} ms at most"
    )
    for label, listed in (("wrong", found.wrong), ("missed", found.missed)):
        for case, got in listed:
            print(f"  {label}: {case.question}  [due: {case.due}]  {got}")


def curve(graph: KnowledgeGraph, asked: list[Case], spans: list[tuple[int, int]]) -> list[tuple[int, float]]:
    """Risk against coverage: of the surest so many of a hundred questions, each answered by its likeliest reading,
    the share that is answered wrongly, in percent (El-Yaniv and Wiener, 2010). How sure a reading is, is how much more
    likely it is than the next; what is answered at once comes before the rest.
    """
    outcomes: list[tuple[bool, float, bool]] = []
    for case in asked:
        at_once = graph.ask(case.question)
        understander = language.understander(graph)
        taken = understander.take(case.question)
        first, second, *_ = understander.candidates(taken)
        reading = understander.reading(taken, first)
        sure = isinstance(at_once, Answer)
        answer = at_once if sure or reading is None else language.reply(case.question, reading, graph, graph.names())
        outcomes.append((sure, min(first.total - second.total, first.total), answers(answer, case, spans)))
    outcomes.sort(key=lambda each: (-each[0], -each[1]))
    found = []
    for percent in range(10, 101, 10):
        taken_in = outcomes[: max(1, round(len(outcomes) * percent / 100))]
        found.append((percent, 100 * sum(not right for _, _, right in taken_in) / len(taken_in)))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--store", default="memory:")
    parser.add_argument("--curve", action="store_true", help="risk against coverage, over all files together")
    options = parser.parse_args()
    with KnowledgeGraph.open(Settings(store=options.store)) as graph:
        spans = sentence_spans(Settings().home.seeds / "000_081586eb59fd031d.txt")
        graph.ask("Which proposals name China as guarantor?")  # what is made once a version is made
        if options.curve:
            everything = [case for path in options.files for case in cases(path)]
            for percent, risk in curve(graph, everything, spans):
                print(f"{percent} % covered: {risk:.1f} % wrong")
            return
        for path in options.files:
            report(path.name.partition(".")[0], tally(graph.ask, cases(path), spans))


if __name__ == "__main__":
    main()
