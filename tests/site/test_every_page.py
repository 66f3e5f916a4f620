"""What holds on every page of the site, seen by a real browser."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Request, Response

SERIOUS = {"serious", "critical"}
# All rules in the light; in the dark, those that look at colours: the others would say the same.
SCHEMES = {"default": None, "slate": ["color-contrast", "link-in-text-block"]}
AXE = """rules => axe.run(document, {resultTypes: ['violations'],
  ...(rules && {runOnly: {type: 'rule', values: rules}})})"""
# Formulas are two thirds of a page, all of one make: the first ones stand for the others. For the
# copy that screen readers read, axe has no rule.
FEWER_FORMULAS = """{
  for (const copy of document.querySelectorAll('.katex-mathml > *')) copy.remove();
  for (const formula of [...document.querySelectorAll('.katex')].slice(12)) formula.remove();
}"""
IN_COLOUR_SCHEME = "scheme => document.body.setAttribute('data-md-color-scheme', scheme)"
TWO_PICTURES = "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"
WIDER_THAN_THE_SCREEN = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('main *')]
    .filter(element => element.getBoundingClientRect().right > width + 1)
    .slice(0, 5).map(element => element.outerHTML.slice(0, 120));
}"""


FORMULAS_THAT_ARE_CUT = """() => [...document.querySelectorAll('main div.arithmatex')]
  .filter(formula => formula.scrollWidth > formula.clientWidth + 1)
  .map(formula => formula.querySelector('annotation').textContent)"""

# One page for all addresses, as in a tab of a reader: a new one each time costs as much as a load.


@pytest.fixture(scope="module")
def computer(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def phone(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    yield context.new_page()
    context.close()


@pytest.fixture(scope="module")
def without_javascript(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(java_script_enabled=False)
    yield context.new_page()
    context.close()


def open_all_folds(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")


def test_page_loads_clean_from_its_own_origin_and_fits_a_phone(
    phone: Page, base_url: str, address: str
) -> None:
    elsewhere: list[str] = []
    complaints: list[str] = []
    failed: list[str] = []
    origin = base_url.split("/neural-networks/")[0]

    def on_request(request: Request) -> None:
        if not request.url.startswith((origin, "data:", "blob:")):
            elsewhere.append(request.url)

    def on_console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    def on_error(error: Error) -> None:
        complaints.append(str(error))

    def on_response(answer: Response) -> None:
        if answer.status >= 400:
            failed.append(answer.url)

    listeners = {
        "request": on_request,
        "console": on_console,
        "pageerror": on_error,
        "response": on_response,
    }
    for event, listener in listeners.items():
        phone.on(event, listener)
    phone.goto(base_url + address)
    open_all_folds(phone)
    phone.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    phone.wait_for_load_state("networkidle")
    wide = phone.evaluate(WIDER_THAN_THE_SCREEN)
    phone.set_viewport_size({"width": 390, "height": 640})
    cut = phone.evaluate(FORMULAS_THAT_ARE_CUT)
    phone.set_viewport_size({"width": 320, "height": 640})
    for event, listener in listeners.items():
        phone.remove_listener(event, listener)

    assert elsewhere == [], "the page asks another origin"
    assert failed == [], "the page asks for what is not there"
    assert complaints == [], "the browser complains"
    assert wide == [], "these are wider than the screen"
    assert cut == [], "these formulas are wider than a phone of 390 pixels"


def test_axe_finds_nothing_serious_in_light_and_dark(
    computer: Page, base_url: str, of_each_make: str, axe: str
) -> None:
    computer.emulate_media(color_scheme="light")
    computer.goto(base_url + of_each_make)
    open_all_folds(computer)
    if of_each_make:
        computer.evaluate(TWO_PICTURES)  # until the script sees what the folds have opened
    computer.evaluate(FEWER_FORMULAS)
    computer.evaluate(axe)
    serious = []
    for scheme, rules in SCHEMES.items():
        computer.emulate_media(color_scheme="dark" if scheme == "slate" else "light")
        computer.evaluate(IN_COLOUR_SCHEME, scheme)
        found = computer.evaluate(AXE, rules)["violations"]
        serious += [
            f"{scheme}: {rule['id']}: {rule['help']}\n"
            + "\n".join(
                f"    {one['html'][:160]}\n    {one['failureSummary']}" for one in nodes[:3]
            )
            for rule in found
            if rule["impact"] in SERIOUS and (nodes := rule["nodes"])
        ]
    assert not serious, "\n".join(serious)


def test_page_is_whole_without_javascript(
    without_javascript: Page, base_url: str, address: str
) -> None:
    page = without_javascript
    page.goto(base_url + address)
    text = page.locator("main").inner_text()
    hidden = page.locator("main training-player:not(:visible), main .book-figure:not(:visible)")
    inside_folds = page.locator("main details .book-figure, main details training-player")
    count, folded = hidden.count(), inside_folds.count()
    assert len(text) > (20 if address == "" else 300)
    assert count <= folded


def test_headings_are_in_order(built_site: Path, address: str) -> None:
    html = (built_site / address / "index.html").read_text("utf-8")
    main = html[html.index("<main") : html.index("</main>")]
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", main)]
    assert levels[0] == 1 and levels.count(1) == 1, levels
    jumps = [(above, below) for above, below in pairwise(levels) if below > above + 1]
    assert not jumps, levels
