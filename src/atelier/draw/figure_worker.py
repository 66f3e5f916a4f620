"""Draw the figures of one module, in a process of its own."""

from __future__ import annotations

import importlib
import io
import sys
import time
import traceback
import warnings
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import matplotlib
from matplotlib.figure import Figure

from atelier.draw import films
from atelier.draw.drawing import Pen
from atelier.draw.figure_style import read_colours, style
from atelier.draw.svg import themed


@dataclass
class Drawn:
    """What became of one figure: its files and their sizes, or what went wrong and where."""

    name: str
    seconds: float = 0.0
    files: dict[str, int] = field(default_factory=dict)
    problems: list[tuple[str, int, str]] = field(default_factory=list)


def draw_module(
    path: Path, names: Sequence[str], out: Path, languages: Sequence[str]
) -> list[Drawn]:
    """Draw the named functions of the module for all languages; data they share is kept by it."""
    warnings.simplefilter("error")
    matplotlib.use("Agg")
    sys.path.insert(0, str(path.parent.parent))
    sys.dont_write_bytecode = True
    try:
        module = importlib.import_module(f"{path.parent.name}.{path.stem}")
    except Exception as error:  # the author's code may raise anything: it becomes a problem
        return [Drawn(name, problems=[_told(error, path, 0)]) for name in names]
    return [_draw(module, path, name, out, languages) for name in names]


def _draw(module: ModuleType, path: Path, name: str, out: Path, languages: Sequence[str]) -> Drawn:
    drawn = Drawn(name)
    started = time.perf_counter()
    function = getattr(module, name)
    try:
        for file, text in _texts(function, name, languages).items():
            target = out / file
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, "utf-8", newline="\n")
            drawn.files[file] = target.stat().st_size
    except Exception as error:  # as above
        drawn.problems.append(_told(error, path, function.__code__.co_firstlineno))
    drawn.seconds = time.perf_counter() - started
    return drawn


def _texts(function: Any, name: str, languages: Sequence[str]) -> dict[str, str]:
    """The files of one figure. A film is computed once: it has the words of all languages."""
    colours = read_colours()
    texts: dict[str, str] = {}
    film: films.Film | None = None
    for language in languages:
        pen = Pen(language, colours)
        with matplotlib.rc_context(style(colours)):
            made = film or function(pen)
            if isinstance(made, Figure):
                texts[f"{language}/{name}.svg"] = _svg(made, name, colours)
                continue
            if not isinstance(made, dict):
                raise TypeError(f"{name} returns a Matplotlib figure or a film, got {type(made)}")
            film = cast(films.Film, made)  # encode checks what is in it
            texts[f"films/{name}.json"] = films.encode(film)
            texts[f"{language}/{name}.poster.svg"] = _svg(films.poster(film, pen), name, colours)
    return texts


def _svg(figure: Figure, name: str, colours: Any) -> str:
    written = io.StringIO()
    figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return themed(written.getvalue(), name, asdict(colours))


def _told(error: Exception, path: Path, line: int) -> tuple[str, int, str]:
    """Where in the figures' folder it happened, and what."""
    where = (str(path), line)
    for frame in traceback.extract_tb(error.__traceback__):
        if Path(frame.filename).parent == path.parent:
            where = (frame.filename, frame.lineno or line)
    if isinstance(error, SyntaxError) and error.filename:
        where = (error.filename, error.lineno or 0)
    return (*where, f"{type(error).__name__}: {error}")
