"""What one edition has and the other has not is caught, with both lines."""

import pytest

from atelier.check import twin_prose, twins
from atelier.read import twin_lock

FR = r"""---
title: Le réseau
description: Ce que font les couches.
---
# Le réseau { #network }

Un réseau est une composition, et $x = 0{,}5 \in ]0, 1[$ un nombre.

## Les couches { #layers }

Chaque couche est affine.

$$
f(x) = \begin{cases} 1 & \text{si } x > 0{,}5 \\ 0 & \text{sinon} \end{cases}.
$$

```python title="couches.py"
def relu(z):
    "Le redresseur."
    return z * (z > 0)  # un commentaire


print(f"perte : {relu(0.5):.2f}", compute_loss(1, 2, "MSE"))
```

<!--pytest-codeblocks:expected-output-->
```text
perte : 0.50 0.25
```

![Une droite qui sépare deux nuages de points](line.svg)

```sh
make serve  # dans un terminal
```

!!! note "Une note"

    $$a = b$$

## La fin { #end }

Un mot.
"""

EN = r"""---
title: The network
description: What layers do.
---
# The network { #network }

A network is a composition.
The number $x=0.5 \in (0, 1)$ is one, and $x$ is its name.

## Layers { #layers }

Each layer is affine.

$$ f(x) = \begin{cases} 1 & \text{if } x > 0.5 \\ 0 & \text{else} \end{cases} $$

```python
def relu(z):
    "The rectifier."
    # a comment
    return z * (z > 0)


print(f"loss: {relu(0.5):.2f}", compute_loss(1, 2, "MSE"))
```

<!--pytest-codeblocks:expected-output-->

```text
loss: 0.50 0.25
```

![A line that separates two clouds of points](line.svg)

```sh
make serve  # in a terminal
```

!!! note "A note"

    $$a = b$$

## The end { #end }

A word.
"""


@pytest.fixture
def docs(tmp_path):
    for language, text in (("fr", FR), ("en", EN)):
        (tmp_path / language).mkdir()
        (tmp_path / language / "network.md").write_text(text, "utf-8")
    twin_lock.accept([], tmp_path)
    return tmp_path


def change(docs, language, right, wrong, name="network.md"):
    """Plant a fault; return the line where it stands."""
    path = docs / language / name
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), "utf-8")
    return text[: text.index(right)].count("\n") + 1


def line_of(text, needle):
    return text[: text.index(needle)].count("\n") + 1


def structure(docs):
    """The problems, those of the prose's state aside."""
    prose = twin_prose.check(docs)
    return [problem for problem in twins.check(docs) if problem not in prose]


def test_true_twins_have_no_problem(docs):
    assert twins.check(docs) == []


def test_an_empty_book_has_no_problem(tmp_path):
    assert twins.check(tmp_path) == []


@pytest.mark.parametrize(("gone", "left"), [("en", "fr"), ("fr", "en")])
def test_a_page_missing_in_one_language_is_told(docs, gone, left):
    (docs / gone / "network.md").unlink()
    (found,) = structure(docs)
    assert found.path == docs / left / "network.md"
    assert found.message.startswith(f"has no twin docs/{gone}/network.md")


def test_a_lab_missing_in_one_language_is_told(docs):
    (docs / "fr" / "labs").mkdir()
    (docs / "fr" / "labs" / "digits.py").write_text("# %%\nx = 1\n", "utf-8")
    (found,) = structure(docs)
    assert "has no twin docs/en/labs/digits.py" in found.message


def test_labs_are_compared_like_pages(docs):
    for language, word in (("fr", "Chiffres"), ("en", "Digits")):
        (docs / language / "labs").mkdir()
        text = f"# %% [markdown]\n# # {word}\n\n# %%\nprint('{word}', 1)\n"
        (docs / language / "labs" / "digits.py").write_text(text, "utf-8")
    assert structure(docs) == []
    change(docs, "en", ", 1)", ", 2)", "labs/digits.py")
    (found,) = structure(docs)
    assert (found.path.name, found.line) == ("digits.py", 5)
    assert "docs/en/labs/digits.py:5: `1` here, `2` there" in found.message


def test_a_formula_changed_in_one_language_only_is_told_with_both_lines(docs):
    line = change(docs, "en", "x > 0.5", "x > 0.6")
    (found,) = structure(docs)
    assert (found.path, found.line) == (docs / "fr" / "network.md", line_of(FR, "$$\nf(x)"))
    assert "display formula 1 of section #layers" in found.message
    assert f"differs from docs/en/network.md:{line} " in found.message


def test_an_inline_formula_that_states_something_is_compared(docs):
    line = change(docs, "en", "$x=0.5", "$x=0.7")
    assert [(p.path.parent.name, p.line) for p in structure(docs)] == [("fr", 7), ("en", line)]


PLANTED = [
    ("{ #end }", "{ #ending }", "section #ending is missing in docs/fr/network.md"),
    ("## The end {", "### The end {", "heading #end has level 2, and 3 in docs/en/network.md:42"),
    ("def relu", "def read", "`relu` here, `read` there"),
    ('"MSE"', '"CE"', "`'MSE'` here, `'CE'` there"),
    (":.2f", ":.3f", "differs from docs/en/network.md:23"),
    ("z > 0)", "z >= 0)", "`Gt` here, `GtE` there"),
    ("0.50 0.25", "0.50 0.26", "printed output 1 of section #layers"),
    ("line.svg", "lines.svg", "figure 1 of section #layers (line.svg)"),
    ("!!! note", "!!! tip", "box 1 of section #layers (!!! note)"),
    ("make serve", "make server", "listing 1 of section #layers (sh)"),
    ("    $$a = b$$\n", "    No formula.\n", "display formula 2 of section #layers ($a = b$) is m"),
    ("![A line that separates two clouds of points](line.svg)\n", "", "is missing in docs/en/n"),
]


@pytest.mark.parametrize(("right", "wrong", "message"), PLANTED)
def test_a_planted_difference_is_told(docs, right, wrong, message):
    change(docs, "en", right, wrong)
    found = structure(docs)
    assert any(message in problem.message for problem in found), found


def test_an_identifier_translated_in_the_english_page_is_told_at_its_line(docs):
    # the article's English page had `def read` for `def relu`
    line = change(docs, "en", "def relu", "def read")
    (found,) = structure(docs)
    assert (found.path.parent.name, found.line) == ("fr", line_of(FR, "def relu"))
    assert f"docs/en/network.md:{line}: `relu` here, `read` there" in found.message


def test_one_missing_program_is_told_once(docs):
    change(docs, "en", "## The end", "```python\nx = 1\n```\n\n## The end")
    (found,) = structure(docs)
    assert found.path == docs / "en" / "network.md"
    assert "program 2 of section #layers (x = 1) is missing in docs/fr/network.md:9" in (
        found.message
    )


def test_sections_in_another_order_are_told(docs):
    path = docs / "en" / "network.md"
    head, layers, end = EN.partition("## Layers")[0], "## Layers { #layers }\n", "## E { #end }\n"
    path.write_text(head + end + layers, "utf-8")
    assert any("same order" in problem.message for problem in structure(docs))
