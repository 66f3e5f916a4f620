"""What a page must and must not hold, checked in its source: one small function a rule.

A rule takes a page and the folder of both editions, and yields what is wrong with it. Rules of
a chapter's plan are in `rules_chapter`, those of French typography in `rules_french`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from atelier.check import rules_chapter, rules_french, rules_programs
from atelier.paths import DOCS
from atelier.problems import Problem
from atelier.read.page import Page
from atelier.read.pages import every_page, parse
from atelier.run.snippets import READMES

CODE_WIDTH = 70  # columns: longer lines are cut by the column of text, on a wide screen too
_ALT_WORDS = 5  # fewer make a name, not a sentence
_LINE_BEFORE_FORMULA = re.compile(r"[ \t]*(?:(?:!!!|\?\?\?\+?|===).*)?")
_UNDERLINED = re.compile(r"^(?![ \t]*(?:[|>\n]|[-*+] )).*\w.*\n(?:=+|-{2,})[ \t]*$", re.M)
_NUMBERED = re.compile(r"\d+(?:\.\d+)*[.)]\s|\d+\.\d+\s")
_NOT_MATHEMATICS = re.compile(r"(?<!\\)\$+")
_COMMAND = re.compile(r"(?<!\\)\\(?:[A-Za-z]{2,}|[()\[\]])")
_CELL_ALT = re.compile(r"# %%.*\balt=\"(.*?)\"")
_RAW_HTML = {
    re.compile(r"<img\b", re.I): "`<img` is not used; write `![what is seen](name.svg)`",
    re.compile(r"<(?:script|style|iframe|object|embed|link|video|audio)\b", re.I): (
        "no script, style or embedded page here: they belong in theme/, or are drawn by the book"
    ),
    re.compile(r"[<{][^<>{}\n]*\bon[a-z]+\s*=|\bjavascript:", re.I): (
        "no handler in a page; a script in theme/js listens to events"
    ),
    re.compile(r"<details\b", re.I): 'Markdown is not read in `<details>`; write `??? note "…"`',
}


def check(docs: Path = DOCS) -> list[Problem]:
    """Return what breaks a rule on any page of both editions, and wide code of the READMEs."""
    found = [problem for page in every_page(docs) for problem in check_page(page, docs)]
    for name, language in READMES.items():
        path = docs.parent / name
        if path.exists():
            page = parse(path.read_text("utf-8"), path=path, language=language, name=name)
            found += code_width(page, docs)
    return found


def check_page(page: Page, docs: Path = DOCS) -> list[Problem]:
    """Return what breaks a rule on one page."""
    return [problem for rule in RULES for problem in rule(page, docs)]


def front_matter(page: Page, _docs: Path) -> Iterator[Problem]:
    """A title and a description, for search engines and for the browser's tab."""
    if page.is_lab:
        return
    for key, value in (("title", page.title), ("description", page.description)):
        if not value:
            yield Problem(page.path, 1, f"has no {key}; add `{key}: …` between two lines `---`")


def heading_ids(page: Page, _docs: Path) -> Iterator[Problem]:
    """Each heading has an explicit id, once on its page."""
    seen: dict[str, int] = {}
    for heading in page.headings:
        if not heading.id and not page.is_lab:
            message = f"heading `{heading.text}` has no id; add `{{ #english-name }}` to its line"
            yield Problem(page.path, heading.line, message)
        elif heading.id in seen and heading.id:
            message = f"id #{heading.id} stands on line {seen[heading.id]} too; ids are unique"
            yield Problem(page.path, heading.line, message)
        seen.setdefault(heading.id, heading.line)


def heading_levels(page: Page, _docs: Path) -> Iterator[Problem]:
    """One heading of level 1, first; no level is jumped."""
    before = 0
    for heading in page.headings:
        if heading.level > before + 1 or (heading.level == 1 and before):
            right = "#" * min(before + 1, 2)
            message = f"heading of level {heading.level} after level {before}; `{right}` fits here"
            yield Problem(page.path, heading.line, message)
        before = heading.level


def heading_words(page: Page, _docs: Path) -> Iterator[Problem]:
    """Headings hold no mathematics and no number: both end in menus, links and addresses."""
    for heading in page.headings:
        if "$" in heading.text:
            message = "no mathematics in a heading (menus cannot show it); say it in words"
            yield Problem(page.path, heading.line, message)
        if _NUMBERED.match(heading.text):
            message = "no number in a heading: the order of pages and sections is numbering enough"
            yield Problem(page.path, heading.line, message)


def underlined_headings(page: Page, _docs: Path) -> Iterator[Problem]:
    """A heading is written with `#`, so that it can carry an id."""
    for match in _UNDERLINED.finditer(page.words):
        message = "a heading is written `## Title { #id }`; for a rule, leave a line empty above"
        yield Problem(page.path, page.line(match.start()), message)


def dollars(page: Page, _docs: Path) -> Iterator[Problem]:
    """Each dollar opens or closes a formula that arithmatex recognises."""
    lines_told = set()
    for match in _NOT_MATHEMATICS.finditer(page.words):
        line = page.line(match.start())
        if line in lines_told:
            continue
        lines_told.add(line)
        if match[0] == "$$":
            message = "`$$` without its twin, or with an empty line inside the formula"
        else:
            message = r"`$` shown as text: no space inside the dollars (`$x$`); `\$` for money"
        yield Problem(page.path, line, message)


def display_alone(page: Page, _docs: Path) -> Iterator[Problem]:
    """A display formula is a paragraph of its own, or it stays text."""
    lines = page.prose.split("\n")
    for formula in page.formulas:
        if not formula.display:
            continue
        first, last = formula.line - 1, formula.line - 1 + formula.tex.count("\n")
        before = lines[first - 1] if first else ""
        after = lines[last + 1] if last + 1 < len(lines) else ""
        if lines[first].partition("$$")[0].strip() or lines[last].rpartition("$$")[2].strip():
            message = "`$$` is glued to text; it stands alone on its line"
        elif not _LINE_BEFORE_FORMULA.fullmatch(before) or after.strip():
            message = "a display formula has an empty line before and after it; add it"
        else:
            continue
        yield Problem(page.path, formula.line, message)


def tex_outside_dollars(page: Page, _docs: Path) -> Iterator[Problem]:
    """TeX stands between dollars, and nowhere else."""
    for match in _COMMAND.finditer(page.words):
        message = f"`{match[0]}` is outside `$…$` and would be shown as text"
        yield Problem(page.path, page.line(match.start()), message)


def figures(page: Page, docs: Path) -> Iterator[Problem]:
    """A figure is described by a sentence, and drawn by a function of docs/figures."""
    for figure in page.figures:
        words = re.findall(r"\w+", figure.alt)
        if not words:
            message = f"{figure.name} has no alternative text; say in a sentence what is seen"
            yield Problem(page.path, figure.line, message)
        elif len(words) < _ALT_WORDS:
            message = f"`{figure.alt}` is not a sentence; say what is seen, not what the file is"
            yield Problem(page.path, figure.line, message)
        function = figure.name.rpartition(".")[0]
        if function not in drawn(docs):
            message = f"no function {function}(pen) in docs/figures draws {figure.name}"
            yield Problem(page.path, figure.line, message)


def lab_pictures(page: Page, _docs: Path) -> Iterator[Problem]:
    """What a cell of a lab draws is described by a sentence, as a figure is."""
    if not page.is_lab:
        return
    for number, line in enumerate(page.path.read_text("utf-8").split("\n"), 1):
        match = _CELL_ALT.match(line)
        if match and (len(match[1].split()) < _ALT_WORDS or not match[1].endswith(".")):
            message = f"`{match[1]}` is not a sentence; say what is seen, and end with a full stop"
            yield Problem(page.path, number, message)


def raw_html(page: Page, _docs: Path) -> Iterator[Problem]:
    """No HTML where Markdown has a way that is checked."""
    for pattern, message in _RAW_HTML.items():
        for match in pattern.finditer(page.words):
            yield Problem(page.path, page.line(match.start()), message)


def white_space(page: Page, _docs: Path) -> Iterator[Problem]:
    """No tabs, nothing after the end of a line (printed output aside: it is compared)."""
    printed = {
        line
        for block in page.blocks
        if block.is_output
        for line in range(block.line, block.line + block.code.count("\n"))
    }
    for number, line in enumerate(page.text.split("\n"), 1):
        if "\t" in line:
            yield Problem(page.path, number, "a tab; write spaces")
        if line != line.rstrip() and number not in printed:
            yield Problem(page.path, number, "spaces at the end of the line; remove them")


def code_width(page: Page, _docs: Path) -> Iterator[Problem]:
    """A line of a program, of another fence or of what is printed is seen whole."""
    for block in page.blocks:
        noun, advice = "line of code", "break it, or name a part of it; a comment goes above"
        if block.is_output:
            noun, advice = "printed line", "print it in two"
        for number, line in enumerate(block.code.split("\n"), block.line):
            if len(line) > CODE_WIDTH:
                message = f"this {noun} has {len(line)} columns; {CODE_WIDTH} at most ({advice})"
                yield Problem(page.path, number, message)


def drawn(docs: Path) -> frozenset[str]:
    """Return the names of all figures and films: the public functions of docs/figures."""
    modules = sorted((docs / "figures").glob("*.py"))
    return frozenset(name for path in modules for name in _public(path, path.stat().st_mtime_ns))


@cache
def _public(path: Path, _changed: int) -> tuple[str, ...]:
    tree = ast.parse(path.read_text("utf-8"), str(path))
    functions = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    return tuple(name for name in functions if not name.startswith("_"))


RULES: tuple[Callable[[Page, Path], Iterator[Problem]], ...] = (
    front_matter,
    heading_ids,
    heading_levels,
    heading_words,
    underlined_headings,
    dollars,
    display_alone,
    tex_outside_dollars,
    figures,
    lab_pictures,
    raw_html,
    white_space,
    code_width,
    rules_programs.programs,
    rules_chapter.sections,
    rules_chapter.exercises,
    rules_french.quotes,
    rules_french.spaces,
)
