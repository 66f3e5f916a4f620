"""What can be wrong with the look of the site, and no browser says: styles, scripts, the root."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import tinycss2

from atelier.node import node
from atelier.paths import LANGUAGES, THEME
from atelier.problems import Problem

# The smallest text, by unit: 11 px, where the page's text has 16 px (.8rem: Material's rem is 20).
SMALLEST = {"rem": 0.55, "px": 11.0, "em": 0.7, "%": 70.0, "pt": 8.0}
_NOT_CODE = re.compile(r"/\*.*?\*/|\"(?:\\.|[^\"\\\n])*\"|'(?:\\.|[^'\\\n])*'", re.S)
_ROOT_LANGUAGE = re.compile(r"<html(?:\s+lang=\"(?P<lang>[^\"]*)\")?")
_PLACE = re.compile(r"^.*script\.mjs:(\d+)$", re.M)
_SYNTAX_ERROR = re.compile(r"^SyntaxError: (.*)$", re.M)
_EDITION_LINK = re.compile(r"<a\b[^>]*href=\"[^\"]*?\b(?P<folder>fr|en)/\"(?P<rest>[^>]*)>", re.S)


def check(theme: Path = THEME) -> list[Problem]:
    """Return what is wrong in the style sheets, the scripts and the root pages of a theme."""
    found: list[Problem] = []
    for path in sorted((theme / "css").glob("*.css")):
        css = path.read_text("utf-8")
        unbalanced = list(_braces(css, path))
        found += unbalanced or _rules(tinycss2.parse_stylesheet(css), path)
    found += _scripts(theme)
    for path in sorted((theme / "root").glob("*.html")):
        found += _languages(path)
    return found


def _braces(css: str, path: Path) -> Iterator[Problem]:
    """Each brace has its twin; the parser closes what is open at the end, as browsers do."""
    code = _NOT_CODE.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), css)
    opened = []
    for match in re.finditer(r"[{}]", code):
        line = code.count("\n", 0, match.start()) + 1
        if match[0] == "{":
            opened.append(line)
        elif opened:
            opened.pop()
        else:
            yield Problem(path, line, "`}` without its `{`; remove it, or open the rule")
    for line in opened:
        yield Problem(path, line, "`{` is never closed; add `}` at the end of the rule")


def _rules(nodes: Iterable[Any], path: Path) -> Iterator[Problem]:
    """The rules of a style sheet, those inside `@media` too."""
    for each in nodes:
        if each.type == "error":
            message = "CSS: neither `name: value;` nor a rule, so browsers skip it; correct it"
            yield Problem(path, each.source_line, message)
        elif each.type == "declaration":
            yield from _declaration(each, path)
        elif each.type in ("qualified-rule", "at-rule") and each.content is not None:
            inside = tinycss2.parse_blocks_contents(each.content)
            yield from _rules(inside, path)


def _declaration(declaration: Any, path: Path) -> Iterator[Problem]:
    """A declaration ends with its semicolon, and makes no text too small to read."""
    name, line = declaration.lower_name, declaration.source_line
    if not declaration.value or all(each.type == "whitespace" for each in declaration.value):
        yield Problem(path, line, f"CSS: {name} has no value; write one")
    for token in declaration.value:
        if token.type == "error":
            yield Problem(path, token.source_line, f"CSS: {token.message}; correct it")
        elif token == ":" and not name.startswith("--"):
            message = f"CSS: a second `:` in the value of {name}; is a `;` missing above?"
            yield Problem(path, token.source_line, message)
    if name in ("font-size", "font"):
        for unit, size in _sizes(declaration.value):
            if 0.0 < size < SMALLEST.get(unit, 0.0):
                message = f"text of {size:g}{unit} is too small to read"
                yield Problem(path, line, f"{message}; take {SMALLEST[unit]:g}{unit} or more")
                break


def _sizes(tokens: Iterable[Any]) -> Iterator[tuple[str, float]]:
    """Yield unit and value of each dimension, those inside `calc(…)` and `clamp(…)` too."""
    for token in tokens:
        if token.type == "dimension":
            yield token.lower_unit, token.value
        elif token.type == "percentage":
            yield "%", token.value
        elif token.type == "function":
            yield from _sizes(token.arguments)


def _scripts(theme: Path) -> Iterator[Problem]:
    """What Node cannot parse: it takes a file for a module when it is named `.mjs`."""
    for script in sorted((theme / "js").rglob("*.*js")):
        with TemporaryDirectory() as folder:
            copy = shutil.copyfile(script, Path(folder) / "script.mjs")
            command = [str(node()), "--check", str(copy)]
            run = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
        if run.returncode:
            place, error = _PLACE.search(run.stderr), _SYNTAX_ERROR.search(run.stderr)
            line = int(place[1]) if place else 0
            message = error[1] if error else run.stderr.strip()
            yield Problem(script, line, f"JavaScript: {message}; correct the syntax")


def _languages(path: Path) -> Iterator[Problem]:
    """The root pages say which language they are in, and which one each of their links leads to."""
    html = path.read_text("utf-8")
    root = _ROOT_LANGUAGE.search(html)
    if root and root["lang"] != LANGUAGES[0]:
        line = html.count("\n", 0, root.start()) + 1
        message = f'the page begins in {LANGUAGES[0]}; write `<html lang="{LANGUAGES[0]}">`'
        yield Problem(path, line, message)
    for link in _EDITION_LINK.finditer(html):
        for attribute in ("lang", "hreflang"):
            if not re.search(rf"\s{attribute}=\"{link['folder']}\"", link["rest"]):
                line = html.count("\n", 0, link.start()) + 1
                right = f'{attribute}="{link["folder"]}"'
                message = f"this link leads to {link['folder']}/; give it `{right}`"
                yield Problem(path, line, message)
