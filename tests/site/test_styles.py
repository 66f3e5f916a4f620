"""A browser knows each property, value and selector of the style sheets: it skips what it does not.

What is no CSS at all is told by `make check`; here a real browser judges the words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pytest
import tinycss2
from playwright.sync_api import Page

from atelier.paths import THEME

SHEETS = sorted((THEME / "css").glob("*.css"))
SUPPORTS = """(asked) => asked.filter(([condition]) => !CSS.supports(condition))"""


def conditions(nodes: Iterable, inside: str = "") -> Iterator[tuple[str, int]]:
    """Yield what a browser can be asked of each rule and declaration, and its line."""
    for node in nodes:
        if node.type == "declaration" and not node.name.startswith("--"):
            yield f"({node.name}: {tinycss2.serialize(node.value).strip()})", node.source_line
        elif node.type in ("qualified-rule", "at-rule") and node.content is not None:
            name = node.at_keyword if node.type == "at-rule" else inside
            if name in ("font-face", "page"):
                continue  # they have properties of their own
            if node.type == "qualified-rule" and inside != "keyframes":
                for selector in selectors(node.prelude):
                    yield f"selector({selector})", node.source_line
            yield from conditions(tinycss2.parse_blocks_contents(node.content), name)


def selectors(prelude: Iterable) -> list[str]:
    """Return the selectors of a rule: what stands between its outer commas."""
    parts: list[list] = [[]]
    for token in prelude:
        if token == ",":
            parts.append([])
        else:
            parts[-1].append(token)
    return [tinycss2.serialize(part).strip() for part in parts]


def unknown(page: Page, css: str) -> list[tuple[str, int]]:
    """Return what the browser of a page does not support, with its line."""
    asked = [list(each) for each in conditions(tinycss2.parse_stylesheet(css))]
    assert asked
    return [(condition, line) for condition, line in page.evaluate(SUPPORTS, asked)]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda path: path.stem)
def test_the_browser_knows_each_word_of_a_style_sheet(page: Page, sheet) -> None:
    assert unknown(page, sheet.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "css",
    [
        "a { colour: red; }",
        "a { color: redd; }",
        "a { font-size: 12; }",
        "a:hovver { color: red; }",
        "@media print { a { magrin: 0; } }",
    ],
)
def test_a_word_that_no_browser_knows_is_seen(page: Page, css: str) -> None:
    ((_, line),) = unknown(page, css)
    assert line == 1
