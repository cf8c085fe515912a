"""`kg check` finds what is wrong with the project's files, and names file and line.

Each plant is a small edit of a copy of the project. Plants that do not hide each other share a copy and a run;
`group` says with which: what is read first stops what comes after it.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp

import pytest

from kg import check
from kg.errors import Fault
from kg.settings import Home
from tests.processes import CHECKOUT

ACTORS, CLAIMS, PROPOSALS, VIEWS = (f"ontology/{name}.ttl" for name in ("actors", "claims", "proposals", "views"))
EFFECTS = "ontology/effects.ttl"
CERTAINTIES, ACTS = "ontology/vocabularies/certainties.ttl", "ontology/vocabularies/acts.ttl"
DELEGATION = "An actor that is sent to negotiate for another actor."
ORGAN = "The organisation that this body is an organ of."
TEMPLATE = "{resembling} echoing {resembled}"


@dataclass(frozen=True)
class Plant:
    """In `file`, `old` becomes `new`; the fault says `what`, on the line where `at` (else `new`) stands afterwards."""

    name: str
    file: str
    old: str
    new: str
    what: str
    at: str = ""
    group: str = "static"

    def __str__(self) -> str:
        return self.name


def block(name: str, *rows: str) -> str:
    return "\n".join([name, *(f"  {row}" for row in rows), "  .", "", ""])


DESCRIBED = ('rdfs:label "planted {0}"@en ;', 'skos:definition "An actor that is planted as {0}."@en ;', 'skos:example "None."@en ;')


def described(word: str) -> tuple[str, ...]:
    return tuple(row.format(word) for row in DESCRIBED)


PLANTS = [
    # 1 syntax
    Plant("an unfinished string", ACTORS, '"The West."@en', '"The West.@en', "this is no Turtle", group="syntax"),
    Plant("an undeclared prefix", CLAIMS, "owl:disjointWith sg:Situation", "owll:disjointWith sg:Situation", "this is no Turtle", group="syntax"),
    Plant("a missing semicolon", EFFECTS, "sg:Aim\n  a owl:Class ;", "sg:Aim\n  a owl:Class", "this is no Turtle", group="syntax", at="  rdfs:subClassOf sg:Situation"),
    # 2 style, names, hygiene
    Plant("a term without a label", ACTORS, 'rdfs:label "bloc"@en , ', "rdfs:label ", "no label in English", at="sg:Bloc\n"),
    Plant("a term without a definition", ACTORS, '  skos:definition "An entity that is an armed conflict between actors."@en ;\n', "", "no definition", at="sg:Conflict\n"),
    Plant("two definitions", ACTORS, f'"{DELEGATION}"@en', f'"{DELEGATION}"@en , "Zealous envoys."@en', "several definitions"),
    Plant("a term without an example", ACTORS, '  skos:example "Istanbul."@en ;\n', "", "no example", at="sg:Place\n"),
    Plant("a definition that is no sentence", ACTORS, f"{ORGAN}", "the organisation", "no sentence", at='"the organisation"'),
    Plant("a definition taken from another term", ACTORS, "The state's three-letter code.", "The state's two-letter code.", "word for word", at="code.\"@en ;\n  skos:example \"China: \\\"CHN"),
    Plant("a label taken from another class", ACTORS, 'rdfs:label "policy"@en', 'rdfs:label "process"@en', "has the same label", at='rdfs:label "process"@en , "процес'),
    Plant("a label without a language", ACTORS, 'rdfs:label "relationship"@en ,', 'rdfs:label "relationship"@en , "tie" ,', "no language"),
    Plant("a language that is a slip", ACTORS, '"group of speakers"@en', '"group of speakers"@en , "Sprecher"@dde', "does not use"),
    Plant("a space too many", ACTORS, '"official"@en', '"official "@en', "ends with a space"),
    Plant("a class written small", ACTORS, "sg:SpeakerGroup\n", block("sg:speakerClub", "a owl:Class ;", "rdfs:subClassOf sg:Actor ;", *described("club")) + "sg:SpeakerGroup\n", "not written LikeThis", at="sg:speakerClub"),
    Plant("a property written with a hyphen", ACTORS, "sg:organOf\n", block("sg:organ-of", "a owl:ObjectProperty ;", *described("hyphen")) + "sg:organOf\n", "not written likeThis", at="sg:organ-of"),
    Plant("a concept written large", ACTS, "sg:accuses\n", block("sg:Abuses", "a sg:Act ;", *described("act")) + "sg:accuses\n", "not written likeThis", at="sg:Abuses"),
    Plant("blocks out of order", ACTORS, "sg:Actor\n", block("sg:Zone", "a owl:Class ;", "rdfs:subClassOf sg:Entity ;", *described("zone")) + "sg:Actor\n", "stands after sg:Zone", at="sg:Actor\n"),
    Plant("a closing dot on a shared line", ACTORS, '"ISO 3166-1"@en ;\n  .\n\nsg:isoAlpha3', '"ISO 3166-1"@en .\n\nsg:isoAlpha3', "closing dot shares a line"),
    Plant("an unused prefix", EFFECTS, "@prefix sg:", "@prefix prov: <http://www.w3.org/ns/prov#> .\n@prefix sg:", "declared and not used", at="@prefix prov:"),
    Plant("a prefix that differs from the table", PROPOSALS, "<http://purl.org/dc/terms/>", "<http://purl.org/dc/term/>", "stands for http://purl.org/dc/term/"),
    Plant("an undefined term in a module", ACTORS, "rdfs:range sg:Actor ;", "rdfs:range sg:Aktor ;", "defined nowhere"),
    Plant("an undefined term in a shape", "ontology/shapes/claims.ttl", "sh:class sg:Polarity", "sh:class sg:Polarrity", "defined nowhere"),
    Plant("an undefined word of SHACL", "ontology/shapes/entities.ttl", "sh:path sg:organOf ;\n  sh:maxCount 1", "sh:path sg:organOf ;\n  sh:maxCounts 1", "defined nowhere", at="sh:maxCounts"),
    Plant("an undefined term in a rule", "ontology/rules/echoes.rq", "sg:resembled ?earlier", "sg:resemblant ?earlier", "defined nowhere"),
    Plant("an undefined term in a question", "queries/coordination.rq", "sg:coordinatesWith ?other", "sg:coordinateWith ?other", "defined nowhere"),
    Plant("an undefined class as parameter", "queries/durations.rq", "{process: sg:Process}", "{process: sg:Proces}", "defined nowhere"),
    Plant("an undefined term in a seed", "seeds/chinese-peacekeepers.ttl", "sg:act sg:emphasises", "sg:act sg:emphasizes", "defined nowhere"),
    Plant("a template that names no role", PROPOSALS, TEMPLATE, "{resembler} echoing {resembled}", "names something that is no role"),
    Plant("a class of situations without a template", PROPOSALS, '  sg:labelTemplate "{proposal} taking the approach: {approach}"@en ;\n', "", "no label template", at="sg:ApproachTaking\n"),
    Plant("a certainty without a rank", CERTAINTIES, "  sg:rank 20 ;\n", "", "not exactly one rank", at="sg:apparent\n"),
    Plant("two certainties of one rank", CERTAINTIES, "sg:rank 40 ;", "sg:rank 30 ; # planted", "the same rank", at="# planted"),
    Plant("a role without a range", EFFECTS, "  rdfs:range sg:Direction ;\n", "", "does not say of which class its values are", at="sg:direction\n"),
    Plant("a shape without a message", "ontology/shapes/sources.ttl", '  sh:message "Give the source its dcterms:title."@en ;\n', "", "does not say in English what to do", at="sgsh:SourceShape-title\n  a"),
    Plant("a shape without a severity", "ontology/shapes/sources.ttl", "  sh:class sg:Source ;\n  sh:severity sh:Violation ;\n  sh:message \"Let sg:restsOn", "  sh:class sg:Source ;\n  sh:message \"Let sg:restsOn", "how grave", at="sgsh:SourceShape-restsOn\n  a"),
    Plant("a shape that nothing applies", "ontology/shapes/claims.ttl", "    sgsh:ClaimShape-temporalWords ,\n", "", "no shape refers", at="sgsh:ClaimShape-temporalWords\n"),
    Plant("an inverse property", CLAIMS, "sg:speaker\n  a owl:ObjectProperty ;", "sg:speaker\n  a owl:ObjectProperty ;\n  owl:inverseOf sg:evidence ;", "the inverse of a property", at="owl:inverseOf sg:evidence"),
    Plant("a circle of classes", CLAIMS, "sg:Source\n  a owl:Class ;", "sg:Source\n  a owl:Class ;\n  rdfs:subClassOf sg:Treaty ;", "stands above itself", at="rdfs:subClassOf sg:Treaty"),
    # 3 profile
    Plant("a datatype outside OWL 2's map", CLAIMS, "sg:saidWhen\n  a owl:DatatypeProperty ;\n  rdfs:label \"said when\"@en ;\n  rdfs:domain sg:Claim ;\n  rdfs:range xsd:string", "sg:saidWhen\n  a owl:DatatypeProperty ;\n  rdfs:label \"said when\"@en ;\n  rdfs:domain sg:Claim ;\n  rdfs:range xsd:date", "not in OWL 2's datatype map", at="rdfs:range xsd:date"),
    Plant("a misspelt word of OWL", CLAIMS, "owl:disjointWith sg:Claim , sg:Entity , sg:Evidence", "owl:disjointwith sg:Claim , sg:Entity , sg:Evidence", "no word of OWL 2"),
    Plant("a reserved word as property", CLAIMS, "sg:restsOn\n  a owl:ObjectProperty ;", "sg:restsOn\n  a owl:ObjectProperty ;\n  <http://www.w3.org/1999/02/22-rdf-syntax-ns#value> \"1\" ;", "reserved word", at="<http://www.w3.org/1999/02/22-rdf-syntax-ns#value>"),
    Plant("a property of two kinds", CLAIMS, "sg:temporalWords\n  a owl:DatatypeProperty", "sg:temporalWords\n  a owl:ObjectProperty , owl:DatatypeProperty", "at once"),
    Plant("an undeclared property", ACTORS, 'skos:altLabel "country"@en', 'skos:notation "S" ;\n  skos:altLabel "country"@en', "is not declared"),
    Plant("a data property under an object property", EFFECTS, "sg:opposedTo\n  a owl:ObjectProperty , owl:SymmetricProperty ;", "sg:opposedTo\n  a owl:ObjectProperty , owl:SymmetricProperty ;\n  rdfs:subPropertyOf sg:literalRole ;", "under sg:literalRole", at="rdfs:subPropertyOf sg:literalRole ;\n  rdfs:label \"opposed"),
    Plant("a count of a transitive property", EFFECTS, "sg:cause\n  a owl:ObjectProperty ;", "sg:cause\n  a owl:ObjectProperty , owl:TransitiveProperty ;", "are counted", at="owl:onProperty sg:cause"),
    Plant("a restriction without a constraint", EFFECTS, "owl:onProperty sg:goal ; owl:cardinality 1 ]", "owl:onProperty sg:goal ]", "not exactly one owl:onProperty and one constraint"),
    Plant("an object property with a datatype as range", EFFECTS, "rdfs:domain sg:Aim ;\n  rdfs:range sg:Outcome ;", "rdfs:domain sg:Aim ;\n  rdfs:range <http://www.w3.org/2001/XMLSchema#string> ;", "of an object property is no class", at="rdfs:range <http://www.w3.org/2001/XMLSchema#string>"),
    # 6 and 7 rules and questions, as they are read
    Plant("a rule without an explanation", "ontology/rules/echoes.rq", '#+ explanation: "{later} echoes {earlier}"\n', "", "no explanation", group="reading", at="#+ label: echoes"),
    Plant("a rule whose head is not bound", "ontology/rules/excludes.rq", "?excluding sg:excludes ?excluded", "?excluding sg:excludes ?whom", "?whom is bound nowhere", group="reading"),
    Plant("a rule that asks another service", "ontology/rules/given-by.rq", "  ?situation a sg:MandateGrant ;", "  SERVICE <http://example.org/> { ?a sg:actsFor ?b . }\n  ?situation a sg:MandateGrant ;", "SERVICE", group="reading"),
    Plant("a rule that is no SPARQL", "ontology/rules/pursues.rq", "  ?situation a sg:Aim ;", "  ?situation a sg:Aim ; %", "is not understood", group="reading"),
    Plant("a question that is no SPARQL", "queries/coordination.rq", "SELECT ?other ?actor", "SELECT ?other ?actor %", "this is no SPARQL", group="reading", at="WHERE {"),
    Plant("a question whose answer is not projected", "queries/durations.rq", "#+ answer: length", "#+ answer: duration", "is not projected", group="reading"),
    Plant("a phrasing with an unknown parameter", "queries/date-of-proposal.rq", "When was {proposal} made?", "When was {plan} made?", "which is no parameter", group="reading"),
    Plant("a question that answers nothing", "queries/coordination.rq", "?actor sg:coordinatesWith ?other .", "?actor sg:coordinatesWith ?other .\n  FILTER (?actor = ?other)", "no answer", group="working", at="#+ question"),
    Plant("a rule that concludes no derived property", "ontology/rules/echoes.rq", "?later sg:echoes ?earlier", "?later sg:resembled ?earlier", "no derived property", group="working"),
    Plant("a derived property without a rule", VIEWS, "sg:echoes\n", block("sg:eases", "a owl:ObjectProperty , sg:DerivedProperty ;", *described("easing")) + "sg:echoes\n", "no rule derives it", group="working", at="sg:DerivedProperty ;\n  rdfs:label \"planted easing"),
    # 5 seeds against shapes
    Plant("a quote that is not in the text", "seeds/chinese-peacekeepers.ttl", "Russia and China were named", "Russia & China were named", "is not in the text", group="seed"),
    Plant("a claim without a polarity", "seeds/background/un-charter.ttl", "sg:polarity sg:affirmed ; ", "", "sg:polarity is missing", group="background", at=":art-"),
    # 4 reasoner
    Plant("a class that nothing can be of", ACTORS, "sg:Official\n", block("sg:Nobody", "a owl:Class ;", "rdfs:subClassOf sg:Actor , sg:Place ;", *described("nobody")) + "sg:Official\n", "nothing can be a sg:Nobody", group="reasoner", at="sg:Nobody"),
    Plant("a membership that queries do not see", "seeds/chinese-peacekeepers.ttl", ":chinas-position\n  a sg:Policy ;", ":chinas-position\n  a sg:Entity ;", "queries do not see", group="reasoner"),
    Plant("a thing of two disjoint classes", "seeds/background/register.ttl", "  a sg:Conflict ;", "  a sg:Conflict , sg:Place ;", "this contradicts the ontology", group="contradiction"),
]  # fmt: skip
GROUPS = tuple(dict.fromkeys(plant.group for plant in PLANTS))


def copied() -> Path:
    home = Path(mkdtemp())
    for folder in ("ontology", "queries", "seeds", "tests/examples"):
        if (CHECKOUT / folder).is_dir():
            shutil.copytree(CHECKOUT / folder, home / folder)
    return home


@cache
def planted(group: str) -> Path:
    """A copy of the project with every plant of the group."""
    home = copied()
    for plant in (each for each in PLANTS if each.group == group):
        path = home / plant.file
        text = path.read_text(encoding="utf-8")
        assert plant.old in text, f"{plant}: {plant.file} no longer has {plant.old!r}"
        path.write_text(text.replace(plant.old, plant.new, 1), encoding="utf-8")
    return home


@cache
def found(group: str) -> tuple[Fault, ...]:
    return tuple(check.run(Home(planted(group)), reasoners=group in ("reasoner", "contradiction")))


@pytest.fixture(scope="module", autouse=True)
def without_traces() -> Iterator[None]:
    yield
    for group in GROUPS:
        shutil.rmtree(planted(group))


def line_of(plant: Plant) -> int:
    text = (planted(plant.group) / plant.file).read_text(encoding="utf-8")
    return text[: text.index(plant.at or plant.new)].count("\n") + 1


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_a_planted_fault_is_found_at_its_file_and_line(plant: Plant) -> None:
    faults = found(plant.group)
    here = [fault for fault in faults if fault.file == plant.file and plant.what in fault.what]
    assert line_of(plant) in {fault.line for fault in here}, "\n".join(map(str, here or faults))
    assert all(fault.why for fault in here), "each fault says what to do"
