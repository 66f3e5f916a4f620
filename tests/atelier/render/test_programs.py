"""The bar under a block, the files that it leads to, and a chapter as a notebook."""

from __future__ import annotations

import logging
from pathlib import Path
from types import SimpleNamespace

import markdown
import nbformat
import pytest
from markdown.treeprocessors import Treeprocessor

from atelier.addresses import page_url, repository, site_url
from atelier.render import programs
from atelier.run import wheel

PAGE = """\
---
title: A page
---

# A page { #page }

- You will read.

Read [there](other.md#b) and [here](#second), with $\\norm{x}$ in $\\R$.

## First { #first }

```python
import numpy as np

x = np.ones(3)
```

??? tip "Hint"

    Think, in *words*{ lang=en }.

```python
y = 2 * x  # `a` & b
```

## Second { #second }

![Two waves, one above the other, that cross twice.](wave.svg)

??? success "Solution"

    It is short.

    ```python
    import matplotlib.pyplot as plt
    from perceptrons import relu

    print(relu(y).sum())
    ```

    <!--pytest-codeblocks:expected-output-->

    ```text
    6.0
    ```

    That is all.

```sh
pip install {{ wheel }}
```

```python
print(np.pi)
```
"""
EXTENSIONS = ["attr_list", "toc", "pymdownx.superfences", "pymdownx.highlight", "pymdownx.details"]
OURS = ["atelier.render.markdown.address", "atelier.render.markdown.program"]


@pytest.fixture
def docs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book of one page, a chapter."""
    (tmp_path / "en").mkdir()
    (tmp_path / "en" / "page.md").write_text(PAGE, "utf-8")
    monkeypatch.setattr(programs, "DOCS", tmp_path)
    return tmp_path


def render(path: Path) -> str:
    """Return the HTML of a page, rendered as MkDocs does."""
    settings = {"pymdownx.highlight": {"pygments_lang_class": True}}
    md = markdown.Markdown(extensions=EXTENSIONS + OURS, extension_configs=settings)
    processor = Treeprocessor(md)
    processor.file = SimpleNamespace(abs_src_path=str(path))
    processor.run = lambda root: None
    md.treeprocessors.register(processor, "relpath", 0)
    return md.convert(path.read_text("utf-8").partition("---\n\n")[2])


def test_a_bar_names_the_needs_and_leads_to_them_and_to_the_file(docs: Path) -> None:
    html = render(docs / "en" / "page.md")
    assert html.count('class="program-copy"') == 4
    assert 'highlight" id="first-block-1">' in html
    assert html.count(">runs alone<") == 1 and html.count(">with its imports<") == 1
    assert 'with: <a href="#first-block-1">First (1)</a></span>' in html
    last = html.partition('id="second-block-1">')[2].partition("</div>")[0]
    assert '<a href="#first-block-1">First (1)</a>, <a href="#first-block-2">First (2)</a>' in last
    assert 'href="../programs/page/second-block-1.py" download' in last
    assert 'aria-label="Copy the program, Second (1)"' in last
    files = html.partition("</ul>\n")[2].splitlines()[0]
    assert '<a href="../programs/page.py" download>' in files
    assert '<a href="../programs/page.ipynb" download>' in files


def test_what_is_shown_and_not_run_is_told(docs: Path, caplog: pytest.LogCaptureFixture) -> None:
    raw = '<div class="language-python highlight"><pre><code>1</code></pre></div>'
    text = PAGE.replace("## Second", f"{raw}\n\n## Second")
    (docs / "en" / "page.md").write_text(text, "utf-8")
    with caplog.at_level(logging.WARNING, "mkdocs"):
        assert "program-copy" not in render(docs / "en" / "page.md")
    assert "page.md:1: 5 Python blocks are shown, 4 are run" in caplog.text


def test_addresses_are_filled_in_and_an_unknown_one_is_told(
    docs: Path, caplog: pytest.LogCaptureFixture
) -> None:
    html = render(docs / "en" / "page.md")
    assert f"{site_url()}{wheel.NAME}" in html.replace("<span>", "").replace("</span>", "")
    (docs / "en" / "page.md").write_text("---\n\nSee {{ repository }}, {{ nowhere }}.\n", "utf-8")
    with caplog.at_level(logging.WARNING, "mkdocs"):
        html = render(docs / "en" / "page.md")
    assert repository() in html
    assert "page.md:3: {{ nowhere }} is no address" in caplog.text


def test_a_program_says_where_it_comes_from_and_what_to_install(docs: Path, tmp_path: Path) -> None:
    assert programs.write("en", tmp_path / "one") == []
    last = (tmp_path / "one/programs/page/second-block-1.py").read_text("utf-8")
    lines = last.splitlines()
    assert lines[0].startswith(f"# {page_url('en', 'page', 'second-block-1')} · perceptrons ")
    assert lines[0].endswith(" · MIT")
    assert lines[1] == f"# pip install {site_url()}{wheel.NAME} matplotlib"
    assert lines[3:6] == [
        "import matplotlib.pyplot as plt",
        "import numpy as np",
        "from perceptrons import relu",
    ]
    first = (tmp_path / "one/programs/page/first-block-1.py").read_text("utf-8")
    assert "# pip install numpy\n" in first
    chapter = (tmp_path / "one/programs/page.py").read_text("utf-8")
    assert chapter.count("# %%") == 4 and "# %% Second\nimport matplotlib" in chapter


def test_the_same_page_gives_the_same_files(docs: Path, tmp_path: Path) -> None:
    for name in ("one", "two"):
        programs.write("en", tmp_path / name)
    one, two = (
        {path.relative_to(tmp_path / name): path.read_bytes() for path in files}
        for name in ("one", "two")
        if (files := [path for path in (tmp_path / name).rglob("*") if path.is_file()])
    )
    assert one == two and len(one) == 6


def test_a_block_that_cannot_be_read_is_told(docs: Path, tmp_path: Path) -> None:
    (docs / "en" / "page.md").write_text("# A { #a }\n\n```python\nx = = 1\n```\n", "utf-8")
    (problem,) = programs.write("en", tmp_path / "one")
    assert "page.md:4: SyntaxError" in str(problem)


def test_a_notebook_stands_alone(docs: Path, tmp_path: Path) -> None:
    programs.write("en", tmp_path / "one")
    notebook = nbformat.read(tmp_path / "one/programs/page.ipynb", as_version=4)
    cells = {cell.id: cell for cell in notebook.cells}
    kinds = [cell.id for cell in notebook.cells if cell.cell_type == "code"]
    assert kinds == [
        "install",
        "first-block-1",
        "first-block-2",
        "second-block-1",
        "second-block-2",
    ]
    assert cells["install"].source.endswith(f"{wheel.NAME} matplotlib")
    words = "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    assert f"[there]({page_url('en', 'other', 'b')})" in words
    assert f"[here]({page_url('en', 'page', 'second')})" in words
    assert r"$\left\lVert x \right\rVert$ in $\mathbb{R}$" in words
    assert "# A page\n" in words and "## Second\n" in words and "{" not in words.split("##")[2]
    seen = "Two waves, one above the other, that cross twice."
    page = page_url("en", "page", "second")
    assert f"*Figure.* {seen} [See it on the page]({page})." in words and ".svg" not in words
    assert "<summary>Hint</summary>\n\nThink, in *words*." in words
    assert "expected-output" not in words and "6.0" not in words and "title:" not in words
    assert "That is all.\n\n</details>" in words
    assert f"```sh\npip install {site_url()}{wheel.NAME}\n```" in words
    assert cells["second-block-1"].metadata == {"jupyter": {"source_hidden": True}}
    assert "metadata" in cells["first-block-2"] and not cells["first-block-2"].metadata
