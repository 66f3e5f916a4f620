r"""Measures of a classifier, and the split of data that they need.

Taught in the chapter *Statistical learning*.
"""

from __future__ import annotations

import math
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from perceptrons._arrays import ArrayLike, Labels, as_labels, as_targets, check_count, check_rng

_X = TypeVar("_X", bound=np.generic)
_Y = TypeVar("_Y", bound=np.generic)

__all__ = ["accuracy", "confusion_matrix", "train_test_split"]


def accuracy(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    r"""Proportion of examples predicted correctly: $\frac1n \sum_i \mathbb{1}_{\hat y_i = y_i}$.

    Args:
        y_true: Labels, (n,), or (n, m): an example is right when all its m labels are.
        y_pred: Predicted labels (not scores), same shape.

    Returns:
        A float in [0, 1].

    Raises:
        ValueError: If the shapes differ, the batch is empty, or a value is NaN or infinite.

    Source: Hastie, Tibshirani & Friedman, *The Elements of Statistical Learning*, 2nd edition,
    2009, 7.2.

    >>> accuracy([0, 1, 1, 0], [0, 1, 0, 0])
    0.75
    """
    y, p = as_targets(y_true, y_pred, "accuracy")
    right = (y == p).reshape(len(y), -1).all(axis=1)
    return float(np.count_nonzero(right) / len(y))


def confusion_matrix(y_true: ArrayLike, y_pred: ArrayLike, n_classes: int | None = None) -> Labels:
    r"""Count examples by class and predicted class: $C_{kl} = \#\{i : y_i = k, \hat y_i = l\}$.

    Args:
        y_true: Classes 0, 1, 2 …, (n,).
        y_pred: Predicted classes, (n,).
        n_classes: Number of classes; by default, the largest class seen plus one.

    Returns:
        Counts, (n_classes, n_classes): rows are true classes, columns predicted ones.

    Raises:
        ValueError: If the shapes differ, the batch is empty, a label is not a class, or a class is
            ``n_classes`` or more.

    Source: Hastie, Tibshirani & Friedman, *The Elements of Statistical Learning*, 2nd edition,
    2009, 9.2.

    >>> confusion_matrix([0, 1, 1, 1], [0, 1, 0, 1])
    array([[1, 0],
           [1, 2]])
    """
    y, p = as_targets(y_true, y_pred, "confusion_matrix")
    rows = as_labels(y, "confusion_matrix", "y_true")
    columns = as_labels(p, "confusion_matrix", "y_pred")
    seen = int(max(rows.max(), columns.max())) + 1
    if n_classes is None:
        n_classes = seen
    check_count(n_classes, "confusion_matrix", "n_classes", at_least=seen)
    counts = np.zeros((n_classes, n_classes), dtype=np.int64)
    np.add.at(counts, (rows, columns), 1)
    return counts


def train_test_split(
    X: npt.NDArray[_X], y: npt.NDArray[_Y], test_size: float = 0.25, *, rng: np.random.Generator
) -> tuple[npt.NDArray[_X], npt.NDArray[_X], npt.NDArray[_Y], npt.NDArray[_Y]]:
    r"""Shuffle the examples and keep $\lceil n \cdot \text{test\_size} \rceil$ of them for testing.

    Args:
        X: Examples, (n, …).
        y: Their targets, (n, …).
        test_size: Proportion of the examples kept for testing, in (0, 1); 0.25 by default.
        rng: Source of randomness.

    Returns:
        ``X_train, X_test, y_train, y_test``: copies, each example in exactly one part.

    Raises:
        ValueError: If X and y have different lengths, ``test_size`` is not in (0, 1), or a part
            would be empty.

    Source: Hastie, Tibshirani & Friedman, *The Elements of Statistical Learning*, 2nd edition,
    2009, 7.2.

    >>> X, y = np.arange(8).reshape(4, 2), np.array([0, 0, 1, 1])
    >>> parts = train_test_split(X, y, rng=np.random.default_rng(0))
    >>> [part.shape for part in parts]
    [(3, 2), (1, 2), (3,), (1,)]
    """
    X, y = np.asarray(X), np.asarray(y)
    check_rng(rng, "train_test_split")
    if X.ndim == 0 or y.ndim == 0 or len(X) != len(y):
        raise ValueError(
            "train_test_split expects X and y with one row per example, "
            f"got {X.shape} and {y.shape}"
        )
    if not (isinstance(test_size, float) and 0.0 < test_size < 1.0):
        raise ValueError(f"train_test_split expects test_size in (0, 1), got {test_size!r}")
    n_test = math.ceil(len(X) * test_size)
    if not 0 < n_test < len(X):
        raise ValueError(
            f"train_test_split expects examples for both parts, got {len(X)} examples of which "
            f"test_size={test_size} takes {n_test}"
        )
    order = rng.permutation(len(X))
    test, train = order[:n_test], order[n_test:]
    return X[train], X[test], y[train], y[test]
