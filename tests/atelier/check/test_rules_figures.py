"""Figures that nobody sees, that weigh too much or that somebody made: told with their function."""

import random

import pytest

from atelier.check import rules_figures, rules_words


@pytest.fixture
def docs(tmp_path):
    docs = tmp_path / "docs"
    for language in ("fr", "en"):
        (docs / language).mkdir(parents=True)
        text = "![A line.](line.svg)\n\n![Turns.](turns.film)\n"
        (docs / language / "page.md").write_text(text, "utf-8")
    (docs / "figures").mkdir()
    code = '''"""What is drawn."""


def line(pen):
    title = "perte"
    return title


def turns(pen): ...
'''
    (docs / "figures" / "page.py").write_text(code, "utf-8")
    return docs


def told(docs, out=None):
    return [
        f"{problem.path.relative_to(docs.parent)}:{problem.line}: {problem.message}"
        for problem in rules_figures.check(docs, out or docs / "out")
    ]


def test_right_figures_have_no_problem(docs):
    assert told(docs) == []


def test_a_figure_that_no_page_shows_is_told(docs):
    for language in ("fr", "en"):
        (docs / language / "page.md").write_text("![A line.](line.svg)\n", "utf-8")
    (message,) = told(docs)
    assert message.startswith("docs/figures/page.py:9: no page shows turns; show it (`![…](turns")


def test_what_is_heavy_is_told(docs, tmp_path):
    out = tmp_path / "out"
    (out / "films").mkdir(parents=True)
    (out / "en").mkdir()
    (out / "films" / "turns.json").write_text("0" * 10**6, "utf-8")  # weighs nothing, gzipped
    (out / "en" / "line.svg").write_text("x" * (rules_figures.DRAWING - 1), "utf-8")
    assert told(docs, out) == []
    noise = random.Random(0).randbytes(rules_figures.FILM + 1)
    (out / "films" / "turns.json").write_bytes(noise)
    (out / "en" / "line.svg").write_text("x" * (rules_figures.DRAWING + 1), "utf-8")
    found = told(docs, out)
    assert len(found) == 2
    assert "docs/figures/page.py:4: line.svg weighs 150 kB as SVG, 150 at most" in found[0]
    assert "docs/figures/page.py:9: turns.json weighs 100 kB gzipped, 100 at most" in found[1]


@pytest.mark.parametrize("name", ["docs/fr/a.png", "docs/figures/b.JPG", "theme/c.gif"])
def test_a_picture_that_somebody_made_is_told(docs, name):
    path = docs.parent / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"")
    assert told(docs) == [f"{name}:0: a ready-made picture; draw it by a function of docs/figures"]


def test_a_label_in_one_language_is_told_where_it_is_written(docs, tmp_path):
    out = tmp_path / "out"
    for language in ("fr", "en"):
        (out / language).mkdir(parents=True)
        drawing = '<svg><text x="1"><tspan>perte</tspan></text><text>z</text></svg>'
        (out / language / "line.svg").write_text(drawing, "utf-8")
    (docs / "words.txt").write_text("svg\n", "utf-8")
    found = [each for each in rules_words.check(docs, out) if each.path.parent.name == "figures"]
    assert [(each.line, each.message.partition(";")[0]) for each in found] == [
        (5, "`perte`: left in French")
    ]
