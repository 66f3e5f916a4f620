"""A section that is behind says so to its reader, in the page's language, with a link ahead."""

from pathlib import Path
from types import SimpleNamespace

import markdown
import pytest
from markdown.treeprocessors import Treeprocessor

from atelier.read import twin_lock
from atelier.read.source import line_of, page_of

TEXT = "# A { #a }\n\nWords.\n\n## B { #b }\n\nMore.\n"


class KnowsItsPage(Treeprocessor):
    """Stands for the processor by which MkDocs knows the page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.file = SimpleNamespace(abs_src_path=str(path))


@pytest.fixture
def docs(tmp_path):
    for name in ("network.md", "index.md", "more/deep.md"):
        for language in ("fr", "en"):
            path = tmp_path / language / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(TEXT, "utf-8")
    twin_lock.accept([], tmp_path)
    return tmp_path


def render(path):
    """The HTML of a page, rendered as MkDocs does."""
    md = markdown.Markdown(extensions=["attr_list", "toc", "atelier.render.markdown.stale"])
    md.treeprocessors.register(KnowsItsPage(path), "relpath", 0)
    return md.convert(path.read_text("utf-8"))


def test_a_page_that_is_not_behind_has_no_note(docs):
    assert "stale" not in render(docs / "fr" / "network.md")


@pytest.mark.parametrize(
    ("language", "words", "address"),
    [
        ("fr", "en retard sur la", "../../en/network/#b"),
        ("en", "behind the", "../../fr/network/#b"),
    ],
)
def test_a_section_behind_has_a_note_under_its_heading(docs, language, words, address):
    twin_lock.mark_stale(language, ["network#b"], docs)
    html = render(docs / language / "network.md")
    heading, note, more = (html.index(part) for part in ('id="b"', "stale", "More."))
    assert heading < note < more
    assert html.count("admonition warning stale") == 1
    assert words in html and f'href="{address}"' in html


def test_the_edition_that_is_ahead_has_no_note(docs):
    twin_lock.mark_stale("fr", ["network#b"], docs)
    assert "stale" not in render(docs / "en" / "network.md")


@pytest.mark.parametrize(
    ("name", "address"),
    [("index", "../en/#b"), ("more/deep", "../../../en/more/deep/#b")],
)
def test_the_link_counts_the_folders_of_the_page(docs, name, address):
    twin_lock.mark_stale("fr", [f"{name}#b"], docs)
    assert f'href="{address}"' in render(docs / "fr" / f"{name}.md")


def test_a_text_without_a_page_is_rendered_as_it_is():
    md = markdown.Markdown(extensions=["attr_list", "atelier.render.markdown.stale"])
    assert page_of(md) is None
    assert "stale" not in md.convert(TEXT)


def test_the_page_is_known_from_what_mkdocs_registers(docs):
    md = markdown.Markdown()
    md.treeprocessors.register(KnowsItsPage(docs / "fr" / "network.md"), "relpath", 0)
    assert page_of(md) == docs / "fr" / "network.md"


def test_a_text_is_found_at_its_line_even_when_its_indentation_is_gone(tmp_path):
    path = tmp_path / "page.md"
    path.write_text('!!! note "x"\n\n    $$\n    a = 1\n    $$\n\nEnd.\n', "utf-8")
    assert line_of(path, "a = 1") == 4
    assert line_of(path, "\na = 1\n") == 4
    assert line_of(path, "End.") == 7
    assert line_of(path, "nowhere") == 0
    assert line_of(None, "End.") == 0
