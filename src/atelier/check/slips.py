"""Frequent misspellings in what is written in English alone: code, styles, READMEs (codespell)."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from atelier.paths import ROOT
from atelier.problems import Problem

PLACES = (
    *("src", "theme/css", "benchmarks", "docs/en", "docs/figures", ".github", "Makefile"),
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "mkdocs.en.yml", "pyproject.toml"),
)

_TOLD = re.compile(r"(.+?):(\d+): (\S+) ==> (.+)")


def check(root: Path = ROOT) -> list[Problem]:
    """Return what codespell finds; words that are right stand in `[tool.codespell]`."""
    places = [place for place in PLACES if (root / place).exists()]
    command = [sys.executable, "-m", "codespell_lib", f"--toml={ROOT / 'pyproject.toml'}", *places]
    done = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=False)
    if done.stderr.strip():
        raise RuntimeError(f"codespell: {done.stderr.strip()}")
    return [
        Problem(root / path, int(line), f"`{word}` is misspelt; did you mean {meant}?")
        for path, line, word, meant in _TOLD.findall(done.stdout)
    ]
