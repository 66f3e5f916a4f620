"""The menus of both editions, and the tables of their home pages: same pages, same order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import yaml

from atelier.pages import book
from atelier.paths import LANGUAGES, ROOT
from atelier.problems import Problem
from atelier.rules_chapter import is_chapter

CONFIGURATIONS = {"fr": "mkdocs.yml", "en": "mkdocs.en.yml"}
HOME = "index"
_ROW = re.compile(r"^\| \[(?P<title>[^\]]+)\]\((?P<page>[^)#]+)\)", re.M)


@dataclass(frozen=True)
class Entry:
    """A line of a menu."""

    title: str
    page: str
    line: int


def check(root: Path = ROOT) -> list[Problem]:
    """Return in what the menus and the home pages differ from the book, and from each other."""
    return [*_same_order(root), *_titles(root), *_tables(root)]


def entries(configuration: Path) -> list[Entry]:
    """Return the menu that a configuration sets, from top to bottom."""
    text = configuration.read_text("utf-8")
    (nav,) = (
        value for key, value in yaml.compose(text, yaml.SafeLoader).value if key.value == "nav"
    )
    return list(_entries(nav))


def _entries(nav: Any) -> Iterator[Entry]:
    for item in nav.value:
        for title, page in item.value:
            if isinstance(page, yaml.SequenceNode):
                yield from _entries(page)
            else:
                yield Entry(title.value, page.value, title.start_mark.line + 1)


def _menu(root: Path, language: str) -> tuple[Path, list[Entry]]:
    path = root / CONFIGURATIONS[language]
    return path, entries(path)


def _same_order(root: Path) -> Iterator[Problem]:
    """Both menus have the same pages, in the same order."""
    (french, ours), (english, theirs) = (_menu(root, language) for language in LANGUAGES)
    for here, there in zip_longest(ours, theirs):
        if here is None or there is None or here.page != there.page:
            entry, path, other = (here, french, english) if here else (there, english, french)
            message = f"the menu of {other.name} does not have {entry.page} at this place"
            yield Problem(path, entry.line, f"{message}; put both in the same order")
            return  # what follows is out of step


def _titles(root: Path) -> Iterator[Problem]:
    """A chapter has the same title in the menu as at its head, and so in its language."""
    pages = book(root / "docs")
    for language in LANGUAGES:
        path, menu = _menu(root, language)
        for entry in menu:
            page = pages[language].get(entry.page.removesuffix(".md"))
            if page is None or not is_chapter(page) or not page.headings:
                continue
            title = page.headings[0].text
            if title.replace("'", "’") != entry.title.replace("'", "’"):
                message = f"`{entry.title}` is not the title of {entry.page}; write `{title}`"
                yield Problem(path, entry.line, message)


def _tables(root: Path) -> Iterator[Problem]:
    """The table of a home page has a line for each chapter and each lab, in the menu's order."""
    pages = book(root / "docs")
    for language in LANGUAGES:
        home = pages[language][HOME]
        wanted = [entry.page for entry in _menu(root, language)[1] if _is_taught(entry, pages)]
        rows = {match["page"]: home.line(match.start()) for match in _ROW.finditer(home.prose)}
        last = max(rows.values(), default=0)
        for page in wanted:
            if page not in rows:
                message = f"the table has no line for {page}; add `| […]({page}) | … |`"
                yield Problem(home.path, last, message)
        known = [page for page in rows if page in wanted]
        for page, right in zip(known, (each for each in wanted if each in rows), strict=True):
            if page != right:
                message = f"{page} stands where the menu has {right}; put them in its order"
                yield Problem(home.path, rows[page], message)
                break
        for page in rows.keys() - set(wanted):
            message = f"{page} is no chapter of the menu; add it there, or remove this line"
            yield Problem(home.path, rows[page], message)


def _is_taught(entry: Entry, pages: dict[str, Any]) -> bool:
    page = pages["fr"].get(entry.page.rpartition(".")[0])
    return page is not None and (page.is_lab or is_chapter(page))
