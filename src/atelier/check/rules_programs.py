"""Programs on pages, in labs and in figures: the same numbers each time, and no name taken away.

What can only be seen while a block runs (what it prints, writes, and the shapes of its arrays) is
told by `atelier.run.codeblocks`.
"""

from __future__ import annotations

import ast
import builtins
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from atelier.paths import DOCS, PACKAGE
from atelier.problems import Problem
from atelier.read.page import Block, Page

DIGITS = 10  # significant; machines differ from the twelfth on, and readers stop before
GENERATORS = frozenset({"default_rng", "Generator", "SeedSequence", "PCG64", "Philox", "MT19937"})
SEEDS = ("seed", "entropy", "bit_generator")

_FLOAT = re.compile(r"(?<![\w.])-?(\d*)\.(\d+)(?:e[-+]?\d+)?(?![\w.])")
_BUILTINS = frozenset(name for name in dir(builtins) if not name.startswith("_"))


def programs(page: Page, _docs: Path) -> Iterator[Problem]:
    """What each block of a page and each cell of a lab does."""
    for block in page.blocks:
        if block.language == "python":
            yield from _faults(page.path, block.code, block.line - 1)
        elif block.is_output:
            yield from _long_numbers(page, block)


def check_figures(docs: Path = DOCS) -> list[Problem]:
    """Return the same faults of the programs that draw."""
    paths = sorted((docs / "figures").glob("*.py"))
    return [problem for path in paths for problem in _faults(path, path.read_text("utf-8"), 0)]


def _faults(path: Path, code: str, above: int) -> Iterator[Problem]:
    try:
        tree = ast.parse(code)
    except SyntaxError:
        return  # who runs it tells it
    for line, message in _random_weights(tree):
        yield Problem(path, above + line, message)
    for node in ast.walk(tree):
        message = ""
        if isinstance(node, ast.Call):
            message = _unseeded(node)
        elif isinstance(node, ast.ImportFrom) and node.module in ("random", "numpy.random"):
            if strangers := sorted({alias.name for alias in node.names} - GENERATORS):
                message = (
                    f"`{strangers[0]}` draws from a global state; use `np.random.default_rng(0)`"
                )
        elif name := _bound(node):
            message = f"`{name}` hides the `{name}` of Python; take another name"
        if message:
            yield Problem(path, above + getattr(node, "lineno", 1), message)


def _unseeded(call: ast.Call) -> str:
    """Return what is wrong with a call that draws; empty when it is seeded, or does not draw."""
    name = ast.unparse(call.func)
    module, _, last = name.rpartition(".")
    is_global = module == "random" or module in ("np.random", "numpy.random")
    if is_global and last not in GENERATORS:
        return f"`{name}` draws from a global state; write `rng = np.random.default_rng(0)`"
    seeds = [*call.args[:1], *(k.value for k in call.keywords if k.arg in (*SEEDS, None))]
    if last in GENERATORS and all(ast.unparse(seed) == "None" for seed in seeds):
        return f"`{name}()` draws other numbers each time; give it a seed: `{name}(0)`"
    if last == "fit":
        keywords = {keyword.arg for keyword in call.keywords}
        if "batch_size" in keywords and not keywords & {"rng", None}:
            return f"`{name}` draws other batches each time; add `rng=np.random.default_rng(0)`"
    return ""


def _random_weights(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Yield the models and layers that are made without `rng` and used as they are.

    One whose weights are written in the same program, or of which only the shapes are looked at
    (`MultiLayerPerceptron(2, 3, 1).parameters()`), may begin as it likes.
    """
    set_or_used: dict[str, set[bool]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr != "parameters":
            is_set = isinstance(node.ctx, ast.Store) or node.attr in ("W", "b")
            set_or_used.setdefault(ast.unparse(node.value), set()).add(is_set)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Call):
            continue
        call, found = node.value, set_or_used.get(ast.unparse(node.targets[0]), set())
        seeded = any(keyword.arg in ("rng", None) for keyword in call.keywords)
        name = ast.unparse(call.func)
        if name.rpartition(".")[2] in drawing() and not seeded and found == {False}:
            message = f"`{name}` begins with other weights each time; add `rng=…` with a seed"
            yield call.lineno, message


@cache
def drawing(package: Path = PACKAGE) -> frozenset[str]:
    """Return the classes of the package that draw, unseeded when they get no `rng`."""
    return frozenset(
        node.name
        for path in package.glob("*.py")
        for node in ast.parse(path.read_text("utf-8"), str(path)).body
        if isinstance(node, ast.ClassDef) and "default_rng() if rng is None" in ast.unparse(node)
    )


def _bound(node: ast.AST) -> str:
    """Return the name of Python that a node binds, if it does."""
    name = ""
    if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        name = node.id
    elif isinstance(node, ast.FunctionDef | ast.ClassDef):
        name = node.name
    elif isinstance(node, ast.arg):
        name = node.arg
    elif isinstance(node, ast.alias):
        name = node.asname or node.name
    return name if name in _BUILTINS else ""


def _long_numbers(page: Page, block: Block) -> Iterator[Problem]:
    for number, line in enumerate(block.code.split("\n")):
        for match in _FLOAT.finditer(line):
            digits = (match[1] + match[2]).lstrip("0")
            if len(digits) > DIGITS:
                message = (
                    f"{match[0]} has more digits than any two machines agree on; "
                    'print it with a format: f"{x:.4f}"'
                )
                yield Problem(page.path, block.line + number, message)
