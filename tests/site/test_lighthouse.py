"""Lighthouse, on a phone, for the three pages that carry the most, each in one language.

Its mark for speed depends on what else the machine does: `make bench` tells it, and `test_budget`
holds what causes it.
"""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from atelier.paths import ROOT
from atelier.site.browser import FLAGS, find_browser

PAGES = ("en/", "fr/network/", "en/training/")
KINDS = ("accessibility", "best-practices", "seo")


@pytest.fixture(scope="module")
def marks(base_url: str) -> dict[str, dict[str, int]]:
    """What Lighthouse says of each page."""
    program = Path(__file__).with_name("lighthouse.mjs")
    told = subprocess.run(
        ["node", str(program), ",".join(KINDS), " ".join(FLAGS), *(base_url + p for p in PAGES)],
        env=os.environ | {"CHROME_PATH": str(find_browser())},
        cwd=ROOT,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
    ).stdout
    found = map(json.loads, told.splitlines())
    return {one["address"].removeprefix(base_url): one["marks"] for one in found}


def test_lighthouse_finds_nothing_to_mend(marks: dict[str, dict[str, int]]) -> None:
    assert marks == {page: dict.fromkeys(KINDS, 100) for page in PAGES}
