"""A reader without a mouse."""

from __future__ import annotations

from playwright.sync_api import Page, expect

FOCUSED = "document.activeElement"
# The focused element, or what stands for it (the label of a hidden box), has a visible outline.
MARKED = """(element => [element, element.parentElement, ...document.querySelectorAll(':focus ~ *')]
  .some(each => { const style = getComputedStyle(each);
    return style.outlineStyle !== 'none' && style.outlineWidth !== '0px'; }))"""


def test_first_tab_stop_skips_to_the_text(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}en/network/")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{FOCUSED}.matches('.md-skip')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/#*", wait_until="commit")


def test_copy_button_copies_exactly_the_block(page: Page, base_url: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"{base_url}en/network/")
    block = page.locator("div.language-python.highlight").first
    button = block.locator("button.md-code__button[data-md-type=copy]")
    button.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".md-dialog--active")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.strip() == block.locator("code").inner_text().strip()
    assert "import" in copied


def test_a_fold_opens_by_keyboard(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}en/network/")
    fold = page.locator("main details").first
    fold.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(fold).to_have_attribute("open", "")


def test_focus_is_visible(page: Page, base_url: str) -> None:
    page.goto(f"{base_url}en/network/")
    unmarked = []
    for _ in range(30):
        page.keyboard.press("Tab")
        if not page.evaluate(f"{MARKED}({FOCUSED})"):
            unmarked.append(page.evaluate(f"{FOCUSED}.outerHTML.slice(0, 120)"))
    assert unmarked == []


def test_an_anchor_leads_to_its_heading_on_a_long_page(page: Page, base_url: str) -> None:
    """What is far from the screen is not laid out at first: the browser must still land right."""
    for anchor in ("universal-approximation", "exercise-gates"):
        page.goto(f"{base_url}en/network/#{anchor}")
        page.wait_for_load_state("networkidle")
        top = page.locator(f"#{anchor}").evaluate("heading => heading.getBoundingClientRect().top")
        assert 0 <= top < 450, (anchor, top)
