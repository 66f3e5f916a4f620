"""Losses of errors: values on paper, gradients, averaging, extremes, misuse."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import metrics

import perceptrons as nn

QUICK = settings(max_examples=40, deadline=None)
OF_ERRORS = ["mean_squared_error", "mean_absolute_error", "huber_loss"]
ALL = ["zero_one_loss", *OF_ERRORS]
VALUES = st.floats(-1e6, 1e6)


def pairs(elements=VALUES):
    """Two arrays of one shape, (n,) or (n, m)."""
    shapes = hnp.array_shapes(min_dims=1, max_dims=2, min_side=1, max_side=4)
    return shapes.flatmap(lambda s: st.tuples(*[hnp.arrays(np.float64, s, elements=elements)] * 2))


def test_values_are_those_worked_out_on_paper():
    # residuals 0, 1/2, -3: squares 0, 1/4, 9; Huber 0, 1/8, 3 - 1/2
    y, p = [1.0, 2.0, 3.0], [1.0, 2.5, 0.0]
    assert nn.mean_squared_error(y, p) == pytest.approx(37 / 12, rel=1e-15)
    assert nn.mean_absolute_error(y, p) == pytest.approx(7 / 6, rel=1e-15)
    assert nn.huber_loss(y, p) == pytest.approx(21 / 24, rel=1e-15)
    # with delta = 2 the last one costs 2 (3 - 1)
    assert nn.huber_loss(y, p, delta=2.0) == pytest.approx((1 / 8 + 4) / 3, rel=1e-15)
    assert nn.zero_one_loss(y, p) == pytest.approx(2 / 3, rel=1e-15)


def test_gradients_are_those_worked_out_on_paper():
    y, p = [1.0, 2.0, 3.0, 0.0], [1.0, 2.5, 0.0, 1.0]
    np.testing.assert_array_equal(nn.d_mean_squared_error(y, p), [0.0, 0.25, -1.5, 0.5])
    np.testing.assert_array_equal(nn.d_mean_absolute_error(y, p), [0.0, 0.25, -0.25, 0.25])
    np.testing.assert_array_equal(nn.d_huber_loss(y, p), [0.0, 0.125, -0.25, 0.25])
    np.testing.assert_array_equal(nn.d_huber_loss(y, p, delta=2.0), [0.0, 0.125, -0.5, 0.25])


@pytest.mark.parametrize("name", OF_ERRORS)
@pytest.mark.parametrize("shape", [(1,), (5,), (5, 1), (5, 3)])
def test_gradient_agrees_with_central_differences(name, shape):
    rng = np.random.default_rng(3)  # residuals of this seed stay off the kinks 0 and ±1
    y, p = rng.normal(size=shape), rng.normal(size=shape)
    loss, gradient = getattr(nn, name), getattr(nn, f"d_{name}")
    assert nn.check_gradient(lambda t: loss(y, t), gradient(y, p), p) < 1e-7


def test_a_gradient_that_forgets_the_outputs_are_summed_is_seen():
    # the article's mistake: mean over n·m entries in one place, over n in the other
    y, p = np.zeros((3, 2)), np.ones((3, 2))
    with pytest.raises(ValueError, match="check_gradient"):
        nn.check_gradient(lambda t: float(np.mean((t - y) ** 2)), nn.d_mean_squared_error(y, p), p)


@pytest.mark.parametrize("name", ALL)
def test_outputs_are_summed_and_samples_averaged(name):
    rng = np.random.default_rng(4)  # any seed
    y, p = rng.integers(0, 3, (6, 2)), rng.integers(0, 3, (6, 2))
    loss = getattr(nn, name)
    by_output = sum(loss(y[:, j], p[:, j]) for j in range(2))
    assert loss(y, p) == pytest.approx(by_output, rel=1e-14)
    by_sample = np.mean([loss(y[i : i + 1], p[i : i + 1]) for i in range(6)])
    assert loss(y, p) == pytest.approx(by_sample, rel=1e-14)


@QUICK
@given(pair=pairs())
def test_losses_equal_scikit_learn_s_where_both_define_them(pair):
    y, p = (a.reshape(len(a), -1) for a in pair)
    raw = {"multioutput": "raw_values"}  # ours is the sum of theirs over the outputs
    assert nn.mean_squared_error(y, p) == pytest.approx(
        metrics.mean_squared_error(y, p, **raw).sum(), rel=1e-12
    )
    assert nn.mean_absolute_error(y, p) == pytest.approx(
        metrics.mean_absolute_error(y, p, **raw).sum(), rel=1e-12
    )


@QUICK
@given(y=hnp.arrays(int, 5, elements=st.integers(0, 2)), p=hnp.arrays(int, 5, elements=st.just(1)))
def test_zero_one_loss_equals_scikit_learn_s_and_completes_the_accuracy(y, p):
    assert nn.zero_one_loss(y, p) == pytest.approx(metrics.zero_one_loss(y, p), abs=1e-15)
    assert nn.zero_one_loss(y, p) + nn.accuracy(y, p) == pytest.approx(1.0, rel=1e-15)


@pytest.mark.parametrize("name", ALL)
@QUICK
@given(pair=pairs())
def test_a_loss_is_not_negative_zero_when_right_and_symmetric(name, pair):
    y, p = pair
    loss = getattr(nn, name)
    assert loss(y, y) == 0.0
    assert loss(y, p) >= 0.0
    assert loss(y, p) == loss(p, y)


@QUICK
@given(pair=pairs(st.floats(-100, 100)), delta=st.floats(0.1, 10))
def test_huber_lies_between_its_two_branches(pair, delta):
    y, p = pair
    huber = nn.huber_loss(y, p, delta)
    slack = 1e-9  # rounding of sums of about 1e4
    assert huber <= nn.mean_squared_error(y, p) / 2 + slack
    assert huber <= delta * nn.mean_absolute_error(y, p) + slack
    far = nn.huber_loss(y, p, delta=1e3)  # beyond every residual: half the squared error
    assert far == pytest.approx(nn.mean_squared_error(y, p) / 2, rel=1e-12)


@pytest.mark.parametrize("name", [*ALL, *[f"d_{name}" for name in OF_ERRORS]])
@QUICK
@given(pair=pairs(st.floats(allow_nan=True, allow_infinity=True)))
def test_any_float_gives_finite_numbers_or_a_value_error(name, pair):
    y, p = pair[0].copy(), pair[1].copy()
    try:
        result = getattr(nn, name)(y, p)
    except ValueError as error:
        assert str(error).startswith(f"{name} expects")
    else:
        assert np.isfinite(result).all()
    np.testing.assert_array_equal((y, p), pair)


@pytest.mark.parametrize("name", ["mean_squared_error", "d_mean_squared_error"])
def test_an_error_beyond_float64_is_refused(name):
    with pytest.raises(ValueError, match=f"{name} expects errors whose sum a float64 can hold"):
        getattr(nn, name)([-1e308], [1e308])


def test_large_errors_that_fit_are_computed():
    assert nn.mean_absolute_error([0.0], [1e308]) == 1e308
    assert nn.huber_loss([0.0], [1e308]) == 1e308
    assert nn.mean_squared_error([5e-324], [0.0]) == 0.0


@pytest.mark.parametrize("name", [*ALL, *[f"d_{name}" for name in OF_ERRORS]])
def test_shapes_nan_and_empty_batches_are_refused(name):
    loss = getattr(nn, name)
    with pytest.raises(ValueError, match=rf"{name} expects .* one shape, got \(2,\) and \(2, 1\)"):
        loss(np.zeros(2), np.zeros((2, 1)))
    with pytest.raises(ValueError, match=f"{name} expects y_pred to hold numbers, got NaN"):
        loss([0.0], [np.nan])
    with pytest.raises(ValueError, match=f"{name} expects y_true to be finite, got inf"):
        loss([np.inf], [0.0])
    with pytest.raises(ValueError, match=f"{name} expects y_true to hold at least one value"):
        loss([], [])
    with pytest.raises(ValueError, match=rf"{name} expects arrays of shape .* got \(\)"):
        loss(1.0, 1.0)


@pytest.mark.parametrize("function", [nn.huber_loss, nn.d_huber_loss])
@pytest.mark.parametrize("delta", [0.0, -1.0, np.inf, np.nan])
def test_a_delta_that_is_not_positive_is_refused(function, delta):
    with pytest.raises(ValueError, match="huber_loss expects delta > 0 and finite, got"):
        function([0.0], [1.0], delta)


def test_compute_loss_knows_the_names_of_the_article():
    y, p = [0.0, 1.0], [0.25, 0.5]
    assert nn.compute_loss(y, p, "MSE") == nn.mean_squared_error(y, p)
    assert nn.compute_loss(y, p, "CE") == nn.binary_cross_entropy(y, p)


@pytest.mark.parametrize("name", ["mse", "", None, 3])
def test_compute_loss_lists_the_names_it_knows(name):
    with pytest.raises(
        ValueError, match=f"compute_loss expects a name among MSE, CE, got {name!r}"
    ):
        nn.compute_loss([0.0], [0.0], name)


def test_compute_loss_refuses_the_silent_broadcast_of_the_article():
    y, p = np.array([0.0, 1.0]), np.array([[0.1], [0.9]])
    assert ((y - p) ** 2).shape == (2, 2)  # what numpy would average
    with pytest.raises(ValueError, match="of one shape"):
        nn.compute_loss(y, p, "MSE")
