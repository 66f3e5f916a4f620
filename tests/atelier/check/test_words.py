"""Each fault of words is told with file and line, and honest writing is left in peace."""

import pytest

from atelier.check import rules_words, said_package, slips, spelling
from atelier.read.pages import parse

PAGES = {
    "fr": """\
---
title: Le réseau
description: Ce que font les couches.
hide:
  - toc
---
# Le réseau { #network }

Vous vous demandez combien vaut 0,5 pour $x = 0.5$ et `0.5` avec Python 3.11 : voici.
La *learning rate* de Rosenblatt, sous [CC BY 4.0](https://example.org/the/weights).

![Une droite sépare deux nuages de points](line.svg)

```python
rates = [0.5]  # le pas de chaque itération, 0.5 d'abord
print(f"perte : {rates[0]:.2f}", compute_loss("MSE"))
```

## Sources { #sources }

- R. Rosenblatt, The Perceptron: 0.5 of a cell assembly ; un article.
""",
    "en": """\
---
title: The network
description: What the layers do.
---
# The network { #network }

You don't ask, it isn't (0,1), how much 0.5 of 1,024 is; the author's answer that that colour says.
The article writes “une fonction inconnue” for it.

![A line separates two clouds of points](line.svg)

```python
rates = [0.5]  # the step of each iteration
print(f"loss: {rates[0]:.2f}", compute_loss("MSE"))
```
""",
}
FIGURE = """\
def line(pen):
    axes.set_title(pen.say(fr="risque réel", en="true risk"))
"""
MENU = {
    "mkdocs.yml": "site_name: x\nnav:\n  - Le réseau: network.md\n  - Annexes:\n",
    "mkdocs.en.yml": "site_name: x\nnav:\n  - The network: network.md\n  - Appendices:\n",
}


@pytest.fixture
def docs(tmp_path):
    docs = tmp_path / "docs"
    for language, text in PAGES.items():
        (docs / language).mkdir(parents=True)
        (docs / language / "network.md").write_text(text, "utf-8")
    (docs / "figures").mkdir()
    (docs / "figures" / "network.py").write_text(FIGURE, "utf-8")
    (docs / "words.txt").write_text("perceptron\nRosenblatt\n", "utf-8")
    for name, text in MENU.items():
        (tmp_path / name).write_text(text, "utf-8")
    return docs


def told(docs):
    """What is wrong: file, line and message."""
    return [
        f"{problem.path.relative_to(docs.parent)}:{problem.line}: {problem.message}"
        for problem in rules_words.check(docs)
    ]


def test_honest_writing_is_left_in_peace(docs):
    assert told(docs) == []


PLANTED = [
    ("docs/fr/network.md", "combien", "conbien", "9: `conbien` is in no French dictionary"),
    ("docs/fr/network.md", "combien", "réseau reseau", "9: `reseau` is in no French dictionary"),
    ("docs/fr/network.md", "combien", "combien de de", "9: `de` stands twice"),
    ("docs/fr/network.md", "combien", "combien of the weights", "9: `of`, `the`, `weights`: left"),
    ("docs/fr/network.md", "vaut 0,5", "vaut 0.5", "9: `0.5` in French; write 0,5"),
    ("docs/fr/network.md", "Une droite sépare", "A line separates", "12: `separates`: left in"),
    (
        "docs/fr/network.md",
        "le pas de chaque",
        "the step of each",
        "15: `each`, `of`, `the`: left in",
    ),
    ("docs/fr/network.md", "perte :", "loss of the model:", "16: `model`, `of`, `the`: left"),
    ("docs/fr/network.md", "title: Le réseau", "title: The network", "2: `The`, `network`: left"),
    ("docs/fr/network.md", "un article", "un artticle", "21: `artticle` is in no French"),
    ("docs/en/network.md", "answer", "anwser", "7: `anwser` is in no English dictionary"),
    ("docs/en/network.md", "colour", "the\nthe colour", "7: `the` stands twice"),
    ("docs/en/network.md", "how much 0.5", "how much 0,5", "7: `0,5` in English; write 0.5"),
    ("docs/en/network.md", "is;", "is ;", "7: a space before `;` in English"),
    ("docs/en/network.md", "colour", "couleur du réseau", "7: `couleur`, `réseau`: left in Fre"),
    ("docs/en/network.md", "the step of each", "le pas de chaque", "13: `chaque`: left in French"),
    ("docs/en/network.md", "loss:", "perte à chaque pas :", "14: `chaque`, `perte`: left in"),
    ("docs/figures/network.py", "true risk", "risque vrai", "2: `risque`, `vrai`: left in Fren"),
    ("docs/figures/network.py", "risque réel", "risque réell", "2: `réell` is in no French"),
    ("mkdocs.en.yml", "The network", "Le réseau", "3: `réseau`: left in French"),
    ("mkdocs.yml", "Annexes", "Chapters", "4: `Chapters`: left in English"),
    ("docs/words.txt", "Rosenblatt", "Rosenblatt\nADALINE", "3: `ADALINE` stands before"),
]


@pytest.mark.parametrize(("file", "right", "wrong", "message"), PLANTED)
def test_a_planted_fault_is_told_with_its_line(docs, file, right, wrong, message):
    path = docs.parent / file
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), "utf-8")
    found = told(docs)
    assert len(found) == 1 and found[0].startswith(f"{file}:{message}"), found


def test_a_word_of_the_list_is_right_with_a_capital_too(docs):
    (docs / "words-en.txt").write_text("backpropagation\n", "utf-8")
    page = docs / "en" / "network.md"
    page.write_text("# Backpropagation { #network }\n\nIt is backpropagation.\n", "utf-8")
    assert told(docs) == []


def test_what_is_near_is_proposed(docs):
    assert spelling.unknown(["reseau", "Réseau"], "fr").keys() == {"reseau"}
    assert "réseau" in spelling.unknown(["reseau"], "fr")["reseau"]


def test_answers_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(spelling, "ANSWERS", tmp_path)
    assert spelling.unknown(["colour", "colonr"], "en").keys() == {"colonr"}
    monkeypatch.setattr(spelling, "node", lambda: 1 / 0)  # would be started for a new word
    assert spelling.unknown(["colonr", "colour"], "en").keys() == {"colonr"}


def test_a_lab_is_read_as_a_page(tmp_path):
    from atelier.check import said

    text = '# %% [markdown]\n# # Les chiffres\n\n# %% alt="Des chiffres"\nprint("un mot")\n'
    path = tmp_path / "digits.py"
    path.write_text(text, "utf-8")
    page = parse(text, path=path, language="fr", name="labs/digits")
    pieces = [*said.prose_of(page), *said.programs_of(page)]
    assert {(piece.line, piece.text.strip()) for piece in pieces} == {
        (1, "# Les chiffres"),
        (4, "Des chiffres"),
        (5, "un mot"),
    }


def test_frequent_misspellings_in_the_code_are_told(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "a.py").write_text('x = 1\n"""Teh loss, for the classe."""\n', "utf-8")
    (problem,) = slips.check(tmp_path)
    assert (problem.path, problem.line) == (tmp_path / "src" / "a.py", 2)
    assert problem.message == "`Teh` is misspelt; did you mean The?"


def test_docstrings_of_the_package_are_read(tmp_path):
    code = '''\
"""Bend lines (chapter *Activations*)."""


def relu(z):
    r"""Keep what is pozitive of $\\\\zz$ and ``zz``.

    Args:
        zz: Pre-activations.

    >>> relu(zz)
    zz

    Source: Nair, *Une étude*, in Proceedings.
    """
'''
    (tmp_path / "relu.py").write_text(code, "utf-8")
    pieces = list(said_package.docstrings(tmp_path))
    assert [piece.line for piece in pieces] == [1, 5]
    words = {word for piece in pieces for word in rules_words._WORD.findall(piece.text)}
    assert {"pozitive", "Bend", "Nair", "étude"} <= words and "zz" not in words
    told = rules_words.spelt(pieces, tmp_path)
    assert [(each.line, each.message[:26]) for each in told if "poz" in each.message] == [
        (5, "`pozitive` is in no Englis")
    ]
