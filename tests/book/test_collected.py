"""Every block of every page is a test: none is left out by a setting."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path

from atelier.paths import DOCS, LANGUAGES, ROOT
from atelier.read.pages import every_page


def left_out(root: Path) -> list[str]:
    """Return the pages of which pytest does not collect each block; labs are executed elsewhere."""
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "docs"]
    told = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=True)
    collected = Counter(line.partition("::")[0] for line in told.stdout.splitlines())
    found = []
    for page in every_page(root / "docs"):
        blocks = sum(b.language == "python" and not b.is_output for b in page.blocks)
        if not page.is_lab and collected[page.place()] != blocks:
            found.append(f"{page.place()}: {collected[page.place()]} of {blocks} blocks are tests")
    return found


def test_each_block_of_each_page_is_collected() -> None:
    assert left_out(ROOT) == []


def test_a_page_that_is_not_collected_is_told(tmp_path: Path) -> None:
    for language in LANGUAGES:
        shutil.copytree(DOCS / language, tmp_path / "docs" / language)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    conftest = (ROOT / "conftest.py").read_text("utf-8")
    ignored = 'collect_ignore_glob = ["docs/en/network.md", '
    assert "collect_ignore_glob = [" in conftest
    conftest = conftest.replace("collect_ignore_glob = [", ignored)
    (tmp_path / "conftest.py").write_text(conftest, "utf-8")
    (told,) = left_out(tmp_path)
    assert told.startswith("docs/en/network.md: 0 of ")
