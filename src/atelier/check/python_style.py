"""What ruff and mypy say of the repository's Python, as problems with file and line."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from atelier.paths import ROOT
from atelier.problems import Problem

_TYPE_ERROR = re.compile(r"^(?P<path>.+?):(?P<line>\d+): error: (?P<message>.*)$", re.M)
_FIRST_CHANGE = re.compile(
    r"^--- (?P<path>.+)\n\+\+\+ .+\n@@ -(?P<line>\d+).* @@\n(?P<before>(?: .*\n)*)", re.M
)


def check(folder: Path = ROOT) -> list[Problem]:
    """Return broken rules, files that are laid out otherwise, and types that do not fit.

    Args:
        folder: Where the files are, and the settings of both tools (`pyproject.toml`).
    """
    rules, parses = _rules(folder)
    return [*rules, *_layout(folder), *_types(folder)] if parses else rules


def _rules(folder: Path) -> tuple[list[Problem], bool]:
    """Return what breaks a rule, and whether everything is Python at all."""
    problems = []
    found = json.loads(_run(folder, "ruff", "check", "--output-format", "json", "."))
    for each in found:
        advice = "`make format` mends it" if each["fix"] else "mend it"
        message = f"{each['message']} ({each['code']}); {advice}"
        problems.append(Problem(Path(each["filename"]), each["location"]["row"], message))
    return problems, all(each["code"] != "invalid-syntax" for each in found)


def _layout(folder: Path) -> list[Problem]:
    problems = []
    for match in _FIRST_CHANGE.finditer(_run(folder, "ruff", "format", "--diff", ".")):
        line = int(match["line"]) + match["before"].count("\n")
        message = "not laid out as the house does; run `make format`"
        problems.append(Problem(folder / match["path"], line, message))
    return problems


def _types(folder: Path) -> list[Problem]:
    told = _run(folder, "mypy", "--no-error-summary", "--no-pretty")
    return [
        Problem(folder / match["path"], int(match["line"]), f"{match['message']}; mend it")
        for match in _TYPE_ERROR.finditer(told)
    ]


def _run(folder: Path, tool: str, *arguments: str) -> str:
    """Return what a tool prints: both end with 1 when something is wrong, with 2 when they fail."""
    command = [sys.executable, "-m", tool, *arguments]
    run = subprocess.run(command, cwd=folder, capture_output=True, encoding="utf-8", check=False)
    if run.returncode not in (0, 1):
        raise RuntimeError(f"{tool} failed: {run.stderr or run.stdout}")
    return run.stdout
