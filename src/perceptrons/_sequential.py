r"""A stack of layers with its loss: public in `perceptrons.layers`."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from perceptrons._arrays import (
    Array,
    ArrayLike,
    Labels,
    as_finite,
    check_between,
    check_finite,
    check_not_empty,
    check_not_negative,
    check_positive,
)
from perceptrons._layer import Layer
from perceptrons._outputs import OUTPUTS, Output
from perceptrons.regularisation import l2_penalty
from perceptrons.training import History, fit

_LOSSES: Mapping[str, Output] = MappingProxyType(
    {
        "cross_entropy": OUTPUTS["softmax"],
        "binary_cross_entropy": OUTPUTS["sigmoid"],
        "mean_squared_error": OUTPUTS["identity"],
    }
)


class Sequential:
    r"""Layers one after another, $Z = f_L(\dots f_2(f_1(X)))$, and a loss of Z and the labels.

    The loss takes the **scores** Z (logits): the last layer is usually a `Dense`, with no
    activation after it, since softmax and sigmoid belong to the loss.

    Args:
        layers: The layers, in the order of the forward pass.
        loss: ``"cross_entropy"`` by default (one class among m ≥ 2),
            ``"binary_cross_entropy"`` (each output is a yes or no) or ``"mean_squared_error"`` (a
            regression).
        l2: Strength of the `l2_penalty` that is added to the loss and its gradients, 0 by default.

    Attributes:
        layers: The layers.
        history: What the last `fit` recorded.

    Shapes: the last layer gives scores (n, m); labels are (n,), or targets (n, m).  It may also
    give one row of scores a position, (n, …, m), with labels (n, …): each position counts as a
    sample then.

    Raises:
        ValueError: No layer, what is not a `Layer`, an unknown loss, a negative ``l2``.

    Source: Rumelhart, Hinton and Williams, 1986.

    >>> from perceptrons.layers import Activation, Dense
    >>> rng = np.random.default_rng(0)
    >>> model = Sequential(
    ...     Dense(2, 8, rng=rng),
    ...     Activation("relu"),
    ...     Dense(8, 2, rng=rng),
    ...     loss="cross_entropy",
    ... )
    >>> X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    >>> y = np.array([0, 1, 1, 0])  # exclusive or
    >>> model.fit(X, y, n_epochs=200, alpha=0.5).predict(X)
    array([0, 1, 1, 0])
    """

    def __init__(self, *layers: Layer, loss: str = "cross_entropy", l2: float = 0.0) -> None:
        if not layers:
            raise ValueError("Sequential expects at least one layer, got none")
        for layer in layers:
            if not isinstance(layer, Layer):
                raise ValueError(f"Sequential expects layers, got {type(layer).__name__}")
        if loss not in _LOSSES:
            raise ValueError(f"Sequential expects loss among {', '.join(_LOSSES)}, got {loss!r}")
        check_not_negative(l2, "Sequential", "l2")
        self.layers, self.loss_name, self.l2 = list(layers), loss, l2
        self._Z: Array | None = None  # the scores, as long as the layers remember how they came
        self.history = History()

    # The two passes and the step

    def forward(self, X: ArrayLike, training: bool = False) -> Array:
        """Return the scores Z for samples X, and keep what `backward` needs.

        Args:
            X: Samples, of the shape that the first layer takes.
            training: Whether dropout is active.

        Returns:
            Scores, shape (n, m) or (n, …, m).

        Raises:
            ValueError: X of a wrong shape, empty, NaN or infinite, or so large that Z is.
        """
        self._Z = self._scores(self._samples(X), training)
        return self._Z

    def backward(self, y: ArrayLike) -> list[Array]:
        r"""Return the gradients of the loss at the last `forward`, in the order of `parameters`.

        Args:
            y: Labels or targets of the samples that went forward.

        Returns:
            A list of arrays.

        Raises:
            RuntimeError: Without a `forward` since the weights changed, or since the layers were
                used for `loss` or `predict`.
            ValueError: Labels that do not fit, or gradients too large.
        """
        if self._Z is None:
            raise RuntimeError(
                "backward expects forward(X) first, once more after each change of the weights "
                "and after loss or predict"
            )
        Y = self._targets(y, self._Z.shape)
        with np.errstate(over="ignore", invalid="ignore"):  # told in words by the check
            self._backward(Y, self._output.activation(self._Z))
        gradients = self.gradients()
        for gradient in gradients:
            check_finite(gradient, "backward", "the gradients")
        return gradients

    def _run(self, X: Array, training: bool) -> Array:
        for layer in self.layers:
            X = layer._run(X, training)
        return X

    def _backward(self, Y: Array, A: Array) -> None:
        grad = A - Y  # (n, …, m)
        grad *= self._output.factor * Y.shape[-1] / Y.size  # one over the number of samples
        for layer in reversed(self.layers[1:]):
            grad = layer._backward(grad)
        self.layers[0]._learn(grad)

    def gradient_descent(self, alpha: float) -> None:
        r"""Take one step, $\theta \leftarrow \theta - \alpha \, \partial L / \partial \theta$.

        Raises:
            RuntimeError: Before any `backward`.
        """
        check_positive(alpha, "gradient_descent", "alpha")
        for parameter, gradient in zip(self.parameters(), self.gradients(), strict=True):
            parameter -= alpha * gradient
        self.weights_changed()

    def parameters(self) -> list[Array]:
        """Return the parameters of all layers, the arrays themselves."""
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def gradients(self) -> list[Array]:
        """Return their gradients from the last `backward`, those of the penalty included."""
        gradients = [gradient for layer in self.layers for gradient in layer.gradients()]
        if self.l2 > 0.0:
            _, pulls = l2_penalty(self.parameters(), self.l2)
            gradients = [g + pull for g, pull in zip(gradients, pulls, strict=True)]
        return gradients

    # What it is worth, and what it answers: dropout is off

    def loss(self, X: ArrayLike, y: ArrayLike) -> float:
        """Return the loss on samples X and labels y, averaged over samples, with its penalty."""
        X, Y = self.check(X, y)
        m = Y.shape[-1]
        Z = self._answers(X)
        return self._output.loss(Y.reshape(-1, m), Z.reshape(-1, m)) + self._penalty()

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the probabilities, of the shape of the scores.

        Raises:
            ValueError: The loss is a regression's, or samples that do not fit.
        """
        if not self.classifies:
            raise ValueError("predict_proba expects a cross-entropy loss, got mean_squared_error")
        return self._output.activation(self._answers(self._samples(X)))

    def predict(self, X: ArrayLike, threshold: float = 0.5) -> Array | Labels:
        """Return the labels: the most probable class, or 1 from the probability ``threshold`` on.

        The threshold is 0.5 by default.  Several yes-or-no outputs get a label each; a regression
        its values.

        Raises:
            ValueError: A threshold outside [0, 1], or other than 0.5 where it decides nothing.
        """
        check_between(np.array([threshold]), "predict", "threshold")
        if threshold != 0.5 and self.loss_name != "binary_cross_entropy":
            raise ValueError(f"predict expects no threshold with {self.loss_name}")
        return self.labels(self._output.activation(self._answers(self._samples(X))), threshold)

    def fit(self, X: ArrayLike, y: ArrayLike, **options: Any) -> Self:
        """Train from the present weights, by `training.fit` with its options; see ``history``."""
        self.history = fit(self, X, y, **options)
        return self

    # What `training.fit` asks of a model

    @property
    def classifies(self) -> bool:
        """Whether the scores stand for classes."""
        return self.loss_name != "mean_squared_error"

    def check(self, X: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        """Return samples and targets, of the shape of the scores, or raise ValueError."""
        X = self._samples(X)
        return X, self._targets(y, self.output_shape(X.shape))

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of the scores for samples of this shape, or raise ValueError."""
        for layer in self.layers:
            shape = layer.output_shape(shape)
        return shape

    def labels(self, outputs: Array, threshold: float = 0.5) -> Array | Labels:
        """Return the labels that probabilities, values or targets stand for.

        Args:
            outputs: Probabilities, values or targets, of the shape of the scores.
            threshold: The probability from which a yes-or-no output means 1; 0.5 by default.
        """
        m = outputs.shape[-1]
        labels = self._output.labels(outputs.reshape(-1, m), threshold)
        return labels.reshape(*outputs.shape[:-1], *labels.shape[1:])

    def forward_backward(self, X: Array, Y: Array) -> tuple[Array, float]:
        """Return outputs and loss, having computed the gradients: X and Y are from `check`."""
        Z = self._run(X, training=True)
        A = self._output.activation(Z)
        self._backward(Y, A)
        self._Z = Z
        summed = float(self._output.summed_loss(Y, Z))
        return A, summed * Y.shape[-1] / Y.size + self._penalty()

    def weights_changed(self) -> None:
        """Forget that the last forward pass belongs to these weights."""
        self._Z = None

    @property
    def _output(self) -> Output:
        return _LOSSES[self.loss_name]

    def _samples(self, X: ArrayLike) -> Array:
        X = as_finite(X, "Sequential", "X")
        shape = self.output_shape(X.shape)
        check_not_empty(X, "Sequential", "X")
        m = shape[-1]
        if self.loss_name == "cross_entropy" and m < 2:
            raise ValueError(f"Sequential expects 2 or more scores for cross_entropy, got {m}")
        return X

    def _scores(self, X: Array, training: bool) -> Array:
        self._Z = None  # whatever happens now, the layers no longer remember the last forward
        with np.errstate(over="ignore", invalid="ignore"):  # told in words by the check
            Z = self._run(X, training)
        check_finite(Z, "Sequential", "the scores")
        return Z

    def _answers(self, X: Array) -> Array:
        return self._scores(X, training=False)

    def _targets(self, y: ArrayLike, shape: tuple[int, ...]) -> Array:
        """Return labels (n, …) or targets (n, …, m) as targets of the shape of the scores."""
        Y, m = as_finite(y, "Sequential", "y"), shape[-1]
        if Y.shape == shape:
            rows: Array = Y.reshape(-1, m)
        elif Y.shape == shape[:-1] and (m == 1 or self.loss_name == "cross_entropy"):
            rows = Y.reshape(-1)
        else:
            labels = f"{shape[:-1]} or " if m == 1 or self.loss_name == "cross_entropy" else ""
            raise ValueError(f"Sequential expects y of shape {labels}{shape}, got {Y.shape}")
        return self._output.targets(rows, m, "Sequential").reshape(shape)

    def _penalty(self) -> float:
        return l2_penalty(self.parameters(), self.l2)[0] if self.l2 > 0.0 else 0.0
