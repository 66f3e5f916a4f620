"""What the pages of reference show of a public name; `test_package_docs` holds what it says."""

from __future__ import annotations

import doctest

import numpy as np
import pytest
from griffe import Attribute, GriffeLoader

import perceptrons
from atelier import reference_entries
from atelier.paths import PACKAGE

READ = GriffeLoader(search_paths=[PACKAGE.parent], allow_inspection=False).load(PACKAGE.name)
ENTRIES = {name: reference_entries.entry(READ, name) for name in perceptrons.__all__}


@pytest.mark.parametrize("name", [n for n, e in ENTRIES.items() if isinstance(e.target, Attribute)])
def test_examples_of_what_is_no_function_run_too(name: str) -> None:
    """Python forgets these docstrings, and so does `--doctest-modules`."""
    names = {**{each: getattr(perceptrons, each) for each in perceptrons.__all__}, "np": np}
    text = ENTRIES[name].target.docstring.value
    example = doctest.DocTestParser().get_doctest(text, names, name, name, 0)
    result = doctest.DocTestRunner().run(example)
    assert result.attempted > 0 and result.failed == 0


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
