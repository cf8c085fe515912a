"""A server whose log, numbers and end a test looks at."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from tests.processes import Kg


class Server:
    """`kg serve` whose log and end can be looked at."""

    def __init__(self, kg: Kg, **environment: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "kg.cli", "serve", "--port", "0"],
            cwd=kg.folder,
            env=kg.environment | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )
        assert self.process.stderr is not None
        self.lines: list[str] = []
        self.url = ""
        for line in self.process.stderr:
            self.lines.append(line)
            if found := re.match(r"Serving (http://\S+)", line):
                self.url = found[1]
                break
        assert self.url, "".join(self.lines)
        self._reader = threading.Thread(target=self.lines.extend, args=(self.process.stderr,))
        self._reader.start()

    def stop(self) -> int:
        """Ask it to stop; give its exit code, once its whole log is here."""
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(timeout=60)
        self._reader.join()
        return code

    def logged(self) -> list[dict[str, Any]]:
        """The lines after the last that is said to whoever started it."""
        return [json.loads(line) for line in self.lines if line.startswith("{")]


@contextmanager
def server(kg: Kg, **environment: str) -> Iterator[Server]:
    started = Server(kg, **environment)
    try:
        yield started
    finally:
        if started.process.poll() is None:
            started.stop()


def numbers(url: str) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    """What /metrics says: a sample's name and labels → its value."""
    answer = httpx.get(f"{url}/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def wait_until(condition: Any, seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    """All processes below one, where the system lists them."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found += [int(status.parent.name), *children(int(status.parent.name))]
    return found
