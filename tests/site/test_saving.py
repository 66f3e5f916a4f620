"""While a person writes: each save is seen, and both editions are whole at every moment."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from benchmarks.saving import SAVED, Save, copy, edit, fetch, page_of, served, until
from playwright.sync_api import Page, expect

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
    """The book, with labs that are executed in a moment."""
    folder = copy(tmp_path_factory.mktemp("saving") / "book")
    for lab in folder.glob("docs/*/labs/digits.py"):
        cells = re.split(r"^(?=# %%)", lab.read_text("utf-8"), flags=re.M)
        words = [cell for cell in cells if cell.startswith("# %% [markdown]")]
        lab.write_text("".join(words) + "# %%\nprint(6 * 7)\n", "utf-8")
    with served(folder) as (address, log):
        yield Book(folder, address, log)


class Watcher(threading.Thread):
    """A reader of both editions who never stops, and notes what is not as it should be."""

    def __init__(self, address: str) -> None:
        super().__init__(daemon=True)
        self.address, self.ended, self.rounds = address, False, 0
        self.faults: list[str] = []

    def run(self) -> None:
        while not self.ended:
            for name in LOOKED_AT:
                try:
                    self._look(name)
                except Exception as error:  # noted: an assertion of a thread is not seen
                    self.faults.append(f"{name}: {error}")
            self.rounds += 1
            time.sleep(0.05)  # a reader who leaves the builder some of the machine

    def _look(self, name: str) -> None:
        text = fetch(self.address + name)
        if name.endswith("/"):
            assert DRESSED.search(text) and text.rstrip().endswith("</html>"), "undressed or cut"
        elif name.endswith(".css"):
            assert "--book-blue" in text and ".md-typeset" in text, f"{len(text)} characters"
        else:
            assert "keepAnchor();" in text, f"{len(text)} characters"

    def __enter__(self) -> Watcher:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.ended = True
        self.join()


# The code of a module that no figure and no lab needs: what it changes is made in a moment.
SAVES = SAVED | {
    "code of the package": Save(
        "src/perceptrons/recurrence.py",
        r"max_norm: float(?=\))",
        'max_norm: float, mark: str = "MARK"',
        "perceptrons.recurrence",
    )
}


@pytest.mark.parametrize("kind", SAVES)
def test_each_save_is_seen_and_both_editions_stay_whole(book: Book, kind: str) -> None:
    save, mark = SAVES[kind], "marked" + kind.replace(" ", "")
    seen = book.address + page_of(book.folder, save.seen)
    before = len(book.told())
    with Watcher(book.address) as watcher:
        edit(book.folder, save, mark)
        until(
            lambda: mark in fetch(seen), f"{save.file} is not seen at {seen}: {book.told(before)}"
        )
        until(lambda: "── built" in book.told(before), "the build does not end")
    assert watcher.faults == [] and watcher.rounds > 0
    assert "all is well" in book.told(before)


@pytest.mark.parametrize(
    ("file", "text", "edited", "line"),
    [
        ("docs/fr/network.md", r"(?<=\S\.)\n\n", " $\\notacommand$.\n\n", True),
        (
            "docs/figures/training.py",
            r"def learning_rates\(pen\):",
            "def learning_rates(pen:",
            True,
        ),
        ("src/perceptrons/metrics.py", r"def accuracy\(", "def accuracy((", True),
        (
            "src/perceptrons/losses.py",
            r"Nothing is broadcast",
            r"$\notacommand$ is broadcast",
            True,
        ),
        ("mkdocs.yml", r"\nnav:", "\nnav: ]", True),
        ("theme/main.html", r"{% block site_meta %}", "{% blok site_meta %}", True),
        ("theme/palette.json", r"\{", "{{", True),
        ("docs/en/labs/digits.py", r"print\(6 \* 7\)", "print(6 / 0)", True),
    ],
    ids=["page", "figure", "package", "docstring", "menu", "template", "palette", "lab"],
)
def test_a_faulty_save_is_told_with_its_line_and_the_last_good_site_stays(
    book: Book, file: str, text: str, edited: str, line: bool
) -> None:
    def pages() -> list[str]:
        return [
            re.sub(r"<script>\n\(async.*?</script>\n", "", fetch(book.address + name), flags=re.S)
            for name in [*LOOKED_AT, "en/labs/digits/", page_of(book.folder, "perceptrons.losses")]
        ]

    path = book.folder / file
    good, last, before = path.read_text("utf-8"), pages(), len(book.told())
    found = re.search(text, good)
    assert found
    at = good.count("\n", 0, found.start() + 1) + 1
    with Watcher(book.address) as watcher:
        edit(book.folder, Save(file, text, edited, ""), "")
        until(lambda: "── built" in book.told(before), "the build does not end")
    told = book.told(before)
    places = re.findall(rf"^{re.escape(file)}:(\d+): ", told, re.M)
    assert places and any(abs(int(place) - at) <= 1 for place in places), (at, told)
    assert "Traceback" not in told
    assert watcher.faults == [] and pages() == last
    before = len(book.told())
    path.write_text(good, "utf-8")
    until(lambda: "── built" in book.told(before), "the build does not end")
    assert "all is well" in book.told(before), book.told(before)
    assert pages() == last


def test_the_browser_shows_the_page_again(book: Book, page: Page) -> None:
    page.goto(f"{book.address}en/network/")
    edit(book.folder, SAVED["page"], "comes by itself")
    expect(page.locator("article")).to_contain_text("comes by itself", timeout=60_000)
    rule = Save("theme/css/text.css", r"\Z", "article { outline: 7px solid red }\n", "")
    edit(book.folder, rule, "")
    expect(page.locator("article")).to_have_css("outline-width", "7px", timeout=60_000)
