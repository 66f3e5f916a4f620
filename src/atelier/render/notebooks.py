"""Chapters and labs as notebooks: words in cells of Markdown, each block in a cell of code.

A notebook stands alone: its links and figures lead to the published pages, its formulas use no
macro of ours, and its first cell of code installs the package that the site serves. The cells of
a fold (hint, solution) stay folded: words in `<details>`, programs with their source hidden.
"""

from __future__ import annotations

import posixpath
import re
from dataclasses import dataclass, field

import jupytext
import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from atelier.addresses import page_url
from atelier.read.fences import parse_fences
from atelier.read.page import Page
from atelier.read.pages import parse
from atelier.render.markdown.address import filled
from atelier.render.tex_macros import written_out
from atelier.run.snippets import Snippet
from atelier.run.wheel import requirements
from perceptrons import __version__

WORDS = {
    "fr": (
        "Ce carnet est [une page du livre]({}) : texte sous licence CC BY 4.0, code sous licence "
        "MIT. La cellule suivante installe ce dont il a besoin.",
        "Figure.",
        "La voir dans la page",
    ),
    "en": (
        "This notebook is [a page of the book]({}): text under CC BY 4.0, code under the MIT "
        "licence. The next cell installs what it needs.",
        "Figure.",
        "See it on the page",
    ),
}
_IMAGE = re.compile(r"!\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*([^)\s]+)(?:\s+\"[^\"]*\")?\s*\)")
_LINK = re.compile(r"(?<=\]\()\s*<?([^()\s<>]+)>?(?=(?:\s+\"[^\"]*\")?\s*\))")
_HTML_LINK = re.compile(r"(?<=\bhref=\")([^\"]+)(?=\")")
_ATTRIBUTES = re.compile(r"[ \t]*\{:?[ \t]*[#.\w][^{}\n]*\}")
_MACRO = re.compile(r"\\[A-Za-z]+")
_BOX = re.compile(r"(!!!|\?\?\?\+?)[ ]+[\w-]+[ ]*(?:\"(.*)\")?$")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:")
_INDENT = "    "


def chapter(page: Page, found: list[Snippet]) -> str:
    """Return a page of Markdown as a notebook."""
    code = "\n".join(each.code for each in found)
    cells = _Cells(page)
    blocks = {each.line: each for each in found}
    fences = {fence.line: fence for fence in parse_fences(page.text, page.path)[0]}
    lines = _words(page).split("\n")
    number = 0
    while number < len(lines):
        fence = fences.get(number + 1)
        if fence is None:
            cells.line(lines[number])
            number += 1
            continue
        if block := blocks.get(fence.line):
            cells.code(block, indented=fence.prefix.startswith(_INDENT))
        elif not fence.output_of and not fence.hidden:
            for line in page.text.split("\n")[number : fence.end]:
                cells.line(line)
        number = fence.end
    cells.close()
    return _written(page, cells.cells, code)


def lab(page: Page) -> str:
    """Return a lab as a notebook."""
    cells = []
    source = page.path.read_text("utf-8")
    for number, cell in enumerate(jupytext.reads(source, fmt="py:percent").cells, 1):
        cell.id = f"cell-{number}"
        if cell.cell_type == "markdown":
            cell.source = _words_of(cell.source, page)
        cells.append(cell)
    return _written(page, cells, source)


@dataclass
class _Cells:
    """The cells of a page, as far as its lines have been read."""

    page: Page
    cells: list[NotebookNode] = field(default_factory=list)
    box: str | None = None  # the title of the box that is open
    folded: bool = False
    _lines: list[str] = field(default_factory=list)

    def line(self, line: str) -> None:
        """Take a line of words."""
        if self.box is not None and line.strip() and not line.startswith(_INDENT):
            self.close()
            self.box = None
        if opening := _BOX.fullmatch(line):
            self.close()
            self.box, self.folded = opening[2] or "", opening[1] != "!!!"
            return
        if self.box is None and re.match(r"#{1,6} ", line):
            self.close()
        words = line.removeprefix(_INDENT) if self.box is not None else line
        self._lines.append(filled(words.rstrip()))

    def code(self, block: Snippet, *, indented: bool) -> None:
        """Take a block, which stands in the open box when it is indented."""
        self.close()
        if not indented:
            self.box = None
        hidden = self.box is not None and self.folded
        metadata = {"jupyter": {"source_hidden": True}} if hidden else {}
        name = block.id[-64:]  # the longest that the format allows
        self.cells.append(new_code_cell(block.code.rstrip("\n"), id=name, metadata=metadata))

    def close(self) -> None:
        """End a cell of words, if there are some."""
        words = re.sub(r"\n{3,}", "\n\n", "\n".join(self._lines)).strip("\n")
        self._lines.clear()
        if not words.strip():
            return
        if self.box is not None and self.folded:
            title = f"<summary>{self.box}</summary>"
            words = f"<details>\n{title}\n\n{words}\n\n</details>"
        elif self.box is not None:
            quoted = "\n".join(f"> {line}".rstrip() for line in words.split("\n"))
            words = f"> **{self.box}**\n>\n{quoted}" if self.box else quoted
        number = sum(cell.cell_type == "markdown" for cell in self.cells) + 1
        self.cells.append(new_markdown_cell(words, id=f"text-{number}"))


def _words(page: Page) -> str:
    """Return the words of a page as a notebook shows them, each line where the page has it."""
    edits: list[tuple[int, int, str]] = []
    for match in _IMAGE.finditer(page.words):
        alt = written_out(page.text[match.start(1) : match.end(1)].replace("\n", " "))
        _, figure, see = WORDS[page.language]
        section = page.section_of(page.line(match.start()))
        address = page_url(page.language, page.name, section)
        edits.append((match.start(), match.end(), f"*{figure}* {alt} [{see}]({address})."))
    for pattern in (_LINK, _HTML_LINK):
        for match in pattern.finditer(page.words):
            edits.append((*match.span(), _absolute(match[1], page)))
    for match in _ATTRIBUTES.finditer(page.words):
        edits.append((*match.span(), ""))
    for formula in re.finditer(r"(?<!\\)(\$\$?)(?!\$)(.+?)\1", page.prose, re.S):
        if _MACRO.search(formula[2]):
            edits.append((*formula.span(2), written_out(formula[2])))
    parts, end = [], 0
    for start, stop, new in sorted(edits):
        if start >= end:  # what stands inside an edit is replaced with it
            parts += [page.readable[end:start], new]
            end = stop
    return "".join(parts) + page.readable[end:]


def _words_of(source: str, page: Page) -> str:
    """Return a cell of words of a lab as a notebook shows it."""
    path = page.path.with_suffix(".md")
    return _words(parse(source, path=path, language=page.language, name=page.name)).strip("\n")


def _absolute(target: str, page: Page) -> str:
    """Return where a link of a page leads, once it is published."""
    if _SCHEME.match(target):
        return target
    file, _, anchor = target.partition("#")
    if not file:
        return page_url(page.language, page.name, anchor)
    place = posixpath.normpath(posixpath.join(posixpath.dirname(page.name), file))
    stem, ending = posixpath.splitext(place)
    if ending in (".md", ".py"):
        return page_url(page.language, stem, anchor)
    return page_url(page.language, "index") + place


def _written(page: Page, cells: list[NotebookNode], code: str) -> str:
    """Return the notebook, the cell that installs the package before the first cell of code."""
    address = page_url(page.language, page.name)
    wanted = " ".join(requirements(code))
    first = [
        new_markdown_cell(WORDS[page.language][0].format(address), id="origin"),
        new_code_cell(f"%pip install --quiet {wanted}", id="install"),
    ]
    at = next(i for i, cell in enumerate(cells) if cell.cell_type == "code")
    # The words that introduce the first program stay beside it.
    at = max(at - 1, 1) if cells[at - 1].cell_type == "markdown" else at
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    notebook = new_notebook(
        cells=[*cells[:at], *first, *cells[at:]],
        metadata={
            "kernelspec": python,
            "language_info": {"name": "python"},
            "perceptrons": {"version": __version__, "source": address},
        },
    )
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    nbformat.validate(notebook)
    text: str = nbformat.writes(notebook)
    return text + "\n"
