"""Matplotlib's SVG, made ready to stand in a page."""

from __future__ import annotations

import io
import re
import xml.etree.ElementTree as ET
from dataclasses import asdict

import matplotlib
import numpy as np
import pytest

from atelier.draw.drawing import Pen
from atelier.draw.figure_style import read_colours, style
from atelier.draw.svg import inlined, themed

COLOURS = read_colours()


def drawn(draw, name="wave"):
    """The themed SVG of what `draw(pen, axes)` puts on one panel."""
    written = io.StringIO()
    with matplotlib.rc_context(style(COLOURS)):
        pen = Pen("en", COLOURS)
        figure, (axes,) = pen.axes()
        draw(pen, axes)
        figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
    return themed(written.getvalue(), name, asdict(COLOURS))


def wave(pen, axes):
    axes.plot([0, 1, 2], [0, 1, 0], color=pen.colour.blue)
    axes.text(0.2, 0.8, "a < b & c", color=pen.colour.ink)


def test_palette_colours_become_variables_with_the_light_colour_in_reserve():
    assert f"stroke:var(--book-blue,{COLOURS.blue})" in drawn(wave)


def test_ink_becomes_the_colour_of_the_text():
    assert COLOURS.ink not in drawn(wave)


def test_a_colour_outside_the_palette_is_refused():
    with pytest.raises(ValueError, match=r"#123456 is not in theme/palette\.json"):
        drawn(lambda pen, axes: axes.plot([0, 1], color="#123456"))


def test_nothing_leaks_into_the_page():
    svg = drawn(wave)
    assert not re.search(r"<\?xml|<!DOCTYPE|<style|<metadata|font-family|xlink", svg)


def test_text_stays_text():
    texts = [element.text for element in ET.fromstring(drawn(wave)).iter() if element.text]
    assert "a < b & c" in texts


def test_every_id_is_used_and_starts_with_the_name_of_the_figure():
    svg = drawn(wave)
    ids = re.findall(r'\bid="([^"]+)"', svg)
    assert ids
    assert all(identity.startswith("book-wave-") and f"#{identity}" in svg for identity in ids)
    assert len(ids) == len(set(ids))


def test_shown_twice_on_a_page_the_ids_differ_and_the_references_follow():
    svg = drawn(wave)
    first, second = inlined(svg, "wave", "A wave."), inlined(svg, "wave", "A wave.", 2)
    for one in (first, second):
        referred = set(re.findall(r"url\(#([^)]+)\)|labelledby=\"([^\"]+)\"", one))
        assert {a or b for a, b in referred} <= set(re.findall(r'\bid="([^"]+)"', one))
    ids = [set(re.findall(r'\bid="([^"]+)"', one)) for one in (first, second)]
    assert not ids[0] & ids[1]


def test_the_title_says_what_is_seen_and_is_escaped():
    svg = inlined(drawn(wave), "wave", "Where x < 0 & more.")
    assert 'role="img"' in svg
    assert '<title id="book-wave-title">Where x &lt; 0 &amp; more.</title>' in svg
    ET.fromstring(svg)


def test_an_inch_is_shown_as_a_hundred_pixels():
    root = ET.fromstring(drawn(wave))
    assert root.get("width") == "540"


def test_a_cloud_of_points_says_its_colour_once():
    rng = np.random.default_rng(0)  # any points: only their number matters

    def cloud(pen, axes):
        pen.points(axes, rng.normal(size=(100, 2)), np.arange(100) % 2)

    svg = drawn(cloud)
    assert svg.count("<use") >= 100
    assert svg.count("--book-orange") == 1
    assert len(svg) < 20_000


def test_coordinates_have_two_decimals_at_most():
    assert not re.search(r"\d\.\d{3}", drawn(wave))
