"""The Python blocks that a reader sees in a built page, found in its HTML alone.

Nothing here knows Markdown: it is what the number of the blocks that run is compared with.
"""

from __future__ import annotations

from html.parser import HTMLParser

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"}
)
LANGUAGES = frozenset({"language-python", "language-py", "language-python3", "language-py3"})
LAB = "jupyter-wrapper"  # mkdocs-jupyter executes the cells of a lab itself
LINE_NUMBERS = "linenos"


class _Blocks(HTMLParser):
    """Collects the text of each `<pre>` that is Python by its own class or one around it."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self._open: list[tuple[str, frozenset[str]]] = []
        self._depth = 0  # of the open elements at the `<pre>` that is being collected
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in VOID:
            return
        classes = frozenset((dict(attrs).get("class") or "").split())
        self._open.append((tag, classes))
        if tag == "pre" and not self._depth:
            self._depth, self._text = len(self._open), []

    def handle_data(self, data: str) -> None:
        if self._depth:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or not any(tag == name for name, _ in self._open):
            return
        while self._open:
            if self._depth and len(self._open) > self._depth and self._open[-1][0] == "code":
                self._note_code(self._open[-1][1])
            name, _ = self._open[-1]
            if len(self._open) == self._depth:
                self._finish()
            self._open.pop()
            if name == tag:
                return

    def _note_code(self, classes: frozenset[str]) -> None:
        """`<pre><code class="language-python">`: the class belongs to the block."""
        name, around = self._open[self._depth - 1]
        self._open[self._depth - 1] = (name, around | classes)

    def _finish(self) -> None:
        around = frozenset().union(*(classes for _, classes in self._open))
        if around & LANGUAGES and not around & {LAB, LINE_NUMBERS}:
            self.blocks.append(normal("".join(self._text)))
        self._depth = 0


def normal(code: str) -> str:
    """Return code as it is compared: highlighting may drop blank lines and spaces at an end."""
    return "\n".join(line.rstrip() for line in code.strip("\n").splitlines())


def python_blocks(html: str) -> list[str]:
    """Return the text of the Python blocks of a page, in order; those of labs do not count.

    >>> python_blocks('<div class="language-python highlight"><pre><code>x = 1</code></pre></div>')
    ['x = 1']
    """
    parser = _Blocks()
    parser.feed(html)
    parser.close()
    return parser.blocks
