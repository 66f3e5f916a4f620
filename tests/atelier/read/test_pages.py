"""A page is read for what its reader sees: code and comments are never taken for the real thing."""

from pathlib import Path

import pytest

from atelier.read.pages import book, parse, read
from atelier.read.percent import as_markdown

PAGE = r"""---
title: "The network"
description: What layers do.
---
# The network { #network }

- **You need** [the perceptron](perceptron.md#xor "before") and [1]: no, a sentence.

## Layers of `code` { #layers .wide }

Inline $x_1 = 0.5$ and code `$y$` and `## no`; a price of \$5.

$$
Z = X W + b
$$

!!! note "With a formula"

    $$a = \phi(z)$$

    ![A network with two layers, one of [three] units](network.svg)

![A line that turns at each mistake](turns.film "title")

??? tip "Hint"

    ```python title="x.py"
    # ## not a heading { #no }
    print("$$ ![no](no.svg) [no](no.md) $$")
    ```

    <!--pytest-codeblocks:expected-output-->
    ```text
    $$ !!! $$
    ```

<!--
## Hidden { #hidden }
[hidden](hidden.md)
-->

=== "Tab"

    Words.

See [the paper][paper], <https://example.org/x>, <a href="guide.md">guide</a>.

[paper]: https://example.org/paper
"""


@pytest.fixture
def page():
    return parse(PAGE, path=Path("docs/en/network.md"), language="en", name="network")


def line_of(needle: str) -> int:
    """The line of the first place where the test page holds a text."""
    return PAGE[: PAGE.index(needle)].count("\n") + 1


def test_front_matter_is_read_without_its_quotes(page):
    assert (page.title, page.description) == ("The network", "What layers do.")


def test_headings_have_level_text_id_and_line(page):
    assert [(h.level, h.text, h.id, h.line) for h in page.headings] == [
        (1, "The network", "network", line_of("# The network")),
        (2, "Layers of `code`", "layers", line_of("## Layers")),
    ]


def test_formulas_are_told_apart_and_code_holds_none(page):
    assert [(f.tex.strip(), f.display) for f in page.formulas] == [
        ("x_1 = 0.5", False),
        ("Z = X W + b", True),
        (r"a = \phi(z)", True),
    ]
    assert page.formulas[1].line == line_of("$$\nZ")


def test_figures_and_films_come_in_order_with_what_is_said_of_them(page):
    assert [(f.name, f.alt) for f in page.figures] == [
        ("network.svg", "A network with two layers, one of [three] units"),
        ("turns.film", "A line that turns at each mistake"),
    ]


def test_boxes_and_tabs_have_kind_title_and_line(page):
    assert [(a.kind, a.title) for a in page.admonitions] == [
        ("!!! note", "With a formula"),
        ("??? tip", "Hint"),
        ("===", "Tab"),
    ]
    assert page.admonitions[1].line == line_of("??? tip")


def test_links_of_every_form_are_found(page):
    targets = [link.target for link in page.links]
    assert targets == [
        "perceptron.md#xor",
        "network.svg",
        "turns.film",
        "guide.md",
        "https://example.org/paper",
    ]
    assert page.links[0].line == line_of("- **You need**")
    assert [reference.target for reference in page.references] == ["paper"]
    assert page.definitions == {"paper"}


def test_blocks_know_their_language_and_which_one_is_printed_output(page):
    assert [(b.language, b.is_output) for b in page.blocks] == [("python", False), ("text", True)]
    assert page.blocks[0].line == line_of("# ## not a heading")


def test_a_comment_hides_headings_and_anchors(page):
    assert page.anchors == {"network", "layers"}


def test_sections_hold_prose_without_programs_and_display_formulas(page):
    first, second = page.sections()
    assert (first.id, second.id) == ("network", "layers")
    assert first.prose.startswith("The network\nWhat layers do.\n")
    assert "Inline $x_1 = 0.5$" in second.prose
    assert "print" not in second.prose and "X W" not in second.prose


def test_dollars_with_inner_spaces_are_not_a_formula():
    page = parse("$ x $ and $y$\n", path=Path("docs/en/a.md"), language="en", name="a")
    assert [formula.tex for formula in page.formulas] == ["y"]
    assert page.words.count("$") == 2


def test_a_formula_does_not_cross_an_empty_line():
    page = parse("5$ here\n\n6$ there\n", path=Path("docs/en/a.md"), language="en", name="a")
    assert page.formulas == ()


LAB = """# ---
# jupyter: {}
# ---
# %% [markdown]
# # Digits { #digits }
#
# Words, ![A grid of ten handwritten digits](digits_grid.svg)

# %%
import numpy as np

x = 1  # a comment

# %% [markdown]
# ## The rest

# %%
print(x)
"""


def test_a_lab_is_read_as_the_page_it_becomes():
    page = parse(LAB, path=Path("docs/en/labs/digits.py"), language="en", name="labs/digits")
    assert [(h.level, h.id, h.line) for h in page.headings] == [(1, "digits", 5), (2, "", 15)]
    assert page.keys == ("digits", "section-2")
    assert [figure.name for figure in page.figures] == ["digits_grid.svg"]
    assert [(block.code, block.line) for block in page.blocks] == [
        ("import numpy as np\n\nx = 1  # a comment", 10),
        ("print(x)", 18),
    ]


def test_a_lab_keeps_the_number_of_its_lines():
    words, _ = as_markdown(LAB)
    assert words.count("\n") == LAB.count("\n")


def test_the_book_is_both_editions_by_name(tmp_path):
    for name in ("fr/network.md", "en/network.md", "en/labs/digits.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("# x\n", "utf-8")
    found = book(tmp_path)
    assert list(found["fr"]) == ["network"]
    assert list(found["en"]) == ["labs/digits", "network"]
    assert found["en"]["labs/digits"].place(3) == "docs/en/labs/digits.py:3"


def test_an_empty_book_has_two_empty_editions(tmp_path):
    assert book(tmp_path) == {"fr": {}, "en": {}}


def test_a_page_that_changed_is_read_again(tmp_path):
    path = tmp_path / "en" / "a.md"
    path.parent.mkdir()
    path.write_text("# One { #one }\n", "utf-8")
    assert read(path, tmp_path) is read(path, tmp_path)
    path.write_text("# Another { #another }\n", "utf-8")
    assert read(path, tmp_path).headings[0].id == "another"
