"""Every Python block that a reader sees is listed, with a script; `tests/site` runs them all."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from atelier.paths import LANGUAGES
from atelier.run import snippets
from atelier.run.snippets import READMES
from atelier.site.shown_code import normal, python_blocks

FOUND, PROBLEMS = snippets.read()


def test_every_page_can_be_read() -> None:
    assert [str(problem) for problem in PROBLEMS] == []


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
    assert [(each["page"], each["id"], each["line"], each["script"]) for each in listed] == [
        (each.page, each.id, each.line, each.script) for each in FOUND
    ]
    assert len({(each["language"], each["page"], each["id"]) for each in listed}) == len(listed)


def test_a_block_has_the_same_id_in_both_editions() -> None:
    french, english = (
        [(each.page, each.id) for each in FOUND if each.language == language]
        for language in LANGUAGES
    )
    pages = set(dict(english)) - set(READMES)
    assert [each for each in french if each[0] in pages] == [
        each for each in english if each[0] in pages
    ]


def test_a_block_that_is_seen_and_not_listed_is_missing(tmp_path: Path) -> None:
    block = '<div class="language-python highlight"><pre><code>{}</code></pre></div>'
    for language, code in (("fr", "x = 1"), ("en", "y = 2")):
        (tmp_path / language).mkdir()
        (tmp_path / language / "index.html").write_text(block.format(code), "utf-8")
    listed = [{"language": "fr", "page": "index", "code": "x = 1\n"}]
    (tmp_path / "snippets.json").write_text(json.dumps(listed), "utf-8")
    assert missing(tmp_path) == {"fr": Counter(), "en": Counter({"y = 2": 1})}
