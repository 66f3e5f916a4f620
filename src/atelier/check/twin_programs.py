"""Whether two programs are the same one, told in two languages.

Comments are not compared. Names, numbers and the structure never differ. A string may differ
only where a person reads it:

- a docstring;
- what is printed, the message of an `assert` or of a raised error, and there also through
  `+`, `%`, `.format(…)` and `a if c else b`;
- an argument of a call that writes on a figure (`title`, `set_xlabel`, `legend`, `annotate`, …)
  or a keyword such as `label=` and `title=`;
- the words of an f-string that is assigned, returned or put into a list.

All other strings mean something to a program ("MSE", "relu", a key, an option): they are equal.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import zip_longest

_WRITER = re.compile(
    r"print|write|display|Markdown|say|text|annotate|legend|set_description"
    r"|(?:set_)?(?:title|suptitle|xlabel|ylabel|label|xticklabels|yticklabels)"
    r"|\w*(?:Error|Exception|Warning)"  # a person reads their message
)
_FREE = (ast.Assign, ast.AnnAssign, ast.Return, ast.List, ast.Tuple, ast.ListComp, ast.IfExp)
_LABEL = re.compile(r"(?:display_)?labels?|title|[xy]label|desc|msg|message")


@dataclass(frozen=True)
class Difference:
    """Where two programs part: the lines in each (from 1) and what stands there."""

    here: int
    there: int
    what: str


def difference(here: str, there: str) -> Difference | None:
    """Return the first place where two programs differ in more than their words, or None.

    Raises:
        SyntaxError: One of them is not Python.
    """
    return _compare(ast.parse(here), ast.parse(there), worded=False)


def _compare(here: ast.AST, there: ast.AST, *, worded: bool) -> Difference | None:
    """Compare two nodes; `worded` says that a string standing right here is read by a person."""
    if isinstance(here, ast.JoinedStr | ast.Constant) and isinstance(
        there, ast.JoinedStr | ast.Constant
    ):
        return _compare_texts(here, there, worded=worded)
    if type(here) is not type(there):
        return _told(here, there, f"{_shown(here)} here, {_shown(there)} there")
    for name in here._fields:
        ours, theirs = getattr(here, name, None), getattr(there, name, None)
        for one, other in _pairs(ours, theirs):
            if isinstance(one, ast.AST) and isinstance(other, ast.AST):
                read = _is_worded(here, name, worded) or _is_free(here, one)
                found = _compare(one, other, worded=read)
                if found is not None:
                    # operators and contexts carry no line of their own
                    return found if found.here else _told(here, there, found.what)
            elif isinstance(one, ast.AST):
                return _told(one, there, f"{_shown(one)} is only here")
            elif isinstance(other, ast.AST):
                return _told(here, other, f"{_shown(other)} is only there")
            elif one != other:
                return _told(here, there, f"`{one}` here, `{other}` there")
    return None


def _pairs(ours: object, theirs: object) -> list[tuple[object, object]]:
    """Return the values of a field in pairs, with None where one has more than the other."""
    if isinstance(ours, list) and isinstance(theirs, list):
        return list(zip_longest(ours, theirs))
    return [(ours, theirs)]


def _compare_texts(
    here: ast.JoinedStr | ast.Constant, there: ast.JoinedStr | ast.Constant, *, worded: bool
) -> Difference | None:
    """Compare two constants or f-strings."""
    if isinstance(here, ast.Constant) and isinstance(there, ast.Constant):
        equal = type(here.value) is type(there.value) and here.value == there.value
        readable = worded and isinstance(here.value, str) and isinstance(there.value, str)
        if equal or readable:
            return None
        advice = "" if not isinstance(here.value, str) else " (only texts that are read may differ)"
        return _told(here, there, f"{_shown(here)} here, {_shown(there)} there{advice}")
    ours, theirs = _inserted(here), _inserted(there)
    if len(ours) != len(theirs):
        return _told(here, there, f"{_shown(here)} here, {_shown(there)} there")
    for one, other in zip(ours, theirs, strict=True):
        found = _compare(one, other, worded=False)
        if found is not None:
            return found
    if not worded and _literal(here) != _literal(there):
        return _told(here, there, f"{_shown(here)} here, {_shown(there)} there")
    return None


def _inserted(text: ast.JoinedStr | ast.Constant) -> list[ast.AST]:
    """Return the expressions `{…}` of an f-string, with their formats."""
    if isinstance(text, ast.Constant):
        return []
    return [part for part in text.values if isinstance(part, ast.FormattedValue)]


def _literal(text: ast.JoinedStr | ast.Constant) -> list[object]:
    """Return the words of an f-string, with a None where something is inserted."""
    values = [text] if isinstance(text, ast.Constant) else text.values
    return [part.value if isinstance(part, ast.Constant) else None for part in values]


def _is_free(parent: ast.AST, child: ast.AST) -> bool:
    """Whether `child` is an f-string that is only kept: it is made to be read later."""
    return isinstance(child, ast.JoinedStr) and isinstance(parent, _FREE)


def _is_worded(parent: ast.AST, name: str, worded: bool) -> bool:
    """Whether a string that is the child `name` of `parent` is read by a person."""
    match parent:
        case ast.Call(func=function):
            if name == "args":
                return _WRITER.fullmatch(_called(function)) is not None
            return name == "func" and worded  # "…".format(): the text is the function's object
        case ast.Attribute(attr="format" | "strip" | "ljust" | "rjust" | "center" | "upper"):
            return worded
        case ast.keyword(arg=argument):
            return _LABEL.fullmatch(argument or "") is not None
        case ast.Assert():
            return name == "msg"
        case ast.Expr():
            return name == "value" and isinstance(parent.value, ast.Constant)  # a docstring
        case ast.BinOp() | ast.List() | ast.Tuple():
            return worded
        case ast.IfExp():
            return worded and name != "test"
        case _:
            return False


def _called(function: ast.expr) -> str:
    """Return the last name of what is called."""
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def _told(here: ast.AST, there: ast.AST, what: str) -> Difference:
    """Build a difference; a whole program (`Module`) begins on line 1."""
    lines = [
        getattr(node, "lineno", 1 if isinstance(node, ast.Module) else 0) for node in (here, there)
    ]
    return Difference(lines[0], lines[1], what)


def _shown(node: ast.AST) -> str:
    """Return the code of a node, cut after forty letters."""
    try:
        code = ast.unparse(node).splitlines()
    except (AttributeError, ValueError):
        code = []
    text = code[0] if code else type(node).__name__
    return f"`{text[:40]}…`" if len(text) > 40 else f"`{text}`"
