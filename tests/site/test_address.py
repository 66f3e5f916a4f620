"""The address that a person opens: what `make serve` prints, or any folder of any server."""

from __future__ import annotations

import functools
import http.server
import re
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from atelier.paths import ROOT
from atelier.site import serve

PREFIX = "/shelf/en/book/"  # a folder that looks like an edition is not one


@pytest.fixture(scope="module")
def printed(built_site: Path) -> Iterator[str]:
    """The address that the command of `make serve` prints."""
    command = [sys.executable, "-m", "atelier", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        lines = []
        for line in server.stdout:
            lines.append(line)
            if found := re.search(r"http://\S+", line):
                yield found[0]
                break
        else:
            pytest.fail("no address is printed:\n" + "".join(lines))
        server.terminate()


class Below(http.server.SimpleHTTPRequestHandler):
    """`python -m http.server`, with the site in a sub-folder and its 404.html for what is dead."""

    def translate_path(self, path: str) -> str:
        inside = path.startswith(PREFIX)
        return super().translate_path("/" + path.removeprefix(PREFIX) if inside else "/no-where")

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        page = Path(self.directory, "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def below(built_site: Path) -> Iterator[str]:
    """The address of the site in a sub-folder that no setting knows."""
    handler = functools.partial(Below, directory=str(built_site))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
        server.shutdown()


@pytest.fixture(params=["printed", "below"])
def root(request: pytest.FixtureRequest) -> str:
    return str(request.getfixturevalue(request.param))


@pytest.fixture(params=[True, False], ids=["javascript", "no-javascript"])
def reader(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """A page of a French reader, with and without JavaScript."""
    context = browser.new_context(locale="fr-CA", java_script_enabled=request.param)
    page = context.new_page()
    page.with_javascript = request.param  # type: ignore[attr-defined]
    yield page
    context.close()


def test_the_address_leads_to_both_editions_and_through_a_chapter(root: str, reader: Page) -> None:
    failed = []
    reader.on("response", lambda answer: answer.status >= 400 and failed.append(answer.url))
    reader.goto(root)
    if not reader.with_javascript:  # type: ignore[attr-defined]
        assert reader.locator("main img").evaluate("image => image.naturalWidth") > 0
        reader.locator("main a[hreflang=fr]").click()
    expect(reader).to_have_url(f"{root}fr/")
    expect(reader.locator("html")).to_have_attribute("lang", "fr")
    reader.locator("article a[href^='network/']").first.click()
    expect(reader).to_have_url(re.compile(rf"{root}fr/network/"))
    reader.locator(".book-languages a[hreflang=en]").click()
    expect(reader).to_have_url(re.compile(rf"{root}en/network/"))
    expect(reader.locator("html")).to_have_attribute("lang", "en")
    reader.locator(".md-footer__link--next").click()
    expect(reader).to_have_url(re.compile(rf"{root}en/\w+/"))
    assert failed == []


@pytest.mark.parametrize("dead", ["nowhere", "no/where/at/all/", "fr/nowhere/", "en/a/b/c"])
def test_a_dead_address_leads_back(root: str, reader: Page, dead: str) -> None:
    answer = reader.goto(root + dead)
    assert answer is not None and answer.status == 404
    if not reader.with_javascript and root.endswith(PREFIX):  # type: ignore[attr-defined]
        # Nothing can tell the page where it is: it names the address of the book.
        expect(reader.locator("noscript a").first).to_be_visible()
        return
    link = reader.locator("main a[hreflang=en]")
    expect(link).to_have_js_property("href", f"{root}en/")
    link.click()
    expect(reader).to_have_url(f"{root}en/")
    expect(reader.locator("html")).to_have_attribute("lang", "en")


def test_the_404_page_itself_leads_to_the_editions(below: str, reader: Page) -> None:
    reader.goto(f"{below}404.html")
    reader.locator("main a[hreflang=fr]").click()
    expect(reader).to_have_url(f"{below}fr/")


def test_a_taken_port_is_told_before_anything_is_built(
    printed: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delattr(serve, "build")
    port = int(printed.rstrip("/").rpartition(":")[2])
    assert serve.main(port) == 1
    told = capsys.readouterr().err
    assert f"Port {port} is taken" in told and f"make serve PORT={port + 1}" in told
