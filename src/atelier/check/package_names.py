"""What the package passes on: its public names are exported, tested and on a page of reference."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from griffe import Class, Function, GriffeLoader, Module

from atelier.paths import DOCS, LANGUAGES, PACKAGE, ROOT
from atelier.problems import Problem
from atelier.render.reference_entries import entries, entry, public_names
from atelier.render.reference_pages import directives

TESTS = ROOT / "tests" / "perceptrons"
# Names of a module that the package does not pass on: why.
NOT_PASSED_ON = {"Parameter": "for those who write a layer of their own"}


def check(package: Path = PACKAGE, tests: Path = TESTS, docs: Path = DOCS) -> list[Problem]:
    """Return the public names that are not exported, not tested or described nowhere."""
    read = GriffeLoader(search_paths=[package.parent], allow_inspection=False).load(package.name)
    assert isinstance(read, Module)
    if clashes := list(_unlike_modules(read)):
        return clashes
    return [*_exported(read), *_tested(read, tests), *_described(read, docs), *_linked(read, docs)]


def _exported(package: Module) -> Iterator[Problem]:
    """What a public module defines is in its `__all__`, and in that of the package."""
    passed_on = set(public_names(package))
    for module in _public_modules(package):
        exported = {str(name) for name in module.exports or ()}
        assert isinstance(module.filepath, Path)
        for name, member in module.members.items():
            if name.startswith("_") or not isinstance(member, Function | Class):
                continue
            if "Protocol" in {str(base) for base in getattr(member, "bases", ())}:
                continue  # says what others are, and is nothing to call
            line = member.lineno or 0
            if name not in exported:
                message = f"{name} is not in `__all__`; add it, or begin its name with _"
                yield Problem(module.filepath, line, message)
            elif name not in passed_on and name not in NOT_PASSED_ON:
                message = f"{name} is not passed on; import it in {package.name}/__init__.py"
                yield Problem(module.filepath, line, f"{message}, and add it to `__all__` there")


def _tested(package: Module, tests: Path) -> Iterator[Problem]:
    """What can be called is named by a test."""
    used = set()
    for path in tests.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
            if isinstance(node, ast.Name):
                used.add(node.id)
            elif isinstance(node, ast.Attribute):
                used.add(node.attr)
    for name in public_names(package):
        found = entry(package, name)
        if isinstance(found.target, Function | Class) and name not in used:
            message = f"no test in tests/perceptrons names {name}; write one"
            yield Problem(found.path, found.target.lineno or 0, message)


def _described(package: Module, docs: Path) -> Iterator[Problem]:
    """Each public name is on one page of reference."""
    modules = {module.name: module for module in _public_modules(package)}
    for language in LANGUAGES:
        told = []
        for directive in directives(docs / language):
            own = directive.partition(".")[2]
            if own in modules:
                told += [each.name for each in entries(package, modules[own])]
            else:
                told.append(own)
        for name in public_names(package):
            if told.count(name) != 1:
                found = entry(package, name)
                message = (
                    f"{name} is described {told.count(name)} times in docs/{language}, not once"
                )
                advice = "export it from one public module that has its `:::` there"
                yield Problem(found.path, found.target.lineno or 0, f"{message}; {advice}")


def _linked(package: Module, docs: Path) -> Iterator[Problem]:
    """A module names the chapters that teach it, and its place in the reference links to them."""
    chapters = _chapters(docs.parent / "mkdocs.en.yml")
    for module in _public_modules(package):
        assert isinstance(module.filepath, Path)
        text = module.docstring.value if module.docstring else ""
        titles = re.findall(r"\*([^*]+)\*", text.partition("chapter")[2].partition("\n\n")[0])
        if not titles:
            message = "does not say which chapter teaches it; write `Taught in the chapter *…*.`"
            yield Problem(module.filepath, 1, message)
        found = [chapters[title] for title in map(_one_line, titles) if title in chapters]
        for language in LANGUAGES:
            yield from _links(docs / language, module.path, found)


def _links(edition: Path, module: str, chapters: list[str]) -> Iterator[Problem]:
    """The section of a module links to its chapters."""
    where = directives(edition).get(module)
    if where is None:
        return  # its names are told
    page = edition / f"{where}.md"
    text = page.read_text("utf-8")
    start = text.index(f"::: {module}\n")
    section = text[max(text.rfind("\n## ", 0, start), 0) : start]
    for chapter in chapters:
        if not re.search(rf"\]\((?:\.\./)*{re.escape(chapter)}\)", section):
            message = f"{module} names {chapter} as its chapter; link to it above `::: {module}`"
            yield Problem(page, text.count("\n", 0, start) + 1, message)


def _one_line(title: str) -> str:
    return " ".join(title.split())


def _chapters(configuration: Path) -> dict[str, str]:
    """Return the page of each title in the menu."""
    found = {}
    todo = list(yaml.safe_load(configuration.read_text("utf-8"))["nav"])
    while todo:
        for title, page in todo.pop().items():
            if isinstance(page, list):
                todo += page
            else:
                found[title] = page
    return found


def _unlike_modules(package: Module) -> Iterator[Problem]:
    """`perceptrons.ramp` is a module or a function, and not sometimes the one or the other."""
    for name in public_names(package):
        module = package.modules.get(name)
        if module is not None and isinstance(module.filepath, Path):
            message = f"the package passes on {name}, which is also the name of this module"
            yield Problem(module.filepath, 1, f"{message}; rename one of them")


def _public_modules(package: Module) -> list[Module]:
    return [module for name, module in package.modules.items() if not name.startswith("_")]
