"""Figures: each is used, light, and drawn by the book; none is a picture that somebody made."""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from pathlib import Path

from atelier.check.links import PICTURES
from atelier.draw import figures
from atelier.paths import DOCS, LANGUAGES
from atelier.problems import Problem
from atelier.read.pages import every_page

FILM = 100_000  # bytes, gzipped as a server sends it; the heaviest has 47,000
DRAWING = 150_000  # bytes, inside the page's HTML; the heaviest has 64,000


def check(docs: Path = DOCS, out: Path = figures.OUT) -> list[Problem]:
    """Return the figures that no page shows or that weigh too much, and pictures of elsewhere."""
    sources, _ = figures.find_figures(docs / "figures")  # drawing tells what cannot be read
    return [*_unused(sources, docs), *_heavy(sources, out), *_ready_made(docs)]


def _unused(sources: dict[str, figures.Source], docs: Path) -> Iterator[Problem]:
    shown = {Path(figure.name).stem for page in every_page(docs) for figure in page.figures}
    for name in sorted(sources.keys() - shown):
        message = f"no page shows {name}; show it (`![…]({name}.svg)`), or remove its function"
        yield Problem(sources[name].path, sources[name].line, message)


def _heavy(sources: dict[str, figures.Source], out: Path) -> Iterator[Problem]:
    for name, source in sources.items():
        film = out / "films" / f"{name}.json"
        weights = [(film, FILM, "gzipped")] if film.is_file() else []
        for language in LANGUAGES:
            drawings = (out / language / f"{name}{suffix}" for suffix in (".svg", ".poster.svg"))
            weights += [(path, DRAWING, "as SVG") for path in drawings if path.is_file()]
        for path, bound, how in weights:
            content = path.read_bytes()
            weight = len(gzip.compress(content)) if path == film else len(content)
            if weight > bound:
                message = (
                    f"{path.name} weighs {weight // 1000} kB {how}, {bound // 1000} at most; "
                    "draw fewer points, or take fewer frames or a coarser grid"
                )
                yield Problem(source.path, source.line, message)


def _ready_made(docs: Path) -> Iterator[Problem]:
    for folder in (docs, docs.parent / "theme"):
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in PICTURES:
                message = "a ready-made picture; draw it by a function of docs/figures"
                yield Problem(path, 0, message)
