"""At a remote store: documents are written whole, graphs of one's own by the endpoint."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.notes import NOTE, VIEW, VIEWS, WHOLE, ask, content, everything, insert, put, update
from tests.processes import TOKEN, Kg, Remote, started_endpoint

OWN = "http://example.org/own"


@pytest.fixture(scope="module")
def place() -> Iterator[Remote]:
    with started_endpoint() as started:
        yield started


@pytest.fixture(scope="module")
def server(place: Remote, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A writer's client of a server on an endpoint of this module's own."""
    with (
        Kg(tmp_path_factory.mktemp("served")).serving(**place.environment, KG_TOKEN=TOKEN) as url,
        httpx.Client(base_url=url, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60) as client,
    ):
        yield client


@pytest.fixture
def client(server: httpx.Client) -> Iterator[httpx.Client]:
    """The same, with nothing of a test left when it ends."""
    yield server
    for graph in (NOTE, OWN):
        server.delete("/sparql/graphs", params={"graph": graph})


def test_a_document_is_written_with_what_follows_and_withdrawn_again(client: httpx.Client) -> None:
    assert put(client).status_code == 201
    assert ask(client, f"GRAPH <{NOTE}> {{ ?e sg:start 0 ; sg:end 47 }} GRAPH <{VIEWS}> {{ {VIEW} }}")
    assert client.delete("/sparql/graphs", params={"graph": NOTE}).status_code == 204
    assert not ask(client, f"GRAPH ?g {{ {VIEW} }}")
    assert client.get("/sparql/graphs", params={"graph": NOTE}).status_code == 404


@pytest.mark.parametrize(
    ("text", "status", "culprit"),
    [
        (insert(WHOLE), 403, f"the graph <{NOTE}>"),
        (f"{insert('<a:a> <a:p> 1', OWN)} ; DROP GRAPH <{NOTE}>", 403, f"the graph <{NOTE}>"),
        (insert("<a:a> <a:p> 1", VIEWS), 403, f"the graph <{VIEWS}>"),
        (insert("<a:a> <a:p> 1", "https://w3id.org/security-guarantees/store"), 403, None),
        ("DELETE { GRAPH ?g { ?s ?p ?o } } WHERE { GRAPH ?g { ?s ?p ?o } }", 403, "the update"),
        ("DROP ALL", 403, "the update"),
        (f"INSERT DATA {{ GRAPH <{OWN}> {{ <a:a> <a:p> }} }}", 400, "the update"),
    ],
)
def test_an_update_that_may_not_be_changes_nothing(
    client: httpx.Client, text: str, status: int, culprit: str | None
) -> None:
    put(client).raise_for_status()
    before = everything(client)
    refused = update(client, text)
    assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
    assert culprit in (None, refused.json()["culprit"])
    assert everything(client) == before


def test_graphs_of_one_s_own_take_any_update_and_documents_are_read_in_it(client: httpx.Client) -> None:
    put(client).raise_for_status()
    text = f"INSERT {{ GRAPH <{OWN}> {{ ?c <a:p> [] }} }} WHERE {{ GRAPH <{NOTE}> {{ ?c a sg:Claim }} }}"
    assert update(client, text).status_code == 204
    assert len(content(client, OWN)) == 1
    assert update(client, f"DROP GRAPH <{OWN}>").status_code == 204
    assert client.get("/sparql/graphs", params={"graph": OWN}).status_code == 404


def test_statements_are_not_added_to_a_document_by_post(client: httpx.Client) -> None:
    turtle = {"Content-Type": "text/turtle"}
    refused = client.post("/sparql/graphs", params={"graph": NOTE}, content="<a:a> <a:p> 1 .", headers=turtle)
    assert (refused.status_code, refused.json()["culprit"]) == (403, f"the graph <{NOTE}>")
