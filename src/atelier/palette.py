"""The book's colours, from `theme/palette.json` to the CSS variables `--book-<name>`."""

from __future__ import annotations

import json

from atelier.paths import PALETTE

# Material's names of the two schemes; its "default" is also what a page has without JavaScript.
SELECTORS = {
    "light": ':root, [data-md-color-scheme="default"]',
    "dark": '[data-md-color-scheme="slate"]',
}


def colours() -> dict[str, dict[str, str]]:
    """Return each colour's name with its values: `{"blue": {"light": "#…", "dark": "#…"}}`."""
    palette: dict[str, dict[str, str]] = json.loads(PALETTE.read_text("utf-8"))
    return palette


def stylesheet() -> str:
    """Return the style sheet that defines the colours in both schemes, and light ones in print."""

    def rule(selector: str, scheme: str) -> str:
        names = "".join(f"\n  --book-{name}: {of[scheme]};" for name, of in colours().items())
        return f"{selector} {{\n  color-scheme: {scheme};{names}\n}}\n"

    both = "".join(rule(selector, scheme) for scheme, selector in SELECTORS.items())
    paper = rule(f"{SELECTORS['light']}, {SELECTORS['dark']}", "light")
    return f"{both}@media print {{\n{paper}}}\n"
