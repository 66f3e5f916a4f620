"""A stack of layers as a model: gradients, parity, training, state, misuse."""

import itertools

import numpy as np
import pytest
from sklearn.neural_network import MLPClassifier

import perceptrons as nn

LOSSES = {"cross_entropy": 3, "binary_cross_entropy": 2, "mean_squared_error": 2}


def problem(loss, shape=(7, 3), seed=0):
    """Samples, and labels for a model that keeps all axes but the last."""
    rng, m = np.random.default_rng(seed), LOSSES[loss]
    X = rng.normal(size=shape)
    if loss == "cross_entropy":
        return X, rng.integers(0, m, size=shape[:-1])
    size = (*shape[:-1], m)
    return X, rng.integers(0, 2, size) if loss == "binary_cross_entropy" else rng.normal(size=size)


def dense(n_in, n_out, rng):
    layer = nn.Dense(n_in, n_out, rng=rng)
    layer.b = rng.normal(size=n_out)  # zero biases are a special case
    return layer


def stack(*sizes, seed=0, activation="tanh", dropout=0.0, **options):
    """Dense layers with an activation, and perhaps dropout, between them."""
    rng = np.random.default_rng(seed)
    layers = [dense(sizes[0], sizes[1], rng)]
    for n_in, n_out in itertools.pairwise(sizes[1:]):
        layers.append(nn.Activation(activation))
        layers += [nn.Dropout(dropout, rng=rng)] * (dropout > 0.0)
        layers.append(dense(n_in, n_out, rng))
    return nn.Sequential(*layers, **options)


def freeze(model):
    """Make each dropout draw the mask of its first step again."""
    for layer in model.layers:
        if isinstance(layer, nn.Dropout):
            layer.rng = np.random.default_rng(1)


# Gradients: relative error < 1e-7 against central differences, in float64 (h = 1e-5).


@pytest.mark.parametrize("l2", [0.0, 0.3])
@pytest.mark.parametrize("shape", [(7, 3), (1, 3), (3, 4, 3)])
@pytest.mark.parametrize("loss", LOSSES)
def test_backward_is_the_gradient_of_the_loss(loss, shape, l2):
    X, y = problem(loss, shape)
    model = stack(3, 5, 4, LOSSES[loss], loss=loss, l2=l2)
    model.forward(X)
    nn.check_gradient(lambda _: model.loss(X, y), model.backward(y), model.parameters())


@pytest.mark.parametrize("loss", LOSSES)
def test_training_gradients_go_through_the_dropout_mask_that_was_drawn(loss):
    X, y = problem(loss)
    model = stack(3, 6, 5, LOSSES[loss], loss=loss, dropout=0.4)
    X, Y = model.check(X, y)

    def training_loss(_):
        freeze(model)
        return model.forward_backward(X, Y)[1]

    assert training_loss(None) != model.loss(X, y)  # dropout was active, and then was not
    training_loss(None)
    gradients = [g.copy() for g in model.gradients()]
    nn.check_gradient(training_loss, gradients, model.parameters())


def test_a_gradient_without_its_mask_is_caught():
    X, y = problem("cross_entropy")
    model = stack(3, 6, 3, dropout=0.4)
    X, Y = model.check(X, y)

    def training_loss(_):
        freeze(model)
        return model.forward_backward(X, Y)[1]

    training_loss(None)
    model.layers[2].mask = None
    model._backward(Y, nn.softmax(model._Z))
    wrong = [g.copy() for g in model.gradients()]
    with pytest.raises(ValueError, match="central differences"):
        nn.check_gradient(training_loss, wrong, model.parameters())


# The same thing written otherwise


@pytest.mark.parametrize(
    ("loss", "output"),
    [
        ("cross_entropy", "softmax"),
        ("binary_cross_entropy", "sigmoid"),
        ("mean_squared_error", "identity"),
    ],
)
@pytest.mark.parametrize("batch_size", [None, 3])
def test_it_trains_to_the_numbers_of_the_multilayer_perceptron(loss, output, batch_size):
    X, y = problem(loss)
    ours = stack(3, 5, LOSSES[loss], activation="relu", loss=loss)
    theirs = nn.MultiLayerPerceptron(3, 5, LOSSES[loss], output=output)
    theirs.W1, theirs.b1, theirs.W2, theirs.b2 = ours.parameters()
    for model in (ours, theirs):
        rng = np.random.default_rng(0)
        model.fit(X, y, n_epochs=20, alpha=0.1, batch_size=batch_size, rng=rng, validation=(X, y))
    for a, b in zip(ours.parameters(), theirs.parameters(), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-12, atol=1e-14)
    np.testing.assert_allclose(ours.history.loss, theirs.history.loss, rtol=1e-12)
    assert ours.history.accuracy == theirs.history.accuracy
    np.testing.assert_allclose(ours.predict(X), theirs.predict(X), rtol=1e-12)
    assert ours.loss(X, y) == pytest.approx(theirs.loss(X, y), rel=1e-12)


def test_penalised_loss_and_gradients_are_scikit_learns():
    # Its penalty is α/2 Σ‖W‖² / n: ours with the strength α / n.
    X, y = problem("cross_entropy", (40, 3))
    theirs = MLPClassifier((5,), activation="tanh", alpha=0.8, solver="sgd", random_state=0)
    theirs.partial_fit(X, y, classes=[0, 1, 2])
    ours = stack(3, 5, 3, l2=0.8 / 40)
    (ours.layers[0].W, ours.layers[2].W) = theirs.coefs_
    (ours.layers[0].b, ours.layers[2].b) = theirs.intercepts_
    layers = [X, np.empty((40, 5)), np.empty((40, 3))]
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), rtol=1e-12)
    Y, nothing = nn.one_hot(y, 3), None
    loss, dW, db = theirs._backprop(X, Y, nothing, layers, [None] * 2, [None] * 2, [None] * 2)
    assert ours.loss(X, y) == pytest.approx(loss, rel=1e-12)
    ours.forward(X)
    for a, b in zip(ours.backward(y), (dW[0], db[0], dW[1], db[1]), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-9, atol=1e-14)


@pytest.mark.parametrize("loss", LOSSES)
def test_the_recorded_loss_is_the_loss_with_its_penalty(loss):
    X, y = problem(loss, (4, 5, 3))
    model = stack(3, 6, LOSSES[loss], loss=loss, l2=0.3)
    before = model.loss(X, y)
    assert model.fit(X, y, n_epochs=1).history.loss[0] == pytest.approx(before, rel=1e-13)


@pytest.mark.parametrize("loss", LOSSES)
def test_each_position_counts_as_a_sample(loss):
    X, y = problem(loss, (4, 5, 3))
    model = stack(3, 6, LOSSES[loss], loss=loss)
    flat_X, flat_y = X.reshape(20, 3), y.reshape(20, *y.shape[2:])
    assert model.loss(X, y) == pytest.approx(model.loss(flat_X, flat_y), rel=1e-14)
    labels = model.predict(X)
    assert labels.shape == y.shape
    np.testing.assert_allclose(labels.reshape(flat_y.shape), model.predict(flat_X), rtol=1e-13)


def test_permuting_samples_leaves_loss_and_gradients_unchanged():
    X, y = problem("cross_entropy", (30, 3))
    order = np.random.default_rng(1).permutation(30)
    model = stack(3, 8, 3)
    model.forward(X)
    gradients = model.backward(y)
    model.forward(X[order])
    for a, b in zip(model.backward(y[order]), gradients, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-10, atol=1e-14)  # another order of additions


# Training


@pytest.mark.parametrize(
    "optimiser", [nn.SGD(0.5), nn.Momentum(0.1), nn.Nesterov(0.1), nn.RMSProp(0.01), nn.Adam(0.01)]
)
def test_every_optimiser_learns_the_circles(optimiser):
    X, y = nn.make_circles(200, rng=np.random.default_rng(0))
    model = stack(2, 8, 2, activation="relu")
    model.fit(X, y, n_epochs=150, optimiser=optimiser)
    assert nn.accuracy(y, model.predict(X)) >= 0.95  # 0.97 or more was seen in four seeds


def test_dropout_is_active_only_while_training():
    X, y = problem("cross_entropy")
    model = stack(3, 20, 3, dropout=0.5)
    np.testing.assert_array_equal(model.forward(X), model.forward(X))
    assert (model.forward(X, training=True) != model.forward(X, training=True)).any()
    np.testing.assert_array_equal(model.predict_proba(X), nn.softmax(model.forward(X)))
    model.fit(X, y, n_epochs=1)
    assert model.layers[2].mask is not None


def test_a_network_with_dropout_reads_the_digits():
    X, y = nn.load_digits()
    rng = np.random.default_rng(0)
    X, X_test, y, y_test = nn.train_test_split(X.reshape(-1, 8, 8) / 16, y, rng=rng)
    model = nn.Sequential(
        nn.Flatten(),
        nn.Dense(64, 64, rng=rng),
        nn.Activation("relu"),
        nn.Dropout(0.2, rng=rng),
        nn.Dense(64, 10, rng=rng),
    )
    model.fit(X, y, n_epochs=20, batch_size=32, rng=rng, optimiser=nn.Adam(0.003))
    assert nn.accuracy(y_test, model.predict(X_test)) >= 0.95  # 0.964 to 0.976 in four seeds
