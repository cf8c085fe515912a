"""Every competency question is answered right, by name and in English, each row with the words behind it.

A file in `competency/` says: this question with these arguments has these answers, resting on these sentences.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import urlopen

import pytest
import yaml

from tests.processes import CHECKOUT

CASES = sorted((Path(__file__).parent / "competency").glob("*.yaml"))
ARTICLE = "https://w3id.org/security-guarantees/id/chinese-peacekeepers"
TEXT = (CHECKOUT / "seeds" / "000_081586eb59fd031d.txt").read_text(encoding="utf-8")
# Where each of the article's sentences ends, in characters.
ENDS = [210, 332, 454, 604, 773, 934, 1169, 1277, 1513, 1685, 1871, 1974, 2065]


def case(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text(encoding="utf-8")))


def get(url: str, **parameters: str) -> dict[str, Any]:
    with urlopen(f"{url}?{urlencode(parameters)}") as response:
        return dict(json.load(response))


def labels(answer: dict[str, Any]) -> list[str]:
    return sorted({one["label"] for one in answer["answers"]})


def sentence(start: int) -> int:
    return next(number for number, end in enumerate(ENDS, 1) if start < end)


def check_evidence(answer: dict[str, Any], sentences: list[int] | None) -> None:
    """Every row has evidence; every quote stands in the article at its span; the sentences are those expected."""
    for row in answer["rows"]:
        assert row["evidence"] or row["cells"].get("status", {}).get("value") == "silent", row
    quotes = [each for each in answer["evidence"] if each["source"] == ARTICLE]
    for each in quotes:
        assert TEXT[each["start"] : each["end"]] == each["quote"]
        assert each["chain"][0]["speaker"] == "the article"
    for each in answer["evidence"]:
        assert (each["quote"] is None) == ("citation" in each)
    if sentences is not None:
        assert sorted({sentence(each["start"]) for each in quotes}) == sentences


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_named_question_has_its_answers_and_their_words(url: str, path: Path) -> None:
    expected = case(path)
    answer = get(f"{url}/api/v1/questions/{quote(expected['question'])}", **expected["arguments"])
    if "answers" in expected:
        assert labels(answer) == sorted(expected["answers"])
    check_evidence(answer, expected.get("sentences"))


@pytest.mark.parametrize(
    ("path", "english"),
    [(path, english) for path in CASES for english in case(path)["english"]],
    ids=lambda value: value.stem if isinstance(value, Path) else value,
)
def test_the_same_in_english(url: str, path: Path, english: str) -> None:
    expected = case(path)
    answer = get(f"{url}/api/v1/ask", q=english)
    assert answer["answered"], answer
    if "answers" in expected:
        assert labels(answer) == sorted(expected["answers"])
    check_evidence(answer, expected.get("sentences"))


@pytest.mark.parametrize(
    ("path", "english"),
    [(path, english) for path in CASES for english in case(path).get("offered", ())],
    ids=lambda value: value.stem if isinstance(value, Path) else value,
)
def test_what_is_asked_less_plainly_is_among_what_is_offered(url: str, path: Path, english: str) -> None:
    expected = case(path)
    found = get(f"{url}/api/v1/ask", q=english)
    assert not found["answered"]
    taken = [get(f"{url}/api/v1/ask", q=offer["question"]) for offer in found["offers"]]
    assert sorted(expected["answers"]) in [labels(each) for each in taken if each["answered"]]


def test_every_sentence_of_the_article_is_behind_some_claim(url: str) -> None:
    answer = get(f"{url}/api/v1/questions/claims-made")
    quotes = [each for each in answer["evidence"] if each["source"] == ARTICLE]
    assert {sentence(each["start"]) for each in quotes} == set(range(1, 14))


def test_an_unknown_state_gets_candidates_and_no_answer(url: str) -> None:
    with pytest.raises(HTTPError) as refused:
        get(f"{url}/api/v1/questions/proposals-naming-guarantor", guarantor="Chnia")
    problem = json.load(refused.value)
    assert refused.value.code == 422
    assert "China" in [candidate["label"] for candidate in problem["candidates"]]
