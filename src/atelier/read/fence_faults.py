"""Slips of the hand that turn a program, or its output, into text that nobody runs or compares."""

from __future__ import annotations

import ast
import re
from difflib import SequenceMatcher, get_close_matches

PYTHON = frozenset({"python", "py", "python3", "py3"})
LANGUAGES = (*sorted(PYTHON), "text", "sh", "markdown", "yaml", "toml", "json", "html", "css", "js")
WORD = "expected-output"
OUTPUT_MARK = f"<!--pytest-codeblocks:{WORD}-->"

_COMMENT = re.compile(r"<?!?-{1,3}\s*([^<>]*?)\s*-{0,2}>|<!-+\s*(.*)")
_ALIKE = 0.7  # of letters in the same order; the misspelt marks tried have 0.75 and more


def language_fault(language: str) -> str:
    """Return what is wrong with the language of a fence; empty when it is on the short list."""
    if language.lower() in LANGUAGES:
        return ""
    near = get_close_matches(language.lower(), LANGUAGES, n=1, cutoff=0.5)
    advice = f"did you mean {near[0]}?" if near else f"write one of {', '.join(LANGUAGES)}"
    return f"`{language}` is no language of this book's fences; {advice}"


def text_fault(code: str, is_after_program: bool) -> str:
    """Return what is wrong with a fence that is neither run nor an output.

    Args:
        code: What it holds.
        is_after_program: Whether it stands directly below a Python block.
    """
    if _is_program(code):
        return "this is a Python program, and it is not run; write ```python"
    if is_after_program:
        return f"output without its mark is not compared; write {OUTPUT_MARK} above it"
    return ""


def is_slip(text: str, word: str | None) -> bool:
    """Whether a line holds a comment that was meant to be the mark of an output, and is not.

    Args:
        text: The line.
        word: What stands after `pytest-codeblocks:` in it, when it is such a mark.
    """
    if word is not None:
        return word != WORD and bool(get_close_matches(word, [WORD], cutoff=_ALIKE))
    for found in _COMMENT.finditer(text):
        said = (found[1] or found[2] or "").lower()
        alike = SequenceMatcher(None, said, OUTPUT_MARK[4:-3], autojunk=False).ratio()
        if alike >= _ALIKE or re.search(r"codeblock|expected.?output", said):
            return True
    return False


def _is_program(code: str) -> bool:
    """Whether a text is Python that does something: imports, binds, defines, loops or asserts."""
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return False
    kinds = (
        *(ast.Import, ast.ImportFrom, ast.FunctionDef, ast.ClassDef, ast.For, ast.While, ast.With),
        *(ast.Assert, ast.If),
    )
    return any(isinstance(node, kinds) or _binds(node) for node in tree.body) or any(
        isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) for node in tree.body
    )


def _binds(node: ast.stmt) -> bool:
    """Whether this is an assignment that computes something (`loss = 0.25` may be an output)."""
    return isinstance(node, ast.Assign | ast.AugAssign) and any(
        isinstance(part, ast.Call | ast.BinOp | ast.Attribute | ast.Subscript)
        for part in ast.walk(node.value)
    )
