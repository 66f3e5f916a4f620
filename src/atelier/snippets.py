"""Every Python block of every page, with what it needs and the script that runs it alone."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from atelier.fences import read_fences
from atelier.needs import BlockError, page_needs
from atelier.pages import parse
from atelier.paths import DOCS, LANGUAGES
from atelier.problems import Problem
from atelier.scripts import script

READMES = {"README.md": "en", "README.fr.md": "fr"}


@dataclass(frozen=True)
class Snippet:
    """One Python block of one page.

    Args:
        page: The stem of the page (`perceptron`), or the name of a README.
        language: `fr` or `en`.
        id: Its place on the page, the same in both editions: `shapes-block-2` is the second
            block of the section `#shapes`.
        line: The line of the fence in its Markdown file.
        code: The block, as the page shows it.
        needs: The ids of the earlier blocks that it needs, in order.
        script: The block after what it needs: it runs alone, in a fresh interpreter.
        output: What the page says that the block prints; None when it says nothing.
    """

    page: str
    language: str
    id: str
    line: int
    code: str
    needs: tuple[str, ...]
    script: str
    output: str | None


def page_snippets(path: Path, page: str, language: str) -> tuple[list[Snippet], list[Problem]]:
    """Read the snippets of one page, and what is wrong with its blocks; once for each state."""
    state = path.stat()
    return _page_snippets(path, page, language, state.st_mtime_ns, state.st_size)


@cache
def _page_snippets(
    path: Path, page: str, language: str, _changed: int, _size: int
) -> tuple[list[Snippet], list[Problem]]:
    fences, problems = read_fences(path)
    fences = [fence for fence in fences if fence.is_python and not fence.hidden]
    codes = [fence.code for fence in fences]
    try:
        needs = page_needs(codes)
    except BlockError as error:
        line = fences[error.block].line + error.line
        return [], [*problems, Problem(path, line, str(error))]
    ids = _ids(path, page, language, [fence.line for fence in fences])
    found = [
        Snippet(
            page=page,
            language=language,
            id=ids[number],
            line=fence.line,
            code=fence.code,
            needs=tuple(ids[earlier] for earlier in needs[number].blocks),
            script=script(codes, needs, number),
            output=fence.output,
        )
        for number, fence in enumerate(fences)
    ]
    return found, problems


def _ids(path: Path, page: str, language: str, lines: list[int]) -> list[str]:
    """Name each block of a page after its section and its rank there."""
    read = parse(path.read_text("utf-8"), path=path, language=language, name=page)
    seen: Counter[str] = Counter()
    found = []
    for line in lines:
        section = read.section_of(line) or "page"
        seen[section] += 1
        found.append(f"{section}-block-{seen[section]}")
    return found


def pages(docs: Path = DOCS) -> list[tuple[Path, str, str]]:
    """Return the pages of both editions and the READMEs: file, name and language."""
    found = [
        (path, path.relative_to(docs / language).with_suffix("").as_posix(), language)
        for language in LANGUAGES
        for path in sorted((docs / language).rglob("*.md"))
    ]
    readmes = [(docs.parent / name, name, language) for name, language in READMES.items()]
    return found + [readme for readme in readmes if readme[0].exists()]


def read(docs: Path = DOCS) -> tuple[list[Snippet], list[Problem]]:
    """Read the snippets of all pages, in the order of `pages`, and what is wrong with them."""
    found: list[Snippet] = []
    problems: list[Problem] = []
    for path, page, language in pages(docs):
        some, wrong = page_snippets(path, page, language)
        found += some
        problems += wrong
    return found, problems


def snippets(docs: Path = DOCS) -> list[Snippet]:
    """Return the snippets of all pages that can be read."""
    return read(docs)[0]


def write(path: Path, docs: Path = DOCS) -> list[Problem]:
    """Write `snippets.json`, the same bytes for the same pages; return what is wrong with them."""
    found, problems = read(docs)
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps([asdict(snippet) for snippet in found], ensure_ascii=False, indent=1)
    path.write_text(text + "\n", "utf-8")
    return problems
