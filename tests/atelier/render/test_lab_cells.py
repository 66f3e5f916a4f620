"""The cells of a lab: rendered as the pages of the book are, and as strictly."""

from __future__ import annotations

import io

import markdown
import matplotlib
import nbformat
import numpy as np
import pytest
from matplotlib.figure import Figure

from atelier.draw.figure_style import read_colours, style
from atelier.render import labs
from atelier.render.lab_cells import Cells, Headings, LabError
from atelier.site import build as site
from atelier.site import editions

WORDS = "## Un titre { #title }\n\nVoir [l'accueil](../index.md#index) : $x^2$ !"
LAB = """# %% [markdown]
# # Laboratoire {{ #lab }}

# %% [markdown]
# {words}

# %%
print(1)
draw()
"""


@pytest.fixture
def cells(small_book, monkeypatch, tmp_path):
    """A function that writes a lab with these words and returns the filters of its edition."""
    monkeypatch.setattr(labs, "LABS", tmp_path / "labs")

    def write(words=WORDS):
        small_book.write("fr/labs/lab.py", LAB.format(words=words.replace("\n", "\n# ")))
        return Cells(editions.configuration("fr", tmp_path / "out"))

    return write


@pytest.fixture
def drawn():
    """A function that returns what Matplotlib writes for a line in a colour and a picture."""

    def draw(colour):
        with matplotlib.rc_context({**style(read_colours()), "image.interpolation": "none"}):
            figure = Figure()
            left, right = figure.subplots(1, 2)
            left.plot([0, 1], color=colour)
            right.imshow(np.arange(64.0).reshape(8, 8), cmap="gray_r")
            written = io.StringIO()
            figure.savefig(written, format="svg", metadata={"Date": None, "Creator": None})
        return written.getvalue()

    return draw


def cell(alt="Une droite."):
    metadata = {"alt": alt} if alt else {}
    return nbformat.v4.new_code_cell("print(1)\ndraw()", metadata=metadata)


def test_words_are_those_of_a_page(cells):
    html = cells().words(WORDS)
    assert '<h2 id="title">Un titre<a class="headerlink" href="#title"' in html
    assert 'href="../../#index"' in html  # from labs/lab/ to the home page
    assert '\u00a0: <span class="glue"><x-math' in html and "\u202f!" in html
    assert 'class="katex"' in html and "$" not in html


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ("Un $\\notacommand$ ici.", "lab.py:5: "),
        ("Sans espace: ici.", "lab.py:5: French spacing"),
        ("Voir [ici](../nowhere.md).", "'../nowhere.md', but the target"),
        ("![](nothing_draws_this.svg)", "lab.py:5: "),
    ],
)
def test_what_is_a_warning_in_a_page_is_an_error_in_a_lab(cells, words, message):
    with pytest.raises(LabError) as caught:
        cells(words).words(words)
    assert message in str(caught.value)


def test_a_drawing_follows_the_scheme_and_keeps_its_pictures(cells, drawn):
    svg = cells().picture(drawn(read_colours().orange), cell())
    assert svg.startswith('<svg role="img"') and ">Une droite.</title>" in svg
    assert "var(--book-orange," in svg
    assert svg.count('href="data:image/png;base64,') == 1
    assert "#000000" not in svg


@pytest.mark.parametrize(
    ("colour", "alt", "message"),
    [
        ("#123456", "Une droite.", "the colour #123456 is not in theme/palette.json"),
        ("#b04a00", None, "the cell draws; say what is seen"),
        ("#b04a00", "  ", "the cell draws; say what is seen"),
    ],
)
def test_a_drawing_that_cannot_stand_in_the_page_is_refused(cells, drawn, colour, alt, message):
    with pytest.raises(LabError) as caught:
        cells().picture(drawn(colour), cell(alt))
    assert "lab.py:10: " in str(caught.value) and message in str(caught.value)


def test_the_table_of_contents_knows_the_ids(cells):
    md = markdown.Markdown(extensions=[Headings(toc_depth=6)])
    md.convert("# Titre { #top }\n\n## Deux mots { #two }\n")
    (top,) = md.toc_tokens
    assert (top["id"], top["name"]) == ("top", "Titre")
    assert [(child["id"], child["name"]) for child in top["children"]] == [("two", "Deux mots")]


@pytest.mark.parametrize(("french", "name"), [(True, "L’œil"), (False, "L'œil")])
def test_the_table_of_contents_of_a_french_lab_has_the_signs_of_french(monkeypatch, french, name):
    monkeypatch.setattr(Headings, "french", french)
    md = markdown.Markdown(extensions=[Headings(toc_depth=6)])
    md.convert("# L'œil { #eye }")
    assert md.toc_tokens[0]["name"] == name


def test_cells_of_one_fold_are_folded_together(small_book, monkeypatch, tmp_path):
    monkeypatch.setattr(labs, "LABS", tmp_path / "labs")
    text = (
        "# %% [markdown]\n# # L { #l }\n\n"
        '# %% [markdown] fold="Solution"\n# Voici.\n\n# %% fold="Solution"\nprint("un")\n\n'
        "# %% [markdown]\n# Entre deux.\n\n"
        '# %% fold="Solution"\nprint("deux")\n'
    )
    small_book.write("fr/labs/lab.py", text)
    assert site.edition("fr") == []
    html = (small_book.site / "fr" / "labs" / "lab" / "index.html").read_text("utf-8")
    first, second = html.split('<details class="success">')[1:]
    inside = first.partition("</details>")[0]
    assert "Voici." in inside and ">un" in inside and "Entre deux." not in inside
    assert ">deux" in second.partition("</details>")[0]


def test_a_drawing_without_words_fails_the_build_each_time(small_book, monkeypatch, tmp_path):
    monkeypatch.setattr(labs, "LABS", tmp_path / "labs")
    text = (
        "# %% [markdown]\n# # L { #l }\n\n# %%\nimport matplotlib.pyplot as plt\n\nplt.plot([1]);\n"
    )
    lab = small_book.write("fr/labs/lab.py", text)
    for _ in range(2):  # a cache that kept the page would be silent the second time
        (problem,) = site.edition("fr")
        assert (problem.path, problem.line) == (lab, 5)
        assert "say what is seen" in problem.message
