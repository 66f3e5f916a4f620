"""The page stays under the reader's eyes: by the wheel, by a link, by an address."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

COMPUTER, PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
LONG = ("en/network/", "fr/backpropagation/", "en/reference/activations/")
STEP = 300
LINE = 24  # pixels
TWO_PICTURES = "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"
# What stands in the middle of the screen, and how far it has moved since.
LOOK = """() => {
  window.seen = document.elementFromPoint(innerWidth / 2 - 60, innerHeight / 2);
  window.was = seen.getBoundingClientRect().top;
}"""
MOVED = "was - seen.getBoundingClientRect().top"
AT_AN_END = "scrollY <= 0 || scrollY + innerHeight >= document.documentElement.scrollHeight - 1"
SECTIONS = "[...document.querySelectorAll('main :is(h2, h3)[id]')].map(heading => heading.id)"
# Where the heading of an address should be: as high as its margin says, or as the page's end lets.
ASTRAY = """id => {
  const heading = document.getElementById(id);
  const margin = parseFloat(getComputedStyle(heading).scrollMarginTop);
  const atTheEnd = scrollY + innerHeight >= document.documentElement.scrollHeight - 1;
  const astray = heading.getBoundingClientRect().top - margin;
  return atTheEnd && astray > 0 && astray < innerHeight ? 0 : astray;
}"""


def unexpected(page: Page, step: int) -> list[float]:
    """Scroll to the end of the page by steps; return the movements that are no such step."""
    found = []
    for _ in range(200):
        page.evaluate(LOOK)
        page.mouse.wheel(0, step)
        page.evaluate(TWO_PICTURES)
        moved, over = page.evaluate(f"[{MOVED}, {AT_AN_END}]")
        if over:
            return found
        if abs(moved - step) > LINE:
            found.append(moved)
    raise AssertionError("the page has no end")


@pytest.mark.parametrize("long_page", LONG)
@pytest.mark.parametrize(
    ("start", "size"), [("top", COMPUTER), ("end", COMPUTER), ("section", PHONE)]
)
def test_a_step_of_the_wheel_moves_the_text_by_a_step(
    browser: Browser, base_url: str, long_page: str, size: ViewportSize, start: str
) -> None:
    context = browser.new_context(viewport=size, reduced_motion="reduce")
    page = context.new_page()
    page.goto(base_url + long_page)
    if start == "section":
        last = page.evaluate(SECTIONS)[-1]
        page.goto("about:blank")
        page.goto(f"{base_url}{long_page}#{last}")
    elif start == "end":
        page.evaluate("scrollTo({ top: 1e6, behavior: 'instant' })")  # as the scroll bar does
        page.evaluate(TWO_PICTURES)
    page.mouse.move(size["width"] / 2, size["height"] / 2)
    found = unexpected(page, STEP if start == "top" else -STEP)
    context.close()
    assert found == [], f"a step of {STEP} pixels moved the text by {found}"


@pytest.mark.parametrize("long_page", ["en/network/", "fr/reference/layers/"])
def test_a_section_is_reached_exactly_by_link_and_by_address(
    page: Page, base_url: str, long_page: str
) -> None:
    page.goto(base_url + long_page)
    astray = {}
    sections = page.evaluate(SECTIONS)[::3]  # of which the last stands far down
    for section in sections:
        page.locator(f"main #{section.replace('.', chr(92) + '.')} .headerlink").evaluate(
            "link => link.click()"
        )
        page.evaluate(TWO_PICTURES)
        astray[f"link #{section}"] = page.evaluate(ASTRAY, section)
        assert not page.locator(".md-top").is_visible(), "a button stands over the heading"
    for section in sections:
        page.goto("about:blank")
        page.goto(f"{base_url}{long_page}#{section}")
        page.evaluate(TWO_PICTURES)
        astray[f"address #{section}"] = page.evaluate(ASTRAY, section)
        assert not page.locator(".md-top").is_visible(), "a button stands over the heading"
    assert not {where: off for where, off in astray.items() if abs(off) > LINE}
