"""A menu or a home page that leaves a chapter out, or moves it, is told."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from atelier import menus
from atelier.paths import DOCS, LANGUAGES, ROOT

FAULTS = {
    "two entries change places": (
        "mkdocs.yml",
        "      - Le perceptron: perceptron.md\n"
        "      - Régression logistique et softmax: logistic.md\n",
        "      - Régression logistique et softmax: logistic.md\n"
        "      - Le perceptron: perceptron.md\n",
        "the menu of mkdocs.en.yml does not have logistic.md at this place",
    ),
    "an entry is missing in one menu": (
        "mkdocs.en.yml",
        "      - The perceptron: perceptron.md\n",
        "",
        "the menu of mkdocs.en.yml does not have perceptron.md at this place",
    ),
    "an entry in the other language": (
        "mkdocs.en.yml",
        "The perceptron: perceptron.md",
        "Le perceptron: perceptron.md",
        "`Le perceptron` is not the title of perceptron.md; write `The perceptron`",
    ),
    "a chapter is not in the table": (
        "docs/en/index.md",
        "| [The perceptron](perceptron.md)",
        "| The perceptron",
        "the table has no line for perceptron.md; add `| […](perceptron.md) | … |`",
    ),
    "a line of the table moves": (
        "docs/fr/index.md",
        "(perceptron.md) |",
        "(logistic.md) |",
        "the table has no line for perceptron.md",
    ),
    "a line for what is no chapter": (
        "docs/en/index.md",
        "| [The perceptron](perceptron.md)",
        "| [The notation](notation.md) | Letters. |\n| [The perceptron](perceptron.md)",
        "notation.md is no chapter of the menu; add it there, or remove this line",
    ),
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A copy of the pages and of their menus."""
    for language in LANGUAGES:
        shutil.copytree(DOCS / language, tmp_path / "docs" / language)
        shutil.copy(ROOT / menus.CONFIGURATIONS[language], tmp_path)
    return tmp_path


def test_menus_and_home_pages_agree() -> None:
    assert menus.check() == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_its_line(fault: str, root: Path) -> None:
    name, right, wrong, message = FAULTS[fault]
    text = (root / name).read_text("utf-8")
    assert right in text
    (root / name).write_text(text.replace(right, wrong), "utf-8")
    told = [problem for problem in menus.check(root) if problem.message.startswith(message)]
    assert told and told[0].line > 0, [str(problem) for problem in menus.check(root)]


def test_chapters_in_another_order_are_told(root: Path) -> None:
    home = root / "docs" / "en" / "index.md"
    lines = home.read_text("utf-8").split("\n")
    at = next(rank for rank, line in enumerate(lines) if "](perceptron.md) |" in line)
    lines[at], lines[at + 1] = lines[at + 1], lines[at]
    home.write_text("\n".join(lines), "utf-8")
    (problem,) = menus.check(root)
    assert problem.line == at + 1
    assert problem.message.startswith("logistic.md stands where the menu has perceptron.md")
