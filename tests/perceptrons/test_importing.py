"""What ``import perceptrons`` loads: numpy and itself, nothing that can wait."""

import subprocess
import sys

import pytest

PROGRAM = """
import sys
import numpy
before = set(sys.modules)
import perceptrons
print(*sorted(set(sys.modules) - before))
"""


@pytest.fixture(scope="module")
def loaded():
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True
    )
    return run.stdout.split()


@pytest.mark.parametrize("module", ["numpy.random", "matplotlib", "tqdm", "scipy"])
def test_importing_the_package_does_not_load(loaded, module):
    # numpy.random takes as long as all of perceptrons, and is loaded when it is first named:
    # hence the ``from __future__ import annotations`` where np.random.Generator is an annotation.
    assert module not in loaded
    assert "perceptrons.network" in loaded
