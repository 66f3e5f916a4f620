r"""Remedies for overfitting: penalty, early stopping, augmentation, choice of hyperparameters.

For a chapter to come, *Generalisation*.  `Dropout` is a layer, in ``layers``.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

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


Rows = npt.NDArray[np.int64]


def l2_penalty(parameters: Sequence[Array], strength: float) -> tuple[float, list[Array]]:
    r"""Penalty on large weights: $\frac\lambda2 \sum_l \|W^l\|^2$, and its gradient $\lambda W^l$.

    Biases are not penalised: they shift the function of a neuron and do not make it steeper.  A
    parameter with one axis counts as a bias.

    Args:
        parameters: Arrays, in the order of ``model.parameters()``.
        strength: $\lambda \ge 0$.

    Returns:
        The penalty, and a new array of gradients for each parameter (zeros for a bias).

    Raises:
        ValueError: If the strength is negative, a value is NaN or infinite, or the penalty
            overflows.

    Source: Krogh and Hertz, 1992.

    >>> W, b = np.array([[1.0], [3.0]]), np.array([7.0])
    >>> value, (dW, db) = l2_penalty([W, b], 0.5)
    >>> value, dW.tolist(), db.tolist()  # 0.25 · (1 + 9)
    (2.5, [[0.5], [1.5]], [0.0])
    """
    check_not_negative(strength, "l2_penalty", "strength")
    checked = [as_finite(parameter, "l2_penalty", "parameters") for parameter in parameters]
    with np.errstate(over="ignore"):  # reported below
        squares = sum(float(np.vdot(W, W)) for W in checked if W.ndim > 1)
        value = 0.5 * strength * squares
        gradients = [strength * W if W.ndim > 1 else np.zeros_like(W) for W in checked]
    if not (math.isfinite(value) and all(np.isfinite(g).all() for g in gradients)):
        raise ValueError("l2_penalty expects a penalty that a float64 can hold, got a larger one")
    return value, gradients


class EarlyStopping:
    """Stop training when validation no longer improves, and restore the best weights.

    Give it to `fit` as its callback, with a validation set.  Training stops after ``patience``
    epochs without a better value.  At the end, stopped or not, `fit` calls `finish`.  The same
    object can serve several training runs: it starts anew at epoch 1.

    Args:
        patience: Number of epochs without improvement after which training stops, 10 by default.
        metric: ``"validation_loss"`` by default (the lower the better), or
            ``"validation_accuracy"`` (the higher the better).
        min_change: Smallest difference that counts as an improvement, 0 by default.

    Attributes:
        best_epoch: The epoch after which the best value was measured; 0 before the first.
        best_value: The best value.
        stopped: Whether training was stopped.

    Raises:
        ValueError: If an argument is not valid, or `fit` does not measure ``metric``.

    Source: Prechelt, *Early stopping – but when?*, 1998.

    >>> from perceptrons.network import MultiLayerPerceptron
    >>> rng = np.random.default_rng(0)
    >>> X, X_held_out = rng.normal(size=(20, 5)), rng.normal(size=(20, 5))
    >>> # random labels: there is nothing to learn
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
        """Return to the state before the first epoch."""
        self.best_epoch, self.best_value, self.stopped = 0, self._sign * math.inf, False
        self._best: list[Array] = []

    def __call__(self, epoch: int, model: Model, history: History) -> bool:
        """Compare the last value of the history with the best; return True to stop training."""
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
            RuntimeError: If no epoch has ended yet.
        """
        if not self._best:
            raise RuntimeError("EarlyStopping.finish expects an epoch to have been seen")
        for parameter, best in zip(model.parameters(), self._best, strict=True):
            parameter[...] = best
        model.weights_changed()


def augment_shift(
    images: ArrayLike,
    max_shift: int = 1,
    *,
    shape: tuple[int, int] | None = None,
    rng: np.random.Generator,
) -> Array:
    r"""Shift each image by $(i, j)$, drawn uniformly from $\{-s, \dots, s\}^2$.

    Pixels that come from outside the image are 0.  Whether the label of the image still holds is
    for you to judge.

    Args:
        images: Images, shape (n, h, w), or one per row, (n, h·w), with ``shape``.
        max_shift: Largest shift s, in pixels, below h and w; 1 by default.
        shape: The pair (h, w), for images that are rows.
        rng: Source of randomness.

    Returns:
        A new array of the shape of ``images``.

    Raises:
        ValueError: If images have another shape or hold NaN or infinity, or ``max_shift`` is not
            in its range.

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
    rows = np.arange(h) + s - moves[0][:, None]  # (n, h): the row that comes to row 0, 1 …
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
    r"""Rotate each image about its centre by an angle drawn uniformly from $[-a, a]$.

    Each pixel of the result is interpolated between the four pixels nearest to where it was before
    the rotation (bilinear interpolation); outside the image, pixels are 0.  Whether the label still
    holds is for you to judge: a 6 rotated by half a turn is a 9.

    Args:
        images: Images, shape (n, h, w), or one per row, (n, h·w), with ``shape``.
        max_angle: Largest angle a, in degrees, at most 180; 10 by default.
        shape: The pair (h, w), for images that are rows.
        rng: Source of randomness.

    Returns:
        A new array of the shape of ``images``.

    Raises:
        ValueError: If images have another shape or hold NaN or infinity, or ``max_angle`` is not
            in its range.

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
    with np.errstate(over="ignore"):  # the check below reports it
        turned = _rotate(pictures, angles)
    check_finite(turned, "augment_rotate", "the turned images")
    return turned.reshape(given)


def _rotate(pictures: Array, angles: Array) -> Array:
    """Rotate each picture (n, h, w) by its angle, in degrees, counter-clockwise on the screen."""
    n, h, w = pictures.shape
    turn = np.radians(angles)[:, None, None]  # (n, 1, 1)
    y = np.arange(h)[:, None] - (h - 1) / 2  # (h, 1), from the centre, downwards
    x = np.arange(w)[None, :] - (w - 1) / 2  # (1, w)
    # Where each pixel was before the rotation, (n, h, w), in a picture with a border of zeros
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


def augment_noise(images: ArrayLike, scale: float, *, rng: np.random.Generator) -> Array:
    r"""Add to each value independent noise, drawn from $\mathcal N(0, s^2)$.

    With the squared error, a little noise acts like a penalty on steep functions.

    Args:
        images: Examples of any shape (n, …).
        scale: Standard deviation s, in the unit of the values.
        rng: Source of randomness.

    Returns:
        A new array of the shape of ``images``.

    Raises:
        ValueError: If there is no value, a value is NaN or infinite, ``scale`` is negative, or the
            result overflows.

    Source: Bishop, *Training with noise is equivalent to Tikhonov regularization*, 1995.

    >>> rng = np.random.default_rng(0)
    >>> augment_noise(np.zeros((1, 3)), 0.1, rng=rng).round(2)
    array([[ 0.01, -0.01,  0.06]])
    """
    X = as_finite(images, "augment_noise", "images")
    check_not_empty(X, "augment_noise", "images")
    check_not_negative(scale, "augment_noise", "scale")
    check_rng(rng, "augment_noise")
    with np.errstate(over="ignore"):  # the check below reports it
        noisy = X + scale * rng.standard_normal(X.shape)
    check_finite(noisy, "augment_noise", "the noisy images")
    return noisy


def _pictures(
    images: ArrayLike, shape: tuple[int, int] | None, what: str
) -> tuple[Array, tuple[int, ...]]:
    """Return images as (n, h, w), and the shape in which they were given."""
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


def k_fold(
    n: int, k: int = 5, *, rng: np.random.Generator | None = None
) -> list[tuple[Rows, Rows]]:
    r"""Cut n examples into k folds, and hold out each fold in turn.

    A fold has $\lfloor n/k \rfloor$ examples, and each of the first $n \bmod k$ folds one more.

    Args:
        n: Number of examples.
        k: Number of folds, 2 to n; 5 by default.
        rng: Shuffles the examples.  None keeps their order, which is wrong for sorted labels.

    Returns:
        k pairs (rows to train on, rows held out): each row is held out exactly once.

    Raises:
        ValueError: If a count is not in its range.

    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd edition,
    2009, 7.10.

    >>> for train, held_out in k_fold(5, 2):
    ...     print(train, held_out)
    [3 4] [0 1 2]
    [0 1 2] [3 4]
    """
    check_count(n, "k_fold", "n", at_least=2)
    check_count(k, "k_fold", "k", at_least=2)
    if k > n:
        raise ValueError(f"k_fold expects k at most n={n}, got {k}")
    if rng is None:
        order = np.arange(n)
    else:
        check_rng(rng, "k_fold")
        order = rng.permutation(n)
    folds = np.array_split(order, k)
    return [(np.concatenate([*folds[:i], *folds[i + 1 :]]), folds[i]) for i in range(k)]


@dataclass(frozen=True)
class Trial:
    """One trial of `random_search`: hyperparameters and their score.

    Attributes:
        score: The score, the higher the better.
        parameters: A value for each name of the space.

    >>> Trial(0.9, {"alpha": 0.1}).parameters["alpha"]
    0.1
    """

    score: float
    parameters: dict[str, Any]


def random_search(
    space: Mapping[str, Sequence[Any] | Callable[[np.random.Generator], Any]],
    score: Callable[..., float],
    n_trials: int,
    *,
    rng: np.random.Generator,
) -> list[Trial]:
    """Try hyperparameters at random: unlike on a grid, each trial has a new value of each.

    Args:
        space: For each name, the values to choose from, or a function that draws one, such as
            ``lambda rng: 10 ** rng.uniform(-4, 0)``.
        score: Called with a value for each name, as ``score(alpha=0.1, …)``; the higher its
            result, the better.  Measure it on validation data, never on the test set.
        n_trials: Number of trials.
        rng: Draws the values.  All of them are drawn before the first trial, so that ``score`` may
            use the same generator.

    Returns:
        The trials, the best first.

    Raises:
        ValueError: If the space is empty, a score is NaN or not a number, or ``n_trials`` is
            below 1.

    Source: Bergstra and Bengio, *Random search for hyper-parameter optimization*, 2012.

    >>> space = {
    ...     "x": lambda rng: rng.uniform(-1, 1),
    ...     "shape": ["flat", "round"],
    ... }
    >>> def score(x, shape):
    ...     return (shape == "round") - x**2
    >>> rng = np.random.default_rng(0)
    >>> best = random_search(space, score, 50, rng=rng)[0]
    >>> best.parameters["shape"], abs(best.parameters["x"]) < 0.1
    ('round', True)
    """
    check_count(n_trials, "random_search", "n_trials")
    check_rng(rng, "random_search")
    if not space:
        raise ValueError("random_search expects at least one parameter to search, got none")
    draws = [
        {name: _draw(name, values, rng) for name, values in space.items()} for _ in range(n_trials)
    ]
    trials = [Trial(_checked(score(**draw), draw), draw) for draw in draws]
    return sorted(trials, key=lambda trial: trial.score, reverse=True)


def _draw(
    name: str,
    values: Sequence[Any] | Callable[[np.random.Generator], Any],
    rng: np.random.Generator,
) -> Any:
    """Draw one value for a name of the space."""
    if callable(values):
        return values(rng)
    if isinstance(values, str) or not hasattr(values, "__len__") or len(values) == 0:
        raise ValueError(
            f"random_search expects a list of values or a function of rng for {name}, "
            f"got {values!r}"
        )
    return values[int(rng.integers(len(values)))]  # rng.choice would turn it into a NumPy type


def _checked(score: Any, draw: dict[str, Any]) -> float:
    """Return a score as a float, or refuse what is not a number."""
    numbers = (int, float, np.integer, np.floating)
    if not isinstance(score, numbers) or math.isnan(score):
        raise ValueError(f"random_search expects a number as score, got {score!r} for {draw}")
    return float(score)
