"""What ``import perceptrons`` costs, and what the wheel weighs."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Table, has

ROOT = Path(__file__).resolve().parent.parent
PROCESSES = 20

# numpy loads numpy.random when it is first named: whoever draws a number has paid for it already.
FIRST = {
    "`import perceptrons` after numpy": "import numpy",
    "… after numpy and numpy.random": "import numpy.random",
}


def table() -> Table:
    """Measure the imports in new processes, and build a wheel."""
    rows = [(what, f"{_milliseconds(first):.1f} ms (≤ 15)") for what, first in FIRST.items()]
    rows.append(("wheel, with the digits", _wheel()))
    return Table(
        "Import and size",
        ("what", "measured (goal)"),
        rows,
        f"Shortest of {PROCESSES} new processes, bytecode compiled before.",
    )


def _milliseconds(first: str) -> float:
    program = (
        f"{first}; import time; start = time.perf_counter(); "
        "import perceptrons; print(time.perf_counter() - start)"
    )
    with tempfile.TemporaryDirectory() as bytecode:
        environment = {**os.environ, "PYTHONPYCACHEPREFIX": bytecode}
        environment.pop("PYTHONDONTWRITEBYTECODE", None)  # the first process compiles for all
        runs = [
            subprocess.run(
                [sys.executable, "-c", program],
                env=environment,
                capture_output=True,
                text=True,
                check=True,
            )
            for _ in range(1 + PROCESSES)
        ]
    return 1e3 * min(float(run.stdout) for run in runs)


def _wheel() -> str:
    if not has("hatchling"):
        return "hatchling not installed"
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder]
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        (wheel,) = Path(folder).glob("*.whl")
        return f"{wheel.stat().st_size / 1000:.0f} kB (≤ 150)"
