"""Search without accents, and without a cost for those who do not search.

Material has no settings for this, so two of its scripts are completed after the build.

Its worker: "retropropagation" and "rétropropagation" find the same pages, because the words of the
index and the words of a question go through the same folding. Folding replaces one letter by one
letter, so that the highlighted positions stay right.

Its bundle: every page would fetch the whole index when it opens. It is fetched when the reader
comes to the field of search, or to a page whose address holds a question.
"""

from __future__ import annotations

import re
from pathlib import Path

from material.plugins.search import plugin

WORKER = "assets/javascripts/workers/search.*.min.js"
BUNDLE = "assets/javascripts/bundle.*.min.js"

# \u00c0-\u017f: Latin letters with accents. œ and æ have no decomposition and stay letters.
FOLD = (
    "const foldAccents=text=>text.replace(/[\\u00c0-\\u017f]/g,"
    'letter=>letter.normalize("NFD").charAt(0));\n'
    # The book writes "surapprentissage", "overfitting": the two halves alone are found everywhere.
    "const foldQuestion=text=>foldAccents(text)"
    '.replace(/\\b(sur|over|under)-(?=[a-z])/gi,"$1");\n'
)
TOKEN = re.compile(r"new lunr\.Token\(((?:\w+\.slice\(\w+,\w+\)|\w+\[\w+\])\.toLowerCase\(\))")
QUESTION = re.compile(r"(?<=return )(\w+)(?=\.trim\(\)\.split\()")

FETCH = re.compile(r':\w+\((new URL\("search/search_index\.json",\w+\.base\))\)')
# ?q= is a question; ?h= asks to mark the words that were found.
WHEN_ASKED = (
    r":new Promise(asked=>{if(/[?&][hq]=/.test(location.search))asked();"
    r'document.forms.search.addEventListener("focusin",asked,{once:true})})'
    r".then(()=>fetch(\1)).then(answer=>answer.json())"
)


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
    """Material's scripts are no longer what this module was written for."""


def fold_accents(script: str) -> str:
    """Return the worker's script, folding accents where it reads words.

    Raises:
        SearchChanged: The places to complete are not found exactly: Material has changed.
    """
    script, tokens = TOKEN.subn(r"new lunr.Token(foldAccents(\1)", script)
    script, questions = QUESTION.subn(r"foldQuestion(\1)", script)
    if tokens != 2 or questions != 1:
        raise SearchChanged(
            "Material's search worker has changed: "
            f"{tokens} places that make words (expected 2), "
            f"{questions} that read a question (expected 1); adapt atelier/search.py"
        )
    return FOLD + script


def fetch_when_asked(script: str) -> str:
    """Return the bundle's script, fetching the index when somebody searches.

    Raises:
        SearchChanged: The place is not found exactly: Material has changed.
    """
    script, places = FETCH.subn(WHEN_ASKED, script)
    if places != 1:
        raise SearchChanged(
            f"Material's bundle has changed: {places} places that fetch the index (expected 1); "
            "adapt atelier/search.py"
        )
    return script


def complete(edition: Path) -> None:
    """Complete the two scripts in a built edition."""
    for name, completed in ((WORKER, fold_accents), (BUNDLE, fetch_when_asked)):
        scripts = list(edition.glob(name))
        if not scripts:
            raise SearchChanged(f"no {name} in {edition}: Material's script has moved")
        for script in scripts:
            script.write_text(completed(script.read_text("utf-8")), "utf-8")
