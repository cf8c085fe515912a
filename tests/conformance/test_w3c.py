"""The W3C's SPARQL 1.0 and 1.1 suites over HTTP: `W3C_TESTS=FOLDER pytest tests/conformance`.

FOLDER holds sparql10 and sparql11 of https://github.com/w3c/rdf-tests. A failure must be listed in
known_failures.txt under its reason; a listed test that passes fails the run, so that the list stays true.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.conformance.cases import Case, cases
from tests.conformance.running import Endpoint, Failed
from tests.processes import TOKEN, Kg

FOLDER = os.environ.get("W3C_TESTS")
KNOWN = Path(__file__).parent / "known_failures.txt"
LEAST = 979  # what `oxigraph serve` 0.5.13 passes, of 1,022
# What the better of it and a plain FastAPI over pyoxigraph passes of a group; of all others, everything.
FLOORS = {
    "sparql11/aggregates": 44,
    "sparql11/bindings": 10,
    "sparql11/csv-tsv-res": 4,
    "sparql11/functions": 74,
    "sparql11/graph-store-protocol": 7,
    "sparql11/negation": 11,
    "sparql11/property-path": 29,
    "sparql11/protocol": 33,
    "sparql11/syntax-query": 93,
    "sparql10/distinct": 9,
    "sparql10/expr-builtin": 19,
    "sparql10/expr-equals": 13,
    "sparql10/graph": 15,
    "sparql10/open-world": 15,
    "sparql10/syntax-sparql1": 78,
    "sparql10/syntax-sparql2": 49,
    "sparql10/syntax-sparql3": 50,
}


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    serving = Kg(tmp_path_factory.mktemp("plain")).serving(KG_PLAIN="1", KG_TOKEN=TOKEN, STORE="memory:")
    with serving as url, httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60) as client:
        yield Endpoint(client)


@pytest.mark.skipif(not FOLDER, reason="W3C_TESTS names no folder with the W3C's tests")
@pytest.mark.timeout(1200)
def test_the_suites_pass_but_for_what_is_listed_with_its_reason(endpoint: Endpoint) -> None:
    known = {line.strip() for line in KNOWN.read_text().splitlines() if line.startswith("http")}
    passed: Counter[str] = Counter()
    total: Counter[str] = Counter()
    failures: dict[str, str] = {}
    for case in cases(Path(FOLDER or "")):
        if case.apart:
            continue
        total[case.group] += 1
        failure = _failure(endpoint, case)
        if failure is None:
            passed[case.group] += 1
        else:
            failures[case.iri] = failure
    report = "\n".join(f"{group:40} {passed[group]}/{total[group]}" for group in total)
    print(f"{report}\n{sum(passed.values())}/{total.total()}")  # noqa: T201 - shown by pytest -s, or where the run fails
    assert {iri: why for iri, why in failures.items() if iri not in known} == {}, "these fail and are not listed"
    assert known - failures.keys() == set(), "these are listed and pass: take them off the list"
    assert passed.total() >= LEAST
    assert {group: passed[group] for group in total if passed[group] < FLOORS.get(group, total[group])} == {}


def _failure(endpoint: Endpoint, case: Case) -> str | None:
    try:
        endpoint.run(case)
    except Failed as failure:
        return str(failure)
    return None
