"""The book's macros written out, for readers of TeX that do not know them: Jupyter's, GitHub's."""

from __future__ import annotations

import json
import re
from functools import cache

from atelier.paths import THEME

_ARGUMENT = re.compile(r"\s*(?:\{((?:[^{}]|\{(?:[^{}]|\{[^{}]*\})*\})*)\}|(\\[A-Za-z]+|\S))")


@cache
def _macros() -> dict[str, str]:
    found: dict[str, str] = json.loads((THEME / "katex-macros.json").read_text("utf-8"))
    return found


def written_out(tex: str) -> str:
    r"""Replace each macro of `theme/katex-macros.json` by what it stands for.

    >>> written_out(r"\norm{\transpose x}")
    '\\left\\lVert ^{\\mathsf{T}} x \\right\\rVert'
    """
    for name, meaning in _macros().items():
        pattern = re.compile(re.escape(name) + r"(?![A-Za-z])")
        while found := pattern.search(tex):
            end, value = found.end(), meaning
            if "#1" in meaning and (argument := _ARGUMENT.match(tex, end)):
                end, value = argument.end(), meaning.replace("#1", argument[1] or argument[2])
            tex = tex[: found.start()] + value + tex[end:]
    return tex
