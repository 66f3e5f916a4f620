"""Python-Markdown extension: under each Python block, the bar that leads to its program.

The bar says which blocks the program brings along, and links to the program as a file, which
`js/programs.mjs` completes with a button that copies it. Each block gets its id. A chapter also
opens with links to its whole program and its notebook. The files are those of
`atelier.render.programs`; the words are settings of the extension (mkdocs.yml).
"""

from __future__ import annotations

import html
import logging
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.postprocessors import Postprocessor

from atelier.paths import ROOT
from atelier.read import pages
from atelier.read.page import is_chapter
from atelier.read.source import edition_of, page_of
from atelier.render.programs import FOLDER
from atelier.run.snippets import Snippet, page_snippets

log = logging.getLogger("mkdocs.atelier.program")

_BLOCK = re.compile(r'<div class="language-python highlight">(.*?</code></pre>)</div>', re.S)
_HEADING = re.compile(
    r'<h[1-6][^>]*? id="([^"]+)"[^>]*>(.*?)(?:<a class="headerlink"|</h[1-6]>)', re.S
)
_OPENING = re.compile(r"</h1>(?:\s*<ul>.*?</ul>)?", re.S)  # what you will build, learn, need
_TAG = re.compile(r"<[^>]*>")
WORDS = {
    "needs": ["with:", "before the links to the blocks that a program brings along"],
    "imports": ["with its imports", "of a block that needs only imports of others"],
    "alone": ["runs alone", "of a block that is its own program"],
    "copy": ["Copy the program", "the button"],
    "file": ["Program .py", "the link to the file"],
    "files": ["This chapter as", "before the links to the whole chapter"],
    "program": ["a program (.py)", "the link to the whole chapter as a program"],
    "notebook": ["a notebook (.ipynb)", "the link to the whole chapter as a notebook"],
}


class ProgramProcessor(Postprocessor):
    """Puts the bars into the HTML of one page."""

    def __init__(self, md: Markdown, words: dict[str, str]) -> None:
        super().__init__(md)
        self.words = {key: html.escape(word) for key, word in words.items()}

    def run(self, text: str) -> str:
        """Return the page with a bar in the box of each of its Python blocks."""
        path = page_of(self.md)
        edition = edition_of(path)
        if path is None or edition is None or path.suffix != ".md" or not _BLOCK.search(text):
            return text
        name = path.relative_to(edition).with_suffix("").as_posix()
        found, problems = page_snippets(path, name, edition.name)
        if problems:
            return text  # `make check` tells them, each with its line
        if len(_BLOCK.findall(text)) != len(found):
            place = path.relative_to(ROOT) if path.is_relative_to(ROOT) else path
            shown = len(_BLOCK.findall(text))
            log.warning("%s:1: %s Python blocks are shown, %s are run", place, shown, len(found))
            return text
        titles = {match[1]: _TAG.sub("", match[2]).strip() for match in _HEADING.finditer(text)}
        bars = self._bars(found, titles)
        text = _BLOCK.sub(lambda match: next(bars).replace("\x00", match[1]), text)
        page = pages.read(path, edition.parent)
        if not is_chapter(page):
            return text
        return _OPENING.sub(lambda match: f"{match[0]}\n{self._files(name)}", text, count=1)

    def _bars(self, found: list[Snippet], titles: dict[str, str]) -> Iterator[str]:
        """Yield the box of each block, with a zero byte in the place of its code."""
        in_section = Counter(_section(each.id) for each in found)

        def title(block: str) -> str:
            """Name a block after its section, with its rank there if it is not the only one."""
            section, _, rank = block.rpartition("-block-")
            return titles.get(section, section) + (f" ({rank})" if in_section[section] > 1 else "")

        for each in found:
            links = ", ".join(f'<a href="#{block}">{title(block)}</a>' for block in each.needs)
            alone = self.words["alone" if each.script == each.code else "imports"]
            needs = f"{self.words['needs']} {links}" if links else alone
            name = html.escape(html.unescape(title(each.id)))
            word, _, ending = self.words["file"].rpartition(" ")
            copy, address = self.words["copy"], f"{_root(each.page)}{each.page}/{each.id}.py"
            yield (
                f'<div class="language-python highlight" id="{each.id}">\x00'
                f'<p class="program" data-search-exclude><span class="program-needs">{needs}</span>'
                '<span class="program-actions">'
                '<button type="button" class="program-copy" disabled '
                f'aria-label="{copy}, {name}">{copy}</button>'
                f'<a class="program-file" href="{address}" download '
                f'aria-label="{word} {ending}, {name}">'
                f"<span>{word} </span>{ending}</a></span></p></div>"
            )

    def _files(self, page: str) -> str:
        address = f"{_root(page)}{page}"
        return (
            f'<p class="page-files" data-search-exclude>{self.words["files"]} '
            f'<a href="{address}.py" download>{self.words["program"]}</a>, '
            f'<a href="{address}.ipynb" download>{self.words["notebook"]}</a></p>'
        )


def _section(block: str) -> str:
    return block.rpartition("-block-")[0]


def _root(page: str) -> str:
    """Return the way from a page to the folder of the programs."""
    depth = 0 if page == "index" else page.count("/") + 1
    return "../" * depth + f"{FOLDER}/"


class ProgramExtension(Extension):
    """Registers the processor after the one that puts the highlighted code back (30)."""

    def __init__(self, **settings: Any) -> None:
        self.config = {key: list(word) for key, word in WORDS.items()}
        super().__init__(**settings)

    def extendMarkdown(self, md: Markdown) -> None:
        """Add the processor to `md`."""
        words = {key: str(self.getConfig(key)) for key in WORDS}
        md.postprocessors.register(ProgramProcessor(md, words), "atelier-program", 10)


def makeExtension(**settings: Any) -> ProgramExtension:
    """Entry point of Python-Markdown."""
    return ProgramExtension(**settings)
