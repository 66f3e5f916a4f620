r"""Keep a model from learning its training set by heart (chapter *Generalisation*).

Dropout is a layer: see ``layers``.
"""

import math
from collections.abc import Sequence

import numpy as np

from perceptrons._arrays import Array, as_finite, check_count, check_not_negative
from perceptrons._augmentation import augment_noise, augment_rotate, augment_shift
from perceptrons._selection import Trial, k_fold, random_search
from perceptrons.training import History, Model

__all__ = [
    "EarlyStopping",
    "Trial",
    "augment_noise",
    "augment_rotate",
    "augment_shift",
    "k_fold",
    "l2_penalty",
    "random_search",
]


def l2_penalty(parameters: Sequence[Array], strength: float) -> tuple[float, list[Array]]:
    r"""Charge for large weights: $\frac\lambda2 \sum_l \|W^l\|^2$, and its gradient $\lambda W^l$.

    Biases are spared: they set where a unit wakes, not how steep it is.  A parameter with one
    axis counts as a bias.

    Args:
        parameters: Arrays, in the order of ``model.parameters()``.
        strength: $\lambda \ge 0$.

    Returns:
        The penalty, and a new array of gradients for each parameter (zeros for a bias).

    Raises:
        ValueError: A negative strength, NaN or infinity, or a penalty beyond the largest float.

    Source: Krogh and Hertz, 1992.

    >>> W, b = np.array([[1.0], [3.0]]), np.array([7.0])
    >>> value, (dW, db) = l2_penalty([W, b], 0.5)
    >>> value, dW.tolist(), db.tolist()  # 0.25 · (1 + 9)
    (2.5, [[0.5], [1.5]], [0.0])
    """
    check_not_negative(strength, "l2_penalty", "strength")
    checked = [as_finite(parameter, "l2_penalty", "parameters") for parameter in parameters]
    with np.errstate(over="ignore"):  # told in words below
        squares = sum(float(np.vdot(W, W)) for W in checked if W.ndim > 1)
        value = 0.5 * strength * squares
        gradients = [strength * W if W.ndim > 1 else np.zeros_like(W) for W in checked]
    if not (math.isfinite(value) and all(np.isfinite(g).all() for g in gradients)):
        raise ValueError("l2_penalty expects a penalty that a float64 can hold, got a larger one")
    return value, gradients


class EarlyStopping:
    """End the training when validation stops improving, and go back to the best weights.

    Give it to `fit` as its callback, with a validation set.  It stops after ``patience`` epochs
    without a better value; `fit` then calls `finish`, whether or not it was stopped.
    One object serves for one training after another: it starts anew at epoch 1.

    Args:
        patience: Number of epochs without improvement that are endured, 10 by default.
        metric: ``"validation_loss"`` by default (the lower the better), or
            ``"validation_accuracy"`` (the higher the better).
        min_change: By how much a value must be better to count as better, 0 by default.

    Attributes:
        best_epoch: The epoch after which the best value was seen; 0 before any.
        best_value: That value.
        stopped: Whether patience ran out.

    Raises:
        ValueError: Bad arguments; or a training that does not measure ``metric``.

    Source: Prechelt, *Early stopping – but when?*, 1998.

    >>> from perceptrons.network import MultiLayerPerceptron
    >>> rng = np.random.default_rng(0)
    >>> X, X_held_out = rng.normal(size=(20, 5)), rng.normal(size=(20, 5))
    >>> # nothing that could be learnt
    >>> y, y_held_out = rng.integers(0, 2, size=(2, 20))
    >>> model = MultiLayerPerceptron(5, 20, 1, rng=rng)
    >>> stopping = EarlyStopping(patience=5)
    >>> model = model.fit(
    ...     X, y, validation=(X_held_out, y_held_out), callback=stopping
    ... )
    >>> stopping.stopped, len(model.history) == stopping.best_epoch + 5
    (True, True)
    >>> model.loss(X_held_out, y_held_out) == stopping.best_value
    True
    """

    def __init__(
        self, patience: int = 10, *, metric: str = "validation_loss", min_change: float = 0.0
    ) -> None:
        check_count(patience, "EarlyStopping", "patience")
        check_not_negative(min_change, "EarlyStopping", "min_change")
        metrics = ("validation_loss", "validation_accuracy")
        if metric not in metrics:
            names = ", ".join(metrics)
            raise ValueError(f"EarlyStopping expects metric among {names}, got {metric!r}")
        self.patience, self.metric, self.min_change = patience, metric, min_change
        self._sign = -1.0 if metric.endswith("accuracy") else 1.0
        self._forget()

    def _forget(self) -> None:
        self.best_epoch, self.best_value, self.stopped = 0, self._sign * math.inf, False
        self._best: list[Array] = []

    def __call__(self, epoch: int, model: Model, history: History) -> bool:
        """Look at the last value of the history; return True when patience has run out."""
        if epoch == 1:
            self._forget()
        values: list[float] = getattr(history, self.metric)
        if not values:
            raise ValueError(
                f"EarlyStopping expects fit to measure {self.metric}, got a history without it: "
                "give fit a validation set, and ask accuracy of a classifier only"
            )
        if self._sign * (self.best_value - values[-1]) > self.min_change:
            self.best_epoch, self.best_value = epoch, values[-1]
            self._best = [parameter.copy() for parameter in model.parameters()]
        self.stopped = epoch - self.best_epoch >= self.patience
        return self.stopped

    def finish(self, model: Model) -> None:
        """Put the best weights back into the model.

        Raises:
            RuntimeError: No epoch has been seen.
        """
        if not self._best:
            raise RuntimeError("EarlyStopping.finish expects an epoch to have been seen")
        for parameter, best in zip(model.parameters(), self._best, strict=True):
            parameter[...] = best
        model.weights_changed()
