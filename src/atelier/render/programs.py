"""The programs that an edition offers as files: each block with what it needs, and each chapter.

`programs/<page>/<block>.py` is what the button under a block copies; `programs/<page>.py` is a
chapter from its first block to its last, and `programs/<page>.ipynb` the same with its words.
"""

from __future__ import annotations

import re
from pathlib import Path

from atelier.addresses import page_url
from atelier.paths import DOCS
from atelier.problems import Problem
from atelier.read import pages
from atelier.read.page import is_chapter
from atelier.render import notebooks
from atelier.run import snippets
from atelier.run.snippets import Snippet
from atelier.run.wheel import requirements
from perceptrons import __version__

FOLDER = "programs"
LICENCE = "MIT"


def write(language: str, edition: Path) -> list[Problem]:
    """Write the files of an edition below `<edition>/programs/`; the same pages, the same bytes.

    Args:
        language: "fr" or "en".
        edition: The folder of the built edition.

    Returns:
        What is wrong with pages whose blocks cannot be read: they have no programs.
    """
    folder = edition / FOLDER
    problems: list[Problem] = []
    for path in sorted((DOCS / language).rglob("*.md")):
        page = pages.read(path, DOCS)
        found, wrong = snippets.page_snippets(path, page.name, language)
        problems += wrong
        for snippet in found:
            _write(folder / page.name / f"{snippet.id}.py", program(snippet))
        if found and is_chapter(page):
            titles = {heading.id: heading.text for heading in page.headings}
            _write(folder / f"{page.name}.py", chapter(found, titles))
            _write(folder / f"{page.name}.ipynb", notebooks.chapter(page, found))
    for path in sorted((DOCS / language).glob("labs/*.py")):
        page = pages.read(path, DOCS)
        _write(folder / f"{page.name}.ipynb", notebooks.lab(page))
    return problems


def program(snippet: Snippet) -> str:
    """Return what is copied: the block after what it needs, under the line that says its origin."""
    return _head(snippet.language, snippet.page, snippet.id, snippet.script) + snippet.script


def chapter(found: list[Snippet], titles: dict[str, str]) -> str:
    """Return the whole program of a page, each block a cell (`# %%`) under its section's name."""
    first = found[0]
    parts = [_head(first.language, first.page, "", "\n".join(each.code for each in found))]
    section = ""
    for each in found:
        now = each.id.rpartition("-block-")[0]
        name = f" {_plain(titles[now])}" if now != section and now in titles else ""
        parts.append(f"# %%{name}\n{each.code}")
        section = now
    return "\n".join(parts)


def _head(language: str, page: str, anchor: str, code: str) -> str:
    """Return the comments on top: address, version, licence; what to install."""
    lines = [f"# {page_url(language, page, anchor)} · perceptrons {__version__} · {LICENCE}"]
    if wanted := requirements(code):
        lines.append(f"# pip install {' '.join(wanted)}")
    return "\n".join([*lines, "", ""])


def _plain(title: str) -> str:
    return re.sub(r"[`*]", "", title)


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
