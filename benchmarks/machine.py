"""What the measures were taken on: machine, kernels of BLAS, versions, date."""

import datetime
import importlib.metadata
import os
import platform
from pathlib import Path

import numpy as np
import threadpoolctl

from benchmarks.measure import has

PACKAGES = ("numpy", "scikit-learn", "torch", "autograd")


def description() -> str:
    """Return a list in Markdown."""
    packages = [
        f"{name} {importlib.metadata.version(name)}"
        for name in PACKAGES
        if has({"scikit-learn": "sklearn"}.get(name, name))
    ]
    numpy_folder = str(Path(np.__file__).parent.parent / "numpy")
    kernels = sorted(
        {
            f"{pool['internal_api']} {pool['version']}, kernel {pool.get('architecture')}"
            for pool in threadpoolctl.threadpool_info()
            if pool["user_api"] == "blas" and pool["filepath"].startswith(numpy_folder)
        }
    )
    load, *_ = os.getloadavg() if hasattr(os, "getloadavg") else (float("nan"),)
    lines = (
        f"{_processor()}, {os.cpu_count()} cores; {platform.system()} {platform.machine()}",
        f"Python {platform.python_version()}, {', '.join(packages)}",
        f"BLAS of numpy: {'; '.join(kernels)}; one thread each",
        f"{datetime.date.today().isoformat()}; load of the machine before: {load:.1f}",
    )
    return "\n".join(f"- {line}" for line in lines) + "\n"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:  # not Linux
        return platform.processor() or platform.machine()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
