"""Formulas to HTML and MathML, by KaTeX, when the site is built: a reader's browser runs nothing.

One Node process renders all formulas that are not in the cache; with a warm cache Node is never
started. A file of the cache is named after all that its content depends on.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import subprocess
import threading
from functools import cache
from pathlib import Path

from atelier.cache import keep
from atelier.node import node
from atelier.paths import CACHE, NODE_MODULES, THEME

FORMULAS = CACHE / "katex"
MACROS = THEME / "katex-macros.json"
WORKER = Path(__file__).parent / "katex_worker.mjs"


class LatexError(ValueError):
    """A formula that KaTeX refuses; the message says why, and cites the formula."""


class _Katex:
    """The Node process, started at the first request."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._lock = threading.Lock()

    def ask(self, request: str) -> dict[str, str]:
        """Send one request, wait for its answer."""
        with self._lock:
            if self._process is None or self._process.poll() is not None:
                self._process = subprocess.Popen(
                    [str(node()), str(WORKER)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    encoding="utf-8",
                )
                atexit.register(self.close)
            assert self._process.stdin is not None and self._process.stdout is not None
            self._process.stdin.write(request + "\n")
            self._process.stdin.flush()
            line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("KaTeX's process ended: is node_modules complete? Run `npm ci`.")
        answer: dict[str, str] = json.loads(line)
        return answer

    def close(self) -> None:
        """End the process, if it runs."""
        with self._lock:
            if self._process is not None:
                self._process.communicate()  # closes its input, which ends its loop
                self._process = None
        atexit.unregister(self.close)


_katex = _Katex()
close = _katex.close


@cache
def _renderer() -> str:
    """Return what renders: KaTeX's version and the settings, which stand in the worker."""
    package = json.loads((NODE_MODULES / "katex" / "package.json").read_text("utf-8"))
    return f"{package['version']}\n{WORKER.read_text('utf-8')}"


@cache
def _macros(modified: int) -> dict[str, str]:
    macros: dict[str, str] = json.loads(MACROS.read_text("utf-8"))
    return macros


def render(tex: str, display: bool) -> str:
    r"""Return the HTML (with MathML inside) of a formula.

    Args:
        tex: LaTeX without its dollars: `\frac{a}{b}`.
        display: A formula on lines of its own, rather than one inside a sentence.

    Raises:
        LatexError: KaTeX refuses it, strictly: unknown commands and doubtful Unicode included.
    """
    macros = _macros(MACROS.stat().st_mtime_ns)  # `serve` lives longer than the file
    request = json.dumps({"tex": tex.strip(), "display": display, "macros": macros})
    key = hashlib.sha256(f"{_renderer()}\n{request}".encode()).hexdigest()
    kept = FORMULAS / f"{key}.html"
    if kept.is_file():
        return kept.read_text("utf-8")
    answer = _katex.ask(request)
    if "error" in answer:
        reason = answer["error"].removeprefix("KaTeX parse error: ")
        raise LatexError(f"KaTeX: {reason} in {' '.join(tex.split())}")
    keep(kept, answer["html"])
    return answer["html"]
