"""Films: what is written, and what is refused."""

from __future__ import annotations

import base64
import gzip
import json

import matplotlib
import numpy as np
import pytest

from atelier.draw.drawing import Pen
from atelier.draw.figure_style import read_colours, style
from atelier.draw.figures import draw_all
from atelier.draw.films import encode, poster

ITERATION = {"fr": "itération", "en": "iteration"}
LOSS = {"fr": "perte", "en": "loss"}


def film(**changes):
    """Two frames, small enough to check on paper."""
    made = {
        "bounds": (0, 1, 0, 1),
        "points": [[0.0, 0.0], [1.0, 1.0]],
        "classes": [0, 1],
        "step": ITERATION,
        "steps": [0, 5],
        "grids": np.array([[[0.0, 0.2], [0.4, 1.0]], [[0.2, 0.0], [0.4, 1.0]]]),
        "curves": [{"name": LOSS, "values": [0.7, 0.1]}],
    }
    made.update(changes)
    return {key: value for key, value in made.items() if value is not None}


def test_frames_are_bytes_that_say_how_much_changed():
    stored = json.loads(encode(film()))
    assert stored["size"] == [2, 2]
    # 0, 51, 102, 255; then +51, −51 (= 205 modulo 256), 0, 0
    assert list(base64.b64decode(stored["grids"])) == [0, 51, 102, 255, 51, 205, 0, 0]


def test_the_same_film_gives_the_same_bytes():
    assert encode(film()) == encode(film())


def test_the_last_frame_is_the_poster_unless_another_is_named():
    assert json.loads(encode(film()))["poster"] == 1
    assert json.loads(encode(film(poster=0)))["poster"] == 0


def test_a_line_is_three_numbers_and_may_mark_a_sample():
    lines = [[1.0, 0.0, 0.5], [1.0, 1.0, 0.0]]
    stored = json.loads(encode(film(grids=None, lines=lines, marked=[1, -1])))
    assert (stored["lines"], stored["marked"]) == (lines, [1, -1])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"points": None}, "a film needs points"),
        ({"points": [[0.0, 0.0]]}, "1 labels 0 or 1, got 2"),
        ({"classes": [0, 2]}, "labels 0 or 1"),
        ({"grids": None}, "either grids or lines"),
        ({"grids": np.zeros((3, 2, 2))}, r"grids: expected finite numbers \(2, any, any\)"),
        ({"grids": np.full((2, 2, 2), 1.5)}, r"in \[0, 1\]"),
        ({"grids": np.full((2, 2, 2), np.nan)}, "finite"),
        ({"curves": []}, "one or two curves"),
        ({"curves": [{"name": LOSS, "values": [1.0]}]}, "curve: expected"),
        ({"step": "iteration"}, "the words of step"),
        ({"step": {"en": "iteration"}}, "the words of step"),
        ({"grids": None, "lines": np.ones((2, 3)), "marked": [2, 0]}, "marked"),
    ],
)
def test_a_part_that_is_missing_or_does_not_fit_is_refused(changes, message):
    with pytest.raises(ValueError, match=message):
        encode(film(**changes))


@pytest.mark.parametrize("frames", [{}, {"grids": None, "lines": np.ones((2, 3))}])
def test_the_poster_is_a_figure(frames):
    with matplotlib.rc_context(style(read_colours())):
        figure = poster(film(**frames), Pen("fr"))
        figure.draw_without_rendering()
    assert figure.axes[0].collections


@pytest.mark.parametrize("name", ["circles_training", "perceptron_turns"])
def test_a_film_of_the_book_is_light(name, drawings):
    size = len(gzip.compress((drawings / "films" / f"{name}.json").read_bytes()))
    assert size <= 100_000


def test_the_network_of_the_film_learns_the_circles(drawings):
    stored = json.loads((drawings / "films" / "circles_training.json").read_text("utf-8"))
    loss, accuracy = (curve["values"] for curve in stored["curves"])
    assert stored["steps"][:22] == [
        0, 1, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 21, 23, 25, 29, 35, 45, 55, 73,
    ]  # fmt: skip
    assert loss == sorted(loss, reverse=True)
    assert accuracy[0] < 0.6
    assert accuracy[-1] >= 0.95


def test_the_line_of_the_second_film_ends_without_a_mistake(drawings):
    stored = json.loads((drawings / "films" / "perceptron_turns.json").read_text("utf-8"))
    X, y = np.array(stored["points"]), np.array(stored["classes"])
    for (w1, w2, b), wrong in zip(stored["lines"], stored["marked"], strict=True):
        scores = X @ (w1, w2) + b
        if wrong < 0:
            assert np.array_equal(scores >= 0, y == 1)
        else:
            assert (2 * y[wrong] - 1) * scores[wrong] <= 1e-3  # points are stored to 3 decimals


@pytest.fixture(scope="module")
def drawings(tmp_path_factory):
    """The book's two films, drawn anew."""
    out = tmp_path_factory.mktemp("figures")
    assert draw_all(["circles_training", "perceptron_turns"], out=out) == []
    return out
