"""What a page is made of: headings, formulas, figures, boxes, links, blocks of code, with lines."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Heading:
    """A heading: its level (1 to 6), words, explicit id (empty when there is none) and line."""

    level: int
    text: str
    id: str
    line: int


@dataclass(frozen=True)
class Formula:
    """A formula as it stands between its dollars."""

    tex: str
    line: int
    display: bool


@dataclass(frozen=True)
class Figure:
    """A figure or a film: what is said of it, and its name with `.svg` or `.film`."""

    alt: str
    name: str
    line: int


@dataclass(frozen=True)
class Admonition:
    """A box or a tab; `kind` is its marker and class: `??? tip`, `!!! note`, `===`."""

    kind: str
    title: str
    line: int


@dataclass(frozen=True)
class Link:
    """The target of a link or of an image, as it is written."""

    target: str
    line: int


@dataclass(frozen=True)
class Block:
    """A fence, or a cell of a lab: `line` is the first line of its code.

    `is_output` says that it shows what the program above it prints.
    """

    language: str
    code: str
    line: int
    is_output: bool = False


@dataclass(frozen=True)
class Section:
    """What stands from a heading to the next one, without its programs and display formulas."""

    id: str
    line: int
    prose: str


@dataclass(frozen=True)
class Page:
    """A page or a lab.

    Attributes:
        path: Its file.
        language: `fr` or `en`.
        name: What both editions call it: `network`, `labs/digits`.
        text: The source (of a lab: as the Markdown it stands for, line for line).
        readable: The source with front matter, fences and comments covered with spaces.
        prose: `readable` with inline code covered.
        words: `prose` with formulas covered.
        told: `readable` with display formulas covered: what a person says in a language.
    """

    path: Path
    language: str
    name: str
    text: str
    readable: str
    prose: str
    words: str
    told: str
    title: str
    description: str
    headings: tuple[Heading, ...]
    formulas: tuple[Formula, ...]
    figures: tuple[Figure, ...]
    admonitions: tuple[Admonition, ...]
    links: tuple[Link, ...]
    references: tuple[Link, ...]
    definitions: frozenset[str]
    anchors: frozenset[str]
    blocks: tuple[Block, ...]
    starts: list[int] = field(repr=False, compare=False, hash=False)

    @property
    def is_lab(self) -> bool:
        """Whether the page is a notebook."""
        return self.path.suffix == ".py"

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """A name for each section: the id of its heading, or its rank when it has none."""
        return tuple(h.id or f"section-{rank}" for rank, h in enumerate(self.headings, 1))

    @cached_property
    def heading_lines(self) -> tuple[int, ...]:
        """The line of each heading."""
        return tuple(heading.line for heading in self.headings)

    def place(self, line: int = 0) -> str:
        """Return how a message names the page, or one of its lines: `docs/en/network.md:88`."""
        file = f"docs/{self.language}/{self.name}{self.path.suffix}"
        return f"{file}:{line}" if line else file

    def line(self, offset: int) -> int:
        """Return the line, from 1, of an offset in any of the texts."""
        return bisect_right(self.starts, offset)

    def section_of(self, line: int) -> str:
        """Return the key of the section in which a line stands (the first one owns the top)."""
        rank = max(bisect_right(self.heading_lines, line) - 1, 0)
        return self.keys[rank] if self.keys else ""

    def sections(self) -> tuple[Section, ...]:
        """Return the sections in order; the first holds the title and the description too."""
        lines = self.told.splitlines()
        bounds = [0, *(line - 1 for line in self.heading_lines[1:]), len(lines)]
        found = []
        for rank, (key, line) in enumerate(zip(self.keys, self.heading_lines, strict=True)):
            front = f"{self.title}\n{self.description}\n" if rank == 0 else ""
            prose = front + "\n".join(lines[bounds[rank] : bounds[rank + 1]])
            found.append(Section(key, line, prose))
        return tuple(found)


APPENDICES = frozenset(
    (
        *("index", "guide", "notation", "errata", "glossary", "references", "contributing"),
        "reference",  # and the pages of its folder, one for each module
    )
)


def is_chapter(page: Page) -> bool:
    """Whether a page teaches a subject (it is neither a lab nor an appendix)."""
    return not page.is_lab and page.name.partition("/")[0] not in APPENDICES
