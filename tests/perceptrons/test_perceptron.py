"""The perceptron and Adaline: rule, bound, labels, history, parity, misuse."""

from itertools import pairwise

import numpy as np
import pytest
from sklearn import linear_model

import perceptrons as nn

AND = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([-1, -1, -1, 1])
XOR = AND[0], np.array([-1, 1, 1, -1])


def separable(seed, n=100, margin=0.3):
    """Points of the square on both sides of a line, none within ``margin`` of it."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-2.0, 2.0, size=(4 * n, 2))
    w, b = np.array([0.6, -0.8]), 0.1  # |w| = 1, so that the score is a distance
    score = X @ w + b
    X, score = X[np.abs(score) >= margin][:n], score[np.abs(score) >= margin][:n]
    return X, np.where(score > 0, 1, -1), np.append(w, b)


# Labels


def test_label_maps_are_inverse_of_each_other():
    np.testing.assert_array_equal(nn.to_pm1([0, 1, 1, 0]), [-1, 1, 1, -1])
    np.testing.assert_array_equal(nn.to_01(nn.to_pm1([0, 1, 1, 0])), [0, 1, 1, 0])


@pytest.mark.parametrize(
    ("convert", "y", "got"),
    [
        (nn.to_pm1, [0, -1], "got -1"),
        (nn.to_01, [0, 1], "got 0"),
        (nn.to_pm1, [[0, 1]], r"shape \(n,\), got \(1, 2\)"),
        (nn.to_pm1, [], "at least one value"),
        (nn.to_pm1, [np.nan], "NaN"),
    ],
)
def test_label_maps_refuse_other_labels(convert, y, got):
    with pytest.raises(ValueError, match=got):
        convert(y)


def test_the_rule_gives_class_1_on_the_positive_side():
    # The article had f(x) = 1 if w·x + b < 0, the wrong side.
    model = nn.Perceptron(2, weights=[1.0, 0.0], bias=-1.0)
    np.testing.assert_array_equal(model.predict([[3.0, 0.0], [0.0, 0.0]]), [1, -1])
    np.testing.assert_array_equal(np.sign(model.decision_function([[3.0, 0.0]])), [1])


@pytest.mark.parametrize("model", [nn.Perceptron(2), nn.Adaline(2)])
def test_a_score_of_zero_gets_a_label_and_no_third_one(model):
    assert model.decision_function([[0.0, 0.0]]) == 0.0
    np.testing.assert_array_equal(model.predict([[0.0, 0.0]]), [1])


# Rosenblatt's rule


def test_perceptron_on_paper():
    # Samples (2, 0) of class +1 and (1, 1) of class -1, from w = 0, b = 0.
    # Epoch 1: score 0 is a mistake, w = (2, 0), b = 1; score 3 for -1, w = (1, -1), b = 0.
    # Epoch 2: score 2, right; score 0, a mistake, w = (0, -2), b = -1.
    # Epoch 3: score -1 for +1, w = (2, -2), b = 0; score 0, a mistake, w = (1, -3), b = -1.
    # Epoch 4: score 1, right; score -3, right: the end.
    model = nn.Perceptron(2).fit([[2.0, 0.0], [1.0, 1.0]], [1, -1])
    assert [(u.epoch, u.sample, u.weights.tolist(), u.bias) for u in model.history] == [
        (0, None, [0.0, 0.0], 0.0),
        (1, 0, [2.0, 0.0], 1.0),
        (1, 1, [1.0, -1.0], 0.0),
        (2, 1, [0.0, -2.0], -1.0),
        (3, 0, [2.0, -2.0], 0.0),
        (3, 1, [1.0, -3.0], -1.0),
    ]
    assert model.mistakes == [2, 1, 2, 0]
    assert (model.weights.tolist(), model.bias) == ([1.0, -3.0], -1.0)


def test_training_stops_at_the_first_epoch_without_mistake():
    model = nn.Perceptron(2, n_iter=1000).fit(*AND)
    assert model.mistakes[-1] == 0 and 0 not in model.mistakes[:-1]
    assert len(model.mistakes) < 20
    np.testing.assert_array_equal(model.predict(AND[0]), AND[1])


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("margin", [0.05, 0.3])
def test_novikoff_bound_holds_on_separable_data(seed, margin):
    X, y, separator = separable(seed, margin=margin)
    ones = np.column_stack([X, np.ones(len(X))])
    gamma = np.min(y * (ones @ separator)) / np.linalg.norm(separator)
    radius = np.max(np.linalg.norm(ones, axis=1))
    model = nn.Perceptron(2, n_iter=10_000).fit(X, y)
    assert model.mistakes[-1] == 0
    assert 0 < sum(model.mistakes) <= (radius / gamma) ** 2


@pytest.mark.parametrize("seed", range(10))
def test_no_perceptron_gets_more_than_three_corners_of_xor(seed):
    model = nn.Perceptron(2, n_iter=200, rng=np.random.default_rng(seed)).fit(*XOR)
    assert min(model.mistakes) > 0
    assert nn.accuracy(XOR[1], model.predict(XOR[0])) <= 0.75


def test_alpha_scales_the_weights_from_zero_and_changes_no_prediction():
    X, y, _ = separable(0)
    small, large = nn.Perceptron(2, alpha=0.25).fit(X, y), nn.Perceptron(2, alpha=4.0).fit(X, y)
    np.testing.assert_array_equal(16.0 * small.weights, large.weights)  # powers of 2: no rounding
    assert small.mistakes == large.mistakes


@pytest.mark.parametrize("n_iter", [1, 3, 20])
def test_perceptron_is_scikit_learns_for_the_same_order_of_samples(n_iter):
    X, y = nn.make_blobs(60, noise=1.0, rng=np.random.default_rng(0))  # they overlap
    y = nn.to_pm1(y)
    ours = nn.Perceptron(2, n_iter=n_iter).fit(X, y)
    theirs = linear_model.Perceptron(shuffle=False, max_iter=n_iter, tol=None).fit(X, y)
    # The same additions in the same order.
    np.testing.assert_allclose(ours.weights, theirs.coef_[0], rtol=1e-12)
    np.testing.assert_allclose(ours.bias, theirs.intercept_[0], rtol=1e-12)


# History and state: the article's array was one row short, and its last row 0 until the end


def test_history_holds_the_start_and_every_update():
    model = nn.Perceptron(2, n_iter=30).fit(*XOR)
    assert len(model.mistakes) == 30
    assert len(model.history) == 1 + sum(model.mistakes)
    # From zero, sample 0, the point (0, 0) of class -1, has a score of 0: a mistake, which
    # moves the bias alone.
    start, first = model.history[:2]
    assert isinstance(start, nn.Update) and start[:2] == (0, None)
    assert (first.epoch, first.sample, first.weights.tolist(), first.bias) == (1, 0, [0, 0], -1)
    np.testing.assert_array_equal(model.history[-1].weights, model.weights)
    assert len(nn.Adaline(2, n_iter=30).fit(*XOR).history) == 31


def test_predict_uses_the_current_weights_before_training():
    model = nn.Perceptron(1, weights=[1.0], bias=0.0)
    np.testing.assert_array_equal(model.predict([[-2.0], [2.0]]), [-1, 1])


def test_replaying_the_history_gives_each_mistake_as_the_rule_says():
    X, y, _ = separable(1)
    model = nn.Perceptron(2, alpha=0.5, rng=np.random.default_rng(0)).fit(X, y)
    for before, after in pairwise(model.history):
        i = after.sample
        assert y[i] * (X[i] @ before.weights + before.bias) <= 0
        np.testing.assert_array_equal(after.weights, before.weights + 0.5 * y[i] * X[i])
        assert after.bias == before.bias + 0.5 * y[i]


@pytest.mark.parametrize("kind", [nn.Perceptron, nn.Adaline])
def test_fit_needs_only_samples_and_labels_and_begins_anew_each_time(kind):
    model = kind(2, rng=np.random.default_rng(0))
    first = [record.weights.tolist() for record in model.fit(*AND).history]
    assert [record.weights.tolist() for record in model.fit(*AND).history] == first


@pytest.mark.parametrize("kind", [nn.Perceptron, nn.Adaline])
def test_the_same_seed_gives_the_same_start_and_arguments_stay_untouched(kind):
    a, b = (kind(2, rng=np.random.default_rng(3)) for _ in range(2))
    np.testing.assert_array_equal(a.weights, b.weights)
    assert a.bias == b.bias
    start, X, y = np.ones(2), AND[0].copy(), AND[1].copy()
    kind(2, weights=start).fit(X, y)
    np.testing.assert_array_equal(start, np.ones(2))
    model = kind(2, weights=start)
    start[:] = 9.0
    np.testing.assert_array_equal(model.weights, np.ones(2))
    np.testing.assert_array_equal(X, AND[0])


# Adaline


def test_adaline_gradient_on_paper():
    # x = 1, 3 and y = 1, -1 at w = 2, b = 0: residuals y - ŷ = -1, -7.
    model = nn.Adaline(1, weights=[2.0])
    dw, db = model.gradient([[1.0], [3.0]], [1, -1])
    assert (dw.tolist(), db) == ([22.0], 8.0)  # -2/2 (-1·1 - 7·3), -2/2 (-1 - 7)
    assert model.loss([[1.0], [3.0]], [1, -1]) == 25.0  # (1 + 49) / 2


def test_adaline_gradient_is_the_one_of_its_loss():
    X, y, _ = separable(2)
    model = nn.Adaline(2, rng=np.random.default_rng(0))
    dw, db = model.gradient(X, y)

    def loss(theta):
        return nn.Adaline(2, weights=theta[:2], bias=theta[2]).loss(X, y)

    nn.check_gradient(loss, [*dw, db], [*model.weights, model.bias])


def test_gradient_carries_one_over_n():
    # Six copies of the samples change the article's sum six times, and the mean not at all.
    X, y, _ = separable(3, n=10)
    model = nn.Adaline(2, rng=np.random.default_rng(0))
    dw, db = model.gradient(X, y)
    dw_six, db_six = model.gradient(np.tile(X, (6, 1)), np.tile(y, 6))
    np.testing.assert_allclose(dw_six, dw, rtol=1e-12)  # the same terms, added in another order
    assert db_six == pytest.approx(db, rel=1e-12)


def test_squared_error_through_the_sign_has_no_gradient_and_adaline_has_one():
    X, y, _ = separable(4)
    model = nn.Adaline(2, weights=[-1.0, 0.5])

    def loss_of_signs(w):
        return nn.mean_squared_error(y, np.where(X @ w >= 0, 1.0, -1.0))

    np.testing.assert_array_equal(nn.numerical_gradient(loss_of_signs, model.weights), [0.0, 0.0])
    assert np.abs(model.gradient(X, y)[0]).min() > 0.1


def test_adaline_reaches_least_squares():
    X, y = nn.make_blobs(100, rng=np.random.default_rng(0))
    y = nn.to_pm1(y)
    model = nn.Adaline(2, n_iter=500, alpha=0.2).fit(X, y)
    exact, *_ = np.linalg.lstsq(np.column_stack([X, np.ones(len(X))]), y, rcond=None)
    np.testing.assert_allclose([*model.weights, model.bias], exact, atol=1e-12)
    losses = [record.loss for record in model.history]
    assert all(b <= a + 1e-15 for a, b in pairwise(losses))


def test_adaline_that_diverges_names_alpha():
    X, y, _ = separable(5)
    with pytest.raises(ValueError, match=r"Adaline expects the loss to stay finite.*alpha=100"):
        nn.Adaline(2, n_iter=1000, alpha=100.0).fit(X, y)


# Misuse


@pytest.mark.parametrize("kind", [nn.Perceptron, nn.Adaline])
@pytest.mark.parametrize(
    ("X", "y", "got"),
    [
        ([[0.0, 0.0]], [0], r"y in \{-1, 1\}, got 0; to_pm1"),
        ([[0.0]], [1], r"shape \(n, 2\), got \(1, 1\)"),
        ([0.0, 0.0], [1], r"shape \(n, 2\), got \(2,\)"),
        ([[0.0, np.nan]], [1], "NaN"),
        ([[0.0, np.inf]], [1], "finite"),
        ([[0.0, 0.0]], [1, -1], "as many rows in X as in y, got 1 and 2"),
        (np.empty((0, 2)), [], "at least one value"),
        ([[0.0, 0.0]], [[1]], r"shape \(n,\), got \(1, 1\)"),
    ],
)
def test_bad_data_is_refused_in_words(kind, X, y, got):
    with pytest.raises(ValueError, match=f"{kind.__name__} expects .*{got}"):
        kind(2).fit(X, y)


@pytest.mark.parametrize("kind", [nn.Perceptron, nn.Adaline])
@pytest.mark.parametrize(
    ("arguments", "got"),
    [
        ({"n_inputs": 0}, "n_inputs .*got 0"),
        ({"n_inputs": 2, "n_iter": 0}, "n_iter .*got 0"),
        ({"n_inputs": 2, "alpha": -1.0}, "alpha .*got -1"),
        ({"n_inputs": 2, "weights": [1.0]}, r"shape \(2,\) .*got \(1,\)"),
        ({"n_inputs": 2, "rng": 0}, "Generator .*got int"),
        ({"n_inputs": 1, "weights": [1.0], "rng": np.random.default_rng(0)}, "got both"),
    ],
)
def test_bad_settings_are_refused_in_words(kind, arguments, got):
    with pytest.raises(ValueError, match=f"{kind.__name__} expects .*{got}"):
        kind(**arguments)
