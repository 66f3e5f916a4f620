"""A saved page is built alone; whatever else is saved, the editions that it touches."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from atelier import freshness, serve, site
from atelier.problems import Problem


@pytest.fixture
def built(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was built, in order; nothing is, here."""
    done: list[str] = []

    def build(*, checked: bool) -> list[Problem]:
        done.append("all")
        return []

    def saved_pages(language: str) -> list[Problem]:
        done.append(language)
        return []

    monkeypatch.setattr(site, "build", build)
    monkeypatch.setattr(site, "saved_pages", saved_pages)
    monkeypatch.setattr(site, "look", list)
    return done


def save(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch()
    os.utime(path, ns=(time.time_ns(), time.time_ns() + len(path.name)))


def test_what_is_saved_decides_what_is_built(
    built: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(serve, "DOCS", tmp_path)
    monkeypatch.setattr(serve, "WATCHED", (tmp_path,))
    page, twin, figure = (tmp_path / name for name in ("fr/a.md", "en/a.md", "figures/a.py"))
    for path in (page, twin, figure):
        save(path)
    build = serve.Builder()
    build()
    assert built == ["all"]
    save(page)
    build()
    assert built == ["all", "fr"]
    save(page)
    save(twin)
    build()
    assert built[2:] == ["en", "fr"]
    save(figure)
    build()
    assert built[4:] == ["all"]
    page.unlink()  # then the navigation has changed too
    build()
    assert built[5:] == ["all"]


def test_a_saved_page_is_written_and_the_rest_is_kept(
    small_book, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(freshness, "KEYS", tmp_path / "keys")
    small_book.write("fr/other.md", "# Autre { #other }\n")
    assert site.edition("fr") == []
    index = small_book.site / "fr" / "search" / "search_index.json"
    other = small_book.site / "fr" / "other" / "index.html"
    kept = index.read_bytes(), other.stat().st_mtime_ns
    page = small_book.write("fr/index.md", "# Nouveau { #index }\n")
    later = time.time() + 5
    os.utime(page, (later, later))
    assert site.saved_pages("fr") == []
    assert "Nouveau" in (small_book.site / "fr" / "index.html").read_text("utf-8")
    assert (index.read_bytes(), other.stat().st_mtime_ns) == kept


def test_a_fault_in_a_saved_page_is_told_with_its_line(
    small_book, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(freshness, "KEYS", tmp_path / "keys")
    assert site.edition("fr") == []
    page = small_book.write("fr/index.md", "# Accueil { #index }\n\n$\\notacommand$\n")
    later = time.time() + 5
    os.utime(page, (later, later))
    (problem,) = site.saved_pages("fr")
    assert (problem.path, problem.line) == (page, 3)
    assert "notacommand" in problem.message
