"""The addresses stand in one place."""

from __future__ import annotations

import pytest

from atelier.addresses import repository, site_url


def test_environment_replaces_the_addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITE_URL", "https://somebody.example/book")
    monkeypatch.setenv("REPOSITORY", "https://forge.example/somebody/book.git")
    assert site_url() == "https://somebody.example/book/"
    assert repository() == "https://forge.example/somebody/book"


def test_addresses_of_the_project_are_used_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SITE_URL", raising=False)
    monkeypatch.delenv("REPOSITORY", raising=False)
    assert site_url().startswith("https://") and site_url().endswith("/")
    assert not repository().endswith((".git", "/"))
