"""Python-Markdown extension: the true addresses of the site in the commands of a page.

An author writes `{{ site }}`, `{{ repository }}` or `{{ wheel }}`, in code too; a reader gets what
`atelier.addresses` knows when the site is built. Any other name in such braces is a warning of
MkDocs with page and line.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from markdown import Markdown
from markdown.extensions import Extension
from markdown.preprocessors import Preprocessor

from atelier.addresses import repository, site_url
from atelier.paths import ROOT
from atelier.read.source import line_of, page_of
from atelier.run.wheel import NAME

log = logging.getLogger("mkdocs.atelier.address")

PLACEHOLDER = re.compile(r"\{\{ ?(\w+) ?\}\}")


def known() -> dict[str, str]:
    """Return what each name stands for."""
    return {"site": site_url(), "repository": repository(), "wheel": f"{site_url()}{NAME}"}


def filled(text: str) -> str:
    """Return a text with the addresses in it; a name that is not known stays."""
    return PLACEHOLDER.sub(lambda match: known().get(match[1], match[0]), text)


class AddressProcessor(Preprocessor):
    """Fills in the addresses of one page."""

    def run(self, lines: list[str]) -> list[str]:
        """Return the lines with the addresses in them."""
        lines = [filled(line) for line in lines]
        for left in PLACEHOLDER.finditer("\n".join(lines)):
            page = page_of(self.md)
            shown = page.relative_to(ROOT) if page and page.is_relative_to(ROOT) else page
            message = f"{left[0]} is no address; the book knows {', '.join(known())}"
            log.warning("%s:%s: %s", shown, line_of(page, left[0]), message)
        return lines


class AddressExtension(Extension):
    """Registers the processor before fences are read (25)."""

    def extendMarkdown(self, md: Markdown) -> None:
        """Add the processor to `md`."""
        md.preprocessors.register(AddressProcessor(md), "atelier-address", 28)


def makeExtension(**settings: Any) -> AddressExtension:
    """Entry point of Python-Markdown."""
    return AddressExtension(**settings)
