"""The resources of the JSON API: entities, claims, sources, comparisons, documents, and what every IRI leads to."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import httpx
import pyoxigraph as ox
import pytest

from tests.processes import CHECKOUT, TOKEN, Kg
from tests.test_http_questions import DENIAL

BASE = "https://w3id.org/security-guarantees/"
ID, SG = BASE + "id/", BASE + "ontology/"
ISTANBUL, INITIATIVE = ID + "istanbul-proposals-2022", ID + "chinese-peacekeeping-initiative"
ARTICLE = ID + "chinese-peacekeepers"
TEXT = (CHECKOUT / "seeds" / "000_081586eb59fd031d.txt").read_text(encoding="utf-8")
HTML, TURTLE, JSON_LD = "text/html", "text/turtle", "application/ld+json"
PROBLEM = "application/problem+json"


@pytest.fixture(scope="module")
def client(url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=url, timeout=60) as client:
        yield client


@pytest.fixture
def writer(own_kg: Kg) -> Iterator[httpx.Client]:
    """A client with the token, of a server whose store is this test's own."""
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": TURTLE}
    with own_kg.serving(KG_TOKEN=TOKEN) as url, httpx.Client(base_url=url, headers=headers, timeout=60) as client:
        yield client


def get(client: httpx.Client, path: str, **parameters: Any) -> Any:
    response = client.get(path, params=parameters or None)
    assert response.status_code == 200, (path, parameters, response.text)
    return response.json()


def iris(listed: dict[str, Any]) -> list[str]:
    return [item["iri"] for item in listed["items"]]


def voices(claim: dict[str, Any], part: str = "speakers") -> list[str]:
    """The labels of all links of a claim's chain."""
    parts = [link[part] for link in claim["chain"]]
    return [each["label"] for one in parts for each in (one if isinstance(one, list) else [one])]


def said_in(claim: dict[str, Any]) -> str:
    """What is claimed, by whom, in which words."""
    words = [str(each[part]) for each in claim["evidence"] for part in ("quote", "paraphrase", "citation")]
    return " ".join([claim["situation"]["label"], *voices(claim), *words]).lower()


# Entities


@pytest.mark.parametrize(
    ("text", "first", "how"),
    [
        ("China", "china", "exact"),
        ("Beijing", "china", "name"),
        ("CN", "china", "name"),
        ("Пекин", "china", "name"),
        ("北京", "china", "name"),
        ("Chinna", "china", "alike"),
        ("Chnia", "china", "alike"),
        ("Росія", "russia", "exact"),
        ("russai", "russia", "alike"),
        ("Istan", "istanbul", "prefix"),
        ("security council", "un-security-council", "name"),
    ],
)
def test_an_entity_is_found_by_any_name_misspelt_and_in_any_script(
    client: httpx.Client, text: str, first: str, how: str
) -> None:
    found = get(client, "/api/v1/entities", q=text)["items"]
    assert (found[0]["iri"], found[0]["match"]["kind"]) == (ID + first, how)
    scores = [item["match"]["score"] for item in found]
    assert scores == sorted(scores, reverse=True)


def test_a_type_filters_entities_and_takes_its_subclasses(client: httpx.Client) -> None:
    states, actors = (get(client, "/api/v1/entities", type=kind) for kind in ("State", "sg:Actor"))
    assert ID + "china" in iris(states)
    assert ISTANBUL not in iris(actors)
    assert set(iris(states)) < set(iris(actors))
    assert iris(get(client, "/api/v1/entities", q="istanbul", type=SG + "Proposal")) == [ISTANBUL]
    assert get(client, "/api/v1/entities", q="Qwertyuiop")["total"] == 0


def test_an_entity_tells_its_names_what_is_said_what_follows_and_where(client: httpx.Client) -> None:
    china = get(client, "/api/v1/entities/china")
    assert {"China", "Beijing", "中国"} <= {name["text"] for name in china["names"]}
    assert {"CN", "CHN"} <= {code["value"] for code in china["identifiers"]}
    told = [(one["inferred"], one["predicate"]["label"], one["object"].get("label")) for one in china["statements"]]
    assert (True, "can block", "Chinese peacekeeping initiative") in told
    assert (False, "names guarantor", "China") in told
    assert china["claims"]["total"] >= len(china["claims"]["items"]) > 10
    assert ARTICLE in {mention["source"]["iri"] for mention in china["sources"]}
    for name in ("Beijing", "CN", "id:china", quote(ID + "china", safe="")):
        assert get(client, f"/api/v1/entities/{name}")["iri"] == ID + "china"


# Claims


FILTERS: dict[str, tuple[dict[str, str], Any]] = {
    "an inner speaker": ({"speaker": "Chinese diplomats"}, lambda claim: "Chinese diplomats" in voices(claim)),
    "a speaker in the middle": ({"speaker": "Western media"}, lambda claim: "Western media" in voices(claim)),
    "an act": ({"act": "warns"}, lambda claim: "warns" in voices(claim, "act")),
    "a speaker's act": (
        {"speaker": "analysts", "act": "warns"},
        lambda claim: ("analysts", "warns") in zip(voices(claim), voices(claim, "act"), strict=True),
    ),
    "a polarity": ({"polarity": "affirmed"}, lambda claim: claim["polarity"]["label"] == "affirmed"),
    "a certainty": ({"certainty": "possible"}, lambda claim: claim["certainty"]["label"] == "possible"),
    "a source": ({"source": "the article"}, lambda claim: claim["source"]["iri"] == ARTICLE),
    "words": (
        {"q": "veto council"},
        lambda claim: all(word in said_in(claim) for word in ("veto", "council")),
    ),
    "several": (
        {"speaker": "the article", "certainty": "possible", "about": "China"},
        lambda claim: claim["certainty"]["label"] == "possible" and "the article" in voices(claim),
    ),
}


@pytest.mark.parametrize("name", list(FILTERS))
def test_a_filter_lets_through_what_fits_and_nothing_else(client: httpx.Client, name: str) -> None:
    given, fits = FILTERS[name]
    every = get(client, "/api/v1/claims", limit=1000)["items"]
    found = get(client, "/api/v1/claims", limit=1000, **given)
    assert found["total"] > 0
    assert all(map(fits, found["items"]))
    if "about" not in given:
        assert {claim["iri"] for claim in every if fits(claim)} == {claim["iri"] for claim in found["items"]}


def test_claims_about_a_thing_reach_it_at_any_depth(client: httpx.Client) -> None:
    """The readiness is of China for a participation in a contingent: the claim is about the contingent as well."""
    about = get(client, "/api/v1/claims", about="Istanbul proposals (2022)", source="the article")
    assert about["total"] > 0
    assert all(claim["source"]["iri"] == ARTICLE for claim in about["items"])
    contingents = get(client, "/api/v1/entities", type="Contingent")["items"]
    ready = [
        claim["situation"]["label"]
        for contingent in contingents
        for claim in get(client, "/api/v1/claims", about=contingent["iri"])["items"]
    ]
    assert any(label.startswith("readiness of China") for label in ready)


def test_contested_claims_are_those_that_another_contradicts(writer: httpx.Client) -> None:
    assert get(writer, "/api/v1/claims", contested="true")["total"] == 0
    assert writer.post("/api/v1/documents", content=DENIAL).status_code == 200
    contested = get(writer, "/api/v1/claims", contested="true")["items"]
    assert {claim["polarity"]["label"] for claim in contested} == {"affirmed", "denied"}
    for claim in contested:
        assert claim["contradicts"]
    assert get(writer, "/api/v1/claims", polarity="denied")["items"][0]["source"]["label"] == "the second article"


def test_a_claim_has_its_chain_and_its_words(client: httpx.Client) -> None:
    listed = get(client, "/api/v1/claims", speaker="Chinese diplomats")["items"][0]
    (account,) = get(client, listed["href"])["chains"]
    assert voices(account)[:3] == ["the article", "Western media", "Chinese diplomats"]
    (words,) = account["evidence"]
    assert TEXT[words["start"] : words["end"]] == words["quote"]


# Sources and comparisons


def test_a_source_has_its_text_its_sentences_and_the_spans_that_claims_rest_on(client: httpx.Client) -> None:
    listed = {item["iri"]: item for item in get(client, "/api/v1/sources")["items"]}
    assert listed[ARTICLE]["background"] is False
    assert any(item["background"] for item in listed.values())
    article = get(client, listed[ARTICLE]["href"])
    assert article["text"] == TEXT
    assert [sentence["number"] for sentence in article["sentences"]] == list(range(1, 14))
    covered = {
        sentence["number"]
        for sentence in article["sentences"]
        for span in article["spans"]
        if span["start"] < sentence["end"] and sentence["start"] < span["end"]
    }
    assert covered == set(range(1, 14))
    assert len(article["sha256"]) == 64


def cell(compared: dict[str, Any], point: str, proposal: str) -> dict[str, Any]:
    row = next(row for row in compared["points"] if row["property"]["label"] == point)
    return next(dict(cell) for cell in row["cells"] if cell["proposal"] == proposal)


def test_a_comparison_tells_what_is_covered_and_what_is_silent(client: httpx.Client) -> None:
    compared = get(client, "/api/v1/compare", proposals=[ISTANBUL, "Chinese peacekeeping initiative"])
    assert [proposal["iri"] for proposal in compared["proposals"]] == [ISTANBUL, INITIATIVE]
    guarantors = cell(compared, "names guarantor", ISTANBUL)
    assert guarantors["status"] == "covered"
    assert sorted(value["value"]["label"] for value in guarantors["values"]) == ["China", "Russia"]
    assert cell(compared, "names guarantor", INITIATIVE) == {"proposal": INITIATIVE, "status": "silent", "values": []}
    by_commas = get(client, "/api/v1/compare", proposals="Istanbul proposals (2022), Chinese peacekeeping initiative")
    assert by_commas == compared


def test_a_comparison_shows_what_is_contested_and_what_is_denied(writer: httpx.Client) -> None:
    denial = DENIAL.replace("sg:guarantor id:china", "sg:guarantor id:france").replace("name China", "name France")
    assert writer.post("/api/v1/documents", content=denial).status_code == 200
    guarantors = cell(get(writer, "/api/v1/compare"), "names guarantor", ISTANBUL)
    denied = [value["value"]["label"] for value in guarantors["values"] if value["status"] == "denied"]
    assert denied == ["France"]
    assert writer.post("/api/v1/documents", content=DENIAL).status_code == 200
    compared = get(writer, "/api/v1/compare")
    guarantors = cell(compared, "names guarantor", ISTANBUL)
    assert guarantors["status"] == "contested"
    china = next(value for value in guarantors["values"] if value["value"]["label"] == "China")
    polarities = {compared["evidence"][place]["polarity"] for place in china["evidence"]}
    assert (china["status"], polarities) == ("contested", {"affirmed", "denied"})


# Documents


def test_a_document_comes_as_json_ld_too_and_goes_without_trace(writer: httpx.Client) -> None:
    triples = list(ox.parse(DENIAL.encode(), format=ox.RdfFormat.TURTLE))
    as_json = ox.serialize([quad.triple for quad in triples], format=ox.RdfFormat.JSON_LD)
    headers = {"Content-Type": JSON_LD}
    before = get(writer, "/api/v1/claims", limit=1000)
    dry = writer.post("/api/v1/documents", params={"dry_run": "true"}, content=as_json, headers=headers)
    assert (dry.status_code, dry.json()["document"]) == (200, ID + "a-denial")
    assert get(writer, "/api/v1/claims", limit=1000) == before
    loaded = writer.post("/api/v1/documents", content=as_json, headers=headers)
    assert loaded.json() == dry.json()
    assert get(writer, "/api/v1/claims")["total"] == before["total"] + 1
    assert writer.delete(f"/api/v1/documents/{quote(ID, safe='')}a-denial").status_code == 200
    assert get(writer, "/api/v1/claims", limit=1000) == before


def test_a_dry_run_lists_every_fault(writer: httpx.Client) -> None:
    wrong = DENIAL.replace("sg:certainty sg:asserted ;", "").replace('do not name China as a guarantor"', 'said so"')
    problem = writer.post("/api/v1/documents?dry_run=true", content=wrong)
    assert problem.status_code == 422
    assert {fault["line"] is not None for fault in problem.json()["faults"]} == {True}
    assert len(problem.json()["faults"]) >= 2


# What all lists and answers have in common


@pytest.mark.parametrize("path", ["/api/v1/entities", "/api/v1/claims", "/api/v1/sources", "/api/v1/questions"])
def test_a_list_goes_on_by_its_links_in_a_stable_order(client: httpx.Client, path: str) -> None:
    key = "name" if path.endswith("questions") else "iri"
    whole = [item[key] for item in get(client, path, limit=1000)["items"]]
    seen, address = [], f"{path}?limit=7"
    while address:
        page = get(client, address)
        seen += [item[key] for item in page["items"]]
        address = page["next"]
    assert seen == whole
    assert client.get(path, params={"limit": 1000}).content == client.get(path, params={"limit": 1000}).content
    beyond = get(client, path, limit=5, offset=100_000)
    assert (beyond["items"], beyond["next"]) == ([], None)


def test_a_page_links_to_the_next_in_its_header(client: httpx.Client) -> None:
    for path in ("/api/v1/entities", "/api/v1/claims", "/api/v1/sources", "/api/v1/questions"):
        response = client.get(path, params={"limit": 2})
        assert response.links["next"]["url"] == response.json()["next"], path


def test_labels_come_in_the_language_asked_for(client: httpx.Client) -> None:
    assert get(client, "/api/v1/entities/china", lang="zh")["label"] == "中国"
    assert get(client, "/api/v1/entities/china", lang="uk")["label"] == "Китай"
    assert get(client, "/api/v1/entities/china", lang="zh-Hant-TW")["label"] == "中国"
    assert get(client, "/api/v1/entities/china", lang="tlh") == get(client, "/api/v1/entities/china")
    claim = get(client, "/api/v1/claims", speaker="China", lang="ru", limit=1)
    assert claim["items"] == get(client, "/api/v1/claims", speaker="Китай", lang="ru", limit=1)["items"]
    named = get(client, "/api/v1/questions/proposals-naming-guarantor", guarantor="China", lang="zh")
    assert named["rows"][0]["cells"]["guarantor"]["label"] == "中国"
    asked = get(client, "/api/v1/ask", q="Which guarantors does the Istanbul proposal name?", lang="zh")
    assert "中国" in [answer["label"] for answer in asked["answers"]]


@pytest.mark.parametrize("path", ["/api/v1/entities", "/api/v1/claims", "/api/v1/compare"])
def test_a_list_comes_as_csv_by_suffix_and_by_accept(client: httpx.Client, path: str) -> None:
    by_suffix, by_accept = client.get(f"{path}.csv"), client.get(path, headers={"Accept": "text/csv"})
    assert by_suffix.text == by_accept.text
    header, *rows = csv.reader(io.StringIO(by_suffix.text))
    assert rows
    assert {len(row) for row in rows} == {len(header)}


@pytest.mark.parametrize(
    "path", ["entities/china", "claims/chinese-peacekeepers/s05-2", "sources/chinese-peacekeepers"]
)
@pytest.mark.parametrize(("form", "syntax"), [(TURTLE, ox.RdfFormat.TURTLE), (JSON_LD, ox.RdfFormat.JSON_LD)])
def test_a_thing_comes_as_rdf_by_accept(client: httpx.Client, path: str, form: str, syntax: ox.RdfFormat) -> None:
    response = client.get(f"/api/v1/{path}", headers={"Accept": form})
    assert response.headers["content-type"].startswith(form)
    subjects = {str(quad.subject) for quad in ox.parse(response.content, format=syntax)}
    assert f"<{ID}{path.partition('/')[2]}>" in subjects


@pytest.mark.parametrize(
    ("path", "status", "problem"),
    [
        ("/api/v1/entities/atlantis", 404, "not-found"),
        ("/api/v1/claims/no-such/claim", 404, "not-found"),
        ("/api/v1/sources/no-such-source", 404, "not-found"),
        ("/api/v1/sources/china", 404, "not-found"),
        ("/api/v1/entities?type=NoSuchClass", 422, "unknown-name"),
        ("/api/v1/entities?limit=-1", 422, "bad-parameter"),
        ("/api/v1/entities?limit=1001", 422, "bad-parameter"),
        ("/api/v1/entities?offset=-1", 422, "bad-parameter"),
        ("/api/v1/entities?q=%00", 422, "bad-parameter"),
        ("/api/v1/entities?lang=english!", 422, "bad-parameter"),
        ("/api/v1/entities?q=" + "x" * 201, 422, "bad-parameter"),
        ("/api/v1/claims?speaker=Atlantis", 422, "unknown-name"),
        ("/api/v1/claims?polarity=China", 422, "unknown-name"),
        ("/api/v1/claims?contested=perhaps", 422, "bad-parameter"),
        ("/api/v1/claims?certanty=possible", 422, "bad-parameter"),
        ("/api/v1/entities/china?langu=en", 422, "bad-parameter"),
        ("/api/v1/entities?limit=1&limit=2", 422, "bad-parameter"),
        ("/api/v1/compare?proposals=China", 422, "unknown-name"),
        ("/api/v1/compare?" + "&".join(["proposals=x"] * 51), 422, "bad-parameter"),
        ("/api/v1/why?subject=China", 422, "bad-parameter"),
        ("/api/v1/why?subject=China&predicate=nothing&object=Russia", 422, "unknown-name"),
        ("/api/v1/why?subject=China&predicate=can+block&object=Ukraine", 404, "not-found"),
        ("/id/no-such-thing", 404, "not-found"),
        ("/data/id/china.docx", 404, "not-found"),
        ("/id/%3Cscript%3E", 404, "not-found"),
        ("/id/a%20b%22%7B", 404, "not-found"),
    ],
)
def test_what_is_wrong_is_told_as_a_problem(client: httpx.Client, path: str, status: int, problem: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert response.json()["type"] == f"/problems/{problem}"
    assert client.get(response.json()["type"]).status_code == 200


@pytest.mark.parametrize("path", ["/id/nothing", "/ontology/Nothing", "/entities/none", "/compare?proposals=Atlantis"])
@pytest.mark.parametrize(("accept", "form"), [(HTML, HTML), ("application/json", PROBLEM), ("*/*", PROBLEM)])
def test_an_error_comes_as_a_page_to_whom_asks_for_pages_alone(
    client: httpx.Client, path: str, accept: str, form: str
) -> None:
    response = client.get(path, headers={"Accept": accept})
    assert response.is_client_error
    assert response.headers["Content-Type"].startswith(form)


@pytest.mark.parametrize("path", ["/api/v1/entities", "/api/v1/claims", "/api/v1/entities/china", "/api/v1/compare"])
def test_a_form_that_there_is_not_is_refused(client: httpx.Client, path: str) -> None:
    response = client.get(path, headers={"Accept": "image/png"})
    assert (response.status_code, response.json()["type"]) == (406, "/problems/not-acceptable")


HOSTILE = (
    *("", "%", "\x00", "\u202e", "<script>", "{{7*7}}", "../../etc/passwd", "'; DROP", '"x"@en', "_:b0", "id:", "sg:"),
    *("http://", ID, "-1", "1e9", "null", "[]", "x\ny", "\t", "e\u0301", "😀", "a" * 3000),
)
ADDRESSES = (
    *(
        "/ask?q=",
        "/claims?about=",
        "/claims?source=",
        "/compare?proposals=",
        "/entities?q=",
        "/entities?type=",
        "/query?query=",
    ),
    *(
        "/questions/claims-made?speaker=",
        "/questions/claims-made?according_to=",
        "/why?predicate=can+block&object=China&subject=",
    ),
    *(
        "/about/",
        "/claims/",
        "/data/",
        "/entities/",
        "/graph/",
        "/id/",
        "/ontology/",
        "/problems/",
        "/shapes/",
        "/sources/",
    ),
    *(
        "/sources/chinese-peacekeepers?start=",
        "/static/",
        "/reconcile?queries=",
        "/reconcile?extend=",
        "/reconcile?callback=",
    ),
    *(
        "/reconcile/preview?id=",
        "/reconcile/suggest/entity?prefix=",
        "/sitemap.xml?",
        "/.well-known/",
        "/sparql?query=",
    ),
)


@pytest.mark.parametrize("address", ADDRESSES)
def test_whatever_is_put_into_an_address_no_answer_is_a_servers_fault(client: httpx.Client, address: str) -> None:
    for value in HOSTILE:
        for accept in ("text/html,*/*;q=0.8", "application/json", ";;;"):
            response = client.get(address + quote(value), headers={"Accept": accept})
            assert response.status_code < 500, (value, accept, response.text)
            if "html" in response.headers.get("content-type", ""):
                assert "<script>" not in response.text, (value, accept)


def test_any_address_tells_other_origins_and_its_methods(client: httpx.Client) -> None:
    for path, methods in (
        ("/api/v1/claims", {"GET", "HEAD", "OPTIONS"}),
        ("/api/v1/documents", {"POST", "OPTIONS"}),
        ("/api/v1/documents/a", {"DELETE", "OPTIONS"}),
        ("/sparql", {"GET", "HEAD", "POST", "OPTIONS"}),
    ):
        asked = client.options(path, headers={"Origin": "https://example.org"})
        assert set(asked.headers["allow"].split(", ")) == methods
        assert asked.headers["access-control-allow-origin"] == "*"
    assert client.get("/api/v1/claims").headers["access-control-allow-origin"] == "*"


# Every IRI of ours leads to what it names


@pytest.fixture(scope="module")
def ours(client: httpx.Client) -> list[str]:
    """Every IRI of ours in the graph, as subject, property, object or graph, but for the store's notes of its own."""
    query = f"""SELECT DISTINCT ?iri {{
        {{ ?iri ?p ?o }} UNION {{ ?s ?iri ?o }} UNION {{ ?s ?p ?iri }} UNION {{ GRAPH ?iri {{ ?s ?p ?o }} }}
        FILTER (STRSTARTS(STR(?iri), "{BASE}") && isIRI(?iri) && ?iri != <{BASE}>)
        FILTER (!STRSTARTS(STR(?iri), "{BASE}graph/state"))
    }} ORDER BY ?iri"""
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    return [row["iri"]["value"] for row in rows]


@pytest.mark.parametrize("accept", [HTML, TURTLE])
def test_every_iri_leads_to_a_page_and_to_statements(client: httpx.Client, ours: list[str], accept: str) -> None:
    """Things by way of 303, documents at once; of terms and shapes, which are alike, every ninth."""
    things = [iri for iri in ours if iri.startswith((ID, BASE + "graph/"))]
    terms = [iri for iri in ours if iri not in set(things)]
    assert len(things) > 300
    for iri in [*things, *terms[::9]]:
        first = client.get("/" + quote(iri.removeprefix(BASE), safe="/#"), headers={"Accept": accept})
        document = iri.startswith(BASE + "graph/") or iri in (SG, BASE + "shapes/")
        assert first.status_code == 303 or (document and first.status_code == 200), iri
        last = first if first.status_code == 200 else client.get(first.headers["location"], headers={"Accept": accept})
        assert last.status_code == 200, (iri, first.headers)
        assert last.headers["content-type"].startswith(accept), iri


@pytest.mark.parametrize(
    ("accept", "form"),
    [
        (TURTLE, TURTLE),
        (JSON_LD, JSON_LD),
        ("application/n-triples", "application/n-triples"),
        ("application/rdf+xml", "application/rdf+xml"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", HTML),
    ],
)
def test_an_iri_gives_the_form_that_is_liked_best(client: httpx.Client, accept: str, form: str) -> None:
    see = client.get("/id/china", headers={"Accept": accept})
    assert see.status_code == 303
    assert "Accept" in see.headers["vary"] or "accept" in see.headers["vary"]
    assert client.get(see.headers["location"]).headers["content-type"].startswith(form)


def test_the_data_set_is_described_and_its_pages_are_listed(client: httpx.Client) -> None:
    for path in ("/void", "/.well-known/void"):
        described = client.get(path, headers={"Accept": TURTLE})
        triples = {str(quad.predicate) for quad in ox.parse(described.content, format=ox.RdfFormat.TURTLE)}
        assert "<http://rdfs.org/ns/void#sparqlEndpoint>" in triples
    assert client.get("/void", headers={"If-None-Match": client.get("/void").headers["etag"]}).status_code == 304
    listed = client.get("/sitemap.xml").text
    assert "/sources/chinese-peacekeepers</loc>" in listed
    assert "Sitemap:" in client.get("/robots.txt").text


def test_each_question_is_an_example_of_sparql_that_runs(client: httpx.Client) -> None:
    """In the form of SIB's examples: sh:select with the query, rdfs:comment with the question, schema:target."""
    described = ox.Store()
    described.load(client.get("/.well-known/sparql-examples").content, format=ox.RdfFormat.TURTLE)
    query = """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX schema: <https://schema.org/>
    SELECT ?example ?question ?sparql ?target {
        ?example a sh:SPARQLExecutable , sh:SPARQLSelectExecutable ;
            sh:select ?sparql ; rdfs:comment ?question ; schema:target ?target }"""
    rows = list(described.query(query, prefixes={"rdfs": "http://www.w3.org/2000/01/rdf-schema#"}))  # type: ignore[arg-type]
    names = {item["name"] for item in get(client, "/api/v1/questions")["items"]}
    assert {row["example"].value.rpartition("/")[2] for row in rows} == names
    for row in rows[::10]:
        asked = client.get(row["target"].value, params={"query": row["sparql"].value})
        assert asked.status_code == 200, row["example"]
        assert client.get(row["example"].value).status_code == 200
