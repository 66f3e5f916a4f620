"""The pages of reference: whole in both editions, legible, and faults of docstrings are told."""

from __future__ import annotations

import gzip
import html
import json
import re
from pathlib import Path

import pytest

import perceptrons
from atelier.paths import DOCS, LANGUAGES, PACKAGE
from atelier.problems import Problem
from atelier.render import reference, reference_pages
from atelier.render.reference_pages import directives
from atelier.site import editions, stages
from atelier.site.shown_code import python_blocks

PAGES = sorted(set(directives(DOCS / "en").values()))
KILOBYTES = 20  # gzipped; the text is a third of it, the formulas the rest
LABELS = {"fr": "Paramètres", "en": "Parameters"}
NO_BREAK = "\u202f"
SIGNATURE = re.compile(r'<div class="reference-signature"><code[^>]*>(.*?)</code></div>', re.S)
ID = re.compile(r'\bid="(perceptrons\.[\w.]+)"')
PACKAGE_INIT = '''"""A package."""

from perceptrons.halves import halve

__all__ = ["halve"]
'''
HALVES = '''"""Halves (chapter *Halves*)."""

__all__ = ["halve"]


def halve(x: float) -> float:
    r"""Halve: $\\frac{x}{2}$; see `halve` and 'quotes'.

    Args:
        x: A number; any: one!

    >>> halve(4.0)
    2.0
    """
    return x / 2.0
'''


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package of one module, which the pages of reference are made from."""
    folder = tmp_path / "src" / "perceptrons"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(PACKAGE_INIT, "utf-8")
    (folder / "halves.py").write_text(HALVES, "utf-8")
    for module in (reference, reference_pages, stages):
        monkeypatch.setattr(module, "PACKAGE", folder)
    monkeypatch.setattr(reference, "KEPT", tmp_path / "kept")
    return folder


def describe(small_book, name: str = "perceptrons.halves") -> Path:
    text = f"# Reference {{ #reference }}\n\n## Halves {{ #halves }}\n\n::: {name}\n"
    for language in LANGUAGES:
        page = small_book.write(f"{language}/reference.md", text)
    return page


def build(small_book, language: str = "en") -> tuple[list[Problem], str]:
    problems = editions.build_edition(language, small_book.site / language)
    return problems, (small_book.site / language / "reference" / "index.html").read_text("utf-8")


@pytest.fixture(params=LANGUAGES)
def pages(request: pytest.FixtureRequest, built_site: Path) -> tuple[str, list[str]]:
    """A language, and the built pages of its reference."""
    folder = built_site / request.param
    return request.param, [(folder / page / "index.html").read_text("utf-8") for page in PAGES]


def test_every_public_name_has_an_entry_with_its_signature(pages: tuple[str, list[str]]) -> None:
    _, texts = pages
    found = {}
    for entry in re.split(r'(?=<h2 id="perceptrons\.)', "".join(texts))[1:]:
        name = entry.partition('"')[2].partition('"')[0].removeprefix("perceptrons.")
        signature = SIGNATURE.search(entry)
        assert signature, name
        found[name] = html.unescape(re.sub("<.*?>", "", signature[1]))
    assert sorted(found) == sorted(perceptrons.__all__)
    assert all(re.match(rf"{name}(\(.*\)|: )", text, re.S) for name, text in found.items())


def test_both_editions_have_the_same_anchors(built_site: Path) -> None:
    for page in PAGES:
        french, english = (
            ID.findall((built_site / language / page / "index.html").read_text("utf-8"))
            for language in LANGUAGES
        )
        assert french == english and len(french) == len(set(french)) > 1, page


def test_words_of_the_edition_are_around_docstrings_in_english(
    pages: tuple[str, list[str]],
) -> None:
    language, texts = pages
    for text in texts:
        assert f'<p class="reference-label">{LABELS[language]}</p>\n<dl lang="en">' in text
        english = re.findall(r'<(?:div|dl)[^>]* lang="en">(.*?)</(?:div|dl)>', text, re.S)
        assert len(english) > 5 and not any(NO_BREAK in each for each in english)


def test_examples_are_shown_and_are_not_blocks_of_the_book(pages: tuple[str, list[str]]) -> None:
    _, texts = pages
    for text in texts:
        assert python_blocks(text) == []
        assert text.count('<div class="language-pycon highlight">') >= 1


def test_entries_lead_to_their_line_in_the_repository(pages: tuple[str, list[str]]) -> None:
    _, texts = pages
    for place, line in re.findall(r"/blob/main/(src/[\w/]+\.py)#L(\d+)", "".join(texts)):
        source = (DOCS.parent / place).read_text("utf-8").splitlines()[int(line) - 1]
        assert re.match(r"def |class |@|ACTIVATIONS", source), (place, line)


def test_pages_are_light_and_load_no_style_of_mkdocstrings(
    pages: tuple[str, list[str]], built_site: Path
) -> None:
    language, texts = pages
    for text in texts:
        assert len(gzip.compress(text.encode())) < KILOBYTES * 1000
        assert text.count('rel="stylesheet" href="../../assets/book/book.css"') == 1
    home = (built_site / language / "index.html").read_text("utf-8")
    assert "mkdocstrings" not in home and home.count("assets/book/book.css") == 1
    assert not list((built_site / language).rglob("*mkdocstrings*"))
    assert not (built_site / language / "objects.inv").exists()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_search_finds_a_class(built_site: Path, language: str) -> None:
    index = json.loads((built_site / language / "search" / "search_index.json").read_text("utf-8"))
    (found,) = (e for e in index["docs"] if e["title"] == "<code>MultiLayerPerceptron</code>")
    assert found["location"] == "reference/network/#perceptrons.MultiLayerPerceptron"
    assert "<code>initialise_he</code>" in found["text"]


def test_a_docstring_becomes_an_entry(small_book, package: Path) -> None:
    describe(small_book)
    for language in LANGUAGES:
        problems, text = build(small_book, language)
        assert problems == []  # a colon of English without its space among them
        assert '<annotation encoding="application/x-tex">\\frac{x}{2}</annotation>' in text
        assert "see <code>halve</code> and ‘quotes’" in html.unescape(
            text
        )  # no link of an entry to itself
        assert "A number; any: one!" in text


def test_what_is_found_rendered_makes_the_same_page(
    small_book, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    describe(small_book)
    made = build(small_book)
    (kept,) = reference.KEPT.rglob("*.json")
    assert re.fullmatch(r"perceptrons\.halves-\w+\.json", kept.name)
    monkeypatch.delattr(reference, "Renderer")  # the package is not read again
    assert build(small_book) == made


def test_only_entries_of_the_module_that_changed_have_another_key(
    small_book, package: Path
) -> None:
    (package / "doubles.py").write_text(HALVES.replace("halve", "double"), "utf-8")
    names = ["perceptrons.halves", "perceptrons.doubles"]
    describe(small_book)
    docs = small_book.folder / "docs" / "en"

    def changed(text: str) -> list[str]:
        before = reference.states(names, docs)
        (package / "halves.py").write_text(text, "utf-8")
        after = reference.states(names, docs)
        return [name for name in names if before[name] != after[name]]

    assert changed(HALVES.replace("A number", "Any number")) == ["perceptrons.halves"]
    assert changed(HALVES.replace("halve", "split")) == names  # the links to it


@pytest.mark.parametrize(
    ("pattern", "fault", "line", "message"),
    [
        (r"\\frac", r"\\notacommand", 7, r"\notacommand"),
        (r'    r""".*?"""\n(?=    return)', "", 6, "`halve` has no docstring; write one"),
    ],
)
def test_a_fault_of_a_docstring_is_told_at_its_place_until_it_is_mended(
    small_book, package: Path, pattern: str, fault: str, line: int, message: str
) -> None:
    describe(small_book)
    source = package / "halves.py"
    source.write_text(re.sub(pattern, fault, HALVES, flags=re.S), "utf-8")
    for _ in range(2):  # it is not taken for done by the second build
        problems, _ = build(small_book)
        (problem,) = problems
        assert (problem.path, problem.line) == (source, line) and message in problem.message


def test_a_name_that_the_package_lacks_is_told_at_its_line(small_book, package: Path) -> None:
    page = describe(small_book, "perceptrons.nothing")
    problems, _ = build(small_book)
    (problem,) = problems
    assert (problem.path, problem.line) == (page, 5)
    assert "the package has no perceptrons.nothing" in problem.message


def test_directives_are_read_from_the_pages() -> None:
    for language in LANGUAGES:
        assert directives(DOCS / language)["perceptrons.losses"] == "reference/losses"


def test_each_public_module_has_a_page_of_its_own_in_the_menu_and_in_the_list() -> None:
    public = {module.stem for module in PACKAGE.glob("[!_]*.py")}
    for language in LANGUAGES:
        folder = DOCS / language / "reference"
        assert {page.stem for page in folder.glob("*.md")} == public
        listed = (DOCS / language / "reference.md").read_text("utf-8")
        menu = editions.CONFIGURATIONS[language].read_text("utf-8")
        for module in public:
            assert directives(DOCS / language)[f"perceptrons.{module}"] == f"reference/{module}"
            assert f"(reference/{module}.md)" in listed and f": reference/{module}.md" in menu
