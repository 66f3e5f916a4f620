r"""Losses and their gradients (chapter *Statistical learning*).

A loss takes the targets and the predictions, both (n,) or both (n, m), **averages over the n
examples and sums over the m outputs**.  Its gradient ``d_<loss>``, taken with respect to the
predictions, does the same.  Nothing is broadcast: (n,) with (n, 1) is an error.  A value or a
gradient that a float64 cannot hold is an error too, never an infinity.

The cross-entropy of a prediction that is certain and wrong would be infinite.  From probabilities,
such a prediction counts as the nearest float64 strictly inside (0, 1), so that its loss and its
gradient are finite.  From logits the case does not exist: prefer them for training.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from perceptrons._arrays import (
    LARGEST,
    Array,
    ArrayLike,
    as_targets,
    check_between,
    check_positive,
)
from perceptrons.activations import log_softmax, sigmoid, softmax, softplus

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_from_logits",
    "compute_loss",
    "cross_entropy",
    "cross_entropy_from_logits",
    "d_binary_cross_entropy",
    "d_binary_cross_entropy_from_logits",
    "d_cross_entropy",
    "d_cross_entropy_from_logits",
    "d_huber_loss",
    "d_mean_absolute_error",
    "d_mean_squared_error",
    "huber_loss",
    "mean_absolute_error",
    "mean_squared_error",
    "zero_one_loss",
]

_Result = TypeVar("_Result", np.float64, Array)
_LEAST = float(np.finfo(np.float64).tiny)  # 2.2e-308: 1 / _LEAST is still finite
_MOST = 1.0 - float(np.finfo(np.float64).epsneg)  # 1 - 1.1e-16: the float just below 1
_SUM_TOLERANCE = 1e-4  # room for float32 probabilities and for central differences


def zero_one_loss(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    r"""Proportion of wrong predictions: $\frac1n \sum_i \mathbb{1}_{\hat y_i \ne y_i}$.

    Its gradient is 0 wherever it exists, and so of no use for training: hence the other losses.

    Args:
        y_true: Labels, (n,), or (n, m) for m labels per example (their errors add up).
        y_pred: Predicted labels, same shape.

    Returns:
        A float in [0, m].

    Raises:
        ValueError: If the shapes differ, the batch is empty, or a value is NaN or infinite (as for
            all losses).

    Source: Vapnik, *Principles of risk minimization for learning theory*, NIPS 4, 1992.

    >>> zero_one_loss([0, 1, 1, 0], [0, 1, 0, 0])
    0.25
    """
    y, p = as_targets(y_true, y_pred, "zero_one_loss")
    return float(np.count_nonzero(y != p) / len(y))


def mean_squared_error(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    r"""Mean squared error: $\frac1n \sum_i \sum_j (\hat y_{ij} - y_{ij})^2$.

    Args:
        y_true: Targets, (n,) or (n, m).
        y_pred: Predictions, same shape.

    Returns:
        A float ≥ 0, in the square of the unit of y.

    Raises:
        ValueError: As for `zero_one_loss`, or if the sum is too large for a float64.

    Source: Legendre, *Nouvelles méthodes pour la détermination des orbites des comètes*, 1805.

    >>> mean_squared_error([1.0, 2.0], [1.5, 1.0])  # (0.25 + 1) / 2
    0.625
    """
    r, n = _residuals(y_true, y_pred, "mean_squared_error")
    return float(_fits(lambda: np.sum(r**2) / n, "mean_squared_error"))


def d_mean_squared_error(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Gradient of `mean_squared_error`: $\frac2n (\hat y - y)$.

    Arguments, errors and source: see `mean_squared_error`.

    >>> d_mean_squared_error([1.0, 2.0], [1.5, 1.0])
    array([ 0.5, -1. ])
    """
    r, n = _residuals(y_true, y_pred, "d_mean_squared_error")
    return _fits(lambda: 2.0 / n * r, "d_mean_squared_error")


def mean_absolute_error(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    r"""Mean absolute error: $\frac1n \sum_i \sum_j |\hat y_{ij} - y_{ij}|$.

    An outlier counts in proportion to its distance, not to the square of its distance.

    Args:
        y_true: Targets, (n,) or (n, m).
        y_pred: Predictions, same shape.

    Returns:
        A float ≥ 0, in the unit of y.

    Raises:
        ValueError: As for `mean_squared_error`.

    Source: Huber, *Robust estimation of a location parameter*, Ann. Math. Stat. 35(1), 1964.

    >>> mean_absolute_error([1.0, 2.0], [1.5, 1.0])  # (0.5 + 1) / 2
    0.75
    """
    r, n = _residuals(y_true, y_pred, "mean_absolute_error")
    return float(_fits(lambda: np.sum(np.abs(r)) / n, "mean_absolute_error"))


def d_mean_absolute_error(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Gradient of `mean_absolute_error`: $\frac1n \mathrm{sign}(\hat y - y)$, and 0 at the kink.

    Arguments, errors and source: see `mean_absolute_error`.

    >>> d_mean_absolute_error([1.0, 2.0, 3.0, 4.0], [1.5, 1.0, 3.0, 5.0])
    array([ 0.25, -0.25,  0.  ,  0.25])
    """
    r, n = _residuals(y_true, y_pred, "d_mean_absolute_error")
    return np.sign(r) / n


def huber_loss(y_true: ArrayLike, y_pred: ArrayLike, delta: float = 1.0) -> float:
    r"""Huber loss: the squared error near 0, the absolute error beyond $\delta$.

    With $r = \hat y - y$: $\frac1n \sum_i \sum_j h(r_{ij})$, where $h(r) = r^2/2$ if
    $|r| \le \delta$, else $\delta(|r| - \delta/2)$.

    Args:
        y_true: Targets, (n,) or (n, m).
        y_pred: Predictions, same shape.
        delta: Error beyond which the loss is linear, finite and > 0, in the unit of y; 1 by
            default.

    Returns:
        A float ≥ 0.

    Raises:
        ValueError: As for `mean_squared_error`, or if ``delta`` is not finite and > 0.

    Source: Huber, *Robust estimation of a location parameter*, Ann. Math. Stat. 35(1), 1964.

    >>> huber_loss([0.0, 0.0], [0.5, 3.0])  # (0.125 + 2.5) / 2
    1.3125
    """
    check_positive(delta, "huber_loss", "delta")
    r, n = _residuals(y_true, y_pred, "huber_loss")
    near = np.minimum(np.abs(r), delta)  # near · (|r| - near / 2) is both branches at once
    return float(_fits(lambda: np.sum(near * (np.abs(r) - near / 2.0)) / n, "huber_loss"))


def d_huber_loss(y_true: ArrayLike, y_pred: ArrayLike, delta: float = 1.0) -> Array:
    r"""Gradient of `huber_loss`: the residual, clipped to $[-\delta, \delta]$, over n.

    Arguments, errors and source: see `huber_loss`.

    >>> d_huber_loss([0.0, 0.0], [0.5, -3.0])
    array([ 0.25, -0.5 ])
    """
    check_positive(delta, "d_huber_loss", "delta")
    r, n = _residuals(y_true, y_pred, "d_huber_loss")
    return np.clip(r, -delta, delta) / n


def binary_cross_entropy(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    r"""Cross-entropy of yes-or-no outputs, from probabilities.

    $-\frac1n \sum_i \sum_j \left[y_{ij}\log \hat y_{ij} + (1-y_{ij})\log(1-\hat y_{ij})\right]$

    A prediction of 0 or 1 that is right has a loss of exactly 0.  One that is wrong has a finite
    loss: 708.4 for $\hat y = 0$ and y = 1, 36.7 for $\hat y = 1$ and y = 0.

    Args:
        y_true: Labels in [0, 1], (n,) or (n, m).
        y_pred: Probabilities of class 1, in [0, 1], same shape.

    Returns:
        A float ≥ 0, in nats.

    Raises:
        ValueError: If the shapes differ, the batch is empty, or a value is NaN or not in [0, 1].

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

    Equal to `binary_cross_entropy` of ``sigmoid(z)``, but no probability is rounded to 0 or 1.

    Args:
        y_true: Labels in [0, 1], (n,) or (n, m).
        z: Logits, that is scores before the sigmoid, finite, same shape.

    Returns:
        A float ≥ 0, in nats, finite for every finite z: at most the largest float64.

    Raises:
        ValueError: If the shapes differ, the batch is empty, a value is NaN or infinite, or a
            label is not in [0, 1].

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

    A certain prediction that is right has a loss of 0.  If the true class was given probability 0,
    the loss is 708.4.

    Args:
        y_true: One-hot labels, or class probabilities, (n, c); each row sums to 1.
        y_pred: Class probabilities, (n, c); each row sums to 1.

    Returns:
        A float ≥ 0, in nats.

    Raises:
        ValueError: If the shapes differ, the batch is empty, a value is NaN or not in [0, 1], or
            the sum of a row differs from 1 by more than 1e-4.

    Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, equation 4.108.

    >>> y, p = [[1, 0], [0, 1]], [[1.0, 0.0], [0.5, 0.5]]
    >>> cross_entropy(y, p)  # (0 + log 2) / 2
    0.34657359027997264
    """
    y, p = _distributions(y_true, y_pred, "cross_entropy")
    return _average(y * np.log(np.maximum(p, _LEAST)))


def d_cross_entropy(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Gradient of `cross_entropy`, each probability being varied alone: $-\frac1n\, y / \hat y$.

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

    $\frac1n \sum_i \sum_k y_{ik} \left(\log \sum_l e^{z_{il}} - z_{ik}\right)$ is equal to
    `cross_entropy` of ``softmax(z)``, but no probability is rounded to 0.

    Args:
        y_true: One-hot labels, or class probabilities, (n, c); each row sums to 1.
        z: Scores before the softmax, finite, (n, c).

    Returns:
        A float ≥ 0, in nats, finite for every finite z: at most the largest float64.

    Raises:
        ValueError: If the shapes differ, the batch is empty, a value is NaN or infinite, or a row
            of ``y_true`` is not a distribution.

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


_BY_NAME: Mapping[str, Callable[[ArrayLike, ArrayLike], float]] = MappingProxyType(
    {"MSE": mean_squared_error, "CE": binary_cross_entropy}
)


def compute_loss(y_true: ArrayLike, y_pred: ArrayLike, name: str) -> float:
    r"""Compute the loss of that ``name``: `mean_squared_error` or `binary_cross_entropy`.

    Args:
        y_true: Targets, (n,) or (n, m); for ``"CE"``, labels in [0, 1].
        y_pred: Predictions, same shape; for ``"CE"``, probabilities of class 1.
        name: ``"MSE"`` or ``"CE"``.

    Returns:
        A float ≥ 0.

    Raises:
        ValueError: If the name is unknown, or as for the loss itself.

    >>> compute_loss([0.0, 1.0], [0.5, 0.5], "MSE")
    0.25
    >>> compute_loss([0.0, 1.0], [0.0, 1.0], "CE")
    0.0
    """
    if name not in _BY_NAME:
        raise ValueError(f"compute_loss expects a name among {', '.join(_BY_NAME)}, got {name!r}")
    return _BY_NAME[name](y_true, y_pred)


def _residuals(y_true: ArrayLike, y_pred: ArrayLike, what: str) -> tuple[Array, int]:
    """Return the residuals ŷ - y and the number of examples."""
    y, p = as_targets(y_true, y_pred, what)
    return _fits(lambda: p - y, what), len(y)


def _fits(compute: Callable[[], _Result], what: str) -> _Result:
    """Return what ``compute`` returns, or refuse it if a float64 cannot hold it."""
    with np.errstate(over="ignore"):  # the message below says more than the warning of NumPy
        result = compute()
    if not np.isfinite(result).all():
        raise ValueError(
            f"{what} expects errors whose sum a float64 can hold (at most 1.8e308), got larger ones"
        )
    return result


def _average(log_likelihoods: Array) -> float:
    """Return minus the sum over outputs, averaged over examples: at most the largest float."""
    n = len(log_likelihoods)
    with np.errstate(over="ignore"):
        mean = float(-np.sum(log_likelihoods) / n)
        if mean == np.inf:  # the sum is too large, the mean may still not be
            mean = min(float(-np.sum(log_likelihoods / n)), LARGEST)
    return mean + 0.0  # turns -0.0 into 0.0


def _probabilities(y_true: ArrayLike, y_pred: ArrayLike, what: str) -> tuple[Array, Array]:
    """Return labels and predictions of the same shape, all in [0, 1]."""
    y, p = as_targets(y_true, y_pred, what)
    check_between(y, what, "y_true")
    check_between(p, what, "y_pred")
    return y, p


def _logits(y_true: ArrayLike, z: ArrayLike, what: str) -> tuple[Array, Array]:
    """Return labels in [0, 1] and logits of the same shape."""
    y, z = as_targets(y_true, z, what, "z")
    check_between(y, what, "y_true")
    return y, z


def _distributions(y_true: ArrayLike, y_pred: ArrayLike, what: str) -> tuple[Array, Array]:
    """Return targets and predictions of the same shape, whose rows are distributions."""
    y, p = as_targets(y_true, y_pred, what)
    _check_rows_sum_to_one(y, what, "y_true")
    check_between(p, what, "y_pred")
    _check_rows_sum_to_one(p, what, "y_pred")
    return y, p


def _scores(y_true: ArrayLike, z: ArrayLike, what: str) -> tuple[Array, Array]:
    """Return targets whose rows are distributions, and scores of the same shape."""
    y, z = as_targets(y_true, z, what, "z")
    _check_rows_sum_to_one(y, what, "y_true")
    return y, z


def _check_rows_sum_to_one(p: Array, what: str, name: str) -> None:
    """Refuse a matrix whose rows are not distributions over the classes."""
    if p.ndim != 2:
        raise ValueError(
            f"{what} expects {name} of shape (n, c), one row per example, got {p.shape}"
        )
    check_between(p, what, name)
    sums = p.sum(axis=1)
    row = int(np.argmax(np.abs(sums - 1.0)))
    if abs(sums[row] - 1.0) > _SUM_TOLERANCE:
        got = f"{sums[row]:g} in row {row}"
        raise ValueError(f"{what} expects rows of {name} that sum to 1, got {got}")
