"""The functions and classes of a page: their bodies are read at each call, with what it gives."""

from __future__ import annotations

import ast
from abc import abstractmethod
from collections.abc import Sequence

from atelier.program.calls import Arguments, Calls
from atelier.program.heap import PLAIN, Function, Kind, Value, union
from atelier.program.scopes import Scope, free_names


class Functions(Calls):
    """Makes functions and classes, and enters them."""

    def __init__(self) -> None:
        super().__init__()
        self._running: list[int] = []

    @abstractmethod
    def body(self, statements: Sequence[ast.stmt]) -> None:
        """Read statements in the present scope."""

    def function(self, node: Function) -> Value:
        """Return a new function of the page, which needs what it names already."""
        outside = tuple(scope for scope in self.scopes if scope.kind != "class")
        made = self.heap.new(
            Kind.DATA, function=node, scopes=outside, defaults=self.defaults(node.args)
        )
        for name in sorted(free_names(node)):
            if self.lookup(name, outside) is not None:
                self.read(name)
        return made

    def defaults(self, parameters: ast.arguments) -> dict[str, Value]:
        """Read the defaults of parameters, where the function is defined."""
        positional = [*parameters.posonlyargs, *parameters.args]
        first = len(positional) - len(parameters.defaults)
        pairs: list[tuple[ast.arg, ast.expr | None]] = [
            *zip(positional[first:], parameters.defaults, strict=True),
            *zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True),
        ]
        return {parameter.arg: self.evaluate(default) for parameter, default in pairs if default}

    def make_class(self, node: ast.ClassDef) -> Value:
        """Return a new class of the page."""
        bases = [self.evaluate(base) for base in node.bases]
        for keyword in node.keywords:
            self.evaluate(keyword.value)
        self.scopes.append(Scope("class"))
        self.body(node.body)
        inside = self.scopes.pop().names
        methods: dict[str, Value] = {}
        for base in bases:
            for index in base.cells:
                methods |= self.heap.cells[index].methods or {}
        methods |= {name: binding.value for name, binding in inside.items()}
        seen = union([*bases, *methods.values()]).cells
        return self.heap.new(Kind.DATA, methods=methods, holds=set(seen))

    def enter(self, index: int, arguments: Arguments) -> Value:
        """Read the body of a function of the page, or make an instance of a class of it."""
        cell = self.heap.cells[index]
        if cell.methods is not None:
            return self.instance(index, cell.methods, arguments)
        if cell.function is None or index in self._running:
            return self.heap.new(Kind.OBJECT, union(arguments.all).cells)
        node, given = cell.function, union(arguments.all)
        outside, self.scopes = self.scopes, [*cell.scopes, Scope("call")]
        self._running.append(index)
        self.returned.append([])
        self.bind_parameters(node.args, arguments, cell.defaults)
        if isinstance(node, ast.Lambda):
            self.returned[-1].append(self.evaluate(node.body))
        else:
            self.body(node.body)
        result = union(self.returned.pop())
        self._running.pop()
        self.scopes = outside
        if any(isinstance(part, ast.Yield | ast.YieldFrom) for part in ast.walk(node)):
            held = {*given.cells, index}
            return self.heap.new(Kind.OBJECT, result.cells, once=True, holds=held)
        return result

    def instance(self, index: int, methods: dict[str, Value], arguments: Arguments) -> Value:
        """Return an instance of a class of the page: it may keep what it is given."""
        made = self.heap.new(Kind.OBJECT)
        given = union(arguments.all).cells
        self.heap.hold(made, {index, *given})
        with_self = Arguments([made, *arguments.positional], arguments.by_name, arguments.exact)
        starts = [methods[name] for name in ("__init__", "__post_init__") if name in methods]
        for start in starts:
            for method in sorted(start.cells):
                self.enter(method, with_self)
        if "__init__" not in methods:  # a dataclass stores its arguments
            self.heap.own(made, given)
        return made

    def bind_parameters(
        self, parameters: ast.arguments, arguments: Arguments, defaults: dict[str, Value]
    ) -> None:
        """Bind each parameter to what the call gives it, or to all that it may be."""
        positional = [*parameters.posonlyargs, *parameters.args]
        several = [parameter for parameter in (parameters.vararg, parameters.kwarg) if parameter]
        anything = union(arguments.all)
        for place, parameter in enumerate([*positional, *parameters.kwonlyargs]):
            if not arguments.exact:
                value = anything | defaults.get(parameter.arg, PLAIN)
            elif place < min(len(arguments.positional), len(positional)):
                value = arguments.positional[place]
            else:
                default = defaults.get(parameter.arg, PLAIN)
                value = arguments.by_name.get(parameter.arg, default)
            self.bind(parameter.arg, value)
        for parameter in several:
            box = self.heap.new(max(Kind.BOX, anything.kind), anything.cells)
            self.bind(parameter.arg, box)
