"""A page out of the menu, menus that part, a home table that forgets: told with file and line."""

import pytest

from atelier.check import rules_menu

HOME = """\
# Home {{ #index }}

## {title} {{ #chapters }}

| Chapter | What you do there |
| --- | --- |
| [Losses](learning.md) | Count. |
| [Descent](descent.md) | Walk. |
| [Digits](labs/digits.py) | Read. |

See the [notation](notation.md).
"""
MENU = """\
site_name: x

nav:
  - {home}: index.md
  - Group:
      - Statistical learning: learning.md
      - "Descent: a walk": descent.md
  - Labs:
      - Digits: labs/digits.py
  - Notation: notation.md

theme:
  - name: nothing.md
"""
TITLES = {"learning": "Statistical learning", "descent": "Descent: a walk", "notation": "Notation"}


@pytest.fixture
def root(tmp_path):
    for language, name in rules_menu.CONFIGURATIONS.items():
        (tmp_path / name).write_text(MENU.format(home="Accueil"), "utf-8")
        folder = tmp_path / "docs" / language
        (folder / "labs").mkdir(parents=True)
        (folder / "labs" / "digits.py").write_text("# %%\nx = 1\n", "utf-8")
        for page, title in TITLES.items():
            (folder / f"{page}.md").write_text(f"# {title} {{ #{page} }}\n", "utf-8")
        (folder / "index.md").write_text(HOME.format(title="Chapters"), "utf-8")
    return tmp_path


def told(root, check=rules_menu.check):
    return [
        f"{problem.path.relative_to(root)}:{problem.line}: {problem.message}"
        for problem in check(root / "docs")
    ]


def test_right_menus_have_no_problem(root):
    assert told(root) == []


@pytest.mark.parametrize(
    ("file", "right", "wrong", "message"),
    [
        (
            "mkdocs.yml",
            "  - Notation: notation.md\n",
            "",
            "docs/fr/notation.md:0: is not in the men",
        ),
        (
            "docs/en/descent.md",
            "# Descent: a walk",
            "# A walk",
            "mkdocs.en.yml:7: `Descent: a walk` is not the title of descent.md; write `A walk`",
        ),
        ("mkdocs.en.yml", "notation.md", "notations.md", "mkdocs.en.yml:10: notations.md does not"),
        ("mkdocs.en.yml", "learning.md", "x.md", "docs/en/learning.md:0: is not in the menu; add"),
        (
            "docs/en/index.md",
            "(descent.md)",
            "(y.md)",
            "docs/en/index.md:3: the table has no row fo",
        ),
        ("docs/en/index.md", "(descent.md)", "(y.md)", "docs/en/index.md:8: y.md is no chapter"),
        (
            "docs/fr/index.md",
            "| [Digits](labs/digits.py) | Read. |\n",
            "",
            "docs/fr/index.md:3: the",
        ),
        (
            "docs/fr/index.md",
            "(labs/digits.py)",
            "(notation.md)",
            "notation.md is no chapter of th",
        ),
    ],
)
def test_a_planted_fault_is_told_with_its_line(root, file, right, wrong, message):
    path = root / file
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), "utf-8")
    assert any(message in each for each in told(root)), told(root)


@pytest.mark.parametrize("name", ["fr/new.markdown", "en/labs/lab.ipynb", "en/deep/page.html"])
def test_a_file_that_no_check_reads_is_told(root, name):
    path = root / "docs" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("# New\n", "utf-8")
    (message,) = told(root)
    assert message.startswith(f"docs/{name}:0: is neither a page (.md) nor a lab")


def test_menus_in_another_order_are_told_once(root):
    path = root / "mkdocs.en.yml"
    text = path.read_text("utf-8").replace("descent.md", "_").replace("learning.md", "descent.md")
    path.write_text(text.replace("_", "learning.md"), "utf-8")
    table = [each for each in told(root) if each.startswith("docs/en/index.md")]
    where = "docs/en/index.md:7: learning.md stands where the menu has descent.md"
    assert table == [f"{where}; give the rows its order"]
    assert told(root)[-1] == (
        "mkdocs.en.yml:6: descent.md stands where mkdocs.yml:6 has learning.md; "
        "both menus have one order"
    )
