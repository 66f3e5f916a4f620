r"""What comes before training: starting weights and scaled inputs.

Taught in the chapter *Training a network*.
"""

from __future__ import annotations

import math

import numpy as np

from perceptrons._arrays import Array, ArrayLike, as_matrix, check_count, check_rng

__all__ = ["Standardizer", "initialise_glorot", "initialise_he"]


def initialise_glorot(n_in: int, n_out: int, rng: np.random.Generator) -> Array:
    r"""Draw weights uniformly from $[-r, r]$, for sigmoid, tanh or no activation.

    $r = \sqrt{6 / (n_{in} + n_{out})}$ gives a variance of $2 / (n_{in} + n_{out})$.  It is a
    compromise: $1/n_{in}$ would keep the variance of the signal in the forward pass, $1/n_{out}$
    that of the gradient in the backward pass.

    Args:
        n_in: Number of inputs of the layer.
        n_out: Number of outputs of the layer.
        rng: Source of randomness, a ``numpy.random.Generator``.

    Returns:
        Weights, shape (n_in, n_out).

    Raises:
        ValueError: If a size is below 1, or ``rng`` is not a generator.

    Source: Glorot and Bengio, 2010.

    >>> W = initialise_glorot(2, 4, np.random.default_rng(0))
    >>> W.shape, bool(np.abs(W).max() <= 1.0)
    ((2, 4), True)
    """
    _check_layer(n_in, n_out, rng, "initialise_glorot")
    radius = math.sqrt(6.0 / (n_in + n_out))
    return rng.uniform(-radius, radius, size=(n_in, n_out))


def initialise_he(n_in: int, n_out: int, rng: np.random.Generator) -> Array:
    r"""Draw weights for ReLU and its family from $\mathcal{N}(0, 2/n_{in})$, a normal distribution.

    ReLU halves the mean square of a signal that is symmetric about 0; the factor 2 compensates.

    Args:
        n_in: Number of inputs of the layer.
        n_out: Number of outputs of the layer.
        rng: Source of randomness, a ``numpy.random.Generator``.

    Returns:
        Weights, shape (n_in, n_out).

    Raises:
        ValueError: If a size is below 1, or ``rng`` is not a generator.

    Source: He, Zhang, Ren and Sun, 2015.

    >>> W = initialise_he(200, 100, np.random.default_rng(0))
    >>> W.shape, round(float(W.std()), 2)
    ((200, 100), 0.1)
    """
    _check_layer(n_in, n_out, rng, "initialise_he")
    return rng.normal(0.0, math.sqrt(2.0 / n_in), size=(n_in, n_out))


def _check_layer(n_in: int, n_out: int, rng: np.random.Generator, what: str) -> None:
    """Refuse sizes below 1, and an rng that is not a generator."""
    check_count(n_in, what, "n_in")
    check_count(n_out, what, "n_out")
    check_rng(rng, what)


class Standardizer:
    r"""Centre and scale each column: $x \mapsto (x - \mu) / s$, where `fit` learns $\mu$ and $s$.

    Fit it on the training set alone, then use it to transform every set.  A constant column is
    centred and not scaled.

    Attributes:
        mean: Mean of each column, shape (d,).
        scale: Standard deviation of each column, shape (d,); 1 for a constant column.

    Raises:
        ValueError: If X is not a finite matrix, or not as wide as in `fit`.
        RuntimeError: If `fit` was not called first.

    >>> X = np.array([[0.0, 5.0], [2.0, 5.0]])
    >>> scaler = Standardizer().fit(X)
    >>> scaler.transform(X)
    array([[-1.,  0.],
           [ 1.,  0.]])
    >>> scaler.inverse_transform(scaler.transform(X))
    array([[0., 5.],
           [2., 5.]])
    """

    mean: Array
    scale: Array

    def fit(self, X: ArrayLike) -> Standardizer:
        """Learn the mean and the standard deviation of the columns of ``X``, shape (n, d).

        Returns:
            The standardizer itself.
        """
        X = as_matrix(X, "Standardizer")
        self.mean = X.mean(axis=0)  # (d,)
        deviation = X.std(axis=0)  # (d,)
        # By rounding, a constant column may have a deviation near 1e-16 of its mean: that is 0.
        constant = deviation <= 1e-12 * np.abs(self.mean)
        self.scale = np.where(constant, 1.0, deviation)  # (d,)
        return self

    def transform(self, X: ArrayLike) -> Array:
        """Return ``X``, shape (n, d), centred and scaled."""
        return (self._checked(X) - self.mean) / self.scale

    def inverse_transform(self, X: ArrayLike) -> Array:
        """Return the values before centring and scaling: this undoes `transform`."""
        return self._checked(X) * self.scale + self.mean

    def _checked(self, X: ArrayLike) -> Array:
        """Return X as a matrix of the width seen by `fit`."""
        if not hasattr(self, "mean"):
            raise RuntimeError("Standardizer expects fit(X) to come first")
        return as_matrix(X, "Standardizer", columns=self.mean.size)
