"""Backpropagation: central differences, the equations one by one, scikit-learn."""

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier, MLPRegressor

import perceptrons as nn
from perceptrons.activations import ACTIVATIONS

KINKED = ("relu", "leaky_relu")
OUTPUTS = {"sigmoid": 3, "softmax": 3, "identity": 2}  # several outputs each


def problem(output, m, n=7, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    if output == "softmax":
        return X, rng.integers(0, m, size=n)
    return X, rng.integers(0, 2, size=(n, m)) if output == "sigmoid" else rng.normal(size=(n, m))


def model_off_the_kinks(sizes, X, h=1e-3, **kinds):
    """Draw networks until no hidden pre-activation is within ``h`` of 0, a hundred steps away."""
    for seed in range(100):
        rng = np.random.default_rng(seed)
        model = nn.MultiLayerPerceptron(*sizes, rng=rng, **kinds)
        for l in range(1, model.L + 1):  # zero biases are a special case: draw them
            setattr(model, f"b{l}", rng.normal(0.0, 0.5, size=sizes[l]))
        if model.L > 1:
            dead = model.b1
            dead[0] = -50.0  # a unit that no sample wakes: relu gives it no gradient
            model.b1 = dead
        model.forward(X)
        if all(np.abs(model.Z[l]).min() > h for l in range(1, model.L)):
            return model
    raise AssertionError("no network off the kinks in 100 draws")


def gradient_error(model, X, y):
    model.forward(X)
    return nn.check_gradient(lambda _: model.loss(X, y), model.backward(y), model.parameters())


# One central difference per parameter: relative error < 1e-7 in float64 (h = 1e-5).


@pytest.mark.parametrize("depth", [1, 2, 3])
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("hidden", ACTIVATIONS)
def test_backward_is_the_gradient_of_the_loss(hidden, output, depth):
    m = OUTPUTS[output]
    X, y = problem(output, m)
    model = model_off_the_kinks((*(3, 4, 5)[:depth], m), X, hidden=hidden, output=output)
    assert gradient_error(model, X, y) < 1e-7
    if hidden == "relu" and depth > 1:
        assert (model.dW1[:, 0] == 0.0).all() and model.db1[0] == 0.0
        assert (model.A1[:, 0] == 0.0).all()


@pytest.mark.parametrize("output", ["sigmoid", "identity"])
def test_backward_is_the_gradient_for_one_output_and_flat_labels(output):
    X, _ = problem("sigmoid", 1)
    y = np.array([0, 1, 1, 0, 1, 0, 0])
    model = model_off_the_kinks((3, 4, 1), X, output=output)
    assert gradient_error(model, X, y) < 1e-7


@pytest.mark.parametrize("fault", ["mask", "no 1/n", "bias", "old weights"])
def test_central_differences_catch_the_usual_faults(fault):
    X, y = problem("softmax", 3)
    model = model_off_the_kinks((3, 4, 3), X, output="softmax")
    model.forward(X)
    dW1, db1, dW2, db2 = (g.copy() for g in model.backward(y))
    if fault == "mask":  # the derivative taken with >= 0 at the activation, always true
        dZ1 = model.dZ2 @ model.W2.T
        dW1, db1 = X.T @ dZ1, dZ1.sum(axis=0)
    elif fault == "no 1/n":
        dW1 = dW1 * len(X)
    elif fault == "bias":
        db2 = model.dZ2.mean(axis=0)
    else:  # W2 moved before the error went through it
        dZ1 = (model.dZ2 @ (model.W2 - dW2).T) * nn.d_relu(model.Z1)
        dW1 = X.T @ dZ1
    with pytest.raises(ValueError, match="central differences"):
        nn.check_gradient(lambda _: model.loss(X, y), [dW1, db1, dW2, db2], model.parameters())


# The article's equations, put right


def test_two_two_one_on_paper():
    # x = (1, 2): z1 = (1 + 1, -1 + 2) = (2, 1) = a1; z2 = 2 - 2 = 0; ŷ = 1/2; y = 1.
    # δ2 = -1/2; dW2 = a1 δ2; δ1 = δ2 W2ᵀ = (-1/2, 1), both units awake; dW1 = x δ1.
    model = nn.MultiLayerPerceptron(2, 2, 1)
    model.W1, model.W2 = [[1.0, -1.0], [0.5, 1.0]], [[1.0], [-2.0]]
    assert model.forward([[1.0, 2.0]]).tolist() == [[0.5]]
    assert model.loss([[1.0, 2.0]], [1]) == pytest.approx(np.log(2), rel=1e-15)
    gradients = [g.tolist() for g in model.backward([1])]
    assert gradients == [[[-0.5, 1.0], [-1.0, 2.0]], [-0.5, 1.0], [[-1.0], [-0.5]], [-0.5]]
    model.gradient_descent(0.5)
    assert model.W2.tolist() == [[1.5], [-1.75]] and model.b1.tolist() == [0.25, -0.5]


def test_a_unit_asleep_gets_and_passes_no_gradient_on_paper():
    # As above with b1 = (0, -3/2): z1 = (2, -1/2), a1 = (2, 0), z2 = 2.
    model = nn.MultiLayerPerceptron(2, 2, 1)
    model.W1, model.W2 = [[1.0, -1.0], [0.5, 1.0]], [[1.0], [-2.0]]
    model.b1 = [0.0, -1.5]
    model.forward([[1.0, 2.0]])
    dW1, db1, dW2, _ = model.backward([1])
    delta = 1 / (1 + np.exp(-2)) - 1
    np.testing.assert_allclose(dW1, [[delta, 0.0], [2 * delta, 0.0]], rtol=1e-15)
    np.testing.assert_allclose(db1, [delta, 0.0], rtol=1e-15)
    np.testing.assert_allclose(dW2, [[2 * delta], [0.0]], rtol=1e-15)


def test_a_pre_activation_is_a_scalar_product_plus_a_bias():
    X, _ = problem("sigmoid", 1)
    model = model_off_the_kinks((3, 4, 2), X)
    model.forward(X)
    for i, j in [(0, 1), (3, 3)]:
        by_hand = sum(model.W1[k, j] * X[i, k] for k in range(3)) + model.b1[j]
        assert model.Z1[i, j] == pytest.approx(by_hand, rel=1e-14)


def test_next_pre_activation_depends_on_this_one_by_weight_times_derivative():
    # ∂a_n^{l+1} / ∂a_j^l = w_jn φ'(a_j), measured by moving a_j alone.
    W, a, h = np.random.default_rng(0).normal(size=(4, 3)), np.linspace(-1.0, 2.0, 4), 1e-6
    for j in range(4):
        step = h * np.eye(4)[j]
        slope = (nn.tanh(a + step) @ W - nn.tanh(a - step) @ W) / (2 * h)  # (3,)
        np.testing.assert_allclose(slope, W[j] * nn.d_tanh(a)[j], rtol=0, atol=1e-9)  # 2e-16 / h


@pytest.mark.parametrize(("output", "factor"), [("sigmoid", 1), ("softmax", 1), ("identity", 2)])
def test_recursion_starts_from_prediction_minus_target(output, factor):
    m = OUTPUTS[output]
    X, y = problem(output, m)
    model = model_off_the_kinks((3, 4, m), X, output=output)
    model.forward(X)
    model.backward(y)
    Y = nn.one_hot(y, m) if output == "softmax" else y
    np.testing.assert_allclose(model.dZ2, factor * (model.A2 - Y) / len(X), rtol=1e-14)

    # It is the derivative of the loss with respect to the last pre-activation, Z2.
    def loss_of(Z):
        loss = {
            "sigmoid": nn.binary_cross_entropy_from_logits,
            "softmax": nn.cross_entropy_from_logits,
            "identity": nn.mean_squared_error,
        }[output]
        return loss(Y, Z)

    nn.check_gradient(loss_of, model.dZ2, model.Z2)


def test_bias_gradient_is_the_error_summed_over_samples():
    X, y = problem("softmax", 3)
    model = model_off_the_kinks((3, 4, 3), X, output="softmax")
    model.forward(X)
    model.backward(y)
    np.testing.assert_allclose(model.db1, model.dZ1.sum(axis=0), rtol=1e-15)
    np.testing.assert_allclose(model.db2, model.dZ2.sum(axis=0), rtol=1e-15)


# Properties


@pytest.mark.parametrize("output", OUTPUTS)
def test_permuting_samples_leaves_loss_and_gradients_unchanged(output):
    X, y = problem(output, OUTPUTS[output], n=30)
    order = np.random.default_rng(1).permutation(30)
    model = nn.MultiLayerPerceptron(3, 8, OUTPUTS[output], output=output)
    model.forward(X)
    gradients = model.backward(y)
    model.forward(X[order])
    for a, b in zip(model.backward(y[order]), gradients, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-14)  # another order of additions
    assert model.loss(X[order], y[order]) == pytest.approx(model.loss(X, y), rel=1e-13)


@pytest.mark.parametrize("output", OUTPUTS)
def test_gradient_does_not_grow_with_copies_of_the_samples(output):
    X, y = problem(output, OUTPUTS[output])
    model = nn.MultiLayerPerceptron(3, 4, OUTPUTS[output], output=output)
    model.forward(X)
    once = model.backward(y)
    model.forward(np.concatenate([X, X, X]))
    for a, b in zip(model.backward(np.concatenate([y, y, y])), once, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-14)


def test_backward_twice_gives_the_same_gradients_in_new_arrays():
    X, y = problem("softmax", 3)
    model = nn.MultiLayerPerceptron(3, 4, 3, output="softmax")
    model.forward(X)
    first = model.backward(y)
    kept = [g.copy() for g in first]
    second = model.backward(y)
    for a, b, c in zip(first, second, kept, strict=True):
        assert a is not b
        np.testing.assert_array_equal(a, c)
        np.testing.assert_array_equal(b, c)


# scikit-learn, whose gradients are read through its private `_backprop`


@pytest.mark.parametrize("task", ["two classes", "three classes", "regression"])
@pytest.mark.parametrize(
    ("hidden", "name"),
    [("relu", "relu"), ("tanh", "tanh"), ("sigmoid", "logistic"), ("identity", "identity")],
)
def test_gradients_and_probabilities_are_scikit_learns(hidden, name, task):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(40, 3))
    y = {"two classes": X[:, 0] > 0, "three classes": rng.integers(0, 3, 40)}.get(task, X[:, 1])
    kind = MLPRegressor if task == "regression" else MLPClassifier
    theirs = kind(
        hidden_layer_sizes=(5, 4), activation=name, alpha=0.0, solver="sgd", random_state=0
    )
    classes = {} if task == "regression" else {"classes": np.unique(y)}
    for _ in range(3):
        theirs.partial_fit(X, y, **classes)
    m = 3 if task == "three classes" else 1
    output = {"two classes": "sigmoid", "three classes": "softmax"}.get(task, "identity")
    ours = nn.MultiLayerPerceptron(3, 5, 4, m, hidden=hidden, output=output)
    ours.W1, ours.W2, ours.W3 = theirs.coefs_
    ours.b1, ours.b2, ours.b3 = theirs.intercepts_

    outputs = ours.forward(X)
    if task != "regression":
        expected = theirs.predict_proba(X)
        expected = expected if m == 3 else expected[:, 1:]
        np.testing.assert_allclose(outputs, expected, rtol=1e-12)
    Y = ours.targets(y)
    layers = [X] + [np.empty((40, d)) for d in (5, 4, m)]
    deltas, dW, db = [None] * 3, [None] * 3, [None] * 3
    loss, dW, db = theirs._backprop(X, Y, None, layers, deltas, dW, db)
    half = 2.0 if task == "regression" else 1.0  # scikit-learn halves the squared error
    assert ours.loss(X, y) == pytest.approx(half * loss, rel=1e-12)
    for a, b in zip(
        ours.backward(y), [g for pair in zip(dW, db, strict=True) for g in pair], strict=True
    ):
        np.testing.assert_allclose(a, half * b, rtol=1e-9, atol=1e-14)
