"""`kg query` and `Graph.query` run what somebody writes as the server does: apart, within limits, and nowhere else."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from kg import errors
from kg.graph import KnowledgeGraph
from tests.hostile import DOUBLED
from tests.processes import Kg


def test_a_query_asks_nobody_else(own_kg: Kg) -> None:
    """Whatever its spelling; nothing knocks at the port that it names."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.2)
        place = f"<http://127.0.0.1:{listener.getsockname()[1]}/>"
        for service in ("SERVICE", "SERVICE SILENT", "serv\\u0069ce"):
            ran = own_kg("query", f"SELECT * {{ {service} {place} {{ ?s ?p ?o }} }}")
            assert ran.code == 2
            assert "SERVICE" in ran.stderr
        with pytest.raises(TimeoutError):
            listener.accept()


RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
LARGE = f"SELECT (STRLEN(?x40) AS ?length) {{ BIND('xxxxxxxx' AS ?x0) {DOUBLED} }}"


@pytest.mark.parametrize(
    ("query", "limit", "said"),
    [
        (RUNAWAY, {"KG_QUERY_SECONDS": "1"}, "no end after 1 seconds"),
        (LARGE, {"KG_QUERY_MEMORY_MB": "64"}, "memory"),
        ("ASK {" + "{" * 5000 + "}" * 5000 + "}", {}, "brackets open at once"),
    ],
    ids=["time", "memory", "depth"],
)
def test_a_query_keeps_to_its_limits(own_kg: Kg, query: str, limit: dict[str, str], said: str) -> None:
    ran = own_kg("query", query, **limit)
    assert (ran.code, ran.stdout) == (3, "")
    assert said in ran.stderr


def test_a_query_ends_at_ctrl_c_with_all_that_it_began(own_kg: Kg) -> None:
    temporary = own_kg.folder / "temporary"
    temporary.mkdir()
    process = subprocess.Popen(
        [sys.executable, "-m", "kg.cli", "query", RUNAWAY],
        cwd=own_kg.folder,
        env=own_kg.environment | {"TMPDIR": str(temporary)},
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    wait_until(lambda: any(busy(pid) for pid in session_of(process.pid) if pid != process.pid))
    os.killpg(process.pid, signal.SIGINT)  # as a terminal sends it, to all that run there
    _, said = process.communicate(timeout=20)
    assert process.returncode == 130
    assert b"Traceback" not in said
    wait_until(lambda: not session_of(process.pid))
    assert list(temporary.iterdir()) == []


def test_a_query_is_answered_where_temporary_files_have_a_long_path(own_kg: Kg) -> None:
    temporary = own_kg.folder / ("temporary" * 14)
    temporary.mkdir()
    assert own_kg("query", "ASK {}", TMPDIR=str(temporary)).stdout == "yes\n"
    assert list(temporary.iterdir()) == []


def session_of(leader: int) -> list[int]:
    """The processes of a session, by Linux's own account."""
    found = []
    for entry in Path("/proc").iterdir():
        with suppress(OSError, ValueError):
            if int((entry / "stat").read_text().rpartition(")")[2].split()[3]) == leader:
                found.append(int(entry.name))
    return found


def busy(pid: int) -> bool:
    """Whether it has used a processor for half a second."""
    with suppress(OSError):
        used = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11]
        return int(used) / os.sysconf("SC_CLK_TCK") > 0.5
    return False


def wait_until(holds: Callable[[], bool], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_the_librarys_queries_keep_to_the_same_limits(seeded: KnowledgeGraph) -> None:
    """Also from within an event loop, as a notebook has one."""

    async def asked() -> object:
        return list(seeded.query("SELECT ?p { ?p sg:namesGuarantor id:china }"))

    assert len(asyncio.run(asked())) == 1  # type: ignore[arg-type]
    with pytest.raises(errors.Elsewhere):
        seeded.query("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    with pytest.raises(errors.BadQuery):
        seeded.query("SELECT nothing")
    assert list(seeded.query("CONSTRUCT WHERE { id:istanbul-proposals-2022 sg:namesGuarantor ?state }"))
