r"""What Adaline, logistic and softmax regression share: one affine layer and its descent.

A subclass gives `loss` and `gradient`; the loop that follows the gradient stands here once.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple, Self

import numpy as np

from perceptrons._arrays import (
    Array,
    ArrayLike,
    as_finite,
    as_matrix,
    check_count,
    check_finite,
    check_positive,
    check_rng,
    diverged,
)


class Iteration(NamedTuple):
    """A model after some steps of its descent.

    Attributes:
        number: Of steps taken; 0 is the start.
        weights: Shape (d,), or (d, c) for softmax.
        bias: A number, or shape (c,) for softmax.
        loss: The loss of that model.

    >>> start = Iteration(0, np.zeros(2), 0.0, 0.5)
    >>> start.number, start.loss
    (0, 0.5)
    """

    number: int
    weights: Array
    bias: float | Array
    loss: float


def starting_point(
    shape: tuple[int, ...],
    weights: ArrayLike | None,
    bias: ArrayLike,
    rng: np.random.Generator | None,
    what: str,
) -> tuple[Array, Any]:
    """Return weights of that shape and their bias (number or vector): given, drawn, or zero."""
    for size, name in zip(shape, ("n_inputs", "n_classes"), strict=False):
        check_count(size, what, name)
    if rng is not None:
        check_rng(rng, what)
        if weights is not None:
            raise ValueError(f"{what} expects weights or rng, got both")
        return rng.normal(size=shape), rng.normal(size=shape[1:] or None)
    w = np.zeros(shape) if weights is None else as_finite(weights, what, "weights").copy()
    b = as_finite(bias, what, "bias")
    if w.shape != shape or b.shape not in ((), shape[1:]):
        raise ValueError(
            f"{what} expects weights of shape {shape} and bias of shape {shape[1:]}, "
            f"got {w.shape} and {b.shape}"
        )
    return w, b + np.zeros(shape[1:]) if shape[1:] else float(b)


def scores(X: ArrayLike, weights: Array, bias: float | Array, what: str) -> Array:
    """Return $XW + b$, refusing what is not (n, d), not finite, or too large to be multiplied."""
    X = as_matrix(X, what, columns=len(weights))
    with np.errstate(over="ignore", invalid="ignore"):  # told in words by the check
        Z: Array = X @ weights + bias
    check_finite(Z, what, "the scores X w + b")
    return Z


class LinearModel(ABC):
    """An affine layer $Z = XW + b$ that descends the gradient of its loss, all samples at once."""

    weights: Array
    bias: Any  # float, or Array for softmax

    def __init__(
        self,
        shape: tuple[int, ...],
        n_iter: int,
        alpha: float,
        weights: ArrayLike | None,
        bias: ArrayLike,
        rng: np.random.Generator | None,
    ) -> None:
        self._name = type(self).__name__
        check_count(n_iter, self._name, "n_iter")
        check_positive(alpha, self._name, "alpha")
        self._start = starting_point(shape, weights, bias, rng, self._name)
        self.n_iter, self.alpha = n_iter, alpha
        self.weights, self.bias = self._start
        self.history: list[Iteration] = []

    @abstractmethod
    def loss(self, X: ArrayLike, y: ArrayLike) -> float:
        """Return the loss that `fit` reduces."""

    @abstractmethod
    def gradient(self, X: ArrayLike, y: ArrayLike) -> tuple[Array, Any]:
        """Return the gradients of the loss with respect to the weights and to the bias."""

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Take ``n_iter`` steps from the starting weights; the history starts anew.

        Raises:
            ValueError: If X or y is not what the model expects, or if the loss overflows.
        """
        self.weights, self.bias = self._start
        self.history = [Iteration(0, self.weights, self.bias, self.loss(X, y))]
        for number in range(1, self.n_iter + 1):
            try:
                with np.errstate(over="ignore", invalid="ignore"):  # told in words below
                    dw, db = self.gradient(X, y)
                    # New arrays at each step: the history keeps the old ones.
                    self.weights = self.weights - self.alpha * dw
                    self.bias = self.bias - self.alpha * db
                    loss = self.loss(X, y)
            except ValueError as error:  # X and y passed above: the step was too long
                raise diverged(self._name, f"step {number}", self.alpha, str(error)) from error
            self.history.append(Iteration(number, self.weights, self.bias, loss))
        return self

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the scores $XW + b$, shape (n,), or (n, c) for softmax."""
        return scores(X, self.weights, self.bias, self._name)
