"""All that the book says in a language, piece by piece, with the place of each piece.

Prose of the pages, comments and printed words of their programs, alternative texts, front matter,
titles of the menus, words in the figures. What is not said in a language (code, formulas,
addresses, attributes) is covered, so that lines and words stand where they stand in the file.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from atelier.check import rules_menu
from atelier.check.rules_french import prose
from atelier.draw.figures import OUT, Source, find_figures
from atelier.paths import DOCS, LANGUAGES
from atelier.read.page import Page
from atelier.read.pages import COVER, every_page, parse

LOOSE = {"README.fr.md": "fr", "README.md": "en", "CONTRIBUTING.md": "en"}

_FRONT = re.compile(r"^(?!(?:title|description):).*$|^(?:title|description):|[\"\\]", re.M)
_NOT_SAID = re.compile(
    r"(?<![*\w])\*(?![*\s])(?:(?!\n\s*\n)[^*])+\*(?!\*)"  # italics: a title, a foreign term
    r"|(?<=\[)[^\[\]\n]+(?=\]\((?:README[\w.]*|LICENSE)\))"  # the other language, a file's name
    r"|<a href[^\n]*?</a>|\b[\w-]*\.(?:whl|md|py|cff)\b"
    r"|^:::.*$"  # an entry of the reference
    r"|^!\[|&\w+;|\bscikit-learn\b|\bdoi:[^\]\s]+",
    re.M,
)
_QUOTE = re.compile(r"“[^”]*”|«[^»]*»")
_ALT = re.compile(r"^# %%.*\balt=\"(.+?)\"", re.M)
_SVG_TEXT = re.compile(r"<text\b[^>]*>(.*?)</text>", re.S)
_INTERPOLATED = re.compile(r"`[^`]*`|\{[^{}]*\}|%[.\d]*[a-z]|\S*[_=()\[\]@/<>]\S*|https?:\S+")


@dataclass(frozen=True)
class Piece:
    """Some text of one language; `names` are those of the program beside it.

    `is_cited` says that it holds titles or words of others, in any language.
    """

    path: Path
    line: int
    language: str
    text: str
    names: frozenset[str] = frozenset()
    is_cited: bool = False
    is_program: bool = False


def everything(docs: Path = DOCS, out: Path = OUT) -> Iterator[Piece]:
    """Yield all pieces of the book; `out` is where its figures are drawn."""
    pages = every_page(docs)
    for name, language in LOOSE.items():
        path = docs.parent / name
        if path.is_file():
            pages.append(parse(path.read_text("utf-8"), path=path, language=language, name=name))
    for page in pages:
        yield from prose_of(page)
        if page.name != "CONTRIBUTING.md":  # its programs are examples, in both languages
            yield from programs_of(page)
    words = [p for path in sorted((docs / "figures").glob("*.py")) for p in _figure_words(path)]
    yield from words
    for language in LANGUAGES:
        for entry in rules_menu.entries(docs.parent / rules_menu.CONFIGURATIONS[language]):
            path = docs.parent / rules_menu.CONFIGURATIONS[language]
            yield Piece(path, entry.line, language, entry.title)
    yield from _drawn_words(docs, out, words)


def prose_of(page: Page) -> Iterator[Piece]:
    """Yield the prose of a page, section by section, and what it quotes."""
    names = _names(page)
    text = _NOT_SAID.sub(_blank, page.words)
    if page.text.startswith("---\n"):
        end = page.text.index("\n---", 4) + 4
        text = _FRONT.sub(_blank, page.text[:end]) + text[end:]
    text = prose(text, COVER)
    quotes = [(page.line(match.start()), match[0]) for match in _QUOTE.finditer(text)]
    lines = _QUOTE.sub(_blank, text).split("\n")
    bounds = [1, *page.heading_lines[1:], len(lines) + 1]
    for number, (start, end) in enumerate(pairwise(bounds)):
        key = page.keys[number] if page.keys else ""
        piece = "\n".join(lines[start - 1 : end - 1])
        yield Piece(page.path, start, page.language, piece, names, is_cited=key == "sources")
    for line, quote in quotes:
        yield Piece(page.path, line, page.language, quote, names, is_cited=True)
    if page.is_lab:
        source = page.path.read_text("utf-8")
        for match in _ALT.finditer(source):
            line = source[: match.start()].count("\n") + 1
            yield Piece(page.path, line, page.language, match[1], names)


def programs_of(page: Page) -> Iterator[Piece]:
    """Yield the comments and the words in the strings of the programs of a page."""
    names = _names(page)
    for block in page.blocks:
        if block.language == "python":
            for line, text in words_of_program(block.code):
                place = block.line + line - 1
                yield Piece(page.path, place, page.language, text, names, is_program=True)


def words_of_program(code: str) -> Iterator[tuple[int, str]]:
    """Yield the comments and the sentences of a program, with their lines; nothing if it fails."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return  # running the block tells it
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        if token.type == tokenize.COMMENT and not token.string.startswith(("# fmt", "# noqa")):
            yield token.start[0], _INTERPOLATED.sub(_blank, token.string)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and " " in node.value:
            yield node.lineno, _INTERPOLATED.sub(_blank, node.value)


def _figure_words(path: Path) -> Iterator[Piece]:
    """Yield what `pen.say(fr=…, en=…)` says in each language."""
    try:
        tree = ast.parse(path.read_text("utf-8"))
    except SyntaxError:
        return  # drawing the figures tells it
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "say":
            for keyword in node.keywords:
                for part in ast.walk(keyword.value):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        language = keyword.arg or ""
                        yield Piece(path, part.lineno, language, part.value)


def _drawn_words(docs: Path, out: Path, told: list[Piece]) -> Iterator[Piece]:
    """Yield what the drawings say, whatever way the words came there; `told` are those of `say`."""
    sources, _ = find_figures(docs / "figures")
    known: defaultdict[tuple[Path, str], set[str]] = defaultdict(set)
    for piece in told:
        known[piece.path, piece.language] |= set(re.findall(r"[^\W\d_]+", piece.text))
    for language in LANGUAGES:
        for name, source in sources.items():
            for drawing in (f"{name}.svg", f"{name}.poster.svg"):
                path = out / language / drawing
                if path.is_file():
                    for match in _SVG_TEXT.finditer(path.read_text("utf-8")):
                        text = re.sub(r"<[^>]*>", "", match[1])
                        names = frozenset(known[source.path, language])
                        line = _line_of(text, source)
                        yield Piece(source.path, line, language, text, names)


def _line_of(text: str, source: Source) -> int:
    """Return the line where a figure's function has this text, else the line of the function."""
    lines = source.path.read_text("utf-8").split("\n")
    at = (number for number, line in enumerate(lines, 1) if number > source.line and text in line)
    return next(at, source.line)


def _names(page: Page) -> frozenset[str]:
    """Return the names in the programs of a page: comments may speak of them."""
    return frozenset(
        word
        for block in page.blocks
        if block.language == "python"
        for word in re.findall(r"[^\W\d_]+", "\n".join(_without_comments(block.code)))
    )


def _without_comments(code: str) -> Iterator[str]:
    for line in code.split("\n"):
        yield re.sub(r"([\"']).*?\1|#.*", "", line)


def _blank(match: re.Match[str]) -> str:
    """Cover what is not said, with something that is neither space nor letter."""
    return re.sub(r"[^\n]", COVER, match[0])
