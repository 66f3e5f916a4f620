r"""Softmax and its logarithm, on the last axis (chapter *Logistic and softmax regression*).

They are public in `perceptrons.activations`; they stand apart because each output depends on
every value of its row, so that their derivative is a matrix per row, the Jacobian.
"""

import numpy as np

from perceptrons._arrays import Array, ArrayLike, as_array, check_same_shape


def softmax(z: ArrayLike) -> Array:
    r"""Turn each row of scores into probabilities: $s_j = e^{z_j} / \sum_k e^{z_k}$.

    The largest score of the **row** is subtracted first: the result is the same, and no
    exponential overflows.

    Args:
        z: Scores, (c,) or (n, c); more axes are allowed, the last one is the classes.
            ``-inf`` is allowed (a masked class) as long as the row has a finite score.

    Returns:
        Array of the shape of ``z``; each row is in [0, 1] and sums to 1.

    Raises:
        ValueError: NaN, no class, or a row whose largest score is infinite.

    Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, equation 4.62.

    >>> softmax([[1000.0, 1000.0], [0.0, -1e308]])
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    return _softmax(z, "softmax")


def d_softmax(z: ArrayLike, v: ArrayLike) -> Array:
    r"""Apply the Jacobian $J_{ij} = s_i(\mathbb{1}_{i=j} - s_j)$ of softmax at z to v, row by row.

    J is symmetric: if v is the gradient of a loss with respect to the probabilities, then
    $Jv = s \odot (v - \langle s, v\rangle)$ is its gradient with respect to the scores.

    Args:
        z: Scores, as for `softmax`.
        v: One vector for each row, of the shape of ``z``.

    Returns:
        Array of the shape of ``z``; each row sums to 0.

    Raises:
        ValueError: As `softmax`, or ``v`` of another shape.

    Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, equation 4.106.

    >>> d_softmax([0.0, 0.0], [1.0, 0.0])
    array([ 0.25, -0.25])
    """
    s = _softmax(z, "d_softmax")
    v = as_array(v, "d_softmax", "v")
    check_same_shape(s, v, "d_softmax", ("z", "v"))
    result: Array = s * (v - (s * v).sum(axis=-1, keepdims=True))
    return result


def log_softmax(z: ArrayLike) -> Array:
    r"""Logarithm of `softmax` without computing it: $z_j - \log\sum_k e^{z_k}$.

    Where the probability is too small for a float its logarithm is not: this is what the
    cross-entropy from logits needs.

    Args:
        z: Scores, as for `softmax`.

    Returns:
        Array of the shape of ``z``, values ≤ 0 (``-inf`` for a masked class, or when the
        difference between two scores is beyond the largest float).

    Raises:
        ValueError: As `softmax`.

    Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, equation 4.62.

    >>> log_softmax([0.0, -1000.0])
    array([    0., -1000.])
    """
    below = _below_the_largest(z, "log_softmax")
    others = np.exp(below)
    # the largest score counts e^0 = 1: left to log1p, so that a tiny sum of the others survives
    np.put_along_axis(others, below.argmax(axis=-1, keepdims=True), 0.0, axis=-1)
    result: Array = below - np.log1p(others.sum(axis=-1, keepdims=True))
    return result


def d_log_softmax(z: ArrayLike, v: ArrayLike) -> Array:
    r"""Apply the transposed Jacobian of log-softmax at z to v, row by row.

    $J_{ij} = \mathbb{1}_{i=j} - s_j$ is not symmetric; what back-propagation needs is
    $J^\top v = v - s \sum_i v_i$: from the gradient with respect to the output to the gradient
    with respect to the scores.

    Args:
        z: Scores, as for `softmax`.
        v: One vector for each row, of the shape of ``z``.

    Returns:
        Array of the shape of ``z``; each row sums to 0.

    Raises:
        ValueError: As `softmax`, or ``v`` of another shape.

    Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, equation 4.106.

    >>> d_log_softmax([0.0, 0.0], [1.0, 0.0])
    array([ 0.5, -0.5])
    """
    s = _softmax(z, "d_log_softmax")
    v = as_array(v, "d_log_softmax", "v")
    check_same_shape(s, v, "d_log_softmax", ("z", "v"))
    result: Array = v - s * v.sum(axis=-1, keepdims=True)
    return result


def _softmax(z: ArrayLike, what: str) -> Array:
    exponentials = np.exp(_below_the_largest(z, what))
    result: Array = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return result


def _below_the_largest(z: ArrayLike, what: str) -> Array:
    """Return z minus the largest value of its row: all ≤ 0, one of them 0."""
    scores = as_array(z, what)
    if scores.ndim == 0 or scores.shape[-1] == 0:
        raise ValueError(f"{what} expects z of shape (c,) or (n, c) with c ≥ 1, got {scores.shape}")
    largest = scores.max(axis=-1, keepdims=True)
    infinite = largest[~np.isfinite(largest)]
    if infinite.size:
        raise ValueError(f"{what} expects a finite largest value in each row, got {infinite[0]}")
    with np.errstate(over="ignore"):  # -1e308 - 1e308 is -inf, whose exponential is rightly 0
        result: Array = scores - largest
    return result
