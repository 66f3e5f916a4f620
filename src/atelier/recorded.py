"""What the blocks of each page need, recorded once for each state of its programs and the package.

Pages run in processes of their own, because a page may change settings of its process.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple
from pathlib import Path

import numpy as np

from atelier import freshness
from atelier.needs import BlockError, Import, Needs, page_needs
from atelier.paths import CACHE, PACKAGE

RECORDS = CACHE / "needs"
Codes = Sequence[str]


def recorded(pages: Sequence[Codes], folder: Path = RECORDS) -> list[list[Needs] | BlockError]:
    """Return what the blocks of each page need, or why a page cannot be run to its end.

    Args:
        pages: For each page, its Python blocks in order.
        folder: Where records are kept.
    """
    package = freshness.state([PACKAGE, Path(__file__).with_name("needs.py")])
    paths = [folder / f"{_key(codes, package)}.json" for codes in pages]
    missing = {path: codes for path, codes in zip(paths, pages, strict=True) if not path.is_file()}
    failed: dict[Path, BlockError] = {}
    for path, answer in zip(missing, _run(list(missing.values())), strict=True):
        if isinstance(answer, list):
            _keep(path, answer)
        else:
            failed[path] = BlockError(*answer)
    return [failed[path] if path in failed else _read(path) for path in paths]


def _key(codes: Codes, package: str) -> str:
    """Return a name for all that a record depends on."""
    state = json.dumps([list(codes), package, np.__version__])
    return hashlib.sha256(state.encode()).hexdigest()[:24]


def _run(pages: list[Codes]) -> list[list[Needs] | tuple[int, int, str]]:
    if not pages:
        return []
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(min(len(pages), os.cpu_count() or 1), context, _screenless) as pool:
        return list(pool.map(_page, pages))


def _screenless() -> None:
    os.environ["MPLBACKEND"] = "Agg"


def _page(codes: Codes) -> list[Needs] | tuple[int, int, str]:
    try:
        return page_needs(codes)
    except BlockError as error:
        return error.block, error.line, str(error)


def _keep(path: Path, needs: list[Needs]) -> None:
    """Write a record in one step, so that two builds at once never read half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = [
        [
            each.blocks,
            [[block, *astuple(found)] for block, found in each.imports],
            sorted(each.bound),
        ]
        for each in needs
    ]
    unfinished = path.with_suffix(f".{os.getpid()}")
    unfinished.write_text(json.dumps(rows), "utf-8")
    unfinished.replace(path)


def _read(path: Path) -> list[Needs]:
    return [
        Needs(
            tuple(blocks),
            tuple((block, Import(*names)) for block, *names in imports),
            frozenset(bound),
        )
        for blocks, imports, bound in json.loads(path.read_text("utf-8"))
    ]
