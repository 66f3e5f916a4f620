"""Clipped gradients, and a task that needs a long memory."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

import perceptrons as nn

QUICK = settings(max_examples=40, deadline=None)


@pytest.fixture
def one_thread():
    """Small products on two threads take four times as long where other tests want them too."""
    with threadpool_limits(1):
        yield


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


# Clipping


def test_clipping_on_paper():
    gradients = [np.array([[2.0, 4.0]]), np.array([4.0])]  # 4 + 16 + 16 = 36
    assert nn.clip_gradients(gradients, 3.0) == 6.0
    np.testing.assert_array_equal(gradients[0], [[1.0, 2.0]])
    np.testing.assert_array_equal(gradients[1], [2.0])


@QUICK
@given(st.integers(0, 2**32 - 1), st.floats(1e-3, 1e3))
def test_clipping_shortens_and_keeps_the_direction_or_changes_nothing(seed, max_norm):
    gradients = [draw(3, 4, seed=seed), draw(4, seed=seed + 1)]
    before = np.concatenate([g.ravel() for g in gradients])
    norm = nn.clip_gradients(gradients, max_norm)
    after = np.concatenate([g.ravel() for g in gradients])
    assert norm == pytest.approx(np.linalg.norm(before), rel=1e-14)
    if norm <= max_norm:
        np.testing.assert_array_equal(after, before)
    else:
        np.testing.assert_allclose(after, before * (max_norm / norm), rtol=1e-14)


@pytest.mark.parametrize("size", [1e308, 1.0, 1e-200, 5e-324])
def test_clipping_measures_what_squares_would_lose(size):
    gradients = [np.full(4, size)]
    assert nn.clip_gradients(gradients, 1.0) == pytest.approx(min(2.0 * size, math.inf))
    assert np.linalg.norm(gradients[0]) <= 1.0 + 1e-15
    assert nn.clip_gradients([np.zeros(3), np.zeros(0)], 1.0) == 0.0


# Long memory


def test_delayed_copy_shows_the_number_first_and_marks_it():
    X, y = nn.make_delayed_copy(2000, 5, rng=np.random.default_rng(0))
    assert X.shape == (2000, 6, 2) and y.shape == (2000,)
    np.testing.assert_array_equal(X[:, 0, 0], y)
    np.testing.assert_array_equal(X[0, :, 1], [1.0, 0.0, 0.0, 0.0, 0.0, 0.0])
    assert (X[:, :, 1] == X[0, :, 1]).all()
    assert np.abs(X[:, :, 0]).max() <= 1.0
    correlations = np.corrcoef(X[:, :, 0].T)[0, 1:]
    assert np.abs(correlations).max() < 0.1  # 4.5 deviations of 1 / sqrt(2000)
    assert np.mean(y**2) == pytest.approx(1 / 3, abs=0.03)  # 4.5 deviations of sqrt(4/45/2000)
    assert nn.make_delayed_copy(1, 0, rng=np.random.default_rng(0))[0].shape == (1, 1, 2)


def learn_to_copy(layer, delay, rng, n_steps):
    """Train by Adam on new sequences at each step; return the squared error on 1000 others."""
    h = layer.n_hidden
    dense = nn.Dense(h, 1, initialise="glorot", rng=rng)
    model = nn.Sequential(layer, nn.LastStep(), dense, loss="mean_squared_error")
    optimiser = nn.Adam(0.01)
    for _ in range(n_steps):
        X, y = nn.make_delayed_copy(64, delay, rng=rng)
        model.forward(X)
        gradients = model.backward(y)
        nn.clip_gradients(gradients, 1.0)
        optimiser.step(model.parameters(), gradients)
        model.weights_changed()
    return model.loss(*nn.make_delayed_copy(1000, delay, rng=rng))


# Who answers 0 has 1/3, with a deviation of 0.01 over 1000 sequences. Seeds 0 to 5 gave at most
# 0.0071 with the LSTM and at least 0.11 with the RNN (0.33 for the two tested): the bounds leave a
# factor of 2 to a machine that rounds otherwise.
@pytest.mark.parametrize("seed", [0, 1])
def test_an_lstm_copies_over_60_steps_where_an_rnn_does_not(seed, one_thread):
    rng = np.random.default_rng(seed)
    lstm = nn.LSTM(2, 16, forget_bias=math.log(60), rng=rng)  # forgets one part in 60 a step
    assert learn_to_copy(lstm, 60, rng, 400) < 0.015
    rng = np.random.default_rng(seed)
    assert learn_to_copy(nn.RNN(2, 16, rng=rng), 60, rng, 400) > 0.05


def test_an_rnn_copies_over_five_steps(one_thread):  # what fails above is the delay, not the layer
    rng = np.random.default_rng(0)
    # Seeds 0 to 5 gave at most 0.0042.
    assert learn_to_copy(nn.RNN(2, 16, rng=rng), 5, rng, 400) < 0.01
