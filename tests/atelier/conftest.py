"""What the tests of the atelier share."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

# pytest imports each test file by its path, outside of any package: so is this helper.
_spec = importlib.util.spec_from_file_location("small_book", Path(__file__).parent / "small_book.py")
assert _spec is not None and _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)


@pytest.fixture
def small_book(tmp_path, monkeypatch):
    """A book of two pages with the real theme, to plant faults in."""
    return _module.SmallBook(tmp_path, monkeypatch)
