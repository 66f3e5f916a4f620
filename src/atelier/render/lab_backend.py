"""Matplotlib backend of the labs: what a cell draws becomes an SVG in the style of the book.

It runs in the lab's kernel, in the place of Jupyter's own backend. A lab itself is plain
Matplotlib, which looks as usual in the reader's Jupyter; here the colours are those of the
palette, so that `atelier.render.lab_cells` can make them follow the page's colour scheme.
"""

from __future__ import annotations

import io
from dataclasses import astuple
from typing import Any

import matplotlib
from cycler import cycler
from IPython.core.getipython import get_ipython
from matplotlib._pylab_helpers import Gcf
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_svg import FigureCanvasSVG

from atelier.draw.figure_style import read_colours, style

MIME = "image/svg+xml"
SHELL = get_ipython()  # the notebook; None in a program that only tries this backend


class FigureManager(FigureManagerBase):
    """Shows a figure by sending it to the notebook, once."""

    def show(self) -> None:
        """Send the figure; nothing of the moment or of the machine is in it."""
        drawing = io.StringIO()
        nothing = {"Date": None, "Creator": None}
        self.canvas.figure.savefig(drawing, format="svg", metadata=nothing)
        if SHELL is not None:
            SHELL.display_pub.publish({MIME: drawing.getvalue()})
        Gcf.destroy(self)

    @classmethod
    def pyplot_show(cls, *, block: bool | None = None) -> None:
        """Do what `plt.show()` says."""
        show_all()


class FigureCanvas(FigureCanvasSVG):
    """The canvas that `plt.figure()` draws on."""

    manager_class = FigureManager


def show_all() -> None:
    """Send all figures that have not been shown, in the order of their making."""
    for manager in Gcf.get_all_fig_managers():
        manager.show()


def _settings() -> Any:  # a dict; Matplotlib types its keys one by one
    colours = read_colours()
    lines = astuple(colours)[-5:]  # blue, orange, teal, magenta, red
    return {
        **style(colours),
        "axes.prop_cycle": cycler(color=lines),
        "image.interpolation": "none",  # a pixel of the data is a pixel of the picture
    }


matplotlib.rcParams.update(_settings())
if SHELL is not None:  # at its end, a cell shows what it drew without `plt.show()`, as in Jupyter
    SHELL.events.register("post_execute", show_all)
