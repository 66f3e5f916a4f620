"""A fault in a style sheet, a script or a root page is told with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from atelier.check import theme

FAULTS = {
    "a colon is missing": ("css/a.css", "a { b: c; }\nd { color red; }\n", 2, "neither"),
    "a semicolon is missing": (
        "css/a.css",
        "a {\n  color: blue\n  margin: 0;\n}\n",
        3,
        "a second `:` in the value of color; is a `;` missing above?",
    ),
    "inside a media query": ("css/a.css", "@media print {\n  a { b }\n}\n", 2, "neither"),
    "a rule is not closed": ("css/a.css", "a { b: c;\n\ne { f: g; }\n", 1, "`{` is never closed"),
    "a rule is closed twice": ("css/a.css", "a { b: c; }\n}\n", 2, "`}` without its `{`"),
    "a value is missing": ("css/a.css", "a { color: ; }\n", 1, "color has no value"),
    "a string is not closed": ("css/a.css", 'a { content: "x\n; }\n', 1, "Bad string"),
    "small text": (
        "css/a.css",
        "a { font-size: .4rem; }\n",
        1,
        "text of 0.4rem is too small to read; take 0.55rem or more",
    ),
    "small text in short": ("css/a.css", "a { font: 600 9px/1 serif; }\n", 1, "text of 9px"),
    "text that can become small": (
        "css/a.css",
        "a { font-size: clamp(.5rem, 2vw, 1rem); }\n",
        1,
        "text of 0.5rem",
    ),
    "text that is half as large": ("css/a.css", "a { font-size: 50%; }\n", 1, "text of 50%"),
    "a script": ("js/a.js", "let a;\nexport const = 3;\n", 2, "JavaScript: Unexpected token '='"),
    "the language of the root": (
        "root/base.html",
        '<!doctype html>\n<html lang="en">\n',
        2,
        'the page begins in fr; write `<html lang="fr">`',
    ),
    "no language at the root": ("root/base.html", "<html>\n", 1, "the page begins in fr"),
    "the language of a link": (
        "root/base.html",
        '<html lang="fr">\n<a href="fr/" hreflang="fr" lang="en">\n',
        2,
        'this link leads to fr/; give it `lang="fr"`',
    ),
}


def test_the_theme_is_without_fault() -> None:
    assert theme.check() == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_its_line(fault: str, tmp_path: Path) -> None:
    name, text, line, message = FAULTS[fault]
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text(text, "utf-8")
    (problem,) = theme.check(tmp_path)
    assert (problem.path, problem.line) == (path, line)
    assert message in problem.message


def test_braces_and_colons_in_words_are_no_faults(tmp_path: Path) -> None:
    (tmp_path / "css").mkdir()
    text = 'a::before { content: "}:{"; } /* { : */\na { --x: a:b; background: url(a:b); }\n'
    (tmp_path / "css" / "a.css").write_text(text, "utf-8")
    assert theme.check(tmp_path) == []
