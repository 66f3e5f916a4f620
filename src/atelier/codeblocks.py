"""A pytest plugin: the blocks of a page run as its reader would run them.

It stands on pytest-codeblocks, whose `--codeblocks` option, collector, item and capture of
standard output are reused; what it changes is what a page means:

- one page is one namespace, one fence is one test, named after its line
  (`docs/fr/perceptron.md::line 42`); a block chosen alone first runs the blocks above it;
- fences are found as the reader sees them (`atelier.fences`), and every fault is a failed test;
- a failure shows the Markdown line, with pytest's own detail of a failed assert;
- printed output is compared block by block with what the page says;
- a block is the program (`__name__ == "__main__"`), its warnings are errors, and what a page
  changes outside its namespace (random state, print options, figures, folder) is put back.
"""

from __future__ import annotations

import ast
import difflib
import os
import random
import sys
import warnings
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from _pytest.assertion.rewrite import rewrite_asserts
from pytest_codeblocks.main import stdout_io
from pytest_codeblocks.plugin import MarkdownFile, TestBlock

from atelier.fences import Fence, read_fences
from atelier.problems import Problem


class PageError(Exception):
    """What is wrong is in the page and is said in full by the message: no traceback is shown."""


@dataclass
class PageRun:
    """The program that a page is, as far as it has run."""

    path: Path
    config: pytest.Config
    module: ModuleType = field(default_factory=lambda: ModuleType("__main__"))
    done: dict[int, str] = field(default_factory=dict)  # line of a block → what it printed
    failed: int = 0  # line of the first block that raised

    def error(self, line: int, message: str) -> PageError:
        """Return the error that says what is wrong at a line of the page."""
        return PageError(str(Problem(self.path, line, message)))

    def not_run(self, last: Fence, why: str) -> PageError:
        """Return the error of a block that cannot run because of one above it."""
        above = Problem(self.path, self.failed, why)
        return self.error(last.line, f"not run, because of the block above it: {above}")

    def run(self, fence: Fence) -> None:
        """Run one block, and keep what it prints."""
        source = "\n" * fence.line + fence.code  # so that lines are those of the page
        previous = sys.modules["__main__"]
        self.module.__dict__.setdefault("__file__", str(self.path))
        sys.modules["__main__"] = self.module  # for pickle, dataclasses and typing
        try:
            tree = ast.parse(source, str(self.path))
            rewrite_asserts(tree, source.encode(), str(self.path), self.config)
            with warnings.catch_warnings(), stdout_io() as printed:
                warnings.simplefilter("error")
                exec(compile(tree, str(self.path), "exec"), self.module.__dict__)
        except SystemExit as error:
            self.failed = fence.line
            raise self.error(fence.line, f"the block leaves the program: {error!r}") from error
        except BaseException:
            self.failed = fence.line
            raise
        finally:
            sys.modules["__main__"] = previous
        self.done[fence.line] = printed.getvalue()

    def reach(self, fences: Iterable[Fence], last: Fence) -> str:
        """Run the blocks down to `last` that have not run yet; return what `last` printed."""
        for fence in fences:
            if fence.line > last.line or fence.line in self.done:
                continue
            if self.failed:
                raise self.not_run(last, "failed")
            try:
                self.run(fence)
            except Exception as error:
                if fence.line == last.line:
                    raise
                raised = f"raised {type(error).__name__}: {error}"
                raise self.not_run(last, raised) from error
        return self.done[last.line]


class Page(MarkdownFile):  # type: ignore[misc]  # pytest-codeblocks is not typed
    """A Markdown file: its blocks, and a failed test for each fault of its fences."""

    fences: list[Fence]
    run: PageRun
    _put_back: list[Callable[[], object]]

    def collect(self) -> Iterator[pytest.Item]:
        """Give one test a Python fence, and one a fault."""
        fences, problems = read_fences(self.path)
        self.fences = [fence for fence in fences if fence.is_python and not fence.hidden]
        for problem in problems:
            yield Fault.from_parent(self, name=f"fault at line {problem.line}", problem=problem)
        for fence in self.fences:
            yield Block.from_parent(self, name=f"line {fence.line}", obj=fence)

    def setup(self) -> None:
        """Start the page's program in a fresh namespace."""
        self.run = PageRun(self.path, self.config)
        self._put_back = remember_settings()

    def teardown(self) -> None:
        """Put back what the page changed, and close its figures."""
        for put_back in self._put_back:
            put_back()
        if "matplotlib.pyplot" in sys.modules:
            sys.modules["matplotlib.pyplot"].close("all")


class Block(TestBlock):  # type: ignore[misc]  # pytest-codeblocks is not typed
    """One Python fence."""

    obj: Fence
    parent: Page

    def runtest(self) -> None:
        """Run the block and compare what it prints."""
        folder = os.getcwd()
        try:
            printed = self.parent.run.reach(self.parent.fences, self.obj)
        finally:
            os.chdir(folder)
        sys.stdout.write(printed)  # pytest shows it when the test fails
        fault = difference(self.path, self.obj, printed)
        if fault:
            raise PageError(fault)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
        """Show the page's frames and those below, or the message alone."""
        if isinstance(excinfo.value, PageError):
            return str(excinfo.value)
        if isinstance(excinfo.value, SyntaxError) and excinfo.value.filename == str(self.path):
            message = f"SyntaxError: {excinfo.value.msg}"
            return str(Problem(self.path, excinfo.value.lineno or 0, message))
        excinfo.traceback = excinfo.traceback.cut(path=self.path)
        return pytest.Item.repr_failure(self, excinfo, style="short")

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where the block is."""
        return self.path, self.obj.line - 1, f"{self.path.name}, {self.name}"


class Fault(pytest.Item):
    """Something wrong with the fences of a page: a test that fails."""

    def __init__(self, name: str, parent: Page, problem: Problem) -> None:
        super().__init__(name, parent)
        self.problem = problem

    def runtest(self) -> None:
        """Fail with the fault."""
        raise PageError(str(self.problem))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        """Say the fault alone."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where the fault is."""
        return self.path, self.problem.line - 1, f"{self.path.name}, {self.name}"


def shown(output: str) -> list[str]:
    """Return the lines that a reader can tell apart: spaces at the end of a line do not count."""
    return [line.rstrip() for line in output.rstrip().splitlines()]


def difference(path: Path, fence: Fence, printed: str) -> str:
    """Tell how what a block printed differs from what its page says; empty when it does not."""
    if fence.output is None or shown(printed) == shown(fence.output):
        return ""
    page, run = shown(fence.output), shown(printed)
    same = next((i for i, (a, b) in enumerate(zip(page, run, strict=False)) if a != b), len(page))
    line = fence.output_line + min(same, len(page))
    diff = difflib.unified_diff(page, run, "on the page", "printed", lineterm="")
    problem = Problem(path, line, f"the block at line {fence.line} prints something else")
    return "\n".join([str(problem), *diff])


def remember_settings() -> list[Callable[[], object]]:
    """Return the calls that put back what a page may change for the pages after it."""
    folder, state = os.getcwd(), random.getstate()
    # numpy's global generator is the old way, but a page may show it, or a library use it
    legacy = np.random.get_state()  # noqa: NPY002  # only read, to be put back
    options, errors = np.get_printoptions(), np.geterr()
    return [
        lambda: os.chdir(folder),
        lambda: random.setstate(state),
        lambda: np.random.set_state(legacy),  # noqa: NPY002  # only what it was before the page
        lambda: np.set_printoptions(**options),
        lambda: np.seterr(**errors),
    ]


def pytest_configure() -> None:
    """Draw without a screen, whatever the machine."""
    os.environ["MPLBACKEND"] = "Agg"


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Replace the collector of pytest-codeblocks by that of a page."""
    collectors = yield
    return [
        Page.from_parent(parent, path=file_path) if type(found) is MarkdownFile else found
        for found in collectors
    ]
