"""What the checks of the built site catch, each fault planted in a page of its own."""

from __future__ import annotations

import pytest

from atelier.addresses import site_url
from atelier.site import build as site
from atelier.site import built
from atelier.site.html_page import read

HEAD = '<link rel="canonical" href="{root}{language}/{name}/">'
PAGE = '<!doctype html>\n<html lang="{language}"><head>{head}</head>\n<body>{body}</body></html>\n'
MAP = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml"><url><loc>{root}{language}/page/</loc>'
    '<xhtml:link rel="alternate" hreflang="fr" href="{root}fr/page/"/>'
    '<xhtml:link rel="alternate" hreflang="en" href="{root}en/page/"/></url></urlset>'
)


@pytest.fixture
def faults_of(tmp_path):
    """A function: write the page in both languages with this French body; return the messages."""

    def check(body="<p>Bonjour</p>", head=HEAD, language="fr", site_map=MAP):
        for edition in ("fr", "en"):
            known = {"root": site_url(), "language": edition, "name": "page"}
            folder = tmp_path / edition / "page"
            folder.mkdir(parents=True, exist_ok=True)
            french = edition == "fr"
            html = PAGE.format(
                language=language if french else edition,
                head=(head if french else HEAD).format(**known),
                body=body if french else "<h1 id='top'>Hello</h1>",
            )
            (folder / "index.html").write_text(html, "utf-8")
            written = site_map if french else MAP
            (tmp_path / edition / "sitemap.xml").write_text(written.format(**known), "utf-8")
        return [problem.message for problem in built.check(tmp_path)]

    return check


def test_a_page_without_fault_passes(faults_of):
    body = (
        '<h1 id="top">Bonjour</h1><a href="#top">ici</a><a href="../../en/page/#top">là</a>'
        '<a href="https://example.com/">ailleurs</a><code>$x$ \\alpha</code>'
        '<annotation>\\frac{a}{b}</annotation><img src="data:image/png;base64,AA" alt="Un point.">'
    )
    assert faults_of(body) == []


def test_a_need_or_a_program_that_is_not_there_is_caught(faults_of):
    block = (
        '<div class="language-python highlight" id="top-block-1"><p class="program">{}</p></div>'
    )
    assert faults_of(block.format('<a href="#top-block-1">Haut</a>')) == []
    (need,) = faults_of(block.format('<a href="#gone-block-1">Haut</a>'))
    (file,) = faults_of(block.format('<a href="../programs/page/top-block-1.py" download>.py</a>'))
    assert "has no #gone-block-1" in need and "leads to no page" in file


@pytest.mark.parametrize("text", ["https://ADDRESS/x", "{{ wheel }}", "http://SITE-OF-THE-BOOK"])
def test_an_address_that_was_not_filled_in_is_caught(faults_of, text):
    (message,) = faults_of(f"<pre><code>pip install {text}</code></pre>")
    assert "is no address" in message


@pytest.mark.parametrize("text", ["$ x $", "\\(x\\)", "\\[x\\]", "\\frac ab", "$$"])
def test_tex_left_as_text_is_caught(faults_of, text):
    (message,) = faults_of(f"<p>Soit {text} ici</p>")
    assert message.startswith("TeX left as text: Soit")


@pytest.mark.parametrize(
    "body",
    [
        '<img alt="x." src="https://example.com/x.png">',
        '<script src="//example.com/x.js"></script>',
        '<link rel="stylesheet" href="https://example.com/x.css">',
        '<link rel="preconnect" href="https://example.com/">',
        '<iframe src="https://example.com/"></iframe>',
        '<p style="background: url(https://example.com/x.png)">x</p>',
        "<style>@import 'https://example.com/x.css';</style>",
    ],
)
def test_what_is_loaded_from_another_origin_is_caught(faults_of, body):
    (message,) = faults_of(body)
    assert "from another origin" in message and "example.com" in message


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ('<a href="../nowhere/">x</a>', "dead link: ../nowhere/ leads to no page"),
        ('<a href="#nowhere">x</a>', "dead link: #nowhere, the page has no #nowhere"),
        ('<a href="../../en/page/#no">x</a>', "dead link: ../../en/page/#no, the page has no #no"),
        (f'<a href="{site_url()}fr/no/">x</a>', f"dead link: {site_url()}fr/no/ leads to no page"),
        ('<img src="no.png" alt="x.">', "the page loads no.png, which does not exist"),
        ('<img src="data:x">', "image without alternative text: data:x"),
        ('<img src="data:x" alt=" ">', "image without alternative text: data:x"),
        ('<p id="a"></p><p id="a"></p>', "the id a stands twice in the page"),
    ],
)
def test_faults_of_a_body_are_caught(faults_of, body, message):
    assert faults_of(body) == [message]


def test_faults_of_a_head_are_caught(faults_of):
    assert 'has lang="en", expected "fr"' in faults_of(language="en")[0]
    assert "canonical" in faults_of(head="")[0]
    without_twin = MAP.replace("en/page/", "en/other/")
    (message,) = faults_of(site_map=without_twin)
    assert "has no twin in sitemap.xml for hreflang=en" in message


def test_a_style_sheet_that_leaves_the_site_is_caught(faults_of, tmp_path):
    (tmp_path / "x.css").write_text("@font-face{src:url(https://example.com/x.woff2)}", "utf-8")
    (message,) = faults_of()
    assert "the style sheet loads https://example.com/x.woff2" in message


def test_a_problem_names_the_source_and_its_line(small_book, monkeypatch):
    monkeypatch.setattr(built, "DOCS", small_book.folder / "docs")
    page = small_book.write("fr/index.md", "# Accueil { #index }\n\nUn prix de $ 5 ici.\n")
    for language in ("fr", "en"):
        site.edition(language)
    (problem,) = built.check(small_book.site)
    assert (problem.path, problem.line) == (page, 3)
    assert "TeX left as text" in problem.message


def test_positions_of_what_is_read_are_lines_of_the_html():
    page = read('<p>\n<a href="#x">x</a>\n<img src="y">')
    assert [(link.line, link.value) for link in page.links] == [(2, "#x")]
    assert page.without_alt[0].line == 3
