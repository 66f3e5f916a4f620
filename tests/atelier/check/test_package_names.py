"""A public name that is not exported, tested or described is told, and so is a missing link."""

from __future__ import annotations

import inspect
import shutil
from pathlib import Path

import pytest

import perceptrons
from atelier.check import package_names
from atelier.paths import DOCS, LANGUAGES, PACKAGE, ROOT
from atelier.render.reference_pages import directives

RELU = Path(inspect.getfile(perceptrons.relu)).name
NEW = '\n\ndef halve(x: float) -> float:\n    """Halve."""\n    return x / 2\n'


class Copy:
    """The package, its tests and its pages of reference, to plant faults in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ignored = shutil.ignore_patterns("__pycache__")
        self.package = Path(shutil.copytree(PACKAGE, folder / "perceptrons", ignore=ignored))
        self.tests = Path(shutil.copytree(package_names.TESTS, folder / "tests", ignore=ignored))
        for language in LANGUAGES:
            for page in set(directives(DOCS / language).values()):
                to = folder / "docs" / language / f"{page}.md"
                to.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(DOCS / language / f"{page}.md", to)
        shutil.copy(ROOT / "mkdocs.en.yml", folder)

    def change(self, name: str, right: str, wrong: str) -> None:
        """Replace every occurrence of some words of a file."""
        path = self.folder / name
        text = path.read_text("utf-8")
        assert right in text
        path.write_text(text.replace(right, wrong), "utf-8")

    def page(self, language: str, module: str) -> str:
        """Return the page that describes a module."""
        return f"docs/{language}/{directives(DOCS / language)[f'perceptrons.{module}']}.md"

    def told(self) -> list[str]:
        """Return what is found, as file name and message."""
        found = package_names.check(self.package, self.tests, self.folder / "docs")
        assert all(problem.line > 0 for problem in found)
        return [f"{problem.path.name}: {problem.message}" for problem in found]


@pytest.fixture
def copy(tmp_path: Path) -> Copy:
    """A copy in which nothing is wrong yet."""
    return Copy(tmp_path)


def test_the_public_names_are_exported_tested_and_described() -> None:
    assert package_names.check() == []


def test_a_copy_is_without_fault(copy: Copy) -> None:
    assert copy.told() == []


def test_a_function_that_its_module_does_not_export_is_told(copy: Copy) -> None:
    with (copy.package / "metrics.py").open("a", encoding="utf-8") as file:
        file.write(NEW)
    (told,) = copy.told()
    assert told == "metrics.py: halve is not in `__all__`; add it, or begin its name with _"


def test_a_function_that_the_package_does_not_pass_on_is_told(copy: Copy) -> None:
    with (copy.package / "metrics.py").open("a", encoding="utf-8") as file:
        file.write(NEW)
    copy.change("perceptrons/metrics.py", '"confusion_matrix", ', '"confusion_matrix", "halve", ')
    (told,) = copy.told()
    assert told.startswith("metrics.py: halve is not passed on; import it in perceptrons/__init__")


def test_a_function_with_the_name_of_its_module_is_told(copy: Copy) -> None:
    (copy.package / "relu.py").write_text('"""A module."""\n', "utf-8")
    (told,) = copy.told()
    assert told.startswith("relu.py: the package passes on relu, which is also the name of this")


def test_a_function_without_a_test_is_told(copy: Copy) -> None:
    for path in copy.tests.glob("*.py"):
        path.write_text(path.read_text("utf-8").replace("nn.k_fold", "nn.batches"), "utf-8")
    (told,) = copy.told()
    assert told.endswith("no test in tests/perceptrons names k_fold; write one")


def test_a_name_that_no_page_describes_is_told(copy: Copy) -> None:
    copy.change("perceptrons/activations.py", '    "relu",\n', "")
    assert [told for told in copy.told() if "relu is described" in told] == [
        f"{RELU}: relu is described 0 times in docs/{language}, not once; "
        "export it from one public module that has its `:::` there"
        for language in LANGUAGES
    ]


def test_a_name_that_is_described_twice_is_told(copy: Copy) -> None:
    losses = "::: perceptrons.losses\n"
    copy.change(copy.page("fr", "losses"), losses, f"{losses}\n::: perceptrons.relu\n")
    (told,) = copy.told()
    assert told.startswith(f"{RELU}: relu is described 2 times in docs/fr, not once")


def test_a_module_without_its_chapter_is_told(copy: Copy) -> None:
    copy.change("perceptrons/losses.py", "*Statistical learning*", "Statistical learning")
    (told,) = copy.told()
    assert told.startswith("losses.py: does not say which chapter teaches it")


def test_a_place_in_the_reference_without_its_chapter_is_told(copy: Copy) -> None:
    page = copy.page("en", "losses")
    copy.change(page, "learning.md)", "network.md)")
    assert (
        f"{Path(page).name}: perceptrons.losses names learning.md as its chapter; "
        "link to it above `::: perceptrons.losses`"
    ) in copy.told()
