"""What the tables of `atelier.program.names` say of the package is what its annotations say."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap

import perceptrons
from atelier.program import names

PLAIN = set(
    [
        *("Array", "ArrayLike", "Labels", "npt", "NDArray", "_X", "_Y", "Sequence", "Literal"),
        *("float", "int", "bool", "str", "None", "tuple", "list", "Any"),
        *("np", "random", "Generator", "Callable", "Callback"),  # treated as what they are
    ]
)


def public(kind: type[ast.FunctionDef] | type[ast.ClassDef]) -> dict[str, ast.AST]:
    """Return the syntax trees of the public functions, or classes, of the package."""
    things = {name: getattr(perceptrons, name) for name in perceptrons.__all__}
    trees = {
        name: ast.parse(textwrap.dedent(inspect.getsource(thing))).body[0]
        for name, thing in things.items()
        if inspect.isfunction(thing) or inspect.isclass(thing)
    }
    return {name: tree for name, tree in trees.items() if isinstance(tree, kind)}


def words(annotation: ast.expr | None) -> set[str]:
    return set(re.findall(r"\w+", ast.unparse(annotation))) if annotation else set()


def test_only_these_functions_take_a_model_and_change_it() -> None:
    taking = {
        name
        for name, node in public(ast.FunctionDef).items()
        for part in ast.walk(node)
        if isinstance(part, ast.arg) and words(part.annotation) - PLAIN
    }
    assert taking == names.CHANGES_MODEL - names.IN_PLACE


def test_only_these_functions_say_that_they_change_an_array() -> None:
    told = {
        name
        for name, node in public(ast.FunctionDef).items()
        if isinstance(node, ast.FunctionDef)
        and "change **in place**" in (ast.get_docstring(node) or "")
    }
    assert told == names.IN_PLACE


def test_only_these_functions_give_something_else_than_data() -> None:
    giving = {
        name: words(node.returns) - PLAIN
        for name, node in public(ast.FunctionDef).items()
        if isinstance(node, ast.FunctionDef)
    }
    iterators = {name for name, found in giving.items() if found & {"Iterator", "Iterable"}}
    assert iterators == names.GIVES_ITERATOR
    assert {name for name, found in giving.items() if found} - iterators == names.GIVES_OBJECT


def test_only_these_classes_keep_a_generator() -> None:
    keeping = set()
    for name, node in public(ast.ClassDef).items():
        for part in ast.walk(node):
            match part:
                case ast.AnnAssign(target=ast.Name(id="rng")):  # a field of a dataclass
                    keeping.add(name)
                case ast.Attribute(attr="rng", ctx=ast.Store()):
                    keeping.add(name)
    assert keeping == names.KEEPS_GENERATOR


def test_methods_said_to_change_nothing_store_nothing() -> None:
    for name, node in public(ast.ClassDef).items():
        for method in node.body if isinstance(node, ast.ClassDef) else ():
            if isinstance(method, ast.FunctionDef) and method.name in names.PURE_OBJECT_METHODS:
                stored = [
                    ast.unparse(part)
                    for part in ast.walk(method)
                    if isinstance(part, ast.Attribute) and isinstance(part.ctx, ast.Store)
                ]
                assert stored == [], f"{name}.{method.name}"
