r"""Losses and their gradients (chapter *Statistical learning*).

A loss takes the targets and the predictions, both (n,) or both (n, m), **averages over the n
samples and sums over the m outputs**; so does its gradient ``d_<loss>``, taken with respect to
the predictions.  Nothing is broadcast: (n,) against (n, 1) is an error.  A value or a gradient
that a float64 cannot hold is an error too, never an infinity.
The cross-entropies, written in ``perceptrons._cross_entropy``, are public here.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

import numpy as np

from perceptrons._arrays import Array, ArrayLike, as_targets, check_positive
from perceptrons._cross_entropy import (
    binary_cross_entropy,
    binary_cross_entropy_from_logits,
    cross_entropy,
    cross_entropy_from_logits,
    d_binary_cross_entropy,
    d_binary_cross_entropy_from_logits,
    d_cross_entropy,
    d_cross_entropy_from_logits,
)

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


def zero_one_loss(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    r"""Share of wrong predictions: $\frac1n \sum_i \mathbb{1}_{\hat y_i \ne y_i}$.

    Flat wherever it is defined: it has no useful gradient, hence the other losses.

    Args:
        y_true: Labels, (n,), or (n, m) for m labels a sample (their errors add up).
        y_pred: Predicted labels, same shape.

    Returns:
        A float in [0, m].

    Raises:
        ValueError: Shapes that differ, an empty batch, NaN or infinity (so do all losses).

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
        ValueError: As `zero_one_loss`, or an error too large for its square to be a float.

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

    An outlier counts in proportion to its distance, not to its square.

    Args:
        y_true: Targets, (n,) or (n, m).
        y_pred: Predictions, same shape.

    Returns:
        A float ≥ 0, in the unit of y.

    Raises:
        ValueError: As `mean_squared_error`.

    Source: Huber, *Robust estimation of a location parameter*, Ann. Math. Stat. 35(1), 1964.

    >>> mean_absolute_error([1.0, 2.0], [1.5, 1.0])  # (0.5 + 1) / 2
    0.75
    """
    r, n = _residuals(y_true, y_pred, "mean_absolute_error")
    return float(_fits(lambda: np.sum(np.abs(r)) / n, "mean_absolute_error"))


def d_mean_absolute_error(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    r"""Gradient of `mean_absolute_error`: $\frac1n \mathrm{sign}(\hat y - y)$, 0 at the kink.

    Arguments, errors and source: see `mean_absolute_error`.

    >>> d_mean_absolute_error([1.0, 2.0, 3.0, 4.0], [1.5, 1.0, 3.0, 5.0])
    array([ 0.25, -0.25,  0.  ,  0.25])
    """
    r, n = _residuals(y_true, y_pred, "d_mean_absolute_error")
    return np.sign(r) / n


def huber_loss(y_true: ArrayLike, y_pred: ArrayLike, delta: float = 1.0) -> float:
    r"""Huber loss: squared near 0, absolute beyond $\delta$.

    With $r = \hat y - y$: $\frac1n \sum_i \sum_j h(r_{ij})$, where $h(r) = r^2/2$ if
    $|r| \le \delta$, else $\delta(|r| - \delta/2)$.

    Args:
        y_true: Targets, (n,) or (n, m).
        y_pred: Predictions, same shape.
        delta: Where the line takes over, finite and > 0, in the unit of y; 1 by default.

    Returns:
        A float ≥ 0.

    Raises:
        ValueError: As `mean_squared_error`, or a bad ``delta``.

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


_BY_NAME: Mapping[str, Callable[[ArrayLike, ArrayLike], float]] = MappingProxyType(
    {"MSE": mean_squared_error, "CE": binary_cross_entropy}
)


def compute_loss(y_true: ArrayLike, y_pred: ArrayLike, name: str) -> float:
    r"""Compute the loss called ``name``: `mean_squared_error` or `binary_cross_entropy`.

    Args:
        y_true: Targets, (n,) or (n, m); for ``"CE"``, labels in [0, 1].
        y_pred: Predictions, same shape; for ``"CE"``, probabilities of the class 1.
        name: ``"MSE"`` or ``"CE"``.

    Returns:
        A float ≥ 0.

    Raises:
        ValueError: An unknown name, or what the loss itself refuses.

    >>> compute_loss([0.0, 1.0], [0.5, 0.5], "MSE")
    0.25
    >>> compute_loss([0.0, 1.0], [0.0, 1.0], "CE")
    0.0
    """
    if name not in _BY_NAME:
        raise ValueError(f"compute_loss expects a name among {', '.join(_BY_NAME)}, got {name!r}")
    return _BY_NAME[name](y_true, y_pred)


def _residuals(y_true: ArrayLike, y_pred: ArrayLike, what: str) -> tuple[Array, int]:
    """Return ŷ - y and the number of samples."""
    y, p = as_targets(y_true, y_pred, what)
    return _fits(lambda: p - y, what), len(y)


def _fits(compute: Callable[[], _Result], what: str) -> _Result:
    """Return what ``compute`` gives, refusing what float64 cannot hold."""
    with np.errstate(over="ignore"):  # the sentence below says more than numpy's warning
        result = compute()
    if not np.isfinite(result).all():
        raise ValueError(
            f"{what} expects errors whose sum a float64 can hold (at most 1.8e308), got larger ones"
        )
    return result
