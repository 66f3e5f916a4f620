"""What names stand for: cells that may be shared, and which blocks changed them.

A cell stands for one object that can change. A value is the set of the cells that it may be, or
may show a part of. One cell *owns* another when changing the first may change the second in place
(an array put into a list, or stored as an attribute); it *holds* another when it only sees it (a
model remembers its last samples): a reader of the first then depends on changes of the second.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

ONE_OF_SEVERAL = ".one_of_several"  # the path of a tuple or list of imported functions

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class Kind(IntEnum):
    """What may happen to a value that is handed over: an object changes more easily."""

    DATA = 0  # numbers, texts, arrays: arithmetic gives new ones
    BOX = 1  # lists, tuples, dicts of data: `+` gives one that shares its elements
    OBJECT = 2  # models, iterators, instances, and all that is not known


@dataclass(frozen=True)
class Value:
    """What an expression may give.

    Args:
        kind: See `Kind`.
        cells: The cells that it may be or be a part of; none for what cannot change.
        path: For what was imported or is built in, its dotted name.
    """

    kind: Kind = Kind.DATA
    cells: frozenset[int] = frozenset()
    path: str = ""

    def __or__(self, other: Value) -> Value:
        path = self.path if self.path == other.path else ""
        return Value(max(self.kind, other.kind), self.cells | other.cells, path)

    @property
    def is_name(self) -> bool:
        """Whether it is one imported or built-in thing: a module, a function, a class."""
        return bool(self.path) and not self.path.endswith(ONE_OF_SEVERAL)

    def as_kind(self, kind: Kind) -> Value:
        """Return it under another kind, and no longer as a name to call."""
        return Value(kind, self.cells)


PLAIN = Value()


def union(values: Iterable[Value]) -> Value:
    """Return what may be any of these values."""
    found = list(values)
    result = found[0] if found else PLAIN
    for value in found[1:]:
        result |= value
    return result


@dataclass
class Cell:
    """One object that can change."""

    kind: Kind
    generator: bool = False  # a numpy generator: each draw changes it
    once: bool = False  # an iterator: going through it changes it
    changed: set[int] = field(default_factory=set)  # blocks that may have changed it
    owns: set[int] = field(default_factory=set)
    holds: set[int] = field(default_factory=set)
    function: Function | None = None
    scopes: tuple[Any, ...] = ()  # where a function, or a class, was defined
    defaults: dict[str, Value] = field(default_factory=dict)
    methods: dict[str, Value] | None = None  # of a class of the page

    @property
    def is_written(self) -> bool:
        """Whether it is a function or a class of the page, whose body can be read."""
        return self.function is not None or self.methods is not None


class Heap:
    """All cells of a page, and the block that is being read."""

    def __init__(self) -> None:
        self.cells: list[Cell] = []
        self.block = 0

    def new(self, kind: Kind, shares: Iterable[int] = (), **facts: Any) -> Value:
        """Return the value of a new cell, which may also be one of the cells it shares."""
        self.cells.append(Cell(kind, **facts))
        return Value(kind, frozenset({len(self.cells) - 1, *shares}))

    def reach(self, cells: Iterable[int], *, holds: bool = True) -> set[int]:
        """Return the cells, those that they own, and those that they hold if asked for."""
        found: set[int] = set()
        waiting = list(cells)
        while waiting:
            index = waiting.pop()
            if index not in found:
                found.add(index)
                waiting += self.cells[index].owns
                waiting += self.cells[index].holds if holds else ()
        return found

    def part(self, value: Value, kind: Kind | None = None) -> Value:
        """Return what an element, an attribute or a step through a value may be."""
        cells = frozenset(self.reach(value.cells, holds=False))
        return Value(value.kind if kind is None else kind, cells, value.path)

    def change(self, cells: Iterable[int]) -> None:
        """Record that this block may change these very cells."""
        for index in cells:
            self.cells[index].changed.add(self.block)

    def change_deeply(self, value: Value) -> None:
        """Record that a call may change a value, what it owns, and the objects that it sees."""
        objects = [i for i in self.reach(value.cells) if self.cells[i].kind is Kind.OBJECT]
        owned = self.reach([*value.cells, *objects], holds=False)
        self.change(i for i in owned if self.cells[i].function is None)

    def go_through(self, value: Value) -> None:
        """Record what iterating over a value changes: an iterator, and what it draws from."""
        once = [i for i in value.cells if self.cells[i].once]
        self.change_deeply(Value(Kind.OBJECT, frozenset(once)))

    def own(self, value: Value, parts: Iterable[int]) -> None:
        """Record that a value now has these cells as its parts."""
        for index in value.cells:
            self.cells[index].owns |= set(parts) - {index}

    def hold(self, value: Value, seen: Iterable[int]) -> None:
        """Record that the objects of a value may now see these cells."""
        for index in value.cells:
            if self.cells[index].kind is Kind.OBJECT and not self.cells[index].generator:
                self.cells[index].holds |= set(seen) - {index}

    def generators(self, value: Value) -> frozenset[int]:
        """Return the cells of a value that are random generators."""
        return frozenset(i for i in value.cells if self.cells[i].generator)

    def functions(self, values: Iterable[Value]) -> list[int]:
        """Return the functions of the page that these values may call."""
        cells = [cell for value in values for cell in value.cells]
        return sorted(i for i in self.reach(cells) if self.cells[i].function is not None)
