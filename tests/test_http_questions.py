"""The JSON API as an application meets it: the catalogue, answers and their shape, documents in and out."""

from __future__ import annotations

import csv
import io

import httpx
import pytest

from tests.processes import CHECKOUT, TOKEN

BEARER = {"Authorization": f"Bearer {TOKEN}"}
TURTLE = {"Content-Type": "text/turtle"}
SPOKEN = [path.stem for path in (CHECKOUT / "queries").glob("*.rq") if "speaker: sg:" in path.read_text("utf-8")]
FIRST = "/api/v1/questions/proposals-naming-guarantor"
DENIAL = """
@prefix : <https://w3id.org/security-guarantees/id/a-denial/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix id: <https://w3id.org/security-guarantees/id/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix sg: <https://w3id.org/security-guarantees/ontology/> .

id:a-denial a sg:NewsArticle ;
  rdfs:label "the second article"@en ; dcterms:title "No guarantor"@en ; dcterms:language "en" ;
  sg:text "The proposals made in Istanbul do not name China as a guarantor." .

:s01 a sg:Claim ;
  sg:speaker id:a-denial ; sg:act sg:asserts ; sg:polarity sg:denied ; sg:certainty sg:asserted ;
  sg:evidence [ sg:quote "do not name China as a guarantor" ] ;
  sg:content [ a sg:GuarantorDesignation ; sg:guarantor id:china ; sg:proposal id:istanbul-proposals-2022 ] .
"""


def test_the_catalogue_lists_each_question_once_page_by_page(client: httpx.Client) -> None:
    whole = client.get("/api/v1/questions").json()
    assert whole["total"] == len(whole["items"]) >= 17
    assert whole["next"] is None
    page, names = "/api/v1/questions?limit=5", []
    while page:
        listed = client.get(page).json()
        names += [item["name"] for item in listed["items"]]
        page = listed["next"]
    assert names == [item["name"] for item in whole["items"]]
    assert client.get(whole["items"][0]["href"]).json()["answered"] is True


def test_an_answer_has_the_shape_that_applications_build_on(client: httpx.Client) -> None:
    answer = client.get(FIRST, params={"guarantor": "China"}).json()
    assert list(answer) == [
        *("question", "answered", "statement", "matched", "answers", "columns", "rows", "evidence"),
        *("total", "sparql", "inferred", "contested"),
    ]
    assert answer["answers"] == [
        {"label": "Istanbul proposals (2022)", "iri": "https://w3id.org/security-guarantees/id/istanbul-proposals-2022"}
    ]
    (row,) = answer["rows"]
    assert set(row) == {"cells", "evidence", "inferred", "contested"}
    assert set(row["cells"]["proposal"]) == {"iri", "label", "type"}
    assert set(answer["evidence"][row["evidence"][0]]) >= {"claim", "quote", "source", "start", "end", "chain"}


@pytest.mark.parametrize(
    "value", ["China", "Beijing", "CN", "id:china", "https://w3id.org/security-guarantees/id/china"]
)
def test_a_parameter_may_be_a_name_a_code_or_an_iri(client: httpx.Client, value: str) -> None:
    assert client.get(FIRST, params={"guarantor": value}).json()["total"] == 1


def test_a_parameter_given_several_times_holds_for_each_of_its_values(client: httpx.Client) -> None:
    both = client.get(FIRST, params={"guarantor": ["China", "Russia", "Beijing"]}).json()
    alone = [client.get(FIRST, params={"guarantor": name}).json() for name in ("China", "Russia")]
    assert both["matched"] == [match for answer in alone for match in answer["matched"]]
    assert [row["cells"] for row in both["rows"]] == [row["cells"] for answer in alone for row in answer["rows"]]


@pytest.mark.parametrize("route", ["questions", "questions/claims-made", "entities", "claims", "sources"])
def test_a_limit_of_none_tells_how_many_there_are(client: httpx.Client, route: str) -> None:
    counted = client.get(f"/api/v1/{route}", params={"limit": 0}).json()
    assert (counted.get("items", counted.get("rows")), counted.get("next")) == ([], None)
    assert counted["total"] == client.get(f"/api/v1/{route}").json()["total"] > 0


@pytest.mark.parametrize("name", sorted(SPOKEN))
def test_a_speaker_may_be_a_source(client: httpx.Client, name: str) -> None:
    answer = client.get(f"/api/v1/questions/{name}", params={"speaker": "the article"}).json()
    assert answer["matched"][0]["parameters"] == {
        "speaker": "https://w3id.org/security-guarantees/id/chinese-peacekeepers"
    }
    if name == "claims-made":
        assert {row["cells"]["speaker"]["label"] for row in answer["rows"]} == {"the article"}


def test_rows_come_as_csv_by_suffix_and_by_accept(client: httpx.Client) -> None:
    by_suffix = client.get(FIRST + ".csv", params={"guarantor": "China"})
    by_accept = client.get(FIRST, params={"guarantor": "China"}, headers={"Accept": "text/csv"})
    assert by_suffix.text == by_accept.text
    assert by_suffix.headers["content-type"].startswith("text/csv")
    header, row = csv.reader(io.StringIO(by_suffix.text))
    assert dict(zip(header, row, strict=True))["proposal"] == "Istanbul proposals (2022)"


def test_limit_and_offset_cut_rows_and_total_counts_them_all(client: httpx.Client) -> None:
    whole = client.get("/api/v1/questions/claims-made").json()
    page = client.get("/api/v1/questions/claims-made", params={"limit": 2, "offset": 1}).json()
    assert page["rows"] != whole["rows"]
    assert [row["cells"] for row in page["rows"]] == [row["cells"] for row in whole["rows"][1:3]]
    assert page["total"] == whole["total"] == len(whole["rows"])


def test_without_inferences_nothing_inferred_is_answered(client: httpx.Client) -> None:
    blocked = "/api/v1/questions/states-able-to-block"
    assert client.get(blocked).json()["inferred"] is True
    assert client.get(blocked, params={"inferred": "false"}).json()["rows"] == []


@pytest.mark.parametrize(
    ("path", "status", "problem"),
    [
        ("/api/v1/questions/no-such-question", 404, "unknown-question"),
        (FIRST + "?guarantor=Atlantis", 422, "unknown-name"),
        (FIRST + "?colour=red", 422, "bad-parameter"),
        (FIRST + "?guarantor=China&limit=-1", 422, "bad-parameter"),
        (FIRST + "?guarantor=China&limit=many", 422, "bad-parameter"),
        (FIRST + "?guarantor=China&inferred=maybe", 422, "bad-parameter"),
        (FIRST + "?guarantor=%00", 422, "bad-parameter"),
        (FIRST + "?limit=1&limit=2", 422, "bad-parameter"),
        (FIRST + "?" + "&".join(["guarantor=China"] * 101), 422, "bad-parameter"),
        ("/api/v1/questions?limits=5", 422, "bad-parameter"),
        ("/api/v1/ask?q=Who&q=What", 422, "bad-parameter"),
        ("/questions/proposals-naming-guarantor?guarantor=China&guarantor=Russia", 422, "bad-parameter"),
        ("/api/v1/ask", 422, "bad-parameter"),
        ("/api/v1/ask?q=" + "x" * 3000, 422, "bad-parameter"),
        ("/api/v1/nothing", 404, "not-found"),
    ],
)
def test_what_is_wrong_is_told_as_a_problem(client: httpx.Client, path: str, status: int, problem: str) -> None:
    response = client.get(path)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json")
    assert response.json()["type"] == f"/problems/{problem}"


@pytest.mark.parametrize(
    "text", ["by", "?", "Who is China accused by", "the two", "中国", "'s", "not", "…" * 1000, "A" * 2000]
)
def test_whatever_is_asked_is_answered_or_declined(client: httpx.Client, text: str) -> None:
    response = client.get("/api/v1/ask", params={"q": text})
    assert response.status_code == 200
    assert isinstance(response.json()["answered"], bool)


def test_a_misspelt_name_gets_candidates(client: httpx.Client) -> None:
    problem = client.get(FIRST, params={"guarantor": "Chnia"}).json()
    assert {"iri": "https://w3id.org/security-guarantees/id/china", "label": "China"} in problem["candidates"]


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST"])
def test_a_question_is_only_read(client: httpx.Client, method: str) -> None:
    response = client.request(method, FIRST)
    assert (response.status_code, response.headers["content-type"]) == (405, "application/problem+json")
    assert "GET" in response.headers["allow"]


def test_an_answer_that_the_client_has_is_not_sent_again(client: httpx.Client) -> None:
    first = client.get(FIRST, params={"guarantor": "China"})
    again = client.get(FIRST, params={"guarantor": "China"}, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(FIRST, params={"guarantor": "China"})
    assert (head.status_code, head.content, head.headers["etag"]) == (200, b"", first.headers["etag"])


def test_a_document_contradicts_stands_beside_and_is_withdrawn_without_trace(writer: httpx.Client) -> None:
    before = writer.get(FIRST, params={"guarantor": "China"})
    dry = writer.post("/api/v1/documents?dry_run=true", content=DENIAL, headers=TURTLE)
    assert dry.status_code == 200, dry.text
    assert dry.json()["document"] == "https://w3id.org/security-guarantees/id/a-denial"
    assert writer.get(FIRST, params={"guarantor": "China"}).json() == before.json()
    assert writer.post("/api/v1/documents", content=DENIAL, headers=TURTLE).status_code == 200
    contested = writer.get(FIRST, params={"guarantor": "China"}, headers={"If-None-Match": before.headers["etag"]})
    assert (contested.status_code, contested.json()["contested"]) == (200, True)
    assert writer.delete("/api/v1/documents/a-denial").status_code == 200
    assert writer.get(FIRST, params={"guarantor": "China"}).json() == before.json()
    assert writer.delete("/api/v1/documents/a-denial").status_code == 404


def test_a_rejected_document_lists_every_fault_and_changes_nothing(writer: httpx.Client) -> None:
    wrong = DENIAL.replace('do not name China as a guarantor" ]', 'names France" ]').replace("sg:act sg:asserts ; ", "")
    before = writer.get(FIRST, params={"guarantor": "China"}).json()
    response = writer.post("/api/v1/documents", content=wrong, headers=TURTLE)
    assert response.status_code == 422
    whats = " ".join(fault["what"] + fault["why"] for fault in response.json()["faults"])
    assert "names France" in whats
    assert "act" in whats
    assert writer.get(FIRST, params={"guarantor": "China"}).json() == before


@pytest.mark.parametrize(
    ("headers", "body", "status"),
    [
        ({}, DENIAL, 401),
        ({"Authorization": "Bearer wrong"}, DENIAL, 401),
        (BEARER, "<a> <b>", 422),
        (BEARER, "[" * 5000, 413),
        (BEARER | {"Content-Type": "text/csv"}, "a,b", 415),
        (BEARER | {"Content-Type": "application/ld+json"}, '{"@context": "http://127.0.0.1:9/"}', 422),
        (BEARER, b"\xff\xfe", 400),
    ],
)
def test_a_document_that_cannot_be_taken_is_told_as_a_problem(
    client: httpx.Client, headers: dict[str, str], body: str | bytes, status: int
) -> None:
    response = client.post("/api/v1/documents", content=body, headers=TURTLE | headers)
    assert (response.status_code, response.headers["content-type"]) == (status, "application/problem+json"), (
        response.text
    )


def test_one_line_of_sparql_finds_the_proposal(client: httpx.Client) -> None:
    query = 'SELECT ?p { ?p sg:namesGuarantor ?g . ?g rdfs:label "China"@en }'
    rows = client.get("/sparql", params={"query": query}).json()["results"]["bindings"]
    assert [row["p"]["value"] for row in rows] == ["https://w3id.org/security-guarantees/id/istanbul-proposals-2022"]


def test_sparql_can_leave_inferences_out(client: httpx.Client) -> None:
    query = "SELECT (COUNT(*) AS ?n) { ?state sg:canBlock ?proposal }"

    def count(**parameters: str) -> int:
        rows = client.get("/sparql", params={"query": query, **parameters}).json()["results"]["bindings"]
        return int(rows[0]["n"]["value"])

    assert count() == 10
    assert count(inferred="false") == 0
    views = {"query": "ASK { ?proposal sg:namesGuarantor ?state }", "inferred": "false"}
    assert client.get("/sparql", params=views).json()["boolean"] is True
