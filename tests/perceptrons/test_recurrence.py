"""Recurrent layers: the equations, paper, the start, properties."""

import copy
import math
import pickle

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


def blocks(A, k):
    return np.split(A, k, axis=-1)


def step(layer, x, state):
    """One step of the equations, written plainly; return the new state."""
    W, U, b = layer.W, layer.U, layer.b
    if isinstance(layer, nn.RNN):
        return np.tanh(x @ W + state @ U + b)
    if isinstance(layer, nn.LSTM):
        H, C = state
        i, f, o, g = blocks(x @ W + H @ U + b, 4)
        C = nn.sigmoid(f) * C + nn.sigmoid(i) * np.tanh(g)
        return nn.sigmoid(o) * np.tanh(C), C
    (Wr, Wz, Wn), (Ur, Uz, Un), (br, bz, bn) = blocks(W, 3), blocks(U, 3), blocks(b, 3)
    r = nn.sigmoid(x @ Wr + state @ Ur + br)
    z = nn.sigmoid(x @ Wz + state @ Uz + bz)
    candidate = np.tanh(x @ Wn + (r * state) @ Un + bn)
    return z * state + (1.0 - z) * candidate


# Forward


@pytest.mark.parametrize("kind", KINDS)
def test_forward_is_the_equations_step_by_step(kind):
    layer, X = recurrent(kind), draw(5, 6, 3)
    state = start(kind, 5)
    H = layer.forward(X, initial=state)
    assert H.shape == layer.output_shape(X.shape) == (5, 6, 4)
    for t in range(6):
        state = step(layer, X[:, t], state)
        hidden = state[0] if kind is nn.LSTM else state
        np.testing.assert_allclose(H[:, t], hidden, rtol=1e-12, atol=1e-14)
    for mine, plain in zip(np.atleast_3d(layer.final), np.atleast_3d(state), strict=True):
        np.testing.assert_allclose(mine, plain, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_without_initial_state_the_sequence_starts_from_zero(kind):
    layer, X = recurrent(kind), draw(2, 3, 3)
    zero = np.zeros((2, 4))
    expected = layer.forward(X, initial=(zero, zero) if kind is nn.LSTM else zero)
    layer.forward(X, initial=start(kind, 2))  # is not remembered
    np.testing.assert_array_equal(layer.forward(X), expected)


def test_an_lstm_without_weights_halves_its_cell_on_paper():
    layer = nn.LSTM(1, 1, forget_bias=0.0)
    layer.W, layer.U = np.zeros((1, 4)), np.zeros((1, 4))
    # Each gate is σ(0) = 1/2 and the candidate 0: C = 4, 2, 1, 1/2 and H = tanh(C) / 2.
    H = layer.forward(np.ones((1, 3, 1)), initial=([[9.0]], [[4.0]]))
    np.testing.assert_allclose(H[0, :, 0], np.tanh([2.0, 1.0, 0.5]) / 2.0, rtol=1e-15)
    assert layer.final[1] == 0.5
    # Back from H_3: 1/2 · (1 - tanh² 1/2), then a half a step.
    layer.backward([[[0.0], [0.0], [1.0]]])
    dH0, dC0 = layer.d_initial
    assert dC0 == pytest.approx((1.0 - math.tanh(0.5) ** 2) / 2.0 / 8.0, rel=1e-14)
    assert dH0 == 0.0


def test_a_gru_without_weights_halves_its_state_on_paper():
    layer = nn.GRU(1, 1)
    layer.W, layer.U = np.zeros((1, 3)), np.zeros((1, 3))
    H = layer.forward(np.ones((1, 3, 1)), initial=[[8.0]])
    np.testing.assert_array_equal(H[0, :, 0], [4.0, 2.0, 1.0])
    layer.backward([[[0.0], [0.0], [1.0]]])
    assert layer.d_initial == 0.125


@pytest.mark.parametrize("u", [0.5, 1.0, 2.0])
def test_the_gradient_of_an_rnn_at_rest_is_a_power_of_its_weight(u):
    layer = nn.RNN(1, 1)
    layer.U = [[u]]
    layer.forward(np.zeros((1, 10, 1)))  # the states stay 0, where tanh has slope 1
    grad = np.zeros((1, 10, 1))
    grad[0, -1] = 1.0
    layer.backward(grad)
    assert layer.d_initial == u**10  # powers of two: exact; it vanishes, stays or explodes


def test_gates_can_be_set_to_remember_for_ever():
    layer = recurrent(nn.LSTM)
    layer.U = np.zeros_like(layer.U)
    layer.W = np.zeros_like(layer.W)
    layer.b[:] = np.repeat([-800.0, 800.0, 800.0, 0.0], 4)  # i = 0, f = 1, o = 1
    X, (H, C) = draw(2, 1000, 3), start(nn.LSTM, 2)
    np.testing.assert_array_equal(layer.forward(X, initial=(H, C))[:, -1], np.tanh(C))
    grad = np.zeros((2, 1000, 4))
    grad[:, -1] = 1.0
    layer.backward(grad)
    np.testing.assert_allclose(layer.d_initial[1], 1.0 - np.tanh(C) ** 2, rtol=1e-12)


def test_the_forget_gate_starts_with_a_bias_of_one_and_the_others_with_none():
    np.testing.assert_array_equal(nn.LSTM(2, 3).b.reshape(4, 3)[:, 0], [0.0, 1.0, 0.0, 0.0])
    assert nn.LSTM(2, 3, forget_bias=4.0).b.tolist() == [0.0] * 3 + [4.0] * 3 + [0.0] * 6
    assert not nn.RNN(2, 3).b.any() and not nn.GRU(2, 3).b.any()


@pytest.mark.parametrize(("kind", "gates"), [(nn.RNN, 1), (nn.LSTM, 4), (nn.GRU, 3)])
def test_weights_start_by_glorot_for_each_gate(kind, gates):
    layer = kind(200, 100, rng=np.random.default_rng(0))
    for W in blocks(layer.W, gates):  # 20 000 draws: 0.5 %
        assert W.std() == pytest.approx((2 / 300) ** 0.5, rel=0.02)
    for U in blocks(layer.U, gates):
        assert U.std() == pytest.approx((2 / 200) ** 0.5, rel=0.02)
    again = kind(200, 100, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(layer.U, again.U)
    assert (layer.W != kind(200, 100).W).any()


# Properties


@QUICK
@given(st.sampled_from(KINDS), st.integers(1, 6))
def test_a_sequence_cut_in_two_goes_on_from_the_final_state(kind, cut):
    layer, X = recurrent(kind), draw(3, 7, 3)
    H = layer.forward(X)
    first = layer.forward(X[:, :cut])
    second = layer.forward(X[:, cut:], initial=layer.final)
    np.testing.assert_allclose(np.concatenate([first, second], axis=1), H, rtol=1e-12, atol=1e-14)


@QUICK
@given(st.sampled_from(KINDS), st.integers(0, 6))
def test_a_step_changes_nothing_before_it(kind, t):
    layer, X = recurrent(kind), draw(3, 7, 3)
    H = layer.forward(X)
    changed = X.copy()
    changed[:, t] += 1.0
    other = layer.forward(changed)
    np.testing.assert_array_equal(other[:, :t], H[:, :t])
    assert (other[:, t:] != H[:, t:]).any(axis=(1, 2)).all()


@pytest.mark.parametrize("kind", KINDS)
def test_permuting_sequences_permutes_states_and_gradients(kind):
    layer, X, order = recurrent(kind), draw(6, 5, 3), np.random.default_rng(1).permutation(6)
    H, G = layer.forward(X), draw(6, 5, 4, seed=2)
    dX = layer.backward(G)
    # Another row of a product may be added in another order: a rounding apart.
    np.testing.assert_allclose(layer.forward(X[order]), H[order], rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose(layer.backward(G[order]), dX[order], rtol=1e-11, atol=1e-14)


@pytest.mark.parametrize("kind", KINDS)
def test_state_makes_the_round_trip(kind):
    layer, X, other = recurrent(kind), draw(2, 5, 3), kind(3, 4)
    H = layer.forward(X)
    for mine, theirs in zip(other.parameters(), layer.parameters(), strict=True):
        mine[...] = theirs
    for twin in (other, copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        np.testing.assert_array_equal(twin.forward(X), H)
        twin.W[...] = 0.0
    assert layer.W.all()


@pytest.mark.parametrize("kind", KINDS)
def test_arguments_are_never_changed(kind):
    layer, X, initial, G = recurrent(kind), draw(2, 5, 3), start(kind, 2), draw(2, 5, 4)
    kept = [np.copy(a) for a in (X, initial, G)]
    layer.forward(X, initial=initial)
    layer.backward(G)
    for a, before in zip((X, initial, G), kept, strict=True):
        np.testing.assert_array_equal(a, before)
