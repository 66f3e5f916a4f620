"""Every link leads somewhere: relative links and anchors are followed in the sources.

MkDocs and the built site are checked again later; here the answer comes at once, with the line,
and with the anchor that was probably meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from pathlib import Path
from urllib.parse import unquote

from atelier.addresses import site_url
from atelier.paths import DOCS
from atelier.problems import Problem
from atelier.read.page import Link, Page
from atelier.read.pages import every_page, read
from atelier.run import wheel

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.I)
PICTURES = frozenset(
    (*(".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp", ".ico"), ".mp4", ".webm", ".pdf")
)
_PICTURE = re.compile(r"!\[(?:[^\[\]]|\[[^\[\]]*\])*\]\(\s*<?([^\s()>]+)")
_LOCAL = ("http://127.0.0.1", "http://localhost")
_DRAWN = re.compile(r"[\w-]+\.(?:svg|film)")  # figures: `rules` looks for their functions


def check(docs: Path = DOCS) -> list[Problem]:
    """Return the links of all pages that lead nowhere, or would not on another address."""
    return [problem for page in every_page(docs) for problem in _check_page(page, docs)]


def _check_page(page: Page, docs: Path) -> Iterator[Problem]:
    pictures = {(page.line(match.start()), match[1]) for match in _PICTURE.finditer(page.words)}
    for link in page.links:
        is_picture = (link.line, link.target) in pictures
        message = (is_picture and _picture_fault(link.target)) or _fault(link, page, docs)
        if message:
            yield Problem(page.path, link.line, message)
    for reference in page.references:
        if reference.target and reference.target.casefold() not in page.definitions:
            message = f"[{reference.target}] is not defined; add `[{reference.target}]: address`"
            yield Problem(page.path, reference.line, message)


def _picture_fault(target: str) -> str:
    """Return what is wrong with a picture; empty when it is drawn by the book."""
    if target.startswith(("//", "https:", "http:", "data:")):
        return f"{target} is a picture from elsewhere; draw it in docs/figures"
    if Path(target).suffix.lower() in PICTURES:
        return f"{target} is a ready-made picture; draw it in docs/figures: `![…](name.svg)`"
    return ""


def _fault(link: Link, page: Page, docs: Path) -> str:
    """Return what is wrong with a link, and what to do; empty when it is right."""
    target = link.target
    if target.startswith(site_url()):
        return f"{target} is this site; link to the page's file (`network.md#layers`)"
    if target.startswith("http://") and not target.startswith(_LOCAL):
        return f"{target} is not encrypted; write https:// when the site answers to it"
    if _SCHEME.match(target):
        return ""
    if target.startswith("/"):
        return f"{target} begins with `/` and breaks under another address; link relatively"
    file, _, anchor = target.partition("#")
    if not file:
        return _anchor_fault(anchor, page, target)
    if _DRAWN.fullmatch(file):
        return ""
    if file.endswith((".whl", "/snippets.json")):  # what the site itself serves from its root
        name = wheel.NAME if file.endswith(".whl") else "snippets.json"
        served = "../" * (page.name.count("/") + 2) + name
        return "" if file == served else f"the site serves {served}, not {file}"
    path = (page.path.parent / unquote(file)).resolve()
    if not path.is_relative_to((docs / page.language).resolve()):
        return f"{target} leaves the edition; the language switch of the page leads to its twin"
    if not path.is_file():
        near = _nearest_page(file, path, docs / page.language)
        return f"{target} does not exist{near}"
    if path.suffix in (".md", ".py") and anchor:
        return _anchor_fault(anchor, read(docs / path.relative_to(docs.resolve()), docs), target)
    return ""


def _anchor_fault(anchor: str, page: Page, target: str) -> str:
    """Return what is wrong with an anchor of `page`."""
    if anchor in page.anchors or anchor.startswith(("fn:", "fnref:")):
        return ""
    near = get_close_matches(anchor, sorted(page.anchors), n=1, cutoff=0.4)
    advice = f"did you mean #{near[0]}?" if near else "give the heading this id"
    return f"{target}: {page.place()} has no anchor #{anchor}; {advice}"


def _nearest_page(file: str, path: Path, edition: Path) -> str:
    """Return a proposal for the page that was meant."""
    if not path.suffix and path.with_suffix(".md").is_file():
        return f"; link to the file, `{file.rstrip('/')}.md`"
    names = sorted(other.relative_to(edition).as_posix() for other in edition.rglob("*.*"))
    near = get_close_matches(file, names, n=1, cutoff=0.75)
    return f"; did you mean {near[0]}?" if near else ""
