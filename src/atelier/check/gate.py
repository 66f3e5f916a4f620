"""The fast gate: everything that an edited page can break, told with file and line, in seconds."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from atelier.check import (
    blocks,
    links,
    package_docs,
    package_names,
    python_style,
    rules,
    rules_errata,
    rules_figures,
    rules_menu,
    rules_programs,
    rules_words,
    slips,
    theme,
    twins,
)
from atelier.draw import figures
from atelier.problems import Problem, report
from atelier.read.pages import every_page
from atelier.render import latex
from atelier.run import snippets

Step = tuple[str, Callable[[], list[Problem]]]


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


def scripts() -> list[Problem]:
    """Every block with what it needs, as the site offers it to copy."""
    return snippets.read()[1]


def drawings() -> list[Problem]:
    """Every figure drawn, and then what can be said of it."""
    return figures.draw_all() + rules_figures.check() + rules_programs.check_figures()


STEPS: tuple[Step, ...] = (
    ("pages", rules.check),
    ("menus", rules_menu.check),
    ("links", links.check),
    ("errata", rules_errata.check),
    ("twins", twins.check),
    ("scripts", scripts),
    ("formulas", formulas),
    ("figures", drawings),
    ("words", rules_words.check),  # after the figures: it reads what they say
    ("docstrings", package_docs.check),
    ("public names", package_names.check),
    ("theme", theme.check),
)
BESIDE: tuple[Step, ...] = (  # what waits for other processes, at once with the steps above
    ("programs", blocks.check),
    ("Python", python_style.check),
    ("slips", slips.check),
)


def main() -> int:
    """Run each step; tell all problems at the end, and return 1 when there are some."""
    started = time.perf_counter()
    with ThreadPoolExecutor(len(BESIDE)) as pool:
        beside = [pool.submit(_run, step) for step in BESIDE]
        found = [problem for step in STEPS for problem in _run(step)]
        found += [problem for running in beside for problem in running.result()]
    sys.stdout.flush()
    found = folded(found)
    failed = report(found)
    count = len(found)
    told = f"{count} problem{'s' * (count > 1)} to mend" if count else "all is well"
    sys.stderr.flush()
    print(f"── {told} ({time.perf_counter() - started:.1f} s)", flush=True)
    return failed


def folded(problems: list[Problem]) -> list[Problem]:
    """Return each problem once: of two that begin alike on a line, the one that says more."""
    kept: list[Problem] = []
    for problem in sorted(set(problems), reverse=True):  # the longer of two stands first
        last = kept[-1] if kept else None
        same = last is not None and (last.path, last.line) == (problem.path, problem.line)
        if not (same and last and last.message.startswith(problem.message)):
            kept.append(problem)
    return kept


def _run(step: Step) -> list[Problem]:
    name, check = step
    started = time.perf_counter()
    found = list(dict.fromkeys(check()))
    state = f"{len(found)} to mend, see below" if found else "all is well"
    print(f"── {name}: {state} ({time.perf_counter() - started:.1f} s)", flush=True)
    return found
