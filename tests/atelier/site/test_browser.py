"""The browser of the tests is found, or its absence is told with the command that mends it."""

from __future__ import annotations

from pathlib import Path

import pytest

from atelier.site import browser


def test_named_browser_comes_first(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    mine = tmp_path / "my-chromium"
    mine.touch()
    monkeypatch.setenv("CHROMIUM", str(mine))
    assert browser.find_browser() == mine


def test_named_browser_that_is_not_there_is_not_replaced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHROMIUM", "no-such-browser")
    assert browser.find_browser() is None


def test_missing_browser_is_an_error_with_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(browser, "find_browser", lambda: None)
    monkeypatch.setattr(browser, "install_browser", lambda: False)
    assert browser.main() == 1
    told = capsys.readouterr().err
    assert "apt-get install chromium" in told and "playwright install chromium" in told
