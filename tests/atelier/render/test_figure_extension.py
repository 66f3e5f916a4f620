"""`![alt](name.svg)` and `![alt](name.film)` in a page."""

from __future__ import annotations

import html.parser
import logging
import re

import markdown
import pytest

SVG = (
    '<svg class="book-svg" viewBox="0 0 9 9" width="9" height="9" fill="currentColor" '
    'xmlns="http://www.w3.org/2000/svg"><clipPath id="book-wave-1"/>'
    '<g clip-path="url(#book-wave-1)"><text>crest</text></g></svg>\n'
)
FILM = (
    '{"poster":1,"step":{"fr":"étape","en":"step"},"steps":[0,7],'
    '"curves":[{"name":{"fr":"perte","en":"loss"},"values":[0.9,-0.25]}]}'
)


@pytest.fixture
def convert(tmp_path):
    """Convert Markdown with two drawings at hand: the figure `wave` and the film `learning`."""
    for language in ("fr", "en"):
        (tmp_path / language).mkdir()
        (tmp_path / language / "wave.svg").write_text(SVG, "utf-8")
        poster = SVG.replace("wave", "learning")
        (tmp_path / language / "learning.poster.svg").write_text(poster, "utf-8")
    (tmp_path / "films").mkdir()
    (tmp_path / "films/learning.json").write_text(FILM, "utf-8")

    def run(text, language="en", page=None):
        settings = {"drawings": str(tmp_path), "language": language}
        made = markdown.Markdown(
            extensions=["attr_list", "md_in_html", "atelier.render.markdown.figure"],
            extension_configs={"atelier.render.markdown.figure": settings},
        )
        if page is not None:  # what MkDocs tells its extensions about the page
            processor = markdown.treeprocessors.Treeprocessor(made)
            processor.file = type("File", (), {"abs_src_path": str(page)})()
            processor.run = lambda root: None
            made.treeprocessors.register(processor, "relpath", 0)
        return made.convert(text)

    return run


class Nesting(html.parser.HTMLParser):
    """Remembers what stands inside a paragraph."""

    def __init__(self, page):
        super().__init__()
        self.open, self.in_paragraph = [], set()
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if "p" in self.open:
            self.in_paragraph.add(tag)
        self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_a_figure_alone_takes_the_place_of_its_paragraph(convert):
    page = convert("Before.\n\n![A wave.](wave.svg)\n\nAfter.")
    assert re.search(r'</p>\s*<figure class="book-figure"><svg role="img"', page)
    assert "figure" not in Nesting(page).in_paragraph
    assert "<img" not in page


def test_the_alternative_text_is_the_title_of_the_drawing(convert):
    assert ">A wave &amp; its crest.</title>" in convert("![A wave & its crest.](wave.svg)")


def test_a_title_becomes_the_caption(convert):
    page = convert('![A wave.](wave.svg "Seen from the shore.")')
    assert page.endswith("</svg><figcaption>Seen from the shore.</figcaption></figure>")


def test_in_a_line_of_text_the_figure_is_phrasing(convert):
    page = convert("See ![A wave.](wave.svg) here.")
    assert '<p>See <span class="book-figure"><svg' in page
    assert page.endswith("</span> here.</p>")
    assert not Nesting(page).in_paragraph & {"figure", "div", "p"}


def test_a_figure_in_a_list_and_in_a_quotation_is_found(convert):
    page = convert("- ![A wave.](wave.svg)\n\n> ![A wave.](wave.svg)")
    assert page.count("<svg") == 2
    assert not Nesting(page).in_paragraph & {"figure"}


def test_the_same_figure_twice_has_different_ids(convert):
    page = convert("![A wave.](wave.svg)\n\n![The wave again.](wave.svg)")
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len(ids) == len(set(ids)) == 4


def test_a_film_is_the_player_with_its_poster_and_its_numbers(convert):
    page = convert('![It learns.](learning.film "The film.")', language="fr")
    assert '<figure class="book-film"><training-player film="learning" label="It learns.">' in page
    assert '<p class="film-readout">étape 7 · perte −0,25</p>' in page
    assert "<noscript><p>Le film se déroule avec JavaScript" in page
    assert "</training-player><figcaption>The film.</figcaption></figure>" in page
    assert "button" not in page  # nothing to press that would not work


def test_other_images_are_left_to_mkdocs(convert):
    for source in ("photo.png", "pictures/plan.svg", "https://example.org/x.svg"):
        assert f'src="{source}"' in convert(f"![A plan.]({source})")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("![](wave.svg)", "wave.svg has no alternative text"),
        ("![A cat.](cat.svg)", "write a function cat(pen)"),
        ("![A film.](cat.film)", "no figure cat.film"),
        ("![It learns.](learning.svg)", "write learning.film"),
        ("![A wave.](wave.film)", "write wave.svg"),
        ("In text ![It learns.](learning.film).", "a paragraph of its own"),
    ],
)
def test_a_fault_is_a_warning_of_mkdocs_with_page_and_line(
    convert, tmp_path, caplog, text, message
):
    page = tmp_path / "en" / "page.md"
    page.write_text(f"# Title\n\nWords.\n\n{text}\n", "utf-8")
    with caplog.at_level(logging.WARNING, logger="mkdocs"):
        convert(page.read_text("utf-8"), page=page)
    (record,) = caplog.records
    assert record.name.startswith("mkdocs.")  # what `mkdocs build --strict` counts
    assert record.getMessage().startswith(f"{page.as_posix()}:5: ")
    assert message in record.getMessage()


def test_the_language_is_that_of_the_folder_of_the_page(convert, tmp_path):
    page = tmp_path / "fr" / "page.md"
    page.write_text("![Ça apprend.](learning.film)\n", "utf-8")
    assert "étape 7" in convert(page.read_text("utf-8"), language="", page=page)


def test_the_search_index_has_the_caption_and_not_the_drawing(convert):
    from material.plugins.search.plugin import Parser

    page = convert('![A wave.](wave.svg "The shore.")\n\nWords after.')
    parser = Parser()
    parser.feed(page)
    parser.close()
    indexed = " ".join(str(section.text) for section in parser.data)
    assert "The shore." in indexed
    assert "Words after." in indexed
    assert "crest" not in indexed
