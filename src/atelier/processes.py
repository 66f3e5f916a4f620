"""Fresh processes that need not import again what is slow to import.

One process imports Matplotlib and MkDocs once, and is copied for each task. Nothing of the book is
in it: what a task imports of the package and of the figures is what stands there at that time.
"""

from __future__ import annotations

import multiprocessing

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["atelier.draw.figure_worker", "atelier.site.editions"])


def warm_up() -> None:
    """Have the imports made in the background, before there is a task."""
    CONTEXT.Process(target=int, daemon=True).start()
