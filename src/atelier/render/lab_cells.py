"""The cells of a lab as they stand in the book: filters of the notebook's template.

Words are rendered by the edition's own Markdown (heading ids, formulas, French spacing, links to
chapters), drawings are inlined and follow the colour scheme. What a page would only warn of is an
error here: a lab is rendered once and then comes from a cache, which would keep silent.
"""

from __future__ import annotations

import hashlib
import logging
from functools import cache
from pathlib import Path

from markdown import Markdown
from markdown.extensions.attr_list import AttrListExtension
from markdown.extensions.toc import TocExtension
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import get_files
from mkdocs.structure.pages import _RelativePathTreeprocessor
from nbformat import NotebookNode

from atelier.draw.svg import inlined, themed
from atelier.palette import colours
from atelier.paths import ROOT
from atelier.read.percent import as_markdown
from atelier.read.source import line_of
from atelier.render.markdown.french import FrenchExtension


class LabError(Exception):
    """What is wrong with a lab, in the words of a warning of MkDocs or of an extension."""


class Headings(TocExtension):
    """The table of contents that the plugin makes of a lab, with the ids and spaces of the page."""

    french = False  # whether the edition is

    def extendMarkdown(self, md: Markdown) -> None:
        """Read `{ #id }`, and set the signs of French, before the table is made."""
        AttrListExtension().extendMarkdown(md)
        FrenchExtension(enabled=self.french).extendMarkdown(md)
        super().extendMarkdown(md)


class Cells:
    """The filters for the labs of one edition."""

    def __init__(self, config: MkDocsConfig) -> None:
        self._config = config
        self._labs = sorted(Path(config.docs_dir).glob("labs/*.py"))

    def words(self, source: str) -> str:
        """Render a cell of Markdown.

        Raises:
            LabError: When an extension warns of something in it.
        """
        lab = self._lab_of(source)
        warnings = _Warnings()
        logger = logging.getLogger("mkdocs")
        logger.addHandler(warnings)
        try:
            html = self._markdown(lab).reset().convert(source)
        finally:
            logger.removeHandler(warnings)
        if warnings.messages:
            raise LabError(warnings.messages[0])
        return html

    def alt(self, cell: NotebookNode) -> str:
        """Return the sentence that says what the drawing of a cell shows: `# %% alt="…"`.

        Raises:
            LabError: When the cell has none.
        """
        alt: str = cell.metadata.get("alt", "").strip()
        if not alt:
            message = 'the cell draws; say what is seen: `# %% alt="A sentence."`'
            raise LabError(_placed(self._lab_of(cell.source), cell.source, message))
        return alt

    def picture(self, svg: str, cell: NotebookNode) -> str:
        """Inline a drawing of Matplotlib, which follows the colour scheme from then on.

        Raises:
            LabError: When nothing says what is seen, or when a colour is not of the palette.
        """
        alt = self.alt(cell)
        name = "lab-" + hashlib.sha256(svg.encode()).hexdigest()[:8]
        light = {colour: of["light"] for colour, of in colours().items()}
        try:
            drawing = themed(svg, name, light)
        except ValueError as error:
            what = str(error).partition(";")[0]
            message = f"{what}; take one of Matplotlib's cycle, C0 to C4, or none"
            raise LabError(_placed(self._lab_of(cell.source), cell.source, message)) from error
        return inlined(drawing, name, alt)

    def _lab_of(self, source: str) -> Path:
        """Return the lab that a cell stands in: the template is not told which one it renders."""
        for lab in self._labs:
            text = lab.read_text("utf-8")
            if source in text or source in as_markdown(text)[0]:
                return lab
        return Path(self._config.docs_dir)

    @cache  # noqa: B019 - one instance an edition, as long as the build
    def _markdown(self, lab: Path) -> Markdown:
        """Return the edition's Markdown, as MkDocs makes it for a page that stands for `lab`."""
        md = Markdown(
            extensions=self._config.markdown_extensions,
            extension_configs=self._config.mdx_configs,
        )
        # The plugin knows at which address a notebook stands, and so where its links start.
        plugin = self._config.plugins["mkdocs-jupyter"]
        files = plugin.on_files(get_files(self._config), config=self._config)
        file = files and files.get_file_from_path(lab.relative_to(self._config.docs_dir).as_posix())
        if files and file:
            _RelativePathTreeprocessor(file, files, self._config)._register(md)
        return md


class _Warnings(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def _placed(lab: Path, source: str, message: str) -> str:
    """Return the message with the lab's name and the line of the cell that begins so."""
    line = line_of(lab, source) if lab.is_file() else 0
    name = lab.relative_to(ROOT) if lab.is_relative_to(ROOT) else lab
    return f"{name.as_posix()}:{line}: {message}"
