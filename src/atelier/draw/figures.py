"""Draw the figures and films of `docs/figures/` again when what they are made from has changed.

A public function of `docs/figures/<chapter>.py` is a figure (it returns a Matplotlib figure) or a
film (it returns a dict, see `atelier.draw.films`). Everything goes to `.cache/figures/`.
"""

from __future__ import annotations

import ast
import fcntl
import json
import os
import time
from collections.abc import Collection, Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from atelier import cache, processes
from atelier.draw.figure_worker import Drawn, draw_module
from atelier.paths import CACHE, FIGURES, LANGUAGES, PACKAGE, PALETTE
from atelier.problems import Problem

OUT = CACHE / "figures"
WORKER = Path(__file__).with_name("figure_worker.py")
SHARED = "common"  # docs/figures/common.py: pieces that the chapters' figures share


@dataclass(frozen=True)
class Source:
    """Where a figure's function stands."""

    name: str
    path: Path
    line: int


def find_figures(folder: Path = FIGURES) -> tuple[dict[str, Source], list[Problem]]:
    """All figures by name, and what is wrong: a name used twice, a module that does not parse."""
    found: dict[str, Source] = {}
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.py")):
        if path.stem == SHARED or path.stem.startswith("_"):
            continue
        try:
            tree = ast.parse(path.read_text("utf-8"), str(path))
        except SyntaxError as error:
            problems.append(Problem(path, error.lineno or 0, f"{error.msg}; correct the syntax"))
            continue
        for node in tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            if node.name in found:
                other = found[node.name]
                message = f"{node.name} is also drawn by {other.path.name}; rename one of them"
                problems.append(Problem(path, node.lineno, message))
            else:
                found[node.name] = Source(node.name, path, node.lineno)
    return found, problems


def draw_all(
    only: Collection[str] | None = None,
    *,
    folder: Path = FIGURES,
    package: Path = PACKAGE,
    out: Path = OUT,
) -> list[Problem]:
    """Draw, in both languages, each figure whose inputs changed; forget those without a function.

    Args:
        only: Names to look at; all of them when None.
        folder: Where the figures' functions are.
        package: The package that they compute with; its folder's name is how it is imported.
        out: Where the drawings go.

    Returns:
        What is wrong, with the file and the line of the figure's code.
    """
    out.mkdir(parents=True, exist_ok=True)
    with (out / "lock").open("w") as lock:  # a server and a test may draw at the same time
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _draw_all(only, folder, package, out)


def drawn_files(names: Collection[str], out: Path = OUT) -> list[Path]:
    """Return where the drawings of these figures are, those that could not be drawn left out."""
    known = _read_record(out)
    return [out / file for name in names if name in known for file in sorted(known[name].files)]


def _draw_all(
    only: Collection[str] | None, folder: Path, package: Path, out: Path
) -> list[Problem]:
    sources, problems = find_figures(folder)
    known = _read_record(out)
    unknown = sorted(set(only or ()) - set(sources))
    problems += [Problem(folder, 0, f"there is no figure {name}") for name in unknown]
    keys, broken = _keys(sources.values(), folder, package)
    problems += broken
    stale: dict[Path, list[Source]] = {}
    for name, source in sources.items():
        if (only is not None and name not in only) or name not in keys:
            continue
        entry = known.get(name)
        if entry is None or entry.key != keys[name] or not _all_there(entry, out):
            stale.setdefault(source.path, []).append(source)
    for drawn in _draw(stale, out):
        problems += [Problem(Path(path), line, text) for path, line, text in drawn.problems]
        if not drawn.problems:
            stem = sources[drawn.name].path.stem
            known[drawn.name] = _Entry(keys[drawn.name], drawn.files, stem)
        elif drawn.name in known:  # the last good drawing stays; the next call tries again
            known[drawn.name] = replace(known[drawn.name], key="")
    unread = {problem.path.stem for problem in problems}
    known = {
        name: entry
        for name, entry in known.items()
        if name in sources or entry.module in unread  # one slip in a file takes no drawing away
    }
    _write_record(out, known)
    _remove_strangers(out, known)
    return problems


@dataclass(frozen=True)
class _Entry:
    """What was drawn: from which inputs, the files with their sizes, and by which module."""

    key: str
    files: dict[str, int]
    module: str = ""


def key_of(source: Source, folder: Path = FIGURES, package: Path = PACKAGE) -> str:
    """The key of a figure: it changes when the drawing may change, only then."""
    return cache.key(
        cache.Part(source.path, source.name),
        WORKER,
        files=[PALETTE],
        distributions=("numpy", "matplotlib"),
        roots=cache.ROOTS | {folder.name: folder, package.name: package},
    )


def _keys(
    sources: Iterable[Source], folder: Path, package: Path
) -> tuple[dict[str, str], list[Problem]]:
    """The key of each figure, unless something that it imports does not parse."""
    keys: dict[str, str] = {}
    problems = []
    for source in sources:
        try:
            keys[source.name] = key_of(source, folder, package)
        except SyntaxError as error:
            where = Path(error.filename or source.path)
            problems.append(Problem(where, error.lineno or 0, f"{error.msg}; correct the syntax"))
    return keys, problems


def _draw(stale: dict[Path, list[Source]], out: Path) -> Iterable[Drawn]:
    """Draw in fresh processes, one for each module: nothing of an earlier import is left."""
    if not stale:
        return
    total = sum(len(sources) for sources in stale.values())
    started, done = time.perf_counter(), 0
    workers = min(len(stale), os.cpu_count() or 1)
    with ProcessPoolExecutor(workers, processes.CONTEXT, max_tasks_per_child=1) as pool:
        tasks = [
            pool.submit(draw_module, path, [source.name for source in sources], out, LANGUAGES)
            for path, sources in sorted(stale.items())
        ]
        for task in as_completed(tasks):
            for drawn in task.result():
                done += 1
                size = sum(drawn.files.values()) / 1000
                state = "failed" if drawn.problems else f"{size:.0f} kB"
                print(
                    f"── figure {done}/{total}: {drawn.name}, {drawn.seconds:.1f} s, {state}",
                    flush=True,
                )
                yield drawn
    print(f"── {total} figures drawn in {time.perf_counter() - started:.1f} s", flush=True)


def _all_there(entry: _Entry, out: Path) -> bool:
    files = ((out / file, size) for file, size in entry.files.items())
    return all(file.is_file() and file.stat().st_size == size for file, size in files)


def _read_record(out: Path) -> dict[str, _Entry]:
    record = out / "drawn.json"
    if not record.is_file():
        return {}
    entries = json.loads(record.read_text("utf-8"))
    return {name: _Entry(**entry) for name, entry in entries.items()}


def _write_record(out: Path, known: dict[str, _Entry]) -> None:
    entries = {name: asdict(known[name]) for name in sorted(known)}
    cache.keep(out / "drawn.json", json.dumps(entries, indent=1) + "\n")


def _remove_strangers(out: Path, known: dict[str, _Entry]) -> None:
    kept = {out / file for entry in known.values() for file in entry.files}
    for file in [*out.glob("*/*.svg"), *out.glob("films/*.json")]:
        if file not in kept:
            file.unlink()
