"""Tells the reader of a section that the other edition is ahead of it.

Sections are marked by `python -m atelier twins --stale fr page#section`, in `docs/twins.lock`.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement

from markdown import Extension, Markdown
from markdown.treeprocessors import Treeprocessor

from atelier.read.source import edition_of, page_of
from atelier.read.twin_lock import stale_language

_NOTES = {
    "fr": ("Section en retard", "Cette section est en retard sur la ", "version anglaise", "."),
    "en": ("Section behind its twin", "This section is behind the ", "French version", "."),
}


class StaleSections(Treeprocessor):
    """Puts a note under the heading of each section that is behind."""

    def run(self, root: Element) -> None:
        """Look at each heading of the page that is rendered."""
        page = page_of(self.md)
        edition = edition_of(page)
        if page is None or edition is None:
            return
        name = page.relative_to(edition).with_suffix("").as_posix()
        for parent in list(root.iter()):
            for child in list(parent):
                section = child.get("id", "") if child.tag in _HEADINGS else ""
                if section and stale_language(name, section, edition.parent) == edition.name:
                    parent.insert(list(parent).index(child) + 1, _note(edition.name, name, section))


class StaleExtension(Extension):
    """The extension `atelier.render.markdown.stale`."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Register the processor.

        It runs last: after attr_list has given the headings their ids, and after MkDocs has
        checked the links, because this one leads out of the edition.
        """
        md.treeprocessors.register(StaleSections(md), "stale", -10)


def makeExtension(**options: object) -> StaleExtension:
    """Return the extension, as Python-Markdown asks for it."""
    return StaleExtension(**options)


_HEADINGS = frozenset(f"h{level}" for level in range(1, 7))


def _note(language: str, name: str, section: str) -> Element:
    """Return the note: a warning with a link to the same section of the other edition."""
    other = "en" if language == "fr" else "fr"
    folders = [] if name == "index" else name.removesuffix("/index").split("/")
    address = "../" * (len(folders) + 1) + "/".join([other, *folders]) + f"/#{section}"
    title, before, link, after = _NOTES[language]
    note = Element("div", {"class": "admonition warning stale"})
    SubElement(note, "p", {"class": "admonition-title"}).text = title
    text = SubElement(note, "p")
    text.text = before
    anchor = SubElement(text, "a", {"href": address, "hreflang": other, "target": "_self"})
    anchor.text = link
    anchor.tail = after
    return note
