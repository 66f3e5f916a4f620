"""A module uses only what stands before it, so that the package can be read from top to bottom."""

import ast
from pathlib import Path

import pytest

import perceptrons

PACKAGE = Path(perceptrons.__file__).parent
MODULES = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem != "__init__")
ORDER = perceptrons.__doc__.partition("order:\n\n")[2].partition("\n\n")[0].split()
CHECKS, INNER_LOOP = "_arrays", "_inner_loop"


def imports(source):
    """Yield the modules of the package that a source imports, and whether it does so at its top."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        names = [each.name for each in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom):
            package = node.module == "perceptrons"
            names = [f"perceptrons.{n.name}" for n in node.names] if package else [node.module]
        for name in names:
            if name.startswith("perceptrons."):
                yield name.removeprefix("perceptrons."), node in tree.body


def test_the_order_names_each_public_module_once():
    assert sorted([*ORDER, CHECKS, INNER_LOOP]) == MODULES


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_stands_before_it(module):
    order = [CHECKS, *ORDER]
    order.insert(order.index("network"), INNER_LOOP)
    before = order[: order.index(module)]
    for name, at_top in imports((PACKAGE / f"{module}.py").read_text("utf-8")):
        assert at_top, f"{module} imports {name} inside a function"
        assert name in before, f"{module} imports {name}, which comes after it"


def test_an_import_inside_a_function_is_seen():
    source = "from perceptrons import losses\ndef f():\n    from perceptrons.network import fit\n"
    assert list(imports(source)) == [("losses", True), ("network", False)]
