"""How well questions in English are answered: `python benchmarks/english.py FILE…` on the graph of the seed.

Each line of a file is `question => what is due` (see tests/english/README.md). Reported are, of what is answered, how much
is right (precision); of what can be answered, how much is (recall); of what cannot, how much is declined; and the time
an ask takes. `--verbose` lists what is wrong or missing.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from kg.graph import KnowledgeGraph
from kg.model import Answer, NotAnswered
from kg.settings import Settings

ARTICLE = "chinese-peacekeepers"


@dataclass(frozen=True)
class Case:
    question: str
    due: str

    @property
    def answerable(self) -> bool:
        return self.due != "-"


@dataclass
class Tally:
    """The cases by outcome, and the seconds that each ask took."""

    right: list[Case] = field(default_factory=list)
    wrong: list[tuple[Case, str]] = field(default_factory=list)
    missed: list[tuple[Case, str]] = field(default_factory=list)
    declined: list[Case] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        for name in ("right", "wrong", "missed", "declined", "seconds"):
            getattr(self, name).extend(getattr(other, name))


def cases(path: Path) -> Iterator[Case]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            question, _, due = line.rpartition(" => ")
            yield Case(question, due.strip())


def is_right(answer: Answer, due: str, sentences: list[tuple[int, int]]) -> bool:
    """Whether the answer is what is due."""
    if due in ("yes", "denied", "not said"):
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


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Where each sentence of the article starts and ends."""
    ends = [match.end() for match in re.finditer(r"\.(?=\s|$)", text)]
    return list(zip([0, *ends], ends, strict=False))


def tally(graph: KnowledgeGraph, path: Path, spans: list[tuple[int, int]]) -> Tally:
    found = Tally()
    for case in cases(path):
        start = time.perf_counter()
        answer = graph.ask(case.question)
        found.seconds.append(time.perf_counter() - start)
        if isinstance(answer, NotAnswered):
            if case.answerable:
                found.missed.append((case, answer.reason))
            else:
                found.declined.append(case)
        elif case.answerable and is_right(answer, case.due, spans):
            found.right.append(case)
        else:
            found.wrong.append((case, shown(answer)))
    return found


def shown(answer: Answer) -> str:
    parts = []
    for match in answer.matched:
        given = ", ".join(f"{name}={value.rpartition('/')[2]}" for name, value in match.parameters.items())
        parts.append(f"{'not ' if match.negated else ''}{match.name}({given})")
    matched = " & ".join(parts)
    labels = " | ".join(cell.label[:60] for cell in answer.answers)
    return f"{matched}: {answer.verdict or ''}{'' if answer.count is None else answer.count} {labels}"


def report(name: str, found: Tally) -> None:
    answered = len(found.right) + len(found.wrong)
    answerable = len(found.right) + len(found.missed) + sum(case.answerable for case, _ in found.wrong)
    unanswerable = len(found.declined) + sum(not case.answerable for case, _ in found.wrong)
    percent = [
        100 * a / max(b, 1)
        for a, b in ((len(found.right), answered), (len(found.right), answerable), (len(found.declined), unanswerable))
    ]
    median, most = 1000 * statistics.median(found.seconds), 1000 * max(found.seconds)
    print(
        f"{name}: precision {percent[0]:.1f} % ({len(found.right)} of {answered} answered), "
        f"recall {percent[1]:.1f} % (of {answerable}), declined {percent[2]:.1f} % (of {unanswerable}); "
        f"{median:.1f} ms median, {most:.1f} ms at most"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--store", default="memory:")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    with KnowledgeGraph.open(Settings(store=options.store)) as graph:
        spans = sentence_spans((Settings().home.seeds / "000_081586eb59fd031d.txt").read_text(encoding="utf-8"))
        graph.ask("Which proposals name China as guarantor?")
        for path in options.files:
            found = tally(graph, path, spans)
            report(path.stem, found)
            for label, listed in (("WRONG", found.wrong), ("MISSED", found.missed)):
                for case, got in listed if options.verbose else ():
                    print(f"  {label} {case.question}  [{case.due}]  {got}")


if __name__ == "__main__":
    main()
