"""Data sets: shapes, classes, seeds, the geometry without noise, and the digits' origin."""

from importlib.resources import files

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import datasets

import perceptrons as nn

QUICK = settings(max_examples=25, deadline=None)
TOYS = [nn.make_blobs, nn.make_circles, nn.make_moons, nn.make_xor, nn.make_spirals]


def rng(seed=0):
    return np.random.default_rng(seed)


def rows(X):
    """The rows in a fixed order, to compare sets of points."""
    X = X.round(12) + 0.0
    return X[np.lexsort(X.T)]


@pytest.mark.parametrize("make", TOYS)
@QUICK
@given(n=st.integers(4, 60), noise=st.floats(0, 2), seed=st.integers(0, 2**32))
def test_shapes_types_and_even_classes(make, n, noise, seed):
    X, y = make(n, noise, rng=rng(seed))
    assert X.shape == (n, 2)
    assert X.dtype == np.float64
    assert y.dtype == np.int64
    assert np.isfinite(X).all()
    counts = np.bincount(y)
    assert len(counts) == 2
    assert abs(counts[0] - counts[1]) <= 1


@pytest.mark.parametrize("make", TOYS)
def test_the_same_seed_gives_the_same_set_and_another_seed_another(make):
    X, y = make(50, rng=rng(1))
    again, y_again = make(50, rng=rng(1))
    np.testing.assert_array_equal(X, again)
    np.testing.assert_array_equal(y, y_again)
    assert not np.array_equal(X, make(50, rng=rng(2))[0])


@pytest.mark.parametrize(
    ("make", "noise", "extra"),
    [
        (nn.make_blobs, 1.0, {"centers": [[-1.0, -1.0], [1.0, 1.0]]}),
        (nn.make_circles, 0.15, {"factor": 0.3}),
        (nn.make_moons, 0.1, {}),
        (nn.make_xor, 0.15, {}),
        (nn.make_spirals, 0.02, {"n_classes": 2, "turns": 1.0}),
    ],
)
def test_the_defaults_are_those_that_the_pages_rely_on(make, noise, extra):
    for explicit, default in zip(
        make(200, noise, rng=rng(), **extra), make(rng=rng()), strict=True
    ):
        np.testing.assert_array_equal(explicit, default)


@pytest.mark.parametrize("make", TOYS)
def test_classes_come_in_random_order(make):
    _, y = make(100, rng=rng())
    # 100 labels in random order change about 50 times; sorted, once; alternating, 99 times
    assert 30 < np.count_nonzero(np.diff(y)) < 70


@pytest.mark.parametrize("make", TOYS)
def test_noise_is_the_standard_deviation_around_the_shape(make):
    exact, y = make(4000, 0.0, rng=rng(3))
    noisy, y_noisy = make(4000, 0.5, rng=rng(3))  # same seed: same order, hence same points
    np.testing.assert_array_equal(y, y_noisy)
    # standard error of a deviation from 8000 draws: 0.5 / √16000 = 0.004; of a mean: 0.006
    assert np.std(noisy - exact) == pytest.approx(0.5, abs=0.02)
    assert np.mean(noisy - exact) == pytest.approx(0.0, abs=0.03)


@pytest.mark.parametrize("n", [4, 10, 100])
def test_circles_without_noise_are_scikit_learn_s(n):
    X, y = nn.make_circles(n, 0.0, rng=rng(), factor=0.3)
    theirs, labels = datasets.make_circles(n, factor=0.3, shuffle=False)
    for label in (0, 1):
        np.testing.assert_allclose(rows(X[y == label]), rows(theirs[labels == label]), atol=1e-12)


@pytest.mark.parametrize("n", [4, 10, 100])
def test_moons_without_noise_are_scikit_learn_s(n):
    X, y = nn.make_moons(n, 0.0, rng=rng())
    theirs, labels = datasets.make_moons(n, shuffle=False)
    for label in (0, 1):
        np.testing.assert_allclose(rows(X[y == label]), rows(theirs[labels == label]), atol=1e-12)


def test_the_inner_circle_is_class_one():
    X, y = nn.make_circles(100, 0.0, rng=rng(), factor=0.5)
    np.testing.assert_allclose(np.hypot(*X.T), np.where(y == 1, 0.5, 1.0), rtol=1e-15)


def test_blobs_sit_on_their_centres():
    centers = [[0.0, 0.0], [3.0, 0.0], [0.0, 4.0]]
    X, y = nn.make_blobs(10, 0.0, rng=rng(), centers=centers)
    np.testing.assert_array_equal(X, np.array(centers)[y])
    np.testing.assert_array_equal(np.bincount(y), [4, 3, 3])


def test_xor_is_the_exclusive_or_of_the_coordinates():
    X, y = nn.make_xor(41, 0.0, rng=rng())
    np.testing.assert_array_equal(y, X[:, 0].astype(bool) ^ X[:, 1].astype(bool))
    corners = np.unique(X, axis=0, return_counts=True)
    np.testing.assert_array_equal(corners[0], [[0, 0], [0, 1], [1, 0], [1, 1]])
    np.testing.assert_array_equal(np.sort(corners[1]), [10, 10, 10, 11])


def test_spirals_turn_as_asked_and_are_copies_of_each_other():
    X, y = nn.make_spirals(300, 0.0, rng=rng(), n_classes=3, turns=2.0)
    for k in range(3):
        r, angle = np.hypot(*X[y == k].T), np.arctan2(*X[y == k].T[::-1])
        order = np.argsort(r)
        np.testing.assert_allclose(r[order], np.arange(1, 101) / 100, rtol=1e-12)
        turned = np.unwrap(angle[order])
        assert turned[-1] - turned[0] == pytest.approx(2 * np.pi * 2.0 * 0.99, rel=1e-12)
        a = 2 * np.pi * k / 3  # the first spiral, turned by a
        turn = np.array([[np.cos(a), np.sin(a)], [-np.sin(a), np.cos(a)]])
        np.testing.assert_allclose(rows(X[y == 0] @ turn), rows(X[y == k]), atol=1e-9)


@pytest.mark.parametrize("make", TOYS)
def test_bad_arguments_are_refused_by_name(make):
    name = make.__name__
    for n in (0, -1, 1, 2.0, "10", None):
        with pytest.raises(ValueError, match=f"{name} expects n to be a whole number ≥ [24], got"):
            make(n, rng=rng())
    for noise in (-0.1, np.nan, np.inf, "0"):
        with pytest.raises(ValueError, match=f"{name} expects noise ≥ 0 and finite, got"):
            make(10, noise, rng=rng())
    with pytest.raises(ValueError, match=f"{name} expects rng to be a numpy Generator"):
        make(10, rng=0)
    with pytest.raises(TypeError):  # chance enters by keyword only
        make(10, 0.1, rng())


def test_bad_shapes_of_the_sets_are_refused():
    with pytest.raises(ValueError, match=r"make_blobs expects centers of shape \(n, 2\)"):
        nn.make_blobs(10, rng=rng(), centers=[[0.0, 0.0, 0.0]])
    with pytest.raises(ValueError, match="make_circles expects factor > 0 and ≤ 1, got 2"):
        nn.make_circles(10, rng=rng(), factor=2)
    with pytest.raises(ValueError, match="make_spirals expects n_classes to be a whole number ≥ 1"):
        nn.make_spirals(10, rng=rng(), n_classes=0)
    with pytest.raises(ValueError, match="make_spirals expects turns > 0"):
        nn.make_spirals(10, rng=rng(), turns=-1)


def test_digits_are_those_of_scikit_learn():
    X, y = nn.load_digits()
    theirs, labels = datasets.load_digits(return_X_y=True)
    assert (X.dtype, y.dtype) == (np.float64, np.int64)
    np.testing.assert_array_equal(X, theirs)
    np.testing.assert_array_equal(y, labels)


def test_each_call_gives_digits_of_its_own():
    X, y = nn.load_digits()
    X[:], y[:] = -1.0, -1
    again, y_again = nn.load_digits()
    assert (again.min(), again.max()) == (0.0, 16.0)
    assert (y_again.min(), y_again.max()) == (0, 9)


def test_the_file_of_the_digits_names_its_source_licence_and_format():
    text = files("perceptrons").joinpath("digits.txt").read_text(encoding="ascii")
    head = [line for line in text.splitlines() if line.startswith("#")]
    for words in ("Alpaydin and C. Kaynak", "10.24432/C50P49", "CC BY 4.0", "Format:"):
        assert any(words in line for line in head)
