"""Serve both editions while they are written: what is saved is built and shown again.

A reader is answered at once, also while something is built: the site is always whole.
"""

from __future__ import annotations

import http.server
import logging
import sys
import threading
import time
import traceback
from pathlib import Path

from atelier import processes
from atelier.paths import DOCS, PACKAGE, ROOT, SITE, THEME
from atelier.problems import report
from atelier.site import build as site
from atelier.site import root_pages

HOST = "127.0.0.1"
LOOK_EVERY = 0.1  # seconds
WATCHED = (DOCS, PACKAGE, THEME, *(ROOT / name for name in ("mkdocs.yml", "mkdocs.en.yml")))
WATCHED += tuple(ROOT / name for name in ("pyproject.toml", "README.md", "README.fr.md"))
RELOAD = "/.reload/"
# A page asks whether there is something newer than itself; the answer comes when there is.
SCRIPT = """<script>
(async (seen) => {
  for (;;) {
    if (document.hidden) {
      await new Promise((go) => document.addEventListener("visibilitychange", go, { once: true }));
      continue;
    }
    try {
      const answer = await fetch(`%s${seen}`);
      if ((await answer.text()) !== seen) location.reload();
    } catch {
      await new Promise((go) => setTimeout(go, 1000)); // the server is being started again
    }
  }
})("%s");
</script>
"""


class Server(http.server.ThreadingHTTPServer):
    """Serves the site as it is now, and tells browsers when it is another one."""

    def __init__(self, port: int) -> None:
        """Take the port; nothing is answered yet.

        Raises:
            OSError: The port is taken.
        """
        super().__init__((HOST, port), Handler)
        self._changed = threading.Condition()
        self.version = str(time.time_ns())

    @property
    def address(self) -> str:
        """What a reader opens."""
        return f"http://{HOST}:{self.server_port}/"

    def reload(self) -> None:
        """Have the browsers that show a page show it again."""
        with self._changed:
            self.version = str(time.time_ns())
            self._changed.notify_all()

    def wait(self, seen: str) -> str:
        """Return the version of the site when it is no longer `seen`, or after a while."""
        with self._changed:
            self._changed.wait_for(lambda: self.version != seen, timeout=30)
            return self.version

    def handle_error(self, request: object, client_address: object) -> None:
        """Do not mind a browser that leaves in the middle of an answer."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class Handler(http.server.SimpleHTTPRequestHandler):
    """Answers one request."""

    server: Server

    def __init__(self, *arguments: object) -> None:
        """Serve the folder of the site."""
        super().__init__(*arguments, directory=str(SITE))  # type: ignore[arg-type]

    def do_GET(self) -> None:
        """Send a file, a page that will ask for its next version, or the 404 page."""
        address = self.path.partition("?")[0]
        if address.startswith(RELOAD):
            version = self.server.wait(address.removeprefix(RELOAD))
            self._send(200, "text/plain", version.encode())
            return
        version = self.server.version  # before the file is read: a page is never newer than it says
        path = Path(self.translate_path(self.path))
        if path.is_dir() and not address.endswith("/"):
            self.send_response(302)
            self.send_header("Location", f"{address}/")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        path = path / "index.html" if address.endswith("/") else path
        try:
            status, kind, body = 200, self.guess_type(str(path)), path.read_bytes()
        except OSError:
            body = root_pages.render("404.html", base="/").encode()
            status, kind = 404, "text/html"
        if kind == "text/html":
            before, end, after = body.rpartition(b"</body>")
            body = before + (SCRIPT % (RELOAD, version)).encode() + end + after
        self._send(status, kind, body)

    def do_HEAD(self) -> None:
        """Answer as to GET; the body is left out."""
        self.do_GET()

    def _send(self, status: int, kind: str, body: bytes) -> None:
        text = kind.startswith("text/") or kind.endswith(("json", "xml", "javascript"))
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8" if text else kind)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Cache-Control", "no-store")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Leave the terminal to what is wrong with the book."""


def build(server: Server) -> None:
    """Build what changed, and tell what is wrong; whatever happens, the server goes on."""
    started = time.perf_counter()
    try:
        problems = site.build(checked=False, shown=server.reload)
    except Exception:  # a tool that fails on what an author wrote; the next save may mend it
        traceback.print_exc()
        print("── not built, see above; the last good site stays", flush=True)
        return
    failed = report(problems)
    count = len(set(problems))
    state = f"{count} problem{'s' * (count > 1)}, see above" if failed else "all is well"
    stays = "; what it concerns stays as it was" if failed else ""
    print(f"── built in {time.perf_counter() - started:.1f} s: {state}{stays}", flush=True)
    if not failed:
        report(site.look())  # a reader of the saved page did not wait for it


def stamps() -> dict[Path, int]:
    """Return the time of the last change of each file that the site is made from."""
    found = {}
    for place in WATCHED:
        for path in place.rglob("*") if place.is_dir() else [place]:
            hidden = path.name.startswith((".", "#")) or path.name.endswith("~")
            if hidden or "__pycache__" in path.parts:
                continue  # what editors put aside
            try:
                state = path.stat()
            except FileNotFoundError:
                continue  # removed since it was listed
            if not path.is_dir():
                found[path] = state.st_mtime_ns
    return found


def watch(server: Server) -> None:
    """Build after each save, for ever."""
    built = stamps()
    while True:
        time.sleep(LOOK_EVERY)
        seen = stamps()
        if seen == built:
            continue
        while (now := stamps()) != seen:  # many files may be saved together
            seen = now
            time.sleep(LOOK_EVERY)
        built = seen
        build(server)


def main(port: int) -> int:
    """Build, then serve on `port` until interrupted.

    Args:
        port: Where to listen, on this machine alone; 0 for any port that is free.

    Returns:
        The exit status: 1 when the port is taken.
    """
    logging.getLogger("mkdocs").setLevel(logging.WARNING)
    try:
        server = Server(port)
    except OSError as error:
        message = f"Port {port} is taken: {error.strerror}. Try `make serve PORT={port + 1}`."
        print(message, file=sys.stderr)
        return 1
    processes.warm_up()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        build(server)
        print(f"── serving {server.address} (Ctrl+C stops)", flush=True)
        watch(server)
    except KeyboardInterrupt:
        print("── stopped")
    finally:
        server.shutdown()
        server.server_close()
    return 0
