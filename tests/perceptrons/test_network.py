"""The multilayer perceptron: shapes, start, losses and answers."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import perceptrons as nn

QUICK = settings(max_examples=40, deadline=None)
XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])


def network(*sizes, seed=0, **kinds):
    return nn.MultiLayerPerceptron(*sizes, rng=np.random.default_rng(seed), **kinds)


def samples(n, d, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d))


# Forward


@QUICK
@given(st.lists(st.integers(1, 5), min_size=2, max_size=5), st.integers(1, 6))
def test_shapes_follow_the_sizes(sizes, n):
    model = network(*sizes)
    assert model.forward(samples(n, sizes[0])).shape == (n, sizes[-1])
    for l in range(1, len(sizes)):
        assert getattr(model, f"W{l}").shape == (sizes[l - 1], sizes[l])
        assert getattr(model, f"b{l}").shape == (sizes[l],)
        assert getattr(model, f"Z{l}").shape == getattr(model, f"A{l}").shape == (n, sizes[l])
    assert sum(p.size for p in model.parameters()) == sum((a + 1) * b for a, b in pairwise(sizes))


def test_forward_is_the_equations():
    X = samples(5, 3)
    model = network(3, 4, 2, hidden="tanh", output="softmax")
    A1 = np.tanh(X @ model.W1 + model.b1)
    np.testing.assert_allclose(model.forward(X), nn.softmax(A1 @ model.W2 + model.b2), rtol=1e-14)
    np.testing.assert_array_equal(model.A0, X)


def test_two_hidden_units_compute_exclusive_or():
    model = network(2, 2, 1)
    model.W1, model.b1 = [[1.0, 1.0], [1.0, 1.0]], [0.0, -1.0]
    model.W2, model.b2 = [[2.0], [-4.0]], [-1.0]
    np.testing.assert_array_equal(model.predict(XOR[0]), XOR[1])


def test_without_hidden_layer_it_is_logistic_and_softmax_regression():
    X, y = nn.make_blobs(50, rng=np.random.default_rng(0))
    one, line = network(2, 1), nn.LogisticRegression(2, n_iter=20, alpha=0.5)
    one.W1 = np.zeros((2, 1))
    one.fit(X, y, n_epochs=20, alpha=0.5)
    np.testing.assert_allclose(one.W1[:, 0], line.fit(X, y).weights, rtol=1e-12)
    two, soft = network(2, 2, output="softmax"), nn.SoftmaxRegression(2, 2, n_iter=20, alpha=0.5)
    two.W1 = np.zeros((2, 2))
    two.fit(X, y, n_epochs=20, alpha=0.5)
    np.testing.assert_allclose(two.W1, soft.fit(X, y).weights, rtol=1e-12)


def test_identity_layers_collapse_into_one_affine_map():
    model, X = network(3, 5, 4, 2, hidden="identity", output="identity"), samples(6, 3)
    W = model.W1 @ model.W2 @ model.W3
    np.testing.assert_allclose(model.forward(X), X @ W, rtol=1e-12)


@pytest.mark.parametrize("output", ["sigmoid", "softmax", "identity"])
def test_permuting_samples_permutes_outputs(output):
    model, X = network(3, 4, 2, output=output), samples(9, 3)
    order = np.random.default_rng(1).permutation(9)
    # BLAS may add in another order for another row: a rounding apart.
    np.testing.assert_allclose(model.forward(X[order]), model.forward(X)[order], rtol=1e-13)


# Start


@pytest.mark.parametrize(
    ("hidden", "deviation"),
    [("relu", (2 / 400) ** 0.5), ("gelu", (2 / 400) ** 0.5), ("tanh", (2 / 600) ** 0.5)],
)
def test_hidden_weights_start_by_he_before_relus_and_by_glorot_otherwise(hidden, deviation):
    model = network(400, 200, 100, hidden=hidden)
    assert model.W1.std() == pytest.approx(deviation, rel=0.02)  # 80 000 draws: 0.25 %
    assert model.W2.std() == pytest.approx((2 / 300) ** 0.5, rel=0.02)  # no relu follows
    assert not model.b1.any() and not model.b2.any()


def test_the_seed_decides_the_start_and_models_differ_without_one():
    np.testing.assert_array_equal(network(2, 3, 1, seed=5).W1, network(2, 3, 1, seed=5).W1)
    a, b = nn.MultiLayerPerceptron(2, 3, 1), nn.MultiLayerPerceptron(2, 3, 1)
    assert (a.W1 != b.W1).all()


def test_equal_start_keeps_hidden_units_equal():
    X, y = nn.make_circles(50, rng=np.random.default_rng(0))
    model = network(2, 4, 1, hidden="tanh")
    model.W1, model.W2 = np.full((2, 4), 0.3), np.full((4, 1), 0.3)
    model.fit(X, y, n_epochs=20, alpha=0.5)
    # Symmetry holds to a rounding: matrix products may add columns in different orders.
    np.testing.assert_allclose(model.W1, model.W1[:, :1] * np.ones(4), rtol=1e-10)


# Losses and answers


@pytest.mark.parametrize(
    ("output", "m", "chance"), [("sigmoid", 1, np.log(2)), ("sigmoid", 3, 3 * np.log(2)),
                                ("softmax", 3, np.log(3))]
)  # fmt: skip
def test_a_network_that_knows_nothing_has_the_loss_of_chance(output, m, chance):
    model = network(2, 4, m, output=output)
    model.W2 = np.zeros((4, m))
    y = nn.one_hot([0, 1, 0], m) if m > 1 else [0, 1, 0]  # summed over outputs, averaged over n
    assert model.loss(samples(3, 2), y) == pytest.approx(chance, rel=1e-14)


def test_a_certain_network_has_a_finite_loss_where_its_probability_is_0_or_1():
    model = network(1, 1)
    model.W1 = [[1000.0]]
    X = [[1.0], [-1.0]]
    np.testing.assert_array_equal(model.predict_proba(X), [[1.0], [0.0]])
    assert model.loss(X, [1, 0]) == 0.0
    assert model.loss(X, [0, 1]) == 1000.0


@pytest.mark.parametrize(("output", "m"), [("sigmoid", 2), ("softmax", 3), ("identity", 2)])
def test_the_loss_of_the_inner_loop_is_the_loss(output, m):
    model, X = network(3, 4, m, output=output), samples(8, 3)
    Y = {"softmax": nn.one_hot(np.arange(8) % m, m)}.get(output, np.tile([[0.0, 1.0]], (4, 1)))
    Y = np.resize(Y, (8, m))
    outputs, loss = model.forward_backward(*model.check(X, Y))
    assert loss == pytest.approx(model.loss(X, Y), rel=1e-14)
    # the sums are taken in another order
    np.testing.assert_allclose(outputs, model.forward(X), rtol=1e-14)
    for a, b in zip(model.gradients(), model.backward(Y), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13, atol=1e-16)


@pytest.mark.parametrize("output", ["sigmoid", "identity"])
def test_flat_labels_and_a_column_of_labels_are_the_same(output):
    model = network(2, 3, 1, output=output)
    column = XOR[1].reshape(-1, 1)
    assert model.loss(*XOR) == model.loss(XOR[0], column)
    model.forward(XOR[0])
    for a, b in zip(model.backward(XOR[1]), model.backward(column), strict=True):
        np.testing.assert_array_equal(a, b)


def test_softmax_takes_labels_or_rows_of_probabilities():
    model, X = network(2, 3, output="softmax"), samples(3, 2)
    assert model.loss(X, [2, 0, 1]) == model.loss(X, nn.one_hot([2, 0, 1], 3))
    soft = [[0.5, 0.25, 0.25]] * 3
    expected = nn.cross_entropy(soft, model.predict_proba(X))
    assert model.loss(X, soft) == pytest.approx(expected, rel=1e-12)


def test_answers_have_the_shape_of_labels():
    X = samples(4, 2)
    assert network(2, 1).predict(X).shape == (4,)
    assert network(2, 3, output="softmax").predict(X).shape == (4,)
    assert network(2, 3).predict(X).shape == (4, 3)
    assert network(2, 1, output="identity").predict(X).shape == (4,)
    model = network(2, 1)
    score = model.predict_proba(X)[:, 0]
    np.testing.assert_array_equal(model.predict(X), score >= 0.5)
    np.testing.assert_array_equal(model.predict(X, threshold=0.9), score >= 0.9)
    model.W1 = np.zeros((2, 1))  # each probability is 1/2, and counts as a yes
    np.testing.assert_array_equal(model.predict(X), [1, 1, 1, 1])


def test_a_regression_answers_its_values():
    X = samples(4, 2)
    one, two = network(2, 1, output="identity"), network(2, 2, output="identity")
    np.testing.assert_array_equal(one.predict(X), one.forward(X)[:, 0])
    np.testing.assert_array_equal(two.predict(X), two.forward(X))
