"""Documents that come together: one transaction, one pass of inference, and what one after another would leave."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from benchmarks import synthetic
from kg.documents import parsing
from kg.errors import Rejected
from kg.graph import KnowledgeGraph
from kg.rules import ruleset
from tests.processes import TOKEN, Kg

BREADTH = Path(__file__).parent / "breadth"
TOGETHER = [BREADTH / f"{name}.ttl" for name in ("abstention", "briefing-agency", "briefing-daily", "resembling-plans")]

INVALID = BREADTH.parent / "invalid" / "shape-claimshape-act.ttl"


def held(graph: KnowledgeGraph) -> set[str]:
    return set(map(str, graph.store.quads()))


def faulty(folder: Path) -> Path:
    """A document of which a quote is not in its text."""
    for ending in ("ttl", "txt"):
        shutil.copy(BREADTH / f"times.{ending}", folder)
    text = (folder / "times.txt").read_text(encoding="utf-8")
    (folder / "times.txt").write_text(text.upper(), encoding="utf-8")
    return folder / "times.ttl"


def test_documents_that_come_together_leave_what_one_after_another_would(graph: KnowledgeGraph) -> None:
    for path in TOGETHER:
        graph.load(path)
    apart = held(graph)
    for path in TOGETHER:
        graph.unload(path.stem)
    version = graph.store.version
    done = graph.load_all(TOGETHER)
    assert held(graph) == apart
    assert graph.store.version == version + 1
    assert all(path.stem in done.document for path in TOGETHER)
    assert done.derived > 0


def test_so_many_that_all_is_derived_afresh_leave_the_same(graph: KnowledgeGraph) -> None:
    made, before = [each.encode() for each in synthetic.documents(10)], list(graph.store.quads())
    assert graph.load_all(made).added > ruleset.MANY
    afresh = held(graph)
    graph.store.replace_all(before)
    for part in (made[:5], made[5:]):
        assert graph.load_all(part).added < ruleset.MANY
    assert held(graph) == afresh


def test_one_faulty_document_refuses_all_and_the_faults_of_each_are_named(
    graph: KnowledgeGraph, tmp_path: Path
) -> None:
    before = held(graph)
    with pytest.raises(Rejected, match=r"(?s)input 5:1: .*input 7: "):
        graph.load_all([*TOGETHER, b"not Turtle", TOGETHER[0], b"@prefix : <a:> . :a :b :c ."])
    with pytest.raises(Rejected, match=r"times\.ttl:\d+"):
        graph.load_all([*TOGETHER, faulty(tmp_path)])
    assert held(graph) == before


def form(*paths: Path) -> list[tuple[str, tuple[str, bytes, str]]]:
    """Documents as the files of a form, with their texts in them."""
    sent = []
    for path in paths:
        triples = (quad.triple for quad in parsing.read(path).quads)
        sent.append(("document", (path.name, ox.serialize(triples, format=ox.RdfFormat.TURTLE), "text/turtle")))
    return sent


def test_a_form_of_documents_is_one_transaction(own_kg: Kg) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with own_kg.serving(KG_TOKEN=TOKEN) as url, httpx.Client(base_url=url, headers=headers, timeout=60) as client:

        def version() -> str:
            lines = client.get("/metrics").text.splitlines()
            return next(line for line in lines if line.startswith("kg_store_version"))

        before = version()
        unquoted = [*form(*TOGETHER), ("document", ("wrong.ttl", b"not Turtle", "text/turtle"))]
        refused = client.post("/api/v1/documents", files=unquoted)
        assert (refused.status_code, [each["file"] for each in refused.json()["faults"]]) == (422, ["wrong.ttl"])
        refused = client.post("/api/v1/documents", files=form(*TOGETHER, INVALID))
        assert (refused.status_code, {each["file"] for each in refused.json()["faults"]}) == (422, {INVALID.name})
        assert client.post("/api/v1/documents?dry_run=true", files=form(*TOGETHER)).json()["derived"] > 0
        assert version() == before
        done = client.post("/api/v1/documents", files=form(*TOGETHER)).json()
        assert all(path.stem in done["document"] for path in TOGETHER)
        assert float(version().split()[1]) == float(before.split()[1]) + 1
        for wrong, status in (
            ({"files": [("document", ("a.csv", b"a,b", "text/csv"))]}, 415),
            ({"content": b"no form", "headers": {"Content-Type": "multipart/form-data; boundary=x"}}, 400),
        ):
            assert client.post("/api/v1/documents", **wrong).status_code == status


@pytest.mark.parametrize("served", [False, True], ids=["alone", "through a server"])
def test_the_command_line_loads_all_or_none(own_kg: Kg, tmp_path: Path, served: bool) -> None:
    def run() -> None:
        refused = own_kg("load", *map(str, TOGETHER), str(faulty(tmp_path)), KG_TOKEN=TOKEN)
        assert refused.code == 1
        assert "times" in refused.stderr
        assert own_kg("unload", TOGETHER[0].stem, KG_TOKEN=TOKEN).code == 2, "nothing was loaded"
        loaded = own_kg("load", *map(str, TOGETHER), KG_TOKEN=TOKEN)
        assert loaded.code == 0, loaded.stderr
        assert all(path.stem in loaded.stdout for path in TOGETHER)
        assert own_kg("unload", *(path.stem for path in TOGETHER), KG_TOKEN=TOKEN).code == 0

    if served:
        with own_kg.serving(KG_TOKEN=TOKEN):
            run()
    else:
        run()


def test_a_claim_costs_as_many_statements_beside_many_documents_as_beside_few(graph: KnowledgeGraph) -> None:
    """Whatever compares claims grows with their number, and not with its square."""
    before, costs = len(graph.store), list[float]()
    made = [each.encode() for each in synthetic.documents(40, claims=20)]
    for part in (made[:10], made[10:]):
        graph.load_all(part)
        costs.append((len(graph.store) - before) / (20 * len(made[:10] if not costs else made)))
    assert costs[1] == pytest.approx(costs[0], rel=0.05)


@pytest.mark.parametrize("order", [(3, 0, 4, 1, 2), (2, 4, 1, 3, 0)], ids=["one order", "another"])
def test_documents_in_any_order_with_some_withdrawn_leave_what_the_rest_at_once_would(
    graph: KnowledgeGraph, order: tuple[int, ...]
) -> None:
    """Also where more claims take a side than are paired: each denies what others affirm."""
    names = [f"synthetic-{number:06d}" for number in range(5)]
    made = [synthetic.document(number, claims=6) for number in range(5)]
    made = [each.replace("sg:polarity sg:affirmed", "sg:polarity sg:denied", 1) for each in made]
    made = [_about(each).encode() for each in made]
    for place in order:
        graph.load(made[place])
    for place in order[1:3]:
        graph.unload(names[place])
    apart = held(graph)
    left = [place for place in range(5) if place not in order[1:3]]
    for place in left:
        graph.unload(names[place])
    graph.load_all([made[place] for place in left])
    assert held(graph) == apart


def _about(document: str) -> str:
    """The document with every claim on one readiness, so that many take one side."""
    first = "a sg:Readiness ; sg:actor id:china ; sg:readyFor [ a sg:Ceasefire ; sg:conflict id:russia-ukraine-war ]"
    return re.sub(r"sg:content \[ a .*? \] \.$", f"sg:content [ {first} ] .", document, flags=re.MULTILINE)
