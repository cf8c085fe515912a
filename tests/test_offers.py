"""What is not surely understood is offered: on every way in, and never answered as if part of it were not there."""

from __future__ import annotations

import html
import os
import pty
import subprocess
import sys
from urllib.parse import quote_plus

import httpx
import pytest
from pydantic import TypeAdapter

from kg.graph import KnowledgeGraph
from kg.model import Answer, NotAnswered, as_json
from tests.processes import Kg

PLAIN = "Which proposals name China as guarantor?"
UNSURE = "Which states cannot block the Chinese initiative?"  # nothing lists all states


def told(graph: KnowledgeGraph, text: str) -> set[str] | None:
    """The answers' labels; None where it is not answered."""
    found = graph.ask(text)
    return {cell.label for cell in found.answers} if isinstance(found, Answer) else None


@pytest.mark.parametrize(
    "text",
    [
        "Which proposals name China as guarantor, according to Macron?",
        "Which proposals by Germany name China as guarantor?",
        "Which proposals name China as guarantor in Geneva?",
        "which proposals name atlantis as guarantor",
        "Which proposals name China and Atlantis as guarantors?",
        "Which proposals name China as guarantor in the UN Charter?",
        "Which proposals of 2023 name China as guarantor?",
        "Which 3 proposals name China as guarantor?",
        "Which proposals named China as guarantor before 2020?",
        "Which proposals do not name China as guarantor?",
        "Which proposals never named China as guarantor?",
        "Which proposals fail to name China as guarantor?",
        "Which proposals name neither China nor Russia as guarantor?",
        "Which proposals name only China as guarantor?",
        "Which proposals besides the Istanbul proposals name China as guarantor?",
    ],
)
def test_no_name_number_or_denial_is_passed_over(seeded: KnowledgeGraph, text: str) -> None:
    """The answer is another one, or there is none."""
    assert told(seeded, PLAIN) == {"Istanbul proposals (2022)"}
    assert told(seeded, text) != told(seeded, PLAIN)


def test_what_is_denied_or_named_apart_is_not_answered(seeded: KnowledgeGraph) -> None:
    """Where the graph lists all that there are, the rest is; else nothing."""
    assert told(seeded, "Which proposals do not name China as guarantor?") == {"Chinese peacekeeping initiative"}
    assert told(seeded, "Who besides China can block the Chinese initiative?") in (
        None, {"France", "Russia", "United Kingdom", "United States"},
    )  # fmt: skip
    assert told(seeded, UNSURE) is None


@pytest.mark.parametrize("name", ["Atlantis", "Trump", "Geneva"])
def test_a_name_of_nothing_here_is_named_as_such(seeded: KnowledgeGraph, name: str) -> None:
    found = seeded.ask(f"Which proposals name {name} as guarantor?")
    assert isinstance(found, NotAnswered)
    assert name in found.reason


@pytest.mark.parametrize(
    "text",
    ["Who won the football world cup?", "How many tanks does Russia have?", "Recommend me a hotel in Istanbul."],
)
def test_of_what_is_out_of_scope_it_is_told_that_nothing_is_here(seeded: KnowledgeGraph, text: str) -> None:
    found = seeded.ask(text)
    assert isinstance(found, NotAnswered)
    assert "nothing" in found.reason


@pytest.mark.parametrize(
    "text",
    [
        "What is Germany's line on the Chinese initiative?",
        "Please draft a two-paragraph press line on the Chinese initiative.",
        "Will the Security Council ever be enlarged?",
        "When do the Chinese troops arrive in Kyiv?",
        "Who would not be barred from the contingent in Ukraine?",
        "Which contingents do not bar Western peacekeepers?",
        "Which agreements have lapsed?",
        "Which agreements were signed?",
    ],
)
def test_what_people_ask_in_vain_is_not_answered(seeded: KnowledgeGraph, text: str) -> None:
    assert told(seeded, text) in (None, set())


def test_an_offer_has_what_the_routes_take(client: httpx.Client) -> None:
    """Its text asked, and its name with its parameters, give the same rows."""
    found = client.get("/api/v1/ask", params={"q": "Which guarantees did Russia and the proposal have?"}).json()
    assert found["answered"] is False
    assert 1 <= len(found["offers"]) <= 3
    assert found["suggestions"] == [offer["question"] for offer in found["offers"]]
    for offer in found["offers"]:
        assert set(offer) == {"name", "parameters", "question"}
        by_text = client.get("/api/v1/ask", params={"q": offer["question"]}).json()
        assert by_text["answered"] is True
        assert by_text["matched"][0]["name"] == offer["name"]
        by_name = client.get(f"/api/v1/questions/{offer['name']}", params=offer["parameters"])
        assert by_name.status_code == 200, by_name.text
        if "[" not in offer["question"]:  # nothing is asked of it besides
            assert by_name.json()["rows"] == by_text["rows"]


def test_what_is_not_answered_is_read_back_as_it_was_written(seeded: KnowledgeGraph) -> None:
    found = seeded.ask(UNSURE)
    assert isinstance(found, NotAnswered)
    assert TypeAdapter(Answer | NotAnswered).validate_json(as_json(found)) == found


def test_a_page_has_a_link_for_each_offer(client: httpx.Client, seeded: KnowledgeGraph) -> None:
    found = seeded.ask(UNSURE)
    assert isinstance(found, NotAnswered)
    page = client.get("/ask", params={"q": UNSURE}).text
    assert html.escape(found.reason) in page
    for offer in found.offers:
        assert f"/ask?q={quote_plus(offer.question, safe='')}" in page.replace("%20", "+")
        assert client.get("/ask", params={"q": offer.question}).status_code == 200


def test_where_nobody_is_at_the_terminal_offers_are_only_listed(kg: Kg) -> None:
    ran = kg("ask", UNSURE)
    assert ran.code == 1
    listed = [line for line in ran.stdout.splitlines() if line.startswith("  ")]
    assert [line.split()[0] for line in listed if line.split()[0].isdigit()] == ["1", "2", "3"]


@pytest.mark.parametrize(("typed", "code"), [("2\n", 0), ("\n", 1), ("7\n", 1), ("\x04", 1)])
def test_a_number_takes_an_offer_and_anything_else_none(kg: Kg, typed: str, code: int) -> None:
    ended, shown = at_a_terminal(kg, typed, "ask", "Tell me who China Russia guarantor?")
    assert shown.count("You could ask:") == 1, shown
    assert "Which one? 1-" in shown
    assert "Traceback" not in shown
    assert ended == code, shown
    assert ("Understood as" in shown) is (code == 0)


def at_a_terminal(kg: Kg, typed: str, *arguments: str) -> tuple[int, str]:
    """How a command ends that somebody runs at a terminal, who types this, and what is shown there."""
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "kg.cli", *arguments]
    environment = kg.environment | {"TERM": "dumb", "COLUMNS": "200"}
    with subprocess.Popen(
        command, cwd=kg.folder, env=environment, stdin=theirs, stdout=theirs, stderr=theirs
    ) as running:
        os.close(theirs)
        shown = b""
        while chunk := read(ours):
            shown += chunk
            if typed and b"for none" in shown:
                os.write(ours, typed.encode())
                typed = ""
    os.close(ours)
    return running.returncode, shown.decode()


def read(terminal: int) -> bytes:
    """What comes next; nothing once the other side is closed (which Linux tells as an error)."""
    try:
        return os.read(terminal, 1 << 16)
    except OSError:
        return b""


@pytest.mark.parametrize(
    ("typed", "due"),
    [
        ("Which proposals name Chi", "Which proposals name China"),
        ("which proposals name", "Which proposals name this actor as guarantor?"),
        ("Istan", "Istanbul proposals (2022)"),
    ],
)
def test_questions_and_names_are_completed_as_one_types(client: httpx.Client, typed: str, due: str) -> None:
    found = client.get("/api/v1/suggest", params={"q": typed}).json()
    texts = [item["text"] for item in found["items"]]
    assert due in texts
    assert found["total"] == len(texts) == len(set(texts)) <= 8
    assert found["next"] is None


def test_a_question_that_is_completed_is_understood(client: httpx.Client) -> None:
    texts = [item["text"] for item in client.get("/api/v1/suggest", params={"q": "Who "}).json()["items"]]
    assert texts
    for text in texts:
        assert client.get("/api/v1/ask", params={"q": text}).json()["answered"] is True, text


@pytest.mark.parametrize("typed", ["", " ", "zzzz", "中", "%", "[", "{", "not", "'s"])
def test_whatever_is_typed_is_completed_or_not(client: httpx.Client, typed: str) -> None:
    found = client.get("/api/v1/suggest", params={"q": typed})
    assert found.status_code == 200
    assert found.json()["total"] == len(found.json()["items"])


def test_too_much_is_not_completed(client: httpx.Client) -> None:
    assert client.get("/api/v1/suggest", params={"q": "x" * 3000}).status_code == 422
    assert client.get("/api/v1/suggest", params={"query": "Who"}).status_code == 422


def test_the_ask_fields_of_pages_complete(client: httpx.Client) -> None:
    for page in ("/", f"/ask?q={quote_plus(UNSURE)}"):
        text = client.get(page).text
        assert "data-suggest" in text
        assert '<script src="/static/ask.js" defer>' in text
    assert (
        client.get("/static/ask.js").headers["content-type"].startswith(("text/javascript", "application/javascript"))
    )


def test_offers_are_of_one_process_as_of_another(seeded: KnowledgeGraph, client: httpx.Client) -> None:
    """Nothing hangs on the order in which a process hashes."""
    found = client.get("/api/v1/ask", params={"q": UNSURE}).json()
    assert TypeAdapter(Answer | NotAnswered).validate_python(found) == seeded.ask(UNSURE)
