"""Words: those of its own language, spelt as its dictionary spells them, and not said twice.

Words that are right and that no dictionary knows stand in `docs/words.txt` (names and terms of
both editions), `docs/words-fr.txt` and `docs/words-en.txt`, one a line, sorted. What stands in
italics is a title, or a term of the other language, and is not looked up.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path

from atelier.check import said, spelling
from atelier.check.said import Piece
from atelier.check.said_package import docstrings
from atelier.draw.figures import OUT
from atelier.paths import DOCS
from atelier.problems import Problem
from atelier.read.pages import COVER

OTHER = {"fr": "en", "en": "fr"}
NAMES = {"fr": "French", "en": "English"}
TWICE_IS_RIGHT = frozenset({"nous", "vous", "that", "had"})

_LETTER = "A-Za-zÀ-ÖØ-öø-ÿŒœ"
_WORD = re.compile(
    rf"(?<![\w{COVER}])(?:aujourd['’]hui|[{_LETTER}]+n['’]t|[{_LETTER}]{{2,}})(?![\w{COVER}])"
)
_TWICE = re.compile(rf"(?<![\w'’-])([{_LETTER}]{{2,}})(?: +| *\n *)\1(?![\w'’-])", re.I)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_DECIMAL = {
    "en": re.compile(r"(?<![\d.,(\[])\d+(?:,\d+)+(?![\d.]*\d)"),
    "fr": re.compile(r"(?<![\d.,])\d+\.\d+(?![\d.]*\d)"),
}
_VERSION = re.compile(rf"(?:\bversion|\b[A-Z][{_LETTER}]*)[ {COVER}]*$")
_LOOSE_SIGN = re.compile(r"(?<=[^\s|:-])[ \u00a0\u202f]+([;:!?])(?=\s|$)", re.M)


def check(docs: Path = DOCS, out: Path = OUT) -> list[Problem]:
    """Return the words and signs that a language does not have; `out` has the drawn figures."""
    pieces = [*said.everything(docs, out), *(docstrings() if docs == DOCS else ())]
    found = [problem for piece in pieces for rule in RULES for problem in rule(piece)]
    return found + spelt(pieces, docs) + list_faults(docs)


def twice(piece: Piece) -> Iterator[Problem]:
    """No word stands twice in a row."""
    for match in _TWICE.finditer(piece.text):
        if match[1].lower() not in TWICE_IS_RIGHT:
            yield _problem(piece, match.start(), f"`{match[1]}` stands twice; remove one")


def decimals(piece: Piece) -> Iterator[Problem]:
    """The decimal sign is that of the language: 0,5 in French, 0.5 in English."""
    if piece.is_cited or piece.is_program:
        return
    for match in _DECIMAL[piece.language].finditer(piece.text):
        if _THOUSANDS.fullmatch(match[0]) or _VERSION.search(piece.text[: match.start()]):
            continue
        right = match[0].translate(str.maketrans(",.", ".,"))
        message = f"`{match[0]}` in {NAMES[piece.language]}; write {right}"
        yield _problem(piece, match.start(), message)


def english_signs(piece: Piece) -> Iterator[Problem]:
    """No space stands before an English `; : ! ?`."""
    if piece.language == "en" and not (piece.is_cited or piece.is_program):
        for match in _LOOSE_SIGN.finditer(piece.text):
            message = f"a space before `{match[1]}` in English; remove it"
            yield _problem(piece, match.start(), message)


RULES = (twice, decimals, english_signs)


def spelt(pieces: Iterable[Piece], docs: Path) -> list[Problem]:
    """Every word is in the dictionary of its language, or in a list of the book."""
    places: dict[str, dict[str, list[tuple[Piece, int]]]] = {"fr": {}, "en": {}}
    for piece in pieces:
        for match in _WORD.finditer(piece.text):
            word = match[0].replace("’", "'")
            if word not in piece.names and not (word.isupper() and len(word) < 7):
                places[piece.language].setdefault(word, []).append((piece, match.start()))
    problems = []
    for language, words in places.items():
        listed = allowed(docs, language)
        other = allowed(docs, OTHER[language])
        new = {w for w in words if w not in listed and w.lower() not in listed}
        strange = spelling.unknown(new, language)
        foreign = strange.keys() - spelling.unknown(strange, OTHER[language]).keys()
        left: defaultdict[tuple[Path, int], list[str]] = defaultdict(list)
        for word, near in strange.items():
            for piece, offset in words[word]:
                if word in foreign and not piece.is_cited:
                    left[piece.path, _line(piece, offset)].append(word)
                elif word not in foreign and not (piece.is_cited and word.lower() in other):
                    problems.append(_problem(piece, offset, _misspelt(word, near, language)))
        for (path, line), found in left.items():
            told = ", ".join(f"`{word}`" for word in sorted(set(found)))
            message = (
                f"{told}: left in {NAMES[OTHER[language]]}; translate, or set a term in *italics*"
            )
            problems.append(Problem(path, line, message))
    return problems


def _misspelt(word: str, near: list[str], language: str) -> str:
    meant = f"did you mean {' or '.join(near)}? If" if near else "if"
    return (
        f"`{word}` is in no {NAMES[language]} dictionary; {meant} it is right, "
        f"add it to docs/words-{language}.txt, or to docs/words.txt when it serves both languages"
    )


def allowed(docs: Path, language: str) -> frozenset[str]:
    """Return the words that the lists of the book add to the dictionary of a language."""
    return frozenset(
        word for file in ("words.txt", f"words-{language}.txt") for word in _listed(docs / file)
    )


@cache
def _listed(path: Path) -> tuple[str, ...]:
    return tuple(path.read_text("utf-8").split()) if path.is_file() else ()


def list_faults(docs: Path) -> list[Problem]:
    """The lists are sorted, so that two people who add a word do not collide."""
    problems = []
    for path in sorted(docs.glob("words*.txt")):
        words = _listed(path)
        for number, (word, after) in enumerate(pairwise(words), 2):
            if (word.casefold(), word) >= (after.casefold(), after):
                problems.append(Problem(path, number, f"`{after}` stands before `{word}`: sort"))
    return problems


def _line(piece: Piece, offset: int) -> int:
    return piece.line + piece.text.count("\n", 0, offset)


def _problem(piece: Piece, offset: int, message: str) -> Problem:
    return Problem(piece.path, _line(piece, offset), message)
