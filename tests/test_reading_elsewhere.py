"""A store is read by many at once, and where nobody may write: by a copy that goes at the end; writing is refused."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kg.errors import StoreUnavailable
from kg.store import open_copy
from tests.processes import CHECKOUT, Kg

NOBODY = 65534
COUNT = "SELECT (COUNT(*) AS ?n) { ?claim a sg:Claim }"
READING = [("query", COUNT), ("ask", "--name", "proposals-naming-guarantor", "guarantor=China", "--format", "csv")]
OTHERS = """
import sys, pyoxigraph as ox
from kg.store import Change, open_store
with open_store(sys.argv[1]) as store:
    print("open", flush=True)
    while sys.stdin.readline():
        store.commit(Change(frozenset({ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal(store.version))})))
        print("done", flush=True)
"""

READER = f"""
import os, sys
from kg.errors import StoreUnavailable
from kg.store import open_copy, open_store
if os.geteuid() == 0:
    os.seteuid({NOBODY})
with open_copy(sys.argv[1]) as copy:
    print(len(copy))
try:
    open_store(sys.argv[1])
except StoreUnavailable as unavailable:
    print(unavailable)
"""


@contextmanager
def held_elsewhere(folder: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process that has the store open, and commits to it for each line that it gets."""
    process = subprocess.Popen(
        [sys.executable, "-c", OTHERS, f"file:{folder}"],
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        assert process.stdout.readline() == "open\n"
        yield process
    finally:
        process.stdin.close()
        process.wait(timeout=60)


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_a_store_that_another_process_has_is_read_and_not_written(own_kg: Kg, tmp_path: Path) -> None:
    alone = [own_kg(*each) for each in READING]
    room = tmp_path / "temporary"
    room.mkdir()
    with held_elsewhere(own_kg.folder / "store"):
        before = files(own_kg.folder / "store")
        assert [own_kg(*each, TMPDIR=str(room)) for each in READING] == alone
        written = own_kg("load", str(CHECKOUT / "tests" / "breadth" / "briefing-agency.ttl"))
        assert (written.code, "another process that has it open" in written.stderr) == (3, True)
        assert files(own_kg.folder / "store") == before
    assert list(room.iterdir()) == []
    assert alone[0].code == 0


def test_a_copy_holds_one_version_whole_whatever_is_committed_meanwhile(tmp_path: Path) -> None:
    with held_elsewhere(tmp_path / "store") as other:
        assert other.stdin is not None
        assert other.stdout is not None
        for number in range(8):
            with open_copy(f"file:{tmp_path / 'store'}") as copy:
                other.stdin.write("\n")
                other.stdin.flush()
                assert len(copy) == number
                assert other.stdout.readline() == "done\n"


def test_a_store_that_nobody_may_write_is_read(kg: Kg) -> None:
    """As somebody who owns nothing of it."""
    with tempfile.TemporaryDirectory(dir="/tmp") as name:
        folder, temporary = Path(name, "read-only"), Path(name, "temporary")
        shutil.copytree(kg.folder / "store", folder / "store")
        temporary.mkdir()
        places = [folder, *folder.rglob("*")]
        for path in places:
            path.chmod(0o555 if path.is_dir() else 0o444)
        Path(name).chmod(0o755)
        temporary.chmod(0o777)
        try:
            ran = subprocess.run(
                [sys.executable, "-c", READER, f"file:{folder / 'store'}"],
                env=os.environ | {"PYTHONPATH": str(CHECKOUT), "TMPDIR": str(temporary)},
                capture_output=True,
                text=True,
                timeout=60,
            )
        finally:
            for path in places:
                path.chmod(0o755)
    assert ran.returncode == 0, ran.stderr
    count, refusal = ran.stdout.splitlines()
    assert int(count) > 1000
    assert "can be written" in refusal


@pytest.mark.parametrize("url", ["file:nothing-there", "memory:"])
def test_where_there_is_no_store_there_is_nothing_to_copy(url: str) -> None:
    with pytest.raises(StoreUnavailable, match="a folder that holds a store"):
        open_copy(url)
