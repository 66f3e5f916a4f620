"""A docstring is taken apart into what the pages of reference show."""

from __future__ import annotations

from atelier.render.docstrings import Section, linked, sections

DOCSTRING = """Halve: $x / 2$.

More of it.

Args:
    x: A number,
        or two of them.
    W, b: Others.

Raises:
    ValueError: Never.

Source: Nobody, *Nothing*,
1900.

>>> halve(4)
2

>>> halve(6)
3
"""


def test_a_docstring_is_taken_apart() -> None:
    assert sections(DOCSTRING) == [
        Section("text", "Halve: $x / 2$.\n\nMore of it."),
        Section("args", items=(("x", "A number,\nor two of them."), ("W, b", "Others."))),
        Section("raises", items=(("ValueError", "Never."),)),
        Section("source", "Nobody, *Nothing*,\n1900."),
        Section("example", ">>> halve(4)\n2\n\n>>> halve(6)\n3"),
    ]


def test_only_names_in_single_backticks_become_links() -> None:
    address = {"relu": "#relu"}
    text = "`relu`, ``relu``, `d_relu`, `relu(z)`"
    assert linked(text, lambda name: address.get(name, "")) == text.replace(
        "`relu`, ``", "[`relu`](#relu), ``"
    )
