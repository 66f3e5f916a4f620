"""Accuracy, confusion matrix and split: on paper, against scikit-learn, and misused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import metrics, model_selection

import perceptrons as nn

QUICK = settings(max_examples=40, deadline=None)
LABELS = st.integers(1, 20).flatmap(
    lambda n: st.tuples(*[hnp.arrays(int, n, elements=st.integers(0, 3))] * 2)
)


def test_accuracy_on_paper():
    assert nn.accuracy([0, 1, 2, 2], [0, 1, 2, 0]) == 0.75
    assert nn.accuracy([-1, 1], [-1.0, -1.0]) == 0.5
    assert nn.accuracy([[1], [0]], [[1], [1]]) == 0.5


def test_a_sample_with_several_labels_is_right_when_all_are():
    assert nn.accuracy([[1, 0], [1, 0]], [[1, 0], [1, 1]]) == 0.5


def test_confusion_matrix_on_paper():
    counts = nn.confusion_matrix([0, 0, 1, 2], [0, 1, 1, 0], n_classes=4)
    expected = [[1, 1, 0, 0], [0, 1, 0, 0], [1, 0, 0, 0], [0, 0, 0, 0]]
    assert counts.dtype == np.int64
    np.testing.assert_array_equal(counts, expected)


@QUICK
@given(labels=LABELS)
def test_both_equal_scikit_learn_s(labels):
    y, p = labels
    assert nn.accuracy(y, p) == pytest.approx(metrics.accuracy_score(y, p), rel=1e-15)
    expected = metrics.confusion_matrix(y, p, labels=range(4))
    np.testing.assert_array_equal(nn.confusion_matrix(y, p, n_classes=4), expected)


@QUICK
@given(labels=LABELS)
def test_confusion_matrix_counts_every_sample_once_and_its_diagonal_is_the_accuracy(labels):
    y, p = labels
    counts = nn.confusion_matrix(y, p)
    assert counts.shape == (max(y.max(), p.max()) + 1,) * 2
    assert counts.sum() == len(y)
    assert counts.trace() / len(y) == nn.accuracy(y, p)
    np.testing.assert_array_equal(counts.T, nn.confusion_matrix(p, y))


@pytest.mark.parametrize("metric", [nn.accuracy, nn.confusion_matrix])
def test_shapes_nan_and_empty_batches_are_refused(metric):
    name = metric.__name__
    with pytest.raises(ValueError, match=rf"{name} expects .* one shape, got \(2,\) and \(2, 1\)"):
        metric([0, 1], [[0], [1]])
    with pytest.raises(ValueError, match=f"{name} expects y_pred to hold numbers, got NaN"):
        metric([0], [np.nan])
    with pytest.raises(ValueError, match=f"{name} expects y_true to hold at least one value"):
        metric([], [])


def test_labels_that_are_no_class_numbers_are_refused():
    with pytest.raises(ValueError, match="expects y_true to hold classes 0, 1, 2 …, got -1"):
        nn.confusion_matrix([-1, 1], [1, 1])
    with pytest.raises(ValueError, match=r"expects y_pred to hold classes 0, 1, 2 …, got 0\.7"):
        nn.confusion_matrix([0, 1], [0.7, 1])
    with pytest.raises(ValueError, match=r"expects y_true of shape \(n,\), got \(1, 1\)"):
        nn.confusion_matrix([[0]], [[0]])


@pytest.mark.parametrize("n_classes", [2, 0, 3.0])
def test_a_class_beyond_n_classes_is_refused(n_classes):
    with pytest.raises(ValueError, match="n_classes to be a whole number ≥ 3"):
        nn.confusion_matrix([0, 2], [0, 1], n_classes)


@QUICK
@given(n=st.integers(4, 60), share=st.floats(0.05, 0.7), seed=st.integers(0, 2**32))
def test_split_puts_each_sample_with_its_target_in_exactly_one_part(n, share, seed):
    X, y = np.arange(2 * n).reshape(n, 2), np.arange(n)
    X_train, X_test, y_train, y_test = nn.train_test_split(
        X, y, share, rng=np.random.default_rng(seed)
    )
    np.testing.assert_array_equal(np.sort(np.concatenate([y_train, y_test])), y)
    np.testing.assert_array_equal(X_train[:, 0], 2 * y_train)
    np.testing.assert_array_equal(X_test[:, 0], 2 * y_test)
    sklearn_test = model_selection.train_test_split(X, y, test_size=share, random_state=0)[1]
    assert len(X_test) == len(sklearn_test)


def test_split_keeps_types_repeats_with_the_seed_and_changes_with_it():
    X, y = np.zeros((40, 8, 8), dtype=np.float32), np.arange(40)
    first = nn.train_test_split(X, y, rng=np.random.default_rng(1))
    again = nn.train_test_split(X, y, rng=np.random.default_rng(1))
    other = nn.train_test_split(X, y, rng=np.random.default_rng(2))
    assert [part.shape for part in first] == [(30, 8, 8), (10, 8, 8), (30,), (10,)]
    assert first[0].dtype == np.float32
    np.testing.assert_array_equal(first[3], again[3])
    assert not np.array_equal(first[3], other[3])
    assert not np.shares_memory(first[0], X)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.5, 2.5, 10, np.nan, "0.25", None])
def test_a_share_outside_zero_and_one_is_refused(share):
    with pytest.raises(ValueError, match=r"expects test_size in \(0, 1\), got"):
        nn.train_test_split(np.zeros((4, 1)), np.zeros(4), share, rng=np.random.default_rng(0))


def test_parts_that_would_be_empty_unequal_lengths_and_seeds_are_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match=r"examples for both parts, got 1 .* takes 1"):
        nn.train_test_split(np.zeros((1, 2)), np.zeros(1), rng=rng)
    with pytest.raises(ValueError, match="examples for both parts, got 0"):
        nn.train_test_split(np.zeros((0, 2)), np.zeros(0), rng=rng)
    with pytest.raises(ValueError, match=r"one row per example, got \(4, 2\) and \(3,\)"):
        nn.train_test_split(np.zeros((4, 2)), np.zeros(3), rng=rng)
    for scalar in (0.0, np.float64(1.0)):
        with pytest.raises(ValueError, match=r"one row per example, got \(\) and \(\)"):
            nn.train_test_split(scalar, scalar, rng=rng)
    with pytest.raises(ValueError, match="expects rng to be a numpy Generator"):
        nn.train_test_split(np.zeros((4, 2)), np.zeros(4), rng=0)
