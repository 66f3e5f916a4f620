"""Attention and its layers when misused, and at extreme values."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import perceptrons as nn

ONES = np.ones((2, 3, 4))


def attend(q, k, v, mask=None):
    return nn.scaled_dot_product_attention(np.ones(q), np.ones(k), np.ones(v), mask)


def heads():
    return nn.MultiHeadAttention(4, 2, rng=np.random.default_rng(0))


@pytest.mark.parametrize(
    ("misuse", "message"),
    [
        (lambda: attend((2, 3), (2, 4), (2, 1)), r"got \(2, 3\), \(2, 4\) and \(2, 1\)"),
        (lambda: attend((2, 3), (2, 3), (3, 1)), r"got \(2, 3\), \(2, 3\) and \(3, 1\)"),
        (lambda: attend((3,), (2, 3), (2, 1)), r"expects Q, K and V of shapes \(…, t, d\)"),
        (lambda: attend((2, 3), (3,), (3,)), r"expects Q, K and V of shapes \(…, t, d\)"),
        (lambda: attend((5, 2, 3), (2, 3), (2, 1)), r"got \(5, 2, 3\), \(2, 3\) and \(2, 1\)"),
        (lambda: attend((0, 3), (2, 3), (2, 1)), "expects Q to hold at least one value"),
        (lambda: attend((2, 3), (0, 3), (0, 1)), "expects K to hold at least one value"),
        (lambda: attend((2, 3), (2, 3), (2, 0)), "expects V to hold at least one value"),
        (lambda: attend((2, 3), (2, 3), (2, 1), np.zeros((2, 2))), "True and False, got dtype f"),
        (lambda: attend((2, 3), (2, 3), (2, 1), [True, True]), r"mask of shape \(2, 2\), got"),
        (lambda: attend((2, 3), (2, 3), (2, 1), [[1 > 0] * 2, [1 < 0] * 2]), r"row \(1,\)"),
        (
            lambda: nn.scaled_dot_product_attention([[np.nan]], [[1.0]], [[1.0]]),
            "scaled_dot_product_attention expects Q to hold numbers, got NaN",
        ),
        (
            lambda: nn.scaled_dot_product_attention([[1e200]], [[1e200]], [[1.0]]),
            "expects the products of queries and keys to be finite, got inf",
        ),
        (
            lambda: nn.d_scaled_dot_product_attention([[1.0]], [[1.0]], [[1.0]], [[1.0, 2.0]]),
            r"expects grad of shape \(1, 1\), that of Y, got \(1, 2\)",
        ),
        (lambda: nn.causal_mask(0), "causal_mask expects t to be a whole number ≥ 1, got 0"),
        (lambda: nn.MultiHeadAttention(6, 4), "n_heads to divide d_model, got 4 heads and d_model"),
        (lambda: nn.MultiHeadAttention(4, 0), "n_heads to be a whole number ≥ 1, got 0"),
        (lambda: nn.MultiHeadAttention(4, 2, rng=0), "expects rng to be a numpy Generator"),
        (lambda: heads().forward(np.ones((2, 4))), r"X of shape \(n, t, 4\), got \(2, 4\)"),
        (lambda: heads().forward(np.ones((2, 3, 5))), r"X of shape \(n, t, 4\), got \(2, 3, 5\)"),
        (lambda: heads().forward(np.ones((2, 0, 4))), "X to hold at least one value"),
        (lambda: heads().forward(ONES * np.nan), "MultiHeadAttention expects X to hold numbers"),
        (
            lambda: heads().forward(ONES, mask=np.ones((4, 4), dtype=bool)),
            r"MultiHeadAttention expects a mask of shape \(3, 3\) or \(2, 3, 3\), got \(4, 4\)",
        ),
        (
            lambda: nn.MultiHeadAttention(4, 2, causal=True).forward(
                ONES, mask=~np.eye(3, dtype=bool)
            ),
            r"a mask with a True in each row, got none in row \(0,\)",
        ),
        (lambda: nn.LayerNorm(0), "LayerNorm expects d to be a whole number ≥ 1, got 0"),
        (lambda: nn.LayerNorm(2, epsilon=0.0), "LayerNorm expects epsilon > 0"),
        (lambda: nn.LayerNorm(3).forward(ONES), r"X of shape \(n, …, 3\), got \(2, 3, 4\)"),
        (lambda: nn.LayerNorm(4).forward(ONES * [1e200, 0, 0, 0]), "variance of rows to be finite"),
        (lambda: nn.TransformerBlock(4, 3, 8), "n_heads to divide d_model"),
        (lambda: nn.TransformerBlock(4, 2, 8, hidden="rleu"), "Activation expects a name among"),
        (lambda: nn.TransformerBlock(4, 2, 8).forward(np.ones((2, 4))), r"shape \(n, t, 4\), got"),
        (lambda: nn.Embedding(3, 2, 4, positions="x"), "positions among learned, sinusoidal, none"),
        (lambda: nn.Embedding(3, 3, 4, positions="sinusoidal"), "expects d to be even, got 3"),
        (lambda: nn.Embedding(3, 2, 4).forward([[0, 3]]), "tokens among 0 … 2, got 3"),
        (lambda: nn.Embedding(3, 2, 4).forward([[0, -1]]), "tokens among 0 … 2, got -1"),
        (lambda: nn.Embedding(3, 2, 4).forward([[0.5]]), "tokens among 0 … 2, got 0.5"),
        (lambda: nn.Embedding(3, 2, 4).forward([[0] * 5]), r"\(n, t\), t ≤ 4, got \(1, 5\)"),
    ],
)
def test_misuse_is_told_in_words(misuse, message):
    with pytest.raises(ValueError, match=message):
        misuse()


LAYERS = {
    "heads": heads,
    "norm": lambda: nn.LayerNorm(4),
    "block": lambda: nn.TransformerBlock(4, 2, 8, rng=np.random.default_rng(0)),
    "embedding": lambda: nn.Embedding(3, 4, 3),
}


@pytest.mark.parametrize("name", LAYERS)
def test_backward_and_gradients_before_forward_are_refused(name):
    layer = LAYERS[name]()
    with pytest.raises(RuntimeError, match=r"backward expects forward\(X\) first"):
        layer.backward(ONES)
    with pytest.raises(RuntimeError, match=r"gradients expects backward\(grad\) first"):
        layer.gradients()


@pytest.mark.parametrize("name", ["heads", "norm", "block"])
def test_a_gradient_of_another_shape_is_refused(name):
    layer = LAYERS[name]()
    layer.forward(ONES)
    with pytest.raises(ValueError, match=r"expects grad of shape \(2, 3, 4\)"):
        layer.backward(ONES[0])


def test_a_mask_that_is_refused_leaves_none_behind():
    layer = heads()
    before = layer.forward(ONES)
    with pytest.raises(ValueError, match="X to hold numbers"):
        layer.forward(ONES * np.nan, mask=nn.causal_mask(3))
    np.testing.assert_array_equal(layer.forward(ONES), before)


@pytest.mark.parametrize("name", ["heads", "norm", "block"])
@settings(max_examples=30, deadline=None)
@given(
    X=hnp.arrays(np.float64, (1, 2, 4), elements=st.floats(allow_nan=False, allow_infinity=False)),
    G=hnp.arrays(np.float64, (1, 2, 4), elements=st.floats(allow_nan=False, allow_infinity=False)),
)
def test_extreme_values_give_finite_numbers_or_an_error_never_a_warning(name, X, G):
    layer = LAYERS[name]()
    try:
        results = [layer.forward(X), layer.backward(G), *layer.gradients()]
    except ValueError as error:
        assert "expects" in str(error)
    else:
        assert all(np.isfinite(result).all() for result in results)
