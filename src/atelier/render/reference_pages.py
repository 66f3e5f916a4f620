"""From the names that a page of reference gives to their HTML, formulas and links in it."""

from __future__ import annotations

import logging
import re
from functools import cached_property
from pathlib import Path
from posixpath import relpath
from types import SimpleNamespace

import pygments
from griffe import GriffeLoader, Module
from jinja2 import FileSystemLoader, StrictUndefined
from markdown import Markdown
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup
from mkdocstrings import BaseHandler, Highlighter, MkdocstringsInnerExtension
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from atelier.addresses import repository
from atelier.paths import PACKAGE
from atelier.read.source import line_of
from atelier.render.docstrings import linked
from atelier.render.reference_entries import Entry, entries, entry

log = logging.getLogger("mkdocs.atelier.render.reference")

TEMPLATES = Path(__file__).parent / "entries"
TEMPLATE = "reference.html.jinja"
# What a docstring is written with: not French, unlike the page around it in one of the editions.
MARKDOWN = (
    "pymdownx.arithmatex",
    "pymdownx.highlight",
    "atelier.render.markdown.katex",
    "smarty",
    "toc",
)
SMARTY = {"smart_dashes": False, "smart_ellipses": False}
_DIRECTIVE = re.compile(r"^::: (?P<name>[\w.]+)$", re.M)


def directives(docs: Path) -> dict[str, str]:
    """Return what the pages of an edition describe: the name of a module, or of one of its names.

    Args:
        docs: The folder of the pages.

    Returns:
        For each name, the page: its path in the folder, without its suffix.
    """
    return {
        found["name"]: page.relative_to(docs).with_suffix("").as_posix()
        for page in sorted(docs.rglob("*.md"))
        for found in _DIRECTIVE.finditer(page.read_text("utf-8"))
    }


def _coloured(signature: str) -> Markup:
    """Return a signature in the colours of a program, its line breaks kept."""
    coloured = pygments.highlight(signature, PythonLexer(), HtmlFormatter(nowrap=True))
    return Markup('<code class="highlight">{}</code>').format(Markup(coloured.strip()))


class _Where(Treeprocessor):
    """Tells our extensions where the text comes from, as MkDocs's own does on a page."""

    def __init__(self, md: Markdown) -> None:
        super().__init__(md)
        self.file = SimpleNamespace(abs_src_path="")


class Renderer:
    """Renders the entries of one edition."""

    def __init__(self, handler: BaseHandler, docs: Path, labels: dict[str, str]) -> None:
        """Make the Markdown and Jinja that docstrings need.

        Args:
            handler: What mkdocstrings asks; it notes the headings.
            docs: The folder of the pages, which says on which one a name is described.
            labels: Words of the edition, by kind of section.
        """
        self._handler = handler
        self._docs = docs
        self._pages = directives(docs)
        self._page = ""  # that is being rendered
        self._md = Markdown(
            extensions=[*MARKDOWN, MkdocstringsInnerExtension(handler._headings)],
            extension_configs={**handler.mdx_config, "smarty": SMARTY},
        )
        self._where = _Where(self._md)
        self._md.treeprocessors.register(self._where, "relpath", 0)
        handler._md = self._md
        environment = handler.env
        environment.loader = FileSystemLoader(TEMPLATES)
        environment.undefined = StrictUndefined
        environment.trim_blocks = environment.lstrip_blocks = True
        environment.globals.update(labels=labels, repository=repository())
        highlight = Highlighter(self._md).highlight  # the settings of the book's blocks
        environment.filters["code"] = _coloured
        environment.filters["program"] = lambda text: highlight(text, "pycon")
        environment.filters["prose"] = self._prose
        environment.filters["named"] = self._named

    def render(self, name: str) -> str:
        """Return the HTML of a module's entries, or of the entry of one name.

        Args:
            name: `perceptrons.losses`, `perceptrons.Iteration`.
        """
        self._page = self._pages.get(name, "")
        if name.partition(".")[2] not in self._package.members:
            page = self._docs / f"{self._page}.md"
            line = line_of(page, f"::: {name}")
            log.warning("%s:%d: the package has no %s; correct the name", page, line, name)
            return ""
        preface = None
        described = self._entries(name)
        member = self._package.members[name.partition(".")[2]]
        if isinstance(member, Module):
            preface = Entry(member, name)
        for each in [preface, *described] if preface else described:
            if not each.sections:
                log.warning("%s: `%s` has no docstring; write one", each.place, each.name)
        template = self._handler.env.get_template(TEMPLATE)
        return template.render(preface=preface, entries=described)

    def _entries(self, name: str) -> list[Entry]:
        own = name.partition(".")[2]
        member = self._package.members[own]
        if isinstance(member, Module):
            return entries(self._package, member)
        return [entry(self._package, own)]

    @cached_property
    def _package(self) -> Module:
        loader = GriffeLoader(search_paths=[PACKAGE.parent], allow_inspection=False)
        package = loader.load(PACKAGE.name)
        assert isinstance(package, Module)
        return package

    @cached_property
    def _places(self) -> dict[str, str]:
        """The page of each entry, and of each method."""
        return {
            told.id: page
            for name, page in self._pages.items()
            for each in self._entries(name)
            for told in (each, *each.members)
        }

    @cached_property
    def _bases(self) -> dict[str, list[str]]:
        """The public class that each class extends."""
        return {each.id: each.bases for name in self._pages for each in self._entries(name)}

    def _prose(self, text: str, about: Entry, *, inline: bool = False) -> Markup:
        """Render Markdown of a docstring, its names linked to their entries."""
        self._where.file.abs_src_path = str(about.path)
        markdown = linked(text, lambda name: self._address(name, about))
        return self._handler.do_convert_markdown(markdown, 0, strip_paragraph=inline)

    def _named(self, name: str) -> Markup:
        """Return the name of a public class, as a link to its entry."""
        id = f"{PACKAGE.name}.{name}"
        return Markup('<a href="{}"><code>{}</code></a>').format(self._way(id), name)

    def _address(self, name: str, about: Entry) -> str:
        """Return the address of a name as the docstring of an entry says it.

        It may stand for a method of the entry's class, or of the class that this one extends;
        for a name of the package; for one after the name of its module (`training.fit`).
        """
        owner = ".".join(about.id.split(".")[:2])
        inside = (owner, *(f"{PACKAGE.name}.{base}" for base in self._bases.get(owner, ())))
        last = name.rpartition(".")[2]
        places = [f"{place}.{name}" for place in (*inside, PACKAGE.name)]
        for id in (*places, f"{PACKAGE.name}.{last}"):
            if id in self._places and id != about.id:
                return self._way(id)
        return ""

    def _way(self, id: str) -> str:
        """Return the address of an entry from the page that is being rendered."""
        there = self._places[id]
        return f"#{id}" if there == self._page else f"{relpath(there, self._page)}/#{id}"
