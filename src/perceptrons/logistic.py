r"""Logistic and softmax regression, by full-batch gradient descent.

Taught in the chapter *Logistic and softmax regression*.
Both are one affine layer whose outputs are probabilities.  Labels are 0 and 1 for logistic
regression, 0 to c - 1 for softmax regression.
"""

from __future__ import annotations

import numpy as np

from perceptrons._arrays import (
    Array,
    ArrayLike,
    Labels,
    as_labels,
    as_matrix,
    check_between,
    check_count,
    check_same_length,
)
from perceptrons.activations import sigmoid, softmax
from perceptrons.losses import binary_cross_entropy_from_logits, cross_entropy_from_logits
from perceptrons.perceptron import _LinearModel

__all__ = ["LogisticRegression", "SoftmaxRegression", "one_hot"]


def one_hot(y: ArrayLike, n_classes: int) -> Array:
    r"""Write each label as a row of zeros with a single 1: $Y_{ik} = \mathbb{1}_{y_i = k}$.

    Args:
        y: Labels 0 … n_classes - 1, shape (n,).
        n_classes: Number of columns, c.

    Returns:
        Matrix of zeros and ones, shape (n, c).

    Raises:
        ValueError: If a label is not one of the classes.

    >>> one_hot([0, 2], 3)
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    check_count(n_classes, "one_hot", "n_classes")
    labels = as_labels(y, "one_hot")
    if labels.max() >= n_classes:
        raise ValueError(f"one_hot expects y below n_classes={n_classes}, got {labels.max()}")
    return np.eye(n_classes)[labels]  # (n, c)


class LogisticRegression(_LinearModel):
    r"""Logistic regression: $\hat y = \sigma(Xw + b)$, the probability of class 1.

    `fit` minimises the binary cross-entropy.

    Args:
        n_inputs: Number of columns of X, d.
        n_iter: Number of steps of gradient descent, each with all examples; 1000 by default.
        alpha: Learning rate, 0.1 by default.
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

    Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, section 4.3.2.

    >>> X, y = [[-2.0], [-1.0], [1.0], [2.0]], [0, 0, 1, 1]
    >>> model = LogisticRegression(1).fit(X, y)
    >>> model.predict(X), model.predict_proba([[0.0]])
    (array([0, 0, 1, 1]), array([0.5]))
    """

    bias: float

    def __init__(
        self,
        n_inputs: int,
        n_iter: int = 1000,
        alpha: float = 0.1,
        *,
        weights: ArrayLike | None = None,
        bias: float = 0.0,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__((n_inputs,), n_iter, alpha, weights, bias, rng)

    def predict_proba(self, X: ArrayLike) -> Array:
        r"""Return the probabilities of class 1, $\sigma(Xw + b)$, shape (n,)."""
        return sigmoid(self.decision_function(X))

    def loss(self, X: ArrayLike, y: ArrayLike) -> float:
        r"""Return $-\frac1n \sum_i [y_i \log\hat y_i + (1 - y_i) \log(1 - \hat y_i)]$."""
        X, y = self._check(X, y)
        return binary_cross_entropy_from_logits(y, self.decision_function(X))

    def gradient(self, X: ArrayLike, y: ArrayLike) -> tuple[Array, float]:
        r"""Return $\frac1n X^\top (\hat y - y)$, (d,), and $\frac1n \sum_i (\hat y_i - y_i)$."""
        X, y = self._check(X, y)
        y_hat = sigmoid(self.decision_function(X))  # (n,)
        dz = (y_hat - y) / len(X)  # (n,)
        return X.T @ dz, float(dz.sum())  # (d,), a number

    def predict(self, X: ArrayLike, threshold: float = 0.5) -> Labels:
        """Return the labels, shape (n,): 1 where the probability is ≥ ``threshold``.

        The threshold is 0.5 by default.
        """
        check_between(np.array([threshold]), "LogisticRegression", "threshold")
        return np.where(self.predict_proba(X) >= threshold, 1, 0)

    def _check(self, X: ArrayLike, y: ArrayLike) -> tuple[Array, Labels]:
        X = as_matrix(X, "LogisticRegression", columns=len(self.weights))
        y = as_labels(y, "LogisticRegression")
        if y.max() > 1:
            raise ValueError(f"LogisticRegression expects y in {{0, 1}}, got {y.max()}")
        check_same_length(X, y, "LogisticRegression")
        return X, y


class SoftmaxRegression(_LinearModel):
    r"""Softmax regression: the probabilities of c classes are $\mathrm{softmax}(XW + b)$.

    `fit` minimises the cross-entropy.

    Args:
        n_inputs: Number of columns of X, d.
        n_classes: Number of classes, c ≥ 2.
        n_iter: Number of steps of gradient descent, each with all examples; 1000 by default.
        alpha: Learning rate, 0.1 by default.
        weights: Starting weights, shape (d, c); zeros by default.
        bias: Starting bias, shape (c,), or a number for all classes; 0 by default.
        rng: If given, draws the starting weights and bias from the standard normal distribution.

    Attributes:
        weights: Current weights, shape (d, c).
        bias: Current bias, shape (c,).
        history: One `Iteration` for the starting weights, then one for each step.

    Raises:
        ValueError: If a size or ``n_iter`` is below 1, ``alpha`` is not positive and finite, or the
            starting weights have another shape; in `fit`, if examples or labels do not fit.

    Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, section 4.3.4.

    >>> X, y = [[-2.0], [0.0], [2.0]], [0, 1, 2]
    >>> model = SoftmaxRegression(1, 3).fit(X, y)
    >>> model.predict(X), round(float(model.predict_proba(X).sum()), 12)
    (array([0, 1, 2]), 3.0)
    """

    bias: Array

    def __init__(
        self,
        n_inputs: int,
        n_classes: int,
        n_iter: int = 1000,
        alpha: float = 0.1,
        *,
        weights: ArrayLike | None = None,
        bias: ArrayLike = 0.0,
        rng: np.random.Generator | None = None,
    ) -> None:
        check_count(n_classes, "SoftmaxRegression", "n_classes", at_least=2)
        super().__init__((n_inputs, n_classes), n_iter, alpha, weights, bias, rng)

    def predict_proba(self, X: ArrayLike) -> Array:
        r"""Return the probabilities, $\mathrm{softmax}(XW + b)$, shape (n, c)."""
        return softmax(self.decision_function(X))

    def loss(self, X: ArrayLike, y: ArrayLike) -> float:
        r"""Return $-\frac1n \sum_i \sum_k Y_{ik} \log \hat Y_{ik}$, computed from the scores."""
        X, Y = self._check(X, y)
        return cross_entropy_from_logits(Y, self.decision_function(X))

    def gradient(self, X: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        r"""Return $\frac1n X^\top (\hat Y - Y)$, (d, c), and $\frac1n \sum_i (\hat Y_i - Y_i)$."""
        X, Y = self._check(X, y)
        Y_hat = softmax(self.decision_function(X))  # (n, c)
        dZ = (Y_hat - Y) / len(X)  # (n, c)
        return X.T @ dZ, dZ.sum(axis=0)  # (d, c), (c,)

    def predict(self, X: ArrayLike) -> Labels:
        """Return the most probable classes, shape (n,)."""
        labels: Labels = self.decision_function(X).argmax(axis=1)
        return labels

    def _check(self, X: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        X = as_matrix(X, "SoftmaxRegression", columns=len(self.weights))
        Y = one_hot(y, self.weights.shape[1])  # (n, c)
        check_same_length(X, Y, "SoftmaxRegression")
        return X, Y
