r"""Python-Markdown extension: render the formulas that `pymdownx.arithmatex` has found.

Arithmatex (with `generic: true`) leaves `<span class="arithmatex">\(…\)</span>` and
`<div class="arithmatex">\[…\]</div>`; here their text becomes the HTML and MathML of KaTeX.
A bad formula is a warning of MkDocs that names page and line, so that one build lists them all.
"""

from __future__ import annotations

import html
import logging
import re
from typing import Any
from xml.etree.ElementTree import Element

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from atelier.paths import ROOT
from atelier.read.source import line_of, page_of
from atelier.render.latex import LatexError, render

log = logging.getLogger("mkdocs.atelier.katex")

# A tag of its own for inline formulas: Material's search takes up indexing again at the end of
# the first nested tag that has the name of the skipped one, and KaTeX is made of spans.
INLINE_TAG = "x-math"


# What may not begin a line after a formula, nor end one before it: browsers break there.
AFTER = re.compile(r"[\u00a0\u202f]?[,.;:!?»)\]%…]+")
BEFORE = re.compile(r"(?:[(\[]|«[\u00a0\u202f]?)+$")


def _glue(parent: Element, formula: Element) -> None:
    """Put a formula of the text into one `<span class="glue">` with the signs that touch it."""
    at = list(parent).index(formula)
    neighbour = parent[at - 1] if at else None
    before = (parent.text if neighbour is None else neighbour.tail) or ""
    tail = formula.tail or ""
    opening, closing = BEFORE.search(before), AFTER.match(tail)
    if not opening and not closing:
        return
    glue = Element("span", {"class": "glue"})
    if opening:
        glue.text = opening[0]
        before = before[: opening.start()]
        if neighbour is None:
            parent.text = before
        else:
            neighbour.tail = before
    if closing:
        formula.tail, glue.tail = closing[0], tail[closing.end() :]
    else:
        formula.tail, glue.tail = None, tail
    parent[at] = glue
    glue.append(formula)


class KatexProcessor(Treeprocessor):
    """Replaces each formula of the tree by its rendering."""

    def run(self, root: Element) -> None:
        """Render all formulas below `root`."""
        formulas = [
            (parent, element)
            for parent in root.iter()
            for element in parent
            if "arithmatex" in element.get("class", "").split() and element.text
        ]
        for parent, element in formulas:
            self._render(element, (element.text or "").strip())
            if element.tag == INLINE_TAG:
                _glue(parent, element)

    def _render(self, element: Element, text: str) -> None:
        display = text.startswith("\\[")
        tex = text[2:-2].strip()
        if display:
            tex = html.unescape(tex)  # arithmatex escapes & and < in blocks, not in lines
        else:
            element.tag = INLINE_TAG
        element.set("data-search-exclude", "")
        try:
            rendered = render(tex, display)
        except LatexError as error:
            log.warning("%s%s", self._place(tex), error)
            rendered = f"<code>{html.escape(tex)}</code>"
        element.text = self.md.htmlStash.store(rendered)

    def _place(self, tex: str) -> str:
        page = page_of(self.md)
        if page is None:
            return ""
        shown = page.relative_to(ROOT) if page.is_relative_to(ROOT) else page
        return f"{shown.as_posix()}:{line_of(page, tex)}: "


class KatexExtension(Extension):
    """Registers the processor after inline parsing (20) and before the HTML is put back (0)."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Add the processor to `md`."""
        md.treeprocessors.register(KatexProcessor(md), "atelier-katex", 1)


def makeExtension(**settings: Any) -> KatexExtension:
    """Entry point of Python-Markdown."""
    return KatexExtension(**settings)
