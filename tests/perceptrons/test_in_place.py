"""What is written for speed equals what is written clearly, and spares what it gave away."""

import copy
import pickle

import numpy as np
import pytest

import perceptrons as nn
from perceptrons._in_place import IN_PLACE
from perceptrons._outputs import OUTPUTS

X = np.random.default_rng(0).normal(size=(30, 4))  # any seed: the facts hold for all values
EDGES = np.array([[-1e308, -40.0, -1.0, -0.0], [0.0, 1.0, 40.0, 1e308]])


def targets(output):
    labels = np.arange(len(X)) % 3
    return X[:, :3] if output == "identity" else nn.one_hot(labels, 3)


def network(hidden="relu", output="sigmoid", sizes=(4, 7, 5, 3)):
    return nn.MultiLayerPerceptron(
        *sizes, hidden=hidden, output=output, rng=np.random.default_rng(1)
    )


# Activations and losses


@pytest.mark.parametrize("hidden", nn.ACTIVATIONS)
@pytest.mark.parametrize("z", [X, EDGES], ids=["normal", "edges"])
def test_an_activation_in_place_is_the_clear_one(hidden, z):
    phi, times_d_phi = IN_PLACE[hidden]
    clear, d_clear = nn.ACTIVATIONS[hidden]
    np.testing.assert_array_equal(phi(z, None), clear(z))
    np.testing.assert_array_equal(phi(z, np.full(z.shape, 9.0)), clear(z))
    grad = np.linspace(-1.0, 1.0, z.size).reshape(z.shape)
    expected = grad * d_clear(z)
    times_d_phi(grad, z)
    np.testing.assert_array_equal(grad, expected)


def test_relu_in_place_writes_where_it_is_told():
    out = np.empty_like(X)
    assert IN_PLACE["relu"][0](X, out) is out


def test_relu_in_place_lets_nan_through_for_fit_to_see():
    assert np.isnan(IN_PLACE["relu"][0](np.array([[np.nan, 1.0]]), None)[0, 0])


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_an_output_and_its_loss_together_are_those_of_the_clear_functions(output, scale):
    Z, Y = scale * X[:, 1:], targets(output)
    A, summed_loss = OUTPUTS[output].activation_and_loss(Y, Z)
    # 1e-13: the sums of 3 and of 30 numbers are taken in another order.
    np.testing.assert_allclose(A, OUTPUTS[output].activation(Z), rtol=1e-13)
    assert summed_loss / len(Y) == pytest.approx(OUTPUTS[output].loss(Y, Z), rel=1e-13)


def test_softmax_and_its_loss_work_on_sequences_too():
    Z, Y = X[:, :3].reshape(5, 6, 3), targets("softmax").reshape(5, 6, 3)
    A, summed_loss = OUTPUTS["softmax"].activation_and_loss(Y, Z)
    flat, same_loss = OUTPUTS["softmax"].activation_and_loss(Y.reshape(-1, 3), Z.reshape(-1, 3))
    np.testing.assert_array_equal(A.reshape(-1, 3), flat)
    assert summed_loss == pytest.approx(same_loss, rel=1e-15)


# The model


def clear_gradients(model, Y):
    """Backpropagation as the chapter writes it, from the model's own W and b."""
    phi, d_phi = nn.ACTIVATIONS[model.hidden]
    A, Z = {0: X}, {}
    for l in range(1, model.L + 1):
        Z[l] = A[l - 1] @ model.W[l] + model.b[l]
        A[l] = phi(Z[l]) if l < model.L else OUTPUTS[model.output].activation(Z[l])
    dZ = OUTPUTS[model.output].factor * (A[model.L] - Y) / len(Y)
    gradients = {}
    for l in range(model.L, 0, -1):
        gradients[l] = (A[l - 1].T @ dZ, dZ.sum(axis=0))
        if l > 1:
            dZ = (dZ @ model.W[l].T) * d_phi(Z[l - 1])
    return [gradient for l in sorted(gradients) for gradient in gradients[l]]


@pytest.mark.parametrize("hidden", nn.ACTIVATIONS)
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("sizes", [(4, 7, 5, 3), (4, 7, 1, 3)])
def test_steps_over_the_same_arrays_follow_the_clear_ones(hidden, output, sizes):
    fast, Y = network(hidden, output, sizes), targets(output)
    clear = copy.deepcopy(fast)
    for _ in range(5):
        for parameter, gradient in zip(clear.parameters(), clear_gradients(clear, Y), strict=True):
            parameter -= 0.1 * gradient
        fast.forward_backward(X, Y)
        fast.gradient_descent(0.1)
    for a, b in zip(fast.parameters(), clear.parameters(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)  # sums in another order


def test_steps_of_one_size_write_over_the_same_arrays_and_others_do_not():
    model, Y = network(), targets("sigmoid")
    model.forward_backward(X, Y)
    first = model.Z1, model.A1, model.dZ1
    model.forward_backward(X, Y)
    assert all(a is b for a, b in zip(first, (model.Z1, model.A1, model.dZ1), strict=True))
    model.forward_backward(X[:7], Y[:7])
    assert model.A1.shape == (7, 7) and first[1].shape == (30, 7)


@pytest.mark.parametrize("between", ["forward", "backward", "fit", "weights_changed"])
def test_arrays_that_a_caller_may_hold_are_not_written_over(between):
    model, Y = network(), targets("sigmoid")
    if between == "fit":
        model.fit(X, Y, n_epochs=2)
    else:
        model.forward_backward(X, Y)
        {
            "forward": lambda: model.forward(X),
            "backward": lambda: model.backward(Y),
            "weights_changed": model.weights_changed,
        }[between]()
    held = [*model.A.values(), *model.dZ.values(), *model.gradients()]
    kept = copy.deepcopy(held)
    model.gradient_descent(0.5)
    model.forward_backward(X, Y)
    model.fit(X, Y, n_epochs=2)
    for a, b in zip(held, kept, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.parametrize("hidden", nn.ACTIVATIONS)
def test_a_model_survives_pickling_whatever_its_activation(hidden):
    model = network(hidden).fit(X, targets("sigmoid"), n_epochs=2)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def test_a_callback_may_keep_the_arrays_of_each_epoch():
    model, seen = network(), []
    model.fit(
        X, targets("sigmoid"), n_epochs=3, alpha=0.5, callback=lambda *_: seen.append(model.A1)
    )
    assert not np.array_equal(seen[0], seen[1]) and not np.array_equal(seen[1], seen[2])
