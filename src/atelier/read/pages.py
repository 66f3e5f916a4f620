"""One page of the book, taken apart: what its headings, formulas, figures, links… are and where.

A page is read by covering what is not its prose (front matter, code, comments, then formulas)
with filler of the same length. Every later search runs on a covered text, so that an example in
a code block is never taken for the thing itself, and an offset always tells the true line.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from atelier.paths import DOCS, LANGUAGES
from atelier.read.fences import parse_fences
from atelier.read.page import Admonition, Block, Figure, Formula, Heading, Link, Page
from atelier.read.percent import as_markdown

COVER = "\ufffc"  # stands for inline code and formulas: neither a space, nor a letter, nor a sign

_FRONT_MATTER = re.compile(r"\A---\n(.*?)^---[ \t]*\n", re.S | re.M)
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_INLINE_CODE = re.compile(r"(?<![\\`])(`+)(?!`)((?:(?!\n\s*\n).)+?)(?<!`)\1(?!`)", re.S)
_DISPLAY = re.compile(r"(?<!\\)\$\$((?:(?!\n[ \t]*\n).)+?)\$\$", re.S)
_INLINE = re.compile(r"(?<![\\$])\$(?![\s$])((?:\\.|(?!\n[ \t]*\n)[^\\$])+?)(?<!\s)\$", re.S)
_HEADING = re.compile(
    r"^[ \t]*(#{1,6})[ \t]*(?![#\s])(.*?)[ \t]*#*[ \t]*(?:\{:?[ \t]*([^{}\n]*)\})?[ \t]*$", re.M
)
_ADMONITION = re.compile(
    r"^[ \t]*(!!!|\?\?\?\+?|===[!+]?)[ \t]+([\w-]+(?:[ \t]+[\w-]+)*)?[ \t]*(?:\"(.*)\")?[ \t]*$",
    re.M,
)
_FIGURE = re.compile(
    r"!\[((?:[^\[\]]|\[[^\[\]]*\])*)\]\(\s*([^)\s]+\.(?:svg|film))(?:\s+\"[^\"]*\")?\s*\)"
)
_LINK = re.compile(
    r"\]\(\s*<?((?:[^()\s<>]|\([^()\s]*\))+)>?(?:\s+\"[^\"]*\")?\s*\)"
    r"|^[ ]{0,3}\[[^\]^\n][^\]\n]*\]:[ \t]*<?([^\s>]+)"
    r"|\b(?:href|src)=\"([^\"]*)\"",
    re.M,
)
_REFERENCE = re.compile(r"\](?:[ ])?\[([^\]^\n]*)\]")
_DEFINITION = re.compile(r"^[ ]{0,3}\[([^\]^\n][^\]\n]*)\]:[ \t]*\S", re.M)
_IDENTIFIER = re.compile(r"(?:^|\s)#([\w-]+)")
_ANCHOR = re.compile(r"\{:?[^{}\n]*?#([\w-]+)[^{}\n]*\}|\b(?:id|name)=\"([\w-]+)\"")


def read(path: Path, docs: Path = DOCS) -> Page:
    """Read a page or a lab of `docs/<language>/`; a file that has not changed is parsed once."""
    state = path.stat()
    return _read(path, docs, state.st_mtime_ns, state.st_size)


def book(docs: Path = DOCS) -> dict[str, dict[str, Page]]:
    """Read all pages and labs: language, then name (`network`, `labs/digits`), then page."""
    found: dict[str, dict[str, Page]] = {}
    for language in LANGUAGES:
        paths = [*(docs / language).rglob("*.md"), *(docs / language).glob("labs/*.py")]
        pages = [read(path, docs) for path in sorted(paths)]
        found[language] = {page.name: page for page in pages}
    return found


def every_page(docs: Path = DOCS) -> list[Page]:
    """Read all pages and labs of both languages, in the order of their names."""
    return [page for pages in book(docs).values() for page in pages.values()]


@cache
def _read(path: Path, docs: Path, _changed: int, _size: int) -> Page:
    where = path.relative_to(docs)
    language, name = where.parts[0], where.relative_to(where.parts[0]).with_suffix("").as_posix()
    return parse(path.read_text("utf-8"), path=path, language=language, name=name)


def parse(text: str, *, path: Path, language: str, name: str) -> Page:
    """Take the text of a page apart; `path`, `language` and `name` say whose text it is."""
    is_lab = path.suffix == ".py"
    source, cells = as_markdown(text) if is_lab else (text, ())
    front = _FRONT_MATTER.match(source)
    fenced, blocks = _without_fences(_cover(source, _FRONT_MATTER, " "), path)
    blocks += [Block("python", cell.code, cell.line) for cell in cells]
    readable = _cover(fenced, _COMMENT, " ")
    prose = _cover(readable, _INLINE_CODE, COVER)
    display_gone = _cover(prose, _DISPLAY, COVER)
    words = _cover(display_gone, _INLINE, COVER)
    starts = [0, *(match.end() for match in re.finditer("\n", source))]

    def line(offset: int) -> int:
        return bisect_right(starts, offset)

    def formulas() -> Iterator[Formula]:
        for match in _DISPLAY.finditer(prose):
            yield Formula(match[1], line(match.start()), display=True)
        for match in _INLINE.finditer(display_gone):
            yield Formula(match[1], line(match.start()), display=False)

    def source_of(match: re.Match[str], group: int) -> str:
        return source[match.start(group) : match.end(group)] if match[group] else ""

    return Page(
        path=path,
        language=language,
        name=name,
        text=source,
        readable=readable,
        prose=prose,
        words=words,
        told=_cover(readable, _DISPLAY, " "),
        title=_front(front, "title"),
        description=_front(front, "description"),
        headings=tuple(
            Heading(len(m[1]), source_of(m, 2), _heading_id(m), line(m.start(1)))
            for m in _HEADING.finditer(words)
        ),
        formulas=tuple(sorted(formulas(), key=lambda formula: formula.line)),
        figures=tuple(
            Figure(" ".join(source_of(m, 1).split()), m[2], line(m.start()))
            for m in _FIGURE.finditer(words)
        ),
        admonitions=tuple(
            Admonition(f"{m[1]} {m[2] or ''}".strip(), source_of(m, 3), line(m.start(1)))
            for m in _ADMONITION.finditer(prose)
        ),
        links=tuple(
            Link(m[1] or m[2] or m[3] or "", line(m.start())) for m in _LINK.finditer(words)
        ),
        references=tuple(Link(m[1], line(m.start())) for m in _REFERENCE.finditer(words)),
        definitions=frozenset(m[1].casefold() for m in _DEFINITION.finditer(words)),
        anchors=frozenset(m[1] or m[2] for m in _ANCHOR.finditer(words)),
        blocks=tuple(sorted(blocks, key=lambda block: block.line)),
        starts=starts,
    )


def _cover(text: str, pattern: re.Pattern[str], filler: str) -> str:
    """Put filler in place of each match, line breaks excepted."""
    return pattern.sub(lambda match: re.sub(r"[^\n]", filler, match[0]), text)


def _without_fences(text: str, path: Path) -> tuple[str, list[Block]]:
    """Cover the fences with spaces; return the rest and them."""
    found, _ = parse_fences(text, path)
    lines = text.split("\n")
    for fence in found:
        for number in range(fence.line, fence.end + 1):
            lines[number - 1] = " " * len(lines[number - 1])
    blocks = [
        Block(
            "python" if fence.is_python else fence.language,
            fence.code,
            fence.line + 1,
            fence.output_of > 0,
        )
        for fence in found
        if not fence.hidden
    ]
    return "\n".join(lines), blocks


def _front(matter: re.Match[str] | None, key: str) -> str:
    """Return a value of the front matter, without quotes; empty when it is not there."""
    found = re.search(rf"^{key}:[ \t]*(.+?)[ \t]*$", matter[1], re.M) if matter else None
    return found[1].strip("\"'") if found else ""


def _heading_id(match: re.Match[str]) -> str:
    found = _IDENTIFIER.search(match[3] or "") or re.search(r"\bid=\"([\w-]+)\"", match[2])
    return found[1] if found else ""
