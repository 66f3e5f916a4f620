"""Python blocks are found in HTML as Material's Markdown extensions write it."""

from __future__ import annotations

import textwrap
from pathlib import Path

import markdown

from atelier.read.fences import parse_fences
from atelier.site.shown_code import normal, python_blocks

EXTENSIONS = {
    "admonition": {},
    "attr_list": {},
    "md_in_html": {},
    "pymdownx.details": {},
    "pymdownx.inlinehilite": {},
    "pymdownx.superfences": {},
    "pymdownx.tabbed": {"alternate_style": True},
    "pymdownx.highlight": {"anchor_linenums": True, "pygments_lang_class": True},
}

PAGE = textwrap.dedent(
    '''\
    Inline `#!python code` does not count.

    ```python title="x.py" hl_lines="2"
    a = 1

    assert a < 2 and "<&>"
    ```

    ``` { .python .annotate }
    b = 1  # (1)!
    ```

    ~~~py
    c = 1
    ~~~

    !!! tip "In an admonition"

        ```python linenums="1"
        if a:
            d = 1
        ```

        1. In a list

            ```python3
            e = 1
            ```

    === "In a tab"

        ````python
        """
        ```
        """
        ````

    > ```python
    > quoted = 1
    > ```

    ```text
    not python
    ```

    ```pycon
    >>> 1
    ```
    '''
)


def render(text: str) -> str:
    return markdown.markdown(text, extensions=[*EXTENSIONS], extension_configs=EXTENSIONS)


def test_html_and_markdown_give_the_same_blocks_by_two_ways() -> None:
    fences, _ = parse_fences(PAGE, Path("page.md"))
    read = [normal(fence.code) for fence in fences if fence.is_python]
    assert len(read) == 7
    assert python_blocks(render(PAGE)) == read


def test_an_indented_fence_outside_of_any_list_is_missing_from_the_html() -> None:
    text = "A paragraph.\n\n    ```python\n    lost = 1\n    ```\n"
    assert parse_fences(text, Path("page.md"))[0]
    assert python_blocks(render(text)) == []


def test_a_block_written_in_html_counts() -> None:
    html = '<pre><code class="language-python">x = 1\n</code></pre><pre>no</pre>'
    assert python_blocks(html) == ["x = 1"]


def test_cells_of_a_lab_do_not_count() -> None:
    html = '<div class="jupyter-wrapper"><div class="language-python highlight"><pre>x</pre></div>'
    assert python_blocks(html) == []


def test_line_numbers_are_no_code() -> None:
    html = (
        '<div class="language-python highlight"><table><tr><td class="linenos"><pre>1</pre></td>'
        '<td class="code"><pre><code>x<br>y</code></pre></td></tr></table></div>'
    )
    assert python_blocks(html) == ["xy"]
