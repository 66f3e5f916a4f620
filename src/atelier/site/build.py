"""The site: both editions, the files beside them, and the checks of what came out.

`build` makes what changed, and nothing else: a saved page is one page rendered again.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from atelier import addresses, cache, processes
from atelier.cache import ATELIER
from atelier.draw import figures
from atelier.paths import CACHE, DOCS, LANGUAGES, PACKAGE, ROOT, SITE, THEME
from atelier.problems import Problem
from atelier.run import snippets, wheel
from atelier.site import built, publishing, root_pages
from atelier.site.stages import Stage

STAGES = CACHE / "site"


def build(
    languages: Sequence[str] = LANGUAGES,
    *,
    checked: bool = True,
    shown: Callable[[], None] = lambda: None,
) -> list[Problem]:
    """Draw the figures, build editions into `site/`, check the result; only what changed is made.

    The same sources give the same bytes, whenever and wherever they are built. What cannot be
    built leaves in its place what was built last.

    Args:
        languages: The editions to build; the links between editions need all of them.
        checked: Whether to look through the built pages at the end.
        shown: Called when readers would see something new.

    Returns:
        All that is wrong: warnings of MkDocs, formulas, labs, faults of the built pages.
    """
    problems = unreadable()
    if problems:
        return problems
    problems = figures.draw_all()
    with _alone():
        problems += editions(languages, shown)
        problems += shared(shown)
    return problems + look() if checked else problems


def unreadable() -> list[Problem]:
    """Return the files that everything needs and that nobody can read."""
    problems = []
    for path in sorted(PACKAGE.rglob("*.py")):
        try:
            cache.closure([path], {})
        except SyntaxError as error:
            problems.append(Problem(path, error.lineno or 0, f"{error.msg}; correct the syntax"))
    for path in (*sorted(THEME.glob("*.json")), DOCS / "twins.lock"):
        try:
            json.loads(path.read_text("utf-8"))
        except json.JSONDecodeError as error:
            problems.append(Problem(path, error.lineno, f"{error.msg}; correct the syntax"))
    return problems


def editions(languages: Sequence[str], shown: Callable[[], None]) -> list[Problem]:
    """Render what changed, two editions at once, and publish it."""
    problems: list[Problem] = []
    stages = []
    for language in languages:
        try:
            stages.append(Stage(language, STAGES, SITE / language))
        except SyntaxError as error:  # of a lab
            where = Path(error.filename or DOCS)
            problems.append(Problem(where, error.lineno or 0, f"{error.msg}; correct the syntax"))
    stale = [stage for stage in stages if not stage.is_fresh]
    if len(stale) > 1:
        with ProcessPoolExecutor(len(stale), processes.CONTEXT) as pool:
            problems += [problem for some in pool.map(Stage.render, stale) for problem in some]
        for stage in stale:
            stage.recall()
    else:
        problems += [problem for stage in stale for problem in stage.render()]
    if any([stage.publish() for stage in stages]):
        shown()
    return problems


def edition(language: str) -> list[Problem]:
    """Build one edition."""
    return editions([language], lambda: None)


def shared(shown: Callable[[], None] = lambda: None) -> list[Problem]:
    """Make what stands beside the editions: root pages, the package, the list of snippets."""
    stage = STAGES / "beside"
    root_pages.write(stage)
    problems = _once("wheel", _wheel_key(), lambda: _build_wheel(stage))
    pages = [path for path, _, _ in snippets.pages()]
    listed = cache.key(ATELIER / "run" / "snippets.py", files=pages)
    problems += _once("snippets", listed, lambda: snippets.write(stage / "snippets.json"))
    if publishing.publish(stage, SITE, others=LANGUAGES):
        shown()
    return problems


def look() -> list[Problem]:
    """Look through the built pages, when nobody builds."""
    with _alone():
        files = (path for path in SITE.rglob("*") if path.is_file())
        seen = cache.key(ATELIER / "site" / "built.py", files=files, more=addresses.site_url())
        return _once("look", seen, built.check)


def _wheel_key() -> str:
    """Return the key of the wheel: docstrings, data and the words about the project are in it."""
    package = [path for path in PACKAGE.rglob("*") if "__pycache__" not in path.parts]
    project = [ROOT / name for name in ("pyproject.toml", "LICENSE")]
    files = [path for path in (*package, *project) if path.is_file()]
    return cache.key(ATELIER / "run" / "wheel.py", files=files, distributions=["hatchling"])


def _build_wheel(folder: Path) -> list[Problem]:
    for older in folder.glob("*.whl"):
        older.unlink()
    wheel.build(folder)
    return []


def _once(name: str, key: str, step: Callable[[], list[Problem]]) -> list[Problem]:
    """Run a step unless it has run on this very state and found nothing wrong."""
    record = STAGES / f"{name}.key"
    if record.is_file() and record.read_text("utf-8") == key:
        return []
    problems = step()
    if not problems:
        cache.keep(record, key)
    return problems


@contextmanager
def _alone() -> Iterator[None]:
    """Wait for the others: a server and two tests may build at one time."""
    STAGES.mkdir(parents=True, exist_ok=True)
    with (STAGES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
