"""Which earlier blocks of its page a block needs, recorded while the page runs.

Block and needs, run in the order of the page, must print what the block prints on the page. A
block therefore needs the blocks that bound the names that it reads, and those that have changed
what these names stand for since then (`w[0] = 1`, `net.fit(X, y)`, a draw from a generator): the
state of every value is compared before and after each block, so that an alias hides nothing.
Then it needs what these blocks need. A change of the process itself (print options, warnings,
global random states) is a change of the name `*`, which every block reads.

A value of which no state can be taken (a lambda, an open generator) counts as changed by every
block that reads its name. The names that the block's functions would read, if they were called,
count as read: a reader who copies a function wants to call it.

Imports at the top of a block belong to no block: a script has the imports that it needs, once.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import io
import pickle
import random
import symtable
import types
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

PROCESS = "*"  # the name under which settings of the process stand
PAGE = "<page>"  # the file name of its code, in tracebacks


@dataclass(frozen=True, order=True)
class Import:
    """One name of one import statement, which stands at the top of a script.

    Args:
        module: The module named by the statement.
        name: What is taken from it; empty for `import module`.
        alias: The name after `as`; empty without it.
    """

    module: str
    name: str = ""
    alias: str = ""

    @property
    def bound(self) -> str:
        """The name that the statement binds."""
        return self.alias or self.name or self.module.split(".")[0]


@dataclass(frozen=True)
class Needs:
    """What one block needs, by the numbers of the blocks of its page, from 0.

    Args:
        blocks: The earlier blocks to run first, in order.
        imports: Each import that this block itself reads, with the block where it stands.
        bound: The names that this block binds, but for imports at its top.
    """

    blocks: tuple[int, ...]
    imports: tuple[tuple[int, Import], ...]
    bound: frozenset[str]


class BlockError(Exception):
    """A block that cannot be run: its number on the page, and the line inside it."""

    def __init__(self, block: int, line: int, message: str) -> None:
        super().__init__(message)
        self.block = block
        self.line = line


class _StarImport(Exception):
    """`from module import *` stands on this line of a block."""


class Namespace(dict[str, Any]):
    """The names of a page, which notes what a block reads before it binds it, and what it binds."""

    read: set[str]
    bound: set[str]

    def start(self) -> None:
        """Begin a block."""
        self.read, self.bound = set(), set()

    def __getitem__(self, name: str) -> Any:
        if name not in self.bound:
            self.read.add(name)
        return super().__getitem__(name)

    def __setitem__(self, name: str, value: Any) -> None:
        self.bound.add(name)
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        self.read.add(name)
        self.bound.add(name)
        super().__delitem__(name)

    def states(self) -> dict[str, object]:
        """Return a mark of what each name stands for, and of the process."""
        found = {name: state(value) for name, value in self.items() if not name.startswith("__")}
        legacy = np.random.get_state()  # noqa: NPY002  # a page may show the old way
        process = (np.get_printoptions(), np.geterr(), legacy, random.getstate(), warnings.filters)
        return found | {PROCESS: repr(process)}


class _State(pickle.Pickler):
    """Writes a value down to its last part; functions, classes and modules by their identity."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self._seen: set[int] = set()

    def persistent_id(self, value: Any) -> Any:
        """Return what stands for a value; a function or class of the page has parts that change."""
        if not isinstance(value, types.FunctionType | types.ModuleType | type):
            return None
        parts: list[object] = [id(value)]
        if getattr(value, "__module__", "") == "__main__" and id(value) not in self._seen:
            self._seen.add(id(value))
            parts += [one for name, one in vars(value).items() if not name.startswith("__")]
            if isinstance(value, types.FunctionType):
                parts += [value.__defaults__, value.__kwdefaults__]
                parts += [cell.cell_contents for cell in value.__closure__ or ()]
        return parts


def state(value: object) -> object:
    """Return a mark that changes when the value does; None when nobody can tell."""
    written = io.BytesIO()
    try:
        with warnings.catch_warnings(action="ignore"):
            _State(written).dump(value)
    except Exception:  # what a class says when it cannot be pickled is its own affair
        return None
    return hashlib.sha256(written.getvalue()).digest()


@dataclass
class _Page:
    """The page as far as it has run."""

    names: Namespace = field(default_factory=Namespace)
    made: dict[str, set[int]] = field(default_factory=dict)  # name → blocks that bound or changed
    imports: dict[str, tuple[int, Import]] = field(default_factory=dict)  # name → its statement
    needs: list[Needs] = field(default_factory=list)

    def run(self, number: int, code: str) -> None:
        """Run one block, and note what it needs."""
        try:
            tree = ast.parse(code)
            top = dict(_top_imports(tree))
            table = symtable.symtable(code, PAGE, "exec")
        except SyntaxError as error:
            raise BlockError(number, error.lineno or 1, f"SyntaxError: {error.msg}") from error
        except _StarImport as error:
            message = "import names one by one: a star hides what a block needs"
            raise BlockError(number, error.args[0], message) from error
        before, values = self.names.states(), dict(self.names)
        self.names.start()
        try:
            with contextlib.redirect_stdout(io.StringIO()):
                exec(compile(tree, PAGE, "exec"), self.names)
        except BaseException as error:
            message = f"the block raises {type(error).__name__}: {error}"
            raise BlockError(number, _line(error), message) from error
        # A `global` statement, and a walrus in a comprehension, bind past `__setitem__`.
        nothing = object()
        past = {name for name, one in self.names.items() if values.get(name, nothing) is not one}
        bound = (self.names.bound | past) - top.keys() - {"__builtins__"}
        read = self.names.read | (_read_in_functions(table) - bound)
        direct = {block for name in (*read, PROCESS) for block in self.made.get(name, ())}
        blocks = direct.union(*(self.needs[block].blocks for block in direct)) - {number}
        imports = {self.imports[name] for name in read & self.imports.keys()}
        used = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        imports |= {(number, found) for name, found in top.items() if name in used}
        self.needs.append(Needs(tuple(sorted(blocks)), tuple(sorted(imports)), frozenset(bound)))
        self._note(number, top, read, bound, before)

    def _note(
        self,
        number: int,
        top: dict[str, Import],
        read: set[str],
        bound: set[str],
        before: dict[str, object],
    ) -> None:
        """Note what the block bound and changed, for the blocks below."""
        for name, found in top.items():
            self.made.pop(name, None)
            self.imports[name] = (number, found)
        for name in bound:
            self.made[name] = {number}
            self.imports.pop(name, None)
        for name, mark in self.names.states().items():
            changed = name in read if mark is None else before.get(name, mark) != mark
            if changed and name not in bound and name not in top:
                self.made.setdefault(name, set()).add(number)


def page_needs(codes: Sequence[str]) -> list[Needs]:
    """Run a page and return what each of its blocks needs.

    Args:
        codes: The Python blocks of one page, in order.

    Raises:
        BlockError: A block is no Python, imports `*`, or raises.

    >>> found = page_needs(["x = 1", "y = [x]", "print(2)", "y.append(3)", "print(y)"])
    >>> [needs.blocks for needs in found]
    [(), (0,), (), (0, 1), (0, 1, 3)]
    """
    page = _Page()
    dict.__setitem__(page.names, "__name__", "__main__")
    for number, code in enumerate(codes):
        page.run(number, code)
    return page.needs


def _top_imports(tree: ast.Module) -> list[tuple[str, Import]]:
    """Return what the import statements at the top level of a block bind."""
    found = []
    for node in tree.body:
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        module = "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            if alias.name == "*":
                raise _StarImport(node.lineno)
            name = alias.name if module else ""
            one = Import(module or alias.name, name, alias.asname or "")
            found.append((one.bound, one))
    return found


def _read_in_functions(table: symtable.SymbolTable) -> set[str]:
    """Return the names that the functions of a block take from the page, called or not."""
    found = set()
    for inner in table.get_children():
        found |= {name.get_name() for name in inner.get_symbols() if name.is_global()}
        found |= _read_in_functions(inner)
    return found


def _line(error: BaseException) -> int:
    """Return the line of the block in which an error was raised."""
    lines = []
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == PAGE:
            lines.append(trace.tb_lineno)
        trace = trace.tb_next
    return lines[-1] if lines else 1
