"""A section whose prose changed in one language is told, until it is brought over or marked."""

import json

import pytest

from atelier.check import twin_prose, twins
from atelier.read import twin_lock

FR = r"""---
title: Le réseau
description: Ce que font les couches.
---
# Le réseau { #network }

Un réseau est une composition, et $x$ un nombre.

## Les couches { #layers }

Chaque couche est affine.

```python
x = 1  # un commentaire
```

## La fin { #end }

Un mot.
"""

EN = r"""---
title: The network
description: What layers do.
---
# The network { #network }

A network is a composition, and $x$ a number.

## Layers { #layers }

Each layer is affine.

```python
x = 1  # a comment
```

## The end { #end }

A word.
"""


@pytest.fixture
def docs(tmp_path):
    for language, text in (("fr", FR), ("en", EN)):
        (tmp_path / language).mkdir()
        (tmp_path / language / "network.md").write_text(text, "utf-8")
    twin_lock.accept([], tmp_path)
    return tmp_path


def change(docs, language, right, wrong):
    path = docs / language / "network.md"
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), "utf-8")


def line_of(text, needle):
    return text[: text.index(needle)].count("\n") + 1


def run(docs, *arguments):
    return twin_prose.main(list(arguments), docs)


def test_the_lock_is_sorted_and_always_the_same(docs):
    path = twin_lock.lock_path(docs)
    text = path.read_text("utf-8")
    lock = json.loads(text)
    assert list(lock["network"]) == ["end", "layers", "network"]
    assert run(docs, "--accept") == 0
    assert path.read_text("utf-8") == text


def test_a_section_that_the_lock_does_not_know_is_a_problem(docs):
    twin_lock.save({}, docs)
    found = twin_prose.check(docs)
    assert [problem.line for problem in found] == [5, 9, line_of(FR, "## La fin")]
    assert "--accept network#network" in found[0].message


def test_prose_changed_on_one_side_is_told_there(docs, capsys):
    change(docs, "fr", "Un mot.", "Un autre mot.")
    (found,) = twin_prose.check(docs)
    assert (found.path, found.line) == (docs / "fr" / "network.md", line_of(FR, "## La fin"))
    assert f"changed here and not in docs/en/network.md:{line_of(EN, '## The end')}" in (
        found.message
    )
    assert "--stale en network#end" in found.message
    assert run(docs) == 1
    assert "network.md" in capsys.readouterr().err


def test_line_breaks_code_and_display_formulas_are_not_prose(docs):
    change(docs, "fr", "composition, et", "composition,\net")
    change(docs, "fr", "# un commentaire", "# un autre")
    assert twins.check(docs) == []


def test_a_changed_title_is_a_change_of_the_first_section(docs):
    change(docs, "fr", "title: Le réseau", "title: Un réseau")
    (found,) = twin_prose.check(docs)
    assert "#network changed here" in found.message


def test_a_change_on_both_sides_wants_a_look_too(docs, capsys):
    change(docs, "fr", "Un mot.", "Un autre mot.")
    change(docs, "en", "A word.", "Another word.")
    (found,) = twin_prose.check(docs)
    assert "read them side by side" in found.message
    assert run(docs, "--accept", "network#end") == 0
    assert capsys.readouterr().out == "network#end: changed in fr and in en\n"
    assert twins.check(docs) == []


def test_accepting_a_section_leaves_the_others(docs):
    change(docs, "fr", "Un mot.", "Un autre mot.")
    change(docs, "fr", "affine.", "affine, dit-on.")
    run(docs, "--accept", "network#end")
    (found,) = twin_prose.check(docs)
    assert "#layers changed here" in found.message
    run(docs, "--accept", "network")
    assert twin_prose.check(docs) == []


def test_a_section_marked_stale_is_no_problem_until_it_is_edited(docs):
    change(docs, "fr", "Un mot.", "Un autre mot.")
    assert run(docs, "--stale", "en", "network#end") == 0
    assert twins.check(docs) == []
    assert twin_lock.stale_language("network", "end", docs) == "en"
    change(docs, "fr", "Un autre mot.", "Un dernier mot.")
    assert twins.check(docs) == []
    change(docs, "en", "A word.", "A last word.")
    (found,) = twin_prose.check(docs)
    assert found.path == docs / "en" / "network.md"
    assert "was behind docs/fr/network.md" in found.message
    run(docs, "--accept", "network#end")
    assert twin_lock.stale_language("network", "end", docs) is None


def test_a_section_that_is_gone_leaves_the_lock_when_its_page_is_accepted(docs):
    for language in ("fr", "en"):
        change(docs, language, "{ #end }", "{ #outlook }")
    found = twin_prose.check(docs)
    assert any("has no section #end any more" in problem.message for problem in found)
    run(docs, "--accept", "network")
    assert twins.check(docs) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("--accept", "nothing"),
        ("--accept", "network#nothing"),
        ("--stale", "de", "network#end"),
        ("--stale", "en"),
    ],
)
def test_a_wrong_name_changes_nothing(docs, capsys, arguments):
    text = twin_lock.lock_path(docs).read_text("utf-8")
    assert run(docs, *arguments) == 2
    assert capsys.readouterr().err
    assert twin_lock.lock_path(docs).read_text("utf-8") == text


def test_a_page_that_is_gone_leaves_the_lock_too(docs):
    for language in ("fr", "en"):
        (docs / language / "network.md").unlink()
    (found,) = twin_prose.check(docs)
    assert "run `python -m atelier twins --accept network`" in found.message
    assert run(docs, "--accept", "network") == 0
    assert twin_lock.load(docs) == {}


def test_accepting_all_leaves_the_stale_marks(docs):
    change(docs, "fr", "Un mot.", "Un autre mot.")
    run(docs, "--stale", "en", "network#end")
    run(docs, "--accept")
    assert twin_lock.stale_language("network", "end", docs) == "en"
