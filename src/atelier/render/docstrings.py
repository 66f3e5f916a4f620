"""A docstring of the package taken apart: prose, arguments, errors, source, examples.

The package writes them all in one way (see `sections`), so that the pages of reference and the
tests of the docstrings read the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from textwrap import dedent

# What stands before an indented block, and what begins a paragraph.
BLOCKS = {
    "Args:": "args",
    "Attributes:": "attributes",
    "Returns:": "returns",
    "Yields:": "yields",
    "Raises:": "raises",
}
PARAGRAPHS = {"Source:": "source", "Sources:": "source", "Shapes:": "shapes"}
LISTS = frozenset({"args", "attributes", "raises"})

_ITEM = re.compile(r"(?P<name>[^\s:][^:]*):\s+(?P<text>.*)", re.S)
NAME = re.compile(r"(?<!`)`(?P<name>[A-Za-z_][\w.]*)`(?!`)")


@dataclass(frozen=True)
class Section:
    """A piece of a docstring.

    Attributes:
        kind: "text", "example", or a value of `BLOCKS` or `PARAGRAPHS`.
        text: Markdown, or the doctest as it is written; empty for a list.
        items: Names and what is said of them (Markdown), for a list: arguments, errors.
    """

    kind: str
    text: str = ""
    items: tuple[tuple[str, str], ...] = ()


def sections(docstring: str) -> list[Section]:
    r"""Return the sections of a docstring, in order.

    Args:
        docstring: Its text, without the indentation of the program around it.

    >>> for section in sections("Say hello.\n\nArgs:\n    name: To whom.\n\n>>> hello()\n'hi'"):
    ...     print(section.kind, section.text or section.items)
    text Say hello.
    args (('name', 'To whom.'),)
    example >>> hello()
    'hi'
    """
    found: list[Section] = []
    for kind, text in _pieces(docstring.strip("\n").split("\n")):
        if kind in LISTS:
            found.append(Section(kind, items=tuple(_items(text))))
        elif found and found[-1].kind == kind and kind in ("text", "example"):
            found[-1] = Section(kind, f"{found[-1].text}\n\n{text}")
        elif text:
            found.append(Section(kind, text))
    return found


def linked(text: str, address: Callable[[str], str]) -> str:
    """Return Markdown in which each name in backticks that has an address is a link to it.

    Args:
        text: Markdown.
        address: Where a name is described; nothing for a name that is not.

    >>> linked("As `relu`, not ``relu``.", {"relu": "#relu"}.get)
    'As [`relu`](#relu), not ``relu``.'
    """

    def link(match: re.Match[str]) -> str:
        where = address(match["name"])
        return f"[{match[0]}]({where})" if where else match[0]

    return NAME.sub(link, text)


def _pieces(lines: list[str]) -> Iterator[tuple[str, str]]:
    """Yield kind and text of each piece; a piece of text is a paragraph."""
    at = 0
    while at < len(lines):
        line = lines[at]
        label = line.partition(" ")[0]
        if line in BLOCKS:
            end = _end(lines, at + 1, lambda other: not other or other.startswith(" "))
            yield BLOCKS[line], dedent("\n".join(lines[at + 1 : end])).strip()
        elif line.startswith(">>> "):
            end = _end(lines, at + 1, bool)
            yield "example", "\n".join(lines[at:end])
        elif not line:
            end = at + 1
        else:
            end = _end(lines, at + 1, bool)
            text = "\n".join(lines[at:end])
            if label in PARAGRAPHS:
                yield PARAGRAPHS[label], text.removeprefix(label).strip()
            else:
                yield "text", text
        at = end


def _end(lines: list[str], start: int, belongs: Callable[[str], bool]) -> int:
    """Return the first line from `start` on that does not belong to the piece."""
    for at in range(start, len(lines)):
        if not belongs(lines[at]):
            return at
    return len(lines)


def _items(block: str) -> Iterator[tuple[str, str]]:
    """Yield name and text of each item: what is further to the right goes on with it."""
    for item in re.split(r"\n(?=\S)", block):
        if match := _ITEM.fullmatch(item):
            first, *rest = match["text"].split("\n")
            yield match["name"], "\n".join([first, dedent("\n".join(rest))]).strip()
        else:
            yield "", item
