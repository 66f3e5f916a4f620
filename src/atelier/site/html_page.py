"""Read a built page: what a reader sees as text, what it loads, where it leads."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

NOT_PROSE = {"code", "pre", "kbd", "samp", "script", "style", "annotation"}
# The attributes by which an element makes the browser fetch something by itself.
LOADING = {
    "img": ("src", "srcset"),
    "script": ("src",),
    "iframe": ("src",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "use": ("href", "xlink:href"),
    "image": ("href", "xlink:href"),
}
LOADING_LINKS = {"stylesheet", "preload", "modulepreload", "prefetch", "icon", "manifest"}
LOADING_LINKS |= {"preconnect", "dns-prefetch", "apple-touch-icon"}
CSS_ADDRESS = re.compile(r"""(?:url\(|@import\s+)\s*["']?([^"')\s]+)""")


@dataclass
class Place:
    """Something found in a page, and its line in the HTML."""

    line: int
    value: str


@dataclass
class HtmlPage:
    """What the checks of the built site need to know about a page."""

    language: str = ""
    canonical: str = ""
    text: list[Place] = field(default_factory=list)
    loaded: list[Place] = field(default_factory=list)
    links: list[Place] = field(default_factory=list)
    ids: list[Place] = field(default_factory=list)
    without_alt: list[Place] = field(default_factory=list)


def read(html: str) -> HtmlPage:
    """Parse the HTML of a page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = HtmlPage()
        self._closed_to_text: list[str] = []

    def _place(self, value: str) -> Place:
        return Place(self.getpos()[0], value)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attributes}
        if tag in NOT_PROSE:
            self._closed_to_text.append(tag)
        if "id" in given:
            self.page.ids.append(self._place(given["id"]))
        if "style" in given:
            self._read_css(given["style"])
        for name in LOADING.get(tag, ()):
            if name in given:
                self.page.loaded.append(self._place(given[name].split()[0] if given[name] else ""))
        match tag:
            case "html":
                self.page.language = given.get("lang", "")
            case "a" if "href" in given:
                self.page.links.append(self._place(given["href"]))
            case "link":
                self._read_link(given)
            case "img" if not given.get("alt", "").strip() and "aria-hidden" not in given:
                self.page.without_alt.append(self._place(given.get("src", "")[:80]))

    def _read_link(self, given: dict[str, str]) -> None:
        kinds = set(given.get("rel", "").split())
        address = given.get("href", "")
        if kinds & LOADING_LINKS:
            self.page.loaded.append(self._place(address))
        if "canonical" in kinds:
            self.page.canonical = address

    def _read_css(self, css: str) -> None:
        self.page.loaded.extend(self._place(address) for address in CSS_ADDRESS.findall(css))

    def handle_endtag(self, tag: str) -> None:
        if self._closed_to_text and self._closed_to_text[-1] == tag:
            self._closed_to_text.pop()

    def handle_data(self, data: str) -> None:
        if not self._closed_to_text:
            self.page.text.append(self._place(data))
        elif self._closed_to_text[-1] == "style":
            self._read_css(data)
