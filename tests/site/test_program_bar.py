"""The bar under a block: by keyboard, without JavaScript, when copying fails; code seen whole."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

WORDS = {
    "fr": ("Copier le programme", "Programme copié", "La copie a échoué"),
    "en": ("Copy the program", "Program copied", "It could not be copied"),
}
BLOCK = "composition-block-1"  # which needs one block
COLUMNS = 70
EM = 0.602  # the width of a letter in the widest of the fonts that code is set in, Menlo
OPEN = "document.querySelectorAll('details').forEach(fold => { fold.open = true })"
LAID_OUT = "* { content-visibility: visible !important }"
NARROW = """([columns, em]) => [...document.querySelectorAll('main pre > code')]
  .filter(code => {
    const style = getComputedStyle(code);
    const room = code.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
    return room < columns * em * parseFloat(style.fontSize);
  }).map(code => code.textContent.slice(0, 60))"""
COVERED = """() => [...document.querySelectorAll('main div:has(> pre > code)')].filter(block => {
  const code = block.querySelector('pre > code').getBoundingClientRect();
  return [...block.querySelectorAll('button, .program *')].some(part => {
    const box = part.getBoundingClientRect();
    return box.width && box.left < code.right - 1 && box.right > code.left + 1
      && box.top < code.bottom - 1 && box.bottom > code.top + 1;
  });
}).map(block => block.textContent.slice(0, 60))"""
OVERLAPPING = """() => [...document.querySelectorAll('main [id*=-block-]')].filter(block => {
  const boxes = [...block.querySelectorAll('.program-needs, .program-actions, .md-code__nav')]
    .flatMap(part => [...part.getClientRects()]);
  return boxes.some((a, i) => boxes.slice(i + 1).some(b => a.left < b.right - 1
    && b.left < a.right - 1 && a.top < b.bottom - 1 && b.top < a.bottom - 1));
}).map(block => block.id)"""
UNMARKED = """() => [...document.querySelectorAll('main pre > code')]
  .filter(code => code.scrollWidth > code.clientWidth + 1
    && !getComputedStyle(code).backgroundAttachment.includes('local'))
  .map(code => code.textContent.slice(0, 60))"""


@pytest.mark.parametrize("language", ["fr", "en"])
def test_by_keyboard_the_program_is_copied_and_this_is_said(
    page: Page, base_url: str, language: str
) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{base_url}{language}/network/")
    copy, said, _ = WORDS[language]
    block = page.locator(f"[id='{BLOCK}']")
    block.locator(".program-needs a").focus()
    page.keyboard.press("Tab")
    button = block.get_by_role("button", name=f"{copy}, ")
    expect(button).to_be_focused()
    expect(button).to_have_text(copy)
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text=said)).to_be_visible()
    expect(button).to_be_focused()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("# http") and f"#{BLOCK} " in copied and "import numpy" in copied


@pytest.mark.parametrize("language", ["fr", "en"])
def test_when_copying_fails_this_is_said_and_the_file_is_one_key_away(
    page: Page, base_url: str, language: str
) -> None:
    page.route("**/programs/**", lambda route: route.fulfill(status=500, body=""))
    page.goto(f"{base_url}{language}/network/")
    block = page.locator(f"[id='{BLOCK}']")
    block.locator(".program-copy").click()
    failed = page.get_by_role("status").filter(has_text=WORDS[language][2])
    expect(failed).to_be_visible()
    expect(block.locator(".program-file")).to_be_focused()


def test_a_need_is_a_link_to_its_block(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}en/network/")
    page.locator(f"[id='{BLOCK}'] .program-needs a", has_text="Shapes").click()
    expect(page).to_have_url(f"{base_url}en/network/#shapes-block-1")
    top = page.locator("#shapes-block-1").evaluate("block => block.getBoundingClientRect().top")
    assert 48 <= top < 450  # below the header


def test_without_javascript_a_link_leads_to_the_program(browser: Browser, base_url: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{base_url}en/network/")
    block = page.locator(f"[id='{BLOCK}']")
    expect(block.locator(".program-copy")).to_be_hidden()
    link = block.get_by_role("link", name="Program .py, The network as a composition")
    expect(link).to_have_text("Program .py")
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == f"{BLOCK}.py"
    assert f"#{BLOCK} " in download.value.path().read_text("utf-8")
    context.close()


@pytest.mark.parametrize("ending", ["py", "ipynb"])
@pytest.mark.parametrize("stem", ["network", "labs/digits"])
def test_a_chapter_and_a_lab_offer_their_files(
    page: Page, base_url: str, stem: str, ending: str
) -> None:
    page.goto(f"{base_url}fr/{stem}/")
    link = page.locator(".page-files a[download]", has_text=f"(.{ending})")
    with page.expect_download() as download:
        link.click()
    assert download.value.suggested_filename == f"{stem.split('/')[-1]}.{ending}"


@pytest.fixture(scope="module")
def tab(browser: Browser) -> Iterator[Page]:
    """One tab for all pages."""
    context = browser.new_context(reduced_motion="reduce")
    yield context.new_page()
    context.close()


def test_code_is_seen_whole_and_nothing_covers_it(tab: Page, base_url: str, address: str) -> None:
    tab.set_viewport_size({"width": 1440, "height": 900})
    tab.goto(base_url + address)
    tab.evaluate(OPEN)
    tab.add_style_tag(content=LAID_OUT)
    assert tab.evaluate(NARROW, [COLUMNS, EM]) == [], f"fewer than {COLUMNS} columns fit"
    assert tab.evaluate(COVERED) == []
    tab.set_viewport_size({"width": 390, "height": 844})
    assert tab.evaluate(COVERED) == []
    assert tab.evaluate(OVERLAPPING) == []
    assert tab.evaluate(UNMARKED) == [], "these scroll on a phone and do not show it"


def test_a_narrow_box_a_covered_line_and_an_unmarked_scroll_are_seen(
    page: Page, base_url: str
) -> None:
    page.goto(f"{base_url}en/network/")
    page.evaluate(OPEN)
    page.add_style_tag(content="main pre > code { font-size: 30px !important }")
    page.add_style_tag(content=".md-code__nav { inset: 0 0 auto auto !important }")
    assert page.evaluate(NARROW, [COLUMNS, EM]) and page.evaluate(COVERED)
    assert page.evaluate(UNMARKED)
    page.add_style_tag(content=".program { display: block !important }")
    page.add_style_tag(content=".program-needs { position: absolute; right: 0 }")
    assert page.evaluate(OVERLAPPING)
