"""Layers: gradients by central differences, worked examples, properties, misuse."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import perceptrons as nn
from perceptrons.activations import ACTIVATIONS
from perceptrons.layers import Parameter

QUICK = settings(max_examples=60, deadline=None)


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def off_the_kinks(*shape, h=1e-3):
    """Draw values of which none is within ``h`` of 0, a hundred steps of a difference away."""
    X = draw(*shape)
    return X + np.copysign(h, X)


def dense(n_in, n_out, seed=0, **options):
    layer = nn.Dense(n_in, n_out, rng=np.random.default_rng(seed), **options)
    layer.b = draw(n_out, seed=seed + 1)  # zero biases are a special case
    return layer


class SameMask(nn.Dropout):
    """Dropout whose mask is frozen, so that the loss is a function: each draw is the first."""

    def _forward(self, X, training):
        self.rng = np.random.default_rng(0)
        return super()._forward(X, training)


LAYERS = {
    "dense": (lambda: dense(4, 3), (5, 4)),
    "dense with glorot": (lambda: dense(4, 3, initialise="glorot"), (5, 4)),
    "dense over positions": (lambda: dense(4, 3), (2, 5, 4)),
    "one to one": (lambda: dense(1, 1), (1, 1)),
    "flatten": (nn.Flatten, (3, 2, 4)),
    "dropout": (lambda: SameMask(0.4), (5, 4)),
    "no dropout": (lambda: nn.Dropout(0.0), (5, 4)),
    **{name: (lambda name=name: nn.Activation(name), (5, 4)) for name in ACTIVATIONS},
}


# Gradients: relative error < 1e-7 against central differences, in float64 (h = 1e-5).


@pytest.mark.parametrize("name", LAYERS)
@pytest.mark.parametrize("training", [True, False])
def test_backward_gives_the_gradients_of_inputs_and_parameters(name, training):
    make, shape = LAYERS[name]
    layer, X = make(), off_the_kinks(*shape)
    G = draw(*layer.forward(X, training).shape, seed=1)  # loss = Σ G ⊙ A has the gradient G

    def loss(X):
        return float(np.sum(G * layer.forward(X, training)))

    dX, gradients = layer.backward(G), layer.gradients()
    nn.check_gradient(loss, dX, X)
    if layer.parameters():
        nn.check_gradient(lambda _: loss(X), gradients, layer.parameters())


@pytest.mark.parametrize("fault", ["transpose", "bias", "mask", "slope"])
def test_central_differences_catch_the_usual_faults(fault):
    if fault in ("transpose", "bias"):
        layer, X = dense(4, 4), draw(5, 4)
    else:
        layer, X = (SameMask(0.4) if fault == "mask" else nn.Activation("relu")), draw(5, 4)
    A = layer.forward(X, training=True)
    G = draw(*A.shape, seed=1)

    def loss(_):
        return float(np.sum(G * layer.forward(X, training=True)))

    right = layer.backward(G)
    if fault == "bias":
        wrong, at = [layer.dW, G.mean(axis=0)], layer.parameters()
        with pytest.raises(ValueError, match="central differences"):
            nn.check_gradient(loss, wrong, at)
        return
    wrong = {
        "transpose": lambda: G @ layer.W,
        "mask": lambda: G * nn.Dropout(0.4, rng=np.random.default_rng(9)).forward(np.ones((5, 4))),
        "slope": lambda: G * (A >= 0.0),  # at the activation, where it is always true
    }[fault]()
    assert wrong.shape == right.shape
    with pytest.raises(ValueError, match="central differences"):
        nn.check_gradient(lambda X: float(np.sum(G * layer.forward(X, True))), wrong, X)


# On paper


def test_dense_on_paper():
    # Z = XW + b = (1, 2) · [[1, 0], [0, 3]] + (10, 20) = (11, 26); G = (1, -1).
    layer = nn.Dense(2, 2)
    layer.W, layer.b = [[1.0, 0.0], [0.0, 3.0]], [10.0, 20.0]
    assert layer.forward([[1.0, 2.0]]).tolist() == [[11.0, 26.0]]
    assert layer.backward([[1.0, -1.0]]).tolist() == [[1.0, -3.0]]  # G Wᵀ
    assert [g.tolist() for g in layer.gradients()] == [[[1.0, -1.0], [2.0, -2.0]], [1.0, -1.0]]


def test_dense_shares_its_weights_between_positions():
    layer, X = dense(4, 3), draw(2, 5, 4)
    together = layer.forward(X)
    for i in range(2):
        np.testing.assert_allclose(together[i], layer.forward(X[i]), rtol=1e-14)
    assert together.shape == layer.output_shape(X.shape) == (2, 5, 3)


@pytest.mark.parametrize(("name", "initialise"), [("he", "he"), ("glorot", "glorot")])
def test_dense_draws_as_its_initialiser_and_biases_are_zero(name, initialise):
    layer = nn.Dense(7, 5, initialise=name, rng=np.random.default_rng(3))
    expected = getattr(nn, f"initialise_{initialise}")(7, 5, np.random.default_rng(3))
    np.testing.assert_array_equal(layer.W, expected)
    np.testing.assert_array_equal(layer.b, np.zeros(5))


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activation_is_the_function_of_its_name(name):
    Z = draw(3, 2, 2)
    np.testing.assert_array_equal(nn.Activation(name).forward(Z), ACTIVATIONS[name][0](Z))


# Dropout


@QUICK
@given(st.floats(0.0, 0.95), st.integers(0, 2**32))
def test_dropout_keeps_values_scaled_or_makes_them_zero(p, seed):
    X = draw(6, 5)
    layer = nn.Dropout(p, rng=np.random.default_rng(seed))
    A = layer.forward(X, training=True)
    kept = A != 0.0
    np.testing.assert_allclose(A[kept], X[kept] / (1.0 - p), rtol=1e-14)
    # what was switched off gets no gradient, what was not gets it scaled: the same mask
    np.testing.assert_array_equal(layer.backward(X), A)
    np.testing.assert_array_equal(layer.forward(X), X)
    np.testing.assert_array_equal(layer.backward(X), X)


def test_dropout_without_probability_draws_nothing():
    layer, X = nn.Dropout(0.0, rng=np.random.default_rng(0)), draw(3, 2)
    np.testing.assert_array_equal(layer.forward(X, training=True), X)
    assert layer.mask is None
    assert layer.rng.random() == np.random.default_rng(0).random()


def test_a_draw_of_p_itself_keeps_the_value():
    p = np.random.default_rng(0).random()  # draws are in [0, 1): a share of p is below p
    layer = nn.Dropout(p, rng=np.random.default_rng(0))
    assert layer.forward([[1.0]], training=True) == 1.0 / (1.0 - p)


def test_dropout_leaves_the_mean_and_switches_off_the_share_p():
    A = nn.Dropout(0.3, rng=np.random.default_rng(0)).forward(np.ones((400, 250)), training=True)
    # 100 000 draws: standard deviations √(0.3 · 0.7 / 1e5) = 0.0015, over 0.7: 0.0021; six of them
    assert np.mean(A == 0.0) == pytest.approx(0.3, abs=0.009)
    assert A.mean() == pytest.approx(1.0, abs=0.013)


def test_dropout_follows_its_generator_and_draws_anew():
    layer, same = (nn.Dropout(0.5, rng=np.random.default_rng(0)) for _ in range(2))
    X = np.ones((10, 10))
    first, second = layer.forward(X, training=True), layer.forward(X, training=True)
    assert (first != second).any()
    np.testing.assert_array_equal(same.forward(X, training=True), first)


# Every layer


@pytest.mark.parametrize("name", sorted(LAYERS.keys() - {"dropout"}))  # whose mask knows no samples
def test_permuting_samples_permutes_outputs_and_gradients(name):
    make, shape = LAYERS[name]
    layer, X = make(), draw(*shape)
    order = np.random.default_rng(1).permutation(len(X))
    A = layer.forward(X, training=True)
    G = draw(*A.shape, seed=2)
    dX = layer.backward(G)
    np.testing.assert_allclose(layer.forward(X[order], training=True), A[order], rtol=1e-13)
    np.testing.assert_allclose(layer.backward(G[order]), dX[order], rtol=1e-13)


@pytest.mark.parametrize("name", LAYERS)
def test_arguments_are_never_changed_and_backward_can_be_repeated(name):
    make, shape = LAYERS[name]
    layer, X = make(), draw(*shape)
    kept_X = X.copy()
    A = layer.forward(X, training=True)
    assert A.shape == layer.output_shape(X.shape)
    G = draw(*A.shape, seed=2)
    kept_G, kept_A = G.copy(), A.copy()
    once = layer.backward(G), *layer.gradients()
    kept = [g.copy() for g in once]
    again = layer.backward(G), *layer.gradients()
    for a, b, c in zip(once, kept, again, strict=True):
        np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(a, c)
    for a, b in ((X, kept_X), (G, kept_G), (A, kept_A)):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
@pytest.mark.parametrize("name", LAYERS)
def test_a_copy_answers_alike_and_is_apart(name, copied):
    make, shape = LAYERS[name]
    if name == "dropout":
        make = lambda: nn.Dropout(0.4, rng=np.random.default_rng(5))
    layer, X = make(), draw(*shape)
    other = copied(layer)
    np.testing.assert_array_equal(layer.forward(X, training=True), other.forward(X, training=True))
    for a, b in zip(layer.parameters(), other.parameters(), strict=True):
        assert not np.shares_memory(a, b)


def test_a_layer_of_the_reader_learns_what_it_declares():
    class Scale(nn.Layer):
        w = Parameter()

        def __init__(self):
            self.w = 2.0

        def output_shape(self, shape):
            return shape

        def _forward(self, X, training):
            self._X = X
            return X * self.w

        def _backward(self, grad):
            self.dw = np.array((grad * self._X).sum())
            return grad * self.w

    class Shifted(Scale):
        b = Parameter()

        def __init__(self):
            super().__init__()
            self.b = 0.0

    layer = Scale()
    with pytest.raises(RuntimeError, match=r"Scale.gradients expects backward\(grad\) first"):
        layer.gradients()
    layer.forward([[3.0]])
    layer.backward([[10.0]])
    assert (layer.parameters(), layer.gradients()) == ([2.0], [30.0])
    assert Shifted().parameters() == [2.0, 0.0]  # those of the base come first
    assert Scale().parameters() == [2.0]  # and the base is left as it was
