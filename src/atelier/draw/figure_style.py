"""The house style of the figures: the palette, the sizes, and Matplotlib's settings.

Sizes are in inches, and one inch is shown as 100 CSS pixels. A figure shrinks with the reader's
screen, its text too: the text is sized so that it is still 10 px high on a phone (358 px of page).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from atelier.paths import PALETTE

WIDTH = 5.4
TEXT = 11.5  # points at WIDTH: 16 px on a wide screen, 10.6 px on a phone


@dataclass(frozen=True)
class Colours:
    """The palette's colours of the light scheme; `atelier.draw.svg` makes CSS variables of them."""

    ink: str
    muted: str
    grid: str
    surface: str
    blue: str
    orange: str
    teal: str
    magenta: str
    red: str


def read_colours(path: Path = PALETTE) -> Colours:
    """The palette, as the pen offers it."""
    palette = json.loads(path.read_text("utf-8"))
    return Colours(**{field.name: palette[field.name]["light"] for field in fields(Colours)})


def style(colour: Colours) -> Any:  # a dict; Matplotlib types its keys one by one
    """Matplotlib's settings for the book: thin lines, nothing that a reader does not need."""
    return {
        "svg.fonttype": "none",
        "svg.hashsalt": "book",
        "savefig.transparent": True,
        "figure.facecolor": "none",
        "axes.facecolor": "none",
        "figure.dpi": 72,
        "font.size": TEXT,
        "axes.titlesize": "medium",
        "axes.labelsize": "medium",
        "xtick.labelsize": "medium",
        "ytick.labelsize": "medium",
        "text.color": colour.ink,
        "axes.labelcolor": colour.ink,
        "axes.titlecolor": colour.ink,
        "axes.edgecolor": colour.muted,
        "xtick.color": colour.muted,
        "ytick.color": colour.muted,
        "grid.color": colour.grid,
        "axes.linewidth": 0.8,
        "grid.linewidth": 0.8,
        "xtick.major.width": 0.8,
        "ytick.major.width": 0.8,
        "xtick.minor.size": 0,
        "ytick.minor.size": 0,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "lines.linewidth": 2.0,
        "lines.solid_capstyle": "round",
        "legend.frameon": False,
    }
