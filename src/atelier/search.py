"""Search without accents: "retropropagation" and "rétropropagation" find the same pages.

Material's search has no such setting, so its worker is completed after the build: the words of
the index and the words of a question go through the same folding. Folding replaces one letter by
one letter, so that the highlighted positions stay right.
"""

from __future__ import annotations

import re
from pathlib import Path

from material.plugins.search import plugin

WORKER = "assets/javascripts/workers/search.*.min.js"

# \u00c0-\u017f: Latin letters with accents. œ and æ have no decomposition and stay letters.
FOLD = (
    "const foldAccents=text=>text.replace(/[\\u00c0-\\u017f]/g,"
    'letter=>letter.normalize("NFD").charAt(0));\n'
)
TOKEN = re.compile(r"new lunr\.Token\(((?:\w+\.slice\(\w+,\w+\)|\w+\[\w+\])\.toLowerCase\(\))")
QUESTION = re.compile(r"(?<=return )(\w+)(?=\.trim\(\)\.split\()")


# Formulas and figures: two tags in three of a page, of which the index keeps nothing.
NOT_INDEXED = re.compile(
    r'<(?P<tag>x-math|svg)\b[^>]*\sdata-search-exclude=""[^>]*>.*?</(?P=tag)>'
    r'|<div class="arithmatex"[^>]*\sdata-search-exclude=""[^>]*>.*?</div>',
    re.S,
)


def _sign(found: re.Match[str]) -> str:
    """Return what a result shows in the place: a sentence without its formulas has holes."""
    return "…" if found["tag"] == "x-math" else ""


class ProseParser(plugin.Parser):  # type: ignore[misc]  # mkdocs-material is not typed
    """Material's parser of a page, spared what it would skip: it is most of a build's time."""

    def feed(self, data: str) -> None:
        """Read the page without its formulas and figures."""
        super().feed(NOT_INDEXED.sub(_sign, data))


def prepare() -> None:
    """Give Material's search our parser."""
    plugin.Parser = ProseParser


class SearchChanged(RuntimeError):
    """Material's worker is no longer what this module was written for."""


def fold_accents(script: str) -> str:
    """Return the worker's script, folding accents where it reads words.

    Raises:
        SearchChanged: The places to complete are not found exactly: Material has changed.
    """
    script, tokens = TOKEN.subn(r"new lunr.Token(foldAccents(\1)", script)
    script, questions = QUESTION.subn(r"foldAccents(\1)", script)
    if tokens != 2 or questions != 1:
        raise SearchChanged(
            "Material's search worker has changed: "
            f"{tokens} places that make words (expected 2), "
            f"{questions} that read a question (expected 1); adapt atelier/search.py"
        )
    return FOLD + script


def complete(edition: Path) -> None:
    """Make the search of a built edition accent-insensitive."""
    workers = list(edition.glob(WORKER))
    if not workers:
        raise SearchChanged(f"no {WORKER} in {edition}: Material's search worker has moved")
    for worker in workers:
        worker.write_text(fold_accents(worker.read_text("utf-8")), "utf-8")
