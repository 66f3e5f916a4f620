"""Check the built site as a reader's browser gets it, page by page."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

from atelier.addresses import repository, site_url
from atelier.paths import DOCS, LANGUAGES, SITE
from atelier.problems import Problem
from atelier.read.source import line_of
from atelier.site.html_page import CSS_ADDRESS, HtmlPage, Place, read

NAMESPACES = {
    "sm": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
TEX = re.compile(r"\$|\\[A-Za-z(\[]")
# What an author writes where an address is meant, and no reader should get.
NO_ADDRESS = re.compile(r"\{\{ ?\w+ ?\}\}|https?://[A-Z][A-Z-]+\b")


def check(site: Path = SITE) -> list[Problem]:
    """Return all that is wrong with the built pages, told by their sources where it can be.

    Args:
        site: The folder of the whole site, both editions in it.
    """
    pages = {path: _page(path) for path in sorted(site.rglob("*.html"))}
    known = {path: {place.value for place in page.ids} for path, page in pages.items()}
    problems: list[Problem] = []
    for path, page in pages.items():
        source = source_of(path, site)
        for place, needle, message in _faults(path, page, site, known):
            line = line_of(source, needle) if source.suffix in (".md", ".py") else place.line
            problems.append(Problem(source, line, message))
    return problems + list(_stylesheets(site)) + list(_twins(pages, site))


def _page(path: Path) -> HtmlPage:
    state = path.stat()
    return _read(path, state.st_mtime_ns, state.st_size)


@lru_cache(200)
def _read(path: Path, _changed: int, _size: int) -> HtmlPage:
    return read(path.read_text("utf-8"))


def source_of(path: Path, site: Path) -> Path:
    """Return the page of docs/ that `path` was built from, or `path` when there is none."""
    parts = path.relative_to(site).with_suffix("").parts
    if len(parts) > 1 and parts[0] in LANGUAGES and parts[-1] == "index":
        stem = DOCS.joinpath(*(parts if len(parts) == 2 else parts[:-1]))
        for suffix in (".md", ".py"):
            if (source := stem.with_name(stem.name + suffix)).is_file():
                return source
    return path


def _faults(
    path: Path, page: HtmlPage, site: Path, known: dict[Path, set[str]]
) -> Iterator[tuple[Place, str, str]]:
    """Yield each fault: where in the HTML, text to look for in the source, message."""
    for place in page.text:
        if TEX.search(place.value):
            words = place.value.strip()
            yield place, words, f"TeX left as text: {words[:80]}"
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        for found in NO_ADDRESS.findall(line):
            yield Place(number, ""), found, f"{found} is no address; is it `{{{{ site }}}}`?"
    for place in page.without_alt:
        name = Path(place.value).name
        yield place, name, f"image without alternative text: {name}"
    for place in page.loaded:
        if _is_elsewhere(place.value):
            yield place, place.value, f"the page loads {place.value} from another origin"
        elif not _exists(place.value, path, site):
            yield place, place.value, f"the page loads {place.value}, which does not exist"
    for place in page.links:
        if fault := _dead_end(place.value, path, site, known):
            needle = place.value.partition("#")[2] or place.value
            yield place, needle, fault
    counts = Counter(place.value for place in page.ids)
    for place in page.ids:
        if counts.pop(place.value, 1) > 1:
            yield place, place.value, f"the id {place.value} stands twice in the page"
    yield from _head(path, page, site)


def _head(path: Path, page: HtmlPage, site: Path) -> Iterator[tuple[Place, str, str]]:
    """Yield what the head of a page lacks."""
    top = Place(1, "")
    where = path.relative_to(site).as_posix()
    expected = where.split("/")[0] if where.split("/")[0] in LANGUAGES else page.language
    if not page.language or page.language != expected:
        yield top, "", f'{where} has lang="{page.language}", expected "{expected}"'
    if where == "404.html":
        return  # shown at any address: it has no address of its own
    canonical = site_url() + where.removesuffix("index.html")
    if page.canonical != canonical:
        yield top, "", f"{where} has the canonical address {page.canonical}, expected {canonical}"


def _is_elsewhere(address: str) -> bool:
    parts = urlsplit(address)
    if parts.scheme == "data":
        return False
    return bool(parts.netloc or parts.scheme) and not address.startswith(site_url())


def _target(address: str, path: Path, site: Path) -> Path | None:
    """Return the file that an address of the site leads to, or None when it leaves the site."""
    root = urlsplit(site_url()).path
    editions = tuple(f"{site_url()}{language}/" for language in LANGUAGES)
    if address.startswith(f"{repository()}/") and not address.startswith(editions):
        return None  # the repository, which may stand below the site's own address
    if address.startswith(site_url()):
        address = root + address.removeprefix(site_url())
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    way = unquote(parts.path)
    if not way:
        return path
    if way.startswith("/"):
        if not way.startswith(root):
            return site / "outside of the site"
        target = site / way.removeprefix(root)
    else:
        target = (path.parent / way).resolve()
    return target / "index.html" if way.endswith(("/", "/.", "/..")) or way in ".." else target


def _exists(address: str, path: Path, site: Path) -> bool:
    target = _target(address, path, site.resolve())
    return target is None or target.is_file()


def _dead_end(address: str, path: Path, site: Path, known: dict[Path, set[str]]) -> str:
    """Say why a link leads nowhere; nothing when it leads somewhere or leaves the site."""
    target = _target(address, path, site)
    if target is None or address.startswith("javascript:"):
        return ""
    if not target.is_file():
        return f"dead link: {address} leads to no page"
    fragment = unquote(urlsplit(address).fragment)
    if fragment and target in known and fragment not in known[target]:
        return f"dead link: {address}, the page has no #{fragment}"
    return ""


def _twins(pages: dict[Path, HtmlPage], site: Path) -> Iterator[Problem]:
    """Yield each page whose site map does not lead to it and to its twin."""
    for language in LANGUAGES:
        site_map = site / language / "sitemap.xml"
        if not site_map.is_file():
            yield Problem(site_map, 0, "the edition has no site map")
            continue
        listed = {
            url.findtext("sm:loc", "", NAMESPACES): {
                link.get("hreflang", ""): link.get("href", "")
                for link in url.iterfind("xhtml:link", NAMESPACES)
            }
            for url in ElementTree.parse(site_map).getroot()
        }
        for path, page in pages.items():
            if not path.is_relative_to(site / language):
                continue
            twins = listed.get(page.canonical, {})
            for other in LANGUAGES:
                address = twins.get(other, "")
                if not address or not _exists(address, path, site):
                    message = f"{page.canonical} has no twin in sitemap.xml for hreflang={other}"
                    yield Problem(source_of(path, site), 0, message)


def _stylesheets(site: Path) -> Iterator[Problem]:
    """Yield the addresses in style sheets that leave the site or lead nowhere."""
    for path in sorted(site.rglob("*.css")):
        for address in CSS_ADDRESS.findall(path.read_text("utf-8")):
            if _is_elsewhere(address):
                yield Problem(path, 0, f"the style sheet loads {address} from another origin")
            elif not address.startswith(("data:", "#")) and not _exists(address, path, site):
                yield Problem(path, 0, f"the style sheet loads {address}, which does not exist")
