"""Logistic and softmax regression: gradients, optimum, parity, equivalence, misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import linear_model

import perceptrons as nn

QUICK = settings(max_examples=40, deadline=None)


def blobs(n_classes, n=90, seed=0):
    """Overlapping classes, so that the best weights are finite."""
    corners = [[-1.0, -1.0], [1.0, 1.0], [1.0, -1.0]][:n_classes]
    return nn.make_blobs(n, noise=1.0, rng=np.random.default_rng(seed), centers=corners)


def models(seed=0):
    rng = np.random.default_rng(seed)
    return {"logistic": nn.LogisticRegression(2, rng=rng), "softmax": nn.SoftmaxRegression(2, 3)}


def test_one_hot_on_paper():
    np.testing.assert_array_equal(nn.one_hot([1, 0, 2], 3), [[0, 1, 0], [1, 0, 0], [0, 0, 1]])


@QUICK
@given(st.lists(st.integers(0, 6), min_size=1, max_size=20))
def test_argmax_undoes_one_hot(y):
    np.testing.assert_array_equal(nn.one_hot(y, 7).argmax(axis=1), y)
    np.testing.assert_array_equal(nn.one_hot(y, 7).sum(axis=1), 1.0)


@pytest.mark.parametrize(
    ("y", "n_classes", "got"),
    [
        ([0, 3], 3, "below n_classes=3, got 3"),
        ([-1], 3, "got -1"),
        ([0.5], 3, "got 0.5"),
        ([[0]], 3, r"got \(1, 1\)"),
        ([], 3, "at least one value"),
        ([0], 0, "n_classes .*got 0"),
    ],
)
def test_one_hot_refuses_what_is_no_label(y, n_classes, got):
    with pytest.raises(ValueError, match=f"one_hot expects .*{got}"):
        nn.one_hot(y, n_classes)


def test_logistic_gradient_on_paper():
    # At w = 0, ŷ = 1/2: residuals ŷ - y = -1/2 and 1/2 for x = 1 and 3.
    model = nn.LogisticRegression(1)
    dw, db = model.gradient([[1.0], [3.0]], [1, 0])
    assert (dw.tolist(), db) == ([0.5], 0.0)
    assert model.loss([[1.0], [3.0]], [1, 0]) == pytest.approx(np.log(2), rel=1e-15)


def test_softmax_gradient_on_paper():
    # At W = 0, each of three classes gets 1/3; one sample x = 3 of class 1.
    dW, db = nn.SoftmaxRegression(1, 3).gradient([[3.0]], [1])
    np.testing.assert_allclose(dW, [[1.0, -2.0, 1.0]], rtol=1e-15)
    np.testing.assert_allclose(db, [1 / 3, -2 / 3, 1 / 3], rtol=1e-15)


@pytest.mark.parametrize("seed", range(3))
def test_logistic_gradient_is_the_one_of_its_loss(seed):
    X, y = blobs(2, seed=seed)
    model = nn.LogisticRegression(2, rng=np.random.default_rng(seed))
    dw, db = model.gradient(X, y)
    nn.check_gradient(
        lambda t: nn.LogisticRegression(2, weights=t[:2], bias=t[2]).loss(X, y),
        [*dw, db],
        [*model.weights, model.bias],
    )


@pytest.mark.parametrize("seed", range(3))
def test_softmax_gradient_is_the_one_of_its_loss(seed):
    X, y = blobs(3, seed=seed)
    model = nn.SoftmaxRegression(2, 3, rng=np.random.default_rng(seed))
    parameters = [model.weights, model.bias]
    nn.check_gradient(lambda _: model.loss(X, y), list(model.gradient(X, y)), parameters)


def test_logistic_reaches_scikit_learns_optimum():
    X, y = blobs(2)
    ours = nn.LogisticRegression(2, n_iter=3000, alpha=1.0).fit(X, y)
    theirs = linear_model.LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(X, y)
    # Both stop near the optimum, lbfgs with a gradient of about 1e-8.
    np.testing.assert_allclose(ours.weights, theirs.coef_[0], atol=1e-5)
    np.testing.assert_allclose(ours.bias, theirs.intercept_[0], atol=1e-5)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X)[:, 1], atol=1e-5)


def test_softmax_reaches_scikit_learns_optimum():
    X, y = blobs(3)
    ours = nn.SoftmaxRegression(2, 3, n_iter=3000, alpha=1.0).fit(X, y)
    theirs = linear_model.LogisticRegression(C=np.inf, tol=1e-10, max_iter=1000).fit(X, y)
    np.testing.assert_allclose(ours.predict_proba(X), theirs.predict_proba(X), atol=1e-5)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))


def test_softmax_of_two_classes_is_logistic():
    # softmax(0, z) = (1 - σ(z), σ(z)); from zero weights the columns stay opposite, each moving
    # half as fast as w, and w is their difference: the same model at the same step.
    X, y = blobs(2)
    two = nn.SoftmaxRegression(2, 2, n_iter=50, alpha=0.25).fit(X, y)
    one = nn.LogisticRegression(2, n_iter=50, alpha=0.5).fit(X, y)
    np.testing.assert_allclose(two.weights[:, 1] - two.weights[:, 0], one.weights, rtol=1e-10)
    np.testing.assert_allclose(two.predict_proba(X)[:, 1], one.predict_proba(X), rtol=1e-10)


def test_softmax_rows_sum_to_one():
    X, y = blobs(3)
    P = nn.SoftmaxRegression(2, 3, n_iter=10).fit(X, y).predict_proba(X)
    np.testing.assert_allclose(P.sum(axis=1), 1.0, rtol=1e-14)


@pytest.mark.parametrize("name", ["logistic", "softmax"])
def test_permuting_samples_leaves_loss_and_gradient_unchanged(name):
    X, y = blobs(2 if name == "logistic" else 3)
    order = np.random.default_rng(1).permutation(len(y))
    model = models()[name]
    assert model.loss(X[order], y[order]) == pytest.approx(model.loss(X, y), rel=1e-13)
    for a, b in zip(model.gradient(X[order], y[order]), model.gradient(X, y), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("name", ["logistic", "softmax"])
def test_history_holds_start_and_steps_whose_loss_goes_down(name):
    X, y = blobs(2 if name == "logistic" else 3)
    model = models()[name].fit(X, y)
    assert [record.number for record in model.history] == list(range(model.n_iter + 1))
    assert all(isinstance(record, nn.Iteration) for record in model.history)
    losses = [record.loss for record in model.history]
    assert losses == sorted(losses, reverse=True)  # convex, and alpha is below 2 / curvature
    np.testing.assert_array_equal(model.history[-1].weights, model.weights)
    assert losses[-1] == model.loss(X, y)


def test_the_threshold_moves_the_decision():
    model = nn.LogisticRegression(1, weights=[1.0])
    X = [[-1.0], [0.0], [1.0]]  # probabilities 0.27, 0.5, 0.73
    np.testing.assert_array_equal(model.predict(X), [0, 1, 1])
    np.testing.assert_array_equal(model.predict(X, threshold=0.7), [0, 0, 1])
    np.testing.assert_array_equal(model.predict(X, threshold=0.2), [1, 1, 1])
    with pytest.raises(ValueError, match=r"threshold in \[0, 1\], got 2"):
        model.predict(X, threshold=2.0)


def test_half_is_the_probability_where_the_score_is_zero():
    model = nn.LogisticRegression(2, rng=np.random.default_rng(0))
    X, _ = blobs(2)
    above = model.decision_function(X) >= 0
    np.testing.assert_array_equal(model.predict(X), above.astype(int))


def test_a_certain_model_has_a_finite_loss():
    model = nn.LogisticRegression(1, weights=[1000.0])
    assert model.loss([[1.0], [-1.0]], [1, 0]) == 0.0
    assert model.loss([[1.0], [-1.0]], [0, 1]) == 1000.0
    three = nn.SoftmaxRegression(1, 3, weights=[[1000.0, 0.0, 0.0]])
    assert three.loss([[1.0]], [1]) == 1000.0


def test_descent_that_diverges_names_alpha():
    X, y = blobs(2)
    with pytest.raises(ValueError, match=r"LogisticRegression expects .*alpha=1e\+308"):
        nn.LogisticRegression(2, alpha=1e308).fit(100.0 * X, y)


@pytest.mark.parametrize("name", ["logistic", "softmax"])
@pytest.mark.parametrize(
    ("X", "y", "got"),
    [
        ([[0.0, 0.0]], [3], "got 3"),
        ([[0.0, 0.0]], [-1], "got -1"),
        ([[0.0]], [1], r"shape \(n, 2\), got \(1, 1\)"),
        ([[0.0, np.nan]], [1], "NaN"),
        ([[0.0, 0.0]], [1, 0], "got 1 and 2"),
        (np.empty((0, 2)), [], "at least one value"),
        ([[0.0, 0.0]], [[1]], r"shape \(n,\), got \(1, 1\)"),
    ],
)
def test_bad_data_is_refused_in_words(name, X, y, got):
    with pytest.raises(ValueError, match=f"expects .*{got}"):
        models()[name].fit(X, y)


def test_bad_settings_are_refused_in_words():
    with pytest.raises(ValueError, match=r"n_classes .*≥ 2, got 1"):
        nn.SoftmaxRegression(2, 1)
    with pytest.raises(ValueError, match=r"weights of shape \(2, 3\) .*got \(3, 2\)"):
        nn.SoftmaxRegression(2, 3, weights=np.zeros((3, 2)))
    with pytest.raises(ValueError, match=r"n_iter .*got 0"):
        nn.LogisticRegression(2, n_iter=0)
    with pytest.raises(ValueError, match=r"expects the scores X w \+ b to be finite"):
        nn.LogisticRegression(1, weights=[1e308]).predict_proba([[1e308]])
