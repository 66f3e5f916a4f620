"""Names, where they are bound, and what reading one of them makes a block need."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from atelier.program.heap import Heap, Value
from atelier.program.names import EVERYTHING


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

    @property
    def path(self) -> str:
        """The dotted name of what it binds."""
        if self.name:
            return f"{self.module}.{self.name}"
        return self.module if self.alias else self.module.split(".")[0]


@dataclass(frozen=True)
class Binding:
    """What a name stands for, and which blocks (or imports at the top) made it so."""

    value: Value
    blocks: frozenset[int] = frozenset()
    imports: frozenset[tuple[int, Import]] = frozenset()  # with the block of the statement

    def __or__(self, other: Binding) -> Binding:
        return Binding(
            self.value | other.value, self.blocks | other.blocks, self.imports | other.imports
        )


@dataclass
class Scope:
    """The names of the page, of a call, of a class body or of a comprehension."""

    kind: str
    names: dict[str, Binding] = field(default_factory=dict)
    elsewhere: dict[str, str] = field(default_factory=dict)  # declared global or nonlocal


State = list[dict[str, Binding]]  # what all names stood for at some moment


class Names:
    """The page so far, and what the block being read needs."""

    def __init__(self) -> None:
        self.heap = Heap()
        self.page = Scope("page")
        self.scopes: list[Scope] = [self.page]
        self.needs: set[int] = set()
        self.imports: set[tuple[int, Import]] = set()
        self.bound: set[str] = set()  # by this block, but for imports at its top
        self.settings = self.heap.new(Value().kind)  # of the process: print options, warnings
        self.files = self.heap.new(Value().kind)
        self.everything = self.heap.new(Value().kind)  # changed by exec and its like
        self._seeing: set[int] = set()

    def lookup(self, name: str, scopes: Iterable[Scope]) -> Binding | None:
        """Return what a name stands for, from the innermost scope outwards."""
        chain = list(scopes)
        for depth, scope in enumerate(reversed(chain)):
            if scope.kind == "class" and depth:
                continue  # the names of a class body are not those of its methods
            if scope.elsewhere.get(name) == "global":
                return self.page.names.get(name)
            if name in scope.names:
                return scope.names[name]
        return None

    def read(self, name: str) -> Value:
        """Return what a name stands for, and need what made it so."""
        binding = self.lookup(name, self.scopes)
        if binding is not None:
            self.use(binding)
            return binding.value
        if name in EVERYTHING:
            self.needs |= set(range(self.heap.block))
            self.heap.change(self.everything.cells)
        return Value(path=f"builtins.{name}") if hasattr(builtins, name) else Value()

    def use(self, binding: Binding) -> None:
        """Need what bound a name, and what has changed what it stands for since."""
        self.needs |= binding.blocks
        self.imports |= binding.imports
        self.see(binding.value.cells)

    def see(self, cells: Iterable[int]) -> None:
        """Need the blocks that may have changed these cells, or what their functions read."""
        for index in self.heap.reach(cells):
            cell = self.heap.cells[index]
            self.needs |= cell.changed
            if cell.function is not None and index not in self._seeing:
                self._seeing.add(index)
                for name in free_names(cell.function):
                    binding = self.lookup(name, cell.scopes)
                    if binding is not None:
                        self.use(binding)
                self._seeing.discard(index)

    def bind(self, name: str, value: Value, imported: Import | None = None) -> None:
        """Let a name stand for a value, in the scope where Python would bind it."""
        scope = self.scopes[-1]
        where = scope.elsewhere.get(name)
        if where == "global":
            scope = self.page
        elif where == "nonlocal":
            outer = [s for s in self.scopes[:-1] if name in s.names and s.kind == "call"]
            scope = outer[-1] if outer else self.page
        if scope is not self.page:
            scope.names[name] = Binding(value)
        elif imported is not None:
            scope.names[name] = Binding(value, imports=frozenset({(self.heap.block, imported)}))
        else:
            scope.names[name] = Binding(value, blocks=frozenset({self.heap.block}))
            self.bound.add(name)

    def save(self) -> State:
        """Return what all names stand for now."""
        return [dict(scope.names) for scope in self.scopes]

    def restore(self, state: State) -> None:
        """Go back to such a moment."""
        for scope, names in zip(self.scopes, state, strict=True):
            scope.names = dict(names)

    def join(self, state: State) -> None:
        """Let each name be what it is now, or what it was at another moment."""
        for scope, names in zip(self.scopes, state, strict=True):
            for name, binding in names.items():
                now = scope.names.get(name)
                scope.names[name] = binding if now is None else now | binding


def free_names(function: ast.AST) -> set[str]:
    """Return the names that a function may take from around it."""
    return {
        node.id
        for node in _inside(function)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)
    } - local_names(function)


def local_names(function: ast.AST) -> set[str]:
    """Return the names that belong to a function: parameters, and what it binds."""
    found: set[str] = set()
    declared: set[str] = set()
    for node in _inside(function):
        match node:
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.arg(arg=name) | ast.ExceptHandler(name=str(name)):
                found.add(name)
            case ast.alias(name=name, asname=alias):
                found.add(alias or name.split(".")[0])
            case ast.FunctionDef(name=name) | ast.ClassDef(name=name) if node is not function:
                found.add(name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                declared |= set(names)
    return found - declared


def _inside(function: ast.AST) -> Iterator[ast.AST]:
    """Go through a function, without its decorators and defaults: they belong around it."""
    if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda):
        body = function.body if isinstance(function.body, list) else [function.body]
        yield from (node for part in [function.args, *body] for node in ast.walk(part))
    else:
        yield from ast.walk(function)
