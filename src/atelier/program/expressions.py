"""What each form of expression gives, reads and changes."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Sequence

from atelier.program.heap import ONE_OF_SEVERAL, PLAIN, Kind, Value, union
from atelier.program.names import DATA_ATTRIBUTE, PURE_MODULES, is_special
from atelier.program.scopes import Names, Scope

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Expressions(Names):
    """Reads expressions; calls and functions are for `Calls`."""

    def __init__(self) -> None:
        super().__init__()
        self.returned: list[list[Value]] = [[]]  # by each call that is being read

    @abstractmethod
    def call(self, node: ast.Call) -> Value:
        """Return what a call gives, and record what it changes."""

    @abstractmethod
    def function(self, node: ast.Lambda) -> Value:
        """Return a new function of the page."""

    def evaluate(self, node: ast.expr | None) -> Value:
        """Return what an expression gives, and record what it reads and changes."""
        match node:
            case None | ast.Constant():
                return PLAIN
            case ast.Name(id=name):
                return self.read(name)
            case ast.Call():
                return self.call(node)
            case ast.Attribute():
                return self.attribute(node)
            case ast.Subscript(value=base, slice=index):
                self.evaluate(index)
                return self.heap.part(self.evaluate(base))
            case ast.BinOp(left=left, op=op, right=right):
                both = self.evaluate(left) | self.evaluate(right)
                return self.arithmetic(both, isinstance(op, ast.Add | ast.Mult))
            case ast.UnaryOp(operand=operand):
                return self.arithmetic(self.evaluate(operand), False)
            case ast.BoolOp(values=values):
                return union([self.evaluate(value) for value in values])
            case ast.IfExp(test=test, body=body, orelse=orelse):
                self.evaluate(test)
                return self.evaluate(body) | self.evaluate(orelse)
            case ast.List(elts=parts) | ast.Tuple(elts=parts) | ast.Set(elts=parts):
                return self.box(parts)
            case ast.Dict(keys=keys, values=parts):
                return self.box([*(key for key in keys if key is not None), *parts])
            case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
                return self.comprehension(node)
            case ast.NamedExpr(target=target, value=inner):
                value = self.evaluate(inner)
                self.bind_outside(target.id, value)
                return value
            case ast.Lambda():
                return self.function(node)
            case ast.Starred(value=inner):
                value = self.evaluate(inner)
                self.heap.go_through(value)
                return self.heap.part(value)
            case ast.Await(value=inner):
                return self.evaluate(inner)
            case ast.Yield(value=given) | ast.YieldFrom(value=given):
                self.returned[-1].append(self.evaluate(given))
                return PLAIN
        for child in ast.iter_child_nodes(node):  # comparisons, f-strings, slices
            if isinstance(child, ast.expr):
                self.evaluate(child)
        return self.heap.new(Kind.DATA) if isinstance(node, ast.Compare) else PLAIN

    def attribute(self, node: ast.Attribute) -> Value:
        """Return what an attribute may be: a name of a module, or a part of an object."""
        base = self.evaluate(node.value)
        if base.is_name:
            return Value(base.kind, base.cells, f"{base.path}.{node.attr}")
        kind = base.kind
        if DATA_ATTRIBUTE.fullmatch(node.attr) and kind is Kind.OBJECT:
            kind = Kind.DATA
        return self.heap.part(base, kind)

    def arithmetic(self, both: Value, keeps_parts: bool) -> Value:
        """Return what an operator gives: a new value, which for objects sees its operands."""
        if both.kind is Kind.OBJECT or (both.kind is Kind.BOX and keeps_parts):
            return self.heap.new(both.kind, both.cells)
        return self.heap.new(Kind.DATA)

    def box(self, parts: Sequence[ast.expr]) -> Value:
        """Return a list, tuple, set or dict: it shares its parts, and so does what takes them."""
        values = [self.evaluate(part) for part in parts]
        inside = union(values)
        box = self.heap.new(max(Kind.BOX, inside.kind), inside.cells)
        called = {value.path for value in values if value.path}
        roots = {path.split(".")[0] for path in called}
        plain = all(value.path or not value.cells for value in values)
        if plain and len(roots) == 1 and not any(map(is_special, called)):
            return Value(box.kind, box.cells, roots.pop() + ONE_OF_SEVERAL)
        return box

    def comprehension(self, node: Comprehension) -> Value:
        """Return what a comprehension collects, with names of its own."""
        self.scopes.append(Scope("comprehension"))
        for part in node.generators:
            self.step(part.target, self.evaluate(part.iter))
            for test in part.ifs:
                self.evaluate(test)
        if isinstance(node, ast.DictComp):
            inside = self.evaluate(node.key) | self.evaluate(node.value)
        else:
            inside = self.evaluate(node.elt)
        self.scopes.pop()
        kind = max(Kind.BOX, inside.kind)
        return self.heap.new(kind, inside.cells, once=isinstance(node, ast.GeneratorExp))

    def step(self, target: ast.expr, values: Value) -> None:
        """Bind the target of a loop to one of the values that it goes through."""
        self.heap.go_through(values)
        self.assign(target, self.heap.part(values))

    def bind_outside(self, name: str, value: Value) -> None:
        """Bind the name of a walrus: not in a comprehension, but around it."""
        inner: list[Scope] = []
        while self.scopes[-1].kind == "comprehension":
            inner.append(self.scopes.pop())
        self.bind(name, value)
        self.scopes += reversed(inner)

    def assign(self, target: ast.expr, value: Value) -> None:
        """Bind a target, or change what it is a part of."""
        match target:
            case ast.Name(id=name):
                self.bind(name, value)
            case ast.Starred(value=inner):
                self.assign(inner, value.as_kind(max(Kind.BOX, value.kind)))
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                self.heap.go_through(value)
                for part in parts:
                    self.assign(part, self.heap.part(value))
            case ast.Attribute(value=base):
                self.store(self.evaluate(base), value)
            case ast.Subscript(value=base, slice=index):
                self.evaluate(index)
                self.store(self.evaluate(base), value)

    def store(self, base: Value, value: Value) -> None:
        """Record that a part of a value is replaced, or set."""
        if base.is_name and base.path.split(".")[0] not in PURE_MODULES:
            self.heap.change(self.settings.cells)  # plt.rcParams["…"] = …, os.environ["…"] = …
        self.heap.change(base.cells)
        self.heap.own(base, value.cells)
