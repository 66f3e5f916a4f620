"""What a call gives, and what it changes: by the tables of `names`, or by reading its body."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field

from atelier.program import names
from atelier.program.expressions import Expressions
from atelier.program.heap import PLAIN, Kind, Value, union


@dataclass
class Arguments:
    """What a call hands over."""

    positional: list[Value] = field(default_factory=list)
    by_name: dict[str, Value] = field(default_factory=dict)
    exact: bool = True  # no `*` and no `**`: each one is known by its place

    @property
    def all(self) -> list[Value]:
        """Return them all."""
        return [*self.positional, *self.by_name.values()]


class Calls(Expressions):
    """Reads calls, and the bodies of the functions of the page at each call."""

    def __init__(self) -> None:
        super().__init__()
        self._modules: dict[str, Value] = {}

    @abstractmethod
    def enter(self, index: int, arguments: Arguments) -> Value:
        """Read the body of a function of the page, or make an instance of a class of it."""

    def call(self, node: ast.Call) -> Value:
        """Return what a call gives, and record what it changes."""
        callee = node.func
        arguments = self.arguments(node)
        if isinstance(callee, ast.Attribute):
            receiver = self.evaluate(callee.value)
            if not receiver.is_name:
                return self.method(receiver, callee.attr, arguments)
        value = self.evaluate(callee)
        if value.path:
            return self.known(value.path, arguments)
        written = [i for i in sorted(value.cells) if self.heap.cells[i].is_written]
        if written:
            if len(written) < len(value.cells):  # functools.partial: it brings arguments of its own
                arguments = Arguments([value, *arguments.all], exact=False)
            return union([self.enter(index, arguments) for index in written])
        if value.cells and value.kind is Kind.DATA:  # np.polynomial.Polynomial, …
            return self.heap.new(Kind.DATA, union(arguments.all).cells)
        return self.unknown([value, *arguments.all])

    def arguments(self, node: ast.Call) -> Arguments:
        """Read the arguments of a call."""
        found = Arguments()
        for part in node.args:
            found.exact &= not isinstance(part, ast.Starred)
            found.positional.append(self.evaluate(part))
        for number, keyword in enumerate(node.keywords):
            found.exact &= keyword.arg is not None
            found.by_name[keyword.arg or f"**{number}"] = self.evaluate(keyword.value)
        return found

    def unknown(self, values: Sequence[Value]) -> Value:
        """Call what nothing is known of: it may change all that it is given, and give it back."""
        for value in values:
            self.heap.change_deeply(value)
            self.heap.hold(value, union(values).cells)
        self.call_back(values)
        return self.heap.new(Kind.OBJECT, union(values).cells, once=True)

    def call_back(self, values: Sequence[Value]) -> None:
        """Read the functions that a call was given: it may call them, with what it was given."""
        everything = union(values).as_kind(Kind.OBJECT)
        for index in self.heap.functions(values):
            before = self.save()
            self.enter(index, Arguments([everything], exact=False))
            self.join(before)  # it may also not call them

    def known(self, path: str, arguments: Arguments) -> Value:
        """Call something imported or built in."""
        root, *_, name = path.split(".")
        values = arguments.all
        generators = union([Value(cells=self.heap.generators(value)) for value in values])
        if path in names.GENERATORS or (root == "numpy" and name in names.SEEDS):
            return self.heap.new(Kind.OBJECT, generator=True)
        self.heap.change(generators.cells)
        if root == "perceptrons":
            return self.ours(path, arguments)
        if root == "numpy":
            return self.numpy(path, name, arguments)
        if root in names.FILE_MODULES or path == "builtins.open":
            self.see(self.files.cells)
            self.heap.change(self.files.cells)
        if root in names.SETTING_MODULES and name != "catch_warnings":
            self.heap.change(self.settings.cells)
        if root not in names.PURE_MODULES:
            module = Value(Kind.OBJECT, self.module(root).cells)
            self.see(module.cells)
            return self.unknown([module, *values])
        return self.pure(path, name, values)

    def pure(self, path: str, name: str, values: Sequence[Value]) -> Value:
        """Call a builtin, or a function of a module that changes nothing it is given."""
        if path.startswith("builtins.") and name in names.PLAIN_BUILTINS:
            for value in values if name in ("any", "all") else ():
                self.heap.go_through(value)
            return PLAIN
        if path.startswith("builtins.") and name in names.CHANGING_BUILTINS:
            for value in values[:1]:
                self.heap.change_deeply(value)
                self.heap.own(value, union(values[1:]).cells)
            return self.heap.part(union(values))
        self.call_back(values)
        for value in values:
            self.heap.go_through(value)
        if path == "copy.deepcopy":
            return self.heap.new(union(values).kind)
        once = name in names.ITERATORS or path.startswith("itertools.")
        parts = self.heap.part(union(values))
        kind = max(Kind.BOX, parts.kind) if values else Kind.BOX
        box = self.heap.new(kind, parts.cells, once=once)
        path = parts.path if name in names.ITERATORS | {"list", "tuple", "sorted"} else ""
        return Value(kind, box.cells, path)

    def ours(self, path: str, arguments: Arguments) -> Value:
        """Call something of `perceptrons`."""
        values, name = arguments.all, path.split(".")[-1]
        self.call_back(values)
        for value in values:
            self.heap.go_through(value)
        generators = frozenset(i for value in values for i in self.heap.generators(value))
        if any(part[:1].isupper() for part in path.split(".")):  # a class, or a method of one
            made = self.heap.new(Kind.OBJECT)
            kept = union(values).cells
            self.heap.hold(made, kept if name in names.KEEPS_GENERATOR else kept - generators)
            return made
        if name in names.CHANGES_MODEL:
            for value in values:
                if value.kind is Kind.OBJECT:
                    self.heap.change_deeply(value)
                    self.heap.hold(value, union(values).cells - generators)
        if name in names.GIVES_ITERATOR:
            return self.heap.new(
                Kind.OBJECT, union(values).cells - generators, once=True, holds=set(generators)
            )
        data = [value for value in values if value.kind is not Kind.OBJECT]
        kind = Kind.OBJECT if name in names.GIVES_OBJECT else Kind.DATA
        return self.heap.new(kind, union(data).cells)

    def numpy(self, path: str, name: str, arguments: Arguments) -> Value:
        """Call something of numpy."""
        values = arguments.all
        if path.startswith("numpy.random."):  # the generator that the whole process shares
            shared = self.module("numpy.random")
            self.see(shared.cells)
            self.heap.change(shared.cells)
            if name in names.NUMPY_IN_PLACE:
                self.heap.change(union(values).cells)
            return self.heap.new(Kind.DATA)
        if name in names.NUMPY_SETTINGS:
            self.heap.change(self.settings.cells)
        if names.NUMPY_FILES.match(path):
            self.see(self.files.cells)
            self.heap.change(self.files.cells)
        if name in names.NUMPY_IN_PLACE:
            self.heap.change(union(arguments.positional[:1]).cells)
        out = arguments.by_name.get("out", PLAIN)
        self.heap.change(out.cells)
        self.call_back(values)
        if name in names.NUMPY_KEEPS_FUNCTION:
            return self.heap.new(Kind.OBJECT, union(values).cells)
        if name in names.NUMPY_FRESH and arguments.by_name.keys().isdisjoint({"out", "copy"}):
            return self.heap.new(Kind.DATA)
        return self.heap.new(Kind.DATA, union(values).cells)  # perhaps a view of an argument

    def method(self, receiver: Value, name: str, arguments: Arguments) -> Value:
        """Call a method."""
        values = arguments.all
        classes = [self.heap.cells[i].methods for i in sorted(self.heap.reach(receiver.cells))]
        written = [methods[name] for methods in classes if methods and name in methods]
        if written:
            given = Arguments([receiver, *arguments.positional], arguments.by_name, arguments.exact)
            cells = sorted({i for value in written for i in value.cells})
            return union([self.enter(index, given) for index in cells])
        self.call_back([*values, receiver] if receiver.kind is Kind.OBJECT else values)
        for value in values:
            self.heap.change(self.heap.generators(value))
            self.heap.go_through(value)
        self.heap.change(self.heap.generators(receiver))
        if receiver.cells and receiver.cells == self.heap.generators(receiver):
            if name in names.CHANGES_ARGUMENTS or "out" in arguments.by_name:
                self.heap.change(union(values).cells)
            drawn = Kind.OBJECT if name == "spawn" else Kind.DATA
            return self.heap.new(drawn, generator=name == "spawn")
        self.heap.change(arguments.by_name.get("out", PLAIN).cells)
        if receiver.kind is Kind.OBJECT and name not in names.PURE_OBJECT_METHODS:
            self.heap.change_deeply(receiver)
            self.heap.hold(receiver, union(values).cells)
        elif receiver.cells and name not in names.PURE_METHODS:
            self.heap.change(receiver.cells)
            self.heap.own(receiver, union(values).cells)
        if receiver.cells and name in names.CHANGES_ARGUMENTS:
            for value in values:
                self.heap.change_deeply(value)
        return self.result(receiver, name)

    def result(self, receiver: Value, name: str) -> Value:
        """Return what a method that is not written on the page gives."""
        if receiver.kind is Kind.OBJECT:
            by_table = names.FRESH_METHODS & names.PURE_OBJECT_METHODS
            if name in by_table:
                return self.heap.new(Kind.DATA)
            kind = Kind.DATA if name in names.DATA_METHODS - {"copy"} else Kind.OBJECT
            return self.heap.part(receiver, kind)
        if receiver.kind is Kind.DATA and name in names.FRESH_METHODS:
            return self.heap.new(Kind.DATA)
        if not receiver.cells:  # of a text: perhaps a list, as `split` gives
            return self.heap.new(Kind.BOX)
        return self.heap.part(receiver)

    def module(self, root: str) -> Value:
        """Return the cell of what a module remembers between calls (its global generator, …)."""
        if root not in self._modules:
            self._modules[root] = self.heap.new(Kind.OBJECT)
        return self._modules[root]
