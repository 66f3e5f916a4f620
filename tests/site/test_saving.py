"""While a person writes: each save is seen, and both editions are whole at every moment."""

from __future__ import annotations

import re
import shutil
import threading
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from atelier import figures, site
from benchmarks.saving import SAVED, Save, copy, fetch, page_of, served, until

LOOKED_AT = [
    f"{language}/{name}"
    for language in ("fr", "en")
    for name in ("", "network/", "assets/book/book.css", "js/languages.mjs")
]
DRESSED = re.compile(r'<link rel="stylesheet" href="[./]*assets/book/book\.css"')


@dataclass(frozen=True)
class Book:
    """A copy of the book, served."""

    folder: Path
    address: str
    log: Path

    def told(self, since: int = 0) -> str:
        """What the server has printed."""
        return self.log.read_text("utf-8")[since:]


@pytest.fixture(scope="module")
def book(built_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Book]:
    """A small book with everything of the real one: few pages, two figures, no lab to execute."""
    folder = copy(tmp_path_factory.mktemp("saving") / "book")
    with served(folder) as (address, log):
        yield Book(folder, address, log)


class Watcher(threading.Thread):
    """A reader of both editions who never stops, and notes what is not as it should be."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address, self.faults, self.rounds, self.ended = address, [], 0, False
        self.slowest = 0.0

    def run(self) -> None:
        while not self.ended:
            for name in LOOKED_AT:
                try:
                    self._look(name)
                except Exception as error:  # noted: an assertion of a thread is not seen
                    self.faults.append(f"{name}: {error}")
            self.rounds += 1

    def _look(self, name: str) -> None:
        text = fetch(self.address + name)
        if name.endswith("/") or name in ("fr/", "en/"):
            assert DRESSED.search(text) and text.rstrip().endswith("</html>"), "undressed or cut"
        elif name.endswith(".css"):
            assert "--book-blue" in text and ".md-typeset" in text, f"{len(text)} characters"
        else:
            assert "export" in text or "document" in text, f"{len(text)} characters"

    def __enter__(self) -> Watcher:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended = True
        self.join()
