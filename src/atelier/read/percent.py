"""A notebook in percent format, read as the Markdown page that it stands for, line for line."""

from __future__ import annotations

import re
from dataclasses import dataclass

_MARK = re.compile(r"^# %%(.*)$")
_HEADER = re.compile(r"\A# ---\n(?:#.*\n)*?# ---\n")


@dataclass(frozen=True)
class Cell:
    """A cell of code, and the line (from 1) on which its code begins."""

    code: str
    line: int


def as_markdown(text: str) -> tuple[str, tuple[Cell, ...]]:
    """Split a notebook into its words and its programs.

    Args:
        text: The source, with `# %%` before each cell and `# %% [markdown]` before words.

    Returns:
        The Markdown, in which each line stands where it stands in the notebook (the lines of
        code are empty), and the cells of code that are not empty.

    >>> words, cells = as_markdown("# %% [markdown]\\n# # Title\\n\\n# %%\\nx = 1\\n")
    >>> words.splitlines()
    ['', '# Title', '', '', '']
    >>> cells
    (Cell(code='x = 1', line=5),)
    """
    header = _HEADER.match(text)
    skipped = header[0].count("\n") if header else 0
    words: list[str] = []
    cells: list[Cell] = []
    code: list[str] = []
    in_words = False

    def close(end: int) -> None:
        first = next((i for i, line in enumerate(code) if line.strip()), None)
        if first is not None:
            cells.append(Cell("\n".join(code[first:]).rstrip(), end - len(code) + first + 1))
        code.clear()

    lines = text.splitlines()
    for place, line in enumerate(lines):
        mark = _MARK.match(line)
        if mark:
            close(place)
            in_words = "[markdown]" in mark[1]
        elif not in_words and place >= skipped:
            code.append(line)
        words.append(_uncommented(line) if in_words and not mark else "")
    close(len(lines))
    return "\n".join(words) + "\n", tuple(cells)


def _uncommented(line: str) -> str:
    """Return a line of a Markdown cell without the `# ` (or the quotes) that carry it."""
    return "" if line.strip() in ('"""', 'r"""') else re.sub(r"^# ?", "", line)
