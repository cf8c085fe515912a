"""Writing a document in the browser: by keyboard alone from a text to a graph that has it, checked on the way."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests import browsers
from tests.api import HTML
from tests.processes import TOKEN, Kg

STATES = ("France", "Germany", "Poland", "Norway", "Spain", "Italy", "Japan", "Canada", "Türkiye", "Finland")
LINES = [f"The Harbour Plan names {state} as a guarantor of Ukraine." for state in STATES]


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A page at /write of an empty folder's server, which can be written to."""
    folder = tmp_path_factory.mktemp("writing")
    with Kg(folder).serving(KG_TOKEN=TOKEN) as url, browsers.opened() as browser:
        context = browser.new_context(base_url=url)
        opened = context.new_page()
        opened.problems = []  # type: ignore[attr-defined]
        opened.on("console", lambda told: opened.problems.append(told.text) if told.type == "error" else None)  # type: ignore[attr-defined]
        opened.goto("/write")
        yield opened
        refused = [each for each in opened.problems if "422" in each]  # type: ignore[attr-defined]
        assert len(refused) == 1  # a browser tells of each answer that refuses
        assert opened.problems == refused  # type: ignore[attr-defined]


def reach(page: Page, name: str) -> None:
    """Press Tab until a field or button with this id has the focus."""
    for _ in range(60):
        if page.evaluate("document.activeElement.id") == name:
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"Tab does not lead to {name}")


def test_ten_claims_are_written_checked_and_loaded_by_keyboard_alone(page: Page) -> None:
    keys = page.keyboard
    reach(page, "text")
    keys.insert_text("\n".join(LINES))
    reach(page, "new-thing")
    keys.insert_text("Harbour Plan")
    reach(page, "thing-class")
    keys.type("proposal")
    keys.press("Tab")
    keys.press("Enter")
    for number, state in enumerate(STATES):
        page.locator("#text").focus()
        keys.press("Control+Home")
        for _ in range(number):
            keys.press("ArrowDown")
        keys.press("Home")
        keys.press("Shift+End")
        reach(page, "take")
        keys.press("Enter")
        reach(page, "class")
        keys.type("guarantor designation")
        for role, value in (("guarantor", state), ("beneficiary", "Ukraine"), ("proposal", "Harbour Plan")):
            field = page.locator(f"[data-role='{role}']")
            reach(page, str(field.get_attribute("id")))
            keys.insert_text(value)
        keys.press("Enter")
    reach(page, "check")
    keys.press("Enter")
    expect(page.locator("#found")).to_contain_text("No faults. 10 claims.")
    expect(page.locator("#found")).to_contain_text("Harbour Plan – names guarantor – Norway")
    reach(page, "token")
    keys.insert_text(TOKEN)
    reach(page, "load")
    keys.press("Enter")
    expect(page.locator("#found")).to_contain_text("Loaded:")
    base = page.url.removesuffix("/write")
    told = httpx.get(f"{base}/api/v1/questions/guarantors-of-proposal", params={"proposal": "Harbour Plan"}, timeout=60)
    assert {each["label"] for each in told.json()["answers"]} == set(STATES)


def test_a_fault_is_told_with_its_line_and_a_reload_loses_nothing(page: Page) -> None:
    yaml = page.locator("#yaml")
    before = yaml.input_value()
    yaml.fill(before.replace("names France", "names Paris", 1))
    page.reload()
    assert "names Paris" in yaml.input_value()
    page.locator("#check").click()
    expect(page.locator("#found")).to_contain_text("It cannot be loaded so.")
    page.locator("#found button").first.click()
    marked = yaml.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")
    assert "names Paris" in marked
    yaml.fill(before)


def test_drafts_are_confirmed_or_struck(page: Page) -> None:
    yaml = page.locator("#yaml")
    before = yaml.input_value()
    yaml.fill(before.replace("  guarantor designation", "  draft: true\n  guarantor designation"))
    drafts = page.locator("#drafts .draft")
    expect(drafts).to_have_count(10)
    drafts.first.get_by_role("button", name="Confirm").click()
    drafts.last.get_by_role("button", name="Strike").click()
    expect(drafts).to_have_count(8)
    written = yaml.input_value()
    assert (written.count("draft: true"), "Finland" in written) == (8, False)
    yaml.fill(before)


@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_its_window_and_each_field_has_a_label(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    unnamed = page.evaluate(
        "[...document.querySelectorAll('input, select, textarea')].filter(each => !each.labels[0]).map(each => each.id)"
    )
    assert unnamed == []


def test_what_is_examined_is_not_kept(client: httpx.Client) -> None:
    head = "document: note\ntype: news article\nlabel: a note\ntitle: Note\nlanguage: en\n"
    document = f'{head}text: "France is a state."\nclaims: []\n'
    headers = {"Content-Type": "application/yaml"}
    told = client.post("/api/v1/examine", content=document, headers=headers)
    assert (told.status_code, told.json()["claims"]) == (200, []), told.text
    wrong = client.post("/api/v1/examine", content=document.replace("news article", "newspaper"), headers=headers)
    assert (wrong.status_code, wrong.json()["type"]) == (422, "/problems/rejected")
    assert "no class 'newspaper'" in wrong.json()["faults"][0]["what"]
    assert client.get("/api/v1/documents/note").status_code == 404
    claim = "- words: France is a state.\n  guarantor designation: {guarantor: France, proposal: UN mandate}\n"
    many = client.post("/api/v1/examine", content=document.replace("[]\n", "\n" + claim * 301), headers=headers)
    assert (many.status_code, "at most 300" in many.json()["detail"]) == (413, True), many.text
    assert client.post("/api/v1/examine", content=b"x", headers={"Content-Type": "text/plain"}).status_code == 415
    assert client.get("/write", headers={"Accept": HTML}).status_code == 200
