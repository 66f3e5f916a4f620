"""Back-propagation through time, against central differences."""

import numpy as np
import pytest

import perceptrons as nn

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
@pytest.mark.parametrize("T", [1, 6])
@pytest.mark.parametrize("awake", [True, False])
def test_gradients_through_time_are_central_differences(kind, T, awake):
    layer, X, initial = recurrent(kind), draw(3, T, 3), start(kind, 3)
    if not awake:
        layer.b[0] = -50.0  # unit 0 is stuck: its tanh, or its first gate, is flat there
    G = draw(*layer.forward(X).shape, seed=9)

    def loss(X, initial=initial):
        return float(np.sum(G * layer.forward(X, initial=initial)))

    loss(X)
    dX = layer.backward(G)
    gradients, d_initial = layer.gradients(), layer.d_initial
    nn.check_gradient(loss, dX, X)
    nn.check_gradient(lambda _: loss(X), gradients, layer.parameters())
    if kind is nn.LSTM:
        nn.check_gradient(lambda s: loss(X, tuple(s)), list(d_initial), list(initial))
    else:
        nn.check_gradient(lambda s: loss(X, s), d_initial, initial)


@pytest.mark.parametrize("kind", KINDS)
def test_a_gradient_cut_short_in_time_is_caught(kind):
    layer, X, G = recurrent(kind), draw(2, 5, 3), draw(2, 5, 4, seed=1)

    def loss(X):
        return float(np.sum(G * layer.forward(X)))

    loss(X)
    dX = layer.backward(G)
    layer.forward(X[:, 2:], initial=(layer.forward(X[:, :2]), layer.final)[1])
    dX[:, 2:] = layer.backward(G[:, 2:])  # right
    nn.check_gradient(loss, dX, X)
    layer.forward(X[:, :2])
    dX[:, :2] = layer.backward(G[:, :2])  # what comes back from step 3 is missing
    with pytest.raises(ValueError, match="check_gradient: at index"):
        nn.check_gradient(loss, dX, X)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("many", [True, False])
def test_gradients_of_whole_models_are_central_differences(kind, many):
    X = draw(3, 5, 2)
    layers = [recurrent(kind, 2, 3), recurrent(kind, 3, 4, seed=7)]
    layers += [nn.Dense(4, 3)] if many else [nn.LastStep(), nn.Dense(4, 3)]
    y = np.arange(15).reshape(3, 5) % 3 if many else [0, 2, 1]
    model = nn.Sequential(*layers)
    assert model.forward(X).shape == ((3, 5, 3) if many else (3, 3))
    gradients = model.backward(y)
    nn.check_gradient(lambda _: model.loss(X, y), gradients, model.parameters())


def test_the_last_step_alone_gets_the_gradient():
    layer, X = nn.LastStep(), draw(2, 4, 3)
    np.testing.assert_array_equal(layer.forward(X), X[:, -1])
    G = draw(2, 3, seed=1)
    nn.check_gradient(lambda X: float(np.sum(G * layer.forward(X))), layer.backward(G), X)


@pytest.mark.parametrize("kind", KINDS)
def test_backward_twice_gives_the_same_gradients(kind):
    layer = recurrent(kind)
    G = draw(*layer.forward(draw(2, 5, 3)).shape)
    first, kept = layer.backward(G), [g.copy() for g in layer.gradients()]
    np.testing.assert_array_equal(layer.backward(G), first)
    for g, before in zip(layer.gradients(), kept, strict=True):
        np.testing.assert_array_equal(g, before)
