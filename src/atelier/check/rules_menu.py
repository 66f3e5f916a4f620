"""The menus: each page stands in that of its language, both have one order, home has a row each."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from atelier.paths import DOCS
from atelier.problems import Problem
from atelier.read.page import Page, is_chapter
from atelier.read.pages import book

CONFIGURATIONS = {"fr": "mkdocs.yml", "en": "mkdocs.en.yml"}
ROWS = "chapters"  # the section of the home page whose table names the chapters and labs

_ENTRY = re.compile(r"^ +- (?:\"?(?P<title>[^\"\n]+?)\"?:)?(?: *(?P<file>[\w/.-]+\.(?:md|py)))?$")
_ROW = re.compile(r"^\|[^|]*\]\(([\w/.-]+\.(?:md|py))\)")


@dataclass(frozen=True)
class Entry:
    """A line of a menu: its title, and its file (empty for a group)."""

    line: int
    title: str
    file: str


def entries(configuration: Path) -> list[Entry]:
    """Read the menu of an edition, with the lines of its configuration."""
    lines = configuration.read_text("utf-8").split("\n") if configuration.is_file() else []
    found, in_menu = [], False
    for number, line in enumerate(lines, 1):
        in_menu = line.startswith("nav:") or (in_menu and line[:1] in (" ", ""))
        match = _ENTRY.match(line) if in_menu else None
        if match:
            found.append(Entry(number, match["title"] or "", match["file"] or ""))
    return found


def check(docs: Path = DOCS) -> list[Problem]:
    """Return what is missing in a menu or in the table of a home page, or in another order."""
    problems = []
    menus = {language: entries(docs.parent / name) for language, name in CONFIGURATIONS.items()}
    for language, pages in book(docs).items():
        configuration = docs.parent / CONFIGURATIONS[language]
        problems += list(_unlisted(menus[language], pages, configuration))
        problems += list(_titles(menus[language], pages, configuration))
        if "index" in pages:
            problems += list(_rows(menus[language], pages))
    return [*problems, *_order(menus, docs), *_strangers(docs)]


def _strangers(docs: Path) -> Iterator[Problem]:
    """Nothing that MkDocs would publish without anybody reading it here."""
    for language in CONFIGURATIONS:
        for path in sorted((docs / language).rglob("*")):
            is_lab = path.suffix == ".py" and path.parent == docs / language / "labs"
            parts = path.relative_to(docs).parts
            if any(part.startswith((".", "__")) for part in parts) or path.is_dir() or is_lab:
                continue
            if path.suffix != ".md":
                message = (
                    "is neither a page (.md) nor a lab (labs/*.py): no check reads it; remove it"
                )
                yield Problem(path, 0, message)


def _unlisted(menu: list[Entry], pages: dict[str, Page], configuration: Path) -> Iterator[Problem]:
    files = {name + page.path.suffix: page for name, page in pages.items()}
    listed = {entry.file: entry.line for entry in menu if entry.file}
    for file in sorted(files.keys() - listed.keys()):
        message = f"is not in the menu; add `- Title: {file}` to nav in {configuration.name}"
        yield Problem(files[file].path, 0, message)
    for file in sorted(listed.keys() - files.keys()):
        message = f"{file} does not exist; correct its name, or remove the entry"
        yield Problem(configuration, listed[file], message)


def _titles(menu: list[Entry], pages: dict[str, Page], configuration: Path) -> Iterator[Problem]:
    """A chapter has the same title in the menu as at its head, and so in its language."""
    for entry in menu:
        page = pages.get(entry.file.removesuffix(".md"))
        if page is None or not is_chapter(page) or not page.headings:
            continue
        title = page.headings[0].text
        if title.replace("'", "’") != entry.title.replace("'", "’"):
            message = f"`{entry.title}` is not the title of {entry.file}; write `{title}`"
            yield Problem(configuration, entry.line, message)


def _order(menus: dict[str, list[Entry]], docs: Path) -> Iterator[Problem]:
    """Both menus have the same files and groups, in one order; files without twin are told else."""
    here, there = ([e for e in menus[language] if e.file] for language in ("fr", "en"))
    common = {e.file for e in here} & {e.file for e in there}
    first, second = ([e for e in menu if e.file in common] for menu in (here, there))
    for french, english in zip(first, second, strict=False):
        if french.file != english.file:
            message = (
                f"{english.file} stands where {CONFIGURATIONS['fr']}:{french.line} has "
                f"{french.file}; both menus have one order"
            )
            yield Problem(docs.parent / CONFIGURATIONS["en"], english.line, message)
            return  # what follows is out of step too


def _rows(menu: list[Entry], pages: dict[str, Page]) -> Iterator[Problem]:
    """The table of the home page has a row for each chapter and lab, in the order of the menu."""
    home = pages["index"]
    wanted = [
        entry.file
        for entry in menu
        if (page := pages.get(entry.file.rpartition(".")[0])) and (page.is_lab or is_chapter(page))
    ]
    rows = {
        match[1]: number
        for number, line in enumerate(home.text.split("\n"), 1)
        if home.section_of(number) == ROWS and (match := _ROW.match(line))
    }
    heading = next((each.line for each in home.headings if each.id == ROWS), 0)
    for file in wanted:
        if file not in rows:
            message = f"the table has no row for {file}; add `| [Title]({file}) | … |`"
            yield Problem(home.path, heading, message)
    for file, number in rows.items():
        if file not in wanted:
            message = f"{file} is no chapter of the menu; correct the link, or remove the row"
            yield Problem(home.path, number, message)
    shown = [file for file in rows if file in wanted]
    for file, right in zip(shown, [file for file in wanted if file in rows], strict=True):
        if file != right:
            message = f"{file} stands where the menu has {right}; give the rows its order"
            yield Problem(home.path, rows[file], message)
            return
