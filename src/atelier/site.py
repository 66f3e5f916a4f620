"""The site: both editions, the files beside them, and the checks of what came out.

`build` makes all that is not fresh: a page saved in one language is one edition built again.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial

from atelier import assets, built, figures, freshness, programs, root_pages, search, snippets, wheel
from atelier.editions import build_edition
from atelier.paths import CACHE, LANGUAGES, SITE
from atelier.problems import Problem

STAGES = CACHE / "site"
# What MkDocs or the theme leaves in an edition and no reader needs: the one 404 page stands at
# the root, the compressed map holds the time of its making, and the theme's data served the build.
SUPERFLUOUS = ("404.html", "sitemap.xml.gz", "palette.json", "katex-macros.json")


def build(languages: Sequence[str] = LANGUAGES, *, checked: bool = True) -> list[Problem]:
    """Draw the figures, build editions into `site/`, check the result; only what changed is made.

    The same sources give the same bytes, whenever and wherever they are built.

    Args:
        languages: The editions to build; the links between editions need all of them.
        checked: Whether to look through the built pages at the end.

    Returns:
        All that is wrong: warnings of MkDocs, formulas, labs, faults of the built pages.
    """
    problems = figures.draw_all()
    with _alone():
        for language in languages:
            step, inputs = partial(edition, language), freshness.edition_inputs(language)
            problems += freshness.once(language, inputs, SITE / language, step)
        listed, inputs = SITE / "snippets.json", freshness.shared_inputs()
        problems += freshness.once("shared", inputs, listed, shared)
    return problems + look() if checked else problems


def look() -> list[Problem]:
    """Look through the built pages, when nobody builds."""
    with _alone():
        return built.check()


@contextmanager
def _alone() -> Iterator[None]:
    """Wait for the others: a server and two tests may build at one time."""
    STAGES.mkdir(parents=True, exist_ok=True)
    with (STAGES / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def edition(language: str) -> list[Problem]:
    """Build one edition aside, then put it in the place of the last one.

    An edition that MkDocs could not finish is not published: the last one stays.
    """
    stage = STAGES / language
    problems = build_edition(language, stage)
    if not (stage / "search" / "search_index.json").is_file():  # what MkDocs writes last
        return problems
    for name in SUPERFLUOUS:
        (stage / name).unlink(missing_ok=True)
    assets.add(stage)
    search.complete(stage)
    problems += programs.write(language, stage)
    _publish(language)
    return problems


def saved_pages(language: str) -> list[Problem]:
    """Build the saved pages of an edition again, in their places: what an author waits for.

    The other pages and the search index stay as they are until the next `build`, which makes the
    whole edition anew: the record of its freshness is dropped.
    """
    freshness.forget(language)
    with _alone():
        index = SITE / language / "search" / "search_index.json"
        searched = index.read_bytes()
        problems = build_edition(language, SITE / language, dirty=True)
        index.write_bytes(searched)
        for name in SUPERFLUOUS:
            (SITE / language / name).unlink(missing_ok=True)
    return problems


def _publish(language: str) -> None:
    """Move the stage of an edition to `site/`: a reader finds the old pages or the new ones."""
    SITE.mkdir(parents=True, exist_ok=True)
    last, old = SITE / language, STAGES / f"{language}.old"
    shutil.rmtree(old, ignore_errors=True)
    if last.exists():
        os.rename(last, old)
    os.rename(STAGES / language, last)
    shutil.rmtree(old, ignore_errors=True)


def shared() -> list[Problem]:
    """Write what stands beside the editions: root pages, the package, the list of snippets."""
    root_pages.write(SITE)
    for older in SITE.glob("*.whl"):
        older.unlink()
    wheel.build(SITE)
    return snippets.write(SITE / "snippets.json")
