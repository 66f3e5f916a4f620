"""One edition by MkDocs, in this process, with every warning kept as a problem."""

from __future__ import annotations

import logging
import os
import re
import traceback
from collections.abc import Collection
from pathlib import Path
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError
from mkdocs.commands.build import build as run_mkdocs
from mkdocs.config import load_config
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError
from nbclient.exceptions import CellExecutionError

from atelier import palette
from atelier.addresses import repository, site_url
from atelier.paths import DOCS, ROOT, THEME
from atelier.problems import Problem
from atelier.read.source import line_of
from atelier.render import labs, reference
from atelier.render.lab_cells import LabError
from atelier.site import search

CONFIGURATIONS = {"fr": ROOT / "mkdocs.yml", "en": ROOT / "mkdocs.en.yml"}

PLACED = re.compile(r"(?P<path>[^\s:]+\.\w+):(?P<line>\d+): (?P<message>.*)", re.S)
ABOUT_A_PAGE = re.compile(r"Doc file '(?P<page>[^']+)'[^']*'(?P<needle>[^']+)'")
YAML_PLACE = re.compile(r'in "(?P<path>[^"]+)", line (?P<line>\d+)')
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


def build_edition(language: str, into: Path, kept: Collection[Path] = ()) -> list[Problem]:
    """Run MkDocs for one edition; return what it complained about.

    MkDocs itself is not told to be strict: it would stop without saying which page of a large
    book it liked least. Here each of its warnings is an error of the build.

    Args:
        language: "fr" or "en".
        into: The folder that MkDocs writes.
        kept: Pages that stand there and are as they would be rendered; all else is made anew.
    """
    os.environ["NO_MKDOCS_2_WARNING"] = "1"  # read by Material when a configuration is loaded
    warnings = _Warnings()
    logger = logging.getLogger("mkdocs")
    logger.addHandler(warnings)
    problems: list[Problem] = []
    try:
        config = configuration(language, into)
        empty(into, kept if _has_titles(config.nav) else ())
        labs.prepare(config, language)
        # MkDocs calls "dirty" a build that renders what is missing, or older than its source.
        config.plugins.on_startup(command="build", dirty=True)
        try:
            with labs.environment():
                run_mkdocs(config, dirty=True)
        finally:
            config.plugins.on_shutdown()
    except (Abort, ConfigurationError) as error:
        problems.append(_problem_of_settings(str(error), language))
    except CellExecutionError as error:
        warnings.messages = [text for text in warnings.messages if "Error reading" not in text]
        problems.append(_problem_of_lab(str(error), language))
    except LabError as error:
        told = ("Error reading", *str(error).splitlines())
        warnings.messages = [text for text in warnings.messages if not text.startswith(told)]
        problems.append(problem_of(str(error), language))
    except TemplateError as error:
        warnings.messages = [text for text in warnings.messages if not text.startswith("Error b")]
        problems.append(_problem_of_template(error, language))
    finally:
        logger.removeHandler(warnings)
    messages = (text for text in warnings.messages if not text.startswith(SAID_OF_DIRTY))
    return problems + [problem_of(message, language) for message in messages]


def _has_titles(menu: Any) -> bool:
    """Whether the menu names all its pages: else MkDocs names them after what it renders."""
    if isinstance(menu, list):
        return all(isinstance(each, dict) and _has_titles(each) for each in menu)
    if isinstance(menu, dict):
        return all(isinstance(each, str) or _has_titles(each) for each in menu.values())
    return False


def empty(folder: Path, kept: Collection[Path] = ()) -> None:
    """Remove all files of a folder but `kept`, which are from now on newer than their sources."""
    for path in folder.rglob("*"):
        if path.is_file() and path not in kept:
            path.unlink()
    for path in kept:
        os.utime(path)


def problem_of(message: str, language: str) -> Problem:
    """Turn a warning of MkDocs into a problem with file and line, as far as it tells them."""
    if placed := PLACED.fullmatch(message):
        return Problem(ROOT / placed["path"], int(placed["line"]), placed["message"])
    if about := ABOUT_A_PAGE.search(message):
        page = DOCS / language / about["page"]
        line = line_of(page, about["needle"]) if page.is_file() else 0
        return Problem(page, line, message)
    return Problem(CONFIGURATIONS[language], 0, message)


def _problem_of_settings(message: str, language: str) -> Problem:
    """Find the file and the line of settings that YAML could not read."""
    if place := YAML_PLACE.search(message):
        return Problem(Path(place["path"]), int(place["line"]), message)
    return Problem(CONFIGURATIONS[language], 0, message)


def _problem_of_template(error: TemplateError, language: str) -> Problem:
    """Find the template, and the line of it, where a page could not be made."""
    if isinstance(error, TemplateSyntaxError) and error.filename:
        return Problem(Path(error.filename), error.lineno, f"{error.message}; correct the template")
    frames = traceback.extract_tb(error.__traceback__)
    for frame in reversed(frames):
        if Path(frame.filename).is_relative_to(THEME):
            return Problem(Path(frame.filename), frame.lineno or 0, str(error))
    return Problem(CONFIGURATIONS[language], 0, f"a template fails: {error}")


def _problem_of_lab(message: str, language: str) -> Problem:
    """Find the lab and the line of the cell that failed: the error only cites the cell."""
    cell = NOTEBOOK_CELL.search(message)
    reason = TERMINAL_COLOUR.sub("", message).strip().splitlines()[-1]
    for lab in sorted((DOCS / language).rglob("*.py")):
        if cell and cell["code"].strip() in lab.read_text("utf-8"):
            return Problem(lab, line_of(lab, cell["code"].strip()), f"the cell fails: {reason}")
    return Problem(DOCS / language, 0, f"a lab fails: {message}")
