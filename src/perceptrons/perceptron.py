r"""The perceptron and Adaline: two ways to learn a line (chapter *The perceptron*).

Labels are -1 and +1 in this module; `to_pm1` converts labels 0 and 1 to them, and `to_01` converts
them back.  ``_LinearModel`` is the affine layer that Adaline shares with logistic regression.
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
    """The state of a `Perceptron` after one correction: one picture of a film of its training.

    Attributes:
        epoch: Number of the epoch, from 1; 0 for the starting weights.
        sample: Index of the row of X that was misclassified; None for the starting weights.
        weights: The weights after the correction, shape (d,).
        bias: The bias after the correction.

    >>> Perceptron(1).fit([[2.0]], [1]).history[-1]
    Update(epoch=1, sample=0, weights=array([2.]), bias=1.0)
    """

    epoch: int
    sample: int | None
    weights: Array
    bias: float


class Perceptron:
    r"""Rosenblatt's perceptron, which learns from its mistakes alone.

    At each mistake, $w \leftarrow w + \alpha y x$ and $b \leftarrow b + \alpha y$.  The examples
    are taken one after the other, in their order.  A score $x \cdot w + b$ of exactly 0 is a
    mistake during training; `predict` returns +1 for it.  If $y(x \cdot u + c) \ge \gamma > 0$ for
    all examples and some (u, c) of length 1, then training from zero weights makes at most
    $(R / \gamma)^2$ mistakes, where R bounds the length of (x, 1).

    Args:
        n_inputs: Number of columns of X, d.
        n_iter: Largest number of epochs, 30 by default; training ends after an epoch without a
            mistake.
        alpha: Learning rate, 1 by default.  From zero weights, it scales the weights and changes no
            prediction.
        weights: Starting weights, shape (d,); zeros by default.
        bias: Starting bias, 0 by default.
        rng: If given, draws the starting weights and bias from the standard normal distribution.

    Attributes:
        weights: Current weights, shape (d,).
        bias: Current bias.
        history: One `Update` for the starting weights, then one for each mistake.
        mistakes: Number of mistakes in each epoch; the last is 0 if the classes were separated.

    Raises:
        ValueError: If a size or ``n_iter`` is below 1, ``alpha`` is not positive and finite, or the
            starting weights have another shape; in `fit`, if examples or labels do not fit.

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
        w, b = _starting_point((n_inputs,), weights, bias, rng, "Perceptron")
        self.n_iter, self.alpha = n_iter, alpha
        self.weights, self.bias = w, b
        self.history: list[Update] = [Update(0, None, w, b)]
        self.mistakes: list[int] = []

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Learn from examples X, shape (n, d), and labels y in {-1, +1}, shape (n,).

        Training restarts from the starting weights, with an empty history.

        Raises:
            ValueError: If X or y is not of this form.
        """
        X = as_matrix(X, "Perceptron", columns=len(self.weights))
        y = _as_one_of(y, (-1, 1), "Perceptron")
        check_same_length(X, y, "Perceptron")
        _, _, w, b = self.history[0]
        self.history, self.mistakes = self.history[:1], []
        with np.errstate(over="ignore", invalid="ignore"):  # the check below reports it
            for epoch in range(1, self.n_iter + 1):
                self.mistakes.append(0)
                for i in range(len(X)):
                    if y[i] * (X[i] @ w + b) <= 0:
                        w = (
                            w + self.alpha * y[i] * X[i]
                        )  # a new array: the history keeps the old one
                        b = b + self.alpha * float(y[i])
                        self.mistakes[-1] += 1
                        self.history.append(Update(epoch, i, w, b))
                if self.mistakes[-1] == 0:
                    break
        _scores(X, w, b, "Perceptron")
        self.weights, self.bias = w, b
        return self

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the scores $Xw + b$, shape (n,): their sign tells the side of the line."""
        return _scores(X, self.weights, self.bias, "Perceptron")

    def predict(self, X: ArrayLike) -> Labels:
        """Return the labels, +1 where the score is ≥ 0 and -1 elsewhere, shape (n,)."""
        return _sign(self.decision_function(X))


class Iteration(NamedTuple):
    """A linear model after some steps of gradient descent.

    Attributes:
        number: Number of steps taken; 0 for the starting weights.
        weights: Weights, shape (d,), or (d, c) for softmax.
        bias: Bias, a number, or shape (c,) for softmax.
        loss: Loss with these weights and this bias.

    >>> start = Iteration(0, np.zeros(2), 0.0, 0.5)
    >>> start.number, start.loss
    (0, 0.5)
    """

    number: int
    weights: Array
    bias: float | Array
    loss: float


class _LinearModel(ABC):
    """An affine layer $Z = XW + b$ that learns by gradient descent on all examples at once.

    A subclass defines the loss and its gradient.
    """

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
        self._start = _starting_point(shape, weights, bias, rng, self._name)
        self.n_iter, self.alpha = n_iter, alpha
        self.weights, self.bias = self._start
        self.history: list[Iteration] = []

    @abstractmethod
    def loss(self, X: ArrayLike, y: ArrayLike) -> float:
        """Return the loss that `fit` makes smaller."""

    @abstractmethod
    def gradient(self, X: ArrayLike, y: ArrayLike) -> tuple[Array, Any]:
        """Return the gradients of the loss with respect to the weights and to the bias."""

    def fit(self, X: ArrayLike, y: ArrayLike) -> Self:
        """Take ``n_iter`` steps from the starting weights, and record them in a new history.

        Raises:
            ValueError: If X or y does not fit the model, or if the loss overflows.
        """
        self.weights, self.bias = self._start
        self.history = [Iteration(0, self.weights, self.bias, self.loss(X, y))]
        for number in range(1, self.n_iter + 1):
            try:
                with np.errstate(over="ignore", invalid="ignore"):  # reported below
                    dw, db = self.gradient(X, y)
                    # New arrays at each step: the history keeps the old ones.
                    self.weights = self.weights - self.alpha * dw
                    self.bias = self.bias - self.alpha * db
                    loss = self.loss(X, y)
            except ValueError as error:  # X and y were accepted above, so the step was too long
                raise diverged(self._name, f"step {number}", self.alpha, str(error)) from error
            self.history.append(Iteration(number, self.weights, self.bias, loss))
        return self

    def decision_function(self, X: ArrayLike) -> Array:
        """Return the scores $XW + b$, shape (n,), or (n, c) for softmax."""
        return _scores(X, self.weights, self.bias, self._name)


class Adaline(_LinearModel):
    r"""The adaptive linear neuron: gradient descent on the squared error of $\hat y = Xw + b$.

    The sign of the score is taken to predict, never to learn: its gradient is 0 almost everywhere.

    Args:
        n_inputs: Number of columns of X, d.
        n_iter: Number of steps, each with all examples; 30 by default.
        alpha: Learning rate, 0.1 by default.  The loss decreases if it is below 2 / λ, where λ is
            the largest curvature of the loss.
        weights: Starting weights, shape (d,); zeros by default.
        bias: Starting bias, 0 by default.
        rng: If given, draws the starting weights and bias from the standard normal distribution.

    Attributes:
        weights: Current weights, shape (d,).
        bias: Current bias, a number.
        history: One `Iteration` for the starting weights, then one for each step.

    Raises:
        ValueError: If a size or ``n_iter`` is below 1, ``alpha`` is not positive and finite, or the
            starting weights have another shape; in `fit`, if examples or labels do not fit.

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


def _starting_point(
    shape: tuple[int, ...],
    weights: ArrayLike | None,
    bias: ArrayLike,
    rng: np.random.Generator | None,
    what: str,
) -> tuple[Array, Any]:
    """Return starting weights of that shape and their bias: given, drawn from rng, or zeros."""
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


def _scores(X: ArrayLike, weights: Array, bias: float | Array, what: str) -> Array:
    """Return $XW + b$, or refuse an X that is not a finite (n, d) or makes the scores overflow."""
    X = as_matrix(X, what, columns=len(weights))
    with np.errstate(over="ignore", invalid="ignore"):  # the check below reports it
        Z: Array = X @ weights + bias
    check_finite(Z, what, "the scores X w + b")
    return Z


def _as_one_of(y: ArrayLike, pair: tuple[int, int], what: str) -> Labels:
    """Return labels (n,) of which each is one of the pair."""
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
    """Return +1 where a score is ≥ 0 and -1 elsewhere; np.sign would return 0 for a score of 0."""
    return np.where(scores >= 0, 1, -1)
