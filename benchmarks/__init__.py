"""How fast the package is, beside what a reader would use instead: ``make bench``.

``make bench`` compares with what ``.venv`` holds: scikit-learn is there, PyTorch and autograd are
not, because they are large.  To see their columns too, once::

    .venv/bin/python -m pip install --upgrade pip  # 25.1 or newer knows groups
    .venv/bin/python -m pip install --group bench

One module measures one thing; everything runs in one process, one thread each, in turns, and the
medians become the tables of ``benchmarks/results.md``.
"""

import os

# One thread for everybody: the libraries read this once, when they are first imported.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_name] = "1"
