"""The training film, with every button pressed."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, Page, Route, expect

PLAYER = "training-player[film=circles_training]"
LARGEST = 100_000  # bytes gzipped; the article's animation weighs 8.2 million
WORDS = {
    "fr": {"play": "Lecture", "pause": "Pause", "next": "Image suivante", "step": "itération"},
    "en": {"play": "Play", "pause": "Pause", "next": "Next frame", "step": "iteration"},
}
# Every frame is told an earlier time than its own.
EARLY_FRAMES = """{
  const ask = window.requestAnimationFrame;
  window.requestAnimationFrame = (draw) => ask((now) => draw(now + LATE));
}"""
TWO_PICTURES = "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"
# A hash of what the canvas shows.
PICTURE = """canvas => {
  const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
  return data.reduce((hash, value) => (hash * 31 + value) | 0, 7);
}"""


def open_player(page: Page, base_url: str, language: str) -> None:
    page.goto(f"{base_url}{language}/training/")
    page.locator(PLAYER).scroll_into_view_if_needed()
    expect(page.locator(f"{PLAYER}.film-loaded")).to_be_visible()


def picture(page: Page) -> int:
    page.wait_for_timeout(100)  # the canvas is drawn at the next picture of the screen
    result: int = page.locator(f"{PLAYER} .film-plane").evaluate(PICTURE)
    return result


@pytest.mark.parametrize("language", ["fr", "en"])
def test_film_does_not_start_by_itself(page: Page, base_url: str, language: str) -> None:
    open_player(page, base_url, language)
    before = page.locator(f"{PLAYER} .film-readout").inner_text()
    page.wait_for_timeout(1200)
    assert page.locator(f"{PLAYER} .film-readout").inner_text() == before


@pytest.mark.parametrize("language", ["fr", "en"])
def test_play_pause_and_step(page: Page, base_url: str, language: str) -> None:
    words = WORDS[language]
    open_player(page, base_url, language)
    player = page.locator(PLAYER)
    slider, readout = player.get_by_role("slider"), player.locator(".film-readout")
    slider.focus()
    page.keyboard.press("Home")
    expect(readout).to_contain_text(re.compile(rf"{words['step']} 0\b"))
    first = picture(page)

    player.get_by_role("button", name=words["play"], exact=True).click()
    expect(readout).not_to_contain_text(re.compile(rf"{words['step']} 0\b"), timeout=5000)
    player.get_by_role("button", name=words["pause"], exact=True).click()
    stopped = readout.inner_text()
    expect(player.get_by_role("status")).to_have_text(stopped)
    page.wait_for_timeout(1200)
    assert readout.inner_text() == stopped
    assert picture(page) != first

    player.get_by_role("button", name=words["next"], exact=True).click()
    expect(readout).not_to_have_text(stopped)
    expect(player.get_by_role("status")).to_have_text(readout.inner_text())


@pytest.mark.parametrize("late", [-40, -2000])
def test_play_bears_a_frame_that_began_before_it_was_pressed(
    page: Page, base_url: str, late: int
) -> None:
    """A frame is told the time of its beginning, which may precede the click: here it does."""
    page.add_init_script(EARLY_FRAMES.replace("LATE", str(late)))
    page.emulate_media(reduced_motion="no-preference")
    errors: list[Error] = []
    page.on("pageerror", lambda error: errors.append(error))
    for stem in ("training", "perceptron"):  # a film of grids, a film of lines
        page.goto(f"{base_url}en/{stem}/")
        player = page.locator("training-player").first
        player.scroll_into_view_if_needed()
        expect(page.locator("training-player.film-loaded").first).to_be_visible()
        button = player.locator(".film-controls button").nth(1)
        for _ in range(3):
            player.get_by_role("slider").focus()
            page.keyboard.press("Home")
            button.click()  # play
            page.evaluate(TWO_PICTURES)
            expect(button).to_have_attribute("aria-label", "Pause")
            button.click()
    assert errors == []


def test_slider_says_iteration_loss_and_accuracy(page: Page, base_url: str) -> None:
    open_player(page, base_url, "en")
    slider = page.locator(PLAYER).get_by_role("slider")
    slider.focus()
    page.keyboard.press("End")
    said = slider.get_attribute("aria-valuetext") or ""
    assert re.search(r"iteration \d+, loss 0\.\d\d, accuracy 0\.9\d", said), said
    page.keyboard.press("ArrowLeft")
    assert slider.get_attribute("aria-valuetext") != said


@pytest.mark.parametrize(("language", "number"), [("fr", r"= [01],\d\d"), ("en", r"= [01]\.\d\d")])
def test_pointing_tells_the_prediction(
    page: Page, base_url: str, language: str, number: str
) -> None:
    open_player(page, base_url, language)
    page.locator(f"{PLAYER} .film-plane").hover()
    expect(page.locator(f"{PLAYER} .film-hint")).to_contain_text(re.compile(number))
    page.mouse.move(0, 0)
    expect(page.locator(f"{PLAYER} .film-hint")).not_to_contain_text(re.compile(number))


def test_arrow_keys_read_the_prediction(page: Page, base_url: str) -> None:
    open_player(page, base_url, "en")
    page.locator(f"{PLAYER} .film-plane").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(PLAYER).get_by_role("status")).to_contain_text("class")


def test_picture_follows_the_colour_scheme(page: Page, base_url: str) -> None:
    page.emulate_media(color_scheme="light")
    open_player(page, base_url, "en")
    light = picture(page)
    page.evaluate("document.body.setAttribute('data-md-color-scheme', 'slate')")
    assert picture(page) != light


def test_failed_download_is_told_and_can_be_tried_again(page: Page, base_url: str) -> None:
    def refuse(route: Route) -> None:
        route.fulfill(status=503, body="")

    page.route("**/circles_training.json", refuse)
    page.goto(f"{base_url}en/training/")
    page.locator(PLAYER).scroll_into_view_if_needed()
    alert = page.locator(PLAYER).get_by_role("alert")
    expect(alert).to_be_visible()
    page.unroute("**/circles_training.json")
    alert.get_by_role("button").click()
    expect(page.locator(f"{PLAYER}.film-loaded")).to_be_visible()


def test_film_is_fetched_only_when_near(page: Page, base_url: str) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{base_url}en/perceptron/", wait_until="networkidle")
    assert not [url for url in asked if url.endswith("perceptron_turns.json")]
    page.locator("training-player").scroll_into_view_if_needed()
    expect(page.locator("training-player.film-loaded")).to_be_visible()


@pytest.mark.parametrize(("language", "sentence"), [("fr", "sans lui"), ("en", "without it")])
def test_poster_and_sentence_without_javascript(
    browser: Browser, base_url: str, language: str, sentence: str
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base_url}{language}/training/")
    player = page.locator(PLAYER)
    assert player.locator("svg").first.is_visible()
    assert player.locator("button").count() == 0
    assert sentence in player.inner_text()
    context.close()


@pytest.mark.parametrize("film", ["circles_training", "perceptron_turns"])
def test_film_is_light(built_site: Path, film: str) -> None:
    data = (built_site / "en" / "assets" / "films" / f"{film}.json").read_bytes()
    scripts = b"".join(path.read_bytes() for path in (built_site / "en" / "js").glob("*film*.js"))
    assert len(gzip.compress(data)) + len(gzip.compress(scripts)) <= LARGEST
