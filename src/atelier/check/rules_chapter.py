"""The plan that all chapters share: pitfalls, exercises with hint and solution, sources."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from atelier.problems import Problem
from atelier.read.page import Page, is_chapter

PARTS = ("pitfalls", "exercises", "sources")
HINT, SOLUTION = "??? tip", "??? success"
EXERCISES = 3


def sections(page: Page, _docs: Path) -> Iterator[Problem]:
    """A chapter ends with pitfalls, exercises and sources."""
    if not is_chapter(page):
        return
    known = {heading.id: heading.line for heading in page.headings if heading.level == 2}
    for part in PARTS:
        if part not in known:
            message = f"has no section `## … {{ #{part} }}`; each chapter ends with one"
            yield Problem(page.path, 0, message)
    lines = [known[part] for part in PARTS if part in known]
    if lines != sorted(lines):
        message = "a chapter ends with " + ", ".join(f"#{part}" for part in PARTS) + ", in order"
        yield Problem(page.path, min(lines), message)


def exercises(page: Page, _docs: Path) -> Iterator[Problem]:
    """A chapter has exercises, and each one a hint and a solution that unfold."""
    found = [heading for heading in page.headings if heading.id.startswith("exercise-")]
    if is_chapter(page) and len(found) < EXERCISES:
        line = next((heading.line for heading in page.headings if heading.id == "exercises"), 0)
        message = (
            f"has {len(found)} exercises; write at least {EXERCISES} "
            "(`### … { #exercise-name }` with a hint and a solution)"
        )
        yield Problem(page.path, line, message)
    for heading in found:
        kinds = [box.kind for box in page.admonitions if page.section_of(box.line) == heading.id]
        for kind, noun in ((HINT, "hint"), (SOLUTION, "solution")):
            if kinds.count(kind) != 1:
                message = (
                    f'#{heading.id} has {kinds.count(kind)} {noun}s; it needs one `{kind} "…"`'
                )
                yield Problem(page.path, heading.line, message)
