"""The reference: where a module is described, the chapters that its docstring names are linked."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from atelier.pages import book
from atelier.paths import DOCS, PACKAGE
from atelier.problems import Problem
from atelier.rules_menu import CONFIGURATIONS, entries

_DIRECTIVE = re.compile(r"^::: perceptrons\.(\w+)$", re.M)


def check(docs: Path = DOCS, package: Path = PACKAGE) -> list[Problem]:
    """Return the links from the reference to the chapters that are missing."""
    menu = entries(docs.parent / CONFIGURATIONS["en"])
    chapters = {entry.title: entry.file for entry in menu if entry.file}
    problems = []
    for pages in book(docs).values():
        for page in pages.values():
            for match in _DIRECTIVE.finditer(page.text):
                line = page.line(match.start())
                section = page.section_of(line)
                linked = {
                    link.target.partition("#")[0]
                    for link in page.links
                    if page.section_of(link.line) == section
                }
                for title in _named(package / f"{match[1]}.py"):
                    if title in chapters and chapters[title] not in linked:
                        message = (
                            f"perceptrons.{match[1]} names the chapter {title}; "
                            f"link to {chapters[title]} above this line"
                        )
                        problems.append(Problem(page.path, line, message))
    return problems


def _named(module: Path) -> list[str]:
    """Return the titles of the chapters that the docstring of a module names: `chapter *Title*`."""
    if not module.is_file():
        return []
    text = ast.get_docstring(ast.parse(module.read_text("utf-8"), str(module))) or ""
    about = text[text.find("chapter") :].partition("\n\n")[0] if "chapter" in text else ""
    return [" ".join(title.split()) for title in re.findall(r"\*([^*]+)\*", about)]
