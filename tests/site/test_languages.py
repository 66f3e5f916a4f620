"""Two editions: the reader changes language without losing the place, and searches in each."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

SWITCHER = ".book-languages a[hreflang={}]"
OTHER = {"fr": "en", "en": "fr"}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("stem", ["", "network/", "labs/digits/"])
def test_switcher_keeps_the_page_without_javascript(
    browser: Browser, base_url: str, language: str, stem: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base_url}{language}/{stem}")
    link = page.locator(SWITCHER.format(OTHER[language]))
    link.click()
    expect(page).to_have_url(f"{base_url}{OTHER[language]}/{stem}")
    context.close()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_switcher_keeps_the_anchor_with_javascript(
    page: Page, base_url: str, language: str
) -> None:
    page.goto(f"{base_url}{language}/network/#forward-pass")
    page.locator(SWITCHER.format(OTHER[language])).click()
    expect(page).to_have_url(f"{base_url}{OTHER[language]}/network/#forward-pass")
    expect(page.locator("html")).to_have_attribute("lang", OTHER[language])


@pytest.mark.parametrize(
    ("language", "words", "where"),
    [
        ("fr", "rétropropagation", "backpropagation"),
        ("fr", "retropropagation", "backpropagation"),
        ("en", "backpropagation", "backpropagation"),
        ("en", "networks", "network"),
    ],
)
def test_search_finds_with_and_without_accents(
    page: Page, base_url: str, language: str, words: str, where: str
) -> None:
    page.goto(f"{base_url}{language}/")
    page.keyboard.press("/")
    page.keyboard.type(words)
    links = page.locator(".md-search-result__link")
    links.first.wait_for()
    found = links.evaluate_all("all => all.map(link => link.href)")
    assert any(f"/{language}/{where}/" in link for link in found), found
    assert all(f"/{language}/" in link for link in found), "the other edition is mixed in"


@pytest.mark.parametrize(("preferred", "edition"), [("fr-CA", "fr"), ("en-GB", "en"), ("de", "en")])
def test_chooser_sends_to_the_language_of_the_browser(
    browser: Browser, base_url: str, preferred: str, edition: str
) -> None:
    context = browser.new_context(locale=preferred)
    page = context.new_page()
    page.goto(base_url)
    expect(page).to_have_url(f"{base_url}{edition}/")
    context.close()


def test_chooser_offers_both_without_javascript(browser: Browser, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base_url)
    for language in ("fr", "en"):
        assert page.locator(f"main a[hreflang={language}]").is_visible()
    context.close()


def test_what_is_missing_answers_in_both_languages(browser: Browser, base_url: str) -> None:
    context = browser.new_context()
    page = context.new_page()
    answer = page.goto(f"{base_url}fr/nowhere/at/all/")
    assert answer is not None and answer.status == 404
    text = page.locator("main").inner_text()
    assert "introuvable" in text and "not found" in text
    page.locator("main a[hreflang=en]").click()
    expect(page).to_have_url(re.compile(r"/en/$"))
    context.close()


@pytest.mark.parametrize("language", ["fr", "en"])
def test_edition_names_its_twin_to_search_engines(page: Page, base_url: str, language: str) -> None:
    answer = page.request.get(f"{base_url}{language}/sitemap.xml")
    text = answer.text()
    for each in ("fr", "en"):
        assert f'hreflang="{each}"' in text
    page.goto(f"{base_url}{language}/network/")
    canonical = page.locator("link[rel=canonical]").get_attribute("href")
    assert canonical is not None and canonical.endswith(f"/{language}/network/")
    assert canonical in text
