"""deploy/, the Dockerfile and docs/production.md fit the program, and what reads such files takes them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from kg.settings import Settings
from tests.processes import CHECKOUT, free_port, wait_for

PRODUCTION = (CHECKOUT / "docs" / "production.md").read_text(encoding="utf-8")
CONSTRAINTS = "deploy/constraints.txt"
UNIT = CHECKOUT / "deploy" / "security-guarantees-kg.service"
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")


def environment() -> dict[str, str]:
    """Each variable that the settings ask for, and its default as the table writes it."""
    asked: dict[str, str] = {}

    class Asked(dict[str, str]):
        def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
            asked[key] = ""
            return default

    Settings.from_environment(Asked())
    defaults = Settings()
    fields = {"HOST": defaults.host, "PORT": defaults.port, "STORE": defaults.store, "KG_LOG": defaults.log}
    fields |= {"KG_DRAIN_SECONDS": f"{defaults.drain_seconds:g}"}
    fields |= {"KG_QUERY_SECONDS": f"{defaults.query_seconds:g}", "KG_QUERY_MEMORY_MB": defaults.query_memory_mb}
    return asked | {name: str(value) for name, value in fields.items()}


def test_the_table_of_limits_has_every_setting_with_its_default() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", PRODUCTION, re.MULTILINE)
    assert {name for name, _ in rows} == environment().keys()
    for name, default in environment().items():
        if default:
            assert (name, f"`{default}`") in rows


def test_what_is_said_of_limits_is_so() -> None:
    from api import service, sparql, updates
    from kg.workers import Limits

    assert (updates.MOST, updates.MOST, sparql.MOST) == (64 << 20, 64 << 20, 2 << 20)
    assert (service.MOST_WAITING, Limits().waiting, Limits().long) == (64, 1024, 16)
    assert Limits().budget == 2 * Limits().memory


def test_every_number_that_is_named_is_there(url: str) -> None:
    names = re.findall(r"`(kg_\w+)`", PRODUCTION)
    text = httpx.get(f"{url}/metrics").text
    assert names
    assert [name for name in names if not re.search(rf"^# HELP {name} ", text, re.MULTILINE)] == []


@pytest.mark.parametrize("name", ["production.md", "stores.md"])
def test_every_link_leads_to_a_file(name: str) -> None:
    text = (CHECKOUT / "docs" / name).read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", text) if "://" not in target]
    assert [target for target in targets if not (CHECKOUT / "docs" / target).exists()] == []
    named = re.findall(r"`((?:deploy|tests)/[\w.\-/]+)`", text)
    assert [target for target in named if not (CHECKOUT / target).exists()] == []


def test_the_image_is_built_of_what_the_wheel_is_made_of_and_runs_as_nobody_special() -> None:
    stages = DOCKERFILE.split("\nFROM ")
    assert len(stages) == 3
    copied = {
        word for line in re.findall(r"^COPY (?!--from)(.*)$", stages[1], re.MULTILINE) for word in line.split()[:-1]
    }
    needed = {"pyproject.toml", "hatch_build.py", "README.md", "LICENSE", "LICENSE-DATA", "kg", "api"}
    assert needed | {"ontology", "queries", "register", "seeds", "examples", CONSTRAINTS} == copied
    assert re.search(rf"--constraint {CONSTRAINTS} \.$", stages[1], re.MULTILINE)
    let_in = set(re.findall(r"^!(\S+)$", (CHECKOUT / ".dockerignore").read_text(encoding="utf-8"), re.MULTILINE))
    assert let_in == copied
    assert re.search(r"^USER (?!root|0)\w+$", stages[2], re.MULTILINE)
    assert re.search(r'^CMD \["kg", "serve"\]$', stages[2], re.MULTILINE)  # the signal to stop reaches it
    assert "HEALTHCHECK" in stages[2]


def test_the_image_rests_on_one_release_of_python_and_of_each_package() -> None:
    assert re.search(r"^ARG BASE=python:3\.\d+\.\d+-slim-[a-z]+$", DOCKERFILE, re.MULTILINE)
    assert re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE) == ["${BASE}", "${BASE}"]
    lines = (CHECKOUT / CONSTRAINTS).read_text(encoding="utf-8").splitlines()
    pairs = [line.split("==") for line in lines if not line.startswith("#")]  # and no place to get them from
    pinned = {canonicalize_name(name): release for name, release in pairs}
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = map(Requirement, (*project["dependencies"], *project["optional-dependencies"]["check"]))
    assert [
        str(each) for each in wanted if not each.specifier.contains(pinned.get(canonicalize_name(each.name), "0"))
    ] == []


def test_the_images_check_of_health_tells_a_server_from_none(url: str) -> None:
    command = re.search(r'CMD \["python", "-c", "(.*)"\]', DOCKERFILE)
    assert command
    code = command[1].replace('\\"', '"')
    for port, expected in ((url.rpartition(":")[2], 0), ("9", 1)):
        ran = subprocess.run(
            ["python3", "-c", code], env={"PATH": os.environ["PATH"], "PORT": port}, capture_output=True, timeout=30
        )
        assert ran.returncode == expected, ran.stderr


def test_the_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("systemd is not here")
    there = UNIT.read_text(encoding="utf-8").replace("/opt/kg/bin/kg", shutil.which("true") or "/bin/true")
    (tmp_path / UNIT.name).write_text(there, encoding="utf-8")
    ran = subprocess.run(
        [tool, "verify", "--man=no", str(tmp_path / UNIT.name)], capture_output=True, text=True, timeout=60
    )
    assert [line for line in ran.stderr.splitlines() if UNIT.name in line] == []


def test_the_unit_waits_for_what_runs_and_stops_the_server_alone() -> None:
    unit = dict(re.findall(r"^(\w+)=(.*)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE))
    assert unit["KillMode"] == "mixed"
    assert int(unit["TimeoutStopSec"]) > Settings().query_seconds + 10


@contextmanager
def nginx(folder: Path, url: str) -> Iterator[str]:
    """nginx by its file, but for its ports and certificate, in front of the server at `url`."""
    tool = shutil.which("nginx", path=f"{os.environ['PATH']}{os.pathsep}/usr/sbin")
    if tool is None or shutil.which("openssl") is None:
        pytest.skip("nginx or openssl is not here")
    make = f"openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=kg -keyout {folder}/key -out {folder}/cert"
    subprocess.run(make.split(), check=True, capture_output=True, timeout=60)
    text, port = (CHECKOUT / "deploy" / "nginx.conf").read_text(encoding="utf-8"), free_port()
    for found, put in (
        (r"ssl_certificate_key .*;", f"ssl_certificate_key {folder}/key;"),
        (r"ssl_certificate /.*;", f"ssl_certificate {folder}/cert;"),
        (r"listen 443 ssl;", f"listen 127.0.0.1:{port} ssl;"),
        (r"listen 80;", f"listen 127.0.0.1:{free_port()};"),
        (r"server 127.0.0.1:8000;", f"server {url.removeprefix('http://')};"),
    ):
        text, count = re.subn(found, put, text)
        assert count == 1, found
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    paths = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    head = f"pid {folder}/pid;\nerror_log {folder}/errors;\nevents {{}}\n"
    whole = f"{head}http {{\naccess_log off;\n{paths}{text}\n}}\n"
    (folder / "nginx.conf").write_text(whole, encoding="utf-8")
    process = subprocess.Popen([tool, "-p", str(folder), "-c", str(folder / "nginx.conf"), "-g", "daemon off;"])
    try:
        wait_for(f"http://127.0.0.1:{port}")
        yield f"https://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_behind_nginx_it_answers_by_tls_and_keeps_to_itself_what_is_for_operators(url: str, tmp_path: Path) -> None:
    with nginx(tmp_path, url) as outside, httpx.Client(base_url=outside, verify=False) as client:
        query: dict[str, Any] = {"params": {"query": "SELECT * { ?s ?p ?o }"}, "headers": {"Accept": "text/csv"}}
        answer = client.get("/sparql", **query)
        assert answer.text == httpx.get(f"{url}/sparql", **query).text
        assert re.fullmatch(r"[0-9a-f]{32}", answer.headers["x-request-id"])
        described = client.get("/sparql", headers={"Accept": "text/turtle"}).text
        assert "https://127.0.0.1" in described
        assert [client.get(path).status_code for path in ("/metrics", "/readyz", "/backup")] == [404, 404, 404]
        assert client.get("/healthz").status_code == 200


def test_caddy_takes_its_file(tmp_path: Path) -> None:
    tool = shutil.which("caddy")
    if tool is None:
        pytest.skip("Caddy is not here")
    ran = subprocess.run(
        [tool, "validate", "--adapter", "caddyfile", "--config", str(CHECKOUT / "deploy" / "Caddyfile")],
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode == 0, ran.stderr
