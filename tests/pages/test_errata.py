"""The errata: each mistake has an entry in both languages, and each entry a proof that exists."""

import ast
import re
from functools import cache

import pytest

from atelier import latex
from atelier.page import Page
from atelier.pages import book
from atelier.paths import LANGUAGES, ROOT

CODE = {f"a{number}" for number in range(1, 21)}  # the article's code, mistake by mistake
INDICES_AND_SIGNS = {f"b{number}" for number in (*range(7, 11), *range(15, 24))}
ENTRY = re.compile(r"([ab]\d+)-")
TEST = re.compile(r"(test_\w+\.py)::(test_\w+)")
PAGE = re.compile(r"\]\((\w+)\.md#([\w-]+)\)")


@cache
def known() -> frozenset[tuple[str, str]]:
    """The tests of the repository: file and name."""
    found = set()
    for path in (ROOT / "tests").rglob("test_*.py"):
        tree = ast.parse(path.read_text("utf-8"), str(path))
        found |= {
            (path.name, node.name)
            for node in tree.body
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
        }
    return frozenset(found)


def entries(page: Page) -> dict[str, list[str]]:
    """By mistake, the lines of its section."""
    lines = page.text.split("\n")
    found: dict[str, list[str]] = {}
    for start, end in zip(page.headings, [*page.headings[1:], None], strict=True):
        if match := ENTRY.match(start.id):
            assert match[1] not in found, f"{match[1]} has two entries"
            found[match[1]] = lines[start.line : end.line - 1 if end else None]
    return found


def proofs(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith(("- **Preuve :**", "- **Proof:**"))]


def missing(line: str, pages: dict[str, Page]) -> list[str]:
    """The proofs of a line that do not exist; a line without any is missing too."""
    tests, sections = TEST.findall(line), PAGE.findall(line)
    lacking = [f"{file}::{name}" for file, name in tests if (file, name) not in known()]
    for name, anchor in sections:
        runs = {pages[name].section_of(b.line) for b in pages[name].blocks if not b.is_output}
        if anchor not in runs:
            lacking.append(f"{name}.md#{anchor} has no program")
    return lacking if tests or sections else ["no proof"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_mistake_of_the_code_and_of_indices_and_signs_has_an_entry(language):
    found = entries(book()[language]["errata"])
    assert found.keys() >= CODE | INDICES_AND_SIGNS


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_entry_has_one_line_of_proofs_that_exist(language):
    pages = book()[language]
    for mistake, lines in entries(pages["errata"]).items():
        (line,) = proofs(lines)
        assert missing(line, pages) == [], mistake


def test_both_languages_name_the_same_proofs():
    french, english = (
        {
            mistake: TEST.findall("".join(lines)) + PAGE.findall("".join(proofs(lines)))
            for mistake, lines in entries(book()[language]["errata"]).items()
        }
        for language in LANGUAGES
    )
    assert french == english


@pytest.mark.parametrize(
    ("line", "lacking"),
    [
        ("- **Proof:** `test_losses.py::test_gone`", ["test_losses.py::test_gone"]),
        ("- **Proof:** [here](learning.md#sources)", ["learning.md#sources has no program"]),
        ("- **Proof:** it is clear", ["no proof"]),
        ("- **Proof:** [here](learning.md#empirical-risk)", []),
    ],
)
def test_a_proof_that_does_not_exist_is_seen(line, lacking):
    assert missing(line, book()["en"]) == lacking


def test_the_array_of_the_article_is_refused():
    lines = r"\dfrac{\partial L}{\partial w} &=& 1 \\ \dfrac{\partial L}{\partial b} &=& 2"
    with pytest.raises(latex.LatexError, match="Too few columns"):
        latex.render(r"\begin{array}{cc}" + lines + r"\end{array}", True)
    assert "katex" in latex.render(
        r"\begin{aligned}" + lines.replace("&=&", "&=") + r"\end{aligned}", True
    )
