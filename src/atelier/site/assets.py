"""What both editions are given beside their pages: styles, scripts, films. No page is made anew."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from atelier import palette
from atelier.paths import CACHE, NODE_MODULES, THEME

KATEX = NODE_MODULES / "katex" / "dist"
FILMS = CACHE / "figures" / "films"

# Every browser that runs the site reads WOFF2: the two older formats are not shipped.
OLDER_FORMATS = re.compile(r',url\(fonts/[\w-]+\.(?:woff|ttf)\) format\("[a-z]+"\)')


COMMENTS = re.compile(r"/\*.*?\*/\n*", re.S)


def stylesheet() -> str:
    """Return the book's one style sheet: the palette, then the parts in `theme/css/`.

    One file, because a page waits for each of its style sheets before it shows anything.
    No part overrides a rule of another: their order is that of their names.
    """
    parts = [path.read_text("utf-8") for path in sorted((THEME / "css").glob("*.css"))]
    return COMMENTS.sub("", palette.stylesheet() + "".join(parts))


def add(edition: Path) -> None:
    """Write the files that both editions share.

    Args:
        edition: The folder of a built edition.

    Raises:
        FileNotFoundError: The npm parts are not installed.
    """
    styles = KATEX / "katex.min.css"
    if not styles.is_file():
        raise FileNotFoundError(f"{styles}: run `npm ci`")
    katex = edition / "assets" / "katex"
    (katex / "fonts").mkdir(parents=True, exist_ok=True)
    css = OLDER_FORMATS.sub("", styles.read_text("utf-8"))
    (katex / "katex.min.css").write_text(css, "utf-8")
    for font in sorted((KATEX / "fonts").glob("*.woff2")):
        shutil.copyfile(font, katex / "fonts" / font.name)
    book = edition / "assets" / "book"
    book.mkdir(parents=True, exist_ok=True)
    (book / "book.css").write_text(stylesheet(), "utf-8")
    shutil.rmtree(edition / "css", ignore_errors=True)  # the parts, which MkDocs copied
    shutil.copyfile(THEME / "favicon.svg", edition / "favicon.svg")
    _mirror(THEME / "js", "*", edition / "js")
    _mirror(FILMS, "*.json", edition / "assets" / "films")


def _mirror(source: Path, pattern: str, target: Path) -> None:
    """Copy files, and nothing else, into a folder."""
    shutil.rmtree(target, ignore_errors=True)
    for file in sorted(source.rglob(pattern)):
        if file.is_file():
            place = target / file.relative_to(source)
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, place)
