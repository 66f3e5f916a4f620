"""The package as a wheel that the site serves: readers install what the book was tested with."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

from atelier.addresses import site_url
from atelier.paths import ROOT
from perceptrons import __version__

NAME = f"perceptrons-{__version__}-py3-none-any.whl"


def build(folder: Path) -> Path:
    """Build the wheel into a folder; the same sources give the same bytes.

    Args:
        folder: Where the wheel goes.

    Returns:
        The wheel.

    Raises:
        RuntimeError: The build back end refuses the project; its words are in the message.
    """
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel"]
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [*command, "--directory", str(folder.resolve())],
        cwd=ROOT,
        env=os.environ | {"SOURCE_DATE_EPOCH": "1580601600"},  # no time of the build inside
        capture_output=True,
        text=True,
        check=False,
    )
    wheel = folder / NAME
    if done.returncode or not wheel.is_file():
        raise RuntimeError(f"the wheel cannot be built:\n{done.stdout}{done.stderr}")
    return wheel


def requirements(code: str) -> list[str]:
    """Return what pip must install for a program: the site's wheel for `perceptrons`."""
    roots = set()
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.Import):
            roots |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            roots.add(node.module.partition(".")[0])
    others = roots - sys.stdlib_module_names
    if "perceptrons" not in others:
        return sorted(others)
    return [f"{site_url()}{NAME}", *sorted(others - {"perceptrons", "numpy"})]
