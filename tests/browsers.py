"""A browser for tests: a Chromium or Chrome that is there, or Debian's where apt and root allow."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import pytest
from playwright.sync_api import Browser, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
MACOS = tuple(f"/Applications/{name}.app/Contents/MacOS/{name}" for name in ("Google Chrome", "Chromium"))


@cache
def browser() -> str | None:
    """The path of a browser; None where there is none and none can be installed."""
    return there() or (there() if installed() else None)


def there() -> str | None:
    return next(filter(None, [*map(shutil.which, NAMES), *(path for path in MACOS if os.access(path, os.X_OK))]), None)


def installed() -> bool:
    """Whether Debian's Chromium could be installed."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return False
    quiet = {"env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}, "capture_output": True, "check": False}
    install = ["apt-get", "install", "--yes", "--no-install-recommends", "chromium"]
    try:
        subprocess.run(["apt-get", "update"], timeout=120, **quiet)  # type: ignore[call-overload]
        return bool(subprocess.run(install, timeout=400, **quiet).returncode == 0)  # type: ignore[call-overload]
    except (OSError, subprocess.TimeoutExpired):
        return False


@contextmanager
def opened() -> Iterator[Browser]:
    """A browser that is started; without one the test is left out, which fails where CI is set."""
    path = browser()
    if path is None:
        reason = "no Chromium or Chrome is here, and Debian's cannot be installed"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox"] if os.geteuid() == 0 else []  # root has no sandbox
        started = playwright.chromium.launch(executable_path=path, args=arguments)
        yield started
        started.close()
