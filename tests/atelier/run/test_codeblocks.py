"""Pages run as their readers run them; each planted fault is caught with its file and line.

The pages are run once by pytest in a process of its own; the tests look at what it says.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from atelier.paths import ROOT

GOOD = """\
# A page

```python title="a title" hl_lines="1"
import os
import random
import warnings
from dataclasses import dataclass

import numpy as np

assert __name__ == "__main__"
assert os.environ["MPLBACKEND"] == "Agg"
np.set_printoptions(precision=1)
random.seed(0)
os.chdir("/")
print("one")
```

<!--pytest-codeblocks:expected-output-->

```text
one
```

```python
@dataclass
class Point:
    x: float


kept = [Point(1.0)]
print(np.array([0.123]))
```

<!--pytest-codeblocks:expected-output-->

```text
[0.1]
```

!!! tip

    ~~~py
    kept.append(2)
    assert len(kept) == 2
    ~~~

```sh
exit 1
```

```python
import matplotlib.pyplot as plt

plt.plot([1, 2])
```
"""

ISOLATED = """\
```python
import os
import matplotlib.pyplot as plt
import numpy as np

assert "kept" not in globals()
assert np.get_printoptions()["precision"] == 8
assert os.getcwd() != "/"
assert plt.get_fignums() == []
```
"""

ASSERTS = """\
```python
total = 3
```

!!! warning

    ```python title="fault.py"
    total += 0

    assert total == 4
    ```

```python
print("never reached")
```

```python
print("nor this one")
```
"""

OPTIONS = """\
```python title="x"
def inverse(x):
    return 1 / x


inverse(0)
```
"""

TILDE = "~~~python\nundefined\n~~~\n"
SYNTAX = "Text.\n\n```python\nx = 1\ny = = 2\n```\n"
WARNS = '```python\nimport warnings\nwarnings.warn("old")\n```\n'
LEAVES = "```python\nraise SystemExit\n```\n"
CONT = "```python\nx = 1\n```\n\n<!--pytest-codeblocks:cont-->\n```python\ny = 2\n```\n"

OUTPUT = """\
```python
print("same")
print(2 + 2)
```

<!--pytest-codeblocks:expected-output-->

```text
same
5
```

```python
runs = "the next block still runs"
```
"""

SILENT = """\
```python
loss = 0.25
print(f"loss: {loss}")
```

```python
assert loss < 1
```
"""

WRITES = """\
```python
from pathlib import Path

folder = Path(__file__).parent
(folder / "weights.txt").write_text("0.5")
(folder / "weights.txt").unlink()
```

```python
import tempfile

with tempfile.TemporaryFile("w") as file:
    file.write("anyone's")
```
"""

SHAPES = """\
```python
import numpy as np

X, W = np.ones((5, 2)), np.ones((2, 3))  # (n, d), (d, m)
Z = X @ W  # (n, m): one row per example
b = Z.sum(axis=0)  # (3, 1)
for k in (2, 3):
    edges = np.arange(k + 1)  # (k + 1,)
    heights = np.zeros(k)  # (k,)
```

```python
def gradient(X, dZ):
    dW = X.T @ dZ  # (d, m)
    db = dZ.sum(axis=0)  # (d,)
    return dW, db  # (d, m), (m,)
```

```python
gradient(X, Z)
gradient(X[:2], Z[:2])
```

```python
gradient(X, Z)
```
"""

PAGES = {
    "asserts": ASSERTS,
    "cont": CONT,
    "good": GOOD,
    "isolated": ISOLATED,  # after good: pages run in the order of their names
    "leaves": LEAVES,
    "options": OPTIONS,
    "output": OUTPUT,
    "shapes": SHAPES,
    "silent": SILENT,
    "syntax": SYNTAX,
    "tilde": TILDE,
    "warns": WARNS,
    "writes": WRITES,
}


def run(folder: Path, *arguments: str) -> str:
    """Run pytest on a folder of pages as the repository does; return what it says."""
    plugins = ["-p", "atelier.run.codeblocks", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", *plugins, "--codeblocks", "-rA", *arguments]
    elsewhere = {**os.environ, "TMPDIR": str(ROOT / ".cache")}  # the pages are not in it
    done = subprocess.run(
        command, cwd=folder, env=elsewhere, capture_output=True, text=True, check=False
    )
    assert not done.stderr, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("pages")
    for name, text in PAGES.items():
        (folder / f"{name}.md").write_text(text, "utf-8")
    return folder


@pytest.fixture(scope="module")
def said(folder: Path) -> str:
    return run(folder)


def line_of(page: str, text: str) -> int:
    return PAGES[page].splitlines().index(text) + 1


def failure(said: str, page: str, line: int) -> str:
    """Return what is said of one failed block."""
    found = said.split(f"_ {page}.md, line {line} _")
    assert len(found) == 2, said
    return found[1].split("\n____")[0]


def test_a_page_is_one_namespace_and_a_program(said: str) -> None:
    assert said.count("PASSED good.md") == 4


def test_what_a_page_changes_is_put_back(said: str) -> None:
    assert "PASSED isolated.md::line 1" in said


def test_a_shell_block_is_not_run(said: str) -> None:
    assert f"good.md::line {line_of('good', '```sh')}" not in said


def test_an_assert_in_an_admonition_shows_its_line_and_detail(said: str) -> None:
    shown = failure(said, "asserts", 7)
    assert "asserts.md:10: in <module>" in shown
    assert "assert total == 4" in shown
    assert "assert 3 == 4" in shown


def test_blocks_below_a_failed_one_are_folded_into_one_line(said: str) -> None:
    assert "SKIPPED [2]" in said
    (told,) = [line for line in said.splitlines() if "SKIPPED [2]" in line]
    assert "not run, because of the block above: " in told
    assert "asserts.md:10: AssertionError: assert 3 == 4" in told
    assert "_ asserts.md, line 13 _" not in said and "_ asserts.md, line 17 _" not in said


def test_a_fence_with_a_title_runs_and_shows_the_failing_statement(said: str) -> None:
    shown = failure(said, "options", 1)
    assert "options.md:6: in <module>" in shown
    assert "options.md:3: in inverse" in shown
    assert "ZeroDivisionError" in shown


def test_a_fence_of_tildes_runs(said: str) -> None:
    assert "NameError: name 'undefined' is not defined" in failure(said, "tilde", 1)


def test_a_syntax_error_shows_its_markdown_line(said: str) -> None:
    assert "syntax.md:5: SyntaxError: invalid syntax" in failure(said, "syntax", 3)


def test_a_warning_is_an_error(said: str) -> None:
    assert "warns.md:3: in <module>" in failure(said, "warns", 1)


def test_a_block_that_leaves_is_a_failure(said: str) -> None:
    assert "leaves.md:1: the block leaves the program" in failure(said, "leaves", 1)


def test_output_that_differs_is_shown_with_its_line_and_stops_nothing(said: str) -> None:
    shown = failure(said, "output", 1)
    assert "output.md:10: the block at line 1 prints something else" in shown
    assert "\n-5\n+4\n" in shown
    assert "PASSED output.md::line 13" in said


def test_cont_is_refused_with_its_line(said: str) -> None:
    assert "FAILED cont.md::fault at line 5" in said
    assert "cont.md:5: 'cont' is not needed: a page is one namespace" in said


def test_nothing_else_is_skipped(said: str) -> None:
    assert "2 skipped" in said.splitlines()[-1]  # those below the failed assert


def test_a_print_without_its_output_is_told(said: str) -> None:
    assert "silent.md:4: the block prints `loss: 0.25` and the page" in failure(said, "silent", 1)
    assert "PASSED silent.md::line 6" in said


def test_a_file_that_is_written_is_told_where_it_is_written(said: str) -> None:
    shown = failure(said, "writes", 1)
    assert "writes.md:5: the block writes" in shown and "weights.txt" in shown
    assert "PASSED writes.md::line 9" in said  # the folder for temporary files is anyone's


def test_a_shape_in_a_comment_is_compared_with_the_array(said: str) -> None:
    shown = failure(said, "shapes", 1)
    assert "shapes.md:6: the comment says (3, 1), the array has the shape (3,)" in shown
    assert "shapes.md:4" not in shown and "shapes.md:8" not in shown


def test_letters_in_the_shapes_of_a_function_agree_in_each_call(said: str) -> None:
    shown = failure(said, "shapes", 19)
    assert "shapes.md:15: the comment says (d,), the array has the shape (3,), d = 2" in shown
    assert "shapes.md:14" not in shown and "shapes.md:16" not in shown
    assert "PASSED shapes.md::line 24" in said  # told once


def test_problems_are_written_once_each_for_who_asks(folder: Path, tmp_path: Path) -> None:
    told = tmp_path / "told.json"
    names = ["asserts.md", "output.md", "syntax.md", "cont.md", "good.md"]
    run(folder, "-n", "2", "--dist", "worksteal", f"--problems={told}", *names)
    found = json.loads(told.read_text("utf-8"))
    assert {(Path(path).name, line, text) for path, line, text in found["problems"]} == {
        ("asserts.md", 10, "AssertionError: assert 3 == 4 (the 2 blocks below were not run)"),
        ("output.md", 10, "the block at line 1 prints something else: now `4`"),
        ("syntax.md", 5, "SyntaxError: invalid syntax"),
        ("cont.md", 5, "'cont' is not needed: a page is one namespace; remove the mark"),
    }
    assert found["pages"] == sorted(names)


def test_a_chosen_block_first_runs_those_above_it(folder: Path) -> None:
    assert "1 passed" in run(folder, f"good.md::line {line_of('good', '    ~~~py')}")


def test_a_chosen_block_fails_when_one_above_it_does(folder: Path) -> None:
    said = run(folder, "asserts.md::line 13")
    assert "asserts.md:10: AssertionError: assert 3 == 4 (the 2 blocks below were not run)" in said
    assert "so the block at line 13 was not run" in said and "1 failed" in said


def test_pages_run_on_two_workers(folder: Path) -> None:
    said = run(folder, "-n", "2", "--dist", "loadfile", "good.md", "isolated.md", "output.md")
    assert "6 passed" in said and "1 failed" in said


def test_figures_and_labs_of_the_repository_are_not_collected() -> None:
    said = run(ROOT, "--collect-only", "-q", "docs")
    collected = [line for line in said.splitlines() if "::" in line]
    assert collected and not [line for line in collected if ".md::" not in line]


def test_a_page_that_is_right_leaves_no_trace(tmp_path: Path) -> None:
    text = textwrap.dedent("""\
        ```python
        print(1)
        ```

        <!--pytest-codeblocks:expected-output-->
        ```text
        1
        ```
        """)
    (tmp_path / "page.md").write_text(text, "utf-8")
    assert "1 passed" in run(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["page.md"]
