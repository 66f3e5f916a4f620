"""Recurrent layers misused: what they refuse, and how they say it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import perceptrons as nn

QUICK = settings(max_examples=40, deadline=None)
KINDS = [nn.RNN, nn.LSTM, nn.GRU]


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def recurrent(kind, n_in=3, n_hidden=4, seed=0):
    layer = kind(n_in, n_hidden, rng=np.random.default_rng(seed))
    layer.U = 1.5 * layer.U  # so that the far past counts
    layer.b = layer.b + draw(*layer.b.shape, seed=seed + 1)  # zero biases are a special case
    return layer


def start(kind, n, h=4, seed=5):
    state = draw(n, h, seed=seed)
    return (state, draw(n, h, seed=seed + 1)) if kind is nn.LSTM else state


@pytest.mark.parametrize("kind", KINDS)
def test_misuse_of_a_layer_is_told(kind):
    name, layer = kind.__name__, kind(3, 4)
    good = np.zeros((2, 5, 3))
    for call, message in [
        (lambda: kind(0, 4), f"{name} expects n_in to be a whole number ≥ 1, got 0"),
        (lambda: kind(3, 1.5), f"{name} expects n_hidden to be a whole number ≥ 1, got 1.5"),
        (lambda: kind(3, 4, rng=1), f"{name} expects rng to be a numpy Generator"),
        (
            lambda: layer.forward(good[0]),
            rf"{name} expects X of shape \(n, time, 3\), got \(5, 3\)",
        ),
        (lambda: layer.forward(good[:, :, :2]), r"\(n, time, 3\), got \(2, 5, 2\)"),
        (lambda: layer.forward(good[:0]), "hold at least one value"),
        (lambda: layer.forward(good[:, :0]), "hold at least one value"),
        (lambda: layer.forward(good + np.nan), f"{name} expects X to hold numbers, got NaN"),
        (lambda: layer.forward(good, initial=start(kind, 3)), r"initial of shape \(2, 4\)"),
        (lambda: layer.forward(good, initial=start(kind, 2, h=5)), r"initial of shape \(2, 4\)"),
        (lambda: setattr(layer, "U", np.zeros((4, 5))), f"{name} expects U of shape"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
    np.testing.assert_array_equal(layer.forward(good).shape, (2, 5, 4))  # no state is left over
    with pytest.raises(ValueError, match=r"grad of shape \(2, 5, 4\)"):
        layer.backward(good)


@pytest.mark.parametrize("kind", KINDS)
def test_what_does_not_exist_yet_is_told(kind):
    layer = kind(3, 4)
    with pytest.raises(RuntimeError, match=r"backward expects forward\(X\) first"):
        layer.backward(np.zeros((2, 5, 4)))
    with pytest.raises(RuntimeError, match=r"final expects forward\(X\) first"):
        _ = layer.final
    layer.forward(np.zeros((2, 5, 3)))
    with pytest.raises(RuntimeError, match=r"gradients expects backward\(grad\) first"):
        layer.gradients()
    with pytest.raises(RuntimeError, match=r"d_initial expects backward\(grad\) first"):
        _ = layer.d_initial


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: nn.LSTM(1, 1).forward(np.zeros((1, 1, 1)), initial=np.zeros((1, 1))),
            "LSTM expects initial to be a tuple of 2 states, got ndarray",
        ),
        (lambda: nn.LSTM(1, 1, forget_bias=np.nan), "forget_bias to hold numbers, got NaN"),
        (
            lambda: nn.LSTM(1, 1, forget_bias=[1.0]),
            r"forget_bias to be one number, got shape \(1,\)",
        ),
        (
            lambda: nn.LastStep().forward(np.zeros((2, 3))),
            r"LastStep expects X of shape \(n, time, d\)",
        ),
        (lambda: nn.clip_gradients([np.ones(2)], 0.0), "max_norm > 0 and finite, got 0.0"),
        (lambda: nn.clip_gradients([], 1.0), "at least one gradient, got none"),
        (lambda: nn.clip_gradients([[1.0]], 1.0), "writeable float64 arrays, got list"),
        (lambda: nn.clip_gradients([np.arange(3)], 1.0), "arrays, got int64 array"),
        (lambda: nn.clip_gradients([np.array([np.inf])], 1.0), "gradients to be finite, got inf"),
        (lambda: nn.make_delayed_copy(0, 1, rng=np.random.default_rng()), "n to be a whole number"),
        (lambda: nn.make_delayed_copy(1, -1, rng=np.random.default_rng()), "delay to be a whole"),
        (lambda: nn.make_delayed_copy(1, 1, rng=0), "rng to be a numpy Generator"),
    ],
)
def test_misuse_is_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()


EXTREME = st.sampled_from([0.0, 1.0, -1.0, 1e308, -1e308, 5e-324, 1e-200, np.inf, np.nan])
NUMBERS = st.lists(EXTREME, min_size=6, max_size=6)


@QUICK
@given(st.sampled_from(KINDS), NUMBERS, NUMBERS, NUMBERS)
def test_extreme_numbers_give_finite_numbers_or_an_error(kind, inputs, slopes, states):
    layer = kind(1, 1, rng=np.random.default_rng(0))
    X, G = (np.array(a).reshape(2, 3, 1) for a in (inputs, slopes))
    state = np.array(states[:2]).reshape(2, 1)
    try:
        H = layer.forward(X, initial=(state, state) if kind is nn.LSTM else state)
        results = [H, layer.backward(G), *layer.gradients()]
    except ValueError:
        return
    assert all(np.isfinite(result).all() for result in results)
