"""Search as a reader uses it: what it finds first, and what it costs those who do not search."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

INDEX = "search_index.json"
LINKS = ".md-search-result__item > .md-search-result__link"
MARKED = ".md-search-result mark"
CHAPTERS = "introduction|learning|perceptron|logistic|activations|network|backpropagation|training"
# A question, and the page that answers it first.
FIRST = {
    "fr": {
        "d_sigmoid": "logistic",
        "MultiLayerPerceptron": "network",
        "mean_squared_error": "learning",
        "learning rate": "learning",
        "gradients": "backpropagation",
        "sur-apprentissage": "learning",
        "overfitting": "learning",
        "rétropropagation": "backpropagation",
        "mini-lots": "training",
        "dropout": "training",
        "sigmoïde": "activations",
        "XOR": "perceptron",
    },
    "en": {
        "d_sigmoid": "logistic",
        "MultiLayerPerceptron": "network",
        "mean_squared_error": "learning",
        "learning rate": "training",
        "gradients": "backpropagation",
        "over-fitting": "learning",
        "chain rule": "backpropagation",
        "cross-entropy": "learning",
        "mini-batch": "training",
        "dropout": "training",
        "sigmoid": "activations",
        "XOR": "perceptron",
    },
}


def ask(page: Page, question: str) -> list[str]:
    """Type a question; return the pages that are found, in their order."""
    field = page.locator("[data-md-component=search-query]")
    for text in ("", question):
        field.fill(text)
        field.press("End")  # Material listens to the keys
        if not text:
            expect(page.locator(LINKS)).to_have_count(0)
    page.locator(LINKS).first.wait_for()
    links: list[str] = page.locator(LINKS).evaluate_all("all => all.map(link => link.pathname)")
    return list(dict.fromkeys(re.sub(r"^.*/(fr|en)/", "", link).rstrip("/") for link in links))


@pytest.mark.parametrize("language", FIRST)
def test_a_question_is_answered_first_by_the_page_that_teaches_it(
    page: Page, base_url: str, language: str
) -> None:
    """And the chapters that have the word come before the reference."""
    page.goto(f"{base_url}{language}/guide/")
    page.keyboard.press("/")
    wrong = {}
    for question, first in FIRST[language].items():
        found = ask(page, question)
        places = [bool(re.fullmatch(CHAPTERS, each)) for each in found]
        reference = [each.startswith("reference/") for each in found]
        late = True in reference and True in places[reference.index(True) :]
        if found[0] != first or (late and " " not in question):
            wrong[question] = found
    assert not wrong


@pytest.mark.parametrize("language", FIRST)
def test_an_identifier_is_found_whole(page: Page, base_url: str, language: str) -> None:
    page.goto(f"{base_url}{language}/")
    page.keyboard.press("/")
    found = ask(page, "d_sigmoid")
    assert {"logistic", "activations", "backpropagation", "reference/activations"} == set(found)
    assert set(page.locator(MARKED).all_text_contents()) == {"d_sigmoid"}
    assert "reference/activations" in ask(page, "sigmoid")


def test_a_compound_does_not_bring_every_page(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}fr/")
    page.keyboard.press("/")
    assert ask(page, "sur-apprentissage") == ask(page, "surapprentissage")


def test_a_result_of_the_reference_says_what_it_is(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}en/")
    page.keyboard.press("/")
    ask(page, "accuracy")
    result = page.locator(LINKS, has_text="Reference: metrics")
    expect(result).to_have_attribute("href", re.compile("/en/reference/metrics/"))


def test_the_index_is_fetched_when_somebody_searches(page: Page, base_url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{base_url}en/network/", wait_until="networkidle")
    page.keyboard.press("PageDown")
    page.mouse.click(5, 500)
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if INDEX in url], "nobody has searched"
    with page.expect_request(f"**/{INDEX}"):
        page.locator("[data-md-component=search-query]").click()
    assert ask(page, "softmax")[0] == "logistic"
    page.keyboard.press("Escape")
    expect(page.locator("[data-md-toggle=search]")).not_to_be_checked()
    page.keyboard.press("/")
    expect(page.locator("[data-md-toggle=search]")).to_be_checked()
    assert ask(page, "XOR")[0] == "perceptron"
    assert len([url for url in asked if INDEX in url]) == 1


def test_the_key_and_the_icon_of_a_phone_open_a_search_that_answers(
    page: Page, base_url: str
) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{base_url}fr/network/", wait_until="networkidle")
    with page.expect_request(f"**/{INDEX}"):
        page.locator("header .md-header__button[for=__search]").click()
    assert ask(page, "softmax")[0] == "logistic"


def test_an_address_may_hold_a_question_or_words_to_mark(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}en/?q=softmax")
    page.locator(LINKS).first.wait_for()
    expect(page.locator(LINKS).first).to_have_attribute("href", re.compile("/logistic/"))
    page.goto(f"{base_url}en/activations/?h=d_sigmoid")
    marks = page.locator("main mark")
    marks.first.wait_for(state="attached")
    assert set(marks.all_text_contents()) == {"d_sigmoid"}
