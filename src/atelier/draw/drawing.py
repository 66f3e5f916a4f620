"""The pen that a figure's function is given: words, numbers, colours and panels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import matplotlib
import numpy as np
import numpy.typing as npt
from matplotlib.axes import Axes
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, ScalarFormatter

from atelier.draw.figure_style import TEXT, WIDTH, Colours, read_colours

SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SHAPES = ("o", "s", "D")


class _Ticks(ScalarFormatter):
    """Matplotlib's tick labels, with the decimal sign of the page's language."""

    def __init__(self, comma: bool) -> None:
        super().__init__(useOffset=False)
        self.comma = comma

    def __call__(self, x: float, pos: int | None = None) -> str:
        text = super().__call__(x, pos)
        return text.replace(".", ",") if self.comma else text


class Pen:
    """What a figure's function draws with, in one language.

    Args:
        language: `fr` or `en`.
    """

    def __init__(self, language: str, colour: Colours | None = None) -> None:
        self.language = language
        self.colour = colour or read_colours()
        self.classes = (self.colour.blue, self.colour.orange, self.colour.teal)

    def say(self, *, fr: str, en: str) -> str:
        """The words in the page's language."""
        return fr if self.language == "fr" else en

    def number(self, value: float, digits: int | None = None) -> str:
        """The number as the page's language writes it: 0,5 or 0.5, with a true minus sign."""
        text = f"{value:g}" if digits is None else f"{value:.{digits}f}"
        text = text.replace("-", "−")
        return text.replace(".", ",") if self.language == "fr" else text

    def axes(
        self,
        rows: int = 1,
        columns: int = 1,
        *,
        width: float = WIDTH,
        height: float | None = None,
        sharex: bool = False,
        sharey: bool = False,
        ratios: Sequence[float] | None = None,
    ) -> tuple[Figure, list[Axes]]:
        """A figure and its panels, row by row: `figure, (left, right) = pen.axes(1, 2)`.

        Args:
            rows: Rows of panels. Prefer rows to columns, phones are narrow.
            columns: Columns of panels, two at most.
            width: In inches (100 px each).
            height: In inches; by default panels a little wider than high.
            sharex: Whether the panels have the same horizontal axis.
            sharey: Whether the panels have the same vertical axis.
            ratios: The rows' heights, relative to each other.
        """
        matplotlib.rcParams["font.size"] = TEXT * width / WIDTH
        height = height or rows * 0.72 * width / columns
        figure = Figure(figsize=(width, height), layout="constrained")
        panels = figure.subplots(
            rows, columns, squeeze=False, sharex=sharex, sharey=sharey, height_ratios=ratios
        )
        found: list[Axes] = list(panels.ravel())
        for panel in found:
            for axis in (panel.xaxis, panel.yaxis):
                axis.set_major_formatter(_Ticks(self.language == "fr"))
        return figure, found

    def diagram(
        self, x: tuple[float, float], y: tuple[float, float], *, width: float = WIDTH
    ) -> tuple[Figure, Axes]:
        """A sheet without axes for circles and arrows, in units that are equal both ways."""
        matplotlib.rcParams["font.size"] = TEXT * width / WIDTH
        figure = Figure(figsize=(width, width * (y[1] - y[0]) / (x[1] - x[0])))
        axes = figure.add_axes((0.0, 0.0, 1.0, 1.0))
        axes.set(xlim=x, ylim=y, aspect="equal")
        axes.set_axis_off()
        return figure, axes

    def log(self, axes: Axes, *, x: bool = False, y: bool = False) -> None:
        """Make an axis logarithmic, with labels such as 10⁻³ (no TeX in figures)."""

        def power(value: float, _position: int | None = None) -> str:
            return "10" + str(round(float(np.log10(value)))).translate(SUPERSCRIPTS)

        if x:
            axes.set_xscale("log")
            axes.xaxis.set_major_formatter(FuncFormatter(power))
        if y:
            axes.set_yscale("log")
            axes.yaxis.set_major_formatter(FuncFormatter(power))

    def points(
        self, axes: Axes, X: npt.NDArray[Any], y: npt.NDArray[Any], *, size: float = 26
    ) -> list[PathCollection]:
        """Draw the samples: a class has its colour and its shape (circle, square, diamond)."""
        drawn = []
        for label, colour, shape in zip(np.unique(y), self.classes, SHAPES, strict=False):
            chosen = X[np.ravel(y) == label]
            drawn.append(
                axes.scatter(
                    chosen[:, 0], chosen[:, 1], s=size, marker=shape, c=colour,
                    edgecolors=self.colour.surface, linewidths=0.6,
                )
            )  # fmt: skip
        return drawn

    def regions(
        self,
        axes: Axes,
        predict: Callable[[npt.NDArray[np.float64]], npt.NDArray[Any]],
        *,
        resolution: int = 121,
        line: bool = True,
    ) -> None:
        """Colour the panel by what is predicted there (0 … 1), and draw the line at 0.5.

        Set the limits of the axes before. `predict` gets points (n, 2) and returns n values.
        """
        x, y = (np.linspace(*limits(), resolution) for limits in (axes.get_xlim, axes.get_ylim))
        grid = np.stack(np.meshgrid(x, y), axis=-1)
        values = np.asarray(predict(grid.reshape(-1, 2)), float).reshape(resolution, resolution)
        self.shade(axes, x, y, values, line=line)

    def shade(
        self,
        axes: Axes,
        x: npt.NDArray[np.float64],
        y: npt.NDArray[np.float64],
        values: npt.NDArray[np.float64],
        *,
        line: bool = True,
    ) -> None:
        """The same from values on a grid: the further from 0.5, the stronger the colour."""
        for colour, towards in ((self.classes[0], 1.0 - values), (self.classes[1], values)):
            if towards.max() <= 0.5:
                continue
            levels = [0.5, 0.65, 0.8, 0.95]
            for level in levels:  # laid over each other: the strength adds up
                axes.contourf(x, y, towards, levels=[level, 2.0], colors=[colour], alpha=0.1)
        if line and values.min() < 0.5 < values.max():
            axes.contour(x, y, values, levels=[0.5], colors=[self.colour.ink], linewidths=1.6)

    def half_planes(self, axes: Axes, weights: Sequence[float], bias: float) -> None:
        """Colour both sides of the line w₁x₁ + w₂x₂ + b = 0, and draw it.

        Set the limits of the axes before. Four corners are enough: contours are exact on a plane.
        """
        x, y = axes.get_xlim(), axes.get_ylim()
        scores = weights[0] * np.asarray(x) + weights[1] * np.asarray(y)[:, None] + bias
        far = float(np.abs(scores).max()) + 1.0
        for colour, side in ((self.classes[0], -scores), (self.classes[1], scores)):
            if side.max() > 0:
                axes.contourf(x, y, side, levels=[0.0, far], colors=[colour], alpha=0.2)
        if scores.min() < 0 < scores.max():
            axes.contour(x, y, scores, levels=[0.0], colors=[self.colour.ink], linewidths=1.6)
