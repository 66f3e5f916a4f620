"""French typography, as far as a source can be wrong: quotes, and the space before double signs.

The site turns these ordinary spaces into narrow no-break ones; it cannot put them where there
are none. Code, formulas, addresses and the syntax of Markdown are not prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from atelier.problems import Problem
from atelier.read.page import Page
from atelier.read.pages import COVER

_NOT_PROSE = re.compile(
    r"(?<=\])\([^()\s]*(?:\([^()\s]*\)[^()\s]*)*(?:\s+\"[^\"]*\")?\)"  # the target of a link
    r"|<[^<>\s][^<>]*>|&#?\w+;|https?://\S+"  # HTML, entities, bare addresses
    r"|\{[^{}\n]*\}"  # attributes
    r"|(?<![*\w])\*(?![*\s])[^*\n]+\*(?!\*)"  # italics: often the title of an English work
    r"|^[ \t]*\*?\[[^\]\n]+\]:(?:[ \t]*<?https?:\S+)?"  # definitions of links, notes, abbreviations
    r"|^[ \t]*[|:-][ \t|:-]*$"  # the line under the head of a table
    r"|^[ \t]*:(?=[ \t])",  # a definition list
    re.M,
)
_TITLE = re.compile(r"^([ \t]*(?:!!!|\?\?\?\+?|===[!+]?)[^\"\n]*)\"(.*)\"[ \t]*$", re.M)
_QUOTES = re.compile(r"[\"“”]")
_TIGHT = re.compile(r"(?<=[^\s;:!?|.…(\[])([;:!?])(?=[\s*_)»]|$)", re.M)
_TITLE_OF_WORK = re.compile(r"«[^»\n]*»")
_GUILLEMETS = re.compile(r"«(?=[^\s])|(?<=[^\s])»")


def quotes(page: Page, _docs: Path) -> Iterator[Problem]:
    """French quotes are « guillemets »."""
    if page.language != "fr":
        return
    text = prose(page.words)
    told = set()
    for match in _QUOTES.finditer(text):
        line = page.line(match.start())
        if line not in told:
            told.add(line)
            message = f"`{match[0]}` in French; write « … », with a space inside"
            yield Problem(page.path, line, message)


def spaces(page: Page, _docs: Path) -> Iterator[Problem]:
    """A space stands before `; : ! ?` and inside « guillemets »."""
    if page.language != "fr":
        return
    text = prose(page.words)
    titles = [match.span() for match in _TITLE_OF_WORK.finditer(text)]
    for match in _TIGHT.finditer(text):
        in_title = any(start < match.start() < end for start, end in titles)
        if in_title and page.section_of(page.line(match.start())) == "sources":
            continue  # works are named in their own language
        words = text[max(match.start() - 12, 0) : match.end()].split("\n")[-1].replace(COVER, "")
        message = f"no space before `{match[0]}` in « {words.strip()} »; French wants one"
        yield Problem(page.path, page.line(match.start()), message)
    for match in _GUILLEMETS.finditer(text):
        yield Problem(page.path, page.line(match.start()), f"no space inside {match[0]}; add it")


@lru_cache(maxsize=1)
def prose(words: str, filler: str = " ") -> str:
    """Return the words of a page with all that is not prose covered, offsets kept."""
    text = _TITLE.sub(_without_marks, words)
    return _NOT_PROSE.sub(lambda match: re.sub(r"[^\n]", filler, match[0]), text)


def _without_marks(title: re.Match[str]) -> str:
    """Return the title of a box where it stands, without the marks around it."""
    return f"{' ' * len(title[1])} {title[2]}".ljust(len(title[0]))
