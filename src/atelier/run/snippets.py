"""Every Python block of every page, with what it needs and the script that runs it alone."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from atelier.paths import DOCS, LANGUAGES, PACKAGE
from atelier.problems import Problem
from atelier.read.fences import Fence, read_fences
from atelier.read.pages import parse
from atelier.run.needs import BlockError
from atelier.run.recorded import recorded
from atelier.run.scripts import script

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
    """Read the snippets of one page, and what is wrong with its blocks."""
    return _read([(path, page, language)])


Place = tuple[Path, str, str]  # file, name and language of a page
Found = tuple[list[Snippet], list[Problem]]
_known: dict[Place, tuple[object, Found]] = {}  # in this process: each page as it was last read


def _read(places: Sequence[Place]) -> Found:
    """Read the snippets of some pages, each once for each state of it and of the package."""
    package = [path.stat().st_mtime_ns for path in sorted(PACKAGE.rglob("*.py"))]
    states = {
        each: (package, each[0].stat().st_mtime_ns, each[0].stat().st_size) for each in places
    }
    changed = [each for each in places if _known.get(each, (None,))[0] != states[each]]
    for place, found in zip(changed, _read_anew(changed), strict=True):
        _known[place] = (states[place], found)
    all_found = [_known[each][1] for each in places]
    return [one for some, _ in all_found for one in some], [
        one for _, some in all_found for one in some
    ]


def _read_anew(places: Sequence[Place]) -> list[Found]:
    """Read the snippets of some pages; a page that cannot be run to its end has none."""
    fences: list[list[Fence]] = []
    problems: list[list[Problem]] = []
    for path, _, _ in places:
        all_fences, faults = read_fences(path)
        problems.append(list(faults))
        fences.append([fence for fence in all_fences if fence.is_python and not fence.hidden])
    found: list[Found] = []
    needs = recorded([[fence.code for fence in page] for page in fences])
    for (path, page, language), blocks, faults, needed in zip(
        places, fences, problems, needs, strict=True
    ):
        if isinstance(needed, BlockError):
            line = blocks[needed.block].line + needed.line
            found.append(([], [*faults, Problem(path, line, str(needed))]))
            continue
        codes = [block.code for block in blocks]
        ids = _ids(path, page, language, [block.line for block in blocks])
        snippets = [
            Snippet(
                page=page,
                language=language,
                id=ids[number],
                line=block.line,
                code=block.code,
                needs=tuple(ids[earlier] for earlier in needed[number].blocks),
                script=script(codes, needed, number),
                output=block.output,
            )
            for number, block in enumerate(blocks)
        ]
        found.append((snippets, faults))
    return found


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
    return _read(pages(docs))


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
