"""The errata: each mistake has an entry in both languages, and each entry a proof that exists."""

import pytest

from atelier.check import rules_errata
from atelier.paths import DOCS, LANGUAGES, ROOT
from atelier.read.pages import book
from atelier.render import latex

CODE = {f"a{number}" for number in range(1, 21)}  # the article's code, mistake by mistake
INDICES_AND_SIGNS = {f"b{number}" for number in (*range(7, 11), *range(15, 24))}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mistake_of_the_code_and_of_indices_and_signs_has_an_entry(language):
    ids = {heading.id.partition("-")[0] for heading in book()[language]["errata"].headings}
    assert ids >= CODE | INDICES_AND_SIGNS


def test_every_entry_has_one_line_of_proofs_that_exist_and_are_those_of_its_twin():
    assert [str(problem) for problem in rules_errata.check(DOCS)] == []


PAGE = """\
# Errata { #errata }

## One { #a1-one }

- **Proof:** `test_errata_proofs.py::test_the_array_of_the_article_is_refused`

## Two { #a2-two }

- **Proof:** [here](learning.md#risk)
"""
LEARNING = "# L { #learning }\n\n## R { #risk }\n\n```python\nx = 1\n```\n\n## S { #sources }\n"


@pytest.fixture
def docs(tmp_path):
    for language, page in (("en", PAGE), ("fr", PAGE.replace("Proof:", "Preuve :"))):
        (tmp_path / language).mkdir()
        (tmp_path / language / "errata.md").write_text(page, "utf-8")
        (tmp_path / language / "learning.md").write_text(LEARNING, "utf-8")
    return tmp_path


def test_right_errata_have_no_problem(docs):
    assert rules_errata.check(docs, ROOT / "tests") == []


@pytest.mark.parametrize(
    ("right", "wrong", "line", "message"),
    [
        (
            "_is_refused",
            "_is_gone",
            5,
            "there is no test test_errata_proofs.py::test_the_array",
        ),
        ("learning.md#risk", "learning.md#sources", 9, "learning.md#sources holds no program"),
        ("[here](learning.md#risk)", "it is clear", 9, "no proof is named"),
        ("- **Proof:** [here](learning.md#risk)", "", 7, "a2 has 0 lines `- **Proof:** …`"),
        (
            "[here](learning.md#risk)",
            "[h](errata.md#a2-two)",
            7,
            "a2 names other proofs than in Fr",
        ),
    ],
)
def test_a_planted_fault_is_told_with_its_line(docs, right, wrong, line, message):
    assert right in PAGE
    (docs / "en" / "errata.md").write_text(PAGE.replace(right, wrong, 1), "utf-8")
    found = rules_errata.check(docs, ROOT / "tests")
    assert any(each.line == line and message in each.message for each in found), found


def test_the_array_of_the_article_is_refused():
    lines = r"\dfrac{\partial L}{\partial w} &=& 1 \\ \dfrac{\partial L}{\partial b} &=& 2"
    with pytest.raises(latex.LatexError, match="Too few columns"):
        latex.render(r"\begin{array}{cc}" + lines + r"\end{array}", True)
    assert "katex" in latex.render(
        r"\begin{aligned}" + lines.replace("&=&", "&=") + r"\end{aligned}", True
    )
