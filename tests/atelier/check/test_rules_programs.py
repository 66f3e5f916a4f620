"""What programs of pages, labs and figures must not do, planted and told with its line."""

import textwrap

import pytest

from atelier.check import blocks, rules_programs
from atelier.read.pages import parse

RIGHT = """\
import numpy as np
from perceptrons import MultiLayerPerceptron

rng = np.random.default_rng(0)
rng.normal(size=3)
model = MultiLayerPerceptron(2, 3, 1, rng=rng)
model.fit(X, y, batch_size=8, rng=rng)
by_hand = MultiLayerPerceptron(2, 2, 1)
by_hand.W1 = [[1.0, 1.0], [1.0, 1.0]]
by_hand.forward(X)
n = sum(p.size for p in MultiLayerPerceptron(2, 3).parameters())
counted = MultiLayerPerceptron(2, 3)
counted.parameters()
"""


def told(folder, code, output="0.25 1234567 0.1234567891 1.5e-300"):
    """The problems of a page with one block and its output."""
    mark = "<!--pytest-codeblocks:expected-output-->"
    text = f"```python\n{code}```\n\n{mark}\n\n```text\n{output}\n```\n"
    page = parse(text, path=folder / "page.md", language="en", name="page")
    return [(problem.line, problem.message) for problem in rules_programs.programs(page, folder)]


def test_a_right_program_has_no_problem(tmp_path):
    assert told(tmp_path, RIGHT) == []


@pytest.mark.parametrize(
    ("right", "wrong", "line", "message"),
    [
        ("default_rng(0)", "default_rng()", 5, "`np.random.default_rng()` draws other numbers"),
        ("default_rng(0)", "default_rng(None)", 5, "give it a seed: `np.random.default_rng(0)`"),
        ("default_rng(0)", "default_rng(seed=None)", 5, "draws other numbers each time"),
        ("rng.normal(size=3)", "np.random.normal(size=3)", 6, "`np.random.normal` draws from a g"),
        ("rng.normal(size=3)", "np.random.seed(0)", 6, "`np.random.seed` draws from a global"),
        ("rng.normal(size=3)", "random.random()", 6, "`random.random` draws from a global"),
        ("import numpy as np", "from random import choice", 2, "`choice` draws from a global"),
        ("import numpy as np", "from numpy.random import rand", 2, "`rand` draws from a global"),
        ("2, 3, 1, rng=rng", "2, 3, 1", 7, "`MultiLayerPerceptron` begins with other weights"),
        ("batch_size=8, rng=rng", "batch_size=8", 8, "`model.fit` draws other batches each time"),
        ("by_hand.W1 = ", "W1 = ", 9, "`MultiLayerPerceptron` begins with other weights"),
        ("n = sum", "sum = sum", 12, "`sum` hides the `sum` of Python; take another name"),
        ("import numpy as np", "def f(input, max):\n    pass", 2, "`input` hides"),
        ("import numpy as np", "import numpy as abs", 2, "`abs` hides"),
        ("p.size for p in", "id.size for id in", 12, "`id` hides"),
    ],
)
def test_a_planted_fault_is_told_with_its_line(tmp_path, right, wrong, line, message):
    assert right in RIGHT
    found = told(tmp_path, RIGHT.replace(right, wrong, 1))
    assert any(where == line and message in what for where, what in found), found


@pytest.mark.parametrize("number", ["0.30000000000000004", "-12.345678901234e-05", "1.41421356237"])
def test_more_digits_than_machines_agree_on_are_told(tmp_path, number):
    ((line, message),) = told(tmp_path, "x = 1\n", output=f"one line\nloss {number}")
    assert line == 9 and message.startswith(f"{number} has more digits")


def test_figures_and_labs_are_looked_at_too(tmp_path):
    (tmp_path / "figures").mkdir()
    code = "def line(pen):\n    return np.random.default_rng().normal()\n"
    (tmp_path / "figures" / "line.py").write_text(code, "utf-8")
    (problem,) = rules_programs.check_figures(tmp_path)
    assert problem.line == 2 and "draws other numbers each time" in problem.message
    lab = "# %% [markdown]\n# # Digits\n\n# %%\nrng = np.random.default_rng()\n"
    page = parse(lab, path=tmp_path / "lab.py", language="en", name="labs/lab")
    assert [each.line for each in rules_programs.programs(page, tmp_path)] == [5]


def test_what_draws_is_read_from_the_package():
    assert {"MultiLayerPerceptron", "Dense", "Dropout", "Conv2D"} <= rules_programs.drawing()
    assert "Perceptron" not in rules_programs.drawing()


def test_a_page_that_pytest_does_not_collect_is_told(tmp_path):
    for language in ("fr", "en"):
        (tmp_path / "docs" / language).mkdir(parents=True)
        text = textwrap.dedent("""\
            ```python
            x = 1
            ```
            """)
        (tmp_path / "docs" / language / "page.md").write_text(text, "utf-8")
        (tmp_path / "docs" / language / "words.md").write_text("Words.\n", "utf-8")
    (problem,) = blocks.not_run({"docs/fr/page.md"}, tmp_path)
    assert problem.path == tmp_path / "docs/en/page.md"
    assert "pytest does not collect this page" in problem.message
