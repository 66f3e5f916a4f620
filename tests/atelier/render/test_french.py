"""French spacing: readers get no-break spaces, authors are told of the missing ones."""

from __future__ import annotations

import logging

import markdown
import pytest

NARROW, WIDE = "\u202f", "\u00a0"


def convert(text, **settings):
    extensions = ["admonition", "toc", "pymdownx.arithmatex", "atelier.render.markdown.french"]
    extensions += ["atelier.render.markdown.katex", "pymdownx.superfences", "attr_list"]
    configs = {"pymdownx.arithmatex": {"generic": True}, "atelier.render.markdown.french": settings}
    return markdown.markdown(text, extensions=extensions, extension_configs=configs)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Pourquoi ?", f"Pourquoi{NARROW}?"),
        ("Non ! Si ; oui.", f"Non{NARROW}! Si{NARROW}; oui."),
        ("Deux cas : a et b.", f"Deux cas{WIDE}: a et b."),
        ("« rien »", f"«{NARROW}rien{NARROW}»"),
        ("1 797 images, 5 %", f"1{NARROW}797 images, 5{NARROW}%"),
        ("« rien » ?", f"«{NARROW}rien{NARROW}»{NARROW}?"),
        ("l'erreur d'un `x` qu'`y` n'a", "l’erreur d’un <code>x</code> qu’<code>y</code> n’a"),
    ],
)
def test_ordinary_spaces_become_the_right_ones(typed, read, caplog):
    assert convert(typed) == f"<p>{read}</p>"
    assert not caplog.messages


def test_a_sentence_is_spaced_across_its_inline_elements(caplog):
    html = convert("« *un* » et `x` : **deux** ; [lien](#a) ? $z$ !")
    assert f"«{NARROW}<em>un</em>{NARROW}»" in html
    assert f"<code>x</code>{WIDE}: <strong>deux</strong>{NARROW};" in html
    assert f"</a>{NARROW}?" in html and f"</x-math>{NARROW}!" in html
    assert not caplog.messages


def test_code_formulas_and_addresses_are_left_alone(caplog):
    html = convert("`a ? b : c`\n\n```python\nx = {1 : 2} ; y\n```\n\n<https://example.org/?a=b>")
    assert "a ? b : c" in html and 'class="p">:</span>' in html
    assert NARROW not in html and not caplog.messages


def test_headings_and_titles_are_spaced_too():
    html = convert('## Pourquoi ? { #why }\n\n!!! note "À retenir : ceci"\n    Oui !\n')
    assert f'<h2 id="why">Pourquoi{NARROW}?</h2>' in html
    assert f"À retenir{WIDE}: ceci" in html and f"Oui{NARROW}!" in html


@pytest.mark.parametrize(
    "typed",
    ["Pourquoi?", "Deux cas: a", "«rien »", "« rien»", "`x`: oui", "*un*; deux", "$z$ ou $y$?"],
)
def test_a_missing_space_is_told(typed, caplog):
    with caplog.at_level(logging.WARNING, "mkdocs.atelier.french"):
        convert(typed)
    assert len(caplog.messages) == 1 and "type a space" in caplog.messages[0]


@pytest.mark.parametrize(
    "typed", ["12:30", "a&nbsp;; b", "C:\\\\x", "pip install x[y]", "oui&nbsp;!"]
)
def test_what_looks_like_a_missing_space_and_is_none_passes(typed, caplog):
    convert(typed)
    assert not caplog.messages


def test_a_title_in_another_language_keeps_its_own_spacing(caplog):
    html = convert("Lisez *Why? A survey: part 1*{ lang=en } !")
    assert '<em lang="en">Why? A survey: part 1</em>' in html and f"</em>{NARROW}!" in html
    assert not caplog.messages


def test_the_english_edition_is_left_alone():
    assert convert("Why ? Because : this", enabled=False) == "<p>Why ? Because : this</p>"
