"""What the docstrings of the package say: the reference of the site publishes them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from atelier.check.said import Piece
from atelier.paths import PACKAGE
from atelier.read.pages import COVER

_NOT_SAID = re.compile(
    r"\$\$?[^$]+\$\$?|``[^`]*``|`[^`]*`"  # formulas and code
    r"|^ *>>>.*(?:\n(?! *\n| *\"\"\").*)*"  # examples, to the next empty line
    r"|^ *[\w, *]+:(?= )|\b\w*Error\b"  # an argument, or what is raised
    r"|\bd(?:[A-Z]\w*|b|beta|gamma)\b|\bdoi\b\S*"  # gradients, addresses
    r"|^ *(?:Args|Attributes|Returns|Yields|Raises|Shapes|Source|Example):",
    re.M,
)
_CODE = re.compile(r"\"\"\".*?\"\"\"|\"[^\"\n]*\"|#.*", re.S)


def docstrings(package: Path = PACKAGE) -> Iterator[Piece]:
    """Yield the docstrings of all modules, classes and functions, with their lines."""
    for path in sorted(package.glob("*.py")):
        source = path.read_text("utf-8")
        names = frozenset(re.findall(r"[^\W\d_]+", re.sub(_CODE, "", source)))
        for node in ast.walk(ast.parse(source, str(path))):
            if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
                continue
            if ast.get_docstring(node) is not None:
                first = node.body[0]
                lines = source.split("\n")[first.lineno - 1 : first.end_lineno]
                text = _NOT_SAID.sub(_blank, "\n".join(lines))
                yield Piece(path, first.lineno, "en", text, names, is_cited=True)


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", COVER, match[0])
