"""Every code fence of a Markdown file, as its reader sees it, with the lines of the file.

The rules are those of pymdownx.superfences, which shows the fences: a fence may stand in a list,
an admonition, a tab or a quote; it ends at the same marker, of the same length, at the same
indentation. What superfences would give up on (and show as text) is a `Problem` here, because
code that is not shown as code would not be run either.

Printed output stands in a `text` fence after the line `<!--pytest-codeblocks:expected-output-->`.
The other marks of pytest-codeblocks are refused: every block of a page runs, in one namespace.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from atelier.problems import Problem
from atelier.read.fence_faults import OUTPUT_MARK, PYTHON, is_slip, language_fault, text_fault

CONSOLES = frozenset({"pycon", "pycon3", "python-console", "doctest", "ipython", "ipython3"})
OPTIONS = frozenset({"title", "hl_lines", "linenums", "title_mode"})  # that superfences knows
TAB = 4  # Python-Markdown turns tabs into columns of four before it looks for fences

_OPENING = re.compile(r"(?P<prefix>[> ]*)(?P<marker>`{3,}|~{3,})[ ]*(?P<header>.*?)[ ]*$")
_HEADER = re.compile(
    r"\.?(?P<language>[\w#.+-]*)(?![\w#.+=-])[ ]*(?:\{(?P<attributes>.*)\}|(?P<options>.*))$"
)
_OPTION = re.compile(r"""([A-Za-z]\w*)(?:=("|')(.*?)\2)?(?:\s+|$)""")
_ATTRIBUTE = re.compile(r"""\.([\w-]+)|#[\w-]+|([\w-]+)(?:=(?:"([^"]*)"|'([^']*)'|(\S+)))?""")
_INLINE_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_MARK = re.compile(r"<!--[-\s]*(?:pytest-codeblocks:\s*(?P<word>.*?)|pytest\.mark\..*?)[-\s]*-->")


@dataclass(frozen=True)
class Fence:
    """One fence.

    Args:
        language: As written (`python`, `py`, `text`, … or an empty string).
        options: `title`, `hl_lines`, … and the attributes of the brace form.
        code: What is inside, without the indentation of the fence, with a last newline.
        line: The line of the opening marker, from 1; the code starts on the next one.
        prefix: The indentation (and the `>` of a quote) before the opening marker.
        end: The line of the closing marker.
        hidden: It stands inside an HTML comment: no reader sees it.
        output: What the page says that this block prints; None when it says nothing.
        output_line: The line of the first line of that output; 0 when there is none.
        output_of: For a fence that holds printed output, the line of the block that prints it.
    """

    language: str
    options: Mapping[str, str]
    code: str
    line: int
    prefix: str = ""
    end: int = 0
    hidden: bool = False
    output: str | None = None
    output_line: int = 0
    output_of: int = 0

    @property
    def is_python(self) -> bool:
        """Whether it is run."""
        return self.language.lower() in PYTHON


@dataclass
class _Page:
    """What has been read of a file so far."""

    path: Path
    fences: list[Fence] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    awaiting: int = 0  # the line of the expected-output mark whose fence has not come yet
    words_between: bool = False  # something is said since the last fence

    def problem(self, line: int, message: str) -> None:
        self.problems.append(Problem(self.path, line, message))

    def mark(self, line: int, text: str) -> None:
        """Take a line that may hold a mark of pytest-codeblocks or of pytest."""
        self.words_between = self.words_between or bool(text.strip("> "))
        found = _MARK.search(text)
        word = found["word"] if found else None
        if is_slip(text, word):
            self.problem(line, f"is this the mark of an output? It is written {OUTPUT_MARK}")
            return
        if found is None:
            return
        if text.lstrip("> ").rstrip() != found.group():
            self.problem(line, "a mark stands on a line of its own")
        if word == "cont":
            self.problem(line, "'cont' is not needed: a page is one namespace; remove the mark")
        elif word != "expected-output":
            self.problem(line, f"{found.group()} is refused: every block runs; remove the mark")
        elif self.awaiting:
            self.problem(self.awaiting, "no fence follows this expected-output mark")
            self.awaiting = line
        elif not self.fences or not self.fences[-1].is_python:
            self.problem(line, "expected output without a python block directly before it")
        else:
            self.awaiting = line

    def add(self, fence: Fence) -> None:
        """Take a fence, and what is wrong with it."""
        is_output = self.awaiting > 0
        if self.awaiting:
            if fence.language != "text":
                self.problem(fence.line, "printed output stands in a ```text fence")
            else:
                fence = replace(fence, output_of=self.fences[-1].line)
                self.fences[-1] = replace(
                    self.fences[-1], output=fence.code, output_line=fence.line + 1
                )
            self.awaiting = 0
        if fence.is_python and fence.hidden:
            self.problem(fence.line, "a python fence in a comment is not shown: take it out")
        elif not fence.language:
            self.problem(fence.line, "name the language of this fence (python, text, sh, …)")
        elif fence.language.lower() in CONSOLES:
            self.problem(
                fence.line, "a console session is not run: write a python block and its output"
            )
        elif fault := language_fault(fence.language):
            self.problem(fence.line, fault)
        elif not fence.is_python and not is_output and not fence.hidden:
            above = None if self.words_between or not self.fences else self.fences[-1]
            below = above is not None and above.is_python and fence.language == "text"
            if fault := text_fault(fence.code, is_after_program=below):
                self.problem(fence.line, fault)
        self.words_between = False
        self.fences.append(fence)


def parse_header(header: str) -> tuple[str, dict[str, str]] | None:
    """Read what follows the marker of a fence; None when superfences would not take it.

    >>> parse_header('python title="x.py" hl_lines="2"')
    ('python', {'title': 'x.py', 'hl_lines': '2'})
    >>> parse_header('{ .python .annotate linenums="1" }')
    ('python', {'annotate': '', 'linenums': '1'})
    >>> parse_header("python with surprises") is None
    True
    """
    found = _HEADER.match(header)
    if found is None:
        return None
    language, attributes, rest = found["language"], found["attributes"], found["options"]
    if attributes is not None:
        options: dict[str, str] = {}
        for name, key, *values in _ATTRIBUTE.findall(attributes):
            if name and not language:
                language = name
            elif name or key:
                options[name or key] = "".join(values)
        return language, options
    options = {}
    while rest:
        option = _OPTION.match(rest)
        if option is None or option[1] not in OPTIONS:
            return None
        options[option[1]] = option[3] or ""
        rest = rest[option.end() :]
    return language, options


def parse_fences(text: str, path: Path) -> tuple[list[Fence], list[Problem]]:
    """Find the fences of a Markdown text, in order, and what is wrong with them.

    Args:
        text: The whole file, front matter included.
        path: Where it comes from, for the problems.
    """
    lines = [line.expandtabs(TAB) for line in text.splitlines()]
    page = _Page(path)
    index = _after_front_matter(lines)
    in_comment = False
    while index < len(lines):
        line, number = lines[index], index + 1
        index += 1
        opening = _OPENING.match(line)
        if opening is None or (opening["marker"][0] == "`" and "`" in opening["header"]):
            prose = _INLINE_CODE.sub("", line)
            if not in_comment:
                page.mark(number, prose)
                if page.awaiting and prose.strip("> ") and page.awaiting != number:
                    page.problem(page.awaiting, "no fence follows this expected-output mark")
                    page.awaiting = 0
            in_comment = _comment_open_after(prose, in_comment)
            continue
        header = parse_header(opening["header"])
        if header is None:
            page.problem(
                number,
                f"readers see this fence as text: '{opening['header']}' is not a language "
                f"with options among {', '.join(sorted(OPTIONS))}",
            )
            header = ("text", {})
        prefix = opening["prefix"]
        code, index, fault = _body(lines, index, prefix, opening["marker"])
        if fault:
            page.problem(number, f"readers see this fence as text: {fault}")
        else:
            body = "".join(f"{line}\n" for line in code)
            page.add(Fence(header[0], header[1], body, number, prefix, index, in_comment))
    if page.awaiting:
        page.problem(page.awaiting, "no fence follows this expected-output mark")
    return page.fences, page.problems


def read_fences(path: Path) -> tuple[list[Fence], list[Problem]]:
    """`parse_fences` of a file."""
    return parse_fences(path.read_text("utf-8"), path)


def _after_front_matter(lines: list[str]) -> int:
    if lines and lines[0].rstrip() == "---" and "---" in (rest := [x.rstrip() for x in lines[1:]]):
        return rest.index("---") + 2
    return 0


def _comment_open_after(prose: str, in_comment: bool) -> bool:
    """Whether an HTML comment is still open at the end of a line."""
    for found in re.finditer(r"<!--|-->", prose):
        in_comment = found.group() == "<!--"
    return in_comment


def _body(lines: list[str], index: int, prefix: str, marker: str) -> tuple[list[str], int, str]:
    """Collect the code of a fence; tell the index after it, and why it is no fence, if so."""
    code: list[str] = []
    for line in lines[index:]:
        index += 1
        content = line[len(prefix) :]
        if not line.strip("> " if ">" in prefix else " "):
            code.append("")
        elif len(line) - len(line.lstrip("> ")) < len(prefix):
            return code, index, f"line {index} is less indented than it"
        elif content.rstrip() == marker:
            return code, index, ""
        else:
            code.append(content)
    return code, index, f"it is never closed: end it with {marker} at the same indentation"
