"""What each page of an edition is made from, as a key: a page is rendered again with a new key."""

from __future__ import annotations

import re
from pathlib import Path

from atelier import addresses, cache
from atelier.cache import ATELIER
from atelier.paths import CACHE, ROOT, THEME
from atelier.read import twin_lock
from atelier.render import labs, reference
from atelier.run import snippets

DRAWINGS = CACHE / "figures"
# These reach the reader as they are, and change no page.
ASSETS = (THEME / "css", THEME / "js", THEME / "root", THEME / "favicon.svg")

_FRONT_MATTER = re.compile(r"\A---\n.*?^---[ \t]*\n", re.S | re.M)
_SHOWN = re.compile(r"\(\s*(?P<name>\w+)\.(?:svg|film)\b")
_DIRECTIVE = re.compile(r"^::: (?P<name>[\w.]+)$", re.M)


def sources(docs: Path) -> dict[str, Path]:
    """Return the pages and labs of an edition by their address: `network/`, `labs/digits/`."""
    found = {}
    for path in sorted([*docs.rglob("*.md"), *docs.glob("labs/*.py")]):
        name = path.relative_to(docs).with_suffix("").as_posix()
        folder = name.removesuffix("index").removesuffix("/")
        found[f"{folder}/" if folder else ""] = path
    return found


def of_edition(docs: Path, configuration: Path) -> dict[str, str]:
    """Return the key of each page of an edition, by address.

    Args:
        docs: The folder of the pages.
        configuration: What MkDocs is told.

    Raises:
        SyntaxError: A lab, or a module that it imports, does not parse.
    """
    found = sources(docs)
    texts = {address: path.read_text("utf-8") for address, path in found.items()}
    common = _common(configuration, docs, texts)
    lock = twin_lock.load(docs.parent)
    names = {name for text in texts.values() for name in described(text)}
    entries = reference.states(sorted(names), docs)
    needs: dict[str, list[object]] = {}  # of the blocks of each page, which its bars say
    for snippet in snippets.snippets(docs.parent):
        if snippet.language == docs.name:
            needs.setdefault(snippet.page, []).append([snippet.id, snippet.needs])
    keys = {}
    for address, path in found.items():
        shown = _SHOWN.findall(texts[address])
        keys[address] = cache.key(
            files=[file for name in shown for file in _drawings(docs.name, name)],
            more=[
                common,
                texts[address],
                lock.get(path.relative_to(docs).with_suffix("").as_posix(), {}),
                labs.state(path) if path.suffix == ".py" else "",
                [entries[name] for name in described(texts[address])],
                needs.get(path.relative_to(docs).with_suffix("").as_posix(), []),
            ],
        )
    return keys


def described(text: str) -> list[str]:
    """Return the names of the package that a page describes."""
    return _DIRECTIVE.findall(text)


def _common(configuration: Path, docs: Path, texts: dict[str, str]) -> str:
    """Return the key of what every page is made from: settings, templates, our code, the menu."""
    theme = (path for path in THEME.rglob("*") if path.is_file())
    templates = [path for path in theme if not any(path.is_relative_to(asset) for asset in ASSETS)]
    locked = [
        ROOT / "pyproject.toml",
        ROOT / "package-lock.json",
        ROOT / "requirements" / "book.txt",
    ]
    settings = [configuration, *sorted(ROOT.glob("mkdocs*.yml"))]
    heads = {address: _FRONT_MATTER.findall(text) for address, text in texts.items()}
    return cache.key(
        ATELIER / "site" / "editions.py",
        *sorted((ATELIER / "render" / "markdown").glob("*.py")),
        files=[*templates, *locked, *settings],
        more=[addresses.site_url(), addresses.repository(), docs.name, heads],
    )


def _drawings(language: str, name: str) -> list[Path]:
    own = DRAWINGS / language
    return [own / f"{name}.svg", own / f"{name}.poster.svg", DRAWINGS / "films" / f"{name}.json"]
