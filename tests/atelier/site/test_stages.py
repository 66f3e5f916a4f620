"""What changed is made again and gives the bytes of a build from nothing; faults change nothing."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from atelier.render import labs
from atelier.site import build as site
from atelier.site import editions, stages
from atelier.site.publishing import publish

PAGE = (
    "---\ntitle: Page\n---\n# Une page { #page }\n\nUn mot et $a$.\n\n## Suite { #suite }\n\nFin.\n"
)
MENU = "nav: [{A: index.md}, {B: page.md}, {C: labs/lab.py}]\n"
LAB = "# %% [markdown]\n# # Labo { #labo }\n#\n# Une phrase.\n\n# %%\nprint(6 * 7)\n"


@pytest.fixture
def book(small_book, monkeypatch):
    """A French edition of two pages and a lab, whose titles stand in the menu."""
    small_book.write("fr/page.md", PAGE)
    small_book.write("fr/labs/lab.py", LAB)
    monkeypatch.setattr(labs, "LABS", small_book.folder / "labs")
    settings = small_book.folder / "fr.yml"
    settings.write_text(settings.read_text("utf-8").replace("nav: null\n", MENU), "utf-8")
    return small_book


@pytest.fixture
def rendered(monkeypatch):
    """Which pages MkDocs had to make at each of its runs."""
    runs = []
    build = editions.build_edition

    def build_edition(language, into, kept=()):
        runs.append(sorted(path.parent.name for path in kept if path.name == "index.html"))
        return build(language, into, kept)

    monkeypatch.setattr(editions, "build_edition", build_edition)
    return runs


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def from_nothing(book) -> dict[str, bytes]:
    """Build the same sources in another place."""
    elsewhere = stages.Stage("fr", book.folder / "other-stages", book.folder / "other-site" / "fr")
    assert elsewhere.render() == [] and elsewhere.publish()
    return content(book.folder / "other-site" / "fr")


def test_what_changed_is_made_again_and_gives_the_same_bytes(book, rendered):
    assert site.edition("fr") == []
    site.edition("fr")
    assert rendered == [[]]  # the second time, there was nothing to do
    book.write("fr/page.md", PAGE.replace("Un mot", "Un autre mot"))
    assert site.edition("fr") == []
    assert rendered[1:] == [["fr", "lab"]]
    made = content(book.site / "fr")
    assert b"Un autre mot" in made["page/index.html"]
    assert b"Un autre mot" in made["search/search_index.json"]
    assert made == from_nothing(book)


def test_a_page_that_is_saved_without_a_change_and_one_saved_tomorrow(book, rendered):
    assert site.edition("fr") == []
    page = book.write("fr/page.md", PAGE)
    tomorrow = time.time() + 86400
    os.utime(page, (tomorrow, tomorrow))
    assert site.edition("fr") == [] and len(rendered) == 1
    book.write("fr/index.md", "# Accueil { #index }\n\nAutre.\n")
    assert site.edition("fr") == []
    assert content(book.site / "fr") == from_nothing(book)


def test_what_is_taken_away_leaves_nothing_behind(book):
    book.write("fr/page.md", PAGE)
    assert site.edition("fr") == []
    (book.folder / "docs/fr/page.md").unlink()
    settings = book.folder / "fr.yml"
    settings.write_text(settings.read_text("utf-8").replace("{B: page.md}, ", ""), "utf-8")
    assert site.edition("fr") == []
    assert not (book.site / "fr" / "page").exists()
    assert content(book.site / "fr") == from_nothing(book)


def test_a_menu_without_titles_has_all_pages_rendered(book, rendered):
    """MkDocs then takes the titles from the pages, which it must read."""
    settings = book.folder / "fr.yml"
    text = settings.read_text("utf-8").replace("{B: page.md}", "page.md")
    settings.write_text(text, "utf-8")
    assert site.edition("fr") == []
    book.write("fr/index.md", "# Accueil { #index }\n\nAutre.\n")
    assert site.edition("fr") == []
    assert content(book.site / "fr") == from_nothing(book)


def test_a_faulty_page_stays_as_it_was_and_the_others_go_on(book):
    assert site.edition("fr") == []
    last = content(book.site / "fr")
    book.write("fr/page.md", PAGE.replace("$a$", "$\\notacommand$"))
    book.write("fr/index.md", "# Accueil { #index }\n\nUne autre accueil.\n")
    for _ in range(2):  # it is told until it is mended
        (problem,) = site.edition("fr")
        assert (problem.path.name, problem.line) == ("page.md", 6)
    made = content(book.site / "fr")
    assert made["page/index.html"] == last["page/index.html"]
    assert b"Une autre accueil" in made["index.html"]
    assert b"notacommand" not in made["search/search_index.json"]
    book.write("fr/page.md", PAGE.replace("$a$", "$b$"))
    assert site.edition("fr") == []
    assert content(book.site / "fr") == from_nothing(book)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [("{B: page.md}", "{B: nowhere.md}", 0, "nowhere.md"), ("nav: [", "nav: [[", 2, "expected")],
)
def test_faulty_settings_leave_the_edition_as_it_was(book, old, new, line, said):
    settings = book.folder / "fr.yml"
    good = settings.read_text("utf-8")
    assert site.edition("fr") == []
    last = content(book.site / "fr")
    settings.write_text(good.replace(old, new), "utf-8")
    problems = site.edition("fr")
    assert {problem.path for problem in problems} == {settings}
    assert any(said in problem.message for problem in problems)
    assert not line or problems[0].line >= line
    assert content(book.site / "fr") == last
    settings.write_text(good, "utf-8")
    assert site.edition("fr") == []
    assert content(book.site / "fr") == last


def test_publishing_replaces_what_differs_and_removes_the_rest(tmp_path):
    stage, place = tmp_path / "stage", tmp_path / "place"
    for name, text in {"same.css": "1", "new/page.html": "2", "other.js": "new"}.items():
        (stage / name).parent.mkdir(parents=True, exist_ok=True)
        (stage / name).write_text(text, "utf-8")
    for name, text in {
        "same.css": "1",
        "old/page.html": "3",
        "other.js": "old",
        "fr/x": "4",
    }.items():
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(text, "utf-8")
    untouched = (place / "same.css").stat().st_ino
    assert publish(stage, place, others=["fr"])
    assert content(place) == content(stage) | {"fr/x": b"4"}
    assert (place / "same.css").stat().st_ino == untouched
    assert not (place / "old").exists()
    assert not publish(stage, place, others=["fr"])
