"""Figures are drawn when, and only when, what they are made from has changed."""

from __future__ import annotations

import shutil

import pytest

from atelier.draw.figures import draw_all, drawn_files, find_figures

FIGURE = '''
"""What the chapter draws."""
from shapes import slope
from {folder}.common import height


def line(pen):
    figure, (axes,) = pen.axes()
    axes.plot([0, 1], [0, slope() * height()], color=pen.colour.blue)
    axes.set_title(pen.say(fr="droite", en="line"))
    return figure
'''
OTHER = """
def film(pen):
    words = {"fr": "pas", "en": "step"}
    return {
        "bounds": (0, 1, 0, 1), "points": [[0, 0], [1, 1]], "classes": [0, 1],
        "step": words, "steps": [0, 1], "lines": [[1, 1, 0], [1, 1, -1]],
        "curves": [{"name": words, "values": [0, 1]}],
    }


def _not_a_figure(pen):
    raise AssertionError
"""


@pytest.fixture
def room(tmp_path):
    """A folder of figures and a package beside it, as in the book."""
    return furnish(tmp_path)


@pytest.fixture(scope="module")
def drawn_once(tmp_path_factory):
    """The same, everything drawn: copied below, because starting Python takes a second."""
    made = furnish(tmp_path_factory.mktemp("room"))
    assert draw(made) == []
    return made


@pytest.fixture
def drawn(drawn_once, tmp_path):
    """A room of its own where everything has been drawn."""
    return shutil.copytree(drawn_once, tmp_path / "room")


def furnish(room):
    """Write the figures, what they share, and the package."""
    folder, package = room / "plates", room / "shapes"
    folder.mkdir()
    package.mkdir()
    (folder / "chapter.py").write_text(FIGURE.format(folder="plates"), "utf-8")
    (folder / "other.py").write_text(OTHER, "utf-8")
    (folder / "common.py").write_text("def height():\n    return 1.0\n", "utf-8")
    (package / "__init__.py").write_text(
        "from shapes.slopes import slope\nfrom shapes.unused import nothing\n", "utf-8"
    )
    (package / "slopes.py").write_text("def slope():\n    return 2.0\n", "utf-8")
    (package / "unused.py").write_text("def nothing():\n    return None\n", "utf-8")
    return room


def draw(room, only=None):
    return draw_all(only, folder=room / "plates", package=room / "shapes", out=room / "out")


def redrawn(capsys):
    """The names that were drawn since the last time."""
    lines = capsys.readouterr().out.splitlines()
    return sorted(line.split(": ")[1].split(",")[0] for line in lines if ": " in line)


def test_a_public_function_is_a_figure(room):
    found, problems = find_figures(room / "plates")
    assert problems == []
    assert {name: source.path.name for name, source in found.items()} == {
        "line": "chapter.py",
        "film": "other.py",
    }


def test_both_languages_and_the_film_are_written(room, capsys):
    assert draw(room) == []
    written = {str(path.relative_to(room / "out")) for path in (room / "out").rglob("*.*")}
    assert written == {
        "drawn.json",
        "fr/line.svg",
        "en/line.svg",
        "films/film.json",
        "fr/film.poster.svg",
        "en/film.poster.svg",
    }
    assert "droite" in (room / "out/fr/line.svg").read_text("utf-8")
    assert "line" in (room / "out/en/line.svg").read_text("utf-8")
    assert redrawn(capsys) == ["film", "line"]


def test_drawn_twice_the_bytes_are_the_same(drawn):
    first = {path: path.read_bytes() for path in (drawn / "out").rglob("*.*")}
    for path in first:
        path.unlink()
    draw(drawn)
    assert {path: path.read_bytes() for path in first} == first


def test_only_what_was_made_from_a_changed_file_is_drawn_again(drawn, capsys):
    draw(drawn)
    assert redrawn(capsys) == []
    with (drawn / "shapes/slopes.py").open("a", encoding="utf-8") as file:
        file.write("\nother = 1\n")
    draw(drawn)
    assert redrawn(capsys) == ["line"]


def test_a_drawing_that_is_lost_is_made_again(drawn, capsys):
    (drawn / "out/en/line.svg").unlink()
    draw(drawn)
    assert redrawn(capsys) == ["line"]


def test_what_no_function_draws_any_more_is_removed(drawn):
    (drawn / "plates/other.py").unlink()
    draw(drawn)
    assert not list((drawn / "out").rglob("film*.*"))
    assert (drawn / "out/fr/line.svg").is_file()


def test_a_drawn_figure_says_where_it_is(drawn):
    out = drawn / "out"
    assert drawn_files(["line", "nobody"], out) == [out / "en/line.svg", out / "fr/line.svg"]


def test_only_the_named_figure_is_drawn_and_the_others_stay(room, capsys):
    assert draw(room, ["line"]) == []
    assert redrawn(capsys) == ["line"]
    assert [problem.message for problem in draw(room, ["circle"])] == ["there is no figure circle"]
    assert (room / "out/fr/line.svg").is_file()


FAULTS = [
    ("zero", "def bad_a(pen):\n    x = 1\n    return x / 0\n", 3, "ZeroDivisionError"),
    ("three", "def bad_b(pen):\n    return 3\n", 1, "a Matplotlib figure or a film"),
    (
        "colour",
        "def bad_c(pen):\n    figure, (axes,) = pen.axes()\n"
        "    axes.plot([0, 1], color='#123456')\n    return figure\n",
        1,
        "#123456 is not in theme/palette.json",
    ),
    ("nowhere", "import nowhere\n\n\ndef bad_d(pen):\n    return 3\n", 1, "named 'nowhere'"),
    ("syntax", "def bad_e(pen)\n    return 3\n", 1, "correct the syntax"),
    (
        "warning",
        "import numpy as np\n\n\ndef bad_f(pen):\n    np.log(np.zeros(2))\n",
        5,
        "RuntimeWarning: divide by zero",
    ),
    ("twice", "def line(pen):\n    return 3\n", 1, "line is also drawn by chapter.py"),
]


def test_each_fault_in_a_figure_is_told_with_file_and_line_and_the_others_are_drawn(room):
    for stem, code, _, _ in FAULTS:
        (room / f"plates/{stem}.py").write_text(code, "utf-8")
    told = {problem.path.stem: problem for problem in draw(room)}
    assert {stem: problem.line for stem, problem in told.items()} == {
        stem: line for stem, _, line, _ in FAULTS
    }
    for stem, _, _, message in FAULTS:
        assert message in told[stem].message
    assert (room / "out/fr/line.svg").is_file()


def test_a_fault_in_what_the_figures_share_is_told_where_it_is(room):
    (room / "plates/common.py").write_text("def height()\n    return 1.0\n", "utf-8")
    (problem,) = draw(room)
    assert (problem.path.name, problem.line) == ("common.py", 1)


def test_a_figure_that_fails_is_tried_again_and_its_last_drawing_stays(drawn):
    good = (drawn / "plates/chapter.py").read_text("utf-8")
    last = (drawn / "out/fr/line.svg").read_bytes()
    for slip in ("slope(1)", "slope("):
        (drawn / "plates/chapter.py").write_text(good.replace("slope()", slip), "utf-8")
        assert len(draw(drawn)) == len(draw(drawn)) == 1
        assert (drawn / "out/fr/line.svg").read_bytes() == last
    (drawn / "plates/chapter.py").write_text(good.replace("[0, 1], ", "[0, 2], ", 1), "utf-8")
    assert draw(drawn) == []
    assert (drawn / "out/fr/line.svg").read_bytes() != last
