"""Search, asked as a page asks it: Material's own worker in Node, on the index of a build."""

from __future__ import annotations

import json
import subprocess

import pytest

from atelier.node import node
from atelier.site import build as site
from atelier.site import search
from atelier.site.search import SearchChanged, fetch_when_asked, fold_accents

# The worker's protocol: 0 sets it up with the index, 2 asks, the answer holds pages of sections.
ASK = """
import { readFileSync } from "node:fs";
const [worker, index, ...questions] = process.argv.slice(1);
let answered, receive;
globalThis.self = globalThis;
globalThis.postMessage = (message) => answered(message);
globalThis.addEventListener = (_, listener) => { receive = listener; };
globalThis.importScripts = (...names) => { throw new Error("asks for " + names); };
(0, eval)(readFileSync(worker, "utf8"));
const send = (data) => new Promise((resolve) => { answered = resolve; receive({ data }); });
const data = JSON.parse(readFileSync(index, "utf8"));
await send({ type: 0, data: { ...data, options: { suggest: true } } });
const found = {};
for (const question of questions) {
  const { data } = await send({ type: 2, data: question });
  found[question] = data.items.flat().map((item) => item.location);
}
console.log(JSON.stringify(found));
"""


@pytest.fixture
def ask(small_book):
    """Build the small book; return a function that asks one edition's search."""
    small_book.write(
        "fr/maths.md",
        "# Le réseau { #maths }\n\nUne forêt d’apprentissages, l’œuvre : « très » naïve.\n\n"
        "La formule $\\frac{\\partial L}{\\partial w}$ et\n\n$$\n\\sum_i x_i\n$$\n\nreste hors.\n",
    )
    small_book.write("en/maths.md", "# Networks { #maths }\n\nRétropropagation in French.\n")

    def question(language, *questions):
        problems = site.edition(language)
        assert not problems, problems
        edition = small_book.site / language
        worker = next(edition.glob(search.WORKER))
        index = edition / "search" / "search_index.json"
        command = [str(node()), "--input-type=module", "-e", ASK, str(worker), str(index)]
        done = subprocess.run(
            [*command, *questions], capture_output=True, text=True, check=True, timeout=60
        )
        return json.loads(done.stdout)

    return question


def test_french_words_are_found_with_and_without_accents(ask):
    asked = ("rétropropagation", "retropropagation", "Réseaux", "reseaux", "foret", "naïve", "tres")
    found = ask("fr", *asked)
    assert found["rétropropagation"] == found["retropropagation"] == [""]  # the home page
    assert found["Réseaux"] == found["reseaux"] != []
    for word in ("foret", "naïve", "tres"):
        assert any(place.startswith("maths/") for place in found[word]), word


def test_english_words_are_found_plurals_and_accents_included(ask):
    found = ask("en", "networks", "Network", "backpropagation", "retropropagation", "zebra")
    for word in ("networks", "Network", "backpropagation", "retropropagation"):
        assert found[word], word
    assert found["zebra"] == []


def test_the_index_holds_prose_and_no_debris_of_formulas(ask, small_book):
    found = ask("fr", "partial", "annotation", "hors")
    assert found["partial"] == [] and found["annotation"] == []
    assert any(place.startswith("maths/") for place in found["hors"])  # after both formulas
    index = (small_book.site / "fr" / "search" / "search_index.json").read_text("utf-8")
    assert "katex" not in index and "sum_i" not in index


def test_a_worker_that_has_changed_is_an_error():
    with pytest.raises(SearchChanged, match=r"adapt atelier/search\.py"):
        fold_accents("new lunr.Token(word)")
    with pytest.raises(SearchChanged, match="places that fetch the index"):
        fetch_when_asked('fetch(new URL("search/index.json",o.base))')
    with pytest.raises(SearchChanged, match="moved"):
        search.complete(site.SITE / "nowhere")


def test_the_index_is_the_same_but_for_a_sign_where_a_formula_stood():
    prose = "<h2 id='a'>A</h2><p>one {} two</p>{}<p>three</p>{}<pre><code>x</code></pre>"
    inline = '<x-math class="arithmatex" data-search-exclude=""><span>α</span></x-math>'
    display = '<div class="arithmatex" data-search-exclude=""><span>β</span></div>'
    figure = '<svg role="img" data-search-exclude="" viewBox="0 0 1 1"><text>γ</text></svg>'
    page = prose.format(inline, display, figure)
    found = []
    for parser in (search.ProseParser.__base__(), search.ProseParser()):
        parser.feed(page)
        parser.close()
        found.append([(s.el.tag, s.id, s.title, "".join(s.text)) for s in parser.data])
    assert found[0][-1][3] == "<p>one  two</p><p>three</p><pre><code>x</code></pre>"
    assert found[1][-1][3] == "<p>one … two</p><p>three</p><pre><code>x</code></pre>"
    assert found[0][:-1] == found[1][:-1] and found[0][-1][:3] == found[1][-1][:3]
    assert search.NOT_INDEXED.sub("", page) == prose.format("", "", "")


def test_a_result_has_no_hole_where_a_formula_stands(ask, small_book):
    ask("fr", "formule")
    index = json.loads((small_book.site / "fr/search/search_index.json").read_text("utf-8"))
    assert any("La formule … et" in section["text"] for section in index["docs"])
