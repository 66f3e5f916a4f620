"""Softmax and log-softmax: rows that sum to one, translation, Jacobians, masks, extremes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import special

import perceptrons as nn

QUICK = settings(max_examples=40, deadline=None)
ROWS = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4),
    elements=st.floats(-1000.0, 1000.0),
)
HUGE = hnp.arrays(np.float64, (2, 3), elements=st.floats(allow_nan=False, allow_infinity=False))


def test_softmax_of_log_odds_gives_the_odds():
    # e^z = 1, 2, 5: their sum is 8
    z = np.log([1.0, 2.0, 5.0])
    np.testing.assert_allclose(nn.softmax(z), [1 / 8, 2 / 8, 5 / 8], rtol=1e-15)
    np.testing.assert_allclose(nn.log_softmax(z), np.log([1 / 8, 2 / 8, 5 / 8]), rtol=1e-15)


def test_jacobians_are_those_worked_out_on_paper():
    # s = (1/4, 3/4), v = (1, 3): <s, v> = 10/4, sum of v = 4
    z, v = np.log([1.0, 3.0]), [1.0, 3.0]
    np.testing.assert_allclose(nn.d_softmax(z, v), [-3 / 8, 3 / 8], rtol=1e-15)
    np.testing.assert_allclose(nn.d_log_softmax(z, v), [0.0, 0.0], atol=1e-15)
    np.testing.assert_allclose(nn.d_log_softmax(z, [1.0, 0.0]), [3 / 4, -3 / 4], rtol=1e-15)


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize("shape", [(1,), (4,), (3, 4), (2, 3, 4)])
def test_jacobian_applied_to_v_is_the_gradient_of_the_output_times_v(name, shape):
    rng = np.random.default_rng(7)  # any seed: the fact holds for all z and v
    z, v = rng.normal(size=shape), rng.normal(size=shape)
    function, derivative = getattr(nn, name), getattr(nn, f"d_{name}")
    assert nn.check_gradient(lambda t: float(np.sum(v * function(t))), derivative(z, v), z) < 1e-7


def test_log_softmax_s_jacobian_without_its_transpose_would_be_seen():
    z, v = np.array([0.3, -1.0, 2.0]), np.array([1.0, -2.0, 0.5])
    untransposed = v - nn.softmax(z) @ v
    with pytest.raises(ValueError, match="check_gradient"):
        nn.check_gradient(lambda t: float(v @ nn.log_softmax(t)), untransposed, z)


@QUICK
@given(z=ROWS)
def test_softmax_rows_sum_to_one(z):
    s = nn.softmax(z)
    assert s.shape == z.shape
    assert ((s >= 0) & (s <= 1)).all()
    np.testing.assert_allclose(s.sum(axis=-1), 1.0, rtol=1e-15)


@QUICK
@given(z=ROWS, shift=st.floats(-1000.0, 1000.0))
def test_adding_a_number_to_a_row_changes_nothing(z, shift):
    # z + shift is rounded by up to 2e-13, which exp turns into a relative error of 4e-13
    np.testing.assert_allclose(nn.softmax(z + shift), nn.softmax(z), rtol=1e-12, atol=1e-300)


@QUICK
@given(z=hnp.arrays(np.float64, (3, 4), elements=st.floats(-30, 30)), data=st.data())
def test_permuting_classes_or_samples_permutes_the_output(z, data):
    columns = data.draw(st.permutations(range(4)))
    rows = data.draw(st.permutations(range(3)))
    for function in (nn.softmax, nn.log_softmax):
        # a sum in another order rounds differently
        np.testing.assert_allclose(function(z[:, columns]), function(z)[:, columns], rtol=1e-13)
        np.testing.assert_array_equal(function(z[rows]), function(z)[rows])


@QUICK
@given(z=ROWS)
def test_both_equal_scipy_s(z):
    np.testing.assert_allclose(nn.softmax(z), special.softmax(z, axis=-1), rtol=1e-13)
    # scipy's log-softmax loses the digits of a value near 0 (see the test below)
    expected = special.log_softmax(z, axis=-1)
    np.testing.assert_allclose(nn.log_softmax(z), expected, rtol=1e-13, atol=1e-15)


def test_log_softmax_of_a_near_certain_class_keeps_its_digits():
    # log(1 / (1 + 2e^-40)) = -2e^-40 to 17 digits, where 1 + 2e^-40 is 1 in float64
    np.testing.assert_allclose(nn.log_softmax([0.0, 40.0, 0.0])[1], -2 * np.exp(-40), rtol=1e-15)


@QUICK
@given(z=st.floats(-700, 700))
def test_softmax_of_two_classes_is_the_sigmoid_of_their_difference(z):
    assert nn.softmax([0.0, z])[1] == pytest.approx(float(nn.sigmoid(z)), rel=1e-13, abs=1e-320)


@QUICK
@given(z=HUGE)
def test_no_finite_row_warns_or_gives_nan(z):
    np.testing.assert_allclose(nn.softmax(z).sum(axis=-1), 1.0, rtol=1e-15)
    assert not np.isnan(nn.log_softmax(z)).any()
    assert (nn.log_softmax(z) <= 0).all()


def test_each_row_has_its_own_largest_value():
    # with one maximum for all rows, the second would be 0/0
    np.testing.assert_array_equal(nn.softmax([[1000.0, 1000.0], [-1000.0, -1000.0]]), 0.5)


def test_a_masked_class_gets_nothing():
    z = [[0.0, -np.inf, 0.0]]
    np.testing.assert_array_equal(nn.softmax(z), [[0.5, 0.0, 0.5]])
    np.testing.assert_array_equal(nn.log_softmax(z)[0, 1], -np.inf)
    np.testing.assert_array_equal(nn.d_softmax(z, [[1.0, 5.0, 0.0]]), [[0.25, 0.0, -0.25]])


def test_no_sample_gives_no_row():
    assert nn.softmax(np.zeros((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("function", [nn.softmax, nn.log_softmax])
@pytest.mark.parametrize("z", [[0.0, np.inf], [[0.0, 1.0], [-np.inf, -np.inf]]])
def test_a_row_without_a_finite_largest_value_is_refused(function, z):
    with pytest.raises(ValueError, match=r"a finite largest value in each row, got -?inf"):
        function(z)


def test_of_several_rows_without_a_finite_largest_value_the_first_is_told():
    with pytest.raises(ValueError, match=r"got inf$"):
        nn.softmax([[0.0, np.inf], [-np.inf, -np.inf]])


@pytest.mark.parametrize("z", [1.0, [], np.zeros((2, 0))])
def test_a_row_without_classes_is_refused(z):
    with pytest.raises(ValueError, match=r"softmax expects z of shape \(c,\) or \(n, c\)"):
        nn.softmax(z)


@pytest.mark.parametrize("derivative", [nn.d_softmax, nn.d_log_softmax])
def test_a_vector_is_not_broadcast_over_the_rows(derivative):
    with pytest.raises(ValueError, match=r"z and v of one shape, got \(2, 3\) and \(3,\)"):
        derivative(np.zeros((2, 3)), np.zeros(3))
