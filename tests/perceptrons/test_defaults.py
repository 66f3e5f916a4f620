"""The defaults on which chapters and readers rely: a change of one is a change of two files."""

import inspect
from pathlib import Path

import numpy as np

import perceptrons as nn

TABLE = Path(__file__).with_name("defaults.txt")


def signatures():
    """Yield the name of each public callable, methods included, with its signature."""
    for name in nn.__all__:
        found = getattr(nn, name)
        if not callable(found):
            continue
        yield name, inspect.signature(found)
        if inspect.isclass(found):
            for method in sorted(dir(found)):
                function = inspect.getattr_static(found, method)
                if not method.startswith("_") and inspect.isfunction(function):
                    yield f"{name}.{method}", inspect.signature(function)


def defaults():
    """Return a line for each callable that has defaults: `SGD(alpha=0.01)`."""
    lines = []
    for name, signature in signatures():
        given = [each for each in signature.parameters.values() if each.default is not each.empty]
        values = (getattr(each.default, "__name__", repr(each.default)) for each in given)
        words = ", ".join(f"{each.name}={value}" for each, value in zip(given, values, strict=True))
        if given and name != "History":  # a record, whose lists start empty
            lines.append(f"{name}({words})")
    return lines


def test_the_defaults_are_those_of_the_table():
    told = "write each change into tests/perceptrons/defaults.txt, and into the chapters"
    assert defaults() == TABLE.read_text("utf-8").splitlines(), told


def test_without_a_learning_rate_fit_takes_one_tenth():
    X, y = nn.make_moons(20, rng=np.random.default_rng(0))
    silent, told = (nn.MultiLayerPerceptron(2, 3, 1, rng=np.random.default_rng(0)) for _ in "ab")
    nn.fit(silent, X, y, n_epochs=2)
    nn.fit(told, X, y, n_epochs=2, alpha=0.1)
    np.testing.assert_array_equal(silent.W1, told.W1)


def test_without_a_learning_rate_gradient_descent_takes_one_tenth():
    # x² from 1: x ← x - 0.1 · 2x = 0.8 x
    assert nn.gradient_descent(lambda x: 2 * x, 1.0, n_iter=1).end.tolist() == [0.8]
