"""What holds on every page of the site, seen by a real browser."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

from playwright.sync_api import Browser, ConsoleMessage, Page, Request

SERIOUS = {"serious", "critical"}
# All rules in the light; in the dark, those that look at colours: the others would say the same.
SCHEMES = {"default": None, "slate": ["color-contrast", "link-in-text-block"]}
AXE = """rules => axe.run(document, {resultTypes: ['violations'],
  ...(rules && {runOnly: {type: 'rule', values: rules}})})"""
# The copy of a formula that screen readers read: a quarter of the page, for which axe has no rule.
WITHOUT_MATHML = "document.querySelectorAll('.katex-mathml > *').forEach(copy => copy.remove())"
IN_COLOUR_SCHEME = "scheme => document.body.setAttribute('data-md-color-scheme', scheme)"
TWO_PICTURES = "new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))"
WIDER_THAN_THE_SCREEN = """() => {
  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= width) return [];
  return [...document.querySelectorAll('main *')]
    .filter(element => element.getBoundingClientRect().right > width + 1)
    .slice(0, 5).map(element => element.outerHTML.slice(0, 120));
}"""


def open_all_folds(page: Page) -> None:
    page.evaluate("document.querySelectorAll('details').forEach(fold => { fold.open = true })")


def test_page_loads_clean_from_its_own_origin_and_fits_a_small_phone(
    browser: Browser, base_url: str, address: str
) -> None:
    context = browser.new_context(viewport={"width": 320, "height": 640})
    page = context.new_page()
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

    page.on("request", on_request)
    page.on("console", on_console)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("response", lambda answer: answer.status >= 400 and failed.append(answer.url))

    page.goto(base_url + address)
    open_all_folds(page)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    wide = page.evaluate(WIDER_THAN_THE_SCREEN)
    context.close()

    assert elsewhere == [], "the page asks another origin"
    assert failed == [], "the page asks for what is not there"
    assert complaints == [], "the browser complains"
    assert wide == [], "these are wider than the screen"


def test_axe_finds_nothing_serious_in_light_and_dark(
    page: Page, base_url: str, address: str, axe: str
) -> None:
    page.goto(base_url + address)
    open_all_folds(page)
    if address:
        page.evaluate(TWO_PICTURES)  # until the script sees what the folds have opened
        page.wait_for_selector("html[data-scrollables-measured]", state="attached")
    page.evaluate(WITHOUT_MATHML)
    page.evaluate(axe)
    serious = []
    for scheme, rules in SCHEMES.items():
        page.emulate_media(color_scheme="dark" if scheme == "slate" else "light")
        page.evaluate(IN_COLOUR_SCHEME, scheme)
        found = page.evaluate(AXE, rules)["violations"]
        serious += [
            f"{scheme}: {rule['id']}: {rule['help']}\n"
            + "\n".join(
                f"    {one['html'][:160]}\n    {one['failureSummary']}" for one in nodes[:3]
            )
            for rule in found
            if rule["impact"] in SERIOUS and (nodes := rule["nodes"])
        ]
    assert not serious, "\n".join(serious)


def test_page_is_whole_without_javascript(browser: Browser, base_url: str, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(base_url + address)
    text = page.locator("main").inner_text()
    hidden = page.locator("main training-player:not(:visible), main .book-figure:not(:visible)")
    inside_folds = page.locator("main details .book-figure, main details training-player")
    count, folded = hidden.count(), inside_folds.count()
    context.close()
    assert len(text) > (20 if address == "" else 300)
    assert count <= folded


def test_headings_are_in_order(built_site: Path, address: str) -> None:
    html = (built_site / address / "index.html").read_text("utf-8")
    main = html[html.index("<main") : html.index("</main>")]
    levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", main)]
    assert levels[0] == 1 and levels.count(1) == 1, levels
    jumps = [(above, below) for above, below in pairwise(levels) if below > above + 1]
    assert not jumps, levels
