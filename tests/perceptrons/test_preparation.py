"""Starting weights and standardised inputs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn.preprocessing import StandardScaler

import perceptrons as nn

QUICK = settings(max_examples=40, deadline=None)


def test_he_and_glorot_have_the_variances_of_their_formulas():
    rng = np.random.default_rng(0)
    # 160 000 draws: the standard deviation is known to about 0.2 %.
    assert nn.initialise_he(400, 400, rng).var() == pytest.approx(2 / 400, rel=0.02)
    glorot = nn.initialise_glorot(400, 400, rng)
    assert glorot.var() == pytest.approx(2 / 800, rel=0.02)
    assert np.abs(glorot).max() <= np.sqrt(6 / 800)


def test_he_keeps_the_signal_through_ten_relu_layers_and_unit_variance_explodes():
    def deviation(draw, seed=0):
        rng = np.random.default_rng(seed)
        A = rng.normal(size=(1000, 64))
        for _ in range(10):
            A = nn.relu(A @ draw(rng))
        return A.std()

    # A layer of 64 multiplies the mean square by 64/2, 1/2 or 1: after ten, in deviation,
    # 32^5 = 3e7, 2^-5 = 0.03 and 1, up to the luck of the draw.
    assert 1e6 < deviation(lambda rng: rng.normal(size=(64, 64))) < 1e9
    assert 0.003 < deviation(lambda rng: nn.initialise_glorot(64, 64, rng)) < 0.1
    assert 0.2 < deviation(lambda rng: nn.initialise_he(64, 64, rng)) < 3.0


@pytest.mark.parametrize("draw", [nn.initialise_he, nn.initialise_glorot])
def test_draws_repeat_with_the_seed_and_refuse_bad_sizes(draw):
    a, b = (draw(3, 2, np.random.default_rng(1)) for _ in range(2))
    np.testing.assert_array_equal(a, b)
    for n_in, n_out, rng, got in [
        (0, 2, np.random.default_rng(0), "n_in .*got 0"),
        (2, -1, np.random.default_rng(0), "n_out .*got -1"),
        (2, 2, 7, "Generator .*got int"),
    ]:
        with pytest.raises(ValueError, match=f"{draw.__name__} expects .*{got}"):
            draw(n_in, n_out, rng)


def test_standardizer_on_paper():
    scaler = nn.Standardizer().fit([[1.0, 7.0], [5.0, 7.0]])
    assert (scaler.mean.tolist(), scaler.scale.tolist()) == ([3.0, 7.0], [2.0, 1.0])
    np.testing.assert_array_equal(scaler.transform([[9.0, 8.0]]), [[3.0, 1.0]])


@QUICK
@given(hnp.arrays(np.float64, st.tuples(st.integers(1, 6), st.just(3)), elements=st.floats(-9, 9)))
def test_inverse_transform_undoes_transform(X):
    scaler = nn.Standardizer().fit(X)
    np.testing.assert_allclose(scaler.inverse_transform(scaler.transform(X)), X, atol=1e-12)


def test_standardizer_is_scikit_learns():
    X = np.random.default_rng(0).normal(5.0, 3.0, size=(50, 4))
    X[:, 2] = 0.1  # constant, and its deviation is no exact zero
    ours, theirs = nn.Standardizer().fit(X), StandardScaler().fit(X)
    np.testing.assert_allclose(ours.transform(X), theirs.transform(X), atol=1e-12)
    np.testing.assert_allclose(ours.scale, theirs.scale_, rtol=1e-12)


def test_standardizer_learns_from_the_training_set_alone():
    scaler = nn.Standardizer().fit([[0.0], [2.0]])
    np.testing.assert_array_equal(scaler.transform([[10.0]]), [[9.0]])
    assert scaler.mean == [1.0]


def test_standardizer_misused_says_so():
    with pytest.raises(RuntimeError, match=r"expects fit\(X\) to come first"):
        nn.Standardizer().transform([[1.0]])
    with pytest.raises(ValueError, match=r"shape \(n, 2\), got \(1, 3\)"):
        nn.Standardizer().fit([[1.0, 2.0]]).transform([[1.0, 2.0, 3.0]])
    with pytest.raises(ValueError, match="NaN"):
        nn.Standardizer().fit([[np.nan]])
