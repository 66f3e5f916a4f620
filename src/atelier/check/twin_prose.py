"""Prose cannot be compared; what can be known is that one edition changed and the other did not."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from atelier.paths import DOCS, LANGUAGES
from atelier.problems import Problem, report
from atelier.read.twin_lock import (
    Lock,
    Twin,
    accept,
    changed,
    load,
    lock_path,
    mark_stale,
    twins_of,
)

COMMAND = "python -m atelier twins"
_PURPOSE = "Say which sections changed in one language only."


def check(docs: Path = DOCS) -> list[Problem]:
    """Return each section that one language has left behind without saying so."""
    lock = load(docs)
    sections = twins_of(docs)
    found = [problem for twin in sections if (problem := _drift(twin, lock)) is not None]
    known = {(twin.page, twin.section) for twin in sections}
    for page, entries in lock.items():
        gone = sorted(section for section in entries if (page, section) not in known)
        if gone:
            message = (
                f"{page} has no section {', '.join('#' + name for name in gone)} any more; "
                f"run `{COMMAND} --accept {page}`"
            )
            found.append(Problem(lock_path(docs), 0, message))
    return found


def main(arguments: list[str], docs: Path = DOCS) -> int:
    """Run `python -m atelier twins`; return the exit status."""
    parser = argparse.ArgumentParser(prog=COMMAND, description=_PURPOSE)
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--accept",
        nargs="*",
        metavar="page[#section]",
        help="record that both say the same; unnamed: in every section not marked stale",
    )
    choice.add_argument(
        "--stale",
        nargs="+",
        metavar=("fr|en", "page#section"),
        help="mark sections of this language as behind",
    )
    given = parser.parse_args(arguments)
    if given.accept is None and given.stale is None:
        return report(check(docs))
    try:
        if given.stale is not None:
            language, *names = given.stale
            if language not in LANGUAGES:
                raise ValueError(f"--stale expects fr or en first, got {language}")
            told = mark_stale(language, names, docs)
        else:
            told = accept(given.accept, docs)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(told) if told else "nothing has changed")
    return 0


def _drift(twin: Twin, lock: Lock) -> Problem | None:
    """Return what is wrong with the prose of a section since it was last declared equal."""
    languages = changed(twin, lock)
    agree = f"`{COMMAND} --accept {twin.name}`"
    if languages is None:
        message = (
            f"#{twin.section} was never compared with {twin.place('en')}; "
            f"when both say the same, run {agree}"
        )
        return Problem(twin.paths["fr"], twin.lines["fr"], message)
    stale = lock[twin.page][twin.section].get("stale")
    if stale is not None:
        if stale not in languages:
            return None  # known, and the page tells its reader
        message = (
            f"#{twin.section} was behind {twin.place(_other(stale))} and has been edited; "
            f"run {agree}, or `{COMMAND} --stale {stale} {twin.name}` if it still is behind"
        )
        return Problem(twin.paths[stale], twin.lines[stale], message)
    if not languages:
        return None
    if len(languages) == 2:
        message = (
            f"#{twin.section} changed here and in {twin.place('en')}; "
            f"read them side by side, then run {agree}"
        )
        return Problem(twin.paths["fr"], twin.lines["fr"], message)
    language = languages[0]
    message = (
        f"#{twin.section} changed here and not in {twin.place(_other(language))}; bring it over, "
        f"then run {agree}, or mark it: `{COMMAND} --stale {_other(language)} {twin.name}`"
    )
    return Problem(twin.paths[language], twin.lines[language], message)


def _other(language: str) -> str:
    return "en" if language == "fr" else "fr"
