"""Keys: one word for the state of all that a step is made from. Another state is another key.

A step names the modules where its work begins. Their imports are followed, so that no list can
forget one, and each module counts by what it does: its comments and docstrings are left out.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import tempfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path

from atelier.paths import FIGURES, PACKAGE

ATELIER = Path(__file__).parent
# Where modules of ours are looked for, by the name under which they are imported.
ROOTS = {"atelier": ATELIER, PACKAGE.name: PACKAGE, FIGURES.name: FIGURES}


@dataclass(frozen=True)
class Part:
    """A function of a module, with all that it needs of the module."""

    path: Path
    name: str


@dataclass(frozen=True)
class Module:
    """What counts of a module, or of a part of one.

    Attributes:
        path: Where it is written.
        digest: The state of its code, without comments and docstrings.
        outline: The names, bases and imports that it defines, without what stands in functions.
        imports: What it imports: level, module, and a name of it or None.
        passed: For a name that it imports at its top, where it comes from.
    """

    path: Path
    digest: str
    outline: str
    imports: tuple[tuple[int, str, str | None], ...]
    passed: Mapping[str, tuple[int, str]]


def key(
    *entries: Path | Part,
    files: Iterable[Path] = (),
    distributions: Iterable[str] = (),
    more: object = None,
    roots: Mapping[str, Path] = ROOTS,
) -> str:
    """Return the key of a step.

    Args:
        entries: The modules, or parts of modules, where its work begins. With a module of a package
            comes the data of the package: its files that are no modules.
        files: Other files that it reads; one that is missing counts as such.
        distributions: Installed packages whose versions matter.
        more: Whatever else it depends on, as something that JSON can write.
        roots: The packages whose modules are followed.

    Raises:
        SyntaxError: A module does not parse; the error names it.
    """
    parts = [_part(entry) for entry in entries if isinstance(entry, Part)]
    begun = {path for part in parts for path in _imported(part, roots)}
    modules = closure([*begun, *(each for each in entries if isinstance(each, Path))], roots)
    state: list[object] = [more, *(part.digest for part in parts)]
    state += [[name, _version(name)] for name in sorted(distributions)]
    state += [[str(_named(path, roots)), _module(path).digest] for path in sorted(modules)]
    found = set(files)
    for root in roots.values():
        if any(path.is_relative_to(root) for path in modules):
            found.update(_data(root))
    state += [[str(_named(path, roots)), digest(path)] for path in sorted(found)]
    return hashlib.sha256(json.dumps(state, sort_keys=True).encode()).hexdigest()


def closure(
    entries: Iterable[Path],
    roots: Mapping[str, Path] = ROOTS,
    follow: Callable[[Path], bool] = lambda path: True,
) -> set[Path]:
    """Return the modules `entries` and all that they import, directly or not, below `roots`.

    `from perceptrons import sigmoid` counts as an import of the module where `sigmoid` is defined,
    not of the whole package: importing a module of it changes nothing elsewhere.

    Args:
        entries: Where to begin.
        roots: The packages that are looked into.
        follow: Whether to go on with a module that another one imports.
    """
    seen: set[Path] = set()
    waiting = list(entries)
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        waiting += filter(follow, _imported(_module(path), roots))
    return seen


def _imported(module: Module, roots: Mapping[str, Path]) -> list[Path]:
    return [
        found
        for level, name, inside in module.imports
        for found in modules_of(_absolute(module.path, level, name, roots), inside, roots)
    ]


def modules_of(module: str, name: str | None, roots: Mapping[str, Path] = ROOTS) -> list[Path]:
    """Return the files behind `import module` or `from module import name`."""
    root, *inner = module.split(".")
    if root not in roots:
        return []
    place = roots[root].joinpath(*inner)
    if inner and place.with_suffix(".py").is_file():
        return [place.with_suffix(".py")]
    if name is not None and (place / f"{name}.py").is_file():
        return [place / f"{name}.py"]
    init = place / "__init__.py"
    if not init.is_file():
        return []
    if name is not None and name in (passed := _module(init).passed):
        return modules_of(_absolute(init, *passed[name], roots), name, roots)
    return [init]


def outline(folder: Path) -> list[str]:
    """Return what the modules of a folder define, apart from what their functions do and say."""
    return [f"{path.name} {_module(path).outline}" for path in sorted(folder.rglob("*.py"))]


def digest(path: Path) -> str:
    """Return the state of a file's bytes, or that it is missing."""
    try:
        state = path.stat()
    except FileNotFoundError:
        return "missing"
    return _digest(path, state.st_mtime_ns, state.st_size)


def keep(path: Path, text: str) -> None:
    """Write `path` in one step, so that two builds at once never read half a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
        file.write(text)
    os.replace(name, path)


_version = lru_cache(version)


@lru_cache(4096)
def _digest(path: Path, _changed: int, _size: int) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _module(path: Path) -> Module:
    state = path.stat()
    return _parsed(path, state.st_mtime_ns, state.st_size)


@lru_cache(4096)
def _parsed(path: Path, _changed: int, _size: int) -> Module:
    return _read(path, ast.parse(path.read_text("utf-8"), str(path)).body)


def _part(part: Part) -> Module:
    state = part.path.stat()
    return _taken(part, state.st_mtime_ns, state.st_size)


@lru_cache(4096)
def _taken(part: Part, _changed: int, _size: int) -> Module:
    """Read the statements of a module that its function `name` needs, directly or not."""
    statements = ast.parse(part.path.read_text("utf-8"), str(part.path)).body
    bound = [_bound(statement) for statement in statements]
    needed = {at for at, names in enumerate(bound) if not names}
    waiting, seen = {part.name}, set[str]()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        for at, names in enumerate(bound):
            if name in names:
                needed.add(at)
                waiting |= _names(statements[at]) - seen
    return _read(part.path, [statements[at] for at in sorted(needed)])


def _bound(statement: ast.stmt) -> set[str]:
    """Return the names that a statement of a module gives something to."""
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).partition(".")[0] for alias in statement.names}
    names = (node for node in ast.walk(statement) if isinstance(node, ast.Name))
    return {name.id for name in names if isinstance(name.ctx, ast.Store)}


def _names(statement: ast.stmt) -> set[str]:
    return {node.id for node in ast.walk(statement) if isinstance(node, ast.Name)}


def _read(path: Path, statements: list[ast.stmt]) -> Module:
    tree = ast.Module(statements, [])
    imports: list[tuple[int, str, str | None]] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imports += [(0, alias.name, None) for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            imports += [(node.level, node.module or "", alias.name) for alias in node.names]
    passed = {
        alias.asname or alias.name: (node.level, node.module or "")
        for node in tree.body
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    outline = json.dumps(_outline(tree))
    for node in ast.walk(tree):
        if isinstance(node, _DOCUMENTED) and ast.get_docstring(node, clean=False) is not None:
            node.body = node.body[1:]
    code = hashlib.sha256(ast.dump(tree).encode()).hexdigest()
    return Module(path, code, outline, tuple(imports), passed)


_DOCUMENTED = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)


def _outline(tree: ast.Module | ast.ClassDef) -> list[object]:
    found: list[object] = []
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            found.append([node.name, ast.get_docstring(node) is not None])
        elif isinstance(node, ast.ClassDef):
            found.append([node.name, [ast.dump(base) for base in node.bases], _outline(node)])
        elif isinstance(node, ast.Import | ast.ImportFrom | ast.Assign | ast.AnnAssign):
            found.append(ast.dump(node))
    return found


def _absolute(path: Path, level: int, module: str, roots: Mapping[str, Path]) -> str:
    """Return the full name of a module that `path` imports, relatively or not."""
    if not level:
        return module
    folder = path.parents[level - 1]
    for name, root in roots.items():
        if folder.is_relative_to(root):
            return ".".join(filter(None, (name, *folder.relative_to(root).parts, module)))
    return module


def _named(path: Path, roots: Mapping[str, Path]) -> Path:
    """Return how a file is called wherever the repository stands."""
    for name, root in roots.items():
        if path.is_relative_to(root):
            return name / path.relative_to(root)
    return Path(*path.parts[-2:])


def _data(folder: Path) -> set[Path]:
    """Return the files of a package that are no modules."""
    return {
        file
        for file in folder.rglob("*")
        if file.is_file() and file.suffix not in (".py", ".pyc") and file.name != "py.typed"
    }
