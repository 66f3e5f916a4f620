"""The array type of the package, and the checks of arguments that its modules share.

Private because it teaches nothing: every function of every chapter passes its arguments here first.
The argument ``what`` is the name of that function, ``name`` the name of the argument.  Each message
says which function refuses, what it expected and what it got.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
from numpy.typing import ArrayLike

Array: TypeAlias = npt.NDArray[np.float64]
Labels: TypeAlias = npt.NDArray[np.int64]

LARGEST = float(np.finfo(np.float64).max)  # 1.8e308

__all__ = [
    "LARGEST",
    "Array",
    "ArrayLike",
    "Labels",
    "as_array",
    "as_finite",
    "as_labels",
    "as_matrix",
    "as_targets",
    "check_between",
    "check_count",
    "check_finite",
    "check_matrix",
    "check_no_nan",
    "check_not_empty",
    "check_not_negative",
    "check_positive",
    "check_rng",
    "check_same_length",
    "check_same_shape",
    "diverged",
]


def as_array(x: ArrayLike, what: str, name: str = "z") -> Array:
    """Return ``x`` as a float64 array, without a copy if it is one, or refuse what is not real.

    >>> as_array([1, 2], "relu")
    array([1., 2.])
    >>> as_array(["one"], "relu")
    Traceback (most recent call last):
        ...
    ValueError: relu expects z to hold real numbers, got dtype <U3
    """
    try:
        array = np.asarray(x)
    except ValueError as error:  # rows of unequal length
        raise ValueError(f"{what} expects {name} to be an array, got {error}") from error
    if array.dtype == np.float64:
        floats: Array = array
    elif array.dtype.kind in "fiub":
        floats = array.astype(np.float64)
    else:
        raise ValueError(f"{what} expects {name} to hold real numbers, got dtype {array.dtype}")
    check_no_nan(floats, what, name)
    return floats


def as_finite(x: ArrayLike, what: str, name: str) -> Array:
    """Return ``x`` as `as_array` does, and refuse infinities too."""
    array = as_array(x, what, name)
    check_finite(array, what, name)
    return array


def as_matrix(x: ArrayLike, what: str, name: str = "X", columns: int | None = None) -> Array:
    """Return ``x`` as a finite matrix (n, columns) with at least one row."""
    array = as_finite(x, what, name)
    check_matrix(array, what, name, columns)
    return array


def as_targets(
    y_true: ArrayLike, y_pred: ArrayLike, what: str, name: str = "y_pred"
) -> tuple[Array, Array]:
    """Return two finite arrays of the same shape, (n,) or (n, m), with at least one value."""
    y = as_finite(y_true, what, "y_true")
    p = as_finite(y_pred, what, name)
    check_same_shape(y, p, what, ("y_true", name))
    if y.ndim not in (1, 2):
        raise ValueError(f"{what} expects arrays of shape (n,) or (n, m), got {y.shape}")
    check_not_empty(y, what, "y_true")
    return y, p


def as_labels(y: ArrayLike, what: str, name: str = "y") -> Labels:
    """Return ``y`` as a vector of class numbers 0, 1, 2 …; floats that are whole are accepted."""
    array = as_finite(y, what, name)
    if array.ndim != 1:
        raise ValueError(f"{what} expects {name} of shape (n,), got {array.shape}")
    check_not_empty(array, what, name)
    wrong = array[(array < 0) | (array != np.floor(array)) | (array > 2**31)]
    if wrong.size:
        raise ValueError(f"{what} expects {name} to hold classes 0, 1, 2 …, got {wrong[0]:g}")
    return array.astype(np.int64)


def check_no_nan(x: Array, what: str, name: str) -> None:
    """Refuse NaN, in one pass: the minimum of an array that holds a NaN is NaN."""
    if math.isnan(np.minimum.reduce(x, axis=None, initial=np.inf)):
        where = tuple(int(i) for i in np.argwhere(np.isnan(x))[0])
        raise ValueError(f"{what} expects {name} to hold numbers, got NaN at index {where}")


def check_finite(x: Array, what: str, name: str) -> None:
    """Refuse infinities and NaN."""
    if not np.isfinite(x).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(x))[0])
        raise ValueError(f"{what} expects {name} to be finite, got {x[where]} at index {where}")


def check_not_empty(x: npt.NDArray[np.generic], what: str, name: str) -> None:
    """Refuse an array without values."""
    if x.size == 0:
        raise ValueError(f"{what} expects {name} to hold at least one value, got shape {x.shape}")


def check_same_shape(
    a: npt.NDArray[np.generic],
    b: npt.NDArray[np.generic],
    what: str,
    names: tuple[str, str] = ("y_true", "y_pred"),
) -> None:
    """Refuse two arrays of different shapes, even if NumPy could broadcast them."""
    if a.shape != b.shape:
        raise ValueError(
            f"{what} expects {names[0]} and {names[1]} of one shape, got {a.shape} and {b.shape}"
        )


def check_matrix(
    x: npt.NDArray[np.generic], what: str, name: str = "X", columns: int | None = None
) -> None:
    """Refuse what is not a matrix (n, columns) with n ≥ 1."""
    if x.ndim != 2 or (columns is not None and x.shape[1] != columns):
        wanted = "d" if columns is None else columns
        raise ValueError(f"{what} expects {name} of shape (n, {wanted}), got {x.shape}")
    check_not_empty(x, what, name)


def check_between(x: Array, what: str, name: str, low: float = 0.0, high: float = 1.0) -> None:
    """Refuse values outside [low, high]."""
    if x.min() < low or x.max() > high:
        wrong = x[(x < low) | (x > high)]
        raise ValueError(f"{what} expects {name} in [{low:g}, {high:g}], got {float(wrong[0])!r}")


def check_positive(value: float, what: str, name: str, at_most: float = LARGEST) -> None:
    """Refuse a hyperparameter that is not a finite number in (0, at_most]."""
    if not _is_number(value) or not 0 < value <= at_most:
        limit = "finite" if at_most == LARGEST else f"≤ {at_most:g}"
        raise ValueError(f"{what} expects {name} > 0 and {limit}, got {value!r}")


def check_not_negative(value: float, what: str, name: str) -> None:
    """Refuse a hyperparameter that is not a finite number ≥ 0."""
    if not _is_number(value) or not 0 <= value <= LARGEST:
        raise ValueError(f"{what} expects {name} ≥ 0 and finite, got {value!r}")


def check_count(value: int, what: str, name: str, at_least: int = 1) -> None:
    """Refuse what is not a whole number of at least ``at_least``."""
    whole = _is_number(value) and not isinstance(value, float | np.floating)
    if not whole or value < at_least:
        raise ValueError(f"{what} expects {name} to be a whole number ≥ {at_least}, got {value!r}")


def check_rng(rng: np.random.Generator, what: str) -> None:
    """Refuse a seed or a legacy state: the caller makes the generator, and knows its state."""
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            f"{what} expects rng to be a numpy Generator such as np.random.default_rng(0), "
            f"got {type(rng).__name__}"
        )


def check_same_length(
    X: npt.NDArray[np.generic],
    y: npt.NDArray[np.generic],
    what: str,
    names: tuple[str, str] = ("X", "y"),
) -> None:
    """Refuse two arrays with different numbers of rows."""
    if len(X) != len(y):
        raise ValueError(
            f"{what} expects as many rows in {names[0]} as in {names[1]}, got {len(X)} and {len(y)}"
        )


def diverged(what: str, step: str, alpha: float, reason: str) -> ValueError:
    """Return the error of a descent that overflowed, whose cause is nearly always ``alpha``."""
    return ValueError(
        f"{what} expects the loss to stay finite, but at {step} with alpha={alpha:g} {reason}: "
        "take a smaller alpha, or standardise X"
    )


def _is_number(value: object) -> bool:
    """Tell whether a value is one real number; True and False are not."""
    numbers = (int, float, np.integer, np.floating)
    return isinstance(value, numbers) and not isinstance(value, bool)
