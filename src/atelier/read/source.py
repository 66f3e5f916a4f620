"""Where a running Markdown instance is: the page it renders, the line where something stands."""

from __future__ import annotations

from pathlib import Path

from markdown import Markdown

from atelier.paths import LANGUAGES


def page_of(md: Markdown) -> Path | None:
    """Return the Markdown file that `md` is rendering, or None outside a MkDocs build.

    MkDocs tells its extensions nothing about the page, but it gives each `Markdown` a tree
    processor "relpath" that knows its file.

    Args:
        md: The instance, in the middle of a conversion.

    Returns:
        The absolute path of the source; None for a string rendered by itself (a test, a docstring).
    """
    if "relpath" not in md.treeprocessors:
        return None
    file = getattr(md.treeprocessors["relpath"], "file", None)
    source = getattr(file, "abs_src_path", None)
    return Path(source) if source else None


def edition_of(page: Path | None) -> Path | None:
    """Return the folder `docs/<language>` in which a page stands."""
    for folder in page.parents if page else ():
        if folder.name in LANGUAGES:
            return folder
    return None


def line_of(path: Path | None, needle: str) -> int:
    """Return the line, from 1, where `needle` first stands in the file `path`.

    Python-Markdown moves text about before an extension sees it (it strips the indentation of
    an admonition, for example), so that only the text can tell where it came from. The whole
    needle is looked for first, then its first line that is not empty.

    Args:
        path: The page, or None when it is unknown.
        needle: Text of the page, of one line or several.

    Returns:
        The line; 0 when the text is not found.
    """
    if path is None or not needle.strip():
        return 0
    text = path.read_text("utf-8")
    first = next(line.strip() for line in needle.splitlines() if line.strip())
    for wanted in (needle, needle.strip(), first):
        position = text.find(wanted)
        if position >= 0:
            return text.count("\n", 0, position) + 1
    return 0
