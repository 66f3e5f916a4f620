"""What the blocks of each page need, recorded once for each state of its programs and the package.

Pages run in processes of their own, because a page may change settings of its process.
"""

from __future__ import annotations

import ast
import json
import os
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import astuple
from pathlib import Path

import matplotlib

from atelier import cache, processes
from atelier.paths import CACHE
from atelier.run.needs import BlockError, Import, Needs, page_needs

RECORDS = CACHE / "needs"
Codes = Sequence[str]


def recorded(pages: Sequence[Codes], folder: Path = RECORDS) -> list[list[Needs] | BlockError]:
    """Return what the blocks of each page need, or why a page cannot be run to its end.

    Args:
        pages: For each page, its Python blocks in order.
        folder: Where records are kept.
    """
    paths = [folder / f"{_key(codes)}.json" for codes in pages]
    missing = {path: codes for path, codes in zip(paths, pages, strict=True) if not path.is_file()}
    failed: dict[Path, BlockError] = {}
    for path, answer in zip(missing, _run(list(missing.values())), strict=True):
        if isinstance(answer, list):
            _keep(path, answer)
        else:
            failed[path] = BlockError(*answer)
    return [failed[path] if path in failed else _read(path) for path in paths]


def _key(codes: Codes) -> str:
    """Return a name for all that a record depends on: the programs, and what they import."""
    imported = {path for code in codes for path in _imported(code)}
    modules = (Path(__file__).with_name("needs.py"), *imported)
    return cache.key(*modules, distributions=["numpy"], more=list(codes))[:24]


def _imported(code: str) -> list[Path]:
    """Return the modules of ours that a block imports; a block that does not parse has none."""
    try:
        nodes = list(ast.walk(ast.parse(code)))
    except SyntaxError:
        return []
    names = [
        (node.module or "", one.name)
        for node in nodes
        if isinstance(node, ast.ImportFrom)
        for one in node.names
    ]
    names += [
        (one.name, "") for node in nodes if isinstance(node, ast.Import) for one in node.names
    ]
    return [path for module, name in names for path in cache.modules_of(module, name or None)]


def _run(pages: list[Codes]) -> list[list[Needs] | tuple[int, int, str]]:
    if not pages:
        return []
    workers = min(len(pages), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, processes.CONTEXT, _screenless) as pool:
        return list(pool.map(_page, pages))


def _screenless() -> None:
    """Draw without a screen: a page may show what it draws."""
    matplotlib.use("Agg")


def _page(codes: Codes) -> list[Needs] | tuple[int, int, str]:
    try:
        return page_needs(codes)
    except BlockError as error:
        return error.block, error.line, str(error)


def _keep(path: Path, needs: list[Needs]) -> None:
    rows = [
        [
            each.blocks,
            [[block, *astuple(found)] for block, found in each.imports],
            sorted(each.bound),
        ]
        for each in needs
    ]
    cache.keep(path, json.dumps(rows))


def _read(path: Path) -> list[Needs]:
    return [
        Needs(
            tuple(blocks),
            tuple((block, Import(*names)) for block, *names in imports),
            frozenset(bound),
        )
        for blocks, imports, bound in json.loads(path.read_text("utf-8"))
    ]
