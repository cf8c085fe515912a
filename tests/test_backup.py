"""A backup, taken while the server serves, brings the same graph back; what is no whole backup changes nothing."""

from __future__ import annotations

import gzip
import threading
from pathlib import Path

import httpx
import pyoxigraph as ox
import pytest

from kg.errors import BadArchive
from kg.exporting import packed, unpacked
from kg.store import open_store
from tests.processes import CHECKOUT, TOKEN, Kg

DOCUMENT = CHECKOUT / "tests" / "breadth" / "briefing-agency.ttl"
OWN = """PREFIX ex: <http://example.org/>
INSERT DATA { ex:unnamed ex:p 1 . GRAPH ex:own { ex:s ex:p "a\\"b\\n☃"@en, 1.50, _:blank . _:blank ex:p _:blank } }"""


def canonical(store: Path) -> list[str]:
    """The quads of a closed store, canonically: blank nodes by RDFC-1.0, lines in order."""
    with open_store(f"file:{store}") as opened:
        quads = ox.Dataset(opened.quads())
    quads.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(map(str, quads))


def test_a_backup_of_a_served_store_brings_the_same_graph_back(own_kg: Kg, tmp_path: Path) -> None:
    with own_kg.serving(KG_TOKEN=TOKEN) as url:
        update = httpx.post(
            f"{url}/sparql/update", data={"update": OWN}, headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60
        )
        assert update.status_code == 204, update.text
        loaded = own_kg("load", str(DOCUMENT), KG_TOKEN=TOKEN)
        assert loaded.code == 0, loaded.stderr
        saved = own_kg("backup", "served.nq.gz", KG_TOKEN=TOKEN)
        assert (saved.code, saved.stdout[:12]) == (0, "served.nq.gz"), saved.stderr
    assert own_kg("backup", "closed.nq.gz").code == 0
    restored = own_kg("restore", "served.nq.gz", STORE="file:restored")
    assert restored.code == 0, restored.stderr
    assert int(restored.stdout.split()[0].replace(",", "")) == len(canonical(tmp_path / "store"))
    assert canonical(tmp_path / "restored") == canonical(tmp_path / "store")
    assert (tmp_path / "served.nq.gz").read_bytes() == (tmp_path / "closed.nq.gz").read_bytes()
    assert last_line(tmp_path) == b"# %d quads, whole" % len(canonical(tmp_path / "store"))
    assert own_kg("export", STORE="file:restored").stdout == own_kg("export").stdout


def last_line(folder: Path) -> bytes:
    return gzip.decompress((folder / "served.nq.gz").read_bytes()).splitlines()[-1]


def test_a_restored_graph_goes_on_where_the_old_one_stood(own_kg: Kg) -> None:
    """Nothing is read, validated or inferred anew; a document that was withdrawn stays so."""
    assert own_kg("unload", "chinese-peacekeepers").code == 0
    assert own_kg("backup", "graph.nq.gz").code == 0
    assert own_kg("load", str(DOCUMENT)).code == 0
    assert own_kg("restore", "graph.nq.gz").code == 0
    listed = own_kg("query", "SELECT ?g { GRAPH ?g { ?s a sg:Article } }", "--format", "csv")
    assert (listed.stderr, listed.stdout.split()) == ("", ["g"])


def test_a_backup_is_one_version_whatever_is_written_meanwhile(own_kg: Kg) -> None:
    """Each update takes a batch of 500 out of a graph and puts the next in: a backup has one whole batch."""
    with own_kg.serving(KG_TOKEN=TOKEN) as url:
        stop = threading.Event()

        def write() -> None:
            number = 0
            while not stop.is_set():
                rows = " ".join(f"<a:{index}> <a:p> {number} ." for index in range(500))
                update = f"DROP SILENT GRAPH <a:g> ; INSERT DATA {{ GRAPH <a:g> {{ {rows} }} }}"
                answer = httpx.post(
                    f"{url}/sparql/update", data={"update": update}, headers={"Authorization": f"Bearer {TOKEN}"}
                )
                assert answer.status_code == 204
                number += 1

        writer = threading.Thread(target=write)
        writer.start()
        try:
            for round_ in range(3):
                assert own_kg("backup", f"{round_}.nq.gz", KG_TOKEN=TOKEN).code == 0
        finally:
            stop.set()
            writer.join()
    for round_ in range(3):
        batch = [quad for quad in unpacked(own_kg.folder / f"{round_}.nq.gz") if str(quad.graph_name) == "<a:g>"]
        assert len(batch) in (0, 500)
        assert len({quad.object for quad in batch}) <= 1


def test_a_backup_over_http_needs_the_token_where_there_is_one(own_kg: Kg) -> None:
    with own_kg.serving(KG_TOKEN=TOKEN) as url:
        assert httpx.get(f"{url}/backup").status_code == 401
        ran = own_kg("backup", "graph.nq.gz", KG_TOKEN="another")
        assert (ran.code, (own_kg.folder / "graph.nq.gz").exists()) == (2, False)
    with own_kg.serving() as url:
        assert httpx.get(f"{url}/backup").headers["content-type"] == "application/gzip"


def test_a_store_that_is_served_is_not_restored(own_kg: Kg) -> None:
    assert own_kg("backup", "graph.nq.gz").code == 0
    with own_kg.serving():
        ran = own_kg("restore", "graph.nq.gz")
    assert ran.code == 3
    assert "another process that has it open" in ran.stderr


QUADS = [ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal(number)) for number in range(30_000)]


def text(*lines: bytes) -> bytes:
    return gzip.compress(b"\n".join(lines))


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"", "another kind"),
        (b"<a:s> <a:p> <a:o> .\n", "another kind"),
        (text(b"<a:s> <a:p> <a:o> ."), "another kind"),
        (b"".join(packed(QUADS))[:-20], "cut off"),
        (b"".join(packed(QUADS))[:5000], "cut off"),
        (text(*gzip.decompress(b"".join(packed(QUADS))).split(b"\n")[:-2], b""), "cut off"),
        (text(*gzip.decompress(b"".join(packed(QUADS))).split(b"\n")[:9], b"# 30000 quads, whole", b""), "cut off"),
        (text(gzip.decompress(b"".join(packed([]))).split(b"\n")[0], b"what?", b"# 1 quads, whole", b""), "damage"),
    ],
    ids=["empty", "no-gzip", "no-backup", "end", "middle", "no-last-line", "quads-missing", "no-quads"],
)
def test_what_is_no_whole_backup_is_refused_and_changes_nothing(tmp_path: Path, data: bytes, found: str) -> None:
    (tmp_path / "file").write_bytes(data)
    with open_store(f"file:{tmp_path / 'store'}") as store:
        store.replace_all(QUADS[:1])
        with pytest.raises(BadArchive, match=found) as refusal:
            store.replace_all(unpacked(tmp_path / "file"))
        assert (store.version, len(store)) == (1, 1)
    assert "Nothing was changed" in refusal.value.remedy


def test_the_command_line_says_so_in_one_line(own_kg: Kg) -> None:
    (own_kg.folder / "letter.txt").write_text("dear")
    ran = own_kg("restore", "letter.txt")
    assert (ran.code, len(ran.stderr.splitlines())) == (2, 1)
    assert "letter.txt: found a file of another kind" in ran.stderr
    assert own_kg("restore", "nothing").code == 2


def test_a_backup_that_fails_leaves_the_one_before(own_kg: Kg) -> None:
    (own_kg.folder / "graph.nq.gz").write_bytes(b"the one before")
    ran = own_kg("backup", "--force", "graph.nq.gz", STORE="http://127.0.0.1:9/sparql")
    assert ran.code == 3
    assert (own_kg.folder / "graph.nq.gz").read_bytes() == b"the one before"
    assert [path.name for path in own_kg.folder.glob("*.part")] == []


def test_packing_gives_back_what_it_was_given(tmp_path: Path) -> None:
    blank, p = ox.BlankNode("b"), ox.NamedNode("a:p")
    strange = [
        ox.Quad(blank, p, ox.Literal('"\\\n\r\t\x00☃', language="en"), ox.BlankNode("g")),
        ox.Quad(blank, p, ox.Triple(blank, p, ox.Literal("1", datatype=p))),
    ]
    (tmp_path / "file").write_bytes(b"".join(packed([*strange, *QUADS])))
    assert list(unpacked(tmp_path / "file")) == [*strange, *QUADS]
