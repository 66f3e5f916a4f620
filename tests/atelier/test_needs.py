"""Needs are enough (scripts print what the page prints), and few.

Each page is written as blocks between lines of dashes. `NEEDS` gives, for the last block, the
numbers of the blocks that it must need. All of these pages are also run: the whole page, then
each script alone, and what they print is compared.
"""

from __future__ import annotations

import ast
import contextlib
import inspect
import io
import textwrap
from typing import Any

import perceptrons
import pytest

from atelier.needs import BlockError, page_needs
from atelier.program import names
from atelier.scripts import script

NP = "import numpy as np\n"

NEEDS: dict[str, tuple[str, tuple[int, ...]]] = {
    # What is read
    "a name": ("x = 1\n---\ny = 2\n---\nprint(x)", (0,)),
    "the last binding": ("x = 1\n---\nx = 2\n---\nprint(x)", (1,)),
    "needs of needs": ("x = 1\n---\ny = x\n---\nz = y\n---\nprint(z)", (0, 1, 2)),
    "an attribute's base": ("x = 1 + 2j\n---\nprint(x.real)", (0,)),
    "a name bound before it is read": ("x = 1\n---\nx = 2\nprint(x)", ()),
    "a name read before it is bound": ("x = 1\n---\nx = x + 1\nprint(x)", (0,)),
    "augmented": ("x = 1\n---\nx += 1\n---\nprint(x)", (0, 1)),
    "bound in one branch": ("x = 1\n---\nif 0:\n    x = 2\n---\nprint(x)", (0, 1)),
    "bound in both branches": ("x = 1\n---\nif 0:\n    x = 2\nelse:\n    x = 3\nprint(x)", ()),
    "a loop that may not turn": ("x = 1\n---\nfor x in range(0):\n    pass\nprint(x)", (0,)),
    "a loop that turns": ("x = 1\n---\nfor x in range(3):\n    pass\nprint(x)", ()),
    "a loop's own names": ("i = 9\n---\nfor i in range(int('2')):\n    print(i)", ()),
    "a loop left early": (
        "x = 1\n---\nfor i in range(2):\n    if i == 0:\n        break\n    x = 2\nprint(x)",
        (0,),
    ),
    "a comprehension's own names": ("i = 9\n---\nprint([i for i in range(3)])", ()),
    "a comprehension's iterable": ("i = 9\n---\nprint([j for j in range(i)])", (0,)),
    "a walrus": ("print((n := 3))\n---\nprint(n)", (0,)),
    "a walrus in a comprehension": ("[last := i for i in range(3)]\n---\nprint(last)", (0,)),
    "a match": ("match (1, 2):\n    case (a, b):\n        pass\n---\nprint(a)", (0,)),
    "a tuple": ("a, (b, *c) = 1, (2, 3)\n---\nprint(c)", (0,)),
    "a pair of assignments": ("a, b = [1], [2]\n---\na.append(3)\n---\nprint(b)", (0,)),
    "a with": (f"{NP}with np.errstate() as e:\n    x = 1\n---\nprint(x)", (0,)),
    "an except": ("x = 1\n---\ntry:\n    int('a')\nexcept ValueError as e:\n    print(x)", (0,)),
    "an f-string": ("x = 1.5\n---\nw = 8\n---\nprint(f'{x:{w}}')", (0, 1)),
    "a deleted name": ("x = 1\n---\ndel x\nx = 2\n---\nprint(x)", (0, 1)),
    # Functions
    "a function": ("def f():\n    return 1\n---\nprint(f())", (0,)),
    "a global read at the call": (
        "c = 1\n---\ndef f():\n    return c\n---\nc = 2\n---\nprint(f())",
        (0, 1, 2),
    ),
    "a parameter is no global": ("x = 1\n---\ndef f(x):\n    return x\n---\nprint(f(2))", (1,)),
    "a default": ("x = 1\n---\ndef f(y=x):\n    return y\n---\nprint(f())", (0, 1)),
    "a function through another": (
        "def f():\n    return g()\n---\ndef g():\n    return 5\n---\nprint(f())",
        (0, 1),
    ),
    "a function handed over": (
        "k = 1\n---\ndef f(x):\n    return x + k\n---\nk = 2\n---\nprint(list(map(f, [1])))",
        (0, 1, 2),
    ),
    "a function under another name": (
        "def f():\n    return k\n---\ng = f\n---\nk = 2\n---\nprint(g())",
        (0, 1, 2),
    ),
    "a lambda": ("k = 2\n---\nf = lambda x: x * k\n---\nprint(f(3))", (0, 1)),
    "global": ("n = 0\ndef up():\n    global n\n    n += 1\n---\nup()\n---\nprint(n)", (0, 1)),
    "a callback that may not run": (
        "n = 0\ndef up(x):\n    global n\n    n = 5\n---\nlist(map(up, []))\n---\nprint(n)",
        (0, 1),
    ),
    "a function that changes its argument": (
        "def add(a):\n    a.append(1)\n---\nx = []\n---\nadd(x)\n---\nprint(x)",
        (0, 1, 2),
    ),
    "a function that changes no argument": (
        "def head(a):\n    return a[0]\n---\nx = [4]\n---\nhead(x)\n---\nprint(x)",
        (1,),
    ),
    "a function that recurses": (
        "def f(n):\n    return n and f(n - 1)\n---\nprint(f(3))",
        (0,),
    ),
    "a closure": (
        "def make(a):\n    def f():\n        a.append(1)\n    return f\n---\nx = []\n---\n"
        "f = make(x)\n---\nf()\n---\nprint(x)",
        (0, 1, 2, 3),
    ),
    # Changes
    "a method": ("x = []\n---\nx.append(1)\n---\nprint(x)", (0, 1)),
    "a part": (f"{NP}x = np.zeros(2)\n---\nx[0] = 1\n---\nprint(x)", (0, 1)),
    "in place": (f"{NP}x = np.zeros(2)\n---\nx += 1\n---\nprint(x)", (0, 1)),
    "an alias": ("x = []\n---\ny = x\n---\ny.append(1)\n---\nprint(x)", (0, 1, 2)),
    "a view": (f"{NP}x = np.zeros(3)\n---\ny = x[1:]\n---\ny[0] = 1\n---\nprint(x)", (0, 1, 2)),
    "a reshaped view": (
        f"{NP}x = np.zeros(4)\n---\ny = x.reshape(2, 2)\n---\ny[0] = 1\n---\nprint(x)",
        (0, 1, 2),
    ),
    "numpy's view": (
        f"{NP}x = np.zeros(4)\n---\ny = np.ravel(x)\n---\ny[0] = 1\n---\nprint(x)",
        (0, 1, 2),
    ),
    "a copy": (f"{NP}x = np.zeros(3)\n---\ny = x.copy()\n---\ny[0] = 1\n---\nprint(x)", (0,)),
    "arithmetic is new": (f"{NP}x = np.ones(3)\n---\ny = x * 2\n---\ny += 1\n---\nprint(x)", (0,)),
    "a comparison is an array": (
        f"{NP}x = np.zeros(2) > 1\n---\nx[0] = True\n---\nprint(x)",
        (0, 1),
    ),
    "out=": (f"{NP}x = np.ones(2)\n---\nnp.add(x, 1, out=x)\n---\nprint(x)", (0, 1)),
    "a ufunc at": (f"{NP}x = np.ones(2)\n---\nnp.add.at(x, 0, 1)\n---\nprint(x)", (0, 1)),
    "a list in a list": (
        "x = []\n---\nbox = [x]\n---\nbox[0].append(1)\n---\nprint(x)",
        (0, 1, 2),
    ),
    "appended, then changed": (
        "x = []\nbox = []\n---\nbox.append(x)\n---\nx.append(1)\n---\nprint(box)",
        (0, 1, 2),
    ),
    "changed in a loop": (
        f"{NP}a, b = np.zeros(1), np.ones(1)\n---\nfor p in [a, b]:\n    p += 1\n---\nprint(b)",
        (0, 1),
    ),
    "a dict": ("d = {}\n---\nd['a'] = 1\n---\nprint(d)", (0, 1)),
    "a text's list": ("w = 'a b'.split()\n---\nw.append('c')\n---\nprint(w)", (0, 1)),
    "an iterator": ("i = iter([1, 2])\n---\nnext(i)\n---\nprint(next(i))", (0, 1)),
    "a generator expression": (
        "g = (i for i in [1, 2])\n---\nfor _ in g:\n    break\n---\nprint(next(g))",
        (0, 1),
    ),
    "a generator function": (
        "def g():\n    yield 1\n    yield 2\n---\ni = g()\n---\nnext(i)\n---\nprint(next(i))",
        (0, 1, 2),
    ),
    "partial": (
        "from functools import partial\ndef add(a, v):\n    a.append(v)\n---\nx = []\n---\n"
        "f = partial(add, x)\n---\nf(3)\n---\nprint(x)",
        (0, 1, 2, 3),
    ),
    "looking changes nothing": (
        f"{NP}x = np.ones(3)\n---\nprint(x.shape, x.sum(), len(x), np.exp(x))\n---\nprint(x)",
        (0,),
    ),
    # Generators and settings
    "a draw": (
        f"{NP}rng = np.random.default_rng(0)\n---\nrng.normal()\n---\nprint(rng.normal())",
        (0, 1),
    ),
    "what was drawn": (
        f"{NP}rng = np.random.default_rng(0)\n---\nx = rng.normal()\n---\nrng.normal()\n---\n"
        "print(x)",
        (0, 1),
    ),
    "a draw in a call": (
        f"{NP}from perceptrons import make_moons\nrng = np.random.default_rng(0)\n---\n"
        "make_moons(4, noise=0.1, rng=rng)\n---\nprint(rng.normal())",
        (0, 1),
    ),
    "a draw in a function": (
        f"{NP}rng = np.random.default_rng(0)\ndef draw():\n    return rng.normal()\n---\ndraw()\n"
        "---\nprint(draw())",
        (0, 1),
    ),
    "batches are drawn late": (
        f"{NP}from perceptrons import batches\nrng = np.random.default_rng(0)\n---\n"
        "b = batches(np.arange(4.0), np.arange(4), 2, rng)\n---\nfirst = next(b)\n---\n"
        "print(next(b), rng.normal())",
        (0, 1, 2),
    ),
    "the shared generator": (
        f"{NP}np.random.seed(0)\n---\nnp.random.rand()\n---\nprint(np.random.rand())",
        (0, 1),
    ),
    "the random module": (
        "import random\nrandom.seed(0)\n---\nrandom.random()\n---\nprint(random.random())",
        (0, 1),
    ),
    "print options": (
        f"{NP}np.set_printoptions(precision=2)\n---\nprint(np.array([0.123]))",
        (0,),
    ),
    "caught warnings leave no setting": (
        "import warnings\nwith warnings.catch_warnings():\n    warnings.simplefilter('ignore')\n"
        "---\nprint(1)",
        (),
    ),
    # The package
    "a model": (
        f"{NP}from perceptrons import Perceptron\nX, y = np.array([[0.0], [1.0]]), "
        "np.array([-1, 1])\n---\nn = Perceptron(n_inputs=1)\n---\nn.fit(X, y)\n---\n"
        "print(X.shape)\n---\np = n.predict(X)\n---\nprint(n.weights)",
        (0, 1, 2),
    ),
    "what a model was fitted on": (
        f"{NP}from perceptrons import Perceptron\nX, y = np.array([[0.0], [1.0]]), "
        "np.array([-1, 1])\n---\nn = Perceptron(n_inputs=1)\n---\nn.fit(X, y)\n---\nprint(X, y)",
        (0,),
    ),
    "an accuracy": (
        f"{NP}from perceptrons import Perceptron, accuracy\nX, y = np.array([[0.0], [1.0]]), "
        "np.array([-1, 1])\n---\nn = Perceptron(n_inputs=1)\n---\nprint(accuracy(y, "
        "n.predict(X)))\n---\nprint(n.predict(X), y)",
        (0, 1),
    ),
    "a trained network": (
        f"{NP}from perceptrons import MultiLayerPerceptron, fit\n"
        "X, y = np.array([[0.0], [1.0]]), np.array([0, 1])\n---\n"
        "net = MultiLayerPerceptron(1, 1, rng=np.random.default_rng(0))\n---\n"
        "history = fit(net, X, y, n_epochs=2)\n---\nprint(net.loss(X, y))\n---\n"
        "print(net.predict(X), net.loss(X, y))",
        (0, 1, 2),
    ),
    "forward, then backward": (
        f"{NP}from perceptrons import MultiLayerPerceptron\n"
        "X, y = np.array([[0.0], [1.0]]), np.array([0, 1])\n---\n"
        "net = MultiLayerPerceptron(1, 1, rng=np.random.default_rng(0))\n---\nnet.forward(X)\n"
        "---\nnet.forward(X + 1)\n---\ng = net.backward(y)\n---\nprint(g[0])",
        (0, 1, 2, 3, 4),
    ),
    "an array stored in a model": (
        f"{NP}from perceptrons import MultiLayerPerceptron\n---\n"
        "net = MultiLayerPerceptron(1, 1, rng=np.random.default_rng(0))\n---\n"
        "W = np.ones((1, 1))\n---\nnet.W1 = W\n---\nW += 1\n---\nprint(net.W1)",
        (1, 2, 3, 4),
    ),
    # Classes of the page
    "a class": ("class A:\n    k = 1\n---\na = A()\n---\na.k = 2\n---\nprint(a.k)", (0, 1, 2)),
    "a method of the page": (
        "class A:\n    def __init__(self):\n        self.s = []\n    def add(self, v):\n"
        "        self.s.append(v)\n    def get(self):\n        return self.s[0]\n---\na = A()\n---\n"
        "a.add(1)\n---\na.get()\n---\nprint(a.s)",
        (0, 1, 2),
    ),
    "a late name of a method": (
        "class A:\n    def __repr__(self):\n        return mark\n---\na = A()\n---\nmark = 'x'\n"
        "---\nprint(a)",
        (0, 1, 2),
    ),
    "a dataclass that keeps a list": (
        "from dataclasses import dataclass\n@dataclass\nclass A:\n    s: list\n---\nx = []\n---\n"
        "a = A(x)\n---\nx.append(1)\n---\nprint(a)",
        (0, 1, 2, 3),
    ),
    # Imports
    "an import is no need": (f"{NP}x = 1\n---\nprint(np.pi)", ()),
    "a name of the page over an import": (
        "from math import sqrt\n---\ndef sqrt(x):\n    return -1\n---\nprint(sqrt(4))",
        (1,),
    ),
    "an import over a name of the page": (
        "def sqrt(x):\n    return -1\na = sqrt(4)\n---\nfrom math import sqrt\n---\n"
        "print(sqrt(4), a)",
        (0,),
    ),
    "an import inside": ("if 1:\n    import math\n---\nprint(math.pi)", (0,)),
    "exec needs all": ("x = 1\n---\nexec('y = x')\n---\nprint(y)", (0, 1)),
}


def blocks(page: str) -> list[str]:
    return [f"{block.strip(chr(10))}\n" for block in page.split("---\n")]


def printed(code: str, namespace: dict[str, Any]) -> str:
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(compile(code, "page", "exec"), namespace)
    return out.getvalue()


@pytest.fixture(autouse=True)
def _settings() -> Any:
    import numpy as np

    options = np.get_printoptions()
    yield
    np.set_printoptions(**options)


@pytest.mark.parametrize("case", NEEDS)
def test_the_last_block_needs_these(case: str) -> None:
    page, expected = NEEDS[case]
    assert page_needs(blocks(page))[-1].blocks == expected


@pytest.mark.parametrize("case", NEEDS)
def test_each_script_alone_prints_what_the_page_prints(case: str) -> None:
    import numpy as np

    codes = blocks(NEEDS[case][0])
    needs = page_needs(codes)
    options = np.get_printoptions()
    page: dict[str, Any] = {"__name__": "__main__"}
    shown = [printed(code, page) for code in codes]
    for number, found in enumerate(needs):
        np.set_printoptions(**options)
        alone = printed(script(codes, needs, number), {"__name__": "__main__"})
        assert alone == "".join(shown[earlier] for earlier in (*found.blocks, number))


@pytest.mark.parametrize(
    ("code", "line", "message"),
    [("x = 1\ny = = 2", 2, "SyntaxError"), ("x = 1\nfrom math import *", 2, "one by one")],
)
def test_a_block_that_cannot_be_read_is_told_with_its_line(
    code: str, line: int, message: str
) -> None:
    with pytest.raises(BlockError, match=message) as caught:
        page_needs(["a = 1", code])
    assert (caught.value.block, caught.value.line) == (1, line)


# What the tables say of the package is what its annotations say.

DATA = {"Array", "ArrayLike", "Labels", "float", "int", "bool", "str", "None", "tuple", "list"}


def functions() -> dict[str, Any]:
    public = {name: getattr(perceptrons, name) for name in perceptrons.__all__}
    return {name: found for name, found in public.items() if inspect.isfunction(found)}


def annotation_names(annotation: Any) -> set[str]:
    text = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
    return set(textwrap.dedent(text).replace("|", " ").replace("[", " ").replace(
        "]", " ").replace(",", " ").split()) if text else set()
