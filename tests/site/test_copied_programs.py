"""Every program that the site offers is taken as a reader takes it, and runs alone."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell
from playwright.sync_api import Browser, Page

from atelier.addresses import site_url
from atelier.paths import LANGUAGES
from atelier.read.page import is_chapter
from atelier.read.pages import every_page
from atelier.run import snippets, wheel
from atelier.run.codeblocks import shown
from atelier.run.snippets import READMES, Snippet
from atelier.site.shown_code import python_blocks

FOUND = snippets.snippets()
PAGES = list(dict.fromkeys((each.language, each.page) for each in FOUND))
CHAPTERS = [(page.language, page.name) for page in every_page() if is_chapter(page)]
LABS = [(page.language, page.name) for page in every_page() if page.is_lab]
SECONDS = 120  # an order of magnitude more than the slowest program takes on two busy cores

# The package is the one that the site serves, whatever is installed where the tests run.
ALONE = """
import runpy, sys
wheel, program = sys.argv.pop(1), sys.argv.pop(1)
sys.path.insert(0, wheel)
import perceptrons
assert perceptrons.__file__.startswith(wheel), perceptrons.__file__
runpy.run_path(program, run_name="__main__")
"""
COPIED = """async head => {
  for (let picture = 0; picture < 600; picture += 1) {
    const text = await navigator.clipboard.readText();
    if (text.startsWith(head)) return text;
    await new Promise(requestAnimationFrame);
  }
  throw new Error(`not copied: ${head}`);
}"""

Run = Callable[[str], subprocess.CompletedProcess[str]]


def blocks(language: str, page: str) -> list[Snippet]:
    return [each for each in FOUND if (each.language, each.page) == (language, page)]


def address(language: str, page: str) -> str:
    return f"{language}/" + ("" if page == "index" else f"{page}/")


@pytest.fixture(scope="session")
def served_package(built_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what the wheel of the site holds."""
    folder = tmp_path_factory.mktemp("wheel")
    zipfile.ZipFile(built_site / wheel.NAME).extractall(folder)
    return folder


@pytest.fixture
def run_alone(served_package: Path, tmp_path: Path) -> Run:
    """Runs a program in a fresh interpreter, in an empty folder; a warning is an error."""
    (tmp_path / "alone.py").write_text(ALONE, "utf-8")
    program, empty = tmp_path / "program.py", tmp_path / "empty"
    empty.mkdir()

    def run(text: str) -> subprocess.CompletedProcess[str]:
        program.write_text(text, "utf-8")
        options = ["-I", "-X", "utf8", "-W", "error"]
        return subprocess.run(
            [sys.executable, *options, tmp_path / "alone.py", served_package, program],
            cwd=empty,
            env={**os.environ, "MPLBACKEND": "Agg"},
            capture_output=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )

    return run


def fault(text: str, outputs: Sequence[str | None], run: Run) -> str:
    """Run a program and tell what is wrong: it fails, or does not print what its page shows.

    Args:
        text: The program.
        outputs: What the page shows of its blocks, in order; a block without may print anything.
        run: What runs it.
    """
    done = run(text)
    if done.returncode:
        return f"alone, it fails\n{done.stderr}"
    printed = "\n".join(shown(done.stdout))
    parts = [r"[\s\S]*" if out is None else re.escape("\n".join(shown(out))) for out in outputs]
    if re.fullmatch(r"\s*".join(parts) + r"\s*", printed):
        return ""
    return f"alone, it prints\n{printed}\nand its page shows\n{outputs}"


def outputs(snippet: Snippet, page: list[Snippet]) -> list[str | None]:
    by_id = {each.id: each for each in page}
    return [each.output for each in (*(by_id[need] for need in snippet.needs), snippet)]


@pytest.fixture(scope="module")
def reader(browser: Browser, base_url: str) -> Iterator[Page]:
    """One tab for all pages, which may read the clipboard."""
    context = browser.new_context(reduced_motion="reduce")
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=base_url)
    yield context.new_page()
    context.close()


@pytest.mark.parametrize(("language", "name"), PAGES)
def test_each_program_runs_alone_as_its_button_copies_it(
    reader: Page, base_url: str, run_alone: Run, language: str, name: str
) -> None:
    page = blocks(language, name)
    programs = {each.id: each.script for each in page}
    if name not in READMES:  # which have no buttons
        reader.goto(base_url + address(language, name))
        reader.evaluate(
            "document.querySelectorAll('details').forEach(fold => { fold.open = true })"
        )
        buttons = reader.locator(".program-copy")
        assert buttons.count() == len(page)
        for each in page:
            reader.locator(f"[id='{each.id}'] .program-copy").press("Enter")
            origin = f"# {site_url()}{address(language, name)}#{each.id} · perceptrons "
            programs[each.id] = reader.evaluate(COPIED, origin)
            assert programs[each.id].endswith(each.script)
    wrong = {each.id: fault(programs[each.id], outputs(each, page), run_alone) for each in page}
    assert not (told := [f"{name}#{id}: {why}" for id, why in wrong.items() if why]), told


def test_each_block_that_a_reader_sees_has_its_program(built_site: Path) -> None:
    shown_blocks = buttons = files = 0
    for language in LANGUAGES:
        for page in sorted((built_site / language).rglob("*.html")):
            html = page.read_text("utf-8")
            shown_blocks += len(python_blocks(html))
            buttons += html.count('class="program-copy"')
        files += len(list((built_site / language / "programs").glob("*/*.py")))
    print(f"{buttons} programs copied by their buttons")
    listed = [each for each in FOUND if each.page not in READMES]
    assert shown_blocks == buttons == files == len(listed) > 300


@pytest.mark.parametrize(("language", "name"), CHAPTERS)
def test_a_chapter_is_a_program(built_site: Path, run_alone: Run, language: str, name: str) -> None:
    program = (built_site / language / "programs" / f"{name}.py").read_text("utf-8")
    page = blocks(language, name)
    assert program.count("\n# %%") == len(page)
    assert not (why := fault(program, [each.output for each in page], run_alone)), why


# Notebooks: their first cell of code installs the package, in an environment of their own.

EXECUTE = """
import sys
import nbformat
from jupyter_client.manager import AsyncKernelManager
from nbclient import NotebookClient
path, socket, seconds = sys.argv[1:]
notebook = nbformat.read(path, as_version=4)
kernel = AsyncKernelManager(transport="ipc", ip=socket)
NotebookClient(notebook, km=kernel, timeout=int(seconds)).execute()
nbformat.write(notebook, path)
"""


@pytest.fixture(scope="module")
def other_python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that has what the tests have, the book's package aside."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    # A path is taken as it is: the links in it, such as that to our sources, are not followed.
    (packages / "tests.pth").write_text(sysconfig.get_paths()["purelib"] + "\n", "utf-8")
    python = folder / "bin" / "python"
    done = subprocess.run([python, "-Ic", "import perceptrons"], capture_output=True, check=False)
    assert b"No module named 'perceptrons'" in done.stderr
    return python


def execute(notebook: NotebookNode, python: Path, folder: Path) -> list[str]:
    """Run a notebook; return what each of its cells of code printed."""
    file = folder / "notebook.ipynb"
    nbformat.write(notebook, file)
    env = {**os.environ, "PIP_NO_INDEX": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    env.pop("PYTHONPATH", None)
    env.pop("MPLBACKEND", None)
    done = subprocess.run(
        [python, "-c", EXECUTE, file, folder / "kernel", str(SECONDS)],
        cwd=folder,
        env=env,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [
        "".join(out.text for out in cell.outputs if out.get("name") == "stdout")
        for cell in nbformat.read(file, as_version=4).cells
        if cell.cell_type == "code"
    ]


@pytest.mark.parametrize(("language", "name"), [*CHAPTERS, *LABS])
def test_a_chapter_is_a_notebook_that_installs_the_package_of_the_site(
    built_site: Path,
    base_url: str,
    other_python: Path,
    tmp_path: Path,
    language: str,
    name: str,
) -> None:
    text = (built_site / language / "programs" / f"{name}.ipynb").read_text("utf-8")
    published = f"%pip install --quiet {site_url()}{wheel.NAME}"
    assert text.count(published) == 1
    text = text.replace(published, f"%pip install --quiet {base_url}{wheel.NAME}")
    proof = "import perceptrons; print(perceptrons.__file__)"
    notebook = nbformat.reads(text, as_version=4)
    notebook.cells.append(new_code_cell(proof, id="proof"))
    printed = execute(notebook, other_python, tmp_path)
    assert "/environment" in printed.pop()
    for each, out in zip(blocks(language, name), printed[1:], strict=False):
        assert each.output is None or shown(out) == shown(each.output), each.id
    assert len(printed) == 1 + len(blocks(language, name)) or (language, name) in LABS


# The same checks, on what has a fault.


def test_a_program_that_lacks_a_need_is_told(run_alone: Run) -> None:
    page = blocks("en", "guide")
    needy = next(each for each in page if each.needs)
    assert fault(needy.script, outputs(needy, page), run_alone) == ""
    needed = next(each for each in page if each.id == needy.needs[-1])
    lacking = needy.script.replace(needed.code.strip().splitlines()[0], "")
    assert "NameError" in fault(lacking, outputs(needy, page), run_alone)


def test_a_warning_and_another_output_are_told(run_alone: Run) -> None:
    assert "old" in fault("import warnings\nwarnings.warn('old')\n", [None], run_alone)
    program = "print('one')\nprint(2)\n"
    assert fault(program, ["one\n", "2\n"], run_alone) == ""
    assert fault(program, [None, "2\n"], run_alone) == ""
    assert "its page shows" in fault(program, ["one\n", "3\n"], run_alone)
