"""Every script runs alone; every Python block that a reader sees is among those that run."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from atelier import snippets
from atelier.codeblocks import shown
from atelier.paths import LANGUAGES
from atelier.shown_code import normal, python_blocks
from atelier.snippets import READMES, Snippet

FOUND, PROBLEMS = snippets.read()
BY_PLACE = {(each.language, each.page, each.line): each for each in FOUND}
SECONDS = 120  # an order of magnitude more than the slowest script takes on two busy cores


def place(snippet: Snippet) -> str:
    if snippet.page in READMES:
        return f"{snippet.page}:{snippet.line}"
    return f"docs/{snippet.language}/{snippet.page}.md:{snippet.line}"


def run_alone(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a script in a fresh interpreter that knows the installed packages and nothing else."""
    file = folder / "script.py"
    file.write_text(script, "utf-8")
    return subprocess.run(
        [sys.executable, "-I", "-X", "utf8", "-W", "error", str(file)],
        cwd=folder,
        env={**os.environ, "MPLBACKEND": "Agg"},
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
    )


def output_pattern(snippet: Snippet, by_place: dict[tuple[str, str, int], Snippet]) -> str:
    """Return what a script may print: the outputs on the page of its blocks, in their order.

    A needed block of which the page shows no output may print anything.
    """
    blocks = [by_place[snippet.language, snippet.page, line] for line in snippet.needs]
    outputs = [each.output for each in [*blocks, snippet]]
    parts = [r"[\s\S]*" if out is None else re.escape("\n".join(shown(out))) for out in outputs]
    return r"\s*".join(parts)


def difference(snippet: Snippet, by_place: dict[tuple[str, str, int], Snippet], out: str) -> str:
    """Tell what a script prints that its page does not say; empty when all is well."""
    printed = "\n".join(shown(out))
    if re.fullmatch(output_pattern(snippet, by_place) + r"\s*", printed):
        return ""
    return f"{place(snippet)}: the script alone prints\n{printed}\nneeds {snippet.needs}"


def test_every_page_can_be_read() -> None:
    assert [str(problem) for problem in PROBLEMS] == []


@pytest.mark.parametrize("snippet", FOUND, ids=place)
def test_a_script_runs_alone_and_prints_what_its_page_says(
    snippet: Snippet, tmp_path: Path
) -> None:
    done = run_alone(snippet.script, tmp_path)
    assert done.returncode == 0, f"{place(snippet)}: alone, it fails\n{done.stderr}"
    assert not (fault := difference(snippet, BY_PLACE, done.stdout)), fault


def missing(site: Path) -> dict[str, Counter[str]]:
    """Return, by language, the blocks of the built pages that are not in snippets.json, and back.

    A block that is seen and not run counts 1, one that runs and is not seen counts −1.
    """
    listed = json.loads((site / "snippets.json").read_text("utf-8"))
    found: dict[str, Counter[str]] = {}
    for language in LANGUAGES:
        balance: Counter[str] = Counter()
        for page in sorted((site / language).rglob("*.html")):
            balance.update(python_blocks(page.read_text("utf-8")))
        here = [e for e in listed if e["language"] == language and e["page"] not in READMES]
        balance.subtract(normal(each["code"]) for each in here)
        found[language] = Counter({code: count for code, count in balance.items() if count})
    return found


def test_each_python_block_that_a_reader_sees_is_run(built_site: Path) -> None:
    assert missing(built_site) == {language: Counter() for language in LANGUAGES}


def test_the_site_lists_the_snippets_of_the_pages(built_site: Path) -> None:
    listed = json.loads((built_site / "snippets.json").read_text("utf-8"))
    assert [(each["page"], each["line"], each["script"]) for each in listed] == [
        (each.page, each.line, each.script) for each in FOUND
    ]


# The same checks, on pages with a fault.


def planted(tmp_path: Path, text: str) -> list[Snippet]:
    (tmp_path / "docs" / "fr").mkdir(parents=True)
    (tmp_path / "docs" / "fr" / "page.md").write_text(text, "utf-8")
    return snippets.snippets(tmp_path / "docs")


def test_a_script_that_lacks_something_fails(tmp_path: Path) -> None:
    (only,) = planted(tmp_path, "```python\nprint(undefined)\n```\n")
    done = run_alone(only.script, tmp_path)
    assert done.returncode == 1 and "NameError" in done.stderr


def test_a_warning_fails_a_script(tmp_path: Path) -> None:
    (only,) = planted(tmp_path, "```python\nimport warnings\nwarnings.warn('old')\n```\n")
    assert run_alone(only.script, tmp_path).returncode == 1


def test_a_script_that_prints_something_else_is_told(tmp_path: Path) -> None:
    output = "<!--pytest-codeblocks:expected-output-->\n```text\n{}\n```\n"
    text = "```python\nx = 1\nprint('one')\n```\n" + output.format("one")
    text += "```python\nprint(x + 1)\n```\n" + output.format("3")
    found = planted(tmp_path, text)
    by_place = {(each.language, each.page, each.line): each for each in found}
    printed = run_alone(found[1].script, tmp_path).stdout
    assert printed == "one\n2\n"
    assert "docs/fr/page.md:9: the script alone prints\none\n2" in difference(
        found[1], by_place, printed
    )
    assert difference(found[1], by_place, "one\n3\n") == ""


def test_a_block_that_is_seen_and_not_listed_is_missing(tmp_path: Path) -> None:
    block = '<div class="language-python highlight"><pre><code>{}</code></pre></div>'
    for language, code in (("fr", "x = 1"), ("en", "y = 2")):
        (tmp_path / language).mkdir()
        (tmp_path / language / "index.html").write_text(block.format(code), "utf-8")
    listed = [{"language": "fr", "page": "index", "code": "x = 1\n"}]
    (tmp_path / "snippets.json").write_text(json.dumps(listed), "utf-8")
    assert missing(tmp_path) == {"fr": Counter(), "en": Counter({"y = 2": 1})}
