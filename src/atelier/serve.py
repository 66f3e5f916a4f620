"""Serve both editions while they are written: what is saved is built and shown again."""

from __future__ import annotations

import logging
import sys
import threading
import time
from pathlib import Path

from mkdocs.livereload import LiveReloadServer

from atelier import freshness, site
from atelier.paths import DOCS, LANGUAGES, PACKAGE, ROOT, SITE, THEME
from atelier.problems import Problem, report

HOST = "127.0.0.1"
LOOK_EVERY = 0.2  # seconds; with MkDocs's own half second, a saved page would come late
WATCHED = (DOCS, PACKAGE, THEME, ROOT / "mkdocs.yml", ROOT / "mkdocs.en.yml")


class Builder:
    """Builds what changed since its last call, and tells what is wrong.

    A save of nothing but pages builds these pages alone; anything else, the editions.
    """

    def __init__(self) -> None:
        self._seen: dict[Path, int] = {}

    def __call__(self) -> None:
        """Build; go on with what could be built when something is wrong."""
        started = time.perf_counter()
        seen = freshness.stamps(WATCHED)
        changed = {path for path, _ in seen.items() ^ self._seen.items()}
        languages = {language_of(path) for path in changed}
        alone = bool(self._seen) and None not in languages and changed <= seen.keys()
        self._seen = seen
        problems: list[Problem] = []
        if alone:
            for language in sorted(filter(None, languages)):
                problems += site.saved_pages(language)
        else:
            problems += site.build(checked=False)
        failed = report(problems)
        count = len(set(problems))
        state = f"{count} problem{'s' * (count > 1)}, see above" if failed else "all is well"
        print(f"── built in {time.perf_counter() - started:.1f} s: {state}", flush=True)
        # A reader of the saved page need not wait for a look at all the others.
        threading.Thread(target=lambda: report(site.look()), daemon=True).start()


def language_of(path: Path) -> str | None:
    """Return the language of a page's source; None for all other files."""
    for language in LANGUAGES:
        if path.suffix == ".md" and path.is_relative_to(DOCS / language):
            return language
    return None


def main(port: int) -> int:
    """Build, then serve on `port` until interrupted.

    Args:
        port: Where to listen, on this machine alone.

    Returns:
        The exit status: 1 when the port is taken.
    """
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    build = Builder()
    build()
    server = LiveReloadServer(
        builder=build, host=HOST, port=port, root=str(SITE), polling_interval=LOOK_EVERY
    )
    server.error_handler = lambda code: (SITE / "404.html").read_bytes()
    for place in WATCHED:
        server.watch(str(place))
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
