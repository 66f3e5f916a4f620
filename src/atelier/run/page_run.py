"""The program that a page is: its blocks run one after the other, in one namespace."""

from __future__ import annotations

import ast
import sys
import traceback
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType

import pytest
from _pytest.assertion.rewrite import rewrite_asserts
from pytest_codeblocks.main import stdout_io

from atelier.problems import Problem
from atelier.read import written
from atelier.read.fences import Fence
from atelier.run.shapes import CALL, Shapes


class PageError(Exception):
    """What is wrong is in the page and is said in full by its problems: no traceback is shown.

    Args:
        problems: What is wrong.
        detail: What a person who looks at this page alone wants to see too.
    """

    def __init__(self, *problems: Problem, detail: str = "") -> None:
        super().__init__("\n".join(filter(None, (*map(str, problems), detail))))
        self.problems = problems


@dataclass
class PageRun:
    """The program that a page is, as far as it has run."""

    path: Path
    config: pytest.Config
    module: ModuleType = field(default_factory=lambda: ModuleType("__main__"))
    done: dict[int, str] = field(default_factory=dict)  # line of a block → what it printed
    shapes: Shapes = field(default_factory=Shapes)
    fault: Problem | None = None  # of the first block that raised

    def run(self, fence: Fence) -> None:
        """Run one block, and keep what it prints."""
        source = "\n" * fence.line + fence.code  # so that lines are those of the page
        previous = sys.modules["__main__"]
        self.module.__dict__.setdefault("__file__", str(self.path))
        sys.modules["__main__"] = self.module  # for pickle, dataclasses and typing
        try:
            tree = ast.parse(source, str(self.path))
            rewrite_asserts(tree, source.encode(), str(self.path), self.config)
            code = compile(self.shapes.watched(source, tree), str(self.path), "exec")
            self.module.__dict__[CALL] = self.shapes.compare
            with (
                warnings.catch_warnings(),
                stdout_io() as printed,
                written.watch(self.path) as files,
            ):
                warnings.simplefilter("error")
                exec(code, self.module.__dict__)
        except SystemExit as error:
            message = f"the block leaves the program: {error!r}"
            raise PageError(Problem(self.path, fence.line, message)) from error
        finally:
            sys.modules["__main__"] = previous
        self.done[fence.line] = printed.getvalue()
        wrong = [Problem(self.path, line, said) for line, said in self.shapes.wrong.items()]
        self.shapes.wrong.clear()
        for line, name in files:
            message = f"the block writes {name}; a reader's folder stays as it is: leave it out"
            wrong.append(Problem(self.path, line, message))
        if wrong:
            raise PageError(*wrong)

    def reach(self, fences: Iterable[Fence], last: Fence) -> str:
        """Run the blocks down to `last` that have not run yet; return what `last` printed."""
        for fence in fences:
            if fence.line > last.line or fence.line in self.done:
                continue
            if self.fault:
                pytest.skip(f"not run, because of the block above: {self.fault}")
            try:
                self.run(fence)
            except Exception as error:
                if fence.line in self.done:  # it ran to its end
                    if fence.line == last.line:
                        raise
                    continue  # its own test tells what is wrong
                below = sum(other.line > fence.line for other in fences)
                self.fault = problem_of(error, self.path, fence, below)
                if fence.line == last.line:
                    raise
                detail = f"so the block at line {last.line} was not run"
                raise PageError(self.fault, detail=detail) from error
        return self.done[last.line]


def problem_of(error: Exception, path: Path, fence: Fence, below: int) -> Problem:
    """Say in one line what a block raised, and how many blocks below it are not run."""
    if isinstance(error, PageError):
        line, message = error.problems[0].line, error.problems[0].message
    elif isinstance(error, SyntaxError) and error.filename == str(path):
        line, message = error.lineno or fence.line, f"SyntaxError: {error.msg}"
    else:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == str(path)]
        line = (lines and lines[-1]) or fence.line
        said = str(error).strip().partition("\n")[0]
        message = f"{type(error).__name__}: {said}".rstrip(": ")
    if below:
        message += (
            f" (the {below} blocks below were not run)"
            if below > 1
            else (" (the block below was not run)")
        )
    return Problem(path, line, message)
