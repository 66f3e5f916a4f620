"""Imports in the workshop go one way: a folder imports the ground and the folders before it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import atelier
from atelier.cache import ATELIER

ORDER = ("", *atelier.ORDER)  # the ground has no folder
MODULES = sorted(ATELIER.rglob("*.py"))


def folder_of(module: str) -> str:
    """Return the folder of a module by its dotted name; empty for the ground."""
    first = module.removeprefix("atelier").removeprefix(".").partition(".")[0]
    return first if first in ORDER else ""


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("atelier"):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name.startswith("atelier"))


def against_the_order(path: Path, root: Path = ATELIER) -> list[str]:
    own = path.relative_to(root).parts
    here = ORDER.index(own[0] if len(own) > 1 else "")
    return [name for name in imported(path) if ORDER.index(folder_of(name)) > here]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(ATELIER).as_posix())
def test_a_module_imports_only_what_stands_before_it(path: Path) -> None:
    if path.name == "__main__.py":
        return  # it starts the commands of all folders
    assert against_the_order(path) == []


def test_every_folder_stands_in_the_order_and_says_what_enters_and_leaves() -> None:
    folders = {path.parent.name: path for path in ATELIER.glob("*/__init__.py")}
    assert folders.keys() == set(atelier.ORDER)
    for path in folders.values():
        said = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
        assert "Enters:" in said and "Leaves:" in said and "Begin with" in said, path


def test_an_import_against_the_order_is_seen(tmp_path: Path) -> None:
    module = tmp_path / "read" / "page.py"
    module.parent.mkdir()
    module.write_text("from atelier.check import rules\nfrom atelier.paths import ROOT\n", "utf-8")
    assert against_the_order(module, tmp_path) == ["atelier.check.rules"]
    module.write_text("from atelier import site\n", "utf-8")
    assert against_the_order(module, tmp_path) == ["atelier.site"]


def test_no_two_test_files_have_one_name() -> None:
    names = [path.name for path in Path(__file__).parents[1].rglob("test_*.py")]
    assert sorted(names) == sorted(set(names))
