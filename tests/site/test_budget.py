"""What makes a page slow, counted: bytes, requests, elements, movement, height. No stopwatch."""

from __future__ import annotations

from typing import NamedTuple

from playwright.sync_api import Browser, Response

COUNT = "document.getElementsByTagName('*').length"
HEIGHT = "document.documentElement.scrollHeight"
SHIFTS = """window.shifts = [];
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) shifts.push(entry.value);
}).observe({ type: "layout-shift", buffered: true });"""
SCROLL = """async () => {
  const picture = () => new Promise(requestAnimationFrame);
  while (scrollY + innerHeight < document.documentElement.scrollHeight - 1) {
    const before = scrollY;
    scrollBy({ top: 600, behavior: "instant" });
    await picture();
    await picture();
    if (scrollY === before) break;
  }
}"""


class Budget(NamedTuple):
    """The most that a page of a kind may cost."""

    kilobytes: float  # compressed, with all that it loads, on a first visit
    requests: int
    elements: int


# What the heaviest page of the kind costs today, and some five in a hundred more. The scripts and
# styles of every page weigh 80 kB, KaTeX's fonts and styles 50; the rest is the page's own text,
# figures and formulas (two elements in three are KaTeX's).
BUDGETS = {
    "chooser": Budget(97, 13, 840),  # with the home page to which it leads
    "home": Budget(97, 11, 840),
    "appendix": Budget(210, 17, 5_800),
    "chapter": Budget(278, 23, 16_500),
    "labs": Budget(116, 11, 3_450),
    "reference": Budget(158, 16, 3_800),
}
# No page moves by more than 0.004 here. Where a formula's font comes late, as on a slow line or a
# busy machine, the worst one moves by 0.076: what is called good ends at 0.1.
SHIFT = 0.08
TALLEST = 20_000  # pixels on a computer; the whole reference on one page had 64,000
APPENDICES = ("guide", "notation", "errata")


def kind(address: str) -> str:
    stem = address.partition("/")[2].rstrip("/")
    if not address:
        return "chooser"
    if stem.startswith(("reference", "labs")):
        return stem.partition("/")[0]
    return "appendix" if stem in APPENDICES else "chapter" if stem else "home"


def test_a_page_keeps_to_its_budget(browser: Browser, base_url: str, address: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, reduced_motion="reduce")
    page = context.new_page()
    page.add_init_script(SHIFTS)
    sizes: list[int] = []

    def weigh(answer: Response) -> None:
        sizes.append(int(answer.headers.get("content-length", 0)))

    page.on("response", weigh)
    page.goto(base_url + address, wait_until="networkidle")
    spent = Budget(sum(sizes) / 1000, len(sizes), page.evaluate(COUNT))
    page.evaluate(SCROLL)
    shift = sum(page.evaluate("shifts"))
    page.set_viewport_size({"width": 1440, "height": 900})
    page.add_style_tag(content="main * { content-visibility: visible !important }")
    height = page.evaluate(HEIGHT)
    context.close()
    print(kind(address), address, spent, round(shift, 4), height)
    allowed = BUDGETS[kind(address)]
    over = {
        name: (value, most)
        for name, value, most in zip(spent._fields, spent, allowed, strict=True)
        if value > most
    }
    assert not over, "what is spent, and what may be"
    assert shift <= SHIFT, "the text moves while the page is read"
    assert height <= TALLEST, "one gets lost on so tall a page"
