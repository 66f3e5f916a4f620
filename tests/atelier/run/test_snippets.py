"""Snippets are listed with their lines, needs and scripts; scripts are fit to read."""

from __future__ import annotations

import json
import textwrap
from pathlib import Path

import pytest

from atelier.run import snippets
from atelier.run.needs import page_needs
from atelier.run.scripts import script

PAGE = """\
---
title: A page
---

```python title="data"
import numpy as np

x = np.ones(3)
```

!!! tip

    ```python
    print("aside")
    ```

```python
from math import pi

print(x.sum() * pi > 9)
```

<!--pytest-codeblocks:expected-output-->

```text
True
```
"""


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    for language in ("fr", "en"):
        (tmp_path / "docs" / language / "deep").mkdir(parents=True)
        (tmp_path / "docs" / language / "page.md").write_text(PAGE, "utf-8")
    (tmp_path / "docs" / "fr" / "deep" / "more.md").write_text("```python\n1\n```\n", "utf-8")
    (tmp_path / "README.md").write_text("```python\nprint(1)\n```\n", "utf-8")
    (tmp_path / "README.fr.md").write_text("```python\nprint('é')\n```\n", "utf-8")
    return tmp_path / "docs"


def test_pages_of_both_editions_and_readmes_are_listed(docs: Path) -> None:
    found = [(each.language, each.page, each.line) for each in snippets.snippets(docs)]
    assert found == [
        ("fr", "deep/more", 1),
        *(("fr", "page", line) for line in (5, 13, 17)),
        *(("en", "page", line) for line in (5, 13, 17)),
        ("en", "README.md", 1),
        ("fr", "README.fr.md", 1),
    ]


def test_a_snippet_has_code_needs_script_and_output(docs: Path) -> None:
    last = snippets.snippets(docs)[3]
    assert (last.id, last.needs) == ("page-block-3", ("page-block-1",))
    assert last.code == "from math import pi\n\nprint(x.sum() * pi > 9)\n"
    assert last.output == "True\n"
    assert last.script == (
        "import numpy as np\nfrom math import pi\n\nx = np.ones(3)\n\nprint(x.sum() * pi > 9)\n"
    )


def test_the_list_is_written_the_same_twice_and_says_all(docs: Path, tmp_path: Path) -> None:
    first, second = tmp_path / "one.json", tmp_path / "folder" / "two.json"
    assert snippets.write(first, docs) == snippets.write(second, docs) == []
    assert first.read_bytes() == second.read_bytes()
    listed = json.loads(first.read_text("utf-8"))
    assert set(listed[0]) == {
        *("page", "language", "id", "line", "code", "needs", "script", "output")
    }
    assert [each["code"] for each in listed] == [each.code for each in snippets.snippets(docs)]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("Text.\n\n```python\nx = 1\ny = = 2\n```\n", ":5: SyntaxError: invalid syntax"),
        ("```python\nfrom numpy import *\n```\n", ":2: import names one by one"),
        ("```python\nx = 1\n", ":1: readers see this fence as text"),
    ],
)
def test_a_page_that_cannot_be_read_is_a_problem_with_its_line(
    docs: Path, tmp_path: Path, text: str, fault: str
) -> None:
    (docs / "en" / "page.md").write_text(text, "utf-8")
    (problem,) = snippets.write(tmp_path / "list.json", docs)
    assert f"page.md{fault}" in str(problem)


def write(*blocks: str) -> str:
    codes = [textwrap.dedent(block) for block in blocks]
    return script(codes, page_needs(codes), len(codes) - 1)


def test_a_block_that_needs_nothing_is_its_own_script() -> None:
    block = '# A remark.\nimport math; print(math.pi)\n\n\ndef f():\n    return "x"\n'
    assert write("y = 1\n", block) == block


def test_imports_come_once_and_merged() -> None:
    assert write(
        "import numpy as np\nfrom math import pi, e\na = pi\n",
        "import numpy as np\nfrom math import (\n    tau,\n    pi,\n)\nprint(np.cos(a), tau, pi)\n",
    ) == ("import numpy as np\nfrom math import pi, tau\n\na = pi\n\nprint(np.cos(a), tau, pi)\n")


def test_an_import_over_a_name_of_the_page_stays_in_its_place() -> None:
    assert write(
        "def sqrt(x):\n    return -x\n\nroot = sqrt(4)\n",
        "from math import sqrt\n",
        "print(sqrt(4), root)\n",
    ) == (
        "def sqrt(x):\n    return -x\n\nroot = sqrt(4)\n\nfrom math import sqrt\n\n"
        "print(sqrt(4), root)\n"
    )


def test_future_imports_come_first() -> None:
    lines = write(
        "from __future__ import annotations\nimport numpy as np\nx = np.ones(1)\n", "print(x)\n"
    ).splitlines()
    assert lines[:2] == ["from __future__ import annotations", "import numpy as np"]


def test_long_imports_are_folded() -> None:
    names = "binary_cross_entropy, binary_cross_entropy_from_logits, cross_entropy_from_logits"
    text = write("x = 1\n", f"from perceptrons import {names}\nprint(x)\n")
    assert text.startswith("from perceptrons import (\n    binary_cross_entropy,\n")
    compile(text, "script", "exec")
