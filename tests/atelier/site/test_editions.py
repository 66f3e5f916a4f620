"""An edition: MkDocs run in this process, each of its warnings a problem with its place."""

from __future__ import annotations

import pytest

from atelier import palette
from atelier.addresses import site_url
from atelier.site import build as site
from atelier.site import root_pages

TEXT = "# X { #x }\n\n$a$ et une note[^1].\n\n```python\nx = 1\n```\n\n[^1]: Note.\n"


def build(book):
    return [problem for language in ("fr", "en") for problem in site.edition(language)]


def test_two_pages_in_two_languages_build_without_a_warning(small_book):
    assert build(small_book) == []
    html = (small_book.site / "fr" / "index.html").read_text("utf-8")
    assert f'<link rel="canonical" href="{site_url()}fr/">' in html
    assert '<html lang="fr"' in html


def test_the_same_sources_give_the_same_bytes(small_book):
    def content():
        build(small_book)
        root_pages.write(small_book.site)
        return {
            path.relative_to(small_book.site): path.read_bytes()
            for path in sorted(small_book.site.rglob("*"))
            if path.is_file()
        }

    small_book.write("fr/x.md", TEXT)
    first, second = content(), content()
    assert first == second
    assert not [path for path in first if path.suffix == ".gz" or path.name == "palette.json"]
    assert [path.as_posix() for path in first if path.name == "404.html"] == ["404.html"]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("$\\notacommand$", "KaTeX: Undefined control sequence: \\notacommand"),
        ("Pourquoi?", "French spacing"),
        ("[x](nowhere.md)", "'nowhere.md'"),
        ("[x](#nowhere)", "'#nowhere'"),
        ("[x](/absolute/)", "absolute link '/absolute/'"),
        ("![](nowhere.svg)", "nowhere.svg"),
    ],
)
def test_a_fault_of_a_page_is_told_with_file_and_line(small_book, line, said):
    page = small_book.write("fr/index.md", f"# Accueil {{ #index }}\n\nBon.\n\n{line}\n")
    found = site.edition("fr")
    assert {(problem.path, problem.line) for problem in found} == {(page, 5)}, found
    assert said in found[0].message


def test_all_bad_formulas_are_told_and_the_page_is_built_all_the_same(small_book):
    small_book.write("fr/index.md", "# A { #index }\n\n$\\one$\n\nBon.\n\n$$\n\\two\n$$\n")
    assert sorted(problem.line for problem in site.edition("fr")) == [3, 8]
    assert (small_book.site / "fr" / "index.html").is_file()


def test_an_edition_that_cannot_be_built_leaves_the_last_one(small_book):
    assert build(small_book) == []
    (small_book.folder / "fr.yml").write_text("INHERIT: nowhere.yml\n", "utf-8")
    (problem,) = site.edition("fr")
    assert problem.path == small_book.folder / "fr.yml"
    assert (small_book.site / "fr" / "index.html").is_file()


def test_the_switcher_leads_to_the_same_page(small_book):
    for language in ("fr", "en"):
        small_book.write(f"{language}/deep/page.md", "# X { #x }\n\nTexte.\n")
    assert build(small_book) == []
    html = (small_book.site / "fr" / "deep" / "page" / "index.html").read_text("utf-8")
    assert 'href="../../../en/deep/page/" hreflang="en"' in html
    home = (small_book.site / "en" / "index.html").read_text("utf-8")
    assert 'href="./../fr/" hreflang="fr"' in home


def test_only_pages_with_formulas_load_their_style(small_book):
    small_book.write("fr/maths.md", "# M { #m }\n\n$x$\n")
    assert site.edition("fr") == []
    home, maths = (
        (small_book.site / "fr" / name).read_text("utf-8")
        for name in ("index.html", "maths/index.html")
    )
    assert "katex.min.css" not in home and "KaTeX_Main-Regular.woff2" not in home
    assert "../assets/katex/katex.min.css" in maths and "KaTeX_Main-Regular.woff2" in maths


def test_the_palette_reaches_the_reader_in_both_schemes(small_book):
    assert site.edition("fr") == []
    css = (small_book.site / "fr" / "assets" / "book" / "book.css").read_text("utf-8")
    for name, values in palette.colours().items():
        for value in values.values():
            assert f"--book-{name}: {value};" in css
    katex = (small_book.site / "fr" / "assets" / "katex" / "katex.min.css").read_text("utf-8")
    assert ".woff2" in katex and ".ttf" not in katex and ".woff)" not in katex


def test_the_root_offers_both_languages_and_one_404(tmp_path, monkeypatch):
    monkeypatch.setenv("SITE_URL", "https://book.example/deep/site")
    root_pages.write(tmp_path)
    for name in ("index.html", "404.html"):
        html = (tmp_path / name).read_text("utf-8")
        assert 'href="fr/"' in html and 'href="en/"' in html and 'href="favicon.svg"' in html
        assert 'href="/' not in html
        assert 'lang="en"' in html and "{{" not in html
    robots = (tmp_path / "robots.txt").read_text("utf-8")
    assert "Sitemap: https://book.example/deep/site/fr/sitemap.xml" in robots
