"""CONTRIBUTING.md, followed to the letter in a copy of the book, ends with nothing to mend.

Each fence below a line like `docs/en/ramp.md`: is written to that file as it stands.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from atelier.check import gate
from atelier.paths import CACHE, LANGUAGES, NODE_MODULES, ROOT

GUIDE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
FENCE = re.compile(
    r"^`(?P<path>[\w/.]+)`:\n\n(?P<marks>`{3,})\w+\n(?P<text>.*?)^(?P=marks)$", re.M | re.S
)
# What `make check` does, the figures of other chapters and the blocks of other pages aside:
# they are drawn and run by their own tests, and a copy would draw and run them all anew.
CHECK = """
from atelier.check import gate as check
from atelier.draw import figures
only = {only}
problems = [p for name, step in check.STEPS if name in only for p in step()]
print(*problems, *figures.draw_all(["relu_alone"]), sep="\\n")
"""
NEW = ["docs/fr/ramp.md", "docs/en/ramp.md", "src/perceptrons/ramp.py"]
TESTS = ["tests/perceptrons/test_ramp.py", "tests/perceptrons/test_defaults.py"]


class Copy:
    """The book in another folder: what is committed, and what was fetched or drawn already."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        files = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True
        )
        for name in filter(None, files.stdout.split("\0")):
            if (ROOT / name).is_file() and not (ROOT / name).is_symlink():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(ROOT / name, folder / name)
        (folder / "node_modules").symlink_to(NODE_MODULES.resolve())
        (folder / ".cache").mkdir()
        for kept in ("katex", "needs", "spelling"):
            (CACHE / kept).mkdir(parents=True, exist_ok=True)
            (folder / ".cache" / kept).symlink_to(CACHE / kept)
        if (ROOT / ".mypy_cache").is_dir():  # else mypy takes its time
            shutil.copytree(ROOT / ".mypy_cache", folder / ".mypy_cache")

    def insert(self, name: str, before: str, text: str) -> None:
        """Put lines before the first line that begins with some words."""
        path = self.folder / name
        lines = path.read_text("utf-8").split("\n")
        at = next(rank for rank, line in enumerate(lines) if line.lstrip().startswith(before))
        indent = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
        lines.insert(at, indent + text)
        path.write_text("\n".join(lines), "utf-8")

    def run(self, *command: str) -> str:
        """Run Python in the copy, with its own sources; return what it says."""
        environment = {**os.environ, "PYTHONPATH": str(self.folder / "src")}
        run = subprocess.run(
            [sys.executable, *command],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        return run.stdout + run.stderr

    def told(self, *steps: str) -> list[str]:
        """Return what some steps of the check tell, or all, as `file:line: …`."""
        only = steps or tuple(name for name, _ in gate.STEPS if name != "figures")
        said = self.run("-c", CHECK.replace("{only}", repr(only)))
        assert "Traceback" not in said, said
        return [line for line in said.splitlines() if line and not line.startswith("── ")]


def words(pattern: str) -> str:
    """Return the code of CONTRIBUTING.md, between backticks, that a pattern describes."""
    (found,) = set(re.findall(rf"`({pattern})`", GUIDE))
    return found


def follow(folder: Path) -> Copy:
    """Do all that CONTRIBUTING.md says, in a copy of the book."""
    copy = Copy(folder)
    for fence in FENCE.finditer(GUIDE):
        path = folder / fence["path"]
        assert not path.exists(), f"{path} would be written over"
        path.write_text(fence["text"], "utf-8")
    package = "src/perceptrons/__init__.py"
    copy.insert(
        package, "from perceptrons.recurrence", words(r"from perceptrons\.ramp import ramp_up")
    )
    copy.insert(package, '"random_search"', '"ramp_up",')
    copy.insert(
        "tests/perceptrons/defaults.txt", "relative_error(", words(r"ramp_up\(width=1\.0\)")
    )
    directive = words("::: perceptrons.ramp")
    for language, title in zip(LANGUAGES, ("La rampe", "The ramp"), strict=True):
        menu = "mkdocs.yml" if language == "fr" else "mkdocs.en.yml"
        entry = words(rf"- {title}: ramp\.md")
        trained = "- Entraîner un réseau:" if language == "fr" else "- Training a network:"
        copy.insert(menu, trained, entry)
        row = words(rf"\| \[{title}\]\(ramp\.md\) \|[^`]*\|")
        next_row = trained.removeprefix("- ").removesuffix(":")
        copy.insert(f"docs/{language}/index.md", f"| [{next_row}]", row)
        with (folder / "docs" / language / "reference.md").open("a", encoding="utf-8") as page:
            page.write(f"\n## {title} {{ #ramp }}\n\n[{title}](ramp.md).\n\n{directive}\n")
    command = words(r"python -m atelier twins --accept <stem>[\w ]*")
    copy.run(*command.replace("<stem>", "ramp").split()[1:])
    return copy


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    """The copy, once everything that CONTRIBUTING.md says has been done in it."""
    return follow(tmp_path_factory.mktemp("contributing") / "book")


def test_the_example_has_nothing_to_mend_and_its_figure_is_drawn(followed: Copy) -> None:
    assert followed.told() == []
    drawn = followed.folder / ".cache" / "figures"
    assert [len(list((drawn / each).glob("relu_alone*.svg"))) for each in LANGUAGES] == [1, 1]


def test_the_example_s_blocks_and_tests_pass(followed: Copy) -> None:
    said = followed.run("-m", "pytest", "-q", "-p", "no:cacheprovider", *NEW, *TESTS)
    assert " passed" in said and "failed" not in said and "error" not in said, said


@pytest.mark.parametrize(
    ("step", "name", "right", "wrong", "told"),
    [
        (
            "pages",
            "docs/fr/ramp.md",
            '??? tip "Indice"\n\n    La seconde',
            '??? info "Indice"\n\n    La seconde',
            "#exercise-middle has 0 hints; it needs one `??? tip",
        ),
        (
            "docstrings",
            "src/perceptrons/ramp.py",
            "width: float = 1.0",
            "width: float = 2.0",
            "`ramp_up` says that width is 1 by default, and it is 2.0; correct one of them",
        ),
    ],
)
def test_a_departure_is_told_with_its_line(
    followed: Copy, step: str, name: str, right: str, wrong: str, told: str
) -> None:
    path = followed.folder / name
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), "utf-8")
    try:
        found = followed.told(step)
    finally:
        path.write_text(text, "utf-8")
    place = re.compile(rf"{re.escape(name)}:\d+: ")
    assert [line for line in found if place.match(line) and told in line], found


def test_each_message_of_the_guide_is_one_of_ours() -> None:
    sources = sorted((ROOT / "src" / "atelier").rglob("*.py"))
    source = re.sub(r"\"\n\s*f?\"", "", "".join(path.read_text("utf-8") for path in sources))
    table = GUIDE.partition("## Messages")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`.*?) \| ", table, re.M)
    messages = [code[1] for cell in cells for code in re.findall(r"(`+)(?!`)(.+?)\1(?!`)", cell)]
    assert len(messages) > 20
    for message in messages:
        for piece in filter(None, map(str.strip, re.split(r"…|`[^`]*`", message))):
            assert piece in source, f"no check says `{message}`"
