"""How everything that is wrong with the book is told: `file:line: what is wrong, what to do`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from atelier.paths import ROOT


@dataclass(frozen=True, order=True)
class Problem:
    """One thing that is wrong, where, and what to do about it.

    Args:
        path: The file to open.
        line: Its line, from 1; 0 when the whole file is meant.
        message: What is wrong, and what to do.
    """

    path: Path
    line: int
    message: str

    def __str__(self) -> str:
        path = self.path.resolve()
        shown = path.relative_to(ROOT) if path.is_relative_to(ROOT) else self.path
        return f"{shown}:{self.line}: {self.message}" if self.line else f"{shown}: {self.message}"


def report(problems: Iterable[Problem]) -> int:
    """Print each problem once, in the order of files and lines; return the exit status."""
    found = sorted(set(problems))
    for problem in found:
        print(problem, file=sys.stderr)
    return 1 if found else 0
