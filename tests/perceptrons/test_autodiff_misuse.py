"""Reverse mode when misused, at extreme values, and drawn."""

import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from matplotlib.figure import Figure

import perceptrons as nn
from perceptrons import Tensor

T = Tensor(np.ones((2, 3)))


@pytest.mark.parametrize(
    ("misuse", "message"),
    [
        (lambda: Tensor([1.0, np.nan]), r"Tensor expects data to hold numbers, got NaN at index"),
        (lambda: Tensor([np.inf]), "Tensor expects data to be finite, got inf"),
        (lambda: Tensor([]), "Tensor expects data to hold at least one value"),
        (lambda: Tensor("one"), "Tensor expects data to hold real numbers, got dtype <U3"),
        (lambda: Tensor(T), "Tensor expects data to hold real numbers, got dtype object"),
        (lambda: T + np.ones(2), r"\+ expects shapes that fit, got \(2, 3\) and \(2,\)"),
        (lambda: T @ T, r"@ expects shapes that fit, got \(2, 3\) and \(2, 3\)"),
        (lambda: np.ones((4, 4)) @ T, r"@ expects shapes that fit, got \(4, 4\) and \(2, 3\)"),
        (lambda: T @ 2.0, r"@ expects shapes that fit, got \(2, 3\) and \(\)"),
        (lambda: T * np.nan, r"\* expects its operand to hold numbers, got NaN"),
        (lambda: T * np.full((2, 3), np.nan), r"\* expects its operand to be finite, got nan"),
        (lambda: T / 0.0, "/ expects its result to be finite, got inf"),
        (lambda: T / np.array(np.inf), "/ expects the divisor to be finite, got inf"),
        (lambda: (T - 1.0).log(), "log expects its result to be finite, got -inf"),
        (lambda: (T - 2.0).log(), "log expects its result to be finite, got nan"),
        (lambda: (T - 2.0) ** 0.5, r"\*\*0.5 expects its result to be finite, got nan"),
        (lambda: (T - 1.0) ** -1, r"\*\*-1 expects its result to be finite, got inf"),
        (lambda: (T * 1000.0).exp(), "exp expects its result to be finite, got inf"),
        (lambda: T**T, r"\*\* expects the exponent to hold real numbers"),
        (lambda: T ** [1.0, 2.0], r"\*\* expects a number as exponent, got shape \(2,\)"),
        (lambda: T[:0], r"\[\] expects its result to hold at least one value"),
        (lambda: T.sum(axis=2), "axis 2 is out of bounds"),
        (lambda: T.reshape(4), r"cannot reshape array of size 6 into shape \(4,\)"),
        (lambda: T.cross_entropy([0, 1]), r"y_true and z of one shape, got \(2,\) and \(2, 3\)"),
        (lambda: T.backward(), r"a tensor of one value, or its gradient, got shape \(2, 3\)"),
        (lambda: T.backward(np.ones(3)), r"grad and data of one shape, got \(3,\) and \(2, 3\)"),
        (lambda: T.backward(np.full((2, 3), np.nan)), "backward expects grad to hold numbers"),
    ],
)
def test_misuse_is_told_in_words(misuse, message):
    with pytest.raises(ValueError, match=message):
        misuse()


def test_gradient_before_backward_is_refused():
    w = Tensor(1.0)
    with pytest.raises(RuntimeError, match=r"grad expects backward\(\) first"):
        print(w.grad)
    assert not w.has_grad


def test_an_index_out_of_range_is_an_index_error_so_that_rows_can_be_looped_over():
    assert [row.data.tolist() for row in T] == [[1.0] * 3] * 2
    with pytest.raises(IndexError, match="index 5 is out of bounds"):
        T[5]


def test_an_infinite_gradient_names_where_it_appeared_and_leaves_none():
    w = Tensor([0.0, 1.0], name="w")
    loss = ((w * 2.0) ** 0.5).sum()  # the slope of the root at 0 is infinite
    with pytest.raises(ValueError, match=r"gradient of Tensor\(\[0. 2.\], from \*\) to be finite"):
        loss.backward()
    assert not w.has_grad


def test_numpy_functions_refuse_tensors_rather_than_lose_the_graph():
    with pytest.raises(TypeError, match="does not support ufuncs"):
        np.exp(T)


SAFE = {
    "exp": Tensor.exp,
    "log": Tensor.log,
    "tanh": Tensor.tanh,
    "sigmoid": Tensor.sigmoid,
    "relu": Tensor.relu,
    "softmax": Tensor.softmax,
    "mean": Tensor.mean,
    "max": Tensor.max,
    "root": lambda t: t**0.5,
    "square": lambda t: t**2,
    "quotient": lambda t: t / t[::-1],
    "product": lambda t: t @ t,
    "cross-entropy": lambda t: t.reshape(1, 3).cross_entropy([[1.0, 0.0, 0.0]]),
    "binary cross-entropy": lambda t: t.binary_cross_entropy([1.0, 0.0, 0.5]),
}


@pytest.mark.parametrize("name", SAFE)
@settings(max_examples=40, deadline=None)
@given(x=hnp.arrays(np.float64, 3, elements=st.floats(allow_nan=False, allow_infinity=False)))
def test_extreme_values_give_finite_numbers_or_an_error_never_a_warning(name, x):
    t = Tensor(x)
    try:
        result = SAFE[name](t)
        result.backward(np.ones(result.shape))
    except ValueError as error:
        assert "expects" in str(error)
    else:
        assert np.isfinite(result.data).all() and np.isfinite(t.grad).all()


# The drawing


def small_graph():
    w, x = Tensor(2.0, name="w"), Tensor([1.0, 3.0], name="x")
    loss = (w * x).sum()
    loss.backward()
    return loss


def test_drawing_shows_every_tensor_and_an_arrow_for_each_operand():
    loss = small_graph()
    axes = nn.draw_graph(loss, Figure().subplots())
    words = [text.get_text() for text in axes.texts if text.get_text()]
    assert sorted(words) == ["*\n(2,)", "sum\n8\n∂ 1", "w\n2\n∂ 4", "x\n(2,)"]
    assert sum(not text.get_text() for text in axes.texts) == 3  # w → *, x → *, * → sum


def test_drawing_puts_results_to_the_right_of_their_operands():
    axes = nn.draw_graph(small_graph(), Figure().subplots(), label=lambda t: t.name or t.operation)
    column = {t.get_text(): t.get_position()[0] for t in axes.texts if t.get_text()}
    assert column == {"w": 0.0, "x": 0.0, "*": 1.0, "sum": 2.0}


def test_a_square_is_drawn_with_two_arrows_to_one_box():
    w = Tensor(3.0, name="w")
    axes = nn.draw_graph(w * w, Figure().subplots())
    assert len(axes.texts) == 2 + 2


def test_without_matplotlib_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match="python -m pip install matplotlib"):
        nn.draw_graph(small_graph())


def test_without_axes_a_figure_is_made(monkeypatch):
    monkeypatch.setenv("MPLBACKEND", "agg")
    import matplotlib.pyplot as plt

    axes = nn.draw_graph(small_graph())
    assert axes.figure.number in plt.get_fignums()
    plt.close(axes.figure)
