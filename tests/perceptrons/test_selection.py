"""Folds for cross-validation, and random search."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import KFold

import perceptrons as nn

QUICK = settings(max_examples=60, deadline=None)


# Folds


@QUICK
@given(data=st.data(), n=st.integers(2, 60))
def test_each_sample_is_held_out_once_and_never_trained_on_then(data, n):
    k = data.draw(st.integers(2, n))
    rng = data.draw(st.sampled_from([None, np.random.default_rng(0)]))
    folds = nn.k_fold(n, k, rng=rng)
    assert sorted(np.concatenate([held_out for _, held_out in folds]).tolist()) == list(range(n))
    for train, held_out in folds:
        assert sorted([*train, *held_out]) == list(range(n))
    assert {len(held_out) for _, held_out in folds} <= {n // k, n // k + 1}


@pytest.mark.parametrize(("n", "k"), [(10, 2), (10, 3), (11, 5), (5, 5)])
def test_folds_in_order_are_scikit_learns(n, k):
    theirs = KFold(k).split(np.zeros(n))
    for (train, held_out), (their_train, their_test) in zip(nn.k_fold(n, k), theirs, strict=True):
        np.testing.assert_array_equal(train, their_train)
        np.testing.assert_array_equal(held_out, their_test)


def test_folds_follow_their_generator():
    one, same = (nn.k_fold(20, 4, rng=np.random.default_rng(0)) for _ in range(2))
    other = nn.k_fold(20, 4, rng=np.random.default_rng(1))
    assert all((a[1] == b[1]).all() for a, b in zip(one, same, strict=True))
    assert any((a[1] != b[1]).any() for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize(
    ("arguments", "got"),
    [((1, 2), "n .*got 1"), ((5, 1), "k .*got 1"), ((5, 6), "k at most n=5, got 6")],
)
def test_bad_folds_are_refused_in_words(arguments, got):
    with pytest.raises(ValueError, match=f"^k_fold expects {got}"):
        nn.k_fold(*arguments)
    with pytest.raises(ValueError, match=r"^k_fold expects rng .*got int"):
        nn.k_fold(5, 2, rng=0)


# Random search

SPACE = {"alpha": lambda rng: 10 ** rng.uniform(-4, 0), "size": [4, 8, 16]}


def test_trials_come_best_first_from_the_space():
    trials = nn.random_search(
        SPACE, lambda alpha, size: size - alpha, 30, rng=np.random.default_rng(0)
    )
    scores = [trial.score for trial in trials]
    assert len(trials) == 30 and scores == sorted(scores, reverse=True)
    for trial in trials:
        assert isinstance(trial, nn.Trial)
        alpha, size = trial.parameters["alpha"], trial.parameters["size"]
        assert trial.score == size - alpha
        assert 1e-4 <= alpha <= 1.0 and size in (4, 8, 16) and type(size) is int
    assert len({trial.parameters["alpha"] for trial in trials}) == 30  # a new value each time


def test_what_the_score_does_with_the_generator_changes_no_draw():
    def draws(used):
        rng = np.random.default_rng(0)
        trials = nn.random_search(SPACE, lambda **_: rng.random() if used else 0.0, 10, rng=rng)
        return sorted(trial.parameters["alpha"] for trial in trials)

    assert draws(True) == draws(False)


@pytest.mark.parametrize(
    ("space", "score", "n_trials", "got"),
    [
        ({}, lambda: 0.0, 3, "at least one parameter to search, got none"),
        ({"a": []}, lambda a: 0.0, 3, r"a list of values .* for a, got \[\]"),
        ({"a": 3}, lambda a: 0.0, 3, "a list of values .* for a, got 3"),
        ({"a": "relu"}, lambda a: 0.0, 3, "a list of values .* for a, got 'relu'"),
        ({"a": [1]}, lambda a: 0.0, 0, "n_trials .*got 0"),
        ({"a": [1]}, lambda a: np.nan, 3, "a number as score, got nan for {'a': 1}"),
        ({"a": [1]}, lambda a: None, 3, "a number as score, got None"),
        ({"a": [1]}, lambda a: "good", 3, "a number as score, got 'good'"),
    ],
)
def test_bad_searches_are_refused_in_words(space, score, n_trials, got):
    with pytest.raises(ValueError, match=f"^random_search expects {got}"):
        nn.random_search(space, score, n_trials, rng=np.random.default_rng(0))
