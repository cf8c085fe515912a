"""The ontology's documentation: each term has an entry at its local name, made from the files and nothing else."""

from __future__ import annotations

import re
import shutil
from collections import Counter
from html.parser import HTMLParser
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from api.pages.ontology_pages import ontology_documentation
from kg import glossary
from kg.namespaces import SG
from kg.ontology import schema
from kg.settings import Home
from tests.processes import CHECKOUT


class Page(HTMLParser):
    """Ids, links, and the text of each term's entry."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.loads: list[str] = []
        self.entries: dict[str, str] = {}
        self._open: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids += [str(found["id"])] if "id" in found else []
        self.links += [str(found["href"])] if tag == "a" else []
        self.loads += [str(found[name]) for name in ("src", "srcset", "data", "action") if name in found]
        self.loads += [str(found["href"])] if tag == "link" else []
        if tag == "article":
            self._open = [str(found["aria-labelledby"])]

    def handle_endtag(self, tag: str) -> None:
        if tag == "article":
            self._open = []

    def handle_data(self, data: str) -> None:
        for name in self._open:
            self.entries[name] = self.entries.get(name, "") + data


@pytest.fixture(scope="module")
def html() -> str:
    return ontology_documentation(Home())


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def fetched(url: str, accept: str) -> tuple[str, str, str]:
    """Where the address leads, as what, and what stands there."""
    with urlopen(Request(url, headers={"Accept": accept})) as response:
        return response.url, response.headers.get_content_type(), response.read().decode()


def test_the_documentation_is_served_where_the_ontology_is_named(url: str, html: str) -> None:
    assert fetched(f"{url}/ontology/", "text/html") == (f"{url}/ontology/", "text/html", html)


@pytest.mark.parametrize(
    "name", ["GuarantorDesignation", "canBlock", "guarantor", "possibleGuarantor", "labelTemplate"]
)
def test_the_iri_of_a_term_leads_people_to_its_entry_and_machines_to_its_statements(
    url: str, page: Page, name: str
) -> None:
    address, kind, _ = fetched(f"{url}/ontology/{name}", "text/html")
    assert (address.removeprefix(url), kind) == (f"/ontology/#{name}", "text/html")
    assert name in page.entries
    for kind in ("text/turtle", "application/ld+json"):
        address, answered, said = fetched(f"{url}/ontology/{name}", kind)
        assert answered == kind
        assert name in said


def test_every_term_that_has_an_iri_has_an_entry(page: Page) -> None:
    named = {iri.removeprefix(SG) for iri in schema.read(Home().ontology).files if iri.startswith(SG)} - {""}
    assert {name for name in named if "/" not in name} == page.entries.keys()


def words(page: Page, name: str) -> str:
    return " ".join(page.entries[name].split())


def test_every_term_has_an_entry_at_its_local_name(page: Page) -> None:
    known = schema.read(Home().ontology)
    terms = {iri.removeprefix(SG) for iri in known.classes | known.properties if iri.startswith(SG)}
    assert len(terms) > 200
    assert terms <= page.entries.keys()


def test_no_two_elements_share_an_id_and_no_link_within_the_page_leads_nowhere(page: Page) -> None:
    assert [name for name, count in Counter(page.ids).items() if count > 1] == []
    assert {link[1:] for link in page.links if link.startswith("#")} <= set(page.ids)


def test_nothing_is_loaded_from_elsewhere_and_no_script_runs(html: str, page: Page) -> None:
    assert all(address.startswith("/static/") for address in page.loads), page.loads
    assert "<script" not in html
    assert not re.search(r"\sstyle=|\son\w+=", html)


def test_an_entry_says_what_the_term_means_in_all_its_languages(page: Page) -> None:
    entry = words(page, "State")
    for text in (
        "state",
        "держава",
        "государство",
        "国家",
        "in the sense of international law",
        "Montevideo Convention",
    ):
        assert text in entry


def test_the_entry_of_a_class_of_situations_shows_its_roles_and_how_many_values_each_has(page: Page) -> None:
    entry = words(page, "GuarantorDesignation")
    assert re.search(r"guarantor ?exactly 1 ?actor", entry)
    assert "{guarantor} as guarantor in {proposal}" in entry


def test_the_entry_of_a_derived_property_shows_the_rules_that_make_it_and_how_they_explain_it(page: Page) -> None:
    entry = words(page, "canBlock")
    assert "holds a permanent seat in body" in entry, "the explanation, its variables as words"
    assert "CONSTRUCT" in entry
    assert "Which states can block this proposal, and why?" in entry


def test_an_entry_shows_what_shapes_ask_for(page: Page) -> None:
    assert "Give exactly one sg:act" in words(page, "act")


def test_an_entry_shows_what_a_term_matches_elsewhere(page: Page) -> None:
    assert "prov:actedOnBehalfOf" in words(page, "actsFor")


def test_each_diagram_says_in_words_what_it_shows(html: str) -> None:
    diagrams = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert len(diagrams) > 50
    for diagram in diagrams:
        assert re.search(
            r'role="img" aria-labelledby="\S+ \S+"><title id="\S+">[^<]+</title><desc id="\S+">[^<]+', diagram
        )


@pytest.fixture
def copied(tmp_path: Path) -> Home:
    for folder in ("ontology", "queries", "seeds"):
        shutil.copytree(CHECKOUT / folder, tmp_path / folder)
    return Home(tmp_path)


def test_the_page_follows_the_files(copied: Home) -> None:
    assert "A place where envoys meet." not in ontology_documentation(copied)
    path = copied.ontology / "actors.ttl"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("An entity that is a place", "A place where envoys meet. One"), encoding="utf-8")
    assert "A place where envoys meet." in words(Page(ontology_documentation(copied)), "Place")


def test_two_runs_give_the_same_page(copied: Home) -> None:
    first = ontology_documentation(copied)
    (copied.ontology / "actors.ttl").touch()
    assert ontology_documentation(copied) == first


def test_a_term_is_described_with_what_hangs_on_it() -> None:
    known = schema.read(Home().ontology)
    said = {quad.predicate.value.rpartition("#")[2] for quad in known.describe(SG + "GuarantorDesignation")}
    assert {"subClassOf", "onProperty", "cardinality", "definition"} <= said


def test_a_role_is_counted_as_the_axioms_count_it() -> None:
    roles = {role.name: role.count for role in glossary.read(Home()).entries[SG + "Exclusion"].roles}
    assert roles["excluding"] == "exactly 1"
    assert roles["excluded"] == "1 or more"
