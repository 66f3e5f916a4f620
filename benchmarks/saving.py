"""How long an author waits: from a save, under `make serve`, to what is seen in the browser."""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.measure import Table

ROOT = Path(__file__).resolve().parent.parent
SAVES = 3
SETTLED = 2  # seconds between two saves: the server has then looked through the whole site
PATIENCE = 300  # seconds after which a save counts as lost
LEFT_OUT = shutil.ignore_patterns("__pycache__")
SOURCES = ("docs", "src", "theme", "requirements", ".cache")
FILES = ("*.yml", "*.toml", "*.json", "*.md", "LICENSE")


@dataclass(frozen=True)
class Save:
    """A change that a person may make.

    Attributes:
        file: What is edited.
        text: A regular expression, of which the first match is edited.
        edited: What is written in its place; a word that was never there stands for MARK.
        seen: Where the word is looked for; a module stands for the page that describes it.
        goal: Seconds, on two quiet cores; None where none was set.
    """

    file: str
    text: str
    edited: str
    seen: str
    goal: float | None = None


SAVED = {
    "page": Save("docs/en/network.md", r"(?<=\S\.)\n\n", " MARK.\n\n", "en/network/", 1.5),
    "style": Save(
        "theme/css/text.css", r"\Z", ".MARK { color: red }\n", "en/assets/book/book.css", 2
    ),
    "script": Save("theme/js/languages.mjs", r"\Z", "// MARK\n", "fr/js/languages.mjs", 2),
    "figure": Save("docs/figures/training.py", 'en="iteration"', 'en="MARK"', "en/training/", 4),
    "docstring": Save(
        "src/perceptrons/losses.py", r"A loss takes", "MARK takes", "perceptrons.losses", 5
    ),
    "menu": Save("mkdocs.en.yml", r"- Home:", "- MARK:", "en/training/"),
    "template": Save("theme/partials/copyright.html", r"<ul", "<!-- MARK -->\n<ul", "fr/network/"),
    "lab": Save("docs/en/labs/digits.py", r"\.\n", ". MARK\n", "en/labs/digits/"),
    "code of the package": Save(
        "src/perceptrons/losses.py",
        r"delta: float = 1.0",
        'delta: float = 1.0, mark: str = "MARK"',
        "perceptrons.losses",
    ),
}


def table() -> Table:
    """Save one file of each kind, several times, in a copy of the book."""
    with tempfile.TemporaryDirectory() as folder:
        book = copy(Path(folder) / "book")
        with served(book) as (address, _):
            times = {
                kind: [wait(book, address, save) for _ in range(SAVES)]
                for kind, save in SAVED.items()
            }
    rows = [
        (kind, f"{statistics.median(times[kind]):.1f}" + (f" (≤ {save.goal})" if save.goal else ""))
        for kind, save in SAVED.items()
    ]
    return Table(
        "From a save to the page",
        ("what is saved", "seconds (goal)"),
        rows,
        f"Medians of {SAVES} saves under `make serve`, each undone before the next.",
    )


def wait(book: Path, address: str, save: Save) -> float:
    """Save, return the seconds until it is seen, and undo it."""
    mark = f"mark{time.time_ns()}"
    file, seen = book / save.file, address + page_of(book, save.seen)
    before = file.read_text("utf-8")
    started = time.perf_counter()
    edit(book, save, mark)
    until(lambda: mark in fetch(seen), f"{save.file}, saved, is not seen at {seen}")
    waited = time.perf_counter() - started
    file.write_text(before, "utf-8")
    until(lambda: mark not in fetch(seen), f"{save.file}, undone, is still seen at {seen}")
    time.sleep(SETTLED)
    return waited


def edit(book: Path, save: Save, mark: str) -> None:
    """Save a change, with a word in the place of MARK."""
    file = book / save.file
    before = file.read_text("utf-8")
    after = re.sub(save.text, lambda _: save.edited.replace("MARK", mark), before, count=1)
    if after == before:
        raise ValueError(f"{save.file} has no {save.text}: nothing is changed")
    file.write_text(after, "utf-8")


def page_of(book: Path, seen: str) -> str:
    """Return the address where a save is seen: for a module, the page that describes it."""
    if not seen.startswith("perceptrons."):
        return seen
    pages = (book / "docs" / "en").rglob("*.md")
    (page,) = (page for page in pages if re.search(rf"^::: {seen}$", page.read_text("utf-8"), re.M))
    return page.relative_to(book / "docs").with_suffix("").as_posix() + "/"


def fetch(address: str) -> str:
    """Return what stands at an address."""
    with urllib.request.urlopen(address, timeout=PATIENCE) as answer:
        text: str = answer.read().decode("utf-8")
        return text


def copy(place: Path) -> Path:
    """Copy what the site is made from, and what was made already; return the copy."""
    for name in SOURCES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, place / name, ignore=LEFT_OUT)
    for pattern in FILES:
        for file in ROOT.glob(pattern):
            shutil.copy2(file, place / file.name)
    (place / "node_modules").symlink_to(ROOT / "node_modules")
    return place


@contextmanager
def served(book: Path, *options: str) -> Iterator[tuple[str, Path]]:
    """Start the server of a copy on a free port; give the address that it prints, and its log."""
    log = book / "served.log"
    command = [sys.executable, "-m", "atelier", "serve", "--port", "0", *options]
    environment = os.environ | {"PYTHONPATH": str(book / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    with log.open("w", encoding="utf-8") as output:
        server = subprocess.Popen(
            command, cwd=book, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield until(lambda: printed_address(log), f"{command} prints no address"), log
        finally:
            server.terminate()
            server.wait()


def printed_address(log: Path) -> str:
    """Return the address that the server has printed, or nothing yet."""
    found = re.search(r"http://\S+", log.read_text("utf-8"))
    return found[0] if found else ""


def until(look: Callable[[], Any], said: str) -> Any:
    """Return what a look gives as soon as it gives something."""
    end = time.monotonic() + PATIENCE
    while not (found := look()):
        if time.monotonic() > end:
            raise TimeoutError(said)
        time.sleep(0.02)
    return found
