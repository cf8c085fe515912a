"""The ontology's documentation: an overview, and a page a term, made from the files; the graph gives a count alone."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from api.pages.ontology_pages import documentation, overview
from kg import glossary
from kg.namespaces import SG
from kg.ontology import schema
from kg.settings import Home
from tests.processes import CHECKOUT


class Page(HTMLParser):
    """Ids, links, and the text of a term's entry."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.entry = ""
        self._open = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [str(found["id"])] if "id" in found else []
        self.links += [str(found["href"])] if tag == "a" else []
        self.loads += [str(found[name]) for name in ("src", "srcset", "data", "action") if name in found]
        self.loads += [str(found["href"])] if tag == "link" else []
        if tag == "article":
            self._open = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._open = False

    def handle_data(self, data: str) -> None:
        self.entry += data if self._open else ""


@pytest.fixture(scope="module")
def html() -> str:
    return overview(Home())


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


@pytest.fixture(scope="module")
def terms() -> dict[str, str]:
    """Each term's page, by its local name."""
    names = [iri.removeprefix(SG) for iri in glossary.read(Home()).entries]
    return {name: documentation(Home(), name) or "" for name in names}


def fetched(url: str, accept: str) -> tuple[str, str, str]:
    """Where the address leads, as what, and what stands there."""
    with urlopen(Request(url, headers={"Accept": accept})) as response:
        return response.url, response.headers.get_content_type(), response.read().decode()


def test_the_documentation_is_served_where_the_ontology_is_named(url: str, html: str) -> None:
    assert fetched(f"{url}/ontology/", "text/html") == (f"{url}/ontology/", "text/html", html)


@pytest.mark.parametrize(
    "name", ["GuarantorDesignation", "canBlock", "guarantor", "possibleGuarantor", "labelTemplate"]
)
def test_the_iri_of_a_term_leads_people_to_its_entry_and_machines_to_its_statements(url: str, name: str) -> None:
    address, kind, text = fetched(f"{url}/ontology/{name}", "text/html")
    assert (address.removeprefix(url), kind) == (f"/terms/{name}", "text/html")
    assert f"{SG}{name}" in Page(text).entry
    for kind in ("text/turtle", "application/ld+json"):
        address, answered, said = fetched(f"{url}/ontology/{name}", kind)
        assert answered == kind
        assert name in said


def test_every_term_that_has_an_iri_has_a_page_and_a_place_in_the_index(page: Page, terms: dict[str, str]) -> None:
    named = {iri.removeprefix(SG) for iri in schema.read(Home().ontology).files if iri.startswith(SG)} - {""}
    assert {name for name in named if "/" not in name} == terms.keys()
    assert terms.keys() <= set(page.ids)


def words(html: str) -> str:
    return " ".join(Page(html).entry.split())


def test_every_class_and_property_has_a_page(terms: dict[str, str]) -> None:
    known = schema.read(Home().ontology)
    named = {iri.removeprefix(SG) for iri in known.classes | known.properties if iri.startswith(SG)}
    assert len(named) > 200
    assert named <= terms.keys()


def test_no_two_elements_share_an_id_and_no_link_leads_nowhere(html: str, terms: dict[str, str]) -> None:
    for text in (html, *terms.values()):
        page = Page(text)
        assert [name for name, count in Counter(page.ids).items() if count > 1] == []
        assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids) | {"main-content"}
        assert {link.removeprefix("/terms/") for link in page.links if link.startswith("/terms/")} <= terms.keys()


def test_nothing_is_loaded_from_elsewhere_no_script_runs_and_no_page_is_large(html: str, terms: dict[str, str]) -> None:
    for text in (html, *terms.values()):
        page = Page(text)
        assert all(address.startswith(("/static/", "/data/", "/ontology/")) for address in page.loads), page.loads
        assert "<script" not in text
        assert not re.search(r"\sstyle=|\son\w+=", text)
        assert len(text.encode()) < 200_000


@pytest.mark.parametrize(
    ("sought", "first"),
    [("guarantor", "guarantor"), ("держава", "State"), ("can block", "canBlock"), ("Montevideo", "")],
)
def test_a_term_is_found_by_its_names_in_any_language(sought: str, first: str) -> None:
    found = [entry.name for entry in glossary.read(Home()).find(sought)]
    assert found[:1] == ([first] if first else [])


def test_a_page_tells_how_much_the_graph_says_by_the_term(url: str) -> None:
    for name, told in (("GuarantorDesignation", "things"), ("canBlock", "statements")):
        assert re.search(rf"In the graph [1-9]\d* {told}", words(fetched(f"{url}/terms/{name}", "text/html")[2]))


def test_an_entry_says_what_the_term_means_in_all_its_languages(terms: dict[str, str]) -> None:
    entry = words(terms["State"])
    for text in (
        "state",
        "держава",
        "государство",
        "国家",
        "in the sense of international law",
        "Montevideo Convention",
    ):
        assert text in entry


def test_the_entry_of_a_class_of_situations_shows_its_roles_and_how_many_values_each_has(terms: dict[str, str]) -> None:
    entry = words(terms["GuarantorDesignation"])
    assert re.search(r"guarantor ?exactly 1 ?actor", entry)
    assert "{guarantor} as guarantor in {proposal}" in entry


def test_the_entry_of_a_derived_property_shows_the_rules_that_make_it_and_how_they_explain_it(
    terms: dict[str, str],
) -> None:
    entry = words(terms["canBlock"])
    assert "holds a permanent seat in body" in entry, "the explanation, its variables as words"
    assert "CONSTRUCT" in entry
    assert "Which states can block this proposal, and why?" in entry


def test_an_entry_shows_what_shapes_ask_for(terms: dict[str, str]) -> None:
    assert "Give exactly one sg:act" in words(terms["act"])


def test_an_entry_shows_what_a_term_matches_elsewhere(terms: dict[str, str]) -> None:
    assert "prov:actedOnBehalfOf" in words(terms["actsFor"])


def test_each_diagram_says_in_words_what_it_shows(html: str, terms: dict[str, str]) -> None:
    diagrams = re.findall(r"<svg.*?</svg>", html + "".join(terms.values()), re.DOTALL)
    assert len(diagrams) > 50
    for diagram in diagrams:
        assert re.search(
            r'role="group" aria-labelledby="\S+ \S+"><title id="\S+">[^<]+</title><desc id="\S+">[^<]+', diagram
        )


@pytest.fixture
def copied(tmp_path: Path) -> Home:
    for folder in ("ontology", "queries", "seeds"):
        shutil.copytree(CHECKOUT / folder, tmp_path / folder)
    return Home(tmp_path)


def test_the_page_follows_the_files(copied: Home) -> None:
    assert "A place where envoys meet." not in str(documentation(copied, "Place"))
    path = copied.ontology / "actors.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("An entity that is a place", "A place where envoys meet. One"), encoding="utf-8")
    assert "A place where envoys meet." in words(str(documentation(copied, "Place")))


def test_two_runs_give_the_same_page(copied: Home) -> None:
    first = overview(copied), documentation(copied, "State")
    (copied.ontology / "actors.ttl").touch()
    assert (overview(copied), documentation(copied, "State")) == first


def test_a_term_is_described_with_what_hangs_on_it() -> None:
    known = schema.read(Home().ontology)
    said = {quad.predicate.value.rpartition("#")[2] for quad in known.describe(SG + "GuarantorDesignation")}
    assert {"subClassOf", "onProperty", "cardinality", "definition"} <= said


def test_a_role_is_counted_as_the_axioms_count_it() -> None:
    roles = {role.name: role.count for role in glossary.read(Home()).entries[SG + "Exclusion"].roles}
    assert roles["excluding"] == "exactly 1"
    assert roles["excluded"] == "1 or more"
