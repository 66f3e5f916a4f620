"""What is written for speed equals what is written clearly, and spares what it gave away."""

import copy
import pickle

import numpy as np
import pytest

import perceptrons as nn
from perceptrons.network import _LAST_LAYERS

X = np.random.default_rng(0).normal(size=(30, 4))  # any seed: the facts hold for all values


def targets(output):
    labels = np.arange(len(X)) % 3
    return X[:, :3] if output == "identity" else nn.one_hot(labels, 3)


def network(hidden="relu", output="sigmoid", sizes=(4, 7, 5, 3)):
    return nn.MultiLayerPerceptron(
        *sizes, hidden=hidden, output=output, rng=np.random.default_rng(1)
    )


# Losses


@pytest.mark.parametrize("output", _LAST_LAYERS)
@pytest.mark.parametrize("scale", [1.0, 1000.0])
def test_an_output_and_its_loss_together_are_those_of_the_clear_functions(output, scale):
    Z, Y = scale * X[:, 1:], targets(output)
    A, summed_loss = _LAST_LAYERS[output].activation_and_loss(Y, Z)
    # 1e-13: the sums of 3 and of 30 numbers are taken in another order.
    np.testing.assert_allclose(A, _LAST_LAYERS[output].activation(Z), rtol=1e-13)
    assert summed_loss / len(Y) == pytest.approx(_LAST_LAYERS[output].loss(Y, Z), rel=1e-13)


def test_an_output_that_all_models_share_cannot_be_changed():
    with pytest.raises(AttributeError, match="cannot assign"):
        _LAST_LAYERS["sigmoid"].factor = 2.0


def test_softmax_and_its_loss_work_on_sequences_too():
    Z, Y = X[:, :3].reshape(5, 6, 3), targets("softmax").reshape(5, 6, 3)
    A, summed_loss = _LAST_LAYERS["softmax"].activation_and_loss(Y, Z)
    flat, same_loss = _LAST_LAYERS["softmax"].activation_and_loss(
        Y.reshape(-1, 3), Z.reshape(-1, 3)
    )
    np.testing.assert_array_equal(A.reshape(-1, 3), flat)
    assert summed_loss == pytest.approx(same_loss, rel=1e-15)


# The model


def clear_gradients(model, Y):
    """Backpropagation as the chapter writes it, from the model's own W and b."""
    phi, d_phi = nn.ACTIVATIONS[model.hidden]
    A, Z = {0: X}, {}
    for l in range(1, model.L + 1):
        Z[l] = A[l - 1] @ model.W[l] + model.b[l]
        A[l] = phi(Z[l]) if l < model.L else _LAST_LAYERS[model.output].activation(Z[l])
    dZ = _LAST_LAYERS[model.output].factor * (A[model.L] - Y) / len(Y)
    gradients = {}
    for l in range(model.L, 0, -1):
        gradients[l] = (A[l - 1].T @ dZ, dZ.sum(axis=0))
        if l > 1:
            dZ = (dZ @ model.W[l].T) * d_phi(Z[l - 1])
    return [gradient for l in sorted(gradients) for gradient in gradients[l]]


@pytest.mark.parametrize("hidden", nn.ACTIVATIONS)
@pytest.mark.parametrize("output", _LAST_LAYERS)
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


def test_relu_lets_nan_through_for_fit_to_see():
    model, Y = network(), targets("sigmoid")
    model.b1 = np.full(7, 1e308)
    model.W2 = np.full((7, 5), 1e308)
    with np.errstate(over="ignore", invalid="ignore"):
        _, loss = model.forward_backward(X, Y)
    assert not np.isfinite(loss)


def test_steps_of_one_size_write_over_the_same_gradients():
    model, Y = network(), targets("sigmoid")
    model.forward_backward(X, Y)
    first = model.gradients()
    model.forward_backward(2 * X, Y)
    assert all(np.shares_memory(a, b) for a, b in zip(first, model.gradients(), strict=True))


@pytest.mark.parametrize("rows", [30, 7, 1])
def test_steps_of_several_sizes_take_turns(rows):
    model, fresh, Y = network(), network(), targets("sigmoid")
    model.forward_backward(X[:8], Y[:8])
    outputs, loss = model.forward_backward(X[:rows], Y[:rows])
    expected, same_loss = fresh.forward_backward(X[:rows], Y[:rows])
    np.testing.assert_array_equal(outputs, expected)
    assert loss == same_loss
    for a, b in zip(model.gradients(), fresh.gradients(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_samples_that_have_changed_in_place_are_seen():
    model, Y, samples = network(), targets("sigmoid"), X.copy()
    model.forward_backward(samples, Y)
    samples[...] = 2.0 * X
    _, loss = model.forward_backward(samples, Y)
    assert loss == pytest.approx(model.loss(2.0 * X, Y), rel=1e-14)


def test_other_samples_that_cannot_change_are_seen_too():
    model, Y, once, twice = network(), targets("sigmoid"), X.copy(), 2.0 * X
    once.flags.writeable = twice.flags.writeable = False
    model.forward_backward(once, Y)
    _, loss = model.forward_backward(twice, Y)
    assert loss == pytest.approx(model.loss(2.0 * X, Y), rel=1e-14)


def test_samples_of_the_caller_may_still_be_written_to_after_fit():
    samples = X.copy()
    network().fit(samples, targets("sigmoid"), n_epochs=1)
    assert samples.flags.writeable


def test_arrays_of_forward_and_backward_are_not_written_over():
    model, Y = network(), targets("sigmoid")
    model.fit(X, Y, n_epochs=2)
    model.forward(X)
    model.backward(Y)
    held = [*model.Z.values(), *model.A.values(), *model.dZ.values(), *model.gradients()]
    kept = copy.deepcopy(held)
    model.gradient_descent(0.5)
    model.forward_backward(X, Y)
    model.fit(X, Y, n_epochs=2)
    model.forward(2 * X)
    model.backward(Y)
    for a, b in zip(held, kept, strict=True):
        np.testing.assert_array_equal(a, b)


# Weights and biases in one vector


def test_weights_and_biases_share_the_memory_of_one_vector():
    model = network()
    model._theta.vector[...] = np.arange(model._theta.vector.size)
    numbers = np.concatenate([parameter.ravel() for parameter in model.parameters()])
    assert sorted(numbers) == list(range(numbers.size))


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda m: pickle.loads(pickle.dumps(m))])
def test_a_copy_in_the_middle_of_training_trains_on_alone(copied):
    model, Y = network(), targets("sigmoid")
    model.fit(X, Y, n_epochs=2)
    model.forward_backward(X, Y)
    before = copy.deepcopy(model.parameters())
    twin = copied(model).fit(X, Y, n_epochs=3)
    for a, b in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(a, b)
    model.fit(X, Y, n_epochs=3)
    for a, b in zip(model.parameters(), twin.parameters(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_weights_are_not_replaced_by_layer_but_by_name():
    with pytest.raises(TypeError, match="does not support item assignment"):
        network().W[1] = np.zeros((4, 7))


@pytest.mark.parametrize("hidden", nn.ACTIVATIONS)
def test_a_model_survives_pickling_whatever_its_activation(hidden):
    model = network(hidden).fit(X, targets("sigmoid"), n_epochs=2)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(X), model.predict_proba(X))


def test_a_callback_may_keep_what_it_looks_at_each_epoch():
    model, seen = network(), []

    def look(epoch, model, history):
        model.forward(X)
        seen.append(model.A1)

    model.fit(X, targets("sigmoid"), n_epochs=3, alpha=0.5, callback=look)
    assert not np.array_equal(seen[0], seen[1]) and not np.array_equal(seen[1], seen[2])
