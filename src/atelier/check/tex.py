r"""What two formulas must share: everything but spaces, words in `\text{}` and number habits."""

from __future__ import annotations

import re

_WORDS = re.compile(r"\\text(?:bf|it|rm|sf|tt|normal|up)?\s*\{(?:[^{}]|\{[^{}]*\})*\}")
_TOKEN = re.compile(r"\\[A-Za-z]+|\\.|\d+(?:\.\d+)?|\S", re.S)
_SPACES = {"\\,", "\\;", "\\:", "\\!", "\\ ", "~", "\\quad", "\\qquad", "\\enspace"}
_INTERVAL = re.compile(r"([\[\]])([^\[\](){}]*[,;][^\[\](){}]*)([\[\]])")
_RELATION = re.compile(
    r"[=<>:]|\\(?:leq?|geq?|neq?|approx|in|notin|subset|to|mapsto|sim|simeq|equiv|propto|ll|gg"
    r"|Rightarrow|iff|implies)"
)


def tokens(tex: str, language: str) -> tuple[str, ...]:
    r"""Return what a formula says, in a form that both editions share.

    Removed: spaces, the words of `\text{…}`, the full stop or comma that ends the sentence.
    Made equal: the decimal comma (`0{,}5` in French, `0.5` in English), the digits grouped by
    three (`1\,797` in French, `1{,}797` in English), open intervals (`]0, 1[` and `(0, 1)`).

    >>> tokens(r"x = 0{,}5 \text{ si } y", "fr") == tokens(r"x=0.5 \text{ if } y", "en")
    True
    >>> tokens(r"]0, 1[", "fr") == tokens("(0, 1)", "en")
    True
    """
    tex = _WORDS.sub(r"\\text ", tex)
    if language == "fr":
        tex = re.sub(r"(?<=\d)\{,\}(?=\d)", ".", tex)
        tex = re.sub(r"(?<=\d)(?:\\,|~)(?=\d{3}(?!\d))", "", tex)
        tex = _INTERVAL.sub(_english_interval, tex)
    else:
        tex = re.sub(r"(?<=\d)(?:\{,\}|\\,)(?=\d{3}(?!\d))", "", tex)
    found = [token for token in _TOKEN.findall(tex) if token not in _SPACES]
    while found and found[-1] in {".", ",", ";", "\\\\"}:
        found.pop()
    return tuple(found)


def states_something(formula: tuple[str, ...]) -> bool:
    """Whether a formula holds a relation, so that it can be wrong (`x = 1`, unlike `x`)."""
    return any(_RELATION.fullmatch(token) for token in formula)


def _english_interval(match: re.Match[str]) -> str:
    left = "(" if match[1] == "]" else "["
    right = ")" if match[3] == "[" else "]"
    return left + match[2].replace(";", ",") + right
