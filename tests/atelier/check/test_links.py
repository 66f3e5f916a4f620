"""A link that leads nowhere is told with its line and with what was probably meant."""

import pytest

from atelier.addresses import site_url
from atelier.check import links
from atelier.run import wheel

FILES = {
    "fr/network.md": "# Le réseau { #network }\n\n## Les couches { #layers }\n",
    "fr/labs/digits.py": "# %% [markdown]\n# # Un { #digits }\n#\n# [R](../network.md#layers)\n",
    "en/network.md": "# The network { #network }\n",
    "fr/guide.md": """# Guide { #guide }

[page](network.md), [section](network.md#layers), [ici](#guide), [lab](labs/digits.py#digits).
[paper](https://example.com/a#b), [mail](mailto:a@example.com), note[^1], [réf][r].
![Une figure que le site dessine](layers.svg) and `[code](nowhere.md)`, $[0,1](x)$.

[^1]: Une note.
[r]: network.md "titre"
""",
}


@pytest.fixture
def docs(tmp_path):
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return tmp_path


def test_right_links_have_no_problem(docs):
    assert links.check(docs) == []


def test_an_empty_book_has_no_problem(tmp_path):
    assert links.check(tmp_path) == []


PLANTED = [
    ("network.md#layers", "network.md#layer", "has no anchor #layer; did you mean #layers?"),
    ("network.md#layers", "network.md#zzzz", "give the heading this id"),
    ("(#guide)", "(#guyde)", "docs/fr/guide.md has no anchor #guyde; did you mean #guide?"),
    ("(network.md)", "(netwrok.md)", "netwrok.md does not exist; did you mean network.md?"),
    ("(network.md)", "(network)", "link to the file, `network.md`"),
    ("(network.md)", "(network/)", "link to the file, `network.md`"),
    ("(network.md)", "(/fr/network/)", "begins with `/`"),
    ("(network.md)", f"({site_url()}fr/network/)", "is this site"),
    ("(network.md)", "(../en/network.md)", "leaves the edition"),
    ("labs/digits.py#digits", "labs/digits.py#d", "docs/fr/labs/digits.py has no anchor #d"),
    ("labs/digits.py", "labs/digit.py", "did you mean labs/digits.py?"),
    ("[réf][r]", "[réf][s]", "[s] is not defined"),
    ('[r]: network.md "titre"', "[r]: netwrok.md", "did you mean network.md?"),
    ("[mail](mailto:a@example.com)", '<a href="netwrok.md">x</a>', "did you mean network.md?"),
    ("![Une figure que le site dessine](layers.svg)", "[i](i/l.csv)", "i/l.csv does not exist"),
    ("(layers.svg)", "(images/layers.png)", "is a ready-made picture; draw it in docs/figures"),
    ("(layers.svg)", "(https://example.com/a.svg)", "is a picture from elsewhere"),
    ("(layers.svg)", "(//example.com/a.svg)", "is a picture from elsewhere"),
    ("https://example.com/a#b", "http://example.com/a", "is not encrypted; write https://"),
]


@pytest.mark.parametrize(("right", "wrong", "message"), PLANTED)
def test_a_planted_fault_is_told_with_file_and_line(docs, right, wrong, message):
    path = docs / "fr" / "guide.md"
    text = FILES["fr/guide.md"]
    assert right in text
    changed = text.replace(right, wrong, 1)
    path.write_text(changed, "utf-8")
    found = links.check(docs)
    assert [problem.path for problem in found] == [path]
    assert found[0].line == changed[: changed.index(wrong)].count("\n") + 1
    assert message in found[0].message


def test_a_lab_is_checked_too(docs):
    path = docs / "fr" / "labs" / "digits.py"
    path.write_text(FILES["fr/labs/digits.py"].replace("#layers", "#nothing"), "utf-8")
    assert [(problem.path, problem.line) for problem in links.check(docs)] == [(path, 4)]


def test_only_the_files_that_the_site_serves_may_be_linked(tmp_path):
    (tmp_path / "fr").mkdir()
    page = tmp_path / "fr" / "guide.md"
    page.write_text(
        '# A { #a }\n\n<a href="../../perceptrons-9.9-py3-none-any.whl">x</a>\n', "utf-8"
    )
    (problem,) = links.check(tmp_path)
    assert problem.line == 3 and wheel.NAME in problem.message
    page.write_text('# A { #a }\n\n<a href="../snippets.json">x</a>\n', "utf-8")
    (problem,) = links.check(tmp_path)
    assert "the site serves ../../snippets.json" in problem.message
    for served in (wheel.NAME, "snippets.json"):
        page.write_text(f'# A {{ #a }}\n\n<a href="../../{served}">x</a>\n', "utf-8")
        assert links.check(tmp_path) == []
