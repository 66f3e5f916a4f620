"""Python-Markdown extension: French spacing, and the apostrophe of print.

An author types ordinary spaces; a reader gets the no-break ones of French typography: narrow
before `; ! ? »`, after `«` and inside numbers, wide before a colon. A sign without its space is
a warning of MkDocs with page and line. Code and formulas are left alone, and so is what is said
to be in another language: `*Backpropagation: a survey*{ lang=en }`.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from atelier.paths import ROOT
from atelier.read.source import line_of, page_of

log = logging.getLogger("mkdocs.atelier.french")

NARROW = "\u202f"
WIDE = "\u00a0"
OPAQUE = "\ufffc"  # stands for what is not prose: code, a formula, HTML put aside

# Each rule replaces one character by one: positions stay, so that a sentence cut by inline
# elements can be put in order as a whole and cut again at the same places.
RULES = (
    (re.compile(r"[ \u00a0](?=[;!?»](?:\W|$))"), NARROW),
    (re.compile(r"(?<=«)[ \u00a0]"), NARROW),
    (re.compile(r" (?=:(?:\s|$))"), WIDE),
    (re.compile(r"(?<=\d) (?=\d{3}(?!\d))"), NARROW),
    (re.compile(r"(?<=\d) (?=[%€])"), NARROW),
    (re.compile(rf"(?<=[^\W\d_])'(?=[\w«{OPAQUE}])"), "’"),
)
MISSING = re.compile(rf"[\w)\]’'{OPAQUE}](?=[;!?»:](?:\s|$))|«(?=[\w{OPAQUE}])")
PUT_ASIDE = re.compile(r"\x02(?:wzxhzdk:(?P<number>\d+)|[^\x03]*)\x03")  # the stash of HTML

INLINE = {"a", "abbr", "b", "del", "em", "i", "ins", "mark", "q", "small", "span", "strong", "sub"}
INLINE |= {"sup", "code", "kbd", "x-math", "img", "br", "cite"}
NOT_PROSE = {"code", "kbd", "pre", "script", "style", "x-math", "svg"}


class FrenchProcessor(Treeprocessor):
    """Spaces the prose of one page."""

    def run(self, root: Element) -> None:
        """Space all blocks below `root`."""
        for run in _runs(root):
            self._space(run)

    def _space(self, run: list[tuple[Element | None, str, str]]) -> None:
        """Put one run of prose in order: its pieces are (element, "text" or "tail", string)."""
        before = "".join(piece for _, _, piece in run)
        hidden = after = PUT_ASIDE.sub(self._hidden, before)
        for rule, space in RULES:
            after = rule.sub(space, after)
        for found in MISSING.finditer(after):
            where = slice(max(0, found.start() - 15), found.end() + 10)
            log.warning("%s", self._complaint(before[where]))
        at = 0
        for element, place, piece in run:
            if element is not None:
                here = slice(at, at + len(piece))
                spaced = (
                    new if seen == old else old  # what was hidden stays as it was
                    for old, seen, new in zip(piece, hidden[here], after[here], strict=True)
                )
                setattr(element, place, "".join(spaced))
            at += len(piece)

    def _hidden(self, found: re.Match[str]) -> str:
        """Return as many characters as `found`: an entity (`&nbsp;`) is taken for a space."""
        html = self.md.htmlStash.rawHtmlBlocks[int(found["number"])] if found["number"] else ""
        entity = isinstance(html, str) and html.startswith("&")
        return (" " if entity else OPAQUE) * len(found[0])

    def _complaint(self, words: str) -> str:
        shown = PUT_ASIDE.sub("…", words).replace(OPAQUE, "…").strip()
        message = f"French spacing: type a space before ; : ! ? » and after « in “{shown}”"
        page = page_of(self.md)
        if page is None:
            return message
        name = page.relative_to(ROOT) if page.is_relative_to(ROOT) else page
        longest = max(re.split("[…\n]", shown), key=len)
        return f"{name.as_posix()}:{line_of(page, longest)}: {message}"


def _is_french_prose(element: Element) -> bool:
    formula = "arithmatex" in element.get("class", "").split()
    french = element.get("lang", "fr").startswith("fr")
    return element.tag not in NOT_PROSE and not formula and french


def _runs(block: Element) -> Iterator[list[tuple[Element | None, str, str]]]:
    """Yield each run of prose below `block`: pieces of text that one sentence may go through."""
    run: list[tuple[Element | None, str, str]] = []

    def read(element: Element) -> Iterator[list[tuple[Element | None, str, str]]]:
        nonlocal run
        if not _is_french_prose(element):
            run.append((None, "", OPAQUE))
        else:
            inline = element.tag in INLINE
            if not inline:
                yield run
                run = []
            if element.text:
                run.append((element, "text", element.text))
            for child in element:
                yield from read(child)
                if child.tail:
                    run.append((child, "tail", child.tail))
            if not inline:
                yield run
                run = []

    yield from (found for found in read(block) if found)


class FrenchExtension(Extension):
    """Registers the processor after inline parsing (20), before the table of contents (5)."""

    def __init__(self, **settings: Any) -> None:
        self.config = {"enabled": [True, "off in the edition that is not French"]}
        super().__init__(**settings)

    def extendMarkdown(self, md: Markdown) -> None:
        """Add the processor to `md`."""
        if self.getConfig("enabled"):
            md.treeprocessors.register(FrenchProcessor(md), "atelier-french", 6)


def makeExtension(**settings: Any) -> FrenchExtension:
    """Entry point of Python-Markdown."""
    return FrenchExtension(**settings)
