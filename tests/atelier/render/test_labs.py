"""Labs: executed when, and only when, something that they depend on has changed."""

from __future__ import annotations

import os

import pytest

from atelier.render import labs
from atelier.site import build as site
from atelier.site import built

LAB = """# %% [markdown]
# # Laboratoire
#
# Une phrase.

# %%
from pathlib import Path
from perceptrons.losses import huber_loss

log = Path({log!r})
log.write_text(log.read_text() + "run\\n" if log.exists() else "run\\n")
print(6 * 7)

# %% alt="Une image : un carré."
{last}
"""
PICTURE = """import matplotlib.pyplot as plt
plt.plot([0, 1]);"""


@pytest.fixture
def lab(small_book, monkeypatch):
    """A lab in the French edition; returns a function that builds and counts the runs so far."""
    package = small_book.folder / "perceptrons"  # read for the key; the kernel imports the real one
    package.mkdir()
    for name in ("losses", "other"):
        (package / f"{name}.py").write_text("x = 1\n", "utf-8")
    monkeypatch.setattr(labs, "PACKAGE", package)
    monkeypatch.setattr(labs, "LABS", small_book.folder / "labs")
    monkeypatch.setattr(built, "DOCS", small_book.folder / "docs")
    log = small_book.folder / "runs.txt"

    def build(last=PICTURE):
        small_book.write("fr/labs/lab.py", LAB.format(log=str(log), last=last))
        problems = site.edition("fr")
        return problems, log.read_text().count("run") if log.exists() else 0

    return build


def test_a_lab_is_executed_once_until_what_it_imports_changes(lab, small_book):
    package = small_book.folder / "perceptrons"
    assert lab() == ([], 1)
    (package / "other.py").write_text("x = 2\n", "utf-8")
    (package / "losses.py").write_text('"""Words."""\n\nx = 1  # and words\n', "utf-8")
    assert lab() == ([], 1)
    (package / "losses.py").write_text("x = 2\n", "utf-8")
    assert lab() == ([], 2)
    assert len(list((small_book.folder / "labs" / "fr").iterdir())) == 1  # the old state is gone
    assert lab(last="print(1)") == ([], 3)


def test_a_lab_becomes_a_page_with_output_picture_and_download(lab, small_book):
    assert lab()[0] == []
    html = (small_book.site / "fr" / "labs" / "lab" / "index.html").read_text("utf-8")
    assert '<div class="language-text highlight"><pre><code>42' in html
    assert ">Une image : un carré.</title>" in html
    assert '<a href="lab.py" download>' in html
    assert 'class="headerlink" href="#laboratoire"' in html
    assert (small_book.site / "fr" / "labs" / "lab" / "lab.py").is_file()
    for stranger in ("mathjax", "require.js", "mermaid", "cdnjs", "unpkg"):
        assert stranger not in html.lower()


def test_a_lab_that_fails_is_a_problem_with_the_line_of_its_cell(lab, small_book):
    ((problem,), _) = lab(last="1 / 0")
    assert problem.path == small_book.folder / "docs" / "fr" / "labs" / "lab.py"
    assert problem.path.read_text("utf-8").splitlines()[problem.line - 1] == "1 / 0"
    assert "ZeroDivisionError" in problem.message
    assert not (small_book.site / "fr").exists()  # nothing is published


def test_the_caller_keeps_its_environment(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "Agg")
    monkeypatch.delenv("JUPYTER_CONFIG_DIR", raising=False)
    with labs.environment():
        assert os.environ["MPLBACKEND"] != "Agg"
    assert os.environ["MPLBACKEND"] == "Agg" and "JUPYTER_CONFIG_DIR" not in os.environ


def test_a_lab_that_failed_is_executed_again(lab):
    assert len(lab(last="1 / 0")[0]) == 1
    assert lab(last="print(1)") == ([], 2)
