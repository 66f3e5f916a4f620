"""The pen, in both languages."""

from __future__ import annotations

import json

import matplotlib
import numpy as np
import pytest

from atelier.draw.drawing import Pen
from atelier.draw.figure_style import read_colours, style
from atelier.paths import PALETTE


@pytest.fixture(autouse=True)
def house_style():
    with matplotlib.rc_context(style(read_colours())):
        yield


def test_the_pen_speaks_the_language_of_the_page():
    assert Pen("fr").say(fr="perte", en="loss") == "perte"
    assert Pen("en").say(fr="perte", en="loss") == "loss"


@pytest.mark.parametrize(
    ("language", "value", "digits", "text"),
    [
        ("fr", 0.5, None, "0,5"),
        ("en", 0.5, None, "0.5"),
        ("fr", -1.0, 2, "−1,00"),
        ("en", 1000, None, "1000"),
    ],
)
def test_numbers_are_written_as_in_the_language(language, value, digits, text):
    assert Pen(language).number(value, digits) == text


def test_tick_labels_have_the_decimal_sign_of_the_language():
    for language, expected in (("fr", "0,5"), ("en", "0.5")):
        figure, (axes,) = Pen(language).axes()
        axes.set(xlim=(0, 1), xticks=[0, 0.5, 1])
        figure.draw_without_rendering()
        assert axes.get_xticklabels()[1].get_text() == expected


def test_powers_of_ten_need_no_tex():
    figure, (axes,) = Pen("en").axes()
    axes.plot([1e-3, 1.0], [1, 2])
    Pen("en").log(axes, x=True)
    figure.draw_without_rendering()
    assert "10⁻³" in [label.get_text() for label in axes.get_xticklabels()]


def test_panels_come_row_by_row():
    _, panels = Pen("en").axes(2, 2)
    rows = [panel.get_subplotspec().rowspan.start for panel in panels]
    columns = [panel.get_subplotspec().colspan.start for panel in panels]
    assert (rows, columns) == ([0, 0, 1, 1], [0, 1, 0, 1])


def test_the_text_is_ten_pixels_high_on_a_phone():
    page = 358  # CSS pixels: a phone of 390 less both margins
    for width in (4.0, 5.4, 6.4):
        figure, (axes,) = Pen("en").axes(width=width)
        points = axes.xaxis.label.get_fontsize()
        shown = min(page, 100 * width)
        assert points / (72 * width) * shown >= 10 or shown < page, width
        figure.clear()


def test_classes_differ_by_shape_as_well_as_by_colour():
    pen = Pen("en")
    _, (axes,) = pen.axes()
    clouds = pen.points(axes, np.eye(3)[:, :2], np.array([0, 1, 2]))
    assert len({str(cloud.get_facecolor()) for cloud in clouds}) == 3
    assert len({cloud.get_paths()[0].vertices.tobytes() for cloud in clouds}) == 3


def test_the_sides_of_a_line_have_the_colours_of_their_classes():
    pen = Pen("en")
    _, (axes,) = pen.axes()
    axes.set(xlim=(-1, 1), ylim=(-1, 1))
    pen.half_planes(axes, (1.0, 0.0), 0.0)
    sides = {
        matplotlib.colors.to_hex(side.get_facecolor()[0]): side.get_paths()[0].get_extents()
        for side in axes.collections
        if len(side.get_facecolor())
    }
    assert sides[pen.colour.blue].x1 == pytest.approx(0)
    assert sides[pen.colour.orange].x0 == pytest.approx(0)


def test_regions_ask_for_points_and_colour_where_the_answer_is_clear():
    pen = Pen("en")
    _, (axes,) = pen.axes()
    axes.set(xlim=(0, 1), ylim=(0, 1))
    asked = []
    pen.regions(axes, lambda points: asked.append(points.shape) or points[:, 0], resolution=11)
    assert asked == [(121, 2)]
    assert axes.collections


def test_the_palette_has_all_the_colours_that_the_pen_offers():
    palette = json.loads(PALETTE.read_text("utf-8"))
    assert {name: of["light"] for name, of in palette.items()} == vars(read_colours())
