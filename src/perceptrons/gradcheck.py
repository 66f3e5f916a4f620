r"""Check a gradient against central differences (chapter *Backpropagation*).

A derivative written by hand is right if it agrees with the slope that is measured by moving each
number a little: $\partial f / \partial x_i \approx (f(x + h e_i) - f(x - h e_i)) / 2h$.  The
truncation error of this approximation shrinks like $h^2$, its rounding error grows like $1/h$.
"""

from collections.abc import Callable, Sequence
from typing import Any, TypeGuard, cast, overload

import numpy as np

from perceptrons._arrays import Array, ArrayLike, as_finite, check_positive, check_same_shape

__all__ = ["check_gradient", "numerical_gradient", "relative_error"]


@overload
def numerical_gradient(
    f: Callable[[list[Array]], float], x: Sequence[Array], h: float = 1e-5
) -> list[Array]: ...
@overload
def numerical_gradient(f: Callable[[Array], float], x: ArrayLike, h: float = 1e-5) -> Array: ...
def numerical_gradient(f: Callable[[Any], float], x: Any, h: float = 1e-5) -> Array | list[Array]:
    r"""Measure the gradient of f at x: $(f(x + h e_i) - f(x - h e_i)) / 2h$ for each entry i.

    Args:
        f: A function of x that returns one number.
        x: An array of any shape: f is given copies, and x is not changed.  Or the list of the
            parameters of a model, float64 arrays: each entry is moved **in place**, so that the
            model sees it, then put back; f is given the list.
        h: Step, in the unit of x; 1e-5 by default, which suits values around 1 in float64.

    Returns:
        Array of the shape of ``x``, or a list of them.

    Raises:
        ValueError: If f does not return a finite number, h is too small to move x, or x is not
            finite.

    Source: Baydin, Pearlmutter, Radul & Siskind, *Automatic differentiation in machine learning:
    a survey*, JMLR 18, 2018, section 2.1.

    >>> f = lambda x: float(np.sum(x**2))
    >>> numerical_gradient(f, [1.0, 2.0, 3.0]).round(6)
    array([2., 4., 6.])
    """
    check_positive(h, "numerical_gradient", "h")
    if _is_parameters(x):
        return [_differences(lambda: f(x), parameter, h) for parameter in x]
    point = as_finite(x, "numerical_gradient", "x").copy()
    return _differences(lambda: f(point.copy()), point, h)


def relative_error(a: ArrayLike, b: ArrayLike, floor: float = 0.0) -> float:
    r"""Compare two arrays: $\max|a - b| / \max(\max|a|, \max|b|, \text{floor})$.

    Args:
        a: An array.
        b: An array of the same shape.
        floor: Smallest denominator: arrays that are smaller are compared to it; 0 by default.

    Returns:
        A float in [0, 2]: 0 if the arrays are equal, even if both are 0 or empty.

    Raises:
        ValueError: If the shapes differ, or a value is NaN or infinite.

    Source: Higham, *Accuracy and Stability of Numerical Algorithms*, 2nd edition, 2002, 1.2.

    >>> relative_error([1.0, 2.0], [1.0, 4.0])
    0.5
    """
    a = as_finite(a, "relative_error", "a")
    b = as_finite(b, "relative_error", "b")
    check_same_shape(a, b, "relative_error", ("a", "b"))
    scale = max(_largest(a), _largest(b), floor)
    if scale == 0.0:
        return 0.0
    return _largest(a / scale - b / scale)  # divided first: a - b could overflow


def check_gradient(
    f: Callable[[Any], float],
    gradient: ArrayLike | Sequence[Array],
    x: ArrayLike | Sequence[Array],
    h: float = 1e-5,
    tolerance: float = 1e-7,
) -> float:
    r"""Compare ``gradient`` with `numerical_gradient`, and refuse a `relative_error` too large.

    A difference below ten times the rounding error of the measure, $\epsilon |f(x)| / h$, proves
    nothing and is accepted.  For a model, give lists:
    ``check_gradient(lambda _: model.loss(X, y), model.backward(y), model.parameters())``.

    Args:
        f: A function of x that returns one number.
        gradient: The gradient to check, of the shape of ``x``; a list if ``x`` is a list.
        x: The point at which to check, as for `numerical_gradient`.
        h: Step of the differences, 1e-5 by default.
        tolerance: Largest relative error accepted for each array; 1e-7 by default.

    Returns:
        The relative error; for a list, the largest.

    Raises:
        ValueError: If the gradient is wrong (the message says where the error is largest) or has
            another shape; or as for `numerical_gradient`.

    Source: Baydin, Pearlmutter, Radul & Siskind, JMLR 18, 2018, section 2.1.

    >>> f = lambda x: float(x @ x)
    >>> check_gradient(f, [2.0, 4.0], [1.0, 2.0]) < 1e-7
    True
    >>> try:
    ...     check_gradient(f, [2.0, 5.0], [1.0, 2.0])
    ... except ValueError as error:
    ...     print(*str(error).split(": "), sep="\n")
    check_gradient
    at index (1,) gradient 5, central differences 4
    error 0.2 > 1e-07
    """
    check_positive(h, "check_gradient", "h")
    check_positive(tolerance, "check_gradient", "tolerance")
    claims: Sequence[ArrayLike]
    if _is_parameters(x):
        points, claims, value_at = list(x), cast(Sequence[Array], gradient), f
    else:
        points, claims = [as_finite(cast(ArrayLike, x), "check_gradient", "x").copy()], [gradient]
        value_at = lambda points: f(points[0].copy())
    if len(claims) != len(points):
        raise ValueError(
            f"check_gradient expects a gradient for each of {len(points)} parameters, "
            f"got {len(claims)}"
        )
    noise = 10.0 * np.finfo(np.float64).eps * abs(_number(value_at(points))) / h
    worst = 0.0
    for k, slopes in enumerate(numerical_gradient(value_at, points, h)):
        claim = as_finite(claims[k], "check_gradient", "gradient")
        check_same_shape(claim, slopes, "check_gradient", ("gradient", "x"))
        error = relative_error(claim, slopes, floor=noise / tolerance)
        if error > tolerance:
            worst_at = np.unravel_index(np.argmax(np.abs(claim - slopes)), claim.shape)
            index = tuple(int(i) for i in worst_at)
            location = f"index {index}" + (f" of parameter {k}" if _is_parameters(x) else "")
            raise ValueError(
                f"check_gradient: at {location} gradient {claim[index]:.8g}, central differences "
                f"{slopes[index]:.8g}: error {error:.3g} > {tolerance:g}"
            )
        worst = max(worst, error)
    return worst


def _differences(value: Callable[[], float], point: Array, h: float) -> Array:
    """Move each entry of ``point`` in place by ±h, measure the slope of ``value``, put it back."""
    slopes = np.empty_like(point)
    for index in np.ndindex(point.shape):
        kept = point[index]
        right, left = kept + h, kept - h
        if right == left:
            raise ValueError(f"numerical_gradient expects h to move x, got h={h:g} at x={kept:g}")
        try:
            point[index] = right
            above = _number(value())
            point[index] = left
            below = _number(value())
        finally:
            point[index] = kept
        slopes[index] = (above - below) / (right - left)  # not 2h: kept + h was rounded
    return slopes


def _number(value: Any) -> float:
    """Return what f returned as a float, or refuse what is not one finite number."""
    if np.ndim(value) != 0 or not np.isfinite(value):
        raise ValueError(f"numerical_gradient expects f to return one finite number, got {value!r}")
    return float(value)


def _is_parameters(x: object) -> TypeGuard[Sequence[Array]]:
    """Tell whether x is a list of parameters, which are moved in place, and not one array."""
    if not (isinstance(x, list | tuple) and x and all(isinstance(p, np.ndarray) for p in x)):
        return False
    for k, p in enumerate(x):
        if p.dtype != np.float64 or not p.flags.writeable:
            raise ValueError(
                f"numerical_gradient expects parameters to be writeable float64 arrays, "
                f"got {p.dtype} in parameter {k}"
            )
    return True


def _largest(x: Array) -> float:
    """Return the largest absolute value, 0 for an empty array."""
    return float(np.max(np.abs(x), initial=0.0))
