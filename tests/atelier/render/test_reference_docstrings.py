"""What the pages of reference show of a public name; `test_package_docs` holds what it says."""

from __future__ import annotations

import doctest
from collections.abc import Iterable

import numpy as np
import pytest
from griffe import Attribute, GriffeLoader

import perceptrons
from atelier.check.rules import CODE_WIDTH
from atelier.paths import PACKAGE
from atelier.render import reference_entries
from atelier.render.docstrings import Section, sections

READ = GriffeLoader(search_paths=[PACKAGE.parent], allow_inspection=False).load(PACKAGE.name)
ENTRIES = {name: reference_entries.entry(READ, name) for name in perceptrons.__all__}


def wide(found: Iterable[Section]) -> list[str]:
    """Return the lines of examples that are wider than the pages of reference show them."""
    examples = [section.text for section in found if section.kind == "example"]
    return [line for text in examples for line in text.split("\n") if len(line) > CODE_WIDTH]


@pytest.mark.parametrize("name", ENTRIES)
def test_an_example_is_seen_whole(name: str) -> None:
    entry = ENTRIES[name]
    assert wide([*entry.sections, *(s for each in entry.members for s in each.sections)]) == []


@pytest.mark.parametrize("name", [n for n, e in ENTRIES.items() if isinstance(e.target, Attribute)])
def test_examples_of_what_is_no_function_run_too(name: str) -> None:
    """Python forgets these docstrings, and so does `--doctest-modules`."""
    names = {**{each: getattr(perceptrons, each) for each in perceptrons.__all__}, "np": np}
    text = ENTRIES[name].target.docstring.value
    example = doctest.DocTestParser().get_doctest(text, names, name, name, 0)
    result = doctest.DocTestRunner().run(example)
    assert result.attempted > 0 and result.failed == 0


def test_an_example_that_is_too_wide_is_seen() -> None:
    shown, printed = f">>> {'x' * 66}", "y" * 71
    assert wide(sections(f"{'Halve.' * 20}\n\n{shown}\n{printed}")) == [printed]


def test_a_long_signature_has_an_argument_a_line() -> None:
    assert ENTRIES["relu"].signature == "relu(z: ArrayLike) -> Array"
    assert ENTRIES["l2_penalty"].signature == (
        "l2_penalty(\n    parameters: Sequence[Array],\n    strength: float,\n"
        ") -> tuple[float, list[Array]]"
    )
    assert ENTRIES["Trial"].signature == "Trial(score: float, parameters: dict[str, Any])"


def test_a_class_tells_the_methods_of_its_private_ancestors_and_names_the_public_one() -> None:
    assert "fit" in [member.name for member in ENTRIES["Adaline"].members]
    assert ENTRIES["LSTM"].bases == ["Layer"]
    assert next(member.id for member in ENTRIES["RNN"].members).startswith("perceptrons.RNN.")
