"""A shape that a comment gives is the shape of the array beside it, in every run of the line.

`dW = X.T @ dZ  # (d, m)`: a number is compared, a letter stands for the same number throughout a
block, or throughout one call of a function or turn of a loop. `# (5, 3)`, `# (n, d + 1), one row
per class` and, beside two arrays, `# (n, d), (d, m)` are read; other comments say no shape.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections.abc import Iterator, Mapping
from types import CodeType, FrameType
from typing import Any, TypeVar

CALL = "__shape_said__"  # the name under which a program finds `Shapes.compare`

_SHAPE = r"\([^()]*,[^()]*\)"
_COMMENT = re.compile(rf"#\s*({_SHAPE}(?:, {_SHAPE})*)(?=$|\s*[,:;.])")
_Value = TypeVar("_Value")


class Shapes(ast.NodeTransformer):
    """Makes the programs of a page compare the shapes that their comments give.

    `wrong` holds what was found, by line.
    """

    def __init__(self) -> None:
        self.wrong: dict[int, str] = {}
        self._said: dict[int, list[tuple[str, ...]]] = {}
        self._frame: FrameType | None = None
        self._letters: dict[str, int] = {}
        self._lines: set[int] = set()

    def watched(self, source: str, tree: ast.Module) -> ast.Module:
        """Return the tree of a block, whose lines are those of the page, with the comparisons."""
        self._said.update(_said(source))
        self.visit(tree)
        return tree

    def visit_Assign(self, node: ast.Assign) -> ast.Assign:
        """`x = value` becomes `x = compare(line, value)` where a comment gives a shape."""
        node.value = self._compared(node.value, node.end_lineno)
        return node

    def visit_Return(self, node: ast.Return) -> ast.Return:
        """The same for what a function returns."""
        node.value = node.value and self._compared(node.value, node.end_lineno)
        return node

    def _compared(self, value: ast.expr, line: int | None) -> ast.expr:
        if line not in self._said:
            return value
        name, number = ast.Name(CALL, ast.Load()), ast.Constant(line)
        call = ast.Call(name, [number, value], [])
        for made in (name, number, call):
            ast.copy_location(made, value)
        return call

    def compare(self, line: int, value: _Value) -> _Value:
        """Note what is wrong with the shape that a line gives; return the value as it is."""
        letters = self._letters_of(sys._getframe(1), line)
        shapes = self._said.get(line, [])  # none when the line has been told
        values = value if isinstance(value, tuple) and len(shapes) > 1 else (value,)
        if len(values) == len(shapes):
            for shape, each in zip(shapes, values, strict=True):
                found = getattr(each, "shape", None)
                if isinstance(found, tuple) and not _agree(shape, found, letters):
                    known = "".join(f", {name} = {letters[name]}" for name in sorted(letters))
                    written = f"({', '.join(shape)}{',' * (len(shape) == 1)})"
                    self.wrong[line] = (
                        f"the comment says {written}, the array has the shape {found}{known}; "
                        "correct the comment"
                    )
                    self._said.pop(line, None)
        return value

    def _letters_of(self, frame: FrameType, line: int) -> dict[str, int]:
        """Return what the letters stand for: another call or the next turn of a loop forgets it."""
        if frame is not self._frame or line in self._lines:
            self._frame, self._letters, self._lines = frame, {}, set()
        self._lines.add(line)
        return self._letters


def _agree(shape: tuple[str, ...], found: tuple[int, ...], letters: dict[str, int]) -> bool:
    """Whether a shape is the one that is said; letters that are new are learnt."""
    if len(shape) != len(found):
        return False
    for said, size in zip(shape, found, strict=True):
        if said.isidentifier():
            if letters.setdefault(said, size) != size:
                return False
        elif _evaluated(said, letters) not in (size, None):
            return False
    return True


def _evaluated(said: str, letters: Mapping[str, int]) -> Any:
    """Return the number that `5` or `d + 1` is; None when a letter is not known yet."""
    code = _compiled(said)
    if not set(code.co_names) <= letters.keys():
        return None
    return eval(code, {"__builtins__": {}}, dict(letters))


def _compiled(said: str) -> CodeType:
    return compile(said, "<shape>", "eval")


def _said(source: str) -> Iterator[tuple[int, list[tuple[str, ...]]]]:
    """Yield the lines whose comments give shapes, with them."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        found = _COMMENT.match(token.string) if token.type == tokenize.COMMENT else None
        if found:
            shapes = [
                tuple(part.strip() for part in shape[1:-1].split(",") if part.strip())
                for shape in re.findall(_SHAPE, found[1])
            ]
            if all(_is_size(part) for shape in shapes for part in shape):
                yield token.start[0], shapes


def _is_size(part: str) -> bool:
    """Whether this is a positive number, a letter, or a sum or product of them."""
    size = r"(?:[A-Za-z_]\w*|[1-9]\d*)"
    return re.fullmatch(rf"{size}(?: ?[-+*/]+ ?{size})*", part) is not None
