"""A note that tests write by SPARQL: what it says, how it is written, and a server that it is written to."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from tests.processes import TOKEN, Kg

BEARER = {"Authorization": f"Bearer {TOKEN}"}
BASE = "https://w3id.org/security-guarantees/"
ARTICLE, NOTE, VIEWS = (BASE + f"graph/{name}" for name in ("chinese-peacekeepers", "note", "views"))
TEXT = "Peru names Chile a guarantor of the Andes plan. Peru names Chile a guarantor. Chile denies it."

HEAD = f"""
PREFIX note: <{BASE}id/note/>
PREFIX dcterms: <http://purl.org/dc/terms/>
"""
PREFIXES = f"""{HEAD}
PREFIX id: <{BASE}id/>
PREFIX sg: <{BASE}ontology/>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""
SOURCE = f"""
id:note a sg:NewsArticle ; rdfs:label "the note"@en ; dcterms:title "A note"@en ; dcterms:language "en" ;
  sg:text "{TEXT}" .
id:peru a sg:State ; rdfs:label "Peru"@en ; sg:isoAlpha2 "PE" ; sg:isoAlpha3 "PER" .
id:chile a sg:State ; rdfs:label "Chile"@en ; sg:isoAlpha2 "CL" ; sg:isoAlpha3 "CHL" .
id:andes-plan a sg:Proposal ; rdfs:label "Andes plan"@en .
"""
SITUATION = "a sg:GuarantorDesignation ; sg:guarantor id:chile ; sg:proposal id:andes-plan"
VIEW = "id:andes-plan sg:namesGuarantor id:chile"


def claim(name: str, quote: str, *, evidence: str = "", polarity: str = "affirmed") -> str:
    """A claim of the note's own, that the plan names Chile a guarantor."""
    return (
        f"note:{name} a sg:Claim ; sg:speaker id:note ; sg:act sg:asserts ; sg:polarity sg:{polarity} ; "
        f'sg:certainty sg:asserted ; sg:evidence [ sg:quote "{quote}" {evidence} ] ; sg:content [ {SITUATION} ] .\n'
    )


NAMED = claim("c1", "Peru names Chile a guarantor of the Andes plan.")
WHOLE = SOURCE + NAMED


@contextmanager
def served(kg: Kg, folder: Path) -> Iterator[httpx.Client]:
    """A writer's client of a server on a copy of the store of `kg`."""
    shutil.copytree(kg.folder / "store", folder / "store")
    with (
        Kg(folder).serving(KG_TOKEN=TOKEN, KG_QUERY_SECONDS="8") as url,
        httpx.Client(base_url=url, headers=BEARER, timeout=60) as client,
    ):
        yield client


@contextmanager
def left_as_it_was(server: httpx.Client) -> Iterator[httpx.Client]:
    """The note being gone before and after; whatever a test does to it leaves no trace."""
    before = everything(server)
    yield server
    server.delete("/sparql/graphs", params={"graph": NOTE})
    assert everything(server) == before


def update(client: httpx.Client, text: str) -> httpx.Response:
    return client.post("/sparql/update", content=HEAD + text, headers={"Content-Type": "application/sparql-update"})


def put(client: httpx.Client, statements: str = WHOLE, graph: str = NOTE) -> httpx.Response:
    """Write a document whole, through its graph."""
    turtle = {"Content-Type": "text/turtle"}
    return client.put("/sparql/graphs", params={"graph": graph}, content=PREFIXES + statements, headers=turtle)


def ask(client: httpx.Client, pattern: str) -> bool:
    return bool(client.get("/sparql", params={"query": f"{HEAD}ASK {{ {pattern} }}"}).json()["boolean"])


def insert(statements: str, graph: str = NOTE) -> str:
    return f"INSERT DATA {{ GRAPH <{graph}> {{ {statements} }} }}"


def content(client: httpx.Client, graph: str) -> list[str]:
    form = {"Accept": "application/n-triples"}
    return sorted(client.get("/sparql/graphs", params={"graph": graph}, headers=form).text.splitlines())


def everything(client: httpx.Client) -> list[str]:
    """The whole graph, statement by statement."""
    query = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } }"
    return sorted(client.get("/sparql", params={"query": query}, headers={"Accept": "text/csv"}).text.splitlines())


def put_afresh(client: httpx.Client, graph: str) -> None:
    """Withdraw the document and load what its graph held: it must come to the same in every graph."""
    turtle = client.get("/sparql/graphs", params={"graph": graph}, headers={"Accept": "text/turtle"}).text
    before = everything(client)
    assert client.delete("/sparql/graphs", params={"graph": graph}).status_code == 204
    loaded = put(client, turtle, graph)
    assert loaded.status_code == 201, loaded.text
    assert everything(client) == before
