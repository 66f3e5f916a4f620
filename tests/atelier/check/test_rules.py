"""Each rule is seen to catch the fault that it is there for, with file and line."""

import pytest

from atelier.check import rules

CHAPTER = r"""---
title: Le réseau
description: Ce que font les couches.
---
# Le réseau { #network }

Une phrase : « des mots » ; voici $x = 0{,}5$, et `code: x;` !

## Les couches { #layers }

$$
Z = X W + b
$$

![Deux points bleus et une droite qui les sépare](network.svg)

| a | b |
|:--|--:|
| 1 | 2 |

!!! note "Une note"

    $$a = 1$$

```python
print("tabs: fine; here")
```

<!--pytest-codeblocks:expected-output-->

```text
tabs: fine; here
```

!!! note "En retrait"

    ```sh
    # a line that is seventy columns wide, without the spaces of its fence
    ```

## Pièges { #pitfalls }

Le [chapitre](https://example.org/a:b) : *Learning: a study*, à 10:30.

## Exercices { #exercises }

### Un { #exercise-one }

??? tip "Indice"

    Mot.

??? success "Solution"

    Mot.

### Deux { #exercise-two }

??? tip "Indice"

    Mot.

??? success "Solution"

    Mot.

### Trois { #exercise-three }

??? tip "Indice"

    Mot.

??? success "Solution"

    Mot.

## Sources { #sources }

- « Learning: a survey », 2018 : une vue d'ensemble.
"""


@pytest.fixture
def docs(tmp_path):
    (tmp_path / "fr").mkdir()
    (tmp_path / "en").mkdir()
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / "network.py").write_text(
        "def network(pen): ...\ndef _private(pen): ...\n", "utf-8"
    )
    return tmp_path


def problems_of(docs, text, name="network", language="fr", suffix=".md"):
    """The problems of a book with this page alone, as (line, message)."""
    path = docs / language / f"{name}{suffix}"
    path.write_text(text, "utf-8")
    found = rules.check(docs)
    assert all(problem.path == path for problem in found)
    return [(problem.line, problem.message) for problem in found]


def line_of(text, needle):
    return text[: text.index(needle)].count("\n") + 1


def test_a_right_chapter_has_no_problem(docs):
    assert problems_of(docs, CHAPTER) == []


def test_an_empty_book_has_no_problem(tmp_path):
    assert rules.check(tmp_path) == []


PLANTED = [
    ("title: Le réseau\n", "", "no title"),
    ("## Les couches { #layers }", "## Les couches", "has no id"),
    ("## Pièges { #pitfalls }", "## Pièges { #layers }", "ids are unique"),
    ("### Un {", "#### Un {", "heading of level 4 after level 2"),
    ("## Les couches {", "## Les couches $W$ {", "no mathematics in a heading"),
    ("## Les couches {", "## 3. Les couches {", "no number in a heading"),
    ("## Les couches { #layers }", "Les couches\n-----------", "a heading is written"),
    ("$x = 0{,}5$", "$ x = 5 $", "no space inside the dollars"),
    ("$$\nZ = X W + b\n$$", "$$\nZ = X W\n\n+ b\n$$", "empty line inside the formula"),
    ("$$\nZ = X W + b\n$$", "</div>$$Z = X W + b$$", "glued to text"),
    ("$$\nZ = X W + b\n$$", "Donc\n$$Z = X W + b$$", "empty line before and after"),
    ("$$\nZ = X W + b\n$$\n", "$$Z = X W + b$$\nDonc", "empty line before and after"),
    ("voici $x", r"voici \alpha et $x", r"`\alpha` is outside"),
    ("voici $x", r"voici \(x\) et $x", r"`\(` is outside"),
    ("![Deux points bleus et une droite qui les sépare]", "![]", "no alternative text"),
    ("![Deux points bleus et une droite qui les sépare]", "![Un réseau]", "not a sentence"),
    ("(network.svg)", "(netwrok.svg)", "no function netwrok(pen)"),
    ("(network.svg)", "(_private.film)", "no function _private(pen)"),
    ("Une phrase", '<img src="https://example.org/a.png"> Une phrase', "`<img` is not used"),
    ("Une phrase", "<script>f()</script> Une phrase", "no script, style or embedded page"),
    ("Une phrase", '<iframe src="a.html"></iframe> Une phrase', "no script, style or embedded"),
    ("Une phrase", "<style>p { color: red }</style> Une phrase", "no script, style or embedded"),
    ("Une phrase", '<p onclick="f()">Une phrase</p>', "no handler in a page"),
    ("## Les couches { #layers }", '## Les couches { #layers onclick="f()" }', "no handler in"),
    ("](https://example.org/a:b)", "](javascript:alert)", "no handler in a page"),
    ("Une phrase", "<details> Une phrase", "`<details>`"),
    ("Une phrase", "Une\tphrase", "a tab"),
    ("| 1 | 2 |", "| 1 | 2 |  ", "spaces at the end"),
    ("« des mots »", '"des mots"', "write « … »"),
    ("« des mots »", "«des mots »", "no space inside «"),
    ("« des mots »", "« des mots»", "no space inside »"),
    ("des mots »", "des mots! »", "no space before `!`"),
    ("Une phrase :", "Une phrase:", "no space before `:`"),
    ("`code: x;` !", "`code: x;`!", "no space before `!`"),
    ("5$, et", "5$; et", "no space before `;`"),
    ('!!! note "Une note"', '!!! note "Une note: x"', "no space before `:`"),
    ("## Pièges { #pitfalls }", "## Pièges { #traps }", "no section `## … { #pitfalls }`"),
    ("{ #exercise-three }", "{ #other }", "has 2 exercises"),
    ("print(", f"# {'x' * 69}\nprint(", "line of code has 71 columns; 70 at most (break it"),
    ("\ntabs: fine; here", f"\n{'x' * 71}", "printed line has 71 columns; 70 at most (print it"),
    ("    # a line", "    # one line", "line of code has 72 columns"),
]


@pytest.mark.parametrize(("right", "wrong", "message"), PLANTED)
def test_a_planted_fault_is_told_with_its_line(docs, right, wrong, message):
    assert CHAPTER.count(right) >= 1
    text = CHAPTER.replace(right, wrong, 1)
    found = problems_of(docs, text)
    assert any(message in told for _, told in found), found


@pytest.mark.parametrize(
    ("right", "wrong", "needle"),
    [
        ("![Deux points bleus et une droite qui les sépare]", "![]", "![]"),
        ("voici $x", r"voici \alpha et $x", r"\alpha"),
        ("$x = 0{,}5$", "$ x = 5 $", "$ x"),
        ("## Les couches {", "## Les couches $W$ {", "$W$"),
        ("| 1 | 2 |", "| 1 | 2 | ", "| 1 |"),
        ("    # a line", "    # one line", "# one line"),
    ],
)
def test_the_line_is_that_of_the_fault(docs, right, wrong, needle):
    text = CHAPTER.replace(right, wrong, 1)
    assert [line for line, _ in problems_of(docs, text)] == [line_of(text, needle)]


@pytest.mark.parametrize(("box", "noun"), [("??? tip", "hint"), ("??? success", "solution")])
def test_an_exercise_without_hint_or_solution_is_caught(docs, box, noun):
    text = CHAPTER.replace(box, "??? note", 1)
    line = line_of(text, "### Un")
    assert [told for told in problems_of(docs, text) if noun in told[1]] == [
        (line, f'#exercise-one has 0 {noun}s; it needs one `{box} "…"`')
    ]


def test_appendices_need_no_exercises(docs):
    text = "---\ntitle: a\ndescription: b\n---\n# Notation { #notation }\n"
    assert problems_of(docs, text, name="notation") == []
    assert problems_of(docs, text, name="index", language="fr") == []


def test_what_a_lab_draws_is_described_by_a_sentence(docs):
    (docs / "en" / "labs").mkdir()
    lab = '# %% [markdown]\n# # Lab { #lab }\n\n# %% alt="Ten digits in two rows of five."\nx = 1\n'
    assert problems_of(docs, lab, name="labs/lab", suffix=".py", language="en") == []
    lab = lab.replace("Ten digits in two rows of five.", "Digits")
    ((line, message),) = problems_of(docs, lab, name="labs/lab", suffix=".py", language="en")
    assert line == 4 and "`Digits` is not a sentence" in message


def test_english_pages_may_have_english_quotes(docs):
    text = '---\ntitle: a\ndescription: b\n---\n# Notation { #notation }\n\nA "word": here; yes!\n'
    assert problems_of(docs, text, name="notation", language="en") == []


LAB = f"""# %% [markdown]
# # Titre {{ #title }}
#
# Une phrase {"longue " * 20}reste sur sa ligne.

# %% alt="Une figure {"large, " * 20}et claire."
x = 1
"""


def test_the_code_of_a_lab_has_the_width_of_a_page_and_its_words_any(docs):
    lab = docs / "fr" / "labs" / "lab.py"
    lab.parent.mkdir()
    lab.write_text(LAB, "utf-8")
    assert rules.check(docs) == []
    lab.write_text(f"{LAB}    # {'x' * 70}\n", "utf-8")
    (problem,) = rules.check(docs)
    assert (problem.path, problem.line) == (lab, LAB.count("\n") + 1)
    assert "has 76 columns" in problem.message


@pytest.mark.parametrize("name", ["README.md", "README.fr.md"])
def test_the_code_of_a_readme_has_the_width_of_a_page(tmp_path, name):
    readme = tmp_path / name
    readme.write_text(f"```sh\n{'x' * 71}\n```\n", "utf-8")
    (problem,) = rules.check(tmp_path / "docs")
    assert (problem.path, problem.line) == (readme, 2)
    assert "has 71 columns" in problem.message
