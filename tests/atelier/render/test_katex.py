"""Formulas: rendered when the site is built, strictly, once each."""

from __future__ import annotations

import json
import logging
import re
import subprocess
from concurrent.futures import ThreadPoolExecutor

import markdown
import pytest

from atelier.render import latex
from atelier.render.latex import LatexError, render


@pytest.fixture
def cold_cache(tmp_path, monkeypatch):
    """An empty cache of formulas."""
    monkeypatch.setattr(latex, "FORMULAS", tmp_path / "katex")
    return tmp_path / "katex"


def convert(text):
    extensions = ["pymdownx.arithmatex", "atelier.render.markdown.katex", "tables"]
    settings = {"pymdownx.arithmatex": {"generic": True}}
    return markdown.markdown(text, extensions=extensions, extension_configs=settings)


def test_a_formula_becomes_html_for_the_eye_and_mathml_for_the_ear():
    html = render(r"\frac{\partial L}{\partial w}", display=True)
    assert 'class="katex-html" aria-hidden="true"' in html
    assert "<math " in html and "<mfrac>" in html


def test_the_macros_of_the_book_are_known():
    assert "argmin" in render(r"\argmin_w \loss(w)", display=False).replace("\u2009", "")
    for macro, body in json.loads(latex.MACROS.read_text("utf-8")).items():
        assert render(macro + ("{x}" if "#1" in body else ""), display=True), macro


@pytest.mark.parametrize(
    ("tex", "reason"),
    [
        (r"\notacommand", "Undefined control sequence"),
        (r"\frac{1}{", "Unexpected end of input"),
        ("é", "strict mode"),  # accepted by KaTeX unless it is strict
        (r"\href{https://example.org}{x}", "not allowed"),
    ],
)
def test_a_bad_formula_is_an_error_that_cites_it(tex, reason):
    with pytest.raises(LatexError) as caught:
        render(tex, display=False)
    assert reason in str(caught.value) and tex in str(caught.value)


def test_a_formula_of_the_cache_needs_no_node(cold_cache, monkeypatch):
    first = render("a+b", display=False)
    monkeypatch.setattr(latex._katex, "ask", lambda request: pytest.fail("Node was asked"))
    assert render(" a+b ", display=False) == first
    assert len(list(cold_cache.iterdir())) == 1


def test_display_and_macros_are_part_of_the_key(cold_cache, tmp_path, monkeypatch):
    inline, block = render(r"\R", display=False), render(r"\R", display=True)
    assert inline != block
    changed = tmp_path / "macros.json"
    changed.write_text(r'{"\\R": "\\mathbf{R}"}', "utf-8")
    monkeypatch.setattr(latex, "MACROS", changed)
    assert "mathbf" in render(r"\R", display=False)
    assert len(list(cold_cache.iterdir())) == 3


def test_threads_that_render_at_once_get_their_own_formulas(cold_cache):
    formulas = [f"x_{{{n}}}" for n in range(20)]
    with ThreadPoolExecutor(8) as pool:
        rendered = list(pool.map(lambda tex: render(tex, False), formulas))
    for tex, html in zip(formulas, rendered, strict=True):
        assert f">{tex}</annotation>" in html
    assert not [path for path in cold_cache.iterdir() if path.suffix != ".html"]


def test_node_ends_when_it_is_closed(cold_cache):
    render("c", display=False)
    process = latex._katex._process
    assert isinstance(process, subprocess.Popen) and process.poll() is None
    latex.close()
    assert process.poll() == 0
    assert render("d", display=False)  # and starts again when it is needed


def test_formulas_of_a_page_are_rendered_where_they_stand():
    html = convert("Pour $x < 0$.\n\n$$\na < b\n$$\n")
    assert '<x-math class="arithmatex" data-search-exclude=""><span class="katex">' in html
    assert '<div class="arithmatex" data-search-exclude=""><span class="katex-display">' in html
    assert html.count("<mo>&lt;</mo>") == 2
    assert "$" not in html and "\\(" not in html and "\\[" not in html


def test_a_formula_in_a_table_and_one_with_alignment_are_rendered():
    table = "| a | b |\n| - | - |\n| $x^2$ | 1 |\n"
    aligned = "\n$$\n\\begin{aligned} a &= b \\\\ c &= d \\end{aligned}\n$$\n"
    assert convert(table + aligned).count('class="katex"') == 2


def test_all_bad_formulas_of_a_page_are_told_in_one_go(caplog):
    with caplog.at_level(logging.WARNING, "mkdocs.atelier.katex"):
        html = convert("$\\one$ then $\\two$, then $x$")
    assert [("\\one" in text, "\\two" in text) for text in caplog.messages] == [
        (True, False),
        (False, True),
    ]
    assert html.count('class="katex"') == 1


@pytest.mark.parametrize(
    ("text", "glued"),
    [
        ("Let $x$, then.", "{x},"),
        ("Soit $x$\u00a0: voici.", "{x}\u00a0:"),
        ("Both ($x$) and", "({x})"),
        ("« *a* ($x$).", "({x})."),
    ],
)
def test_no_line_begins_or_ends_with_the_sign_that_touches_a_formula(text, glued):
    html = convert(text)
    inside = re.search(r'<span class="glue">(.*?<x-math.*?</x-math>.*?)</span>', html)
    assert inside is not None, html
    assert re.sub("<x-math.*</x-math>", "{x}", inside[1]) == glued
    plain = re.sub(r"<x-math.*?</x-math>", "$x$", html)
    assert re.sub("<[^>]*>", "", plain) == text.replace("*", "")


def test_a_formula_that_nothing_touches_stands_alone():
    assert "glue" not in convert("Here $x$ is a number, and $y$ too")
