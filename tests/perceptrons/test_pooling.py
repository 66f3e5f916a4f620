"""Pooling: paper, maxima, gradients."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import perceptrons as nn

QUICK = settings(max_examples=60, deadline=None)


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def distinct(*shape):
    """Pixels that are at least 0.1 apart, so that no difference of 1e-5 changes a maximum."""
    return 0.1 * np.random.default_rng(0).permutation(np.prod(shape)).reshape(shape)


def test_pooling_on_paper():
    layer = nn.MaxPool2D(2)
    X = [
        [
            [
                [1.0, 9.0, 2.0, 0.0],
                [3.0, 4.0, 8.0, 0.0],
                [5.0, 5.0, -1.0, -2.0],
                [5.0, 5.0, -4.0, -3.0],
            ]
        ]
    ]
    np.testing.assert_array_equal(layer.forward(X), [[[[9.0, 8.0], [5.0, -1.0]]]])
    dX = layer.backward([[[[1.0, 2.0], [3.0, 4.0]]]])
    # The four equal fives: the first one, row by row, gets it all.
    expected = [[0, 1, 0, 0], [0, 0, 2, 0], [3, 0, 4, 0], [0, 0, 0, 0]]
    np.testing.assert_array_equal(dX, [[expected]])


def test_a_maximum_of_several_windows_gets_the_sum_of_their_gradients():
    layer, X = nn.MaxPool2D(2, stride=1), np.zeros((1, 1, 3, 3))
    X[0, 0, 1, 1] = 1.0
    layer.forward(X)
    dX = layer.backward([[[[1.0, 2.0], [3.0, 4.0]]]])
    assert dX[0, 0, 1, 1] == dX.sum() == 10.0


@pytest.mark.parametrize(("size", "stride"), [(2, None), (3, 2), (2, 1), (1, 2), (2, 3)])
def test_gradient_of_pooling_is_central_differences(size, stride):
    layer, X = nn.MaxPool2D(size, stride), distinct(2, 2, 6, 7)
    G = draw(*layer.forward(X).shape)
    nn.check_gradient(lambda X: float(np.sum(G * layer.forward(X))), layer.backward(G), X)


@QUICK
@given(st.integers(1, 3), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_pooling_takes_maxima_and_keeps_the_sum_of_the_gradient(size, stride, seed):
    rng = np.random.default_rng(seed)
    X = rng.integers(-2, 3, size=(2, 2, 5, 6)).astype(float)  # many ties
    layer = nn.MaxPool2D(size, stride)
    A = layer.forward(X)
    for i, j in np.ndindex(A.shape[2:]):
        top, left = i * stride, j * stride
        window = X[:, :, top : top + size, left : left + size]
        np.testing.assert_array_equal(A[:, :, i, j], window.max(axis=(2, 3)))
    G = rng.integers(-5, 6, size=A.shape).astype(float)
    assert layer.backward(G).sum() == G.sum()  # whole numbers: exact
