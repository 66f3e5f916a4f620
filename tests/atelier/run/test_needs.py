"""Needs are enough (scripts print what the page prints), and few.

The cases stand in `needs_cases.txt`. Each says what its last block needs; each page is also run
whole, then each of its scripts alone, and what they print is compared.
"""

from __future__ import annotations

import contextlib
import io
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from atelier.run import needs
from atelier.run.codeblocks import remember_settings
from atelier.run.needs import BlockError, page_needs
from atelier.run.scripts import script

CASES = {
    title: (re.split(r"^---\n", page, flags=re.MULTILINE), tuple(map(int, needs.split())))
    for title, page, needs in re.findall(
        r"^== (.*)\n((?:.*\n)*?)needs ?(.*)$",
        Path(__file__).with_name("needs_cases.txt").read_text("utf-8"),
        re.MULTILINE,
    )
}


def printed(code: str, namespace: dict[str, Any]) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(code, "page", "exec"), namespace)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _put_back_settings() -> Iterator[None]:
    put_back = remember_settings()
    yield
    for setting in put_back:
        setting()


def test_the_cases_are_read() -> None:
    assert len(CASES) > 40


@pytest.mark.parametrize("case", CASES)
def test_the_last_block_needs_these(case: str) -> None:
    blocks, expected = CASES[case]
    assert page_needs(blocks)[-1].blocks == expected


@pytest.mark.parametrize("case", CASES)
def test_each_script_alone_prints_what_the_page_prints(case: str) -> None:
    blocks, _ = CASES[case]
    put_back = remember_settings()
    page: dict[str, Any] = {"__name__": "__main__"}
    shown = [printed(block, page) for block in blocks]
    for setting in put_back:
        setting()
    found_needs = page_needs(blocks)
    for number, found in enumerate(found_needs):
        for setting in put_back:
            setting()
        alone = printed(script(blocks, found_needs, number), {"__name__": "__main__"})
        assert alone == "".join(shown[earlier] for earlier in (*found.blocks, number))


# Pages that nobody thought of: lines that bind, alias, change, draw and print four names, at
# random. 60 pages of 14 lines: enough that each kind of line meets each other kind.

LINES = (
    "{a} = np.arange(3.0)",
    "{a} = {b}",
    "{a} = {b}[1:]",
    "{a} = {b} * 2",
    "{a} = {b}.copy()",
    "{a} = [{b}, {c}]",
    "{a} = np.concatenate([np.ravel({b}), np.ravel({c})]) if 0 else rng.normal(size=3)",
    "{a} += 1",
    "{a}[0] = 5.0",
    "for p in [{a}, {b}]:\n    p += 1",
    "if len({a}) > 1:\n    {b} = {c}",
    "def f(x):\n    x[0] = {a}[0]\n    return {b}",
    "{a} = f({b})",
    "g = [f]",
    "{c} = g[0]({a})",
    "keep = {a}",
    "keep[0] += 1.0",
    "rng = np.random.default_rng(len({a}))",
    "print({a}, {b})",
    "print({a}.shape, float(np.sum({c})), keep)",
)
START = (
    "import numpy as np\nrng = np.random.default_rng(0)\n"
    "u, v, w = np.zeros(3), np.ones(4), np.arange(5.0)\nkeep = u\n"
    "def f(x):\n    return x\ng = [f]\n"
)


def random_page(seed: int) -> list[str]:
    draw = random.Random(seed)
    lines = [
        draw.choice(LINES).format(**{name: draw.choice("uvw") for name in "abc"}) for _ in range(14)
    ]
    return [START, *(f"{line}\n" for line in lines), "print(u, v, w, keep)\n"]


def run_in_order(blocks: list[str]) -> list[str] | None:
    """Return what each block prints; None when the page raises (lists do not add 1, …)."""
    page: dict[str, Any] = {}
    try:
        return [printed(block, page) for block in blocks]
    except (NameError, TypeError, ValueError, AttributeError, IndexError, RecursionError):
        return None


def differing(seeds: range) -> tuple[int, int]:
    """Return how many pages could be compared, and how many have a script that prints else."""
    compared = wrong = 0
    for seed in seeds:
        blocks = random_page(seed)
        shown = run_in_order(blocks)
        if shown is None:
            continue
        compared += 1
        recorded = page_needs(blocks)
        for number, found in enumerate(recorded):
            alone = run_in_order([script(blocks, recorded, number)])
            expected = "".join(shown[earlier] for earlier in (*found.blocks, number))
            if alone != [expected]:
                wrong += 1
                break
    return compared, wrong


def test_scripts_of_random_pages_print_what_the_pages_print() -> None:
    compared, wrong = differing(range(60))
    assert compared > 30 and wrong == 0


def test_random_pages_find_a_change_that_is_not_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(needs, "state", id)
    assert differing(range(20))[1] > 0


@pytest.mark.parametrize(
    ("code", "line", "message"),
    [("x = 1\ny = = 2", 2, "SyntaxError"), ("x = 1\nfrom math import *", 2, "one by one")],
)
def test_a_block_that_cannot_be_read_is_told_with_its_line(
    code: str, line: int, message: str
) -> None:
    with pytest.raises(BlockError, match=message) as caught:
        page_needs(["a = 1", code])
    assert (caught.value.block, caught.value.line) == (1, line)
