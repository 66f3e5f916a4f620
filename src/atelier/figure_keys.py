"""What a figure is made from, as one key: it changes when the drawing may change, only then.

The key covers the figure's module, the modules of the package and of the figures' folder that it
imports, directly or not, the package's data, numpy, Matplotlib, the palette and the drawing code.
"""

from __future__ import annotations

import ast
import hashlib
from importlib.metadata import version
from pathlib import Path

from atelier.paths import PALETTE

HERE = Path(__file__).parent
DRAWING_CODE = ("drawing.py", "figure_style.py", "svg.py", "films.py", "figure_worker.py")


def key_of(path: Path, folder: Path, package: Path) -> str:
    """The key of the figures in the module `path`."""
    digest = hashlib.sha256()
    for library in ("numpy", "matplotlib"):
        digest.update(f"{library} {version(library)}\n".encode())
    data = (file for file in package.rglob("*") if _is_data(file))
    drawing = [HERE / name for name in DRAWING_CODE]
    for file in [PALETTE, *drawing, *sorted(data), *sorted(imported(path, folder, package))]:
        digest.update(f"{file.name} {hashlib.sha256(file.read_bytes()).hexdigest()}\n".encode())
    return digest.hexdigest()


def imported(path: Path, folder: Path, package: Path) -> set[Path]:
    """The module itself and all modules of `folder` and `package` that it imports.

    `from perceptrons import sigmoid` counts as an import of the module where `sigmoid` is defined,
    not of the whole package: importing a module of it changes nothing elsewhere.
    """
    roots = {folder.name: folder, package.name: package}
    seen: set[Path] = set()
    waiting = [path]
    while waiting:
        module = waiting.pop()
        if module not in seen:
            seen.add(module)
            waiting += _imports(module, roots)
    return seen


def _is_data(file: Path) -> bool:
    return file.is_file() and file.suffix not in (".py", ".pyc") and file.name != "py.typed"


def _imports(path: Path, roots: dict[str, Path]) -> list[Path]:
    found: list[Path] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"), str(path))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                found += _modules(alias.name, None, roots)
        elif isinstance(node, ast.ImportFrom):
            name = node.module or ""
            if node.level:
                owner = next((root for root in roots.values() if path.is_relative_to(root)), None)
                if owner is None:
                    continue
                name = ".".join(filter(None, (owner.name, name)))
            for alias in node.names:
                found += _modules(name, alias.name, roots)
    return found


def _modules(module: str, name: str | None, roots: dict[str, Path]) -> list[Path]:
    """The files behind `import module` or `from module import name`."""
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
    if name is not None:
        for node in ast.parse(init.read_text("utf-8")).body:
            if isinstance(node, ast.ImportFrom) and node.module:
                names = {alias.asname or alias.name for alias in node.names}
                if name in names:
                    inside = f"{root}.{node.module}" if node.level else node.module
                    return _modules(inside, name, roots)
    return [init]
