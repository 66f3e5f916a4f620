"""Films: how a model changes while it learns, as numbers that the page's player draws.

A figure's function returns a film as a dict (see `Film`). It is written as one small JSON file for
both languages: a frame is a grid of predictions, a byte each, or the three numbers of a line.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

import numpy as np
import numpy.typing as npt
from matplotlib.figure import Figure

from atelier.draw.drawing import Pen

Words = Mapping[str, str]


class Curve(TypedDict):
    """A number followed along the film, such as the loss."""

    name: Words
    values: Sequence[float]


class _Needed(TypedDict):
    bounds: Sequence[float]
    points: npt.ArrayLike
    classes: npt.ArrayLike
    step: Words
    steps: Sequence[int]
    curves: Sequence[Curve]


class Film(_Needed, total=False):
    """What a figure's function returns for a film. Words are `{"fr": …, "en": …}`.

    bounds: x_min, x_max, y_min, y_max of the picture.
    points, classes: The samples (n, 2) and their labels (n,), 0 or 1.
    step, steps: What a frame is called ("iteration"), and the number of each.
    grids: Predictions (frames, rows, columns) in [0, 1]; the first row is at y_min.
    lines: Or w₁, w₂, b (frames, 3) of the line w₁x₁ + w₂x₂ + b = 0.
    marked: The sample that each frame points at, −1 for none.
    curves: One or two numbers followed along the film.
    poster: The frame that is shown when nothing moves; the last by default.
    labels: What the two classes are called; "0" and "1" by default.
    logarithmic: Whether the steps of the curves are drawn on a logarithmic axis.
    """

    grids: npt.ArrayLike
    lines: npt.ArrayLike
    marked: Sequence[int]
    poster: int
    labels: Sequence[str]
    logarithmic: bool


def encode(film: Film) -> str:
    """The film as JSON: the same film gives the same bytes.

    Grids are stored as bytes (0 … 255 for 0 … 1), each frame as the difference modulo 256 from
    the frame before: late frames hardly change, so that compression makes them almost nothing.

    Raises:
        ValueError: When a part is missing or does not fit the others.
    """
    points, classes = _samples(film)
    content: dict[str, Any] = {
        "bounds": [float(bound) for bound in film["bounds"]],
        "points": np.round(points, 3).tolist(),
        "classes": classes.tolist(),
        "labels": list(film.get("labels", ("0", "1"))),
        "step": _words(film["step"], "step"),
        "steps": [int(step) for step in film["steps"]],
        "logarithmic": bool(film.get("logarithmic", False)),
        "curves": [],
    }
    frames = len(content["steps"])
    for curve in film["curves"]:
        values = np.round(_numbers(curve["values"], "curve", (frames,)), 4).tolist()
        content["curves"].append({"name": _words(curve["name"], "curve"), "values": values})
    if not 1 <= len(content["curves"]) <= 2:
        raise ValueError(f"a film has one or two curves, got {len(content['curves'])}")
    if ("grids" in film) == ("lines" in film):
        raise ValueError("a film has either grids or lines")
    if "grids" in film:
        grids = _numbers(film["grids"], "grids", (frames, None, None))
        if grids.min() < 0 or grids.max() > 1:
            raise ValueError(f"grids are in [0, 1], got {grids.min():g} … {grids.max():g}")
        content["size"] = list(grids.shape[1:])
        levels = np.round(grids * 255).astype(np.uint8)
        changes = np.diff(levels, axis=0, prepend=np.zeros_like(levels[:1]))
        content["grids"] = base64.b64encode(changes.tobytes()).decode("ascii")
    else:
        lines = _numbers(film["lines"], "lines", (frames, 3))
        content["lines"] = np.round(lines, 4).tolist()
        content["marked"] = [int(index) for index in film.get("marked", [-1] * frames)]
        if len(content["marked"]) != frames or max(content["marked"]) >= len(points):
            raise ValueError("marked has one index of a sample for each frame, or -1")
    content["poster"] = range(frames)[film.get("poster", -1)]
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True) + "\n"


def poster(film: Film, pen: Pen) -> Figure:
    """The film's telling frame as a figure: for print, for a reader without JavaScript."""
    at = range(len(film["steps"]))[film.get("poster", -1)]
    x_min, x_max, y_min, y_max = film["bounds"]
    figure, (axes,) = pen.axes(width=4.0, height=4.0)
    axes.set(xlim=(x_min, x_max), ylim=(y_min, y_max), xlabel="x₁", ylabel="x₂", aspect="equal")
    points, classes = _samples(film)
    if "grids" in film:
        values = np.asarray(film["grids"], float)[at]
        rows, columns = values.shape
        pen.shade(axes, np.linspace(x_min, x_max, columns), np.linspace(y_min, y_max, rows), values)
    else:
        *weights, bias = np.asarray(film["lines"], float)[at]
        pen.half_planes(axes, weights, bias)
    kept = np.arange(len(points)) % max(1, len(points) // 250) == 0  # a poster is not an archive
    pen.points(axes, points[kept], classes[kept], size=20)
    return figure


def _samples(film: Film) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    missing = _Needed.__required_keys__ - film.keys()
    if missing:
        raise ValueError(f"a film needs {', '.join(sorted(missing))}")
    points = _numbers(film["points"], "points", (None, 2))
    classes = np.ravel(np.asarray(film["classes"])).astype(np.int64)
    if len(classes) != len(points) or not set(classes.tolist()) <= {0, 1}:
        raise ValueError(f"classes are {len(points)} labels 0 or 1, got {len(classes)}")
    return points, classes


def _numbers(values: Any, name: str, shape: tuple[int | None, ...]) -> npt.NDArray[np.float64]:
    numbers = np.asarray(values, np.float64)
    fits = numbers.ndim == len(shape) and all(
        expected in (None, got) for expected, got in zip(shape, numbers.shape, strict=True)
    )
    if not fits or not np.isfinite(numbers).all():
        expected = ", ".join("any" if size is None else str(size) for size in shape)
        raise ValueError(f"{name}: expected finite numbers ({expected}), got {numbers.shape}")
    return numbers


def _words(words: Words, name: str) -> dict[str, str]:
    if not isinstance(words, Mapping) or set(words) != {"fr", "en"}:
        raise ValueError(f'the words of {name} are {{"fr": …, "en": …}}, got {words!r}')
    return dict(words)
