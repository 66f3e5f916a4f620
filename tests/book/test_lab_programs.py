"""The labs of the book: plain programs that run by themselves, and pages made of their results."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys

import pytest

from atelier.paths import DOCS, LANGUAGES
from atelier.read.pages import read as read_source
from atelier.site.built import TEX
from atelier.site.html_page import read

LABS = sorted(path.stem for path in (DOCS / "fr" / "labs").glob("*.py"))
SECONDS = 60  # a lab takes three on an idle machine: only one that hangs is stopped
ENVIRONMENT = {"MPLBACKEND": "Agg", "PYTHONIOENCODING": "utf-8", "OPENBLAS_NUM_THREADS": "1"}
KILOBYTES = 40  # gzipped, pictures included; a page of Jupyter's own template has 117
NUMBER = re.compile(r"[-+]?\d+(?:\.\d+)?")


@pytest.fixture(scope="module")
def printed():
    """What each lab prints as a program in a fresh process where a warning is an error."""
    found = {}
    for name in LABS:
        for language in LANGUAGES:
            run = subprocess.run(
                [sys.executable, "-W", "error", str(DOCS / language / "labs" / f"{name}.py")],
                env={**os.environ, **ENVIRONMENT},
                capture_output=True,
                encoding="utf-8",
                timeout=SECONDS,
                check=False,
            )
            assert run.returncode == 0, run.stderr
            assert run.stderr == ""
            found[name, language] = run.stdout
    return found


@pytest.fixture(params=[(name, language) for name in LABS for language in LANGUAGES], ids=str)
def built_lab(request, built_site):
    """The HTML of a lab, its folder in the site, and its source."""
    name, language = request.param
    folder = built_site / language / "labs" / name
    source = read_source(DOCS / language / "labs" / f"{name}.py")
    return (folder / "index.html").read_text("utf-8"), folder, source


def test_two_processes_and_both_languages_print_the_same_numbers(printed):
    for name in LABS:
        numbers = [NUMBER.findall(printed[name, language]) for language in LANGUAGES]
        assert numbers[0] == numbers[1] and len(numbers[0]) > 20


def test_the_network_reads_95_digits_in_100(printed):
    for language, line in (("fr", r"réseau +([\d.]+)%, à"), ("en", r"network +([\d.]+)%, give")):
        (score,) = re.findall(line, printed["digits", language])
        assert 95 <= float(score) < 100


def test_the_page_shows_what_the_program_prints(built_lab, printed):
    html, _, source = built_lab
    outputs = re.findall(
        r'<div class="language-text highlight"><pre><code>(.*?)</code>', html, re.S
    )
    name = source.path.stem
    for line in printed[name, source.language].splitlines():
        escaped = line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        assert any(escaped in output for output in outputs), line
    assert "Traceback" not in html and "Error" not in "".join(outputs)


def test_no_tex_is_left_and_every_picture_says_what_is_seen(built_lab):
    html, _, source = built_lab
    page = read(html)
    assert not [place for place in page.text if TEX.search(place.value)]
    assert not page.without_alt
    alts = re.findall(r'^# %%.*\balt="(.+?)"', source.path.read_text("utf-8"), re.M)
    titles = re.findall(r"<title id=\"book-lab-[^>]*>(.*?)</title>", html)
    assert titles == alts and len(alts) >= 5
    assert all(len(alt.split()) > 10 and alt.endswith(".") for alt in alts)


def test_headings_have_their_ids_in_the_page_and_in_its_contents(built_lab):
    html, _, source = built_lab
    for heading in source.headings:
        assert re.search(rf'<h{heading.level} id="{heading.id}">', html), heading
        assert heading.level == 1 or f'href="#{heading.id}" class="md-nav__link"' in html, heading
    assert "{ #" not in html


def test_solutions_are_folded_with_their_programs(built_lab):
    html, _, source = built_lab
    folds = re.findall(r"<details.*?</details>", html, re.S)
    solutions = [fold for fold in folds if "<summary>Solution</summary>" in fold]
    exercises = [h for h in source.headings if h.level == 3]
    assert len(solutions) == len(exercises) >= 3
    assert all("language-python" in fold and "language-text" in fold for fold in solutions)


def test_the_program_can_be_downloaded_and_the_page_is_light(built_lab):
    html, folder, source = built_lab
    assert (folder / source.path.name).read_bytes() == source.path.read_bytes()
    assert f'href="{source.path.name}" download' in html
    assert len(gzip.compress(html.encode())) < KILOBYTES * 1000
