"""Which files a program writes, seen by an audit hook of Python: nothing can be written unseen."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_CHANGES = frozenset({"os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.symlink", "os.link"})
_watched: list[Path] = []  # the files of the programs that run, the innermost last
_seen: list[tuple[Path, int, str]] = []  # which program wrote, at which line, which file
_hooked = False


@contextmanager
def watch(program: Path) -> Iterator[list[tuple[int, str]]]:
    """Collect what is written while the code of the file `program` runs: its line, and the file.

    The folder for temporary files is anyone's, and what an import writes (its byte code, a cache)
    is not the program's doing.
    """
    global _hooked
    tempfile.gettempdir()  # looks for the folder by writing, once: not inside the hook
    if not _hooked:
        sys.addaudithook(_see)  # a hook cannot be taken away: it does nothing when nobody watches
        _hooked = True
    _watched.append(program)
    found: list[tuple[int, str]] = []
    try:
        yield found
    finally:
        _watched.pop()
        found += [(line, name) for path, line, name in _seen if path == program]
        _seen.clear()


def _see(event: str, arguments: tuple[Any, ...]) -> None:
    if not _watched or not (event == "open" or event in _CHANGES):
        return
    name = arguments[0]
    if event == "open" and not _writes(arguments[1], arguments[2]):
        return
    if not isinstance(name, str | bytes | os.PathLike) or _is_anyones(os.fsdecode(name)):
        return
    line, frame = 0, sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_filename.startswith("<frozen importlib"):
            return
        if not line and frame.f_code.co_filename == str(_watched[-1]):
            line = frame.f_lineno
        frame = frame.f_back  # type: ignore[assignment]
    if line:
        _seen.append((_watched[-1], line, os.fsdecode(name)))


def _writes(mode: str | None, flags: int) -> bool:
    if mode is None:
        return bool(flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT))
    return any(letter in mode for letter in "wax+")


def _is_anyones(name: str) -> bool:
    path = Path(os.path.abspath(name))
    return path.is_relative_to("/dev") or path.is_relative_to(Path(tempfile.gettempdir()))
