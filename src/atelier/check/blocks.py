"""The blocks of all pages, run by pytest in processes of their own: what fails, as problems."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from atelier.paths import LANGUAGES, ROOT
from atelier.problems import Problem
from atelier.read.pages import every_page

PYTEST_RAN = (0, 1)  # its exit status when it came to its end
LAST = 12  # lines of what pytest said, when it did not


def check(root: Path = ROOT) -> list[Problem]:
    """Run every block of the pages and READMEs of the repository; return what is wrong."""
    pages = [f"docs/{language}" for language in LANGUAGES] + ["README.md", "README.fr.md"]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal"]
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder) / "told.json"
        done = subprocess.run(
            [*command, "-p", "no:cacheprovider", f"--problems={told}", *pages],
            cwd=root,
            check=False,
            capture_output=True,
            encoding="utf-8",
        )
        found = json.loads(told.read_text("utf-8")) if told.is_file() else {}
    problems = [Problem(root / path, line, text) for path, line, text in found.get("problems", ())]
    if done.returncode not in PYTEST_RAN or (done.returncode and not problems):
        said = "\n".join([*done.stdout.splitlines(), *done.stderr.splitlines()][-LAST:])
        return [*problems, Problem(root / "conftest.py", 0, f"pytest could not run:\n{said}")]
    return problems + not_run(set(found["pages"]), root)


def not_run(ran: set[str], root: Path = ROOT) -> list[Problem]:
    """Return the pages that hold programs and that pytest did not collect."""
    return [
        Problem(page.path, 0, "pytest does not collect this page, so that its blocks do not run")
        for page in every_page(root / "docs")
        if not page.is_lab
        and any(block.language == "python" for block in page.blocks)
        and page.path.relative_to(root).as_posix() not in ran
    ]
