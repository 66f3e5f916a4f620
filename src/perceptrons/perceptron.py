r"""The perceptron and Adaline: two ways to move a line (chapter *The perceptron*).

Labels are {-1, +1} in this module; `to_pm1` and `to_01` go from {0, 1} and back.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, NamedTuple, Self

import numpy as np

from perceptrons._arrays import (
    Array,
    ArrayLike,
    Labels,
    as_finite,
    as_matrix,
    check_count,
    check_finite,
    check_not_empty,
    check_positive,
    check_rng,
    check_same_length,
    diverged,
)
from perceptrons.losses import mean_squared_error

__all__ = ["Adaline", "Iteration", "Perceptron", "Update", "to_01", "to_pm1"]


def to_pm1(y: ArrayLike) -> Labels:
    r"""Map the labels {0, 1} to {-1, +1}: $y_\pm = 2y - 1$.

    Args:
        y: Labels, shape (n,).

    Returns:
        Labels, same shape.

    Raises:
        ValueError: If a label is neither 0 nor 1.

    >>> to_pm1([0, 1, 1])
    array([-1,  1,  1])
    """
    return 2 * _as_one_of(y, (0, 1), "to_pm1") - 1


def to_01(y: ArrayLike) -> Labels:
    r"""Map the labels {-1, +1} to {0, 1}: $y = (y_\pm + 1) / 2$.

    Args:
        y: Labels, shape (n,).

    Returns:
        Labels, same shape.

    Raises:
        ValueError: If a label is neither -1 nor +1.

    >>> to_01([-1, 1, 1])
    array([0, 1, 1])
    """
    return (_as_one_of(y, (-1, 1), "to_01") + 1) // 2


class Update(NamedTuple):
    """The perceptron after one correction: what a film of its training shows.

    Attributes:
        epoch: 1, 2, …; 0 for the start.
        sample: The row of X that was misclassified; None for the start.
        weights: The weights after the correction, shape (d,).
        bias: The bias after it.

    >>> Perceptron(1).fit([[2.0]], [1]).history[-1]
    Update(epoch=1, sample=0, weights=array([2.]), bias=1.0)
    """

    epoch: int
    sample: int | None
    weights: Array
    bias: float


class Perceptron:
    r"""Rosenblatt's perceptron, which learns from its mistakes alone.

    At each of them, $w \leftarrow w + \alpha y x$ and $b \leftarrow b + \alpha y$.
    Samples come one after the other, in their order. A score $x \cdot w + b$ of exactly 0 is a
    mistake while training; `predict` answers +1 for it. If $y(x \cdot u + c) \ge \gamma > 0$ for
    all samples and some (u, c) of length 1, there are at most $(R / \gamma)^2$ mistakes from zero
    weights, where R bounds the length of (x, 1). The training ends after ``n_iter`` epochs at most.

    Args:
        n_inputs: Number of columns of X, d.
        n_iter: Largest number of epochs, 30 by default; an epoch without mistake is the last.
        alpha: Learning rate, 1 by default; from zero weights it changes their length and no
            prediction.
        weights: Starting weights, shape (d,); zeros by default.
        bias: Starting bias, 0 by default.
        rng: Draws the start from the normal law instead.

    Attributes:
        weights: Current weights, shape (d,).
        bias: Current bias.
        history: The start, then one `Update` (epoch, sample, weights, bias) a mistake.
        mistakes: Number of mistakes in each epoch; the last is 0 if the classes were separated.

    Raises:
        ValueError: A size or ``n_iter`` below 1, ``alpha`` that is not positive and finite, a start
            of another shape; in `fit`, samples or labels that do not fit.

    Sources: Rosenblatt, 1958; the bound is Novikoff's, 1962.

    >>> X = [[0, 0], [0, 1], [1, 0], [1, 1]]
    >>> y = [-1, -1, -1, 1]  # logical and
    >>> model = Perceptron(2).fit(X, y)
    >>> model.predict(X), model.mistakes[-1]
    (array([-1, -1, -1,  1]), 0)
    """

    def __init__(
        self,
        n_inputs: int,
        n_iter: int = 30,
        alpha: float = 1.0,
        *,
        weights: ArrayLike | None = None,
        bias: float = 0.0,
        rng: np.random.Generator | None = None,
    ) -> None:
        check_count(n_iter, "Perceptron", "n_iter")
        check_positive(alpha, "Perceptron", "alpha")
        w, b = starting_point((n_inputs,), weights, bias, rng, "Perceptron")
        self.n_iter, self.alpha = n_iter, alpha
        self.weights, self.bias = w, b
        self.history: list[Update] = [Update(0, None, w, b)]
        self.mistakes: list[int] = []

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Learn from samples X, shape (n, d), and labels y in {-1, +1}, shape (n,).

        Training begins at the starting weights, and the history anew.

        Raises:
            ValueError: If X or y is not so.
        """
        X = as_matrix(X, "Perceptron", columns=len(self.weights))
        y = _as_one_of(y, (-1, 1), "Perceptron")
        check_same_length(X, y, "Perceptron")
        _, _, w, b = self.history[0]
        self.history, self.mistakes = self.history[:1], []
        with np.errstate(over="ignore", invalid="ignore"):  # told in words by the check below
            for epoch in range(1, self.n_iter + 1):
                self.mistakes.append(0)
                for i in range(len(X)):
                    if y[i] * (X[i] @ w + b) <= 0:
                        w = w + self.alpha * y[i] * X[i]  # new: the history keeps the old
                        b = b + self.alpha * float(y[i])
                        self.mistakes[-1] += 1
                        self.history.append(Update(epoch, i, w, b))
                if self.mistakes[-1] == 0:
                    break
        scores(X, w, b, "Perceptron")
        self.weights, self.bias = w, b
        return self

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the scores $Xw + b$, shape (n,): their sign is the side of the line."""
        return scores(X, self.weights, self.bias, "Perceptron")

    def predict(self, X: ArrayLike) -> Labels:
        """Return the labels, +1 where the score is ≥ 0 and -1 elsewhere, shape (n,)."""
        return _sign(self.decision_function(X))


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


class Adaline(LinearModel):
    r"""The adaptive linear neuron: gradient descent on the squared error of $\hat y = Xw + b$.

    The sign is taken to predict and never to learn: through it the gradient would be 0.

    Args:
        n_inputs: Number of columns of X, d.
        n_iter: Number of steps, each with all samples; 30 by default.
        alpha: Learning rate, 0.1 by default; below 2 / λ, where λ is the largest curvature, the
            loss goes down.
        weights: Starting weights, shape (d,); zeros by default.
        bias: Starting bias, 0 by default.
        rng: Draws the start from the normal law instead.

    Attributes:
        weights: Current weights, shape (d,).
        bias: Current bias, a number.
        history: One `Iteration` (number, weights, bias, loss) for the start, then one a step.

    Raises:
        ValueError: A size or ``n_iter`` below 1, ``alpha`` that is not positive and finite, a start
            of another shape; in `fit`, samples or labels that do not fit.

    Source: Widrow and Hoff, 1960.

    >>> X, y = [[-2.0], [-1.0], [1.0], [2.0]], [-1, -1, 1, 1]
    >>> model = Adaline(1).fit(X, y)
    >>> model.predict(X)
    array([-1, -1,  1,  1])
    >>> print(model.weights)  # least squares: sum(x y) / sum(x²) = 6 / 10
    [0.6]
    """

    bias: float

    def __init__(
        self,
        n_inputs: int,
        n_iter: int = 30,
        alpha: float = 0.1,
        *,
        weights: ArrayLike | None = None,
        bias: float = 0.0,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__((n_inputs,), n_iter, alpha, weights, bias, rng)

    def loss(self, X: ArrayLike, y: ArrayLike) -> float:
        r"""Return $\frac1n \sum_i (\hat y_i - y_i)^2$."""
        X, y = self._check(X, y)
        return mean_squared_error(y, self.decision_function(X))

    def gradient(self, X: ArrayLike, y: ArrayLike) -> tuple[Array, float]:
        r"""Return $-\frac2n X^\top (y - \hat y)$, (d,), and $-\frac2n \sum_i (y_i - \hat y_i)$."""
        X, y = self._check(X, y)
        y_hat = self.decision_function(X)  # (n,)
        dz = -2.0 / len(X) * (y - y_hat)  # (n,)
        return X.T @ dz, float(dz.sum())  # (d,), a number

    def predict(self, X: ArrayLike) -> Labels:
        """Return the labels, +1 where the score is ≥ 0 and -1 elsewhere, shape (n,)."""
        return _sign(self.decision_function(X))

    def _check(self, X: ArrayLike, y: ArrayLike) -> tuple[Array, Labels]:
        X = as_matrix(X, "Adaline", columns=len(self.weights))
        y = _as_one_of(y, (-1, 1), "Adaline")
        check_same_length(X, y, "Adaline")
        return X, y


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


def _as_one_of(y: ArrayLike, pair: tuple[int, int], what: str) -> Labels:
    labels = as_finite(y, what, "y")
    check_not_empty(labels, what, "y")
    wrong = labels[(labels != pair[0]) & (labels != pair[1])]
    if labels.ndim != 1:
        raise ValueError(f"{what} expects y of shape (n,), got {labels.shape}")
    if wrong.size:
        hint = "; to_pm1(y) maps {0, 1} to {-1, 1}" if pair == (-1, 1) else ""
        raise ValueError(f"{what} expects y in {{{pair[0]}, {pair[1]}}}, got {wrong[0]:g}{hint}")
    return labels.astype(np.int64)


def _sign(scores: Array) -> Labels:
    """Return +1 or -1: a score of exactly 0, for which np.sign has a third answer, gives +1."""
    return np.where(scores >= 0, 1, -1)
