"""Fences are found as a reader sees them; what would not run is said with its line."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from atelier.read.fences import Fence, parse_fences

PATH = Path("page.md")


def fences(text: str) -> list[Fence]:
    found, problems = parse_fences(textwrap.dedent(text), PATH)
    assert problems == []
    return found


def faults(text: str) -> list[str]:
    return [str(problem) for problem in parse_fences(textwrap.dedent(text), PATH)[1]]


@pytest.mark.parametrize(
    "opening",
    [
        "```python",
        '```python title="x" hl_lines="1 2"',
        "``` python",
        "``` { .python .annotate }",
        '```python {linenums="1"}',
        "```.python",
        "````python",
        "~~~python",
        "~~~~ py",
        "```python3",
        "   ```python",
    ],
)
def test_every_way_to_open_a_python_fence_is_understood(opening: str) -> None:
    indent = " " * (len(opening) - len(opening.lstrip()))
    marker = opening.strip()[0] * (4 if opening.strip()[3] == opening.strip()[0] else 3)
    (fence,) = fences(f"{opening}\n{indent}x = 1\n{indent}{marker}\n")
    assert fence.is_python and fence.code == "x = 1\n"


def test_options_and_lines_are_kept() -> None:
    found = fences(
        """\
        ---
        title: "```python"
        ---

        ```python title="a b" hl_lines="2"
        x = 1

        y = 2
        ```
        """
    )
    assert found == [
        Fence("python", {"title": "a b", "hl_lines": "2"}, "x = 1\n\ny = 2\n", line=5, end=9)
    ]


def test_a_fence_in_an_admonition_a_list_and_a_quote_is_dedented() -> None:
    found = fences(
        """\
        !!! tip

            ```python
            if x:

                y = 1
            ```

            - a list

                ```python
                z = 1
                ```

        > ```python
        > q = 1
        >
        > r = 2
        > ```
        """
    )
    assert [fence.code for fence in found] == [
        "if x:\n\n    y = 1\n",
        "z = 1\n",
        "q = 1\n\nr = 2\n",
    ]
    assert [fence.prefix for fence in found] == ["    ", "        ", "> "]
    assert [fence.line for fence in found] == [3, 11, 15]


def test_a_longer_fence_holds_shorter_ones() -> None:
    (fence,) = fences("````markdown\n```python\n1 / 0\n```\n````\n")
    assert fence.language == "markdown" and not fence.is_python


def test_tabs_are_four_columns_as_for_markdown() -> None:
    (fence,) = fences("!!! tip\n\n\t```python\n\tif 1:\n\t\tx = 1\n\t```\n")
    assert fence.code == "if 1:\n    x = 1\n"


def test_inline_code_is_no_fence() -> None:
    assert fences("```x = 1``` and `<!--` in a sentence\n\n```python\nx\n```\n")[0].line == 3


def test_printed_output_belongs_to_the_block_above() -> None:
    block, output = fences(
        """\
        ```python
        print(1)
        ```

        It prints:

        <!--pytest-codeblocks:expected-output-->

        ```text
        1
        ```
        """
    )
    assert (block.output, block.output_line) == ("1\n", 10)
    assert (output.language, output.output_of) == ("text", 1)


def test_printed_output_may_stand_in_an_admonition() -> None:
    block, _ = fences(
        """\
        ??? success

            ```python
            print(1)
            ```

            <!--pytest-codeblocks:expected-output-->

            ```text
            1
            ```
        """
    )
    assert block.output == "1\n"


OUTPUT = "<!--pytest-codeblocks:expected-output-->\n"
BLOCK = "```python\nprint(1)\n```\n"


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        (f"{OUTPUT}```text\n1\n```\n", "1: expected output without a python block"),
        (f"```sh\nls\n```\n{OUTPUT}```text\n1\n```\n", "4: expected output without"),
        (f"{BLOCK}{OUTPUT}", "4: no fence follows"),
        (f"{BLOCK}{OUTPUT}A sentence.\n", "4: no fence follows"),
        (f"{BLOCK}{OUTPUT}```python\n1\n```\n", "5: printed output stands in a ```text fence"),
        (f"{BLOCK}{OUTPUT}```text\n1\n```\n{OUTPUT}```text\n1\n```\n", "8: expected output"),
        (f"{BLOCK}<!--pytest-codeblocks:cont-->\n{BLOCK}", "4: 'cont' is not needed"),
        (f"<!-- pytest-codeblocks:skip -->\n{BLOCK}", "1: <!-- pytest-codeblocks:skip --> is"),
        (f"<!--pytest-codeblocks:skipfile-->\n{BLOCK}", "1: <!--pytest-codeblocks:skipfile-->"),
        (f"<!--pytest.mark.skip-->\n{BLOCK}", "1: <!--pytest.mark.skip--> is refused"),
        (f"Text <!--pytest-codeblocks:skip-->\n{BLOCK}", "1: a mark stands on a line of its own"),
        ("text\n\n```python\nx = 1\n", "3: readers see this fence as text: it is never closed"),
        ("````python\nx = 1\n```\n", "1: readers see this fence as text: it is never closed"),
        ("    ```python\n  x = 1\n    ```\n", "1: readers see this fence as text: line 2 is less"),
        ('```python titel="x"\nx\n```\n', "1: readers see this fence as text: 'python titel="),
        ("```\nx\n```\n", "1: name the language"),
        ("```pycon\n>>> 1\n```\n", "1: a console session is not run"),
        (f"<!--\n{BLOCK}-->\n", "2: a python fence in a comment is not shown"),
        ("```pyhton\nx = 1\n```\n", "1: `pyhton` is no language of this book's fences; did you"),
        ("```rust\nlet x = 1;\n```\n", "1: `rust` is no language of this book's fences; write"),
        (f"{BLOCK}\n```text\n1\n```\n", "5: output without its mark is not compared; write <!--"),
        ("```text\nimport numpy as np\n```\n", "1: this is a Python program, and it is not run"),
        ("```text\nprint(1 + 1)\n```\n", "1: this is a Python program"),
        ("```text\nx = np.ones(3)\nx.sum()\n```\n", "1: this is a Python program"),
        ("```sh\nfor x in range(3):\n    f(x)\n```\n", "1: this is a Python program"),
        *(
            (f"{BLOCK}\n{mark}\n\n```text\n1\n```\n", "5: is this the mark of an output?")
            for mark in (
                "<!--pytest-codeblock:expected-output-->",
                "<!-- pytest-codeblocks: expected output -->",
                "<!--pytest-codeblocks:expected-ouput->",
                "<!-pytest-codeblocks:expected-output-->",
                "<!--expected-output-->",
                "<!--pytset-codeblocks:expcted-outptu-->",
            )
        ),
    ],
)
def test_a_planted_fault_is_told_with_its_line(text: str, fault: str) -> None:
    told = faults(text)
    assert any(one.startswith(f"page.md:{fault}") for one in told), told


@pytest.mark.parametrize(
    "text",
    [
        f"{BLOCK}{OUTPUT}\n```text\n1\n```\n",
        f"{BLOCK}\nA file has this form:\n\n```text\nloss 0.25\n```\n",
        "```text\nloss = 0.25\nx1, x2\n(1, 2)\n```\n",
        f"{BLOCK}\n```sh\npip install perceptrons\n```\n",
        "<!-- A remark to those who write here. -->\n",
    ],
)
def test_honest_fences_are_left_in_peace(text: str) -> None:
    assert faults(text) == []


def test_a_fence_after_a_closed_comment_is_seen_by_readers() -> None:
    assert not fences("<!-- a\nremark -->\n```python\nx\n```\n")[0].hidden
