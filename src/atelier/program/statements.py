"""What each statement binds, reads and changes, block after block of a page."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from atelier.program.functions import Functions
from atelier.program.heap import Kind, Value
from atelier.program.scopes import Import, State


class StarImport(Exception):
    """`from module import *`: nobody can tell what it binds."""

    def __init__(self, line: int) -> None:
        super().__init__("import names one by one: a star hides what a block needs")
        self.line = line


class Statements(Functions):
    """Reads the blocks of a page in their order."""

    def read_block(self, tree: ast.Module, number: int) -> None:
        """Read one block; `needs`, `imports` and `bound` then tell about it."""
        self.heap.block = number
        self.needs, self.imports, self.bound = set(), set(), set()
        self.see([*self.settings.cells, *self.everything.cells])
        self.body(tree.body, at_top=True)
        self.needs.discard(number)

    def body(self, statements: Sequence[ast.stmt], at_top: bool = False) -> None:
        """Read statements in the present scope."""
        for statement in statements:
            self.statement(statement, at_top)

    def statement(self, node: ast.stmt, at_top: bool = False) -> None:
        """Read one statement."""
        match node:
            case ast.Import() | ast.ImportFrom():
                self.import_names(node, at_top)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self.decorate(node.decorator_list)
                self.bind(name, self.function(node))
            case ast.ClassDef(name=name):
                self.decorate(node.decorator_list)
                self.bind(name, self.make_class(node))
            case ast.Assign(targets=targets, value=value):
                self.assign_each(targets, value)
            case ast.AnnAssign(target=target, value=value, annotation=annotation):
                self.evaluate(annotation)
                if value is not None:
                    self.assign_each([target], value)
            case ast.AugAssign(target=target, value=value):
                self.augment(target, self.evaluate(value))
            case ast.Delete(targets=targets):
                for gone in targets:
                    self.delete(gone)
            case ast.Return(value=value):
                self.returned[-1].append(self.evaluate(value))
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                where = "global" if isinstance(node, ast.Global) else "nonlocal"
                self.scopes[-1].elsewhere |= dict.fromkeys(names, where)
            case ast.If(test=test):
                self.evaluate(test)
                self.branches([lambda: self.body(node.body), lambda: self.body(node.orelse)])
            case ast.For() | ast.AsyncFor() | ast.While():
                self.loop(node)
            case ast.With(items=items) | ast.AsyncWith(items=items):
                self.manage(items, node.body)
            case ast.Try() | ast.TryStar():
                self.attempt(node)
            case ast.Match(subject=subject):
                matched = self.evaluate(subject)
                self.branches([*(self.case(case, matched) for case in node.cases), lambda: None])
            case _:  # an expression, assert, raise, pass, break, continue
                for child in ast.iter_child_nodes(node):
                    if isinstance(child, ast.expr):
                        self.evaluate(child)

    def import_names(self, node: ast.Import | ast.ImportFrom, at_top: bool) -> None:
        """Bind what an import statement binds; at the top of a block it belongs to no block."""
        module = "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        for alias in node.names:
            if alias.name == "*":
                raise StarImport(node.lineno)
            name = alias.name if module else ""
            found = Import(module or alias.name, name, alias.asname or "")
            self.bind(found.bound, Value(path=found.path), found if at_top else None)

    def decorate(self, decorators: Sequence[ast.expr]) -> None:
        """Read decorators: what they give is taken to do what the function does."""
        for decorator in decorators:
            self.evaluate(decorator)

    def assign_each(self, targets: Sequence[ast.expr], source: ast.expr) -> None:
        """Assign to each target; `a, b = x, y` pairs them."""
        value = None
        for target in targets:
            if isinstance(source, ast.Tuple) and isinstance(target, ast.Tuple):
                parts = [*target.elts, *source.elts]
                starred = any(isinstance(part, ast.Starred) for part in parts)
                if len(source.elts) == len(target.elts) and not starred and len(targets) == 1:
                    values = [self.evaluate(part) for part in source.elts]
                    for part, given in zip(target.elts, values, strict=True):
                        self.assign(part, given)
                    continue
            value = self.evaluate(source) if value is None else value
            self.assign(target, value)

    def augment(self, target: ast.expr, value: Value) -> None:
        """Read `target op= value`: an array or a list is changed in place, a number is replaced."""
        if isinstance(target, ast.Name):
            old = self.read(target.id)
            self.heap.change(old.cells)
            self.heap.own(old, value.cells if value.kind is not Kind.DATA else ())
            self.bind(target.id, old if old.cells else self.arithmetic(old | value, True))
        else:
            self.evaluate(target)
            self.assign(target, value)
            inner = target.value if isinstance(target, ast.Attribute | ast.Subscript) else None
            self.heap.change(self.heap.part(self.evaluate(inner)).cells)

    def delete(self, target: ast.expr) -> None:
        """Forget a name, or take a part away."""
        match target:
            case ast.Name(id=name):
                self.read(name)
                self.scopes[-1].names.pop(name, None)
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                for part in parts:
                    self.delete(part)
            case ast.Attribute(value=base) | ast.Subscript(value=base):
                self.heap.change(self.evaluate(base).cells)

    def branches(self, ways: Sequence[Callable[[], None]]) -> None:
        """Read ways of which one is gone; afterwards a name may be what any of them made it."""
        before = self.save()
        ends: list[State] = []
        for way in ways:
            self.restore(before)
            way()
            ends.append(self.save())
        self.restore(ends[0])
        for end in ends[1:]:
            self.join(end)

    def loop(self, node: ast.For | ast.AsyncFor | ast.While) -> None:
        """Read a loop twice (what one turn leaves, the next one finds)."""
        values = self.evaluate(node.iter) if not isinstance(node, ast.While) else None
        before = self.save()
        for _ in range(2):
            if values is not None and not isinstance(node, ast.While):
                self.step(node.target, values)
            else:
                self.evaluate(node.test if isinstance(node, ast.While) else None)
            self.body(node.body)
            after = self.save()
            self.join(before)
        if not isinstance(node, ast.While) and runs_at_least_once(node):
            self.restore(after)
        self.body(node.orelse)

    def manage(self, items: Sequence[ast.withitem], body: Sequence[ast.stmt]) -> None:
        """Read a `with`: what `catch_warnings` puts back is not changed for later blocks."""
        settings = {i: set(self.heap.cells[i].changed) for i in self.settings.cells}
        for item in items:
            value = self.evaluate(item.context_expr)
            if item.optional_vars is not None:
                self.assign(item.optional_vars, value)
        self.body(body)
        names = {ast.unparse(item.context_expr).split("(")[0].split(".")[-1] for item in items}
        if "catch_warnings" in names:
            for index, changed in settings.items():
                self.heap.cells[index].changed = changed

    def attempt(self, node: ast.Try | ast.TryStar) -> None:
        """Read a `try`: its body may stop anywhere."""
        before = self.save()
        self.body(node.body)
        self.body(node.orelse)
        whole = self.save()
        self.join(before)
        broken = self.save()
        ends = [whole]
        for handler in node.handlers:
            self.restore(broken)
            self.evaluate(handler.type)
            if handler.name:
                self.bind(handler.name, self.heap.new(Kind.DATA))
            self.body(handler.body)
            ends.append(self.save())
        self.restore(ends[0])
        for end in ends[1:]:
            self.join(end)
        self.body(node.finalbody)

    def case(self, case: ast.match_case, value: Value) -> Callable[[], None]:
        """Return the way through one case of a `match`."""

        def way() -> None:
            for node in ast.walk(case.pattern):
                match node:
                    case ast.MatchAs(name=str(name)) | ast.MatchStar(name=str(name)):
                        self.bind(name, self.heap.part(value))
                    case ast.MatchMapping(rest=str(name)):
                        self.bind(name, self.heap.part(value))
                    case ast.MatchValue(value=wanted) | ast.MatchClass(cls=wanted):
                        self.evaluate(wanted)
            self.evaluate(case.guard)
            self.body(case.body)

        return way


def runs_at_least_once(node: ast.For | ast.AsyncFor) -> bool:
    """Whether a loop surely reaches the end of its body: a literal sequence, a constant range."""
    jumps = (ast.Break, ast.Continue, ast.Return)
    if any(isinstance(part, jumps) for child in node.body for part in ast.walk(child)):
        return False
    match node.iter:
        case ast.Tuple(elts=[_, *_]) | ast.List(elts=[_, *_]):
            return True
        case ast.Constant(value=str(text)):
            return bool(text)
        case ast.Call(func=ast.Name(id="range"), args=args):
            numbers = [arg.value for arg in args if isinstance(arg, ast.Constant)]
            whole = [number for number in numbers if isinstance(number, int)]
            return len(whole) == len(args) and len(range(*whole)) > 0
        case ast.Call(func=ast.Name(id="enumerate" | "zip"), args=[first]):
            return isinstance(first, ast.Tuple | ast.List) and bool(first.elts)
    return False
