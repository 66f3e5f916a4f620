"""The two editions are one book: same pages, headings, programs, formulas, figures and boxes.

What must be equal is compared here, section by section, so that one missing formula is told
once and not for all that follow. Prose cannot be compared; `twin_prose` keeps track of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import zip_longest
from pathlib import Path

from atelier.check import twin_prose
from atelier.check.tex import states_something, tokens
from atelier.check.twin_pieces import KINDS, Piece, programs
from atelier.check.twin_programs import difference
from atelier.paths import DOCS
from atelier.problems import Problem
from atelier.read.page import Page
from atelier.read.pages import book


def check(docs: Path = DOCS) -> list[Problem]:
    """Return everything in which the two editions differ and must not."""
    editions = book(docs)
    found = list(_missing(editions))
    for name in sorted(editions["fr"].keys() & editions["en"].keys()):
        found += compare(editions["fr"][name], editions["en"][name])
    return found + twin_prose.check(docs)


def main(arguments: list[str]) -> int:
    """`python -m atelier twins`: what changed on one side only; `--accept`, `--stale`."""
    return twin_prose.main(arguments)


def compare(here: Page, there: Page) -> list[Problem]:
    """Return the differences of two twins, told at the lines of `here`."""
    found = list(_headings(here, there))
    for noun, advice, pieces in KINDS:
        found += _in_step(noun, advice, pieces, here, there)
    found += _programs(here, there)
    found += _inline_formulas(here, there)
    return found


def _missing(editions: dict[str, dict[str, Page]]) -> Iterator[Problem]:
    """Pages of one edition that the other has not."""
    for language, other in (("fr", "en"), ("en", "fr")):
        for name in sorted(editions[language].keys() - editions[other].keys()):
            page = editions[language][name]
            twin = f"docs/{other}/{name}{page.path.suffix}"
            yield Problem(page.path, 0, f"has no twin {twin}; write it, or remove this page")


def _headings(here: Page, there: Page) -> Iterator[Problem]:
    """Headings: same ids, levels and order."""
    for page, twin in ((here, there), (there, here)):
        known = set(twin.keys)
        for heading, key in zip(page.headings, page.keys, strict=True):
            if key not in known:
                message = f"section #{key} is missing in {twin.place()}; ids are equal in both"
                yield Problem(page.path, heading.line, message)
    ranks = {key: rank for rank, key in enumerate(there.keys)}
    shared = [key for key in here.keys if key in ranks]
    theirs = [key for key in there.keys if key in set(shared)]
    for key, other in zip(shared, theirs, strict=False):
        if key != other:
            message = (
                f"section #{key} stands where {there.place(_line_of(there, other))} has #{other}; "
                "put the sections in the same order"
            )
            yield Problem(here.path, _line_of(here, key), message)
            break
    for heading, key in zip(here.headings, here.keys, strict=True):
        twin_heading = there.headings[ranks[key]] if key in ranks else heading
        if twin_heading.level != heading.level:
            message = (
                f"heading #{key} has level {heading.level}, and {twin_heading.level} in "
                f"{there.place(twin_heading.line)}; make them equal"
            )
            yield Problem(here.path, heading.line, message)


def _in_step(
    noun: str, advice: str, pieces: Callable[[Page], list[Piece]], here: Page, there: Page
) -> Iterator[Problem]:
    """Pieces of one kind: as many in each section, equal and in the same order."""
    ours, theirs = _by_section(pieces(here), here), _by_section(pieces(there), there)
    for key in here.keys:
        if key not in there.keys:
            continue
        pairs = zip_longest(ours.get(key, []), theirs.get(key, []))
        for rank, (one, other) in enumerate(pairs, 1):
            if one and other and one.same == other.same:
                continue
            if one and other:
                message = (
                    f"{noun} {rank} of section #{key} ({one.words}) differs from "
                    f"{there.place(other.line)} ({other.words}); {advice}"
                )
                yield Problem(here.path, one.line, message)
            elif one:
                message = (
                    f"{noun} {rank} of section #{key} ({one.words}) is missing in "
                    f"{there.place(_line_of(there, key))}; add it there, or remove it here"
                )
                yield Problem(here.path, one.line, message)
            elif other:
                message = (
                    f"{noun} {rank} of section #{key} ({other.words}) is missing in "
                    f"{here.place(_line_of(here, key))}; add it there, or remove it here"
                )
                yield Problem(there.path, other.line, message)
            break  # what follows is out of step


def _programs(here: Page, there: Page) -> Iterator[Problem]:
    """Programs: equal syntax trees, texts that are read aside."""
    ours = _by_section(programs(here), here)
    theirs = _by_section(programs(there), there)
    for key in here.keys:
        for one, other in zip(ours.get(key, []), theirs.get(key, []), strict=False):
            try:
                parted = difference(str(one.words), str(other.words))
            except SyntaxError:  # running the page tells it
                continue
            if parted:
                place = there.place(other.line + parted.there - 1)
                message = f"the program differs from {place}: {parted.what}; make them equal"
                yield Problem(here.path, one.line + parted.here - 1, message)


def _inline_formulas(here: Page, there: Page) -> Iterator[Problem]:
    """Inline formulas that state something (`x = 1`, unlike `x`) stand in both twins.

    How often, and the lone symbols, are matters of prose: a pronoun replaces them.
    """
    for page, twin in ((here, there), (there, here)):
        known = {(twin.section_of(f.line), tokens(f.tex, twin.language)) for f in twin.formulas}
        for formula in page.formulas:
            said = tokens(formula.tex, page.language)
            key = page.section_of(formula.line)
            if formula.display or not states_something(said) or (key, said) in known:
                continue
            if key in twin.keys:
                message = (
                    f"formula ${formula.tex}$ is not in section #{key} of "
                    f"{twin.place(_line_of(twin, key))}; make them equal"
                )
                yield Problem(page.path, formula.line, message)


def _by_section(pieces: list[Piece], page: Page) -> dict[str, list[Piece]]:
    found: dict[str, list[Piece]] = {}
    for piece in pieces:
        found.setdefault(page.section_of(piece.line), []).append(piece)
    return found


def _line_of(page: Page, key: str) -> int:
    return page.heading_lines[page.keys.index(key)]
