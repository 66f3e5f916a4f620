"""Paths in few bytes look as they did."""

from __future__ import annotations

import re
from itertools import pairwise
from math import cos, pi, sin

import pytest

from atelier.draw.svg_paths import TOLERANCE, shorten


def places(path: str) -> list[tuple[float, float]]:
    """Where a path of relative m, l and z goes, read independently of the module."""
    here, start, found = (0.0, 0.0), (0.0, 0.0), []
    for letter, rest in re.findall(r"([mlz])([^mlz]*)", path):
        numbers = [float(n) for n in re.findall(r"-?(?:\d+\.\d+|\.\d+|\d+)", rest)]
        for x, y in zip(numbers[::2], numbers[1::2], strict=True):
            here = (here[0] + x, here[1] + y)
            found.append(here)
        if letter == "m":
            start = found[0] if numbers else here
        if letter == "z":
            here = start
    return found


def test_points_on_a_straight_line_are_left_out():
    dense = "M 0 0 " + " ".join(f"L {x} {2 * x}" for x in range(1, 101))
    assert shorten(dense) == "m0 0 100 200"


def test_a_curve_keeps_its_shape_to_within_the_tolerance():
    circle = [(100 + 90 * cos(t * pi / 500), 100 + 90 * sin(t * pi / 500)) for t in range(1001)]
    dense = "M " + " L ".join(f"{x} {y}" for x, y in circle)
    kept = places(shorten(dense))
    assert 10 < len(kept) < 200
    for x, y in kept:  # rounded to a tenth of a point
        assert abs(((x - 100) ** 2 + (y - 100) ** 2) ** 0.5 - 90) <= 0.08
    longest = max(((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2) ** 0.5 for a, b in pairwise(kept))
    assert longest**2 / (8 * 90) <= TOLERANCE + 0.08  # how far a chord is from its arc


def test_rounding_does_not_add_up():
    steps = [(i * 0.333, (i % 2) * 10.0) for i in range(300)]
    kept = places(shorten("M " + " L ".join(f"{x} {y}" for x, y in steps)))
    assert kept[-1] == pytest.approx((299 * 0.333, 10.0), abs=0.05)


def test_a_closed_shape_is_closed_and_the_next_one_starts_where_it_should():
    assert shorten("M 50 50 L 90 50 L 90 90 z M 10 10 L 40 10") == "m50 50 40 0 0 40zm-40-40 30 0"


def test_curves_and_markers_keep_their_controls():
    assert shorten("M 0 1.73 C 0.46 1.73 0.9 1.55 1.22 1.22 Z") == "m0 1.73c.46 0 .9-.18 1.22-.51z"


def test_an_unknown_command_is_refused():
    with pytest.raises(ValueError, match="got A"):
        shorten("M 0 0 A 1 1 0 0 0 2 2")
