"""What ruff and mypy say becomes problems with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from atelier.check import python_style

SETTINGS = """
[tool.ruff.lint]
select = ["F", "RUF"]

[tool.mypy]
strict = true
packages = ["room"]
"""
# For each module, its text, the line at fault and what is said of it.
FAULTS = {
    "unused": ("import os\n", 1, "`os` imported but unused (F401); `make format` mends it"),
    "unknown": ('__all__ = ["gone"]\n', 1, "Undefined name `gone` in `__all__` (F822); mend it"),
    "unsorted": (
        '__all__ = ["b", "a"]\n\na = 1\nb = 2\n',
        1,
        "`__all__` is not sorted (RUF022); `make format` mends it",
    ),
    "spaced": (
        "a = 1\nb = 2\nc = 3\nd = 4\ne = 5\nf  = 6\n",
        6,
        "not laid out as the house does; run `make format`",
    ),
    "untyped": (
        "def f(x):\n    return x\n",
        1,
        "Function is missing a type annotation  [no-untyped-def]; mend it",
    ),
    "mistyped": ('a: int = 1\nx: int = "one"\n', 2, "Incompatible types in assignment"),
}


def plant(folder: Path, **modules: str) -> Path:
    """Write a package of these modules; return its folder."""
    (folder / "pyproject.toml").write_text(SETTINGS, "utf-8")
    package = folder / "room"
    package.mkdir()
    for name, text in {"__init__": "", **modules}.items():
        (package / f"{name}.py").write_text(text, "utf-8")
    return package


def test_each_fault_is_told_with_its_line(tmp_path: Path) -> None:
    package = plant(tmp_path, good="x: int = 1\n", **{name: f[0] for name, f in FAULTS.items()})
    found = python_style.check(tmp_path)
    for name, (_, line, message) in FAULTS.items():
        places = {(each.path, each.line) for each in found if message in each.message}
        assert (package / f"{name}.py", line) in places, [str(each) for each in found]
    assert package / "good.py" not in {each.path for each in found}


def test_what_is_no_python_is_told(tmp_path: Path) -> None:
    package = plant(tmp_path, broken="x = 1\ndef f(:\n    pass\n")
    first = python_style.check(tmp_path)[0]
    assert (first.path, first.line) == (package / "broken.py", 2)
    assert first.message.startswith("Expected a parameter")


def test_settings_that_a_tool_refuses_are_not_taken_for_good_code(tmp_path: Path) -> None:
    plant(tmp_path)
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\nnonsense = 1\n", "utf-8")
    with pytest.raises(RuntimeError, match="ruff failed"):
        python_style.check(tmp_path)
