"""A pytest plugin: the blocks of a page run as its reader would run them.

It stands on pytest-codeblocks, whose `--codeblocks` option, collector, item and capture of
standard output are reused; what it changes is what a page means:

- one page is one namespace, one fence is one test, named after its line
  (`docs/fr/perceptron.md::line 42`); a block chosen alone first runs the blocks above it;
- fences are found as the reader sees them (`atelier.read.fences`); every fault is a failed test;
- a failure shows the Markdown line, with pytest's own detail of a failed assert; the blocks below
  it are not run, which pytest tells in one line;
- printed output is compared block by block with what the page says, and the page says it;
- the shapes that comments give are those of the arrays; no file is written;
- a block is the program (`__name__ == "__main__"`), its warnings are errors, and what a page
  changes outside its namespace (random state, print options, figures, folder) is put back.
"""

from __future__ import annotations

import difflib
import json
import os
import random
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from textwrap import shorten
from typing import Any

import numpy as np
import pytest
from pytest_codeblocks.plugin import MarkdownFile, TestBlock

from atelier.problems import Problem
from atelier.read.fence_faults import OUTPUT_MARK
from atelier.read.fences import Fence, read_fences
from atelier.run.page_run import PageError, PageRun


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
        compare(self.path, self.obj, printed)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:
        """Show the page's frames and those below, or the message alone."""
        fault = self.parent.run.fault
        found = excinfo.value.problems if isinstance(excinfo.value, PageError) else (fault,)
        self.user_properties += [("problem", as_json(problem)) for problem in found if problem]
        if isinstance(excinfo.value, PageError):
            return str(excinfo.value)
        if isinstance(excinfo.value, SyntaxError) and excinfo.value.filename == str(self.path):
            return str(fault)
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
        self.user_properties.append(("problem", as_json(self.problem)))
        raise PageError(self.problem)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> str:  # type: ignore[override]
        """Say the fault alone."""
        return str(excinfo.value)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Say where the fault is."""
        return self.path, self.problem.line - 1, f"{self.path.name}, {self.name}"


def shown(output: str) -> list[str]:
    """Return the lines that a reader can tell apart: spaces at the end of a line do not count."""
    return [line.rstrip() for line in output.rstrip().splitlines()]


def compare(path: Path, fence: Fence, printed: str) -> None:
    """Raise a `PageError` when what a block printed is not what its page says."""
    run = shown(printed)
    if fence.output is None and run:
        message = (
            f"the block prints `{shorten(run[0], 40)}` and the page does not say so; "
            f"add {OUTPUT_MARK} and the output in a ```text fence"
        )
        raise PageError(Problem(path, fence.end, message))
    page = shown(fence.output or "")
    if fence.output is None or page == run:
        return
    same = next((i for i, (a, b) in enumerate(zip(page, run, strict=False)) if a != b), len(page))
    line = fence.output_line + min(same, len(page))
    now = f"now `{run[same]}`" if same < len(run) else "nothing more"
    message = f"the block at line {fence.line} prints something else: {now}"
    detail = "\n".join(difflib.unified_diff(page, run, "on the page", "printed", lineterm=""))
    raise PageError(Problem(path, line, message), detail=detail)


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


def as_json(problem: Problem) -> list[Any]:
    """Return a problem as a report carries it from the process that found it."""
    return [str(problem.path), problem.line, problem.message]


def last_line(text: str) -> str:
    """Return the last line that says something: of a traceback, what was raised."""
    return text.strip().rpartition("\n")[2]


class Told:
    """Collects the problems of a run, and the pages whose blocks ran, into a JSON file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.problems: list[Any] = []
        self.pages: set[str] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take the problems that a block's report carries."""
        if report.when != "call":
            return
        self.pages.add(report.nodeid.partition("::")[0])
        found = [problem for name, problem in report.user_properties if name == "problem"]
        self.problems += found
        if report.failed and not found:
            self.problems.append([report.location[0], 0, last_line(report.longreprtext)])

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Take what could not even be collected."""
        if report.failed:
            self.problems.append([report.nodeid, 0, last_line(report.longreprtext)])

    def pytest_sessionfinish(self) -> None:
        """Write what was found."""
        text = json.dumps({"problems": self.problems, "pages": sorted(self.pages)})
        self.path.write_text(text, "utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Take the file that `make check` wants."""
    parser.addoption("--problems", type=Path, help="write what is wrong with the pages there")


def pytest_configure(config: pytest.Config) -> None:
    """Draw without a screen, whatever the machine; tell the problems to who asked for them."""
    os.environ["MPLBACKEND"] = "Agg"
    path = config.getoption("--problems")
    if path and not hasattr(config, "workerinput"):  # the workers of xdist report to their master
        config.pluginmanager.register(Told(path))


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
