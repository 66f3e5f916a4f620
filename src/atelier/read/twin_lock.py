"""`docs/twins.lock`: the state of each section's prose when a person last said that both agree.

It holds, by page and section, a hash of the French and of the English words, and which language
is known to be behind (`stale`), if one is. Only `python -m atelier twins` writes it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

from atelier.paths import DOCS, LANGUAGES
from atelier.read.page import Section
from atelier.read.pages import book

Lock = dict[str, dict[str, dict[str, str]]]
"""Page, then section, then `fr` and `en` (states of the prose) and perhaps `stale`."""


@dataclass(frozen=True)
class Twin:
    """A section that both editions have: where it is and the state of its prose, by language."""

    page: str
    section: str
    paths: dict[str, Path]
    lines: dict[str, int]
    states: dict[str, str]

    @property
    def name(self) -> str:
        """How commands name it: `network#chain-rule`."""
        return f"{self.page}#{self.section}"

    def place(self, language: str) -> str:
        """Where a message says that it is."""
        suffix = self.paths[language].suffix
        return f"docs/{language}/{self.page}{suffix}:{self.lines[language]}"


def twins_of(docs: Path = DOCS) -> list[Twin]:
    """Return all sections that stand in both editions, in the order of pages and headings."""
    editions = book(docs)
    found = []
    for name in sorted(editions["fr"].keys() & editions["en"].keys()):
        pages = {language: editions[language][name] for language in LANGUAGES}
        sections = {
            language: {section.id: section for section in page.sections()}
            for language, page in pages.items()
        }
        for key in sections["fr"]:
            if key in sections["en"]:
                both = {language: sections[language][key] for language in LANGUAGES}
                found.append(
                    Twin(
                        name,
                        key,
                        {language: page.path for language, page in pages.items()},
                        {language: section.line for language, section in both.items()},
                        {language: _state(section) for language, section in both.items()},
                    )
                )
    return found


def lock_path(docs: Path = DOCS) -> Path:
    """Return where the lock of an edition's folder is."""
    return docs / "twins.lock"


def load(docs: Path = DOCS) -> Lock:
    """Read the lock; an empty one when there is none yet."""
    path = lock_path(docs)
    lock: Lock = json.loads(path.read_text("utf-8")) if path.exists() else {}
    return lock


def save(lock: Lock, docs: Path = DOCS) -> None:
    """Write the lock, sorted, so that the same states always give the same file."""
    kept = {page: sections for page, sections in lock.items() if sections}
    text = json.dumps(kept, indent=1, sort_keys=True) + "\n"
    lock_path(docs).write_text(text, "utf-8")


def changed(twin: Twin, lock: Lock) -> list[str] | None:
    """Return the languages that changed since the lock; None when it does not know the section."""
    known = lock.get(twin.page, {}).get(twin.section)
    if known is None:
        return None
    return [language for language in LANGUAGES if known[language] != twin.states[language]]


def stale_language(page: str, section: str, docs: Path = DOCS) -> str | None:
    """Return the language in which a section is marked as behind, or None."""
    return load(docs).get(page, {}).get(section, {}).get("stale")


def accept(names: list[str], docs: Path = DOCS) -> list[str]:
    """Record the present prose as equal; when `names` is empty, all that is not marked stale.

    Args:
        names: Pages (`network`) or sections (`network#chain-rule`).
        docs: The folder of both editions.

    Returns:
        What was recorded, in a line each: the section and why it was not equal before.

    Raises:
        ValueError: A name is not that of a section or page of both editions.
    """
    lock, sections = load(docs), twins_of(docs)
    told = []
    gone_pages = lock.keys() - {twin.page for twin in sections}
    for twin in _chosen([name for name in names if name not in gone_pages], sections, names):
        languages = changed(twin, lock)
        entries = lock.setdefault(twin.page, {})
        was_stale = entries.get(twin.section, {}).get("stale")
        if was_stale and not names:
            continue  # a section that is known to be behind is accepted by its name only
        entries[twin.section] = dict(twin.states)
        if languages is None:
            told.append(f"{twin.name}: new")
        elif languages:
            told.append(f"{twin.name}: changed in {' and in '.join(languages)}")
        elif was_stale:
            told.append(f"{twin.name}: {was_stale} is not behind any more")
    known = {(twin.page, twin.section) for twin in sections}
    for page in {name for name in names if "#" not in name} or (set(lock) if not names else set()):
        for section in sorted(lock.get(page, {})):
            if (page, section) not in known:
                del lock[page][section]
                told.append(f"{page}#{section}: gone")
    save(lock, docs)
    return told


def mark_stale(language: str, names: list[str], docs: Path = DOCS) -> list[str]:
    """Mark sections of a language as behind the other; their readers are told on the page."""
    if not names:
        raise ValueError("--stale expects the sections that are behind, as page#section")
    lock, told = load(docs), []
    for twin in _chosen(names, twins_of(docs), names):
        lock.setdefault(twin.page, {})[twin.section] = {**twin.states, "stale": language}
        told.append(f"{twin.name}: {language} is behind")
    save(lock, docs)
    return told


def _chosen(names: list[str], sections: list[Twin], given: list[str]) -> list[Twin]:
    """Return the sections that the names mean: all of them when nothing was given."""
    if not given:
        return sections
    known = {twin.name for twin in sections} | {twin.page for twin in sections}
    for name in names:
        if name not in known:
            raise ValueError(f"no page or section of both editions is called {name}")
    return [twin for twin in sections if twin.name in names or twin.page in names]


def _state(section: Section) -> str:
    """Return a short name for the words of a section; line breaks and spaces do not count."""
    return hashlib.sha256(" ".join(section.prose.split()).encode()).hexdigest()[:12]
