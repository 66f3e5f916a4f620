"""The pieces of a page that its twin must have too, each with what must be equal in both."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from atelier.check.tex import tokens
from atelier.read.page import Page

_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:e[+-]?\d+)?|\b(?:nan|inf)\b")
_SHELL_COMMENT = re.compile(r"(?:^|\s)#.*")


@dataclass(frozen=True)
class Piece:
    """A piece of a page that its twin must have: `same` is equal in both; `line` is where."""

    same: object
    line: int
    words: str


def programs(page: Page) -> list[Piece]:
    """Return the programs; `words` is their code, which `twin_programs` compares."""
    return [Piece(None, b.line, b.code) for b in page.blocks if b.language == "python"]


def _program_starts(page: Page) -> list[Piece]:
    return [
        Piece(None, b.line, b.code.split("\n")[0]) for b in page.blocks if b.language == "python"
    ]


def _outputs(page: Page) -> list[Piece]:
    return [
        Piece(
            (_NUMBER.findall(b.code), b.code.count("\n")),
            b.line,
            b.code.strip()[:40].split("\n")[0],
        )
        for b in page.blocks
        if b.is_output
    ]


def _listings(page: Page) -> list[Piece]:
    return [
        Piece(
            (b.language, _SHELL_COMMENT.sub("", b.code).split()),
            b.line,
            b.language or "no language",
        )
        for b in page.blocks
        if b.language not in ("python", "text") and not b.is_output
    ]


def _displays(page: Page) -> list[Piece]:
    return [
        Piece(tokens(f.tex, page.language), f.line, f"${' '.join(f.tex.split())[:60]}$")
        for f in page.formulas
        if f.display
    ]


def _figures(page: Page) -> list[Piece]:
    return [Piece(figure.name, figure.line, figure.name) for figure in page.figures]


def _boxes(page: Page) -> list[Piece]:
    return [Piece(box.kind, box.line, box.kind) for box in page.admonitions]


KINDS: tuple[tuple[str, str, Callable[[Page], list[Piece]]], ...] = (
    ("program", "make them equal", _program_starts),
    ("printed output", "only words may differ, not numbers or the count of lines", _outputs),
    ("listing", "only comments may differ", _listings),
    ("display formula", r"make them equal (texts inside \text{} may differ)", _displays),
    ("figure", "show the same figures in the same order", _figures),
    ("box", "use the same kinds of boxes in the same order", _boxes),
)
