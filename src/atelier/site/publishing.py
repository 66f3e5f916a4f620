"""Put what was made in the place of what is read: file by file, so that nothing is ever missing."""

from __future__ import annotations

import filecmp
import os
import shutil
import tempfile
from collections.abc import Collection
from pathlib import Path


def publish(stage: Path, place: Path, others: Collection[str] = ()) -> bool:
    """Make `place` equal to `stage`; return whether anything was to be done.

    A file is replaced in one step: who reads it has the last one or the new one. What pages load
    comes before the pages, and what nothing needs any more goes last.

    Args:
        stage: What was made; it stays.
        place: What is read.
        others: Folders of `place` that are not made from `stage`.
    """
    made = {path.relative_to(stage): path for path in stage.rglob("*") if path.is_file()}
    there = {path.relative_to(place): path for path in place.rglob("*") if path.is_file()}
    new = [
        name
        for name in made
        if name not in there or not filecmp.cmp(made[name], there[name], shallow=False)
    ]
    old = [name for name in there if name not in made and name.parts[0] not in others]
    for name in sorted(new, key=lambda name: (name.suffix == ".html", name)):
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        replace(made[name], target)
    for name in old:
        there[name].unlink()
    _remove_empty(place)
    return bool(new or old)


def replace(source: Path, target: Path) -> None:
    """Copy a file to the place of another one, in one step."""
    handle, unfinished = tempfile.mkstemp(dir=target.parent, prefix=".new-")
    os.close(handle)
    shutil.copyfile(source, unfinished)
    os.chmod(unfinished, 0o644)
    os.replace(unfinished, target)


def _remove_empty(place: Path) -> None:
    folders = [path for path in place.rglob("*") if path.is_dir()]
    for folder in sorted(folders, reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
