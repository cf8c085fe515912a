"""SPARQL in the browser: an editor where scripts run, a form where they do not; answers with labels, and as files."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Browser, Page

from tests import browsers
from tests.processes import CHECKOUT

NAMED = "SELECT ?proposal ?guarantor { ?proposal sg:namesGuarantor ?guarantor }"
BROKEN = "SELECT ?p {\n ?p sg:namesGuarantor }"
COUNTED = "SELECT ?graph (COUNT(*) AS ?statements) { GRAPH ?graph { ?s ?p ?o } } GROUP BY ?graph ORDER BY ?graph"


def shown(url: str, **given: str) -> str:
    answer = httpx.get(f"{url}/query", params=given, headers={"Accept": "text/html"})
    assert answer.status_code == 200
    return answer.text


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with browsers.opened() as browser:
        yield browser


@pytest.fixture(params=[(1280, "light"), (390, "dark")], ids=["wide and light", "narrow and dark"])
def page(chromium: Browser, url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page that makes no request elsewhere and leaves nothing in the console."""
    width, scheme = request.param
    context = chromium.new_context(base_url=url, viewport={"width": width, "height": 900}, color_scheme=scheme)
    page, complaints = context.new_page(), []
    page.on("request", lambda sent: complaints.append(sent.url) if not sent.url.startswith(url) else None)
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    yield page
    context.close()
    assert complaints == []


def test_things_are_shown_by_their_labels_with_the_name_that_a_query_needs(url: str) -> None:
    text = shown(url, query=NAMED)
    assert "Istanbul proposals (2022)</a>" in text
    assert re.search(r">China</a> <span class=\"iri quiet\">id:china</span>", text)


def test_every_question_of_the_catalogue_opens_as_a_query(url: str) -> None:
    listed = re.findall(
        r'href="/query\?question=([\w-]+)"', httpx.get(f"{url}/sparql", headers={"Accept": "text/html"}).text
    )
    assert sorted(listed) == sorted(path.stem for path in (CHECKOUT / "queries").glob("*.rq"))
    text = shown(url, question="proposals-naming-guarantor")
    assert "#+" not in text
    assert "Istanbul proposals (2022)</a>" in text
    unknown = httpx.get(f"{url}/query", params={"question": "nothing-of-the-kind"}, headers={"Accept": "text/html"})
    assert unknown.status_code == 404


def test_a_name_that_is_no_term_is_told_with_the_nearest_and_the_query_that_has_it(url: str) -> None:
    text = shown(url, query="SELECT ?p {\n ?p sg:namesGarantor id:china }")
    assert "No term <code>sg:namesGarantor</code> is in the ontology (line 2)." in text
    link = re.search(r'Did you mean <a href="([^"]+)"><code>sg:namesGuarantor</code>', text)
    assert link
    mended = httpx.get(url + link[1].replace("&amp;", "&"), headers={"Accept": "text/html"}).text
    assert "Istanbul proposals (2022)</a>" in mended
    assert "No term" not in mended
    own = "PREFIX other: <https://example.org/> SELECT * { ?s other:namesGarantor ?o ; a sg:Guarantor_ }"
    assert re.findall(r"No term <code>([^<]*)</code>", shown(url, query=own)) == ["sg:Guarantor_"]


def test_a_column_of_counts_has_bars_and_one_of_years_below_nothing_has_none(url: str) -> None:
    text = shown(url, query=COUNTED)
    parts = [float(part) for part in re.findall(r'<rect width="([\d.]+)"', text)]
    assert max(parts) == 100
    assert len(parts) == len(re.findall(r"<tr><td>", text))
    assert "<rect" not in shown(url, query="SELECT ?n { VALUES ?n { -4 7 } }")


def test_the_answer_is_had_as_files_and_by_a_link_that_holds_the_query(url: str) -> None:
    text = shown(url, query=NAMED, inferred="false")
    links = dict(reversed(pair) for pair in re.findall(r'<a href="([^"]+)">(CSV|TSV|JSON|Permanent link)</a>', text))
    rows = list(csv.reader(io.StringIO(httpx.get(url + links["CSV"].replace("&amp;", "&")).text)))
    assert rows[0] == ["proposal", "guarantor"]
    direct = {"query": NAMED, "inferred": "false", "format": "text/csv"}
    assert rows == list(csv.reader(io.StringIO(httpx.get(f"{url}/sparql", params=direct).text)))
    assert links["Permanent link"].replace("&amp;", "&") == f"/query?{urlencode({'query': NAMED, 'inferred': 'false'})}"


def test_a_query_is_typed_with_what_completes_it_and_run_by_the_keyboard(page: Page) -> None:
    page.goto("/sparql")
    page.get_by_text("Query", exact=True).click()
    page.keyboard.press("Control+a")
    page.keyboard.type("SELECT ?proposal { ?proposal sg:namesGua")
    page.get_by_role("option", name="sg:namesGuarantor").wait_for()
    page.wait_for_timeout(150)  # the editor takes no choice within its first moments
    page.keyboard.press("Enter")
    page.keyboard.type(" Chin")
    page.get_by_role("option", name=re.compile("^China")).first.wait_for()
    page.wait_for_timeout(150)
    page.keyboard.press("Enter")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/query?**")
    assert "id:china" in page.locator(".cm-content").inner_text()
    assert page.locator("tbody tr").all_inner_texts()[0].startswith("Istanbul proposals (2022)")
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]  # type: ignore[index]


def test_a_fault_is_marked_at_its_place_and_rows_are_put_in_order(page: Page) -> None:
    page.goto(f"/query?{urlencode({'query': BROKEN})}")
    assert "line 2, column" in page.get_by_role("alert").inner_text()
    assert page.locator(".fault-here").count() == 1
    page.goto(f"/query?{urlencode({'query': COUNTED})}")
    numbers = page.locator("tbody td:nth-child(2)")
    for order in (1, -1):
        page.get_by_role("button", name="statements").click()
        counts = [int(text) for text in numbers.all_inner_texts()]
        assert counts == sorted(counts)[::order]


def test_the_editor_is_the_build_whose_digest_is_recorded_and_names_no_place_outside() -> None:
    built = (CHECKOUT / "api" / "static" / "editor.js").read_bytes()
    assert (CHECKOUT / "web" / "editor.sha256").read_text() == f"{hashlib.sha256(built).hexdigest()}  editor.js\n"
    assert set(re.findall(rb"https?://[\w.-]+", built)) <= {b"http://www.w3.org"}
