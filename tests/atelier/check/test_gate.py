"""`make check` tells all problems together, at its end, and their number."""

from pathlib import Path

import pytest

from atelier.check import blocks
from atelier.check import gate as check
from atelier.paths import ROOT
from atelier.problems import Problem

ONE = Problem(ROOT / "docs" / "fr" / "a.md", 2, "one thing; mend it")
TWO = Problem(ROOT / "docs" / "en" / "b.md", 1, "another thing; mend it")


@pytest.fixture
def steps(monkeypatch):
    """What the gate runs: two steps, and one beside them that says the same again."""

    def plant(first, second, beside):
        monkeypatch.setattr(check, "STEPS", (("first", lambda: first), ("second", lambda: second)))
        monkeypatch.setattr(check, "BESIDE", (("beside", lambda: beside),))

    return plant


def test_all_is_well(steps, capsys):
    steps([], [], [])
    assert check.main() == 0
    out, err = capsys.readouterr()
    lines = sorted(line.partition(" (")[0] for line in out.splitlines()[:-1])
    assert lines == [f"── {name}: all is well" for name in ("beside", "first", "second")]
    assert out.splitlines()[-1].startswith("── all is well (") and not err


def test_problems_of_all_steps_are_told_once_each_in_the_order_of_files(steps, capsys):
    steps([ONE], [], [TWO, ONE])
    assert check.main() == 1
    out, err = capsys.readouterr()
    assert err.splitlines() == [
        "docs/en/b.md:1: another thing; mend it",
        "docs/fr/a.md:2: one thing; mend it",
    ]
    assert "── first: 1 to mend, see below" in out and "── second: all is well" in out
    assert out.splitlines()[-1].startswith("── 2 problems to mend (")


def test_what_two_steps_say_of_one_fault_is_told_once(steps, capsys):
    longer = Problem(ONE.path, ONE.line, f"{ONE.message} (2 blocks below)")
    other = Problem(ONE.path, ONE.line, "something else")
    steps([ONE, other], [longer], [])
    assert check.main() == 1
    err = capsys.readouterr().err
    assert sorted(err.splitlines()) == sorted([str(longer), str(other)])


def test_a_step_that_breaks_is_not_taken_for_one_that_found_nothing(steps, monkeypatch):
    steps([], [], [])
    monkeypatch.setattr(check, "BESIDE", (("beside", lambda: 1 / 0),))
    with pytest.raises(ZeroDivisionError):
        check.main()


def book(folder: Path, text: str, conftest: str) -> Path:
    """Write a repository of one page, in both languages."""
    for language in ("fr", "en"):
        (folder / "docs" / language).mkdir(parents=True)
        (folder / "docs" / language / "page.md").write_text(text, "utf-8")
    for readme in ("README.md", "README.fr.md"):
        (folder / readme).write_text("Words.\n", "utf-8")
    (folder / "pytest.ini").write_text("[pytest]\naddopts = --codeblocks\n", "utf-8")
    (folder / "conftest.py").write_text(conftest, "utf-8")
    return folder


def test_blocks_that_fail_are_problems_like_others(tmp_path):
    text = "```python\nx = 1 +\n```\n\n```python\ny = 2\n```\n"
    root = book(tmp_path, text, 'pytest_plugins = ("atelier.run.codeblocks",)\n')
    message = "SyntaxError: invalid syntax (the block below was not run)"
    pages = [root / "docs" / language / "page.md" for language in ("en", "fr")]
    assert sorted(set(blocks.check(root))) == [Problem(page, 2, message) for page in pages]


def test_pages_that_are_not_collected_and_a_pytest_that_breaks_are_told(tmp_path):
    root = book(tmp_path, "```python\nx = 1\n```\n", "1 / 0\n")
    (problem,) = blocks.check(root)
    assert problem.path == root / "conftest.py"
    assert "pytest could not run" in problem.message
    assert "ZeroDivisionError: division by zero" in problem.message
    (root / "conftest.py").write_text(
        'pytest_plugins = ("atelier.run.codeblocks",)\ncollect_ignore_glob = ["*/en/*"]\n', "utf-8"
    )
    (problem,) = blocks.check(root)
    assert problem.path == root / "docs" / "en" / "page.md"
    assert "pytest does not collect this page" in problem.message
