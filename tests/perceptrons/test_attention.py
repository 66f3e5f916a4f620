"""Scaled dot-product attention: on paper, against central differences, properties."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import perceptrons as nn

QUICK = settings(max_examples=30, deadline=None)
SEEDS = st.integers(0, 2**32 - 1)


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def draw_mask(*shape, seed=0):
    """Return a random mask with a True in each row."""
    return (np.random.default_rng(seed).random(shape) < 0.5) | np.eye(shape[-1], dtype=bool)


# Worked on paper: scores / √2 are (ln 3, 0) and (0, 0), so weights (3/4, 1/4) and (1/2, 1/2)
Q2 = np.array([[np.sqrt(2) * np.log(3), 0.0], [0.0, 0.0]])
K2 = np.eye(2)
V2 = np.array([[4.0, 0.0], [0.0, 8.0]])


def test_two_queries_get_the_answers_worked_out_on_paper():
    Y, A = nn.scaled_dot_product_attention(Q2, K2, V2)
    np.testing.assert_allclose(A, [[3 / 4, 1 / 4], [1 / 2, 1 / 2]], rtol=1e-15)
    np.testing.assert_allclose(Y, [[3.0, 2.0], [2.0, 4.0]], rtol=1e-15)


def test_their_gradients_are_those_worked_out_on_paper():
    # G picks Y[0, 0]; the first row of dA is (4, 0), its mean under A is 3, so that of dS is
    # (3/4 · (4 - 3), 1/4 · (0 - 3)) / √2 = (3/4, -3/4) / √2
    dQ, dK, dV = nn.d_scaled_dot_product_attention(Q2, K2, V2, [[1.0, 0.0], [0.0, 0.0]])
    s = 0.75 / np.sqrt(2)
    np.testing.assert_allclose(dQ, [[s, -s], [0.0, 0.0]], rtol=1e-14)
    np.testing.assert_allclose(dK, 0.75 * np.log(3) * np.array([[1, 0], [-1, 0]]), rtol=1e-14)
    np.testing.assert_allclose(dV, [[0.75, 0.0], [0.25, 0.0]], rtol=1e-15)


def test_a_hidden_key_gets_no_weight_and_no_gradient():
    mask = [[True, False], [True, True]]
    Y, A = nn.scaled_dot_product_attention(Q2, K2, V2, mask)
    np.testing.assert_array_equal(A, [[1.0, 0.0], [0.5, 0.5]])
    np.testing.assert_array_equal(Y, [[4.0, 0.0], [2.0, 4.0]])
    dQ, _, dV = nn.d_scaled_dot_product_attention(Q2, K2, V2, [[1.0, 0.0], [0.0, 0.0]], mask)
    assert not dQ.any() and dV.tolist() == [[1.0, 0.0], [0.0, 0.0]]


SHAPES = [((), 1, 1), ((), 3, 4), ((2,), 4, 3), ((2, 3), 3, 3)]  # leading axes, t, s


@pytest.mark.parametrize("masked", [False, "(t, s)", "(…, t, s)"])
@pytest.mark.parametrize(("lead", "t", "s"), SHAPES)
def test_attention_s_gradients_are_those_of_central_differences(lead, t, s, masked):
    arrays = [draw(*lead, t, 3), draw(*lead, s, 3, seed=1), draw(*lead, s, 2, seed=2)]
    G = draw(*lead, t, 2, seed=3)
    shape = (t, s) if masked == "(t, s)" else (*lead, t, s)
    mask = None
    if masked:
        mask = np.random.default_rng(4).random(shape) < 0.5
        mask[..., 0] = True  # each query sees the first key
    value = lambda a: float((G * nn.scaled_dot_product_attention(*a, mask)[0]).sum())
    gradients = nn.d_scaled_dot_product_attention(*arrays, G, mask)
    nn.check_gradient(value, gradients, arrays)


@pytest.mark.parametrize("fault", ["no root of d", "mask forgotten", "softmax element by element"])
def test_central_differences_catch_the_usual_faults(fault):
    Q, K, V, G, mask = draw(3, 4), draw(3, 4, seed=1), draw(3, 2, seed=2), draw(3, 2, seed=3), None
    dQ = nn.d_scaled_dot_product_attention(Q, K, V, G)[0]
    if fault == "no root of d":
        dQ = dQ * 2.0
    elif fault == "mask forgotten":
        mask = nn.causal_mask(3)
    else:
        _, A = nn.scaled_dot_product_attention(Q, K, V)
        dQ = (A * (1 - A) * (G @ V.T)) @ K / 2.0
    with pytest.raises(ValueError, match="check_gradient"):
        nn.check_gradient(
            lambda q: float((G * nn.scaled_dot_product_attention(q, K, V, mask)[0]).sum()), dQ, Q
        )


@QUICK
@given(seed=SEEDS, size=st.floats(1e-3, 100.0), t=st.integers(1, 6), masked=st.booleans())
def test_rows_of_attention_sum_to_one(seed, size, t, masked):
    Q, K = size * draw(2, t, 3, seed=seed), size * draw(2, t, 3, seed=seed + 1)
    mask = draw_mask(2, t, t, seed=seed) if masked else None
    _, A = nn.scaled_dot_product_attention(Q, K, K, mask)
    assert (A >= 0).all()
    np.testing.assert_allclose(A.sum(axis=-1), 1.0, rtol=1e-14)
    if masked:
        assert (A[~mask] == 0.0).all()


@pytest.mark.parametrize("d", [4, 256])
def test_scaling_keeps_the_scores_variance_at_one_for_every_d(d):
    # log A = S - constant of the row: A's spread shows S's. Tolerance: 40 000 draws, four σ.
    Q, K = draw(200, d), draw(200, d, seed=1)
    _, A = nn.scaled_dot_product_attention(Q, K, K)
    assert np.log(A).var(axis=1).mean() == pytest.approx(1.0, abs=0.1)
