"""Pictures of every page, wide and narrow, in both themes: `python -m tests.screenshots FOLDER [WORD…]`.

WORDs choose the pages whose names hold one. The server's store is a new one with the seed, unless URL names another.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser

from tests import browsers
from tests.processes import Kg
from tests.test_pages import PAGES, WIDTHS

THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
HEIGHT = 900  # pixels of the window; a picture holds the whole page


@contextmanager
def served() -> Iterator[str]:
    if url := os.environ.get("URL"):
        yield url
        return
    with tempfile.TemporaryDirectory() as folder, Kg(Path(folder)).serving() as url:
        yield url


def take(browser: Browser, url: str, folder: Path, words: Sequence[str] = ()) -> list[Path]:
    """The pictures of the pages whose names hold one of `words`, or of all, as files of a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    taken = []
    for width in WIDTHS:
        for theme in THEMES:
            size = {"width": width, "height": HEIGHT}
            context = browser.new_context(base_url=url, color_scheme=theme, viewport=size)  # type: ignore[arg-type]
            page = context.new_page()
            for name, address in PAGES.items():
                if words and not any(word in name for word in words):
                    continue
                page.goto(address)
                taken.append(folder / f"{re.sub(r'[^a-z]+', '-', name.lower())}-{width}-{theme}.png")
                page.screenshot(path=taken[-1], full_page=True)
            context.close()
    return taken


if __name__ == "__main__":
    with served() as address, browsers.opened() as opened:
        take(opened, address, Path(sys.argv[1]), sys.argv[2:])
