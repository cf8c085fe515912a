"""The pages as a browser shows them: for everybody, at every width, without scripts, with nothing from elsewhere.

Where there is no browser and none can be installed, these tests are left out, which fails where CI is set.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import html5lib
import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests import browsers
from tests.processes import Kg

PAGES = {
    "home": "/",
    "a question": "/questions/claims-made",
    "a question with a parameter": "/questions/proposals-naming-guarantor?guarantor=China",
    "an answer in English": "/ask?q=Which+states+can+block+the+Chinese+initiative%3F",
    "a question declined": "/ask?q=How+many+tanks+does+Russia+have%3F",
    "a question of yes or no": "/ask?q=Is+France+named+as+guarantor+in+the+Istanbul+proposals%3F",
    "the catalogue": "/questions",
    "entities": "/entities",
    "an entity": "/entities/china",
    "claims": "/claims",
    "a claim": "/claims/chinese-peacekeepers/s05-2",
    "sources": "/sources",
    "a source": "/sources/chinese-peacekeepers",
    "a sentence of a source": "/sources/chinese-peacekeepers?sentence=5&certainty=asserted",
    "the background": "/sources?background=true",
    "words in their place": "/sources/chinese-peacekeepers?start=605&end=773",
    "who says what": "/stances",
    "who says what about a thing": "/stances?about=China&source=the+article",
    "when": "/timeline",
    "when, about a thing": "/timeline?about=China",
    "the API": "/docs",
    "the data set": "/void",
    "a rule": "/about/ontology/rules/can-block",
    "a comparison": "/compare",
    "the graph around proposals": "/network",
    "the graph around a thing": "/network?about=China",
    "a proof": "/why?subject=France&predicate=can+block&object=Chinese+peacekeeping+initiative",
    "a form for proofs": "/why",
    "the ontology": "/ontology/",
    "terms that are sought": "/ontology/?q=guarantor",
    "a class": "/terms/GuarantorDesignation",
    "a property that rules make": "/terms/canBlock",
    "what is stated of a term": "/about/ontology/GuarantorDesignation",
    "a graph": "/about/graph/background",
    "a field that is wrong": "/claims?speaker=analists&certainty=asserted",
    "a comparison of what is not there": "/compare?proposals=Atlantis+plan",
    "a proof of what does not hold": "/why?subject=France&predicate=can+block&object=China",
    "labels in another language": "/entities/china?lang=uk",
    "SPARQL": "/sparql",
    "a query answered": "/query?query=SELECT+%3Fp+%7B+%3Fp+sg%3AnamesGuarantor+id%3Achina+%7D",
    "what a document may say": "/classes",
    "a query that is none": "/query?query=SELECT+nothing",
    "what is not here": "/entities/atlantis",
    "a name that is not known": "/questions/proposals-naming-guarantor?guarantor=Chnia",
}
SCRIPTS = {"/": "ask.js", "/ask": "ask.js", "/sparql": "editor.js", "/query": "editor.js"}  # what helps who writes
WIDTHS = (1280, 390)
FOLLOWED = 3  # links of one kind, at the beginning and the end of a page
SAID = "Russia and China were named as security guarantors under a UN mandate"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsers.opened() as browser:
        yield browser


@pytest.fixture
def context(chromium: Browser, url: str) -> Iterator[BrowserContext]:
    """Without scripts, as the pages must work."""
    opened = chromium.new_context(base_url=url, java_script_enabled=False, viewport={"width": 1280, "height": 900})
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_can_be_used_by_everybody_and_needs_nothing_from_elsewhere(
    chromium: Browser, url: str, name: str, width: int
) -> None:
    """By axe-core, in a narrow and a wide window; it loads from here alone, and nothing sticks out at its side."""
    context = chromium.new_context(base_url=url, viewport={"width": width, "height": 900})
    page, elsewhere, complaints = context.new_page(), [], []
    page.on("request", lambda request: elsewhere.append(request.url) if not request.url.startswith(url) else None)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(PAGES[name])
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    at_load = list(complaints)  # axe-core itself tries styles that the pages forbid
    found = Axe().run(page)
    context.close()
    assert found.response["passes"]
    assert found.violations_count == 0, found.generate_report()
    assert elsewhere == []
    assert [each for each in at_load if "Failed to load resource" not in each] == []


def test_a_question_is_asked_and_followed_to_its_words_in_the_text(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Ask a question in English").fill("Which proposals name China as guarantor?")
    page.get_by_role("button", name="Ask").click()
    answer = page.locator(".answer")
    assert "Istanbul proposals (2022)" in answer.inner_text()
    assert "Chinese peacekeeping initiative" not in answer.inner_text()
    page.get_by_role("link", name=re.compile("in its place")).first.click()
    marked = page.locator("mark.here")
    assert SAID in " ".join(marked.all_inner_texts())
    assert marked.first.bounding_box()["y"] < 900  # type: ignore[index]


def test_a_question_of_the_catalogue_is_narrowed_by_its_fields(page: Page) -> None:
    page.goto("/questions/claims-made")
    page.get_by_label("speaker").first.fill("analysts")
    page.get_by_role("button", name="Answer").click()
    assert "veto" in page.locator(".numbered").inner_text()
    page.get_by_label("speaker").first.fill("Atlantis")
    page.get_by_role("button", name="Answer").click()
    assert page.get_by_role("heading", level=1).inner_text().startswith("Who says what")
    assert page.get_by_label("speaker").first.input_value() == "Atlantis"
    assert "Atlantis" in page.get_by_role("alert").inner_text()


def test_a_misspelt_name_stays_in_its_field_and_is_mended_by_a_link(page: Page) -> None:
    answer = page.goto("/questions/proposals-naming-guarantor?guarantor=Chnia&inferred=false")
    assert answer is not None
    assert answer.status == 422
    assert page.get_by_label("guarantor").get_attribute("aria-invalid") == "true"
    page.get_by_role("alert").get_by_role("link", name="China", exact=True).click()
    assert "Istanbul proposals (2022)" in page.locator(".answer").inner_text()
    assert "inferred=false" in page.url


def test_a_bare_name_leads_to_its_page(page: Page) -> None:
    page.goto("/")
    page.get_by_label("Ask a question in English").fill("Beijing")
    page.get_by_role("button", name="Ask").click()
    assert page.url.endswith("/entities/china")


def test_a_language_is_kept_from_page_to_page(page: Page) -> None:
    page.goto("/entities/china?lang=uk")
    assert page.locator("html").get_attribute("lang") == "uk"
    page.get_by_role("link", name="Claims", exact=True).click()
    assert "lang=uk" in page.url
    page.get_by_role("button", name="Show").click()
    assert "lang=uk" in page.url


def test_an_inferred_row_leads_to_its_proof_and_an_answer_can_be_cited(page: Page) -> None:
    page.goto("/questions/states-able-to-block")
    page.locator("table").get_by_role("link", name=re.compile("^why")).first.click()
    assert "can block" in page.get_by_role("heading", level=2).first.inner_text()
    page.go_back()
    page.get_by_text("BibTeX").click()
    assert "@misc{" in page.get_by_role("region", name="BibTeX").inner_text()
    page.get_by_role("link", name="open its query in the editor").click()
    assert "SELECT" in page.locator("textarea").input_value()


def test_a_source_is_read_sentence_by_sentence(page: Page) -> None:
    page.goto("/sources/chinese-peacekeepers")
    page.locator(".text").get_by_label("What sentence 5 says").click()
    assert page.get_by_role("heading", name="Sentence 5").is_visible()
    said = page.locator(".beside article.claim")
    every = said.count()
    assert every > 1
    page.get_by_text("Show only some claims").click()
    page.get_by_label("opposed").select_option("denied")
    page.get_by_role("button", name="Show").click()
    denied = page.locator("article.claim").all_inner_texts()
    assert all("den" in each for each in denied)
    assert page.locator("mark").count() < 10


def test_a_table_shows_who_affirms_denies_reports_or_is_silent_and_opens_the_words(page: Page) -> None:
    page.goto("/stances?about=China")
    row = page.get_by_role("row", name=re.compile("^readiness of China"))
    assert "silent" in row.inner_text()
    assert row.get_by_text("reported").count() >= 2
    row.get_by_label("Chinese diplomats: affirmed").click()
    assert "signaling their readiness" in row.inner_text()


def test_the_catalogue_has_every_question_once_under_a_topic(page: Page) -> None:
    page.goto("/questions")
    links = page.locator("main section li > a")
    names = [each.get_attribute("href") for each in links.all()]
    assert len(names) == len(set(names)) > 100
    assert page.get_by_role("heading", name="Guarantees").is_visible()


def test_a_term_is_sought_and_leads_to_those_around_it(page: Page) -> None:
    page.goto("/ontology/")
    page.get_by_label("Find a term").fill("guarantor designation")
    page.get_by_role("button", name="Find").click()
    page.locator("main").get_by_role("link", name="guarantor designation").first.click()
    assert page.url.endswith("/terms/GuarantorDesignation")
    page.get_by_role("table").get_by_role("link", name="guarantor", exact=True).click()
    assert page.get_by_role("heading", level=1).inner_text().lower() == "guarantor"


def test_claims_are_filtered_and_one_is_opened(page: Page) -> None:
    page.goto("/claims")
    page.get_by_label("Certainty").select_option("possible")
    page.get_by_role("button", name="Show").click()
    titles = page.locator("article.claim a")
    assert titles.count() > 1
    assert {"possible"} <= set(page.locator("article.claim").first.inner_text().split())
    titles.first.click()
    assert page.get_by_role("heading", name="What it is about").is_visible()


def test_an_inference_is_followed_to_its_proof(page: Page) -> None:
    page.goto("/entities/france")
    page.get_by_role("link", name=re.compile("^why")).last.click()
    assert "by the rule" in page.locator(".proof").inner_text()
    assert page.locator(".proof blockquote, .proof figure").count() > 2
    drawn = page.get_by_role("region", name="Picture of the proof")
    assert "France –" in " ".join(drawn.locator(".boxed").all_text_contents())
    assert drawn.locator("a .quote").count() > 2
    assert "No source says that" in page.locator(".proof").inner_text()
    for step in page.locator(".proof details > ul").all():
        quotes = step.locator("> li > figure").all_inner_texts()
        assert len(quotes) == len(set(quotes))


def test_a_comparison_says_silent_where_nothing_is_said(page: Page) -> None:
    page.goto("/compare")
    row = page.get_by_role("row", name=re.compile("names guarantor"))
    assert "silent" in row.inner_text().lower()
    assert "China" in row.inner_text()


def test_the_graph_around_a_proposal_leads_on_to_that_around_another_thing(page: Page) -> None:
    page.goto("/network")
    page.locator("main").get_by_role("link", name="Istanbul proposals (2022)").click()
    around = page.get_by_role("region", name="Diagram of the graph around Istanbul proposals (2022)")
    around.get_by_role("link", name="Russia").first.click()
    assert page.get_by_role("heading", level=1).inner_text() == "The graph around Russia"
    told = page.locator("svg desc").first.text_content() or ""
    rows = [row.split("\t")[0] for row in page.locator("table tbody tr").all_inner_texts()]
    assert len(rows) == len(told.split("; ")) > 5
    assert "Russia – can block – Istanbul proposals (2022)" in told
    assert any("can block" in row and "Istanbul" in row for row in rows)
    assert page.get_by_role("link", name="why").count() >= len(rows)


def test_the_keyboard_alone_reaches_the_content_and_the_field(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")  # the link that skips the navigation
    assert page.url.endswith("#main-content")


class Links(HTMLParser):
    """The addresses that a page links to or sends forms to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, None] = {}
        self.ids: set[str] = set()
        self.feed(text)

    def handle_starttag(self, _: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        self.ids.add(given.get("id") or "")
        for name in ("href", "src"):
            if given.get(name):
                self.found[str(given[name])] = None


def some_of_each_kind(targets: dict[str, str]) -> Iterator[tuple[str, str]]:
    kinds: dict[str, list[tuple[str, str]]] = {}
    for target, link in targets.items():
        kinds.setdefault(re.split(r"\?|/[^/]*$", target)[0], []).append((target, link))
    for each in kinds.values():
        yield from each if len(each) <= 2 * FOLLOWED else (*each[:FOLLOWED], *each[-FOLLOWED:])


def test_every_link_of_every_page_leads_to_something(own_kg: Kg) -> None:
    """Two steps deep from each page; a link to a place in its page leads to an element there.

    Of a page's links that lead to one kind of address, the first and the last few are followed.
    """
    with own_kg.serving() as url, httpx.Client(base_url=url, timeout=60, follow_redirects=True) as client:
        headers, seen, broken = {"Accept": "text/html,*/*;q=0.8"}, dict[str, int](), []
        for address in PAGES.values():
            links = Links(client.get(address, headers=headers).text)
            broken += [(address, link) for link in links.found if link[0] == "#" and link[1:] not in links.ids]
            targets = {urldefrag(urljoin(url + address, link)).url: link for link in links.found if link[0] != "#"}
            for target, link in some_of_each_kind(targets):
                if target.startswith(url) and target not in seen:
                    seen[target] = client.get(target, headers=headers).status_code
                    broken += [(address, link)] if seen[target] != 200 else []
    assert len(seen) > 200
    assert broken == []


def test_a_source_prints_with_its_marks_and_all_that_it_says(page: Page) -> None:
    page.goto("/sources/chinese-peacekeepers?sentence=5")
    page.emulate_media(media="print")
    style = "each => { const style = getComputedStyle(each); return [style.printColorAdjust, style.backgroundColor] }"
    exact, background = page.locator(".text mark").first.evaluate(style)
    assert exact == "exact"
    assert background != "rgba(0, 0, 0, 0)"
    assert page.locator(".beside").evaluate("each => getComputedStyle(each).overflowY") == "visible"
    assert not page.locator(".masthead ul").is_visible()


def test_a_proof_prints_with_what_is_folded_and_its_picture_within_the_paper(page: Page) -> None:
    page.goto(PAGES["a proof"])
    page.set_viewport_size({"width": 700, "height": 1000})
    page.emulate_media(media="print")
    folded = page.locator(".proof details:not([open]) > ul").first
    assert (folded.bounding_box() or {"height": 0})["height"] > 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 700
    assert page.locator(".diagram .quote").count() > 2


def test_marks_stay_where_the_system_forces_its_colours(page: Page) -> None:
    page.goto("/sources/chinese-peacekeepers")
    page.emulate_media(forced_colors="active")
    colour = "each => getComputedStyle(each).backgroundColor"
    assert page.locator(".text mark").first.evaluate(colour) != page.locator("body").evaluate(colour)
    page.goto("/stances?about=China")
    kinds = {each: page.locator(f"td .tag.{each}").first for each in ("covered", "inferred", "silent")}
    borders = {kind: tag.evaluate("each => getComputedStyle(each).borderStyle") for kind, tag in kinds.items()}
    assert borders == {"covered": "solid", "inferred": "dotted", "silent": "dashed"}


def test_pictures_are_taken_wide_and_narrow_in_both_themes(chromium: Browser, url: str, tmp_path: Path) -> None:
    from tests import screenshots  # which has this module's pages

    taken = screenshots.take(chromium, url, tmp_path, ["the catalogue"])
    assert {path.name for path in taken} == {
        f"the-catalogue-{width}-{theme}.png" for width in WIDTHS for theme in ("light", "dark")
    }
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in taken)


@pytest.mark.parametrize("name", list(PAGES))
def test_a_page_is_html_without_a_fault(url: str, name: str) -> None:
    """As the standard's parser reads it; no id stands twice, and what is named by an id is there."""
    text = httpx.get(url + PAGES[name], headers={"Accept": "text/html"}, timeout=60).text
    tree = html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(text)
    ids = [each.get("id") for each in tree.iter() if each.get("id")]
    assert len(ids) == len(set(ids))
    for attribute in ("for", "list", "aria-labelledby", "aria-describedby"):
        named = {part for each in tree.iter() for part in (each.get(attribute) or "").split()}
        assert named <= set(ids), attribute


def test_pages_forbid_what_they_do_not_need(url: str) -> None:
    for path in PAGES.values():
        answer = httpx.get(url + path, headers={"Accept": "text/html"}, timeout=60)
        policy = answer.headers.get("content-security-policy", "")
        assert "default-src 'none'" in policy, path
        assert "http:" not in policy, path
        scripts = [script for start, script in SCRIPTS.items() if path == start or path.startswith(f"{start}?")]
        assert re.findall(r'<script src="/static/([^"]+)" defer>', answer.text) == scripts, path
        assert answer.text.count("<script") == len(scripts), path
        assert "'unsafe" not in policy, path
