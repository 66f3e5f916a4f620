"""The shapes that docstrings give are those of the arrays: each is made, passed and compared.

A letter stands for a size, all of them different, so that no shape is right by chance.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable

import numpy as np
import pytest

import perceptrons as nn
from atelier.render.docstrings import sections

Shape = tuple[int, ...]
# Images of h by w and kernels of side 2, hence maps of h' by w'.
SIZES = {
    **{"n": 5, "d": 6, "m": 4, "c": 3, "t": 8, "s": 7, "T": 9, "h": 10, "w": 12, "o": 11, "k": 2},
    **{"n_in": 13, "n_out": 14, "n_hidden": 10, "n_classes": 3, "d_model": 6, "d_0": 6, "d_L": 4},
    **{"h'": 9, "w'": 11, "delay + 1": 17, "2": 2, "…": 15, "n_tokens": 20, "length": 16},
}
# Where a letter stands for something else: maps are pooled by windows of side 2; 2 heads.
OTHER = {"MaxPool2D": {"h'": 5, "w'": 6}, "MultiHeadAttention": {"h": 2}}
_SHAPE = re.compile(r"(?<![\w`])\((?P<sizes>[\w…][\w' +]*(?:, ?[\w…][\w' +]*)*,?)\)")


def shapes(text: str, **other: int) -> list[Shape]:
    """Return the shapes that a text gives, as sizes; what stands in front, (…, t), is left out.

    >>> shapes("Queries, shape (t, d), or (…, t, d); weights (n_in, 4h), ≥ 0 (see below).")
    [(8, 6), (8, 6), (13, 40)]
    """
    found = []
    for match in _SHAPE.finditer(text.replace("(…, ", "(")):
        words = [word.strip() for word in match["sizes"].split(",") if word.strip()]
        sizes = [_size(word, {**SIZES, **other}) for word in words]
        if None not in sizes and "," in match["sizes"]:
            found.append(tuple(size for size in sizes if size is not None))
    return found


def _size(word: str, known: dict[str, int]) -> int | None:
    factor, letter = re.fullmatch(r"(\d*)(.*)", word).groups()  # 4h is four times h
    if word in known:
        return known[word]
    return int(factor) * known[letter] if factor and letter in known else None


class Told:
    """The shapes in the docstring of a function, a class or a method."""

    def __init__(self, documented: object, **other: int) -> None:
        self._sections = sections(inspect.getdoc(documented) or "")
        self._other = other

    def of(self, kind: str) -> list[Shape]:
        """Return the shapes of a section."""
        texts = [section.text for section in self._sections if section.kind == kind]
        return shapes(" ".join(texts), **self._other)

    def items(self, kind: str) -> dict[str, list[Shape]]:
        """Return the shapes of each item of a list; `W, b` is one item."""
        lists = [section.items for section in self._sections if section.kind == kind]
        return {name: shapes(text, **self._other) for items in lists for name, text in items}

    def array(self, name: str) -> np.ndarray:
        """Return an array of the first shape that is told of an argument."""
        return np.zeros(self.items("args")[name][0])


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


FUNCTIONS: dict[str, Callable[[Told], object]] = {
    "scaled_dot_product_attention": lambda told: nn.scaled_dot_product_attention(
        *(told.array(name) for name in "QKV"), mask=told.array("mask") == 0
    ),
    "convolve_clearly": lambda told: nn.convolve_clearly(*(told.array(name) for name in "XWb")),
    "causal_mask": lambda told: nn.causal_mask(SIZES["t"]),
    "sinusoidal_positions": lambda told: nn.sinusoidal_positions(SIZES["t"], SIZES["d"]),
    "initialise_he": lambda told: nn.initialise_he(SIZES["n_in"], SIZES["n_out"], rng()),
    "initialise_glorot": lambda told: nn.initialise_glorot(SIZES["n_in"], SIZES["n_out"], rng()),
    "one_hot": lambda told: nn.one_hot(told.array("y"), SIZES["c"]),
    "confusion_matrix": lambda told: nn.confusion_matrix(
        told.array("y_true"), told.array("y_pred"), SIZES["n_classes"]
    ),
    "make_delayed_copy": lambda told: nn.make_delayed_copy(
        SIZES["n"], SIZES["delay + 1"] - 1, rng=rng()
    ),
    **{
        name: lambda told, name=name: getattr(nn, name)(SIZES["n"], rng=rng())
        for name in ("make_blobs", "make_circles", "make_moons", "make_spirals", "make_xor")
    },
}
S = SIZES
LAYERS: dict[str, Callable[[], nn.Layer]] = {
    "Activation": lambda: nn.Activation("relu"),
    "Conv2D": lambda: nn.Conv2D(S["c"], S["o"], S["k"]),
    "Dense": lambda: nn.Dense(S["n_in"], S["n_out"]),
    "Dropout": lambda: nn.Dropout(0.5),
    "Embedding": lambda: nn.Embedding(20, S["d_model"], 16),
    "GRU": lambda: nn.GRU(S["n_in"], S["n_hidden"]),
    "LSTM": lambda: nn.LSTM(S["n_in"], S["n_hidden"]),
    "LastStep": lambda: nn.LastStep(),
    "LayerNorm": lambda: nn.LayerNorm(S["d"]),
    "MaxPool2D": lambda: nn.MaxPool2D(2),
    "MultiHeadAttention": lambda: nn.MultiHeadAttention(S["d"], 2),
    "RNN": lambda: nn.RNN(S["n_in"], S["n_hidden"]),
    "TransformerBlock": lambda: nn.TransformerBlock(S["d"], 2, 16),
}
MODELS: dict[str, Callable[..., object]] = {
    "Adaline": lambda **start: nn.Adaline(S["d"], **start),
    "LogisticRegression": lambda **start: nn.LogisticRegression(S["d"], **start),
    "Perceptron": lambda **start: nn.Perceptron(S["d"], **start),
    "SoftmaxRegression": lambda **start: nn.SoftmaxRegression(S["d"], S["c"], **start),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_takes_and_returns_the_shapes_that_it_tells(name: str) -> None:
    told = Told(getattr(nn, name))
    returned = FUNCTIONS[name](told)
    arrays = returned if isinstance(returned, tuple) else (returned,)
    assert [array.shape for array in arrays] == told.of("returns")


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_takes_and_returns_the_shapes_that_it_tells(name: str) -> None:
    layer = LAYERS[name]()
    told = Told(type(layer), **OTHER.get(name, {})).of("shapes")
    assert told or name == "Conv2D", "no `Shapes:` that could be read"
    for taken, given in zip(told[::2], told[1::2] or told, strict=False):  # one alone is kept
        assert layer.forward(np.zeros(taken)).shape == given


@pytest.mark.parametrize("name", LAYERS)
def test_a_layer_has_arrays_of_the_shapes_that_it_tells(name: str) -> None:
    layer = LAYERS[name]()
    for taken in Told(type(layer)).of("shapes")[:1]:  # some arrays are those of a forward pass
        layer.forward(np.zeros(taken))
    compared = 0
    for names, told in Told(type(layer), **OTHER.get(name, {})).items("attributes").items():
        own = [each.strip() for each in names.split(",")]
        if len(told) == len(own):
            assert [getattr(layer, each).shape for each in own] == told, names
            compared += 1
    assert compared or not layer.parameters() or name in ("LayerNorm", "TransformerBlock")


@pytest.mark.parametrize("name", MODELS)
def test_a_model_starts_from_arrays_of_the_shapes_that_it_tells(name: str) -> None:
    told = Told(getattr(nn, name))
    given = {each: told.array(each) for each in ("weights", "bias") if told.items("args")[each]}
    assert "weights" in given
    MODELS[name](**given)


@pytest.mark.parametrize("name", ["RNN", "LSTM", "GRU"])
def test_a_recurrent_layer_goes_on_from_a_state_of_the_shape_that_it_tells(name: str) -> None:
    layer, told = LAYERS[name](), Told(nn.RNN.forward)
    state = told.array("initial")
    initial = (state, state) if name == "LSTM" else state
    assert layer.forward(told.array("X"), initial=initial).shape == told.of("returns")[0]


def test_a_network_takes_and_returns_the_shapes_that_it_tells() -> None:
    model = nn.MultiLayerPerceptron(S["d_0"], 16, S["d_L"], output="softmax")
    told = Told(nn.MultiLayerPerceptron.forward)
    assert model.forward(told.array("X")).shape == told.of("returns")[0]
    model.backward(Told(nn.MultiLayerPerceptron.backward).array("y"))


# The same on shapes that are wrong


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("scaled_dot_product_attention", "Keys, shape (…, s, d)", "Keys, shape (…, d, s)"),
        ("scaled_dot_product_attention", "answers, shape (…, t, m)", "answers, shape (…, t, d)"),
        ("sinusoidal_positions", "shape (t, d)", "shape (d, t)"),
        ("make_moons", "``y`` (n,)", "``y`` (n, 2)"),
        ("convolve_clearly", "shape (o, c, k, k)", "shape (c, o, k, k)"),
    ],
)
def test_a_wrong_shape_is_seen(name: str, right: str, wrong: str) -> None:
    text = inspect.getdoc(getattr(nn, name)) or ""
    assert right in text

    def misdocumented() -> None:
        """What a contributor wrote."""

    misdocumented.__doc__ = text.replace(right, wrong)
    told = Told(misdocumented)
    with pytest.raises((ValueError, AssertionError)):
        returned = FUNCTIONS[name](told)
        arrays = returned if isinstance(returned, tuple) else (returned,)
        assert [array.shape for array in arrays] == told.of("returns")
