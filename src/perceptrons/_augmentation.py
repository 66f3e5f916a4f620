"""Turn images into others that mean the same: public in `perceptrons.regularisation`.

A sample keeps its place, and so its label.  Whether the meaning is kept is for you to judge:
a 6 that is turned by half a turn is a 9.
"""

from __future__ import annotations

import math

import numpy as np

from perceptrons._arrays import (
    Array,
    ArrayLike,
    as_finite,
    check_count,
    check_finite,
    check_not_empty,
    check_not_negative,
    check_rng,
)


def augment_shift(
    images: ArrayLike,
    max_shift: int = 1,
    *,
    shape: tuple[int, int] | None = None,
    rng: np.random.Generator,
) -> Array:
    r"""Move each image by $(i, j)$, drawn evenly from $\{-s, \dots, s\}^2$; zeros come in.

    Args:
        images: Images, shape (n, h, w), or one a row, (n, h·w), with ``shape``.
        max_shift: Largest move s, in pixels, below h and w; 1 by default.
        shape: The (h, w) of images that are rows.
        rng: Where chance comes from.

    Returns:
        A new array of the shape of ``images``.

    Raises:
        ValueError: Images of another shape, NaN or infinite, or a bad ``max_shift``.

    Source: Shorten and Khoshgoftaar, *A survey on image data augmentation for deep learning*, 2019.

    >>> rng = np.random.default_rng(2)
    >>> augment_shift([[[1.0, 2.0], [3.0, 4.0]]], 1, rng=rng)
    array([[[0., 0.],
            [2., 0.]]])
    """
    pictures, given = _pictures(images, shape, "augment_shift")
    check_rng(rng, "augment_shift")
    check_count(max_shift, "augment_shift", "max_shift", at_least=0)
    n, h, w = pictures.shape
    if max_shift >= min(h, w):
        raise ValueError(f"augment_shift expects max_shift below {min(h, w)}, got {max_shift}")
    s = max_shift
    moves = rng.integers(-s, s + 1, size=(2, n))
    padded = np.pad(pictures, ((0, 0), (s, s), (s, s)))  # (n, h + 2s, w + 2s)
    rows = np.arange(h) + s - moves[0][:, None]  # (n, h): what comes to row 0, 1 …
    columns = np.arange(w) + s - moves[1][:, None]  # (n, w)
    moved: Array = padded[np.arange(n)[:, None, None], rows[:, :, None], columns[:, None, :]]
    return moved.reshape(given)


def augment_rotate(
    images: ArrayLike,
    max_angle: float = 10.0,
    *,
    shape: tuple[int, int] | None = None,
    rng: np.random.Generator,
) -> Array:
    r"""Turn each image about its centre by an angle drawn evenly from $[-a, a]$.

    A pixel of the result is taken from where it was before the turn, between four pixels in
    proportion to their nearness (bilinear interpolation); outside, there are zeros.

    Args:
        images: Images, shape (n, h, w), or one a row, (n, h·w), with ``shape``.
        max_angle: Largest angle a, in degrees, at most 180; 10 by default.
        shape: The (h, w) of images that are rows.
        rng: Where chance comes from.

    Returns:
        A new array of the shape of ``images``.

    Raises:
        ValueError: Images of another shape, NaN or infinite, or a bad ``max_angle``.

    Source: Shorten and Khoshgoftaar, *A survey on image data augmentation for deep learning*, 2019.

    >>> image = np.zeros((1, 3, 3))
    >>> image[0, 1, 1] = 1.0  # the centre stays where it is
    >>> turned = augment_rotate(image, 45.0, rng=np.random.default_rng(0))
    >>> float(turned[0, 1, 1])
    1.0
    """
    pictures, given = _pictures(images, shape, "augment_rotate")
    check_rng(rng, "augment_rotate")
    check_not_negative(max_angle, "augment_rotate", "max_angle")
    if max_angle > 180.0:
        raise ValueError(f"augment_rotate expects max_angle at most 180, got {max_angle!r}")
    angles = rng.uniform(-max_angle, max_angle, size=len(pictures))
    with np.errstate(over="ignore"):  # told in words by the check
        turned = _rotate(pictures, angles)
    check_finite(turned, "augment_rotate", "the turned images")
    return turned.reshape(given)


def augment_noise(images: ArrayLike, scale: float, *, rng: np.random.Generator) -> Array:
    r"""Add to each value a noise of its own, drawn from $\mathcal N(0, s^2)$.

    Trained with the squared error, a little noise acts like a penalty on steep functions.

    Args:
        images: Samples of any shape (n, …).
        scale: Standard deviation s, in the unit of the values.
        rng: Where chance comes from.

    Returns:
        A new array of the shape of ``images``.

    Raises:
        ValueError: NaN, infinity, no value, a negative ``scale``, or a result beyond the floats.

    Source: Bishop, *Training with noise is equivalent to Tikhonov regularization*, 1995.

    >>> rng = np.random.default_rng(0)
    >>> augment_noise(np.zeros((1, 3)), 0.1, rng=rng).round(2)
    array([[ 0.01, -0.01,  0.06]])
    """
    X = as_finite(images, "augment_noise", "images")
    check_not_empty(X, "augment_noise", "images")
    check_not_negative(scale, "augment_noise", "scale")
    check_rng(rng, "augment_noise")
    with np.errstate(over="ignore"):  # told in words by the check
        noisy = X + scale * rng.standard_normal(X.shape)
    check_finite(noisy, "augment_noise", "the noisy images")
    return noisy


def _rotate(pictures: Array, angles: Array) -> Array:
    """Turn each picture (n, h, w) by its angle, in degrees, counter-clockwise on the screen."""
    n, h, w = pictures.shape
    turn = np.radians(angles)[:, None, None]  # (n, 1, 1)
    y = np.arange(h)[:, None] - (h - 1) / 2  # (h, 1), from the centre, downwards
    x = np.arange(w)[None, :] - (w - 1) / 2  # (1, w)
    # where each pixel was before the turn, (n, h, w), counted in a picture with a border of zeros
    row = np.cos(turn) * y + np.sin(turn) * x + (h - 1) / 2 + 1
    column = np.cos(turn) * x - np.sin(turn) * y + (w - 1) / 2 + 1
    padded = np.pad(pictures, ((0, 0), (1, 1), (1, 1)))
    row, column = np.clip(row, 0, h + 1), np.clip(column, 0, w + 1)
    top = np.minimum(np.floor(row).astype(np.int64), h)
    left = np.minimum(np.floor(column).astype(np.int64), w)
    down, right = row - top, column - left  # in [0, 1]
    k = np.arange(n)[:, None, None]
    above = (1 - right) * padded[k, top, left] + right * padded[k, top, left + 1]
    below = (1 - right) * padded[k, top + 1, left] + right * padded[k, top + 1, left + 1]
    turned: Array = (1 - down) * above + down * below
    return turned


def _pictures(
    images: ArrayLike, shape: tuple[int, int] | None, what: str
) -> tuple[Array, tuple[int, ...]]:
    """Return images as (n, h, w), and the shape in which they came."""
    X = as_finite(images, what, "images")
    if shape is None:
        if X.ndim != 3:
            raise ValueError(
                f"{what} expects images of shape (n, h, w), or (n, h·w) with shape=(h, w), "
                f"got {X.shape}"
            )
    elif len(shape) != 2 or X.ndim != 2 or X.shape[1] != math.prod(shape):
        raise ValueError(f"{what} expects images of shape (n, h·w) with {shape=}, got {X.shape}")
    check_not_empty(X, what, "images")
    return (X if shape is None else X.reshape(-1, *shape)), X.shape
