"""Python-Markdown extension: the book's figures and films, inlined where a page names them.

`![what is seen](name.svg)` becomes the drawing itself, which follows the colour scheme and the
page's font; `![what is seen](name.film)` becomes the player with its poster. A figure without
alternative text, or that nothing draws, is a warning of MkDocs with page and line.
"""

from __future__ import annotations

import html
import json
import logging
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.extensions import Extension
from markdown.treeprocessors import Treeprocessor

from atelier.draw.svg import inlined
from atelier.paths import CACHE, LANGUAGES, ROOT
from atelier.read.source import line_of, page_of

log = logging.getLogger("mkdocs.atelier.figure")

WITHOUT_JAVASCRIPT = {
    "fr": "Le film se déroule avec JavaScript\u202f; sans lui, vous en voyez ici une image.",
    "en": "The film plays with JavaScript; without it, you see one of its pictures here.",
}


class FigureProcessor(Treeprocessor):
    """Replaces the images of one page that are figures or films."""

    def __init__(self, md: Markdown, drawings: Path, language: str) -> None:
        super().__init__(md)
        self.drawings = drawings
        self.language = language
        self.shown: dict[str, int] = {}

    def run(self, root: Element) -> None:
        """Replace all figures below `root`."""
        self.shown = {}
        for parent in list(root.iter()):
            for index, child in enumerate(list(parent)):
                if child.tag == "img":
                    self._image(parent, index, child)
        for parent in list(root.iter()):
            _free_alone(parent)

    def _image(self, parent: Element, index: int, image: Element) -> None:
        source = image.get("src", "")
        name, _, kind = source.rpartition(".")
        if kind not in ("svg", "film") or "/" in name or ":" in name:
            return  # any other image is MkDocs's affair
        alt = image.get("alt", "").strip()
        if not alt:
            self._warn(source, f"{source} has no alternative text; say in a sentence what is seen")
            return
        drawing = self._drawing(name, kind)
        if drawing is None:
            return
        self.shown[name] = self.shown.get(name, 0) + 1
        svg = inlined(drawing, name, alt, self.shown[name])
        caption = image.get("title", "")
        film = name if kind == "film" else None
        if film and not _alone(parent, image):
            self._warn(source, f"{source} stands in a line of text; give it a paragraph of its own")
            return
        block = film is not None or _alone(parent, image)
        figure = self._figure(svg, caption, film, alt, "figure" if block else "span")
        figure.tail = image.tail
        parent[index] = figure

    def _figure(self, svg: str, caption: str, film: str | None, alt: str, tag: str) -> Element:
        figure = Element(tag, {"class": "book-film" if film else "book-figure"})
        if film:
            words = html.escape(WITHOUT_JAVASCRIPT[self._language()])
            svg = (
                f'<training-player film="{html.escape(film)}" label="{html.escape(alt)}">'
                f'<div class="film-stage"><div class="film-picture">{svg}</div></div>'
                f'<p class="film-readout">{html.escape(self._numbers(film))}</p>'
                f"<noscript><p>{words}</p></noscript></training-player>"
            )
        figure.text = self.md.htmlStash.store(svg)
        if caption:
            inside = SubElement(figure, "figcaption" if tag == "figure" else "span")
            inside.text = caption
        return figure

    def _numbers(self, name: str) -> str:
        """What the player says of the frame that the poster shows."""
        film = json.loads((self.drawings / "films" / f"{name}.json").read_text("utf-8"))
        at, language = film["poster"], self._language()
        said = [f"{film['step'][language]} {film['steps'][at]}"]
        for curve in film["curves"]:
            value = f"{curve['values'][at]:.2f}".replace("-", "−")
            value = value.replace(".", ",") if language == "fr" else value
            said.append(f"{curve['name'][language]} {value}")
        return " · ".join(said)

    def _drawing(self, name: str, kind: str) -> str | None:
        folder = self.drawings / self._language()
        plain, poster = folder / f"{name}.svg", folder / f"{name}.poster.svg"
        wanted, other = (plain, poster) if kind == "svg" else (poster, plain)
        if wanted.is_file():
            return wanted.read_text("utf-8")
        source = f"{name}.{kind}"
        if other.is_file():
            right = f"{name}.{'film' if kind == 'svg' else 'svg'}"
            self._warn(source, f"{source} is not what is drawn under this name; write {right}")
        else:
            self._warn(
                source,
                f"no figure {source}; write a function {name}(pen) in docs/figures/, or correct "
                "the name (a figure that could not be drawn is missing too)",
            )
        return None

    def _language(self) -> str:
        page = page_of(self.md)
        folders = page.parts if page else ()
        found = [folder for folder in folders if folder in LANGUAGES]
        return self.language or (found[-1] if found else LANGUAGES[0])

    def _warn(self, source: str, message: str) -> None:
        page = page_of(self.md)
        if page is None:
            log.warning("%s", message)
            return
        name = page.relative_to(ROOT) if page.is_relative_to(ROOT) else page
        line = line_of(page, f"]({source}")
        log.warning("%s", f"{name.as_posix()}:{line}: {message}")


def _alone(parent: Element, image: Element) -> bool:
    """Whether the image is all there is in its paragraph."""
    around = (parent.text or "") + (image.tail or "")
    return parent.tag == "p" and len(parent) == 1 and not around.strip()


def _free_alone(parent: Element) -> None:
    """Take each figure out of the paragraph that it fills: HTML allows no figure in a `p`."""
    for index, child in enumerate(list(parent)):
        if child.tag == "p" and len(child) == 1 and child[0].tag == "figure":
            figure = child[0]
            figure.tail = child.tail
            parent[index] = figure


class FigureExtension(Extension):
    """Registers the processor: attribute lists (8), then this, then French spacing (6)."""

    def __init__(self, **settings: Any) -> None:
        self.config = {
            "drawings": [str(CACHE / "figures"), "where the figures have been drawn"],
            "language": ["", "the page's language; by default the folder that the page is in"],
        }
        super().__init__(**settings)

    def extendMarkdown(self, md: Markdown) -> None:
        """Add the processor to `md`."""
        folder, language = Path(self.getConfig("drawings")), self.getConfig("language")
        md.treeprocessors.register(FigureProcessor(md, folder, language), "atelier-figure", 7)


def makeExtension(**settings: Any) -> FigureExtension:
    """Entry point of Python-Markdown."""
    return FigureExtension(**settings)
