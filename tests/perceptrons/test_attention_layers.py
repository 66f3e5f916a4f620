"""Layers of attention: on paper, against central differences, causality, permutations, autodiff."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import perceptrons as nn
from perceptrons import Tensor

QUICK = settings(max_examples=30, deadline=None)
SEEDS = st.integers(0, 2**32 - 1)


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def draw_mask(*shape, seed=0):
    """Return a random mask with a True in each row."""
    return (np.random.default_rng(seed).random(shape) < 0.5) | np.eye(shape[-1], dtype=bool)


def check_layer(layer, X, **options):
    """Hold both gradients of a layer, for X and for its parameters, against differences."""
    G = draw(*layer.forward(X, **options).shape, seed=1)
    value = lambda x: float((G * layer.forward(x, **options)).sum())
    dX, gradients = layer.backward(G), layer.gradients()
    nn.check_gradient(value, dX, X)  # raises from an error of 1e-7 on
    nn.check_gradient(lambda _: value(X), gradients, layer.parameters())


def jittered(layer, seed=2):
    """Move every parameter off its start: ones and zeros are special cases."""
    rng = np.random.default_rng(seed)
    for parameter in layer.parameters():
        parameter += rng.normal(0.0, 0.3, size=parameter.shape)
    return layer


def test_layer_norm_gives_the_numbers_worked_out_on_paper():
    # x = (0, 4): mean 2, variance 4, and with ε = 5, s = 3
    norm = nn.LayerNorm(2, epsilon=5.0)
    norm.gamma, norm.beta = [3.0, 6.0], [1.0, 1.0]
    np.testing.assert_allclose(norm.forward([[0.0, 4.0]]), [[-1.0, 5.0]], rtol=1e-15)
    # G = (1, 0): G γ = (3, 0), its mean 3/2, that of G γ x̂ is -1
    dX = norm.backward([[1.0, 0.0]])
    np.testing.assert_allclose(dX, [[5 / 18, -5 / 18]], rtol=1e-14)
    np.testing.assert_allclose(norm.dgamma, [-2 / 3, 0.0], rtol=1e-15)
    np.testing.assert_array_equal(norm.dbeta, [1.0, 0.0])


@QUICK
@given(seed=SEEDS, scale=st.floats(1.0, 1e6), shift=st.floats(-1e3, 1e3))
def test_layer_norm_gives_rows_of_mean_zero_and_variance_one_whatever_their_scale(
    seed, scale, shift
):
    Y = nn.LayerNorm(8, epsilon=1e-12).forward(scale * draw(3, 8, seed=seed) + shift)
    np.testing.assert_allclose(Y.mean(axis=-1), 0.0, atol=1e-11)  # shift / scale loses digits
    np.testing.assert_allclose(Y.std(axis=-1), 1.0, rtol=1e-9)


def test_layer_norm_of_a_constant_row_is_its_shift():
    norm = nn.LayerNorm(3)
    norm.beta = [1.0, 2.0, 3.0]
    np.testing.assert_array_equal(norm.forward([[7.0, 7.0, 7.0]]), [[1.0, 2.0, 3.0]])


@pytest.mark.parametrize("shape", [(3, 4), (2, 3, 4), (1, 4)])
def test_layer_norm_s_gradients_are_those_of_central_differences(shape):
    check_layer(jittered(nn.LayerNorm(4)), draw(*shape))


MASKS = {"none": None, "(t, t)": draw_mask(5, 5), "(n, t, t)": draw_mask(2, 5, 5, seed=1)}


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("heads", [1, 2, 4])
def test_multi_head_gradients_are_those_of_central_differences(heads, mask, causal):
    layer = nn.MultiHeadAttention(4, heads, causal=causal, rng=np.random.default_rng(0))
    check_layer(layer, draw(2, 5, 4), mask=MASKS[mask])


@pytest.mark.parametrize("mask", MASKS)
@pytest.mark.parametrize("hidden", ["relu", "gelu"])
def test_the_whole_block_s_gradients_are_those_of_central_differences(hidden, mask):
    block = nn.TransformerBlock(4, 2, 6, hidden=hidden, rng=np.random.default_rng(0))
    jittered(block).dense1.b[0] = -50.0  # a unit that nothing wakes: relu gives it no gradient
    X = draw(2, 5, 4)
    hidden_inputs = block.norm2.forward(X + block.attention.forward(block.norm1.forward(X)))
    assert np.abs(block.dense1.forward(hidden_inputs)).min() > 1e-3  # relu's kink, 100 steps away
    check_layer(block, X, mask=MASKS[mask])
    assert hidden == "gelu" or not block.dense1.dW[:, 0].any()


@pytest.mark.parametrize("positions", ["learned", "sinusoidal", "none"])
def test_embedding_s_gradients_are_those_of_central_differences(positions):
    layer = nn.Embedding(4, 2, 5, positions=positions, rng=np.random.default_rng(0))
    tokens = np.array([[0, 3, 3], [1, 0, 3]])  # some twice, 2 never
    G = draw(*layer.forward(tokens).shape)
    assert not layer.backward(G).any()
    nn.check_gradient(
        lambda _: float((G * layer.forward(tokens)).sum()), layer.gradients(), layer.parameters()
    )
    assert not layer.dE[2].any() and len(layer.gradients()) == 1 + (positions == "learned")


def test_moving_on_turns_the_hands_of_sinusoids_by_an_angle_free_of_the_position():
    P = nn.sinusoidal_positions(50, 8).reshape(50, 4, 2)
    np.testing.assert_allclose((P[7:] * P[:-7]).sum(axis=2).std(axis=0), 0.0, atol=1e-14)
    assert P[0].tolist() == [[0.0, 1.0]] * 4


@QUICK
@given(seed=SEEDS, i=st.integers(0, 4))
def test_what_comes_later_changes_nothing_before_it_in_a_causal_block(seed, i):
    block = nn.TransformerBlock(4, 2, 6, causal=True, rng=np.random.default_rng(seed))
    X = draw(2, 5, 4, seed=seed)
    changed = X.copy()
    changed[:, i] += draw(2, 4, seed=seed + 1)
    before, after = block.forward(X), block.forward(changed)
    np.testing.assert_array_equal(after[:, :i], before[:, :i])
    assert (after[:, i] != before[:, i]).any()
    # and back: what is asked of position i asks nothing of those after it
    G = np.zeros_like(X)
    G[:, i] = 1.0
    assert not block.backward(G)[:, i + 1 :].any()


@QUICK
@given(seed=SEEDS, data=st.data())
def test_permuting_positions_permutes_the_outputs_without_mask(seed, data):
    block = nn.TransformerBlock(4, 2, 6, rng=np.random.default_rng(seed))
    X, order = draw(2, 5, 4, seed=seed), data.draw(st.permutations(range(5)))
    # a sum in another order rounds differently
    np.testing.assert_allclose(
        block.forward(X[:, order]), block.forward(X)[:, order], rtol=1e-9, atol=1e-12
    )


def test_a_causal_layer_is_one_with_the_causal_mask():
    free, causal = (
        nn.MultiHeadAttention(4, 2, causal=c, rng=np.random.default_rng(0)) for c in (False, True)
    )
    X = draw(2, 5, 4)
    np.testing.assert_array_equal(causal.forward(X), free.forward(X, mask=nn.causal_mask(5)))
    both = causal.forward(X, mask=MASKS["(n, t, t)"])
    np.testing.assert_array_equal(
        both, free.forward(X, mask=MASKS["(n, t, t)"] & nn.causal_mask(5))
    )
    assert (free.forward(X) != both).any()  # and a mask lasts for one pass


def test_one_head_is_what_autodiff_computes_and_so_are_its_gradients():
    layer = nn.MultiHeadAttention(4, 1, rng=np.random.default_rng(0))
    X, G = draw(2, 5, 4), draw(2, 5, 4, seed=1)
    x, Wq, Wk, Wv, Wo = map(Tensor, (X, *layer.parameters()))
    A = ((x @ Wq) @ (x @ Wk).transpose(0, 2, 1) / 2.0).softmax()
    Y = A @ (x @ Wv) @ Wo
    Y.backward(G)
    np.testing.assert_allclose(layer.forward(X), Y.data, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(layer.backward(G), x.grad, rtol=1e-12, atol=1e-13)
    for gradient, W in zip(layer.gradients(), (Wq, Wk, Wv, Wo), strict=True):
        np.testing.assert_allclose(gradient, W.grad, rtol=1e-12, atol=1e-13)
