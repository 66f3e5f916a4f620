"""The errata: each mistake has one entry, with one line of proofs that exist, in both languages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from atelier.paths import DOCS, ROOT
from atelier.problems import Problem
from atelier.read.page import Heading, Page
from atelier.read.pages import book

MARKS = {"fr": "- **Preuve :**", "en": "- **Proof:**"}

_ENTRY = re.compile(r"([ab]\d+)-")
_TEST = re.compile(r"(test_\w+\.py)::(test_\w+)")
_SECTION = re.compile(r"\]\((\w+)\.md#([\w-]+)\)")


def check(docs: Path = DOCS, tests: Path = ROOT / "tests") -> list[Problem]:
    """Return the entries without proof, and the proofs that do not exist."""
    editions = book(docs)
    known = _tests(tests)
    problems, proved = [], {}
    for language, pages in editions.items():
        if "errata" in pages:
            proved[language] = dict(_proofs(pages["errata"]))
            problems += list(_faults(proved[language], pages, known))
    if len(proved) == len(editions):
        problems += list(_differences(proved["fr"], proved["en"], editions["en"]["errata"]))
    return problems


def _proofs(page: Page) -> Iterator[tuple[str, tuple[Heading, list[tuple[int, str]]]]]:
    """Yield the entries of a page: the mistake, its heading, and its lines of proofs."""
    lines = page.text.split("\n")
    for heading in page.headings:
        if match := _ENTRY.match(heading.id):
            found = [
                (number, line)
                for number, line in enumerate(lines, 1)
                if line.startswith(MARKS[page.language]) and page.section_of(number) == heading.id
            ]
            yield match[1], (heading, found)


def _faults(
    entries: dict[str, tuple[Heading, list[tuple[int, str]]]],
    pages: dict[str, Page],
    known: frozenset[tuple[str, str]],
) -> Iterator[Problem]:
    page = pages["errata"]
    for mistake, (heading, lines) in entries.items():
        if len(lines) != 1:
            message = f"{mistake} has {len(lines)} lines `{MARKS[page.language]} …`; write one"
            yield Problem(page.path, heading.line, message)
        for number, line in lines:
            tests, sections = _TEST.findall(line), _SECTION.findall(line)
            if not tests and not sections:
                message = "no proof is named; write `test_….py::test_…`, or link to a section"
                yield Problem(page.path, number, message)
            for file, name in tests:
                if (file, name) not in known:
                    message = f"there is no test {file}::{name}; correct its name"
                    yield Problem(page.path, number, message)
            for name, anchor in sections:
                other = pages.get(name)
                if other and anchor not in {other.section_of(b.line) for b in other.blocks}:
                    message = f"{name}.md#{anchor} holds no program, so that it proves nothing"
                    yield Problem(page.path, number, message)


def _differences(
    french: dict[str, tuple[Heading, list[tuple[int, str]]]],
    english: dict[str, tuple[Heading, list[tuple[int, str]]]],
    page: Page,
) -> Iterator[Problem]:
    """What is proved otherwise in English; an entry that is missing is told by the twins."""
    for mistake in french.keys() & english.keys():
        named = [
            [_TEST.findall(line) + _SECTION.findall(line) for _, line in entries[mistake][1]]
            for entries in (french, english)
        ]
        if named[0] != named[1]:
            line = english[mistake][0].line
            yield Problem(page.path, line, f"{mistake} names other proofs than in French")


def _tests(folder: Path) -> frozenset[tuple[str, str]]:
    """Return the tests of the repository: file and name."""
    return frozenset(
        (path.name, node.name)
        for path in folder.rglob("test_*.py")
        for node in ast.parse(path.read_text("utf-8"), str(path)).body
        if isinstance(node, ast.FunctionDef)
    )
