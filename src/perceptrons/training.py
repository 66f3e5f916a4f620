r"""Training of a model: the loop, its mini-batches and its record (chapter *Training a network*).

Starting weights and scaled inputs, which come before the loop, are in ``preparation``.
"""

from __future__ import annotations

import importlib
import importlib.util
import math
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

import numpy as np

from perceptrons._arrays import (
    Array,
    ArrayLike,
    Labels,
    check_count,
    check_positive,
    check_rng,
    diverged,
)
from perceptrons.descent import Optimiser
from perceptrons.preparation import Standardizer, initialise_glorot, initialise_he

__all__ = [
    "History",
    "Standardizer",
    "batches",
    "fit",
    "initialise_glorot",
    "initialise_he",
]


class Model(Protocol):
    """The methods that `fit` needs: `MultiLayerPerceptron` and `Sequential` have them."""

    @property
    def classifies(self) -> bool:
        """Whether the outputs stand for classes, so that accuracy has a meaning."""

    def check(self, X: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        """Return examples (n, inputs) and targets (n, outputs), or raise ValueError."""

    def forward_backward(self, X: Array, Y: Array) -> tuple[Array, float]:
        """Return outputs and loss for data from `check`, and compute the gradients."""

    def gradient_descent(self, alpha: float) -> None:
        """Take one step against the gradients."""

    def parameters(self) -> list[Array]:
        """Return the arrays that `gradient_descent` changes."""

    def gradients(self) -> list[Array]:
        """Return the gradients of the parameters, in the same order, for an optimiser."""

    def weights_changed(self) -> None:
        """Take note that an optimiser or a callback may have changed the parameters."""

    def labels(self, outputs: Array) -> Array | Labels:
        """Return the labels that outputs or targets stand for."""

    def loss(self, X: Array, y: Array) -> float:
        """Return the loss, without a change of the model."""

    def predict(self, X: Array) -> Array | Labels:
        """Return the labels predicted for ``X``, without a change of the model."""


@dataclass
class History:
    """What `fit` measured, one value per epoch.

    ``plt.plot(history.epochs, history.loss)`` draws it.

    Attributes:
        epochs: The numbers of the epochs: 1, 2, 3 …
        loss: Training loss: the mean over the examples of the epoch, where the loss of each batch
            is measured just before its step.  In full batch it is therefore the loss *before* the
            step of that epoch, and the first value is that of the starting weights.
        accuracy: Training accuracy, measured like the loss; empty for a regression.
        validation_loss: Loss on the validation set after the epoch; empty without such a set.
        validation_accuracy: Accuracy on the validation set after the epoch; empty without such a
            set, or for a regression.

    >>> History(epochs=[1, 2], loss=[0.7, 0.5], accuracy=[0.5, 0.75])
    History(2 epochs, loss 0.7 → 0.5, accuracy 0.5 → 0.75)
    """

    epochs: list[int] = field(default_factory=list)
    loss: list[float] = field(default_factory=list)
    accuracy: list[float] = field(default_factory=list)
    validation_loss: list[float] = field(default_factory=list)
    validation_accuracy: list[float] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.epochs)

    def __repr__(self) -> str:
        parts = [f"{len(self)} epochs"]
        for name in ("loss", "accuracy", "validation_loss", "validation_accuracy"):
            values = getattr(self, name)
            if values:
                parts.append(f"{name.replace('_', ' ')} {values[0]:.3g} → {values[-1]:.3g}")
        return f"History({', '.join(parts)})"


Batch = tuple[Array, Array, Array | Labels]  # examples, targets and their labels

Callback = Callable[[int, Model, History], bool | None]


@runtime_checkable
class Finishing(Protocol):
    """A callback with a method that `fit` calls when training ends."""

    def finish(self, model: Model) -> None:
        """Do what is left to do after the last epoch."""


def fit(
    model: Model,
    X: ArrayLike,
    y: ArrayLike,
    *,
    n_epochs: int = 100,
    alpha: float | None = None,
    optimiser: Optimiser | None = None,
    batch_size: int | None = None,
    rng: np.random.Generator | None = None,
    validation: tuple[ArrayLike, ArrayLike] | None = None,
    progress: bool = False,
    callback: Callback | None = None,
) -> History:
    r"""Train by gradient descent: a forward pass, a backward pass and a step for each batch.

    From the present weights, $\theta \leftarrow \theta - \alpha \, \partial L / \partial \theta$
    for each batch.

    Args:
        model: The model; its parameters change in place.
        X: Examples, shape (n, d).
        y: Labels, shape (n,), or targets, shape (n, m).
        n_epochs: Number of passes over the examples, 100 by default.
        alpha: Learning rate, 0.1 by default.
        optimiser: An `Optimiser`, such as ``Adam(0.001)``, which takes the steps with its own
            learning rate, instead of plain gradient descent.
        batch_size: Number of examples per step; None takes all of them at once, in their order.
        rng: Shuffles the mini-batches; by default an unseeded generator: each run differs.
        validation: A pair (X, y) on which the model is measured after each epoch, never trained.
        progress: Whether to show a progress bar on the standard error stream.
        callback: Called as ``callback(epoch, model, history)`` after each epoch; if it returns
            True, training ends.  If it has a method ``finish(model)``, that is called at the end.

    Returns:
        The record of the epochs, a `History`.

    Raises:
        ValueError: If the data do not fit the model, or if the loss or a weight overflows.

    >>> from perceptrons.network import MultiLayerPerceptron
    >>> X, y = np.array([[0.0], [1.0]]), np.array([0, 1])
    >>> model = MultiLayerPerceptron(1, 1, rng=np.random.default_rng(0))
    >>> history = fit(model, X, y, n_epochs=50, alpha=1.0)
    >>> history.accuracy[-1], history.loss[-1] < history.loss[0]
    (1.0, True)
    """
    check_count(n_epochs, "fit", "n_epochs")
    descend, rate = _descender(alpha, optimiser)
    X, Y = model.check(X, y)
    held_out = None if validation is None else model.check(*validation)
    if batch_size is not None:
        check_count(batch_size, "fit", "batch_size")
        rng = np.random.default_rng() if rng is None else rng
        check_rng(rng, "fit")
    else:
        X = X.copy()
        X.flags.writeable = False  # so a model may keep what it derives from X
    classifies = model.classifies
    labels = model.labels(Y) if classifies else Y
    _let_large_blocks_be_kept()
    history = History()
    outside = np.geterr()
    # A step that is too long overflows: `fit` raises an error, without the warnings of NumPy.
    with np.errstate(over="ignore", invalid="ignore"):
        for epoch in _shown(range(1, n_epochs + 1), progress):
            try:
                loss, accuracy = _epoch(model, _cut(X, Y, labels, batch_size, rng), len(X), descend)
            except ValueError as error:  # the data were accepted by `check`: the weights overflow
                raise diverged("fit", f"epoch {epoch}", rate(), str(error)) from error
            if not math.isfinite(loss):
                raise diverged("fit", f"epoch {epoch}", rate(), f"the loss is {loss}")
            history.epochs.append(epoch)
            history.loss.append(loss)
            if classifies:
                history.accuracy.append(accuracy)
            if held_out is not None:
                with np.errstate(**outside):
                    _measure(model, *held_out, history)
            if callback is not None:
                with np.errstate(**outside):
                    ended = callback(epoch, model, history)
                model.weights_changed()  # the callback may have changed them
                if ended:
                    break
    model.weights_changed()
    if isinstance(callback, Finishing):
        callback.finish(model)
    if not all(np.isfinite(parameter).all() for parameter in model.parameters()):
        raise diverged("fit", f"epoch {epoch}", rate(), "the weights overflow")
    return history


def _descender(
    alpha: float | None, optimiser: Optimiser | None
) -> tuple[Callable[[Model], None], Callable[[], float]]:
    """Return a function that takes a step, and one that returns its learning rate."""
    if optimiser is None:
        rate = 0.1 if alpha is None else alpha
        check_positive(rate, "fit", "alpha")
        return lambda model: model.gradient_descent(rate), lambda: rate
    if not isinstance(optimiser, Optimiser):
        raise ValueError(f"fit expects an optimiser such as Adam(), got {optimiser!r}")
    if alpha is not None:
        raise ValueError(f"fit expects alpha or an optimiser, got both, {alpha=}")

    def descend(model: Model) -> None:
        optimiser.step(model.parameters(), model.gradients())
        model.weights_changed()

    return descend, lambda: optimiser.rate


def _epoch(
    model: Model, batches: Iterable[Batch], n: int, descend: Callable[[Model], None]
) -> tuple[float, float]:
    """Take one step per batch of the n examples; return the mean loss and the mean accuracy."""
    loss = accuracy = 0.0
    classifies = model.classifies
    for X, Y, labels in batches:
        outputs, batch_loss = model.forward_backward(X, Y)
        descend(model)
        share = len(outputs) / n
        loss += batch_loss * share
        if classifies:
            accuracy += _agreement(model.labels(outputs), labels) * share
    return loss, accuracy


def _let_large_blocks_be_kept() -> None:
    """Free a block of just under 32 MB once, after which glibc keeps the freed blocks below it.

    Otherwise the C library gives each large array back to the system, and must fault it in again
    at the next step.  A step at 1797 examples and 128 neurons takes an eighth less time, and other
    C libraries lose nothing.
    """
    np.empty(2**22 - 2**12)  # float64


def _measure(model: Model, X: Array, Y: Array, history: History) -> None:
    """Record loss and accuracy on the validation set."""
    history.validation_loss.append(model.loss(X, Y))
    if model.classifies:
        history.validation_accuracy.append(_agreement(model.predict(X), model.labels(Y)))


def _agreement(predicted: Array | Labels, true: Array | Labels) -> float:
    """Return the proportion of examples whose labels are all predicted correctly."""
    right = predicted == true
    if right.ndim > 1:
        right = right.all(axis=1)
    return float(np.count_nonzero(right) / right.size)  # np.mean takes ten times as long


def batches(
    X: ArrayLike,
    y: ArrayLike,
    batch_size: int | None = None,
    rng: np.random.Generator | None = None,
) -> Iterator[tuple[Array, Array]]:
    """Cut one epoch into shuffled mini-batches: each example is in one, and the last may be short.

    Args:
        X: Examples, shape (n, d).
        y: Labels or targets of the examples, any array with n rows.
        batch_size: Number of examples per batch; None gives one batch of all, in their order.
        rng: Shuffles the examples; by default an unseeded generator: each run differs.

    Returns:
        An iterator over pairs (rows of ``X``, rows of ``y``).

    Raises:
        ValueError: If ``X`` and ``y`` do not have the same number of rows.

    >>> X, y = np.arange(5.0).reshape(5, 1), np.arange(5)
    >>> pairs = list(batches(X, y, 2, np.random.default_rng(0)))
    >>> [len(labels) for _, labels in pairs]
    [2, 2, 1]
    >>> sorted(np.concatenate([labels for _, labels in pairs]).tolist())
    [0, 1, 2, 3, 4]
    """
    X, y = np.asarray(X), np.asarray(y)
    if X.ndim == 0 or y.ndim == 0 or len(X) != len(y) or len(X) == 0:
        raise ValueError(
            f"batches expects X and y with one number n ≥ 1 of rows, got {X.shape} and {y.shape}"
        )
    if batch_size is None:
        return iter([(X, y)])
    check_count(batch_size, "batches", "batch_size")
    rng = np.random.default_rng() if rng is None else rng
    check_rng(rng, "batches")
    return ((X[rows], y[rows]) for rows in _rows(len(X), batch_size, rng))


def _cut(
    X: Array,
    Y: Array,
    labels: Array | Labels,
    batch_size: int | None,
    rng: np.random.Generator | None,
) -> Iterable[Batch]:
    """Return the batches of one epoch; a single batch is made of the arrays themselves."""
    if batch_size is None or rng is None:
        return [(X, Y, labels)]
    return ((X[rows], Y[rows], labels[rows]) for rows in _rows(len(X), batch_size, rng))


def _rows(n: int, batch_size: int, rng: np.random.Generator) -> Iterator[Labels]:
    """Return the shuffled row numbers of each batch of one epoch."""
    order = rng.permutation(n)
    return (order[cut : cut + batch_size] for cut in range(0, n, batch_size))


def _shown(epochs: range, progress: bool) -> Iterable[int]:
    """Return the epochs, with a bar that shows them: that of tqdm if installed, else plain."""
    if not progress:
        return epochs
    if importlib.util.find_spec("tqdm") is None:
        return _plain_bar(epochs)
    bar: Iterable[int] = importlib.import_module("tqdm").tqdm(epochs, unit="epoch")
    return bar


def _plain_bar(epochs: range) -> Iterator[int]:
    """Yield the epochs, and print the number of each when it is over."""
    for epoch in epochs:
        yield epoch
        end = "\n" if epoch == epochs[-1] else ""
        print(f"\repoch {epoch}/{epochs[-1]}", end=end, file=sys.stderr, flush=True)
