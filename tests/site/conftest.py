"""A real Chromium looks at the built site, served from a sub-folder as GitHub Pages does."""

from __future__ import annotations

import functools
import gzip
import http.server
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from atelier.paths import DOCS, LANGUAGES, NODE_MODULES
from atelier.site.browser import FIX, FLAGS, find_browser

PREFIX = "/neural-networks/"
COMPRESSED = {".html", ".css", ".js", ".mjs", ".json", ".svg", ".xml"}


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serves the folder below a prefix, and 404.html for what is not there."""

    protocol_version = "HTTP/1.1"

    def translate_path(self, path: str) -> str:
        inside = path.removeprefix(PREFIX) if path.startswith(PREFIX) else "outside-of-the-site"
        return super().translate_path("/" + inside)

    def do_GET(self) -> None:
        """Answer compressed, as GitHub Pages does: Lighthouse measures what a reader waits for."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            if not self.path.split("?")[0].endswith("/"):
                self.send_response(301)
                self.send_header("Location", self.path + "/")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            path /= "index.html"
        if not path.is_file():
            self.send_error(404)
            return
        body = path.read_bytes()
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(str(path)))
        if path.suffix in COMPRESSED:
            body = gzip.compress(body, 6)
            self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory, "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    """Does not mind a browser that leaves in the middle of an answer."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def base_url(built_site: Path) -> Iterator[str]:
    """The address of the site's root, with a slash at the end."""
    handler = functools.partial(Handler, directory=str(built_site))
    with Server(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
        server.shutdown()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = find_browser()
    if found is None:
        pytest.fail(FIX)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, reduced_motion="reduce")
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


@pytest.fixture(scope="session")
def axe() -> str:
    return (NODE_MODULES / "axe-core" / "axe.min.js").read_text("utf-8")


def addresses() -> list[str]:
    """Every page of both editions, as an address below the site's root."""
    found = [""]
    for language in LANGUAGES:
        for source in sorted((DOCS / language).rglob("*")):
            stem = source.relative_to(DOCS / language).with_suffix("").as_posix()
            if source.suffix == ".md" or (source.parent.name == "labs" and source.suffix == ".py"):
                found.append(f"{language}/" + ("" if stem == "index" else f"{stem}/"))
    return found


def of_each_make() -> list[str]:
    """Every page; of those of the reference, made by one template, three stand for all."""
    three = ("/activations/", "/layers/", "/perceptron/")
    return [each for each in addresses() if "/reference/" not in each or each.endswith(three)]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    for name, found in (("address", addresses()), ("of_each_make", of_each_make())):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, found, ids=lambda address: address or "chooser")
