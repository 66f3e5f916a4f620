"""The multilayer perceptron over time and misused: what it remembers, copies, refuses."""

import copy
import pickle

import numpy as np
import pytest

import perceptrons as nn

XOR = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])


def network(*sizes, seed=0, **kinds):
    return nn.MultiLayerPerceptron(*sizes, rng=np.random.default_rng(seed), **kinds)


def samples(n, d, seed=0):
    return np.random.default_rng(seed).normal(size=(n, d))


# State


def test_backward_uses_the_samples_that_went_forward_whatever_was_predicted_since():
    X, y = samples(6, 2), np.arange(6) % 2
    model = network(2, 3, 1)
    model.forward(X)
    expected = model.backward(y)
    model.predict(samples(6, 2, seed=1))
    model.predict_proba(samples(6, 2, seed=1))
    model.loss(samples(6, 2, seed=1), y)
    for a, b in zip(model.backward(y), expected, strict=True):
        np.testing.assert_array_equal(a, b)


def test_backward_before_forward_is_an_error():
    with pytest.raises(RuntimeError, match=r"backward expects forward\(X\) first"):
        network(2, 1).backward([0])


@pytest.mark.parametrize("change", ["step", "assignment"])
def test_backward_with_activations_of_older_weights_is_an_error(change):
    model = network(2, 3, 1)
    model.forward(XOR[0])
    model.backward(XOR[1])
    if change == "step":
        model.gradient_descent(0.1)
    else:
        model.W2 = np.ones((3, 1))
    with pytest.raises(RuntimeError, match="once more after each change of the weights"):
        model.backward(XOR[1])
    assert model.A1.shape == (4, 3)  # to be looked at all the same


def test_gradient_descent_before_backward_is_an_error():
    model = network(2, 1)
    model.forward(XOR[0])
    with pytest.raises(RuntimeError, match=r"gradient_descent expects backward\(y\) first"):
        model.gradient_descent(0.1)


def test_gradient_descent_moves_each_parameter_against_its_gradient():
    model = network(2, 3, 1)
    model.forward(XOR[0])
    gradients, before = model.backward(XOR[1]), [p.copy() for p in model.parameters()]
    model.gradient_descent(0.25)
    for p, p0, g in zip(model.parameters(), before, gradients, strict=True):
        np.testing.assert_array_equal(p, p0 - 0.25 * g)


def test_arguments_are_never_changed():
    W, X, y = np.ones((2, 3)), XOR[0].copy(), XOR[1].copy()
    model = network(2, 3, 1)
    model.W1 = W
    model.fit(X, y, n_epochs=3)
    np.testing.assert_array_equal(W, np.ones((2, 3)))
    np.testing.assert_array_equal(X, XOR[0])
    np.testing.assert_array_equal(y, XOR[1])


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_trains_alike_and_apart(copied):
    model = network(2, 3, 1)
    model.fit(*XOR, n_epochs=3)
    other = copied(model)
    kept = model.W1.copy()
    other.fit(*XOR, n_epochs=3)
    np.testing.assert_array_equal(model.W1, kept)
    model.fit(*XOR, n_epochs=3)
    np.testing.assert_array_equal(model.W1, other.W1)


# Misuse


@pytest.mark.parametrize(
    ("sizes", "kinds", "got"),
    [
        ((2,), {}, r"at least two sizes.*got \(2,\)"),
        ((2, 0, 1), {}, "got 0"),
        ((2, 1.5), {}, "got 1.5"),
        ((2, 1), {"hidden": "rellu"}, "hidden among identity, sigmoid.*got 'rellu'"),
        ((2, 1), {"hidden": "softmax"}, "hidden among .*got 'softmax'"),
        ((2, 1), {"output": "relu"}, "output among sigmoid, softmax, identity, got 'relu'"),
        ((2, 1), {"output": "softmax"}, "2 or more outputs for softmax, got 1"),
        ((2, 3, 1), {"output": "softmax"}, "2 or more outputs for softmax, got 1"),
        ((2, 1), {"rng": 0}, "Generator .*got int"),
    ],
)
def test_bad_architectures_are_refused_in_words(sizes, kinds, got):
    with pytest.raises(ValueError, match=f"MultiLayerPerceptron expects .*{got}"):
        nn.MultiLayerPerceptron(*sizes, **kinds)


@pytest.mark.parametrize(
    ("output", "y", "got"),
    [
        ("sigmoid", [0, 1], "as many rows .* got 3 and 2"),
        ("sigmoid", [0, 1, 2], r"y in \[0, 1\], got 2"),
        ("sigmoid", [0, 1, np.nan], "NaN"),
        ("sigmoid", [[0, 1]] * 3, r"shape \(n,\) or \(n, 1\), got \(3, 2\)"),
        ("sigmoid", [], "at least one value"),
        ("sigmoid", [[[0]]] * 3, r"shape \(n,\) or \(n, 1\), got \(3, 1, 1\)"),
        ("sigmoid", 1, r"shape \(n,\) or \(n, 1\), got \(\)"),
        ("softmax", 1, r"shape \(n,\) or \(n, 3\), got \(\)"),
        ("softmax", [[0.5, 0.5]] * 3, r"shape \(n,\) or \(n, 3\), got \(3, 2\)"),
        ("softmax", [0, 1, 3], "below n_classes=3, got 3"),
        ("softmax", [[0.5, 0.25, 0.125]] * 3, r"sum to 1, got \[0.875 0.875 0.875\]"),
        ("softmax", [[2.0, -1.0, 0.0]] * 3, r"\[0, 1\]"),
        ("identity", ["a", "b", "c"], "real numbers"),
        ("identity", [np.inf, 0.0, 0.0], "finite"),
    ],
)
def test_bad_targets_are_refused_in_words(output, y, got):
    model, X = network(2, 3 if output == "softmax" else 1, output=output), samples(3, 2)
    model.forward(X)
    for use in (model.backward, lambda y: model.loss(X, y), lambda y: model.fit(X, y)):
        with pytest.raises(ValueError, match=f"expects .*{got}"):
            use(y)


def test_flat_labels_are_refused_by_several_yes_or_no_outputs():
    with pytest.raises(ValueError, match=r"expects y of shape \(n, 2\), got \(3,\)"):
        network(2, 2).loss(samples(3, 2), [0, 1, 1])


@pytest.mark.parametrize(
    ("X", "got"),
    [
        ([[1.0]], r"shape \(n, 2\), got \(1, 1\)"),
        ([1.0, 2.0], r"shape \(n, 2\), got \(2,\)"),
        ([[1.0, np.nan]], r"NaN at index \(0, 1\)"),
        ([[1.0, -np.inf]], "finite"),
        (np.empty((0, 2)), "at least one value"),
    ],
)
def test_bad_samples_are_refused_in_words(X, got):
    model = network(2, 3, 1)
    for use in (model.forward, model.predict, model.predict_proba, lambda X: model.fit(X, [0])):
        with pytest.raises(ValueError, match=f"MultiLayerPerceptron expects X .*{got}"):
            use(X)


def test_misuse_of_names_and_answers_is_refused_in_words():
    model = network(2, 3, 1)
    with pytest.raises(ValueError, match=r"expects W1 of shape \(2, 3\), got \(3, 2\)"):
        model.W1 = np.ones((3, 2))
    with pytest.raises(ValueError, match=r"expects W1 of shape \(2, 3\), got \(1, 3\)"):
        model.W1 = np.ones((1, 3))  # numpy would broadcast it
    with pytest.raises(ValueError, match=r"W1 .*NaN"):
        model.W1 = np.full((2, 3), np.nan)
    for name in ("W3", "Z1", "dW1"):
        with pytest.raises(AttributeError, match=f"assigned, not {name}"):
            setattr(model, name, np.ones(3))
    for name in ("W3", "Z1", "dW1", "weight"):
        with pytest.raises(AttributeError, match=f"has no {name}"):
            getattr(model, name)
    with pytest.raises(ValueError, match="sigmoid or softmax, got identity"):
        network(2, 1, output="identity").predict_proba([[0.0, 0.0]])
    for output, threshold in (("softmax", 0.9), ("softmax", 0.1), ("identity", 0.9)):
        with pytest.raises(ValueError, match=f"no threshold with {output}"):
            network(2, 2, output=output).predict([[0.0, 0.0]], threshold=threshold)
    with pytest.raises(ValueError, match=r"alpha .*got nan"):
        model.gradient_descent(np.nan)


@pytest.mark.parametrize("X", [[[1e308, 1e308]], [[1e308, -1e308]]])
def test_values_too_large_to_multiply_are_refused_without_a_warning(X):
    model = network(2, 2, 1, hidden="identity", output="identity")
    model.W1 = np.full((2, 2), 10.0)
    with pytest.raises(ValueError, match=r"finite|NaN"):
        model.forward(X)


def test_a_last_layer_that_is_too_large_is_told_as_such_whatever_the_hidden_activation():
    model = network(2, 1, hidden="tanh")
    model.W1 = [[10.0], [10.0]]
    # inf - inf or inf + 0: the order in which a kernel of BLAS adds is its own
    with pytest.raises(ValueError, match=r"last pre-activations to be finite, got (nan|-?inf)"):
        model.forward([[1e308, -1e308]])


def test_gradients_beyond_the_largest_float_are_refused():
    model = network(1, 1, output="identity")
    model.W1 = [[1.0]]
    model.forward([[1e200]])
    with pytest.raises(ValueError, match="backward expects the gradients to be finite, got inf"):
        model.backward([0.0])
