"""Serve both editions while they are written: what is saved is built and shown again."""

from __future__ import annotations

import logging
import sys
import threading
import time

from mkdocs.livereload import LiveReloadServer

from atelier import built, site
from atelier.paths import DOCS, PACKAGE, ROOT, SITE, THEME
from atelier.problems import report

HOST = "127.0.0.1"
LOOK_EVERY = 0.2  # seconds; with MkDocs's own half second, a saved page would come late
CONFIGURATIONS = (ROOT / "mkdocs.yml", ROOT / "mkdocs.en.yml")


def build() -> None:
    """Build what changed; tell what is wrong, and go on serving what could be built."""
    started = time.perf_counter()
    problems = site.build(checked=False)
    failed = report(problems)
    count = len(set(problems))
    state = f"{count} problem{'s' * (count > 1)}, see above" if failed else "all is well"
    print(f"── built in {time.perf_counter() - started:.1f} s: {state}", flush=True)
    # A reader of the saved page need not wait for a look at all the others.
    threading.Thread(target=lambda: report(built.check()), daemon=True).start()


def main(port: int) -> int:
    """Build, then serve on `port` until interrupted.

    Args:
        port: Where to listen, on this machine alone.

    Returns:
        The exit status: 1 when the port is taken.
    """
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    build()
    server = LiveReloadServer(
        builder=build, host=HOST, port=port, root=str(SITE), polling_interval=LOOK_EVERY
    )
    server.error_handler = lambda code: (SITE / "404.html").read_bytes()
    for folder in (DOCS, PACKAGE, THEME):
        server.watch(str(folder))
    for file in CONFIGURATIONS:
        server.watch(str(file))
    print(f"── serving http://{HOST}:{port}/ (Ctrl+C stops)", flush=True)
    try:
        server.serve()
    except OSError as error:
        print(f"Port {port}: {error.strerror}. Try `make serve PORT=8001`.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("── stopped")
    finally:
        server.shutdown()
    return 0
