"""SVG paths in few bytes: points that no eye misses are left out, the rest is told by its steps.

A contour of Matplotlib has a point for each cell that it crosses, and absolute coordinates. On a
page that inlines its figures this is most of what a phone has to fetch.
"""

from __future__ import annotations

import re
from math import hypot

Point = tuple[float, float]

TOLERANCE = 0.06  # points; a screen pixel is ten times as wide
SMALL = 30.0  # a shape that is smaller, such as a marker, keeps two decimals
TOKEN = re.compile(r"[A-Za-z]|-?\d+(?:\.\d+)?(?:e-?\d+)?")
POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 0}

Step = tuple[str, list[Point]]


def shorten(path: str) -> str:
    """Return a path that looks the same and is shorter.

    Args:
        path: A `d` attribute with the absolute commands M, L, Q, C and Z.

    Raises:
        ValueError: The path has another command.
    """
    steps = _parse(path)
    if not steps:
        return path
    everything = [point for _, points in steps for point in points]
    sides = [max(axis) - min(axis) for axis in zip(*everything, strict=True)]
    digits = 2 if max(sides) < SMALL else 1
    return _told(_simplified(steps), digits)


def _parse(path: str) -> list[Step]:
    steps: list[Step] = []
    command, numbers = "", list[float]()
    for token in TOKEN.findall(path):
        if token.isalpha():
            command = token.upper()
            if token not in "MLQCZz":
                raise ValueError(f"a path expects absolute M, L, Q, C or Z, got {token}")
            if command == "Z":
                steps.append(("Z", []))
            continue
        numbers.append(float(token))
        if len(numbers) == 2 * POINTS[command]:
            steps.append((command, list(zip(numbers[::2], numbers[1::2], strict=True))))
            numbers = []
            command = "L" if command == "M" else command  # what follows a move is a line
    return steps


def _simplified(steps: list[Step]) -> list[Step]:
    """Leave out of each run of straight lines the points that lie on the line of the others."""
    found: list[Step] = []
    run: list[Point] = []

    def close() -> None:
        found.extend(("L", [point]) for point in _kept(run)[1:])
        run.clear()

    for command, points in steps:
        if command == "L":
            run.extend(points)
            continue
        close()
        found.append((command, points))
        if points:
            run.append(points[-1])
    close()
    return found


def _kept(run: list[Point]) -> list[Point]:
    """The points that tell a line to within the tolerance (Douglas and Peucker 1973)."""
    if len(run) < 3:
        return run
    keep = {0, len(run) - 1}
    waiting = [(0, len(run) - 1)]
    while waiting:
        first, last = waiting.pop()
        far, where = 0.0, 0
        for index in range(first + 1, last):
            away = _distance(run[index], run[first], run[last])
            if away > far:
                far, where = away, index
        if far > TOLERANCE:
            keep.add(where)
            waiting += [(first, where), (where, last)]
    return [run[index] for index in sorted(keep)]


def _distance(point: Point, start: Point, end: Point) -> float:
    """How far a point is from the segment between two others."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = 0.0
    if length:
        along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length
        along = min(1.0, max(0.0, along))
    return hypot(point[0] - start[0] - along * dx, point[1] - start[1] - along * dy)


def _told(steps: list[Step], digits: int) -> str:
    """Write the steps relative to each other; rounded places, so that errors do not add up."""
    written: list[str] = []
    here = start = (0.0, 0.0)
    last = ""
    for command, points in steps:
        if command == "Z":
            written.append("z")
            here, last = start, "z"
            continue
        rounded = [(round(x, digits), round(y, digits)) for x, y in points]
        moved = rounded[-1] != here
        if command == "L" and not moved:
            continue
        numbers = [n for x, y in rounded for n in (x - here[0], y - here[1])]
        text = ""
        for number in numbers:
            one = re.sub(r"^(-?)0\.", r"\1.", f"{round(number, digits) + 0.0:g}")
            text += one if not text or one.startswith("-") else f" {one}"
        letter = command.lower()
        if letter == last or (letter == "l" and last == "m"):  # then the letter may be left out
            written.append(text if text.startswith("-") else f" {text}")
        else:
            written.append(letter + text)
        here, last = rounded[-1], letter
        if command == "M":
            start = here
    return "".join(written)
