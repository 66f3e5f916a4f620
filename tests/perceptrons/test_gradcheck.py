"""Central differences: exact where they must be, blind to nothing, and without side effects."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import perceptrons as nn

QUICK = settings(max_examples=40, deadline=None)


@QUICK
@given(x=hnp.arrays(float, hnp.array_shapes(min_dims=0, max_dims=3), elements=st.floats(-9, 9)))
def test_the_gradient_of_half_a_square_is_x(x):
    gradient = nn.numerical_gradient(lambda t: 0.5 * float(np.sum(t**2)), x)
    assert np.shape(gradient) == x.shape
    # 1e-6: rounding of f, which reaches 5000: 5000 · 2e-16 / 1e-5 = 1e-7, and a margin
    np.testing.assert_allclose(gradient, x, atol=1e-6)


def test_a_cubic_is_off_by_the_square_of_the_step():
    # ((1 + h)³ - (1 - h)³) / 2h = 3 + h²
    for h in (0.5, 0.25, 0.125):
        assert nn.numerical_gradient(lambda t: float(t) ** 3, 1.0, h) == 3.0 + h**2


def test_x_and_what_f_does_to_its_argument_do_not_matter():
    x = np.array([1.0, 2.0])

    def spoils(t):
        value = float(t @ t)
        t[:] = 0.0
        return value

    np.testing.assert_allclose(nn.numerical_gradient(spoils, x), [2.0, 4.0], rtol=1e-9)
    assert nn.check_gradient(spoils, [2.0, 4.0], x) < 1e-9
    np.testing.assert_array_equal(x, [1.0, 2.0])


def test_parameters_are_moved_in_place_and_put_back():
    W, b = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([5.0])
    before = W.copy(), b.copy()

    def loss(_):  # like a model, it looks at its own arrays
        return float(np.sum(W**2) * b[0])

    dW, db = nn.numerical_gradient(loss, [W, b])
    np.testing.assert_allclose(dW, 2.0 * W * 5.0, rtol=1e-9)
    np.testing.assert_allclose(db, [30.0], rtol=1e-9)
    assert nn.check_gradient(loss, [10.0 * W, [30.0]], [W, b]) < 1e-7
    for now, then in zip((W, b), before, strict=True):
        np.testing.assert_array_equal(now, then)


def test_parameters_are_put_back_even_when_f_fails():
    W = np.array([1.0])

    def fails(_):
        if W[0] != 1.0:
            raise RuntimeError("no value here")
        return 0.0

    with pytest.raises(RuntimeError, match="no value here"):
        nn.numerical_gradient(fails, [W])
    assert W[0] == 1.0


def test_a_wrong_entry_is_found_and_named():
    x, right = np.arange(6.0).reshape(2, 3), 2.0 * np.arange(6.0).reshape(2, 3)
    wrong = right.copy()
    wrong[1, 2] += 0.001
    with pytest.raises(
        ValueError, match=r"at index \(1, 2\) gradient 10\.001, .* 10: error 0\.0001 > 1e-07"
    ):
        nn.check_gradient(lambda t: float(np.sum(t**2)), wrong, x)


def test_the_worst_entry_is_named_when_it_has_the_wrong_sign():
    with pytest.raises(ValueError, match=r"at index \(0,\) gradient -2, central differences 2"):
        nn.check_gradient(lambda t: float(np.sum(t**2)), [-2.0, 8.0], [1.0, 4.0])


def test_the_default_step_is_small_enough_for_curved_functions():
    f = lambda t: float(np.sum(np.sin(t) * np.exp(t)))
    x = np.array([-1.0, 0.5, 2.0])
    assert nn.check_gradient(f, (np.sin(x) + np.cos(x)) * np.exp(x), x) < 1e-9


def test_a_wrong_parameter_is_named_and_not_hidden_by_a_large_one():
    W, b = np.array([1e3]), np.array([1e-3])
    loss = lambda _: float(W[0] + b[0] ** 2)
    assert nn.check_gradient(loss, [[1.0], [2e-3]], [W, b]) < 1e-7
    with pytest.raises(ValueError, match=r"index \(0,\) of parameter 1"):
        nn.check_gradient(loss, [[1.0], [1e-3]], [W, b])


def test_rounding_noise_around_a_zero_gradient_is_no_evidence():
    # the slope is 0, what is measured is the rounding of 1 + x - x
    x = np.array([0.1, 0.7])
    constant = lambda t: float(np.sum((1.0 + t) - t))
    assert np.abs(nn.numerical_gradient(constant, x)).max() < 1e-10
    assert nn.check_gradient(constant, np.zeros(2), x) <= 1e-7
    with pytest.raises(ValueError, match="check_gradient"):
        nn.check_gradient(constant, np.full(2, 1e-8), x)


def test_a_looser_tolerance_lets_a_rougher_gradient_pass():
    f = lambda t: float(np.sum(t**2))
    assert nn.check_gradient(f, [2.0002], [1.0], tolerance=1e-3) == pytest.approx(1e-4, rel=0.01)
    with pytest.raises(ValueError, match="> 1e-05"):
        nn.check_gradient(f, [2.0002], [1.0], tolerance=1e-5)


def test_relative_error_on_paper():
    assert nn.relative_error([3.0, 4.0], [3.0, 2.0]) == 0.5
    assert nn.relative_error([1.0], [-1.0]) == 2.0
    assert nn.relative_error([1e-9], [2e-9]) == 0.5
    assert nn.relative_error([0.0], [0.0]) == nn.relative_error([], []) == 0.0
    assert nn.relative_error([0.0], [0.25], floor=1.0) == 0.25
    assert nn.relative_error([1e308], [-1e308]) == 2.0


@QUICK
@given(
    a=hnp.arrays(float, 3, elements=st.floats(-1e308, 1e308)),
    b=hnp.arrays(float, 3, elements=st.floats(-1e308, 1e308)),
)
def test_relative_error_is_symmetric_and_at_most_two(a, b):
    error = nn.relative_error(a, b)
    assert 0.0 <= error <= 2.0
    assert error == nn.relative_error(b, a)
    assert nn.relative_error(a, a) == 0.0


@pytest.mark.parametrize("value", [np.nan, np.inf, np.zeros(2), [1.0]])
def test_f_gives_one_finite_number(value):
    with pytest.raises(ValueError, match="expects f to return one finite number, got"):
        nn.numerical_gradient(lambda _: value, [1.0])
    with pytest.raises(ValueError, match="expects f to return one finite number, got"):
        nn.check_gradient(lambda _: value, [1.0], [1.0])


def test_a_step_that_does_not_move_x_is_refused():
    with pytest.raises(ValueError, match=r"expects h to move x, got h=1e-05 at x=1e\+20"):
        nn.numerical_gradient(lambda t: float(t[0]), [1e20])


@pytest.mark.parametrize("h", [0.0, -1e-5, np.nan, np.inf])
def test_a_step_is_positive(h):
    with pytest.raises(ValueError, match="numerical_gradient expects h > 0"):
        nn.numerical_gradient(lambda t: 0.0, [1.0], h)
    with pytest.raises(ValueError, match="check_gradient expects h > 0"):
        nn.check_gradient(lambda t: 0.0, [1.0], [1.0], h)


def test_shapes_and_numbers_of_gradients_are_checked():
    f = lambda t: 0.0
    with pytest.raises(ValueError, match=r"gradient and x of one shape, got \(1,\) and \(2,\)"):
        nn.check_gradient(f, [0.0], [1.0, 2.0])
    with pytest.raises(ValueError, match="a gradient for each of 2 parameters, got 1"):
        nn.check_gradient(f, [np.zeros(1)], [np.zeros(1), np.zeros(1)])
    with pytest.raises(ValueError, match=r"a and b of one shape, got \(1,\) and \(2,\)"):
        nn.relative_error([0.0], [0.0, 1.0])
    with pytest.raises(ValueError, match="gradient to hold numbers, got NaN"):
        nn.check_gradient(f, [np.nan], [1.0])
    with pytest.raises(ValueError, match="x to be finite, got inf"):
        nn.numerical_gradient(f, [np.inf])


def test_parameters_are_float64_arrays_that_can_be_moved():
    frozen = np.zeros(1)
    frozen.flags.writeable = False
    for parameter in (np.zeros(1, dtype=int), np.zeros(1, dtype=np.float32), frozen):
        with pytest.raises(ValueError, match="parameters to be writeable float64 arrays"):
            nn.numerical_gradient(lambda _: 0.0, [np.zeros(1), parameter])
