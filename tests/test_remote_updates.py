"""Updates of documents' graphs at a remote store: rehearsed on a clone, and one commit there."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.notes import NOTE, SOURCE, VIEW, VIEWS, WHOLE, ask, claim, content, insert, update
from tests.processes import TOKEN, Kg, Remote, started_endpoint

OWN, OTHER = "http://example.org/own", "http://example.org/other"


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
    for graph in (NOTE, OWN, OTHER):
        server.delete("/sparql/graphs", params={"graph": graph})


def test_a_document_is_written_with_what_follows_and_withdrawn_again(client: httpx.Client) -> None:
    assert update(client, insert(WHOLE)).status_code == 204
    assert ask(client, f"GRAPH <{NOTE}> {{ ?e sg:start 0 ; sg:end 47 }} GRAPH <{VIEWS}> {{ {VIEW} }}")
    assert update(client, f"DROP GRAPH <{NOTE}>").status_code == 204
    assert not ask(client, f"GRAPH ?g {{ {VIEW} }}")
    assert client.get("/sparql/graphs", params={"graph": NOTE}).status_code == 404


def test_what_is_refused_changes_nothing_of_ones_own_graphs_either(client: httpx.Client) -> None:
    mine = f"INSERT DATA {{ GRAPH <{OWN}> {{ <a:a> <a:p> 1 }} }}"
    refused = update(client, f"{mine}; {insert(SOURCE + claim('c1', 'no such words'))}")
    assert (refused.status_code, refused.headers["content-type"]) == (422, "application/problem+json")
    assert refused.json()["faults"]
    assert client.get("/sparql/graphs", params={"graph": OWN}).status_code == 404
    assert client.get("/sparql/graphs", params={"graph": NOTE}).status_code == 404


def test_documents_and_ones_own_graphs_change_together(client: httpx.Client) -> None:
    update(client, insert(WHOLE, OTHER))
    update(client, f"INSERT DATA {{ GRAPH <{OWN}> {{ <a:a> <a:p> 1, 2 }} }}")
    both = f"COPY <{OTHER}> TO <{NOTE}>; DELETE DATA {{ GRAPH <{OWN}> {{ <a:a> <a:p> 1 }} }}"
    assert update(client, both).status_code == 204
    assert ask(client, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    assert len(content(client, OWN)) == 1
    every = f"""DELETE {{ GRAPH <{NOTE}> {{ ?c sg:polarity ?p }} GRAPH <{OWN}> {{ <a:a> <a:p> ?n }} }}
        INSERT {{ GRAPH <{NOTE}> {{ ?c sg:polarity sg:denied }} }}
        WHERE {{ GRAPH ?g {{ ?c sg:polarity ?p }} GRAPH ?h {{ <a:a> <a:p> ?n }} FILTER(?g = <{NOTE}>) }}"""
    assert update(client, every).status_code == 204
    assert not ask(client, f"GRAPH <{VIEWS}> {{ {VIEW} }}")
    assert client.get("/sparql/graphs", params={"graph": OWN}).status_code == 404


def test_blank_nodes_of_the_endpoint_s_own_cannot_be_removed_along_with_a_document(client: httpx.Client) -> None:
    """No request can name one; an update of one's own graphs alone, which the endpoint carries out, can."""
    update(client, f"{insert('<a:a> <a:p> [ <a:p> 1 ]', OWN)}; {insert('<a:a> <a:p> 1', OTHER)}")
    update(client, insert(WHOLE))
    before = content(client, NOTE)
    refused = update(client, f"DROP GRAPH <{OWN}>; DROP GRAPH <{NOTE}>")
    assert (refused.status_code, refused.headers["content-type"]) == (409, "application/problem+json")
    assert (content(client, NOTE), len(content(client, OWN))) == (before, 2)
    assert update(client, f"DROP GRAPH <{OWN}>").status_code == 204
    assert update(client, f"DROP GRAPH <{OTHER}>; DROP GRAPH <{NOTE}>").status_code == 204
    for graph in (NOTE, OWN, OTHER):
        assert client.get("/sparql/graphs", params={"graph": graph}).status_code == 404


def test_statements_are_added_to_a_document_by_post(client: httpx.Client) -> None:
    update(client, insert(WHOLE))
    graph, before = {"graph": NOTE}, content(client, NOTE)
    turtle = "<https://w3id.org/security-guarantees/id/note> <http://purl.org/dc/terms/{}> 'x' ."
    for name, status in (("nonsense", 422), ("publisher", 204)):
        posted = client.post(
            "/sparql/graphs", params=graph, content=turtle.format(name), headers={"Content-Type": "text/turtle"}
        )
        assert posted.status_code == status, posted.text
    assert len(content(client, NOTE)) == len(before) + 1


@pytest.mark.parametrize(
    ("graphs", "status"),
    [
        (f"GRAPH <{VIEWS}> {{ <a:a> <a:p> 1 }}", 403),
        ("GRAPH <https://w3id.org/security-guarantees/store> { <a:a> <a:p> 1 }", 403),
        (f"GRAPH <{OWN}> {{ <a:a> <a:p> }}", 400),
    ],
)
def test_what_may_not_be_written_may_not_beside_a_document_either(
    client: httpx.Client, graphs: str, status: int
) -> None:
    refused = update(client, f"{insert(WHOLE)}; INSERT DATA {{ {graphs} }}")
    assert (refused.status_code, refused.headers["content-type"]) == (status, "application/problem+json")
    assert client.get("/sparql/graphs", params={"graph": NOTE}).status_code == 404
