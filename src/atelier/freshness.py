"""Do again only what changed: a step is named, and knows the state of all that it is made from."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from pathlib import Path

from atelier import addresses
from atelier.paths import CACHE, DOCS, PACKAGE, ROOT, THEME
from atelier.problems import Problem

KEYS = CACHE / "keys"
ATELIER = Path(__file__).parent
# What every step depends on: its own code, the settings, the versions of what it uses.
COMMON = (
    ATELIER,
    PACKAGE,
    THEME,
    ROOT / "pyproject.toml",
    ROOT / "package-lock.json",
    ROOT / "requirements" / "book.txt",
)

_told: dict[str, tuple[str, list[Problem]]] = {}  # in this process: what each step said last


def edition_inputs(language: str) -> tuple[Path, ...]:
    """What an edition is made from."""
    drawn = CACHE / "figures"
    own = (DOCS / language, drawn / language, drawn / "films", DOCS / "twins.lock")
    configurations = (ROOT / "mkdocs.yml", ROOT / "mkdocs.en.yml")
    return (*COMMON, *configurations, *own)


def shared_inputs() -> tuple[Path, ...]:
    """What stands beside the editions is made from."""
    return (*COMMON, DOCS, ROOT / "README.md", ROOT / "README.fr.md", ROOT / "LICENSE")


def state(inputs: Iterable[Path]) -> str:
    """Return a name for the present content of files and folders, and for the addresses."""
    found = hashlib.sha256(f"{addresses.site_url()} {addresses.repository()}\n".encode())
    for place in inputs:
        files = sorted(place.rglob("*")) if place.is_dir() else [place]
        for file in files:
            if file.is_file() and "__pycache__" not in file.parts:
                found.update(file.relative_to(ROOT).as_posix().encode() + b"\n")
                found.update(hashlib.sha256(file.read_bytes()).digest())
    return found.hexdigest()


def forget(name: str) -> None:
    """Have a step run again by the next command, whatever its inputs."""
    (KEYS / name).unlink(missing_ok=True)
    _told.pop(name, None)


def stamps(inputs: Iterable[Path]) -> dict[Path, int]:
    """Return the time of the last change of each file: what a server compares at each save."""
    found = {}
    for place in inputs:
        for file in place.rglob("*") if place.is_dir() else [place]:
            if file.is_file() and "__pycache__" not in file.parts:
                found[file] = file.stat().st_mtime_ns
    return found


def once(
    name: str, inputs: Iterable[Path], made: Path, step: Callable[[], list[Problem]]
) -> list[Problem]:
    """Run a step unless it has run on these very inputs; return what is wrong.

    A step that found something wrong is run again by the next command, which tells it again.

    Args:
        name: The step.
        inputs: Files and folders that it reads.
        made: What it makes; it is run again when this is not there.
        step: What to do.
    """
    key, record = state(inputs), KEYS / name
    if made.exists():
        if name in _told and _told[name][0] == key:
            return _told[name][1]
        if record.is_file() and record.read_text("utf-8") == key:
            return []
    record.unlink(missing_ok=True)
    problems = step()
    _told[name] = (key, problems)
    if not problems:
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(key, "utf-8")
    return problems
