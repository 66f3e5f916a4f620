"""One edition by MkDocs, in this process, with every warning kept as a problem."""

from __future__ import annotations

import logging
import os
import re
from pathlib import Path

from mkdocs.commands.build import build as run_mkdocs
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError
from nbclient.exceptions import CellExecutionError

from atelier import labs, palette, reference, search
from atelier.addresses import repository, site_url
from atelier.lab_cells import LabError
from atelier.markdown.source import line_of
from atelier.paths import DOCS, ROOT
from atelier.problems import Problem

CONFIGURATIONS = {"fr": ROOT / "mkdocs.yml", "en": ROOT / "mkdocs.en.yml"}

PLACED = re.compile(r"(?P<path>[^\s:]+\.\w+):(?P<line>\d+): (?P<message>.*)", re.S)
ABOUT_A_PAGE = re.compile(r"Doc file '(?P<page>[^']+)'[^']*'(?P<needle>[^']+)'")
TERMINAL_COLOUR = re.compile(r"\x1b\[[\d;]*m")
SAID_OF_DIRTY = "A 'dirty' build"
NOTEBOOK_CELL = re.compile(r"-{3,}\n(?P<code>.*?)\n-{3,}", re.S)


class _Warnings(logging.Handler):
    """Keeps the text of each warning of MkDocs, its plugins and our extensions."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.messages.append(record.getMessage())


def configuration(language: str, into: Path) -> MkDocsConfig:
    """Load the configuration of an edition, with the addresses put in.

    Args:
        language: "fr" or "en".
        into: The folder that MkDocs empties and writes.
    """
    config = load_config(
        str(CONFIGURATIONS[language]),
        site_dir=str(into),
        site_url=f"{site_url()}{language}/",
    )
    config.extra["root"] = site_url()
    config.extra["repository"] = repository()
    config.extra["surface"] = palette.colours()["surface"]
    reference.prepare(config)
    search.prepare()
    return config


def build_edition(language: str, into: Path, *, dirty: bool = False) -> list[Problem]:
    """Run MkDocs for one edition; return what it complained about.

    MkDocs itself is not told to be strict: it would stop without saying which page of a large
    book it liked least. Here each of its warnings is an error of the build.

    Args:
        language: "fr" or "en".
        into: The folder that MkDocs empties and writes.
        dirty: Leave what stands there, and write again only the pages that are newer.
    """
    os.environ["NO_MKDOCS_2_WARNING"] = "1"  # read by Material when a configuration is loaded
    warnings = _Warnings()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(warnings)
    problems: list[Problem] = []
    try:
        config = configuration(language, into)
        if not dirty:  # else no lab is looked at, and the plugin would empty their cache
            labs.prepare(config, language)
        config.plugins.on_startup(command="build", dirty=dirty)
        try:
            with labs.environment():
                run_mkdocs(config, dirty=dirty)
        finally:
            config.plugins.on_shutdown()
    except (Abort, ConfigurationError) as error:
        problems.append(Problem(CONFIGURATIONS[language], 0, str(error)))
    except CellExecutionError as error:
        warnings.messages = [text for text in warnings.messages if "Error reading" not in text]
        problems.append(_problem_of_lab(str(error), language))
    except LabError as error:
        told = ("Error reading", *str(error).splitlines())
        warnings.messages = [text for text in warnings.messages if not text.startswith(told)]
        problems.append(problem_of(str(error), language))
    finally:
        logger.removeHandler(warnings)
    messages = (text for text in warnings.messages if not text.startswith(SAID_OF_DIRTY))
    return problems + [problem_of(message, language) for message in messages]


def problem_of(message: str, language: str) -> Problem:
    """Turn a warning of MkDocs into a problem with file and line, as far as it tells them."""
    if placed := PLACED.fullmatch(message):
        return Problem(ROOT / placed["path"], int(placed["line"]), placed["message"])
    if about := ABOUT_A_PAGE.search(message):
        page = DOCS / language / about["page"]
        line = line_of(page, about["needle"]) if page.is_file() else 0
        return Problem(page, line, message)
    return Problem(CONFIGURATIONS[language], 0, message)


def _problem_of_lab(message: str, language: str) -> Problem:
    """Find the lab and the line of the cell that failed: the error only cites the cell."""
    cell = NOTEBOOK_CELL.search(message)
    reason = TERMINAL_COLOUR.sub("", message).strip().splitlines()[-1]
    for lab in sorted((DOCS / language).rglob("*.py")):
        if cell and cell["code"].strip() in lab.read_text("utf-8"):
            return Problem(lab, line_of(lab, cell["code"].strip()), f"the cell fails: {reason}")
    return Problem(DOCS / language, 0, f"a lab fails: {message}")
