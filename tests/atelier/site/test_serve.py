"""The server: whole pages at once, also while something is built, and news for the browser."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from atelier.problems import Problem
from atelier.site import build as site
from atelier.site import serve


@pytest.fixture
def server(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[serve.Server]:
    (tmp_path / "fr").mkdir()
    (tmp_path / "fr" / "index.html").write_text("<body>Accueil</body>\n", "utf-8")
    (tmp_path / "book.css").write_text("a {}", "utf-8")
    monkeypatch.setattr(serve, "SITE", tmp_path)
    with serve.Server(0) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def ask(server: serve.Server, path: str) -> tuple[int, str, http.client.HTTPMessage]:
    connection = http.client.HTTPConnection(serve.HOST, server.server_port, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    return answer.status, answer.read().decode(), answer.headers


def test_pages_are_answered_while_a_build_runs(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, go_on = threading.Event(), threading.Event()

    def build(**_: object) -> list[Problem]:
        running.set()
        assert go_on.wait(20)
        return []

    monkeypatch.setattr(site, "build", build)
    monkeypatch.setattr(site, "look", list)
    builder = threading.Thread(target=serve.build, args=(server,))
    builder.start()
    assert running.wait(20)
    assert ask(server, "/fr/")[0] == 200
    assert ask(server, "/book.css")[1] == "a {}"
    go_on.set()
    builder.join()


def test_a_build_that_breaks_down_is_told_and_the_server_goes_on(
    server: serve.Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def build(**_: object) -> list[Problem]:
        raise KeyError("metrics")

    monkeypatch.setattr(site, "build", build)
    serve.build(server)
    told = capsys.readouterr()
    assert "the last good site stays" in told.out and "KeyError: 'metrics'" in told.err
    assert ask(server, "/fr/")[0] == 200


def test_a_page_learns_that_it_is_no_longer_the_last_one(server: serve.Server) -> None:
    seen = server.version
    assert f'("{seen}")' in ask(server, "/fr/")[1]
    answers: list[str] = []
    waiting = threading.Thread(target=lambda: answers.append(ask(server, serve.RELOAD + seen)[1]))
    waiting.start()
    server.reload()
    waiting.join(20)
    assert answers == [server.version] != [seen]


def test_a_dead_address_has_links_that_work_where_the_site_is(server: serve.Server) -> None:
    status, text, _ = ask(server, "/en/nowhere/at/all")
    assert status == 404
    assert '<base href="/">' in text and 'href="fr/"' in text and "noscript" not in text


def test_a_folder_is_led_to_its_page_and_nothing_is_kept_by_the_browser(
    server: serve.Server,
) -> None:
    status, _, headers = ask(server, "/fr")
    assert (status, headers["Location"]) == (302, "/fr/")
    assert ask(server, "/book.css")[2]["Cache-Control"] == "no-store"
    assert ask(server, "/")[0] == 404  # no list of files, when there is no page yet


def test_what_editors_put_aside_is_not_a_save(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(serve, "WATCHED", (tmp_path, tmp_path / "missing.yml"))
    for name in ("page.md", ".page.md.swp", "page.md~", "#page.md#"):
        (tmp_path / name).write_text("", "utf-8")
    assert set(serve.stamps()) == {tmp_path / "page.md"}
