"""Activations: values on paper, derivatives against central differences, extreme values."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import special

import perceptrons as nn

QUICK = settings(max_examples=40, deadline=None)
NAMES = sorted(nn.ACTIVATIONS)
EXTREMES = np.array([-np.inf, -1e308, -1000.0, -5e-324, 0.0, 5e-324, 1000.0, 1e308, np.inf])
ANY = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4),
    elements=st.floats(allow_nan=False),
)

# z = log 3 makes every value a fraction: e^z = 3, e^-z = 1/3
L = math.log(3.0)
ON_PAPER = {
    "identity": [(2.5, 2.5, 1.0), (-2.5, -2.5, 1.0)],
    "sigmoid": [(L, 3 / 4, 3 / 16), (-L, 1 / 4, 3 / 16), (0.0, 1 / 2, 1 / 4)],
    "tanh": [(L, 4 / 5, 9 / 25), (-L, -4 / 5, 9 / 25), (0.0, 0.0, 1.0)],
    "relu": [(2.5, 2.5, 1.0), (-2.5, 0.0, 0.0), (0.0, 0.0, 0.0)],
    "leaky_relu": [(2.5, 2.5, 1.0), (-2.5, -0.025, 0.01), (0.0, 0.0, 0.01)],
    "elu": [(L, L, 1.0), (-L, -2 / 3, 1 / 3), (0.0, 0.0, 1.0)],
    "softplus": [(L, math.log(4), 3 / 4), (-L, math.log(4 / 3), 1 / 4), (0.0, math.log(2), 1 / 2)],
    "gelu": [
        (0.0, 0.0, 0.5),
        # the normal table: Φ(1) = 0.841344746068543, φ(1) = 0.241970724519143
        (1.0, 0.841344746068543, 0.841344746068543 + 0.241970724519143),
        (-1.0, -0.158655253931457, 0.158655253931457 - 0.241970724519143),
    ],
}


def test_every_activation_has_a_worked_example():
    assert sorted(ON_PAPER) == NAMES


def test_the_table_pairs_each_activation_with_its_derivative():
    assert dict(nn.ACTIVATIONS) == {
        "elu": (nn.elu, nn.d_elu),
        "gelu": (nn.gelu, nn.d_gelu),
        "identity": (nn.identity, nn.d_identity),
        "leaky_relu": (nn.leaky_relu, nn.d_leaky_relu),
        "relu": (nn.relu, nn.d_relu),
        "sigmoid": (nn.sigmoid, nn.d_sigmoid),
        "softplus": (nn.softplus, nn.d_softplus),
        "tanh": (nn.tanh, nn.d_tanh),
    }


@pytest.mark.parametrize("name", NAMES)
def test_value_and_derivative_are_those_worked_out_on_paper(name):
    function, derivative = nn.ACTIVATIONS[name]
    z, value, slope = np.array(ON_PAPER[name]).T
    # 1e-14: a few roundings
    np.testing.assert_allclose(function(z), value, rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(derivative(z), slope, rtol=1e-14, atol=1e-15)


@pytest.mark.parametrize("name", NAMES)
def test_derivative_agrees_with_central_differences_off_the_kinks(name):
    function, derivative = nn.ACTIVATIONS[name]
    z = np.array([-6.0, -2.5, -1.0, -0.1, 0.1, 1.0, 2.5, 6.0])  # relu is dead on the first half
    slopes = [nn.numerical_gradient(lambda t: float(function(t)), value) for value in z]
    np.testing.assert_allclose(derivative(z), slopes, rtol=1e-7, atol=1e-9)
    assert nn.relative_error(derivative(z), slopes) < 1e-7


@pytest.mark.parametrize("name", NAMES)
def test_a_wrong_derivative_is_seen_by_central_differences(name):
    function, derivative = nn.ACTIVATIONS[name]
    z = np.array([-0.7, 0.9])
    right, wrong = derivative(z), derivative(z) * (1.0 + 1e-5)
    assert nn.check_gradient(lambda t: float(function(t).sum()), right, z) < 1e-7
    with pytest.raises(ValueError, match="check_gradient"):
        nn.check_gradient(lambda t: float(function(t).sum()), wrong, z)


LIMITS = {
    "identity": ((-np.inf, np.inf), (1.0, 1.0)),
    "sigmoid": ((0.0, 1.0), (0.0, 0.0)),
    "tanh": ((-1.0, 1.0), (0.0, 0.0)),
    "relu": ((0.0, np.inf), (0.0, 1.0)),
    "leaky_relu": ((-np.inf, np.inf), (0.01, 1.0)),
    "elu": ((-1.0, np.inf), (0.0, 1.0)),
    "softplus": ((0.0, np.inf), (0.0, 1.0)),
    "gelu": ((0.0, np.inf), (0.0, 1.0)),
}


@pytest.mark.parametrize("name", NAMES)
def test_infinities_give_the_limits_and_huge_values_nothing_else(name):
    function, derivative = nn.ACTIVATIONS[name]
    values, slopes = LIMITS[name]
    np.testing.assert_array_equal(function([-np.inf, np.inf]), values)
    np.testing.assert_array_equal(derivative([-np.inf, np.inf]), slopes)
    np.testing.assert_array_equal(derivative([-1e308, 1e308]), slopes)
    assert np.isfinite(function([-1e308, 1e308])).all()
    assert not np.isnan(function(EXTREMES)).any()


@pytest.mark.parametrize("name", NAMES)
@QUICK
@given(z=ANY)
def test_shape_is_kept_nothing_warns_and_the_argument_is_untouched(name, z):
    before = z.copy()
    for function in nn.ACTIVATIONS[name]:
        result = function(z)
        assert np.shape(result) == z.shape
        assert not np.isnan(result).any()
        assert result is not z
    np.testing.assert_array_equal(z, before)


@pytest.mark.parametrize("name", NAMES)
@QUICK
@given(z=hnp.arrays(np.float64, 6, elements=st.floats(-50, 50)))
def test_every_activation_but_gelu_grows(name, z):
    function, derivative = nn.ACTIVATIONS[name]
    if name != "gelu":
        # rounding may undo growth by one digit where a function is flat
        assert (np.diff(function(np.sort(z))) >= -2e-16).all()
        assert (derivative(z) >= 0).all()


@pytest.mark.parametrize("name", [*NAMES, "softmax", "log_softmax"])
def test_nan_and_words_are_refused_by_name(name):
    vector = [0.0, 0.0]
    for function, extra in ((name, ()), (f"d_{name}", (vector,) if "softmax" in name else ())):
        with pytest.raises(ValueError, match=rf"^{function} expects z .* NaN at index \(1,\)"):
            getattr(nn, function)([0.0, np.nan], *extra)
        with pytest.raises(ValueError, match=f"^{function} expects z to hold real numbers"):
            getattr(nn, function)(["a", "b"], *extra)


@pytest.mark.parametrize("function", [nn.leaky_relu, nn.d_leaky_relu])
@pytest.mark.parametrize("slope", [0.0, -0.1, 1.5, np.nan, "0.1"])
def test_a_slope_outside_its_interval_is_refused(function, slope):
    with pytest.raises(ValueError, match="leaky_relu expects slope > 0 and ≤ 1"):
        function([1.0], slope)


@pytest.mark.parametrize("function", [nn.elu, nn.d_elu])
@pytest.mark.parametrize("alpha", [0.0, -1.0, np.inf])
def test_an_alpha_that_is_not_positive_is_refused(function, alpha):
    with pytest.raises(ValueError, match="elu expects alpha > 0 and finite"):
        function([1.0], alpha)


def test_slope_and_alpha_are_used():
    np.testing.assert_allclose(nn.leaky_relu([-2.0, 2.0], slope=0.5), [-1.0, 2.0])
    np.testing.assert_allclose(nn.d_leaky_relu([-2.0, 2.0], slope=0.5), [0.5, 1.0])
    np.testing.assert_allclose(nn.elu([-L, 2.0], alpha=3.0), [-2.0, 2.0], rtol=1e-14)
    np.testing.assert_allclose(nn.d_elu([-L, 2.0], alpha=3.0), [1.0, 1.0], rtol=1e-14)


def test_the_kink_of_elu_belongs_to_its_negative_side():
    np.testing.assert_array_equal(nn.d_elu([0.0, 5e-324, 0.5], alpha=3.0), [3.0, 1.0, 1.0])


def test_an_alpha_overflows_nowhere_where_it_is_not_used():
    largest = np.finfo(float).max
    assert nn.elu(2.0, alpha=largest) == 2.0
    assert nn.d_elu(2.0, alpha=largest) == 1.0


def test_saturated_sigmoid_and_tanh_keep_a_derivative():
    # 1 - sigmoid(40) is 0 in float64, its derivative is e^-40 all the same
    np.testing.assert_allclose(nn.d_sigmoid([40.0, -40.0]), math.exp(-40), rtol=1e-14)
    np.testing.assert_allclose(nn.d_tanh([40.0, -40.0]), 4 * math.exp(-80), rtol=1e-14)


@QUICK
@given(z=hnp.arrays(np.float64, 8, elements=st.floats(-700, 700)))
def test_sigmoid_softplus_and_gelu_equal_scipy_s_special_functions(z):
    # 2e-14: exp amplifies the rounding of its argument
    np.testing.assert_allclose(nn.sigmoid(z), special.expit(z), rtol=2e-14)
    np.testing.assert_allclose(nn.softplus(z), -special.log_expit(-z), rtol=2e-14)
    near = np.clip(z, -30.0, 30.0)
    np.testing.assert_allclose(nn.gelu(near), near * special.ndtr(near), rtol=2e-13, atol=1e-300)


@QUICK
@given(z=st.floats(-8, 8))
def test_gelu_is_the_form_with_erf(z):
    expected = 0.5 * z * (1.0 + math.erf(z / math.sqrt(2.0)))
    # 1 + erf loses digits on the left: compare in absolute terms there
    assert float(nn.gelu(z)) == pytest.approx(expected, rel=1e-14, abs=1e-15)


@QUICK
@given(z=hnp.arrays(np.float64, 5, elements=st.floats(-300, 300)))
def test_tanh_is_a_stretched_sigmoid_and_softplus_differs_from_relu_by_its_tail(z):
    np.testing.assert_allclose(nn.tanh(z), 2.0 * nn.sigmoid(2.0 * z) - 1.0, atol=1e-15)
    np.testing.assert_allclose(nn.softplus(z) - nn.softplus(-z), z, rtol=1e-12, atol=1e-13)


def test_the_registry_holds_the_public_functions_and_cannot_be_changed():
    for name, (function, derivative) in nn.ACTIVATIONS.items():
        assert function is getattr(nn, name)
        assert derivative is getattr(nn, f"d_{name}")
    with pytest.raises(TypeError):
        nn.ACTIVATIONS["sign"] = (np.sign, np.sign)
