"""Every public name says what it computes, takes, returns and refuses, and shows an example."""

from __future__ import annotations

import doctest
import re
from collections.abc import Iterable

import numpy as np
import pytest
import yaml
from griffe import Attribute, Class, Function, GriffeLoader

import perceptrons
from atelier import reference_entries
from atelier.docstrings import Section, sections
from atelier.paths import DOCS, LANGUAGES, PACKAGE, ROOT
from atelier.reference_pages import directives
from atelier.rules import CODE_WIDTH

READ = GriffeLoader(search_paths=[PACKAGE.parent], allow_inspection=False).load(PACKAGE.name)
ENTRIES = {name: reference_entries.entry(READ, name) for name in perceptrons.__all__}
MODULES = sorted(name for name in READ.modules if not name.startswith("_"))

# Names that no equation would explain, and those that refuse nothing: why.
WITHOUT_EQUATION = {
    "EarlyStopping": "counts epochs",
    "History": "a record",
    "Iteration": "a record",
    "Path": "a record",
    "Trial": "a record",
    "Update": "a record",
    "batches": "cuts the samples into lists of indices",
    "compute_loss": "calls a loss, which has its own",
    "draw_graph": "a drawing",
    "load_digits": "reads a file",
    "make_delayed_copy": "a puzzle of which each part is said in words",
    "random_search": "draws from laws that its reader gives",
    "small_cnn": "a stack of layers, each with its own",
}
WITHOUT_ERRORS = {
    "ACTIVATIONS": "a table",
    "History": "a record",
    "Iteration": "a record",
    "Layer": "abstract: its methods say what they refuse",
    "Path": "a record",
    "Trial": "a record",
    "Update": "a record",
    "load_digits": "takes no argument",
}


def lacks(name: str, found: list[Section], target: object) -> list[str]:
    """Return what a docstring does not say and should."""
    kinds = {section.kind for section in found}
    words = " ".join(
        [section.text for section in found] + [text for s in found for _, text in s.items]
    )
    elsewhere = re.search(r"[Ee]rrors(?: and source)?: see `(\w+)`", words)
    missing = []
    if "$" not in words and name not in WITHOUT_EQUATION:
        missing.append("equation")
    if "raises" not in kinds and name not in WITHOUT_ERRORS and not elsewhere:
        missing.append("raises")
    if "example" not in kinds:
        missing.append("example")
    told = {
        each.strip().lstrip("*")
        for section in found
        if section.kind in ("args", "attributes")
        for names, _ in section.items
        for each in names.split(",")
    }
    if not re.search(r"Arguments(?:,| and) errors(?: and source)?: see `\w+`", words):
        missing += [argument for argument in arguments(target) if argument not in told]
        if isinstance(target, Function) and not kinds & {"returns", "yields"}:
            missing.append("returns")
    return missing


def arguments(target: object) -> list[str]:
    if not isinstance(target, Function | Class):
        return []
    return [each.name for each in target.parameters if each.name not in ("self", "cls")]


@pytest.mark.parametrize("name", ENTRIES)
def test_a_docstring_lacks_nothing(name: str) -> None:
    assert lacks(name, ENTRIES[name].sections, ENTRIES[name].target) == []


def test_exceptions_are_needed() -> None:
    for name in WITHOUT_EQUATION:
        assert "$" not in ENTRIES[name].target.docstring.value, name
    for name in WITHOUT_ERRORS:
        assert "Raises:" not in ENTRIES[name].target.docstring.value, name


@pytest.mark.parametrize("name", ENTRIES)
def test_a_docstring_that_sends_elsewhere_sends_to_one_that_tells(name: str) -> None:
    text = ENTRIES[name].target.docstring.value
    for other in re.findall(r"source: see\s+`(\w+)`", text):
        kinds = {section.kind for section in ENTRIES[other].sections}
        assert {"args", "raises"} <= kinds and (other == "identity" or "source" in kinds)


@pytest.mark.parametrize("name", ENTRIES)
def test_methods_with_arguments_are_described(name: str) -> None:
    assert all(member.sections for member in ENTRIES[name].members)


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_public_name_is_on_one_page(language: str) -> None:
    told = []
    for name in directives(DOCS / language):
        own = name.removeprefix("perceptrons.")
        entries = reference_entries.entries(READ, READ.members[own]) if own in MODULES else None
        told += [entry.name for entry in entries] if entries is not None else [own]
    assert sorted(told) == sorted(perceptrons.__all__)


@pytest.mark.parametrize("module", MODULES)
def test_a_module_is_linked_to_the_chapters_that_it_names(module: str) -> None:
    text = READ.members[module].docstring.value
    named = re.findall(r"\*([^*]+)\*", text[text.index("chapter") :].partition("\n\n")[0])
    assert named, "the docstring of a module names its chapter"
    nav = yaml.safe_load((ROOT / "mkdocs.en.yml").read_text("utf-8"))["nav"]
    chapters = {
        title: page
        for each in nav
        for part in each.values()
        if isinstance(part, list)
        for entry in part
        for title, page in entry.items()
    }
    for language in LANGUAGES:
        page = directives(DOCS / language)[f"perceptrons.{module}"]
        source = (DOCS / language / f"{page}.md").read_text("utf-8")
        section = next(s for s in source.split("\n## ") if f"::: perceptrons.{module}\n" in s)
        links = [
            chapters[" ".join(title.split())]
            for title in named
            if " ".join(title.split()) in chapters
        ]
        assert all(f"]({link})" in section for link in links), (language, links)


# The same check on a docstring with faults, and the reading of entries.


def test_what_is_missing_is_seen() -> None:
    target = ENTRIES["sigmoid"].target  # of one argument, z
    assert lacks(
        "halve", sections("Halve.\n\nRaises:\n    ValueError: Never.\n\n>>> 1\n1"), target
    ) == [
        "equation",
        "z",
        "returns",
    ]
    assert lacks("halve", sections("Halve."), target) == [
        "equation",
        "raises",
        "example",
        "z",
        "returns",
    ]


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
