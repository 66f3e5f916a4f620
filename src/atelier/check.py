"""The fast gate: everything that an edited page can break, told with file and line, in seconds."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable

from atelier import (
    figures,
    latex,
    links,
    menus,
    package_docs,
    package_names,
    python_style,
    rules,
    theme_check,
    twins,
)
from atelier.pages import every_page
from atelier.paths import LANGUAGES, ROOT
from atelier.problems import Problem, report


def formulas() -> list[Problem]:
    """Every formula of every page, through KaTeX."""
    problems = []
    for page in every_page():
        for formula in page.formulas:
            try:
                latex.render(formula.tex, formula.display)
            except latex.LatexError as error:
                problems.append(Problem(page.path, formula.line, str(error)))
    return problems


STEPS: tuple[tuple[str, Callable[[], list[Problem]]], ...] = (
    ("pages", rules.check),
    ("links", links.check),
    ("menus", menus.check),
    ("twins", twins.check),
    ("formulas", formulas),
    ("figures", figures.draw_all),
    ("Python", python_style.check),
    ("docstrings", package_docs.check),
    ("public names", package_names.check),
    ("theme", theme_check.check),
)


def snippets() -> int:
    """Run every block of the pages; pytest tells what fails, with the page's file and line."""
    pages = [f"docs/{language}" for language in LANGUAGES] + ["README.md", "README.fr.md"]
    command = [sys.executable, "-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal", *pages]
    return subprocess.run(command, cwd=ROOT, check=False).returncode


def main() -> int:
    """Run each step; return 1 when one of them found something."""
    failed = False
    for name, step in STEPS:
        started = time.perf_counter()
        problems = step()
        failed |= bool(report(problems))
        state = f"{len(set(problems))} to mend" if problems else "all is well"
        print(f"── {name}: {state} ({time.perf_counter() - started:.1f} s)", flush=True)
    print("── snippets", flush=True)
    failed |= bool(snippets())
    return int(failed)
