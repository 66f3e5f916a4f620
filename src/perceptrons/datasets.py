r"""Toy data sets in the plane, and real handwritten digits.

Taught in the chapter *AI, machine learning, deep learning*.

Each function that makes a toy data set returns points ``X`` (n, 2) and their classes ``y`` (n,), in
random order.  The classes are 0, 1 …, and their sizes differ by at most one.  ``noise`` is the
standard deviation of the Gaussian noise added to both coordinates; with 0 the points lie exactly on
the shape.
"""

from __future__ import annotations

import numpy as np

from perceptrons._arrays import (
    Array,
    ArrayLike,
    Labels,
    as_matrix,
    check_count,
    check_not_negative,
    check_positive,
    check_rng,
)

__all__ = [
    "load_digits",
    "make_blobs",
    "make_circles",
    "make_moons",
    "make_spirals",
    "make_xor",
]


def make_blobs(
    n: int = 200,
    noise: float = 1.0,
    *,
    rng: np.random.Generator,
    centers: ArrayLike = ((-1.0, -1.0), (1.0, 1.0)),
) -> tuple[Array, Labels]:
    r"""Draw one Gaussian cloud for each class: $x = c_y + \text{noise} \cdot \mathcal{N}(0, I)$.

    Args:
        n: Number of examples, at least one per class; 200 by default.
        noise: Standard deviation of each cloud, ≥ 0; 1 by default.
        rng: Source of randomness, a ``numpy.random.Generator``.
        centers: Centres of the clouds, (number of classes, 2); ``((-1.0, -1.0), (1.0, 1.0))`` by
            default.

    Returns:
        ``X`` (n, 2) and ``y`` (n,).

    Raises:
        ValueError: If an argument is not of the kind described (as for all toy data sets).

    >>> X, y = make_blobs(4, noise=0.0, rng=np.random.default_rng(0))
    >>> X[y == 1]
    array([[1., 1.],
           [1., 1.]])
    """
    centers = as_matrix(centers, "make_blobs", "centers", columns=2)
    sizes = _sizes(n, len(centers), "make_blobs")
    shape = [np.tile(center, (size, 1)) for center, size in zip(centers, sizes, strict=True)]
    return _shuffled(shape, noise, rng, "make_blobs")


def make_circles(
    n: int = 200, noise: float = 0.15, *, rng: np.random.Generator, factor: float = 0.3
) -> tuple[Array, Labels]:
    r"""Draw two circles around 0: class 0 has radius 1, and class 1, inside, radius ``factor``.

    The m points of a circle are $r\,(\cos t, \sin t)$, evenly spaced: $t = 2\pi i / m$.

    Args:
        n: Number of examples, ≥ 2; 200 by default.
        noise: Standard deviation of the noise, ≥ 0; 0.15 by default.
        rng: Source of randomness, a ``numpy.random.Generator``.
        factor: Radius of the inner circle, in (0, 1]; 0.3 by default.

    Returns:
        ``X`` (n, 2) and ``y`` (n,).

    Raises:
        ValueError: As for `make_blobs`.

    >>> X, y = make_circles(100, noise=0.0, rng=np.random.default_rng(0))
    >>> np.unique(np.hypot(X[:, 0], X[:, 1]).round(6))
    array([0.3, 1. ])
    """
    check_positive(factor, "make_circles", "factor", at_most=1.0)
    turns = [2.0 * np.pi * np.arange(size) / size for size in _sizes(n, 2, "make_circles")]
    shape = [r * _unit(t) for r, t in zip((1.0, factor), turns, strict=True)]
    return _shuffled(shape, noise, rng, "make_circles")


def make_moons(
    n: int = 200, noise: float = 0.1, *, rng: np.random.Generator
) -> tuple[Array, Labels]:
    r"""Draw two half circles, each with an end inside the other.

    $(\cos t, \sin t)$ for class 0 and $(1 - \cos t, \tfrac12 - \sin t)$ for class 1, with
    $0 \le t \le \pi$.

    Args:
        n: Number of examples, ≥ 2; 200 by default.
        noise: Standard deviation of the noise, ≥ 0; 0.1 by default.
        rng: Source of randomness, a ``numpy.random.Generator``.

    Returns:
        ``X`` (n, 2) and ``y`` (n,).

    Raises:
        ValueError: As for `make_blobs`.

    >>> X, y = make_moons(102, noise=0.0, rng=np.random.default_rng(0))
    >>> X[y == 0].min(axis=0).round(6), X[y == 1].min(axis=0).round(6)
    (array([-1.,  0.]), array([ 0. , -0.5]))
    """
    upper, lower = (_unit(np.linspace(0.0, np.pi, size)) for size in _sizes(n, 2, "make_moons"))
    return _shuffled([upper, np.array([1.0, 0.5]) - lower], noise, rng, "make_moons")


def make_xor(
    n: int = 200, noise: float = 0.15, *, rng: np.random.Generator
) -> tuple[Array, Labels]:
    r"""Draw the four corners of the square $\{0, 1\}^2$, whose class is $x_1 \oplus x_2$.

    No line separates the classes.  With ``n=4`` and ``noise=0``, the data are the truth table.

    Args:
        n: Number of examples, ≥ 4; 200 by default.
        noise: Standard deviation of the noise, ≥ 0; 0.15 by default.  A noisy point keeps its
            corner's class.
        rng: Source of randomness, a ``numpy.random.Generator``.

    Returns:
        ``X`` (n, 2) and ``y`` (n,).

    Raises:
        ValueError: As for `make_blobs`.

    Source: Minsky & Papert, *Perceptrons*, MIT Press, 1969.

    >>> X, y = make_xor(4, noise=0.0, rng=np.random.default_rng(0))
    >>> sorted((int(a), int(b), int(c)) for (a, b), c in zip(X, y))
    [(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]
    """
    check_count(n, "make_xor", "n", at_least=4)
    equal = np.array([[0.0, 0.0], [1.0, 1.0]])
    different = np.array([[0.0, 1.0], [1.0, 0.0]])
    sizes = _sizes(n, 2, "make_xor")
    shape = [np.resize(c, (size, 2)) for c, size in zip((equal, different), sizes, strict=True)]
    return _shuffled(shape, noise, rng, "make_xor")


def make_spirals(
    n: int = 200,
    noise: float = 0.02,
    *,
    rng: np.random.Generator,
    n_classes: int = 2,
    turns: float = 1.0,
) -> tuple[Array, Labels]:
    r"""Draw interleaved spirals: $t\,(\cos\theta, \sin\theta)$, $0 < t \le 1$.

    $\theta = 2\pi(\text{turns} \cdot t + k / \text{n\_classes})$ for class k.

    Args:
        n: Number of examples, at least one per class; 200 by default.
        noise: Standard deviation of the noise, ≥ 0; 0.02 by default.
        rng: Source of randomness, a ``numpy.random.Generator``.
        n_classes: Number of spirals, ≥ 1; 2 by default.
        turns: Number of turns of each spiral around 0, > 0; 1 by default.

    Returns:
        ``X`` (n, 2) and ``y`` (n,).

    Raises:
        ValueError: As for `make_blobs`.

    Source: Lang & Witbrock, *Learning to tell two spirals apart*, 1988.

    >>> rng = np.random.default_rng(0)
    >>> X, y = make_spirals(6, noise=0.0, rng=rng, n_classes=3)
    >>> X[(y == 0) & (X[:, 0] > 0)].round(6)
    array([[ 1., -0.]])
    """
    check_count(n_classes, "make_spirals", "n_classes")
    check_positive(turns, "make_spirals", "turns")
    shape = []
    for k, size in enumerate(_sizes(n, n_classes, "make_spirals")):
        t = np.arange(1, size + 1) / size
        shape.append(t[:, None] * _unit(2.0 * np.pi * (turns * t + k / n_classes)))
    return _shuffled(shape, noise, rng, "make_spirals")


def load_digits() -> tuple[Array, Labels]:
    r"""Read 1797 handwritten digits of 8 × 8 pixels from a file of the package.

    Pixel (row, column) of image i is ``X[i, 8 * row + column]``, or ``X.reshape(-1, 8, 8)``.

    Returns:
        ``X`` (1797, 64), the ink of each pixel, from 0 (none) to 16 (full), and ``y`` (1797,),
        the digits, 0 to 9.

    Source: Alpaydin & Kaynak, *Optical Recognition of Handwritten Digits*, UCI Machine Learning
    Repository, 1998, doi 10.24432/C50P49, licence CC BY 4.0 (its test set).

    >>> X, y = load_digits()
    >>> X.shape, y[:10]
    ((1797, 64), array([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]))
    """
    # Imported here, because it takes longer to load than the rest of the package.
    from importlib.resources import files

    text = files("perceptrons").joinpath("digits.txt").read_text(encoding="ascii")
    digits, *pixels = (line for line in text.splitlines() if not line.startswith("#"))
    y = np.array([int(digit) for digit in digits])
    ink = np.zeros(128)
    ink[list(b"0123456789abcdefg")] = np.arange(17.0)
    X = np.empty((len(y), 64))
    for digit in range(10):
        lines = "".join(pixels[64 * digit : 64 * (digit + 1)]).encode("ascii")
        X[y == digit] = ink[np.frombuffer(lines, dtype=np.uint8)].reshape(64, -1).T
    return X, y


def _sizes(n: int, n_classes: int, what: str) -> list[int]:
    """Split n into sizes that differ by at most one, the larger ones first."""
    check_count(n, what, "n", at_least=n_classes)
    return [(n + n_classes - 1 - k) // n_classes for k in range(n_classes)]


def _unit(angle: Array) -> Array:
    """Return the points of the unit circle at those angles, shape (n, 2)."""
    return np.column_stack([np.cos(angle), np.sin(angle)])


def _shuffled(
    shape: list[Array], noise: float, rng: np.random.Generator, what: str
) -> tuple[Array, Labels]:
    """Number the classes, shuffle the points and add the noise."""
    check_not_negative(noise, what, "noise")
    check_rng(rng, what)
    y = np.repeat(np.arange(len(shape), dtype=np.int64), [len(points) for points in shape])
    order = rng.permutation(len(y))
    X = np.concatenate(shape)[order]
    return X + noise * rng.standard_normal(X.shape), y[order]
