"""How fast pages open on a phone: Lighthouse's mark for speed, which a busy machine spoils."""

import functools
import json
import os
import statistics
import subprocess
import threading

from tests.site.conftest import PREFIX, Handler, Server  # answers as GitHub Pages does

from atelier.paths import ROOT, SITE
from atelier.site import build as site
from atelier.site.browser import FLAGS, find_browser
from benchmarks.measure import Table

PAGES = ("en/", "en/network/", "fr/training/", "fr/backpropagation/", "fr/reference/activations/")
TRIES = 3


def table() -> Table:
    """Build the site, serve it, and have Lighthouse open some pages."""
    problems = site.build()
    assert not problems, "\n".join(map(str, problems))
    browser = find_browser()
    rows = _rows(str(browser)) if browser else [("no Chromium", "")]
    return Table(
        "Pages on a phone",
        ("page", "mark for speed (goal)"),
        rows,
        f"Lighthouse's simulated phone on a slow line; median of {TRIES}.",
    )


def _rows(browser: str) -> list[tuple[str, ...]]:
    handler = functools.partial(Handler, directory=str(SITE))
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        root = f"http://127.0.0.1:{server.server_port}{PREFIX}"
        program = str(ROOT / "tests" / "site" / "lighthouse.mjs")
        addresses = [root + page for page in PAGES for _ in range(TRIES)]
        told = subprocess.run(
            ["node", program, "performance", " ".join(FLAGS), *addresses],
            env=os.environ | {"CHROME_PATH": browser},
            cwd=ROOT,
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
        server.shutdown()
    marks: dict[str, list[int]] = {}
    for one in map(json.loads, told.splitlines()):
        marks.setdefault(one["address"].removeprefix(root), []).append(one["marks"]["performance"])
    return [(f"`{page}`", f"{statistics.median(all_):.0f} (≥ 90)") for page, all_ in marks.items()]
