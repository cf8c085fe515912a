"""The ontologist's one command: everything that can be wrong with the project's files, by file and line.

In this order, so that what takes long comes last: syntax, prefixes, terms used, hygiene, profile; reading of shapes,
rules, questions and seeds; what follows from the seeds; the reasoners.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from kg.check import files, hygiene, logic, profile, trials
from kg.check.files import Project
from kg.check.trials import Seeded
from kg.errors import Fault, Rejected, in_order
from kg.namespaces import prefixes
from kg.ontology import reasoner
from kg.rules.strata import Opposition
from kg.settings import Home

__all__ = ["run", "watch"]

Progress = Callable[[str], None]
_UNREAD = "Until these faults are mended"
_POLL = 0.5  # seconds between two looks at the files


def _silent(_: str) -> None:
    """Report nothing."""


def _unwarned(_: Sequence[Fault]) -> None:
    """Tell nobody."""


def run(
    home: Home,
    documents: Sequence[Path] = (),
    progress: Progress = _silent,
    *,
    reasoners: bool = True,
    warn: Callable[[Sequence[Fault]], None] = _unwarned,
) -> list[Fault]:
    """All faults of the project's files, or of `documents`, by file and line; none where all is well.

    Without `reasoners` no Java is started, and what only they find is not found; with them, raise NoReasoner where they
    are not installed. `warn` is told of what is likely a
    slip in `documents`.
    """
    if documents:
        found, warnings = trials.of_documents(home, documents)
        warn(warnings)
        return list(in_order(found))
    if reasoners:
        reasoner.require()
    progress("Reading the files")
    project = Project.read(home)
    found = files.syntax(project)
    if found:
        progress(f"{_UNREAD}: prefixes, rules, questions, seeds and what follows from them are not examined")
        return list(in_order(found))
    progress("Checking prefixes, terms, hygiene and profile")
    table = prefixes.__wrapped__(home.ontology)  # read anew: a watched file may have changed
    found += [*hygiene.faults(project, table), *profile.faults(project), *_at_work(project, progress, reasoners)]
    return list(in_order(map(project.at_home, found)))


def watch(home: Home, report: Callable[[list[Fault]], None], progress: Progress, *, rounds: int | None = None) -> None:
    """Check, report, wait until a file changes, and so on; faults that need no reasoner come first.

    Goes on until interrupted, or for `rounds`.
    """
    reasoner.require()
    seen: dict[Path, int] | None = None
    while rounds is None or rounds > 0:
        now = _times(home)
        if now == seen:
            time.sleep(_POLL)
            continue
        seen = now
        first = run(home, progress=progress, reasoners=False)
        report(first if first else run(home, progress=progress))
        rounds = None if rounds is None else rounds - 1


def _at_work(project: Project, progress: Progress, reasoners: bool) -> list[Fault]:
    """Shapes, rules, questions and seeds, read and tried together; the reasoners beside them, on another core.

    They are asked of an instance of each rule, and then of all documents at once: together they take minutes.
    """
    progress("Loading the seeds, and inferring what follows")
    found: list[Fault] = []
    try:
        with trials.load(project.home) as graph, ThreadPoolExecutor(1) as beside:
            frozen = list(logic.instances(graph.knowledge.rules.rules, profile.Terms.of(project)))
            by_rules = logic.contradictions(project, logic.Given(instances=frozen))
            reasoned = [beside.submit(list, by_rules)] if reasoners else []
            without_answer = trials.unanswered(graph)
            progress("Trying rules, questions and shapes on examples")
            merged, faults = trials.with_examples(project, graph)
            if reasoners:
                reasoned.append(beside.submit(list, logic.faults(project, _given(merged))))
            found += [*faults, *_tried(project, merged, without_answer)]
            if reasoners:
                progress("Waiting for HermiT and Pellet")
            for each in reasoned:
                found += each.result()
    except Rejected as rejected:
        found += rejected.faults
        progress(f"{_UNREAD}: what follows from the seeds, and the answers to questions, are not examined")
        if reasoners:
            progress("Asking HermiT and Pellet about the ontology alone")
            found += logic.faults(project, logic.Given())
    return found


def _tried(project: Project, merged: Seeded, without_answer: frozenset[str]) -> Iterator[Fault]:
    """On the seeds with the examples beside them: a rule may fire, and a question be answered, on these alone."""
    exampled = bool(trials.folders_of(project))
    yield from trials.rules(project, merged, exampled)
    yield from trials.questions(merged, without_answer, exampled)
    yield from trials.invalid(project, merged)


def _given(graph: Seeded) -> logic.Given:
    """What is in the graph, all at once, for reasoners: what documents say, and what rules make of it."""
    heads = {
        (rule.iri.value, str(pattern.predicate).strip("<>")): (f"ontology/rules/{rule.name}.rq", pattern.line)
        for rule in graph.knowledge.rules.rules
        for pattern in rule.head
    }
    made = {said: heads[rule, said[1]] for said, rule in graph.made_by().items() if (rule, said[1]) in heads}
    settled = {
        f"ontology/rules/{producer.rule.name}.rq": step
        for step, stratum in enumerate(graph.knowledge.rules.strata(Opposition()))
        for producer in stratum.producers
    }
    return logic.Given(tuple(graph.data()), graph.documents, (), made, settled, graph.memberships())


def _times(home: Home) -> dict[Path, int]:
    """When each file that a check reads was last changed."""
    folders = (
        home.ontology,
        home.queries,
        home.seeds,
        home.path / "tests" / "breadth",
        home.path / "tests" / "contradiction",
        home.path / "tests" / "invalid",
    )
    found: dict[Path, int] = {}
    for path in (path for folder in folders for path in folder.rglob("*")):
        try:
            found[path] = path.stat().st_mtime_ns
        except FileNotFoundError:  # deleted between the two looks
            continue
    return found
