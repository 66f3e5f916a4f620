r"""Cross-entropies, from probabilities and from logits (chapter *Statistical learning*).

Public in `perceptrons.losses`.  From probabilities, a certain and wrong prediction would cost
infinity: it is counted as the nearest float64 strictly inside (0, 1), so that its cost and its
gradient are finite.  From logits no such case exists: prefer it to train.
"""

import numpy as np

from perceptrons._arrays import LARGEST, Array, ArrayLike, as_targets, check_between
from perceptrons._rectifiers import softplus
from perceptrons._sigmoids import sigmoid
from perceptrons._softmax import log_softmax, softmax

_LEAST = float(np.finfo(np.float64).tiny)  # 2.2e-308: 1 / _LEAST is still finite
_MOST = 1.0 - float(np.finfo(np.float64).epsneg)  # 1 - 1.1e-16: the float just below 1
_SUM_TOLERANCE = 1e-4  # room for float32 probabilities and for central differences


def binary_cross_entropy(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    r"""Cross-entropy of yes-or-no outputs, from probabilities.

    $-\frac1n \sum_i \sum_j \left[y_{ij}\log \hat y_{ij} + (1-y_{ij})\log(1-\hat y_{ij})\right]$

    Exact at 0 and 1 when right (the loss is 0).  When certain and wrong, finite: $\hat y = 0$
    for y = 1 costs 708.4, $\hat y = 1$ for y = 0 costs 36.7 (see the top of the module).

    Args:
        y_true: Labels in [0, 1], (n,) or (n, m).
        y_pred: Probabilities of the class 1, in [0, 1], same shape.

    Returns:
        A float ≥ 0, in nats.

    Raises:
        ValueError: Shapes that differ, an empty batch, NaN, or a value outside [0, 1].

    Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, equation 4.90.

    >>> binary_cross_entropy([1.0, 0.0], [1.0, 0.0])
    0.0
    >>> binary_cross_entropy([1.0, 0.0], [0.5, 0.5])  # log 2
    0.6931471805599453
    """
    y, p = _probabilities(y_true, y_pred, "binary_cross_entropy")
    log_yes = np.log(np.maximum(p, _LEAST))
    log_no = np.log1p(-np.minimum(p, _MOST))
    return _average(y * log_yes + (1.0 - y) * log_no)


def d_binary_cross_entropy(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Gradient of `binary_cross_entropy`.

    $\frac1n \left[\frac{1-y}{1-\hat y} - \frac{y}{\hat y}\right]$

    Arguments, errors and source: see `binary_cross_entropy`.

    >>> d_binary_cross_entropy([1.0, 0.0], [0.5, 0.75])
    array([-1.,  2.])
    """
    y, p = _probabilities(y_true, y_pred, "d_binary_cross_entropy")
    result: Array = (1.0 - y) / (1.0 - np.minimum(p, _MOST)) - y / np.maximum(p, _LEAST)
    return result / len(y)


def binary_cross_entropy_from_logits(y_true: ArrayLike, z: ArrayLike) -> float:
    r"""Cross-entropy of yes-or-no outputs, from logits: $\frac1n \sum_{i,j} \log(1+e^z) - yz$.

    Equal to `binary_cross_entropy` of ``sigmoid(z)``, without ever rounding to 0 or 1.

    Args:
        y_true: Labels in [0, 1], (n,) or (n, m).
        z: Logits (scores before the sigmoid), finite, same shape.

    Returns:
        A float ≥ 0, in nats, finite for every finite z (at most the largest float64).

    Raises:
        ValueError: Shapes that differ, an empty batch, NaN or infinity, a label outside [0, 1].

    Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, equation 4.90.

    >>> y, z = [1.0, 0.0], [1000.0, 1000.0]
    >>> binary_cross_entropy_from_logits(y, z)  # (0 + 1000) / 2
    500.0
    """
    y, z = _logits(y_true, z, "binary_cross_entropy_from_logits")
    # log(1 + e^z) - yz, arranged as a sum of terms ≥ 0, so that no digit cancels
    return _average(-((1.0 - y) * softplus(z) + y * softplus(-z)))


def d_binary_cross_entropy_from_logits(y_true: ArrayLike, z: ArrayLike) -> Array:
    r"""Gradient of `binary_cross_entropy_from_logits`: $\frac1n(\sigma(z) - y)$.

    Arguments, errors and source: see `binary_cross_entropy_from_logits`.

    >>> d_binary_cross_entropy_from_logits([1.0, 0.0], [0.0, 1000.0])
    array([-0.25,  0.5 ])
    """
    y, z = _logits(y_true, z, "d_binary_cross_entropy_from_logits")
    return (sigmoid(z) - y) / len(y)


def cross_entropy(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    r"""Cross-entropy of one class among c: $-\frac1n \sum_i \sum_k y_{ik} \log \hat y_{ik}$.

    Exact when right (0); a class judged impossible that comes true costs 708.4.

    Args:
        y_true: One-hot labels, or class probabilities, (n, c), rows that sum to 1.
        y_pred: Class probabilities, (n, c), rows that sum to 1.

    Returns:
        A float ≥ 0, in nats.

    Raises:
        ValueError: Shapes that differ, an empty batch, NaN, a value outside [0, 1], or a row
            that does not sum to 1 (to 1e-4).

    Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, equation 4.108.

    >>> y, p = [[1, 0], [0, 1]], [[1.0, 0.0], [0.5, 0.5]]
    >>> cross_entropy(y, p)  # (0 + log 2) / 2
    0.34657359027997264
    """
    y, p = _distributions(y_true, y_pred, "cross_entropy")
    return _average(y * np.log(np.maximum(p, _LEAST)))


def d_cross_entropy(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Gradient of `cross_entropy`, each probability moved alone: $-\frac1n\, y / \hat y$.

    Arguments, errors and source: see `cross_entropy`.

    >>> d_cross_entropy([[1, 0], [0, 1]], [[1.0, 0.0], [0.5, 0.5]])
    array([[-0.5, -0. ],
           [-0. , -1. ]])
    """
    y, p = _distributions(y_true, y_pred, "d_cross_entropy")
    result: Array = -y / np.maximum(p, _LEAST)
    return result / len(y)


def cross_entropy_from_logits(y_true: ArrayLike, z: ArrayLike) -> float:
    r"""Cross-entropy of one class among c, from scores.

    $\frac1n \sum_i \sum_k y_{ik} \left(\log \sum_l e^{z_{il}} - z_{ik}\right)$, equal to
    `cross_entropy` of ``softmax(z)``, without ever rounding to 0.

    Args:
        y_true: One-hot labels, or class probabilities, (n, c), rows that sum to 1.
        z: Scores before the softmax, finite, (n, c).

    Returns:
        A float ≥ 0, in nats, finite for every finite z (at most the largest float64).

    Raises:
        ValueError: Shapes that differ, an empty batch, NaN or infinity, or a row of ``y_true``
            that is not a distribution.

    Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, equation 4.108.

    >>> y, z = [[1, 0], [0, 1]], [[1000.0, 0.0], [1000.0, 0.0]]
    >>> cross_entropy_from_logits(y, z)  # (0 + 1000) / 2
    500.0
    """
    y, z = _scores(y_true, z, "cross_entropy_from_logits")
    # a difference of scores beyond the largest float is -inf, and 0 · inf would be NaN
    return _average(y * np.maximum(log_softmax(z), -LARGEST))


def d_cross_entropy_from_logits(y_true: ArrayLike, z: ArrayLike) -> Array:
    r"""Gradient of `cross_entropy_from_logits`: $\frac1n(\mathrm{softmax}(z) - y)$.

    Arguments, errors and source: see `cross_entropy_from_logits`.

    >>> y, z = [[1, 0], [0, 1]], [[0.0, 0.0], [0.0, 0.0]]
    >>> d_cross_entropy_from_logits(y, z)
    array([[-0.25,  0.25],
           [ 0.25, -0.25]])
    """
    y, z = _scores(y_true, z, "d_cross_entropy_from_logits")
    return (softmax(z) - y) / len(y)


def _average(log_likelihoods: Array) -> float:
    """Mean over samples of minus the sum over outputs, at most the largest float."""
    n = len(log_likelihoods)
    with np.errstate(over="ignore"):
        mean = float(-np.sum(log_likelihoods) / n)
        if mean == np.inf:  # the sum is too large, the mean may still not be
            mean = min(float(-np.sum(log_likelihoods / n)), LARGEST)
    return mean + 0.0  # turns -0.0 into 0.0


def _probabilities(y_true: ArrayLike, y_pred: ArrayLike, what: str) -> tuple[Array, Array]:
    y, p = as_targets(y_true, y_pred, what)
    check_between(y, what, "y_true")
    check_between(p, what, "y_pred")
    return y, p


def _logits(y_true: ArrayLike, z: ArrayLike, what: str) -> tuple[Array, Array]:
    y, z = as_targets(y_true, z, what, "z")
    check_between(y, what, "y_true")
    return y, z


def _distributions(y_true: ArrayLike, y_pred: ArrayLike, what: str) -> tuple[Array, Array]:
    y, p = as_targets(y_true, y_pred, what)
    _check_rows_sum_to_one(y, what, "y_true")
    check_between(p, what, "y_pred")
    _check_rows_sum_to_one(p, what, "y_pred")
    return y, p


def _scores(y_true: ArrayLike, z: ArrayLike, what: str) -> tuple[Array, Array]:
    y, z = as_targets(y_true, z, what, "z")
    _check_rows_sum_to_one(y, what, "y_true")
    return y, z


def _check_rows_sum_to_one(p: Array, what: str, name: str) -> None:
    if p.ndim != 2:
        raise ValueError(f"{what} expects {name} of shape (n, c), one row a sample, got {p.shape}")
    check_between(p, what, name)
    sums = p.sum(axis=1)
    row = int(np.argmax(np.abs(sums - 1.0)))
    if abs(sums[row] - 1.0) > _SUM_TOLERANCE:
        got = f"{sums[row]:g} in row {row}"
        raise ValueError(f"{what} expects rows of {name} that sum to 1, got {got}")
