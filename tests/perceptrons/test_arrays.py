"""The checks at the door: what they let through, what they refuse, and in which words."""

import numpy as np
import pytest

from perceptrons import _arrays as arrays


def test_float64_passes_without_a_copy():
    x = np.array([1.0, 2.0])
    assert arrays.as_array(x, "f") is x


@pytest.mark.parametrize("given", [[1, 2], (1.0, 2.0), np.array([1, 2], dtype=np.float32)])
def test_other_real_numbers_become_float64(given):
    array = arrays.as_array(given, "f")
    assert array.dtype == np.float64
    assert array.tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (["one"], "f expects x to hold real numbers, got dtype <U3"),
        ([1j], "f expects x to hold real numbers, got dtype complex128"),
        ([None], "f expects x to hold real numbers, got dtype object"),
        ([[1.0, np.nan]], r"f expects x to hold numbers, got NaN at index \(0, 1\)"),
        ([[1.0], [1.0, 2.0]], "f expects x to be an array, got .*inhomogeneous"),
    ],
)
def test_what_is_not_real_numbers_is_refused(given, words):
    with pytest.raises(ValueError, match=words):
        arrays.as_array(given, "f", "x")


def test_infinities_pass_as_array_and_not_as_finite():
    assert np.isinf(arrays.as_array([-np.inf], "f")).all()
    with pytest.raises(ValueError, match=r"f expects x to be finite, got -inf at index \(1,\)"):
        arrays.as_finite([0.0, -np.inf], "f", "x")


def test_nan_is_found_among_infinities_and_nothing_in_an_empty_array():
    with pytest.raises(ValueError, match="NaN at index"):
        arrays.as_array([np.inf, -np.inf, np.nan], "f")
    assert arrays.as_array([], "f").shape == (0,)


def test_a_matrix_has_two_axes_the_right_columns_and_a_row():
    assert arrays.as_matrix([[1, 2]], "f", columns=2).shape == (1, 2)
    with pytest.raises(ValueError, match=r"f expects X of shape \(n, 3\), got \(1, 2\)"):
        arrays.as_matrix([[1, 2]], "f", columns=3)
    with pytest.raises(ValueError, match=r"f expects X of shape \(n, d\), got \(2,\)"):
        arrays.as_matrix([1, 2], "f")
    with pytest.raises(ValueError, match=r"at least one value, got shape \(0, 2\)"):
        arrays.as_matrix(np.zeros((0, 2)), "f")


def test_a_vector_is_not_broadcast_against_a_column():
    with pytest.raises(
        ValueError, match=r"y_true and y_pred of one shape, got \(3,\) and \(3, 1\)"
    ):
        arrays.as_targets(np.zeros(3), np.zeros((3, 1)), "f")


@pytest.mark.parametrize("shape", [(), (0,), (0, 2), (2, 0), (1, 1, 1)])
def test_targets_are_vectors_or_matrices_with_a_sample(shape):
    with pytest.raises(ValueError, match="f expects"):
        arrays.as_targets(np.zeros(shape), np.zeros(shape), "f")


def test_whole_floats_are_labels():
    labels = arrays.as_labels([0.0, 2.0], "f")
    assert labels.dtype == np.int64
    assert labels.tolist() == [0, 2]


@pytest.mark.parametrize("wrong", [[-1], [0.5], [1e300], [[0]], [], [np.inf]])
def test_what_is_no_class_number_is_refused(wrong):
    with pytest.raises(ValueError, match="f expects y"):
        arrays.as_labels(wrong, "f")


def test_bounds_belong_to_the_interval():
    arrays.check_between(np.array([0.0, 1.0]), "f", "p")
    for outside in (-1e-300, 1.0 + 2.3e-16):
        with pytest.raises(ValueError, match=r"f expects p in \[0, 1\], got "):
            arrays.check_between(np.array([0.5, outside]), "f", "p")


@pytest.mark.parametrize("wrong", [0, -1.0, np.inf, np.nan, "1", None, True, [1.0], 10**400])
def test_a_positive_number_is_a_finite_number_above_zero(wrong):
    arrays.check_positive(np.float64(1e-300), "f", "h")
    with pytest.raises(ValueError, match="f expects h > 0 and finite, got"):
        arrays.check_positive(wrong, "f", "h")


def test_a_positive_number_may_have_an_upper_bound():
    arrays.check_positive(1, "f", "slope", at_most=1.0)
    with pytest.raises(ValueError, match=r"f expects slope > 0 and ≤ 1, got 1\.5"):
        arrays.check_positive(1.5, "f", "slope", at_most=1.0)


@pytest.mark.parametrize("wrong", [-1e-300, np.inf, np.nan, "0", None])
def test_zero_is_not_negative(wrong):
    arrays.check_not_negative(0, "f", "noise")
    with pytest.raises(ValueError, match="f expects noise ≥ 0 and finite, got"):
        arrays.check_not_negative(wrong, "f", "noise")


@pytest.mark.parametrize("wrong", [1, 2.0, np.float64(3), "3", True, None])
def test_a_count_is_a_whole_number_large_enough(wrong):
    arrays.check_count(np.int64(2), "f", "n", at_least=2)
    with pytest.raises(ValueError, match="f expects n to be a whole number ≥ 2, got"):
        arrays.check_count(wrong, "f", "n", at_least=2)


def test_a_seed_is_not_a_generator():
    arrays.check_rng(np.random.default_rng(0), "f")
    with pytest.raises(ValueError, match=r"f expects rng to be a numpy Generator .* got int"):
        arrays.check_rng(0, "f")
