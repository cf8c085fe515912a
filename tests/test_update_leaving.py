"""An update whose client leaves before it is done is ended: nothing of it stays, and the next need not wait for it."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from tests.processes import TOKEN, Kg

SECONDS = 60
WRITER = {"Authorization": f"Bearer {TOKEN}"}
TRIPLES = " ".join(f"<e:{n}> <e:p> <e:{n}> ." for n in range(500))
ENDLESS = "INSERT { <e:made> <e:by> ?a } WHERE { ?a ?p ?b . ?c ?p ?d . ?e ?p ?f . ?g ?p ?h }"


@pytest.fixture(scope="module", params=["plain", "with the pipeline"])
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    plain = {"KG_PLAIN": "1"} if request.param == "plain" else {}
    folder = tmp_path_factory.mktemp("left")
    with Kg(folder).serving(KG_TOKEN=TOKEN, STORE="memory:", KG_QUERY_SECONDS=str(SECONDS), **plain) as address:
        update(address, f"INSERT DATA {{ {TRIPLES} }}").raise_for_status()
        yield address


def update(url: str, text: str, seconds: float = SECONDS) -> httpx.Response:
    return httpx.post(f"{url}/sparql/update", data={"update": text}, headers=WRITER, timeout=seconds)


def leave(url: str, after: float) -> None:
    """Send an update without end, and close the connection after so many seconds."""
    with pytest.raises(httpx.ReadTimeout):
        update(url, ENDLESS, after)


def waiting(url: str) -> float:
    lines = httpx.get(f"{url}/metrics").text.splitlines()
    return float(next(line for line in lines if line.startswith("kg_writes_waiting")).split()[1])


def made(url: str) -> bool:
    return bool(httpx.get(f"{url}/sparql", params={"query": "ASK { <e:made> ?p ?o }"}).json()["boolean"])


def test_it_is_ended_and_leaves_nothing(url: str) -> None:
    leave(url, after=1.5)
    begun = time.monotonic()
    assert update(url, "INSERT DATA { <e:next> <e:p> 1 }").status_code == 204
    assert time.monotonic() - begun < SECONDS / 2
    assert waiting(url) == 0
    assert not made(url)


def test_one_that_waited_behind_another_is_not_begun(url: str) -> None:
    leave(url, after=1.5)
    leave(url, after=0.01)
    assert update(url, "INSERT DATA { <e:last> <e:p> 1 }").status_code == 204
    assert not made(url)


def test_one_whose_client_stays_is_done(url: str) -> None:
    assert update(url, "INSERT { <e:stayed> <e:by> ?a } WHERE { ?a <e:p> ?a }").status_code == 204
    assert httpx.get(f"{url}/sparql", params={"query": "ASK { <e:stayed> ?p ?o }"}).json()["boolean"]
