"""Cross-entropies: from probabilities and from logits, at certainty and at the largest floats."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from sklearn import metrics

import perceptrons as nn

QUICK = settings(max_examples=40, deadline=None)
BINARY = ["binary_cross_entropy", "binary_cross_entropy_from_logits"]
CLASSES = ["cross_entropy", "cross_entropy_from_logits"]
FINITE = st.floats(allow_nan=False, allow_infinity=False)


def gradients(names):
    return [*names, *[f"d_{name}" for name in names]]


def test_binary_values_are_those_worked_out_on_paper():
    # -log 1/2 for y = 1, -log(1 - 3/4) for y = 0
    assert nn.binary_cross_entropy([1, 0], [0.5, 0.75]) == pytest.approx(
        (math.log(2) + math.log(4)) / 2, rel=1e-15
    )
    # σ(log 3) = 3/4
    assert nn.binary_cross_entropy_from_logits([1, 0], [math.log(3)] * 2) == pytest.approx(
        (math.log(4 / 3) + math.log(4)) / 2, rel=1e-15
    )


def test_values_for_classes_are_those_worked_out_on_paper():
    y = [[0, 1, 0], [1, 0, 0]]
    expected = (math.log(4) + math.log(2)) / 2
    assert nn.cross_entropy(y, [[0.5, 0.25, 0.25], [0.5, 0.5, 0]]) == pytest.approx(expected)
    z = np.log([[2, 1, 1], [2, 1, 1]])
    assert nn.cross_entropy_from_logits(y, z) == pytest.approx(expected, rel=1e-15)


def test_gradients_are_those_worked_out_on_paper():
    np.testing.assert_allclose(nn.d_binary_cross_entropy([1, 0], [0.5, 0.75]), [-1.0, 2.0])
    z = [math.log(3), 0.0]
    np.testing.assert_allclose(nn.d_binary_cross_entropy_from_logits([1, 0], z), [-1 / 8, 1 / 4])
    np.testing.assert_allclose(nn.d_cross_entropy([[0, 1]], [[0.5, 0.5]]), [[0.0, -2.0]])
    np.testing.assert_allclose(
        nn.d_cross_entropy_from_logits([[0, 1]], [[math.log(3), 0.0]]), [[3 / 4, -3 / 4]]
    )


@pytest.mark.parametrize("name", BINARY)
@pytest.mark.parametrize("shape", [(1,), (5,), (5, 1), (5, 3)])
def test_binary_gradient_agrees_with_central_differences(name, shape):
    rng = np.random.default_rng(5)  # any seed: probabilities are kept off 0 and 1
    y, p = rng.integers(0, 2, shape), rng.uniform(0.1, 0.9, shape)
    loss, gradient = getattr(nn, name), getattr(nn, f"d_{name}")
    assert nn.check_gradient(lambda t: loss(y, t), gradient(y, p), p) < 1e-7


@pytest.mark.parametrize("name", CLASSES)
def test_gradient_for_classes_agrees_with_central_differences(name):
    rng = np.random.default_rng(6)  # any seed
    y, p = np.eye(3)[[0, 2, 1, 1]], nn.softmax(rng.normal(size=(4, 3)))
    loss, gradient = getattr(nn, name), getattr(nn, f"d_{name}")
    assert nn.check_gradient(lambda t: loss(y, t), gradient(y, p), p) < 1e-7


def test_a_gradient_of_the_wrong_sign_or_without_the_mean_is_seen():
    y, z = np.array([1.0, 0.0]), np.array([0.3, -0.2])
    right = nn.d_binary_cross_entropy_from_logits(y, z)
    for wrong in (-right, 2 * right):
        with pytest.raises(ValueError, match="check_gradient"):
            nn.check_gradient(lambda t: nn.binary_cross_entropy_from_logits(y, t), wrong, z)


def test_a_certain_and_right_prediction_costs_nothing():
    assert str(nn.binary_cross_entropy([1, 0], [1, 0])) == "0.0"  # and not -0.0
    assert str(nn.cross_entropy([[0, 1]], [[0, 1]])) == "0.0"
    assert np.isfinite(nn.d_binary_cross_entropy([1, 0], [1, 0])).all()


def test_a_certain_and_wrong_prediction_costs_as_the_nearest_probability():
    tiny, below_one = np.finfo(float).tiny, np.nextafter(1.0, 0.0)
    assert nn.binary_cross_entropy([1], [0]) == -math.log(tiny) == pytest.approx(708.4, abs=0.01)
    assert nn.binary_cross_entropy([0], [1]) == -math.log(1 - below_one)
    assert nn.binary_cross_entropy([0], [1]) == pytest.approx(36.7, abs=0.05)
    assert nn.cross_entropy([[1, 0]], [[0, 1]]) == -math.log(tiny)
    np.testing.assert_array_equal(nn.d_binary_cross_entropy([1, 0], [0, 1]), [-0.5 / tiny, 2.0**52])
    np.testing.assert_array_equal(nn.d_cross_entropy([[1, 0]], [[0, 1]]), [[-1 / tiny, 0.0]])


def test_a_small_probability_keeps_its_digits():
    # log(1 - 1e-20) is -1e-20, where 1 - 1e-20 is 1 in float64
    assert nn.binary_cross_entropy([0], [1e-20]) == pytest.approx(1e-20, rel=1e-15, abs=0)


def test_the_smallest_cost_is_not_lost_in_the_mean():
    # a third of it is no float: the sum is taken first
    assert nn.binary_cross_entropy([0, 0, 0], [5e-324] * 3) == 5e-324


def test_logits_of_a_saturated_sigmoid_keep_their_cost():
    # the article's formula gives NaN here, because sigmoid(40) is 1
    assert nn.binary_cross_entropy_from_logits([1, 0], [40, 40]) == pytest.approx(20, rel=1e-15)
    assert nn.binary_cross_entropy_from_logits([1], [40]) == pytest.approx(math.exp(-40), abs=0)
    assert nn.cross_entropy_from_logits([[1, 0]], [[40, 0]]) == pytest.approx(math.exp(-40), abs=0)


@pytest.mark.parametrize("z", [1e308, -1e308, 1000.0, -1000.0, 5e-324])
def test_extreme_logits_give_their_exact_cost(z):
    wrong = 0 if z > 0 else 1
    expected = math.log(2) if abs(z) < 1 else abs(z)
    assert nn.binary_cross_entropy_from_logits([wrong] * 3, [z] * 3) == pytest.approx(expected)
    right = nn.binary_cross_entropy_from_logits([1 - wrong], [z])
    assert right == (math.log(2) if abs(z) < 1 else 0.0)


def test_a_cost_beyond_the_largest_float_is_the_largest_float():
    largest = np.finfo(float).max
    assert nn.cross_entropy_from_logits([[0, 1]], [[1e308, -1e308]]) == largest
    assert nn.cross_entropy_from_logits([[1, 0]], [[1e308, -1e308]]) == 0.0
    assert nn.binary_cross_entropy_from_logits([[0, 0]], [[1e308, 1e308]]) == largest


@QUICK
@given(
    y=hnp.arrays(int, (3, 2), elements=st.integers(0, 1)),
    z=hnp.arrays(float, (3, 2), elements=FINITE),
)
def test_any_finite_logit_gives_a_finite_loss_and_gradient(y, z):
    assert np.isfinite(nn.binary_cross_entropy_from_logits(y, z))
    assert np.abs(nn.d_binary_cross_entropy_from_logits(y, z)).max() <= 1 / 3
    one_hot = np.eye(2)[y[:, 0]]
    assert np.isfinite(nn.cross_entropy_from_logits(one_hot, z))
    assert np.abs(nn.d_cross_entropy_from_logits(one_hot, z)).max() <= 1 / 3


@QUICK
@given(
    y=hnp.arrays(int, 4, elements=st.integers(0, 1)),
    p=hnp.arrays(float, 4, elements=st.floats(0, 1)),
)
def test_any_probability_gives_a_finite_loss_and_gradient(y, p):
    assert np.isfinite(nn.binary_cross_entropy(y, p))
    assert np.isfinite(nn.d_binary_cross_entropy(y, p)).all()
    one_hot, rows = np.eye(2)[y], np.column_stack([p, 1 - p])
    assert np.isfinite(nn.cross_entropy(one_hot, rows))
    assert np.isfinite(nn.d_cross_entropy(one_hot, rows)).all()


@QUICK
@given(
    y=hnp.arrays(int, (4, 2), elements=st.integers(0, 1)),
    z=hnp.arrays(float, (4, 2), elements=st.floats(-15, 15)),
)
def test_from_logits_equals_from_the_probabilities_of_these_logits(y, z):
    # 1e-9: 1 - σ(15) has lost 6 of its 16 digits
    assert nn.binary_cross_entropy_from_logits(y, z) == pytest.approx(
        nn.binary_cross_entropy(y, nn.sigmoid(z)), rel=1e-9
    )
    one_hot = np.eye(2)[y[:, 0]]
    assert nn.cross_entropy_from_logits(one_hot, z) == pytest.approx(
        nn.cross_entropy(one_hot, nn.softmax(z)), rel=1e-9, abs=1e-15
    )
    # the logits' gradient is the probabilities' through the sigmoid, by the chain rule
    through = nn.d_binary_cross_entropy(y, nn.sigmoid(z)) * nn.d_sigmoid(z)
    np.testing.assert_allclose(nn.d_binary_cross_entropy_from_logits(y, z), through, atol=1e-9)
    through = nn.d_softmax(z, nn.d_cross_entropy(one_hot, nn.softmax(z)))
    np.testing.assert_allclose(nn.d_cross_entropy_from_logits(one_hot, z), through, atol=1e-9)


@QUICK
@given(
    y=hnp.arrays(int, 6, elements=st.integers(0, 2)),
    z=hnp.arrays(float, (6, 3), elements=st.floats(-5, 5)),
)
def test_values_equal_scikit_learn_s_log_loss(y, z):
    p = nn.softmax(z)
    assert nn.cross_entropy(np.eye(3)[y], p) == pytest.approx(
        metrics.log_loss(y, p, labels=[0, 1, 2]), rel=1e-12
    )
    assert nn.binary_cross_entropy(y > 0, p[:, 0]) == pytest.approx(
        metrics.log_loss(y > 0, p[:, 0], labels=[False, True]), rel=1e-12
    )


@QUICK
@given(y=st.integers(0, 1), z=st.floats(-30, 30))
def test_two_classes_cost_as_one_yes_or_no(y, z):
    both = nn.cross_entropy_from_logits([[1 - y, y]], [[0.0, z]])
    assert both == pytest.approx(nn.binary_cross_entropy_from_logits([y], [z]), rel=1e-13)


def test_guessing_evenly_costs_the_logarithm_of_the_number_of_classes():
    y = np.eye(10)
    assert nn.cross_entropy(y, np.full((10, 10), 0.1)) == pytest.approx(math.log(10), rel=1e-15)
    assert nn.cross_entropy_from_logits(y, np.zeros((10, 10))) == pytest.approx(math.log(10))


def test_soft_labels_are_allowed():
    # the entropy of (1/4, 3/4), reached when the prediction is right
    entropy = -(0.25 * math.log(0.25) + 0.75 * math.log(0.75))
    assert nn.binary_cross_entropy([0.75], [0.75]) == pytest.approx(entropy, rel=1e-15)
    assert nn.cross_entropy([[0.25, 0.75]], [[0.25, 0.75]]) == pytest.approx(entropy, rel=1e-15)


@pytest.mark.parametrize("name", gradients(BINARY))
def test_labels_that_are_not_yes_or_no_are_refused(name):
    with pytest.raises(ValueError, match=rf"{name} expects y_true in \[0, 1\], got -1\.0"):
        getattr(nn, name)([1.0, -1.0], [0.5, 0.5])


@pytest.mark.parametrize("name", gradients(["binary_cross_entropy", "cross_entropy"]))
@pytest.mark.parametrize("wrong", [-1e-9, 1.0 + 1e-9])
def test_a_probability_outside_zero_and_one_is_refused(name, wrong):
    with pytest.raises(ValueError, match=rf"{name} expects y_pred in \[0, 1\], got"):
        getattr(nn, name)([[0.0, 1.0]], [[wrong, 1.0 - wrong]])


@pytest.mark.parametrize("name", gradients(CLASSES))
def test_labels_that_are_no_distribution_are_refused(name):
    with pytest.raises(
        ValueError, match=rf"{name} expects rows of y_true that sum to 1, got 2 in row 1"
    ):
        getattr(nn, name)([[1.0, 0.0], [1.0, 1.0]], [[0.5, 0.5], [0.5, 0.5]])
    with pytest.raises(
        ValueError, match=rf"{name} expects y_true of shape \(n, c\), .* got \(2,\)"
    ):
        getattr(nn, name)([0.0, 1.0], [0.5, 0.5])


@pytest.mark.parametrize("name", gradients(["cross_entropy"]))
def test_predictions_that_are_no_distribution_are_refused(name):
    with pytest.raises(
        ValueError, match=f"{name} expects rows of y_pred that sum to 1, got 0.9 in row 1"
    ):
        getattr(nn, name)([[1.0, 0.0], [1.0, 0.0]], [[0.5, 0.5], [0.5, 0.4]])


@pytest.mark.parametrize("name", gradients(BINARY + CLASSES))
def test_shapes_nan_infinities_and_empty_batches_are_refused(name):
    loss = getattr(nn, name)
    second = "z" if "logits" in name else "y_pred"
    with pytest.raises(ValueError, match=rf"{name} expects y_true and {second} of one shape"):
        loss(np.ones((2, 1)), np.ones(2))
    for bad, word in ((np.nan, "NaN"), (np.inf, "inf"), (-np.inf, "-inf")):
        with pytest.raises(ValueError, match=f"{name} expects {second} .* got {word}"):
            loss([[1.0, 0.0]], [[bad, 0.0]])
    with pytest.raises(ValueError, match=f"{name} expects y_true to hold at least one value"):
        loss(np.zeros((0, 2)), np.zeros((0, 2)))
