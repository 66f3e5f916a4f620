r"""The multilayer perceptron, its two passes and its step.

Taught in the chapters *The multilayer perceptron* and *Backpropagation*.

`MultiLayerPerceptron.forward` and `MultiLayerPerceptron.backward` are the lesson.  `fit` runs
neither of them: it calls `MultiLayerPerceptron.forward_backward`, the same two passes written for
speed in ``_inner_loop``, and ``tests/perceptrons/test_inner_loop.py`` holds the two ways equal.
Layers are numbered $1 \dots L$ and $A^0 = X$, as in the equations.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Self

import numpy as np

from perceptrons._arrays import (
    Array,
    ArrayLike,
    Labels,
    as_finite,
    as_matrix,
    check_between,
    check_count,
    check_finite,
    check_not_empty,
    check_positive,
    check_rng,
    check_same_length,
)
from perceptrons._inner_loop import (
    FastPasses,
    ParameterVector,
    identity_and_loss,
    sigmoid_and_loss,
    softmax_and_loss,
)
from perceptrons.activations import ACTIVATIONS, identity, sigmoid, softmax
from perceptrons.logistic import one_hot
from perceptrons.losses import (
    binary_cross_entropy_from_logits,
    cross_entropy_from_logits,
    mean_squared_error,
)
from perceptrons.preparation import initialise_glorot, initialise_he
from perceptrons.training import History, fit

__all__ = ["MultiLayerPerceptron"]

RELU_FAMILY = ("relu", "leaky_relu", "elu", "softplus", "gelu")
_NUMBERED_NAME = re.compile(r"(W|b|Z|A|dW|db|dZ)(\d+)")  # W1, dZ2


class MultiLayerPerceptron:
    r"""Affine layers, each with its activation: $Z^l = A^{l-1} W^l + b^l$, $A^l = \varphi_l(Z^l)$.

    Args:
        sizes: Numbers of inputs, of neurons in each hidden layer and of outputs: ``(2, 16, 1)``.
        hidden: Activation of the hidden layers, a name of `ACTIVATIONS`; ``"relu"`` by default.
        output: Activation of the last layer, and with it the loss: ``"sigmoid"`` by default
            (binary cross-entropy; each output is a yes or no), ``"softmax"`` (cross-entropy; one
            of m ≥ 2 classes) or ``"identity"`` (mean squared error; a regression).
        rng: Draws the weights: by `initialise_he` before ReLU and its family, else by
            `initialise_glorot`. By default an unseeded generator: each run differs. Biases are 0.

    Attributes:
        W1, b1, W2, b2, …: Weights, shape $(d_{l-1}, d_l)$, and biases, shape $(d_l,)$; an array
            assigned to one of them is copied.
        Z1, A1, …: Pre-activations and activations of the last `forward`, shape (n, d_l); A0 = X.
        dW1, db1, dZ1, …: Gradients of the loss, from the last `backward`.
        history: What the last `fit` recorded.

    Raises:
        ValueError: If there are fewer than two sizes, a size is below 1, a name is unknown, softmax
            has one output, or ``rng`` is not a generator; in the methods, if examples or labels do
            not fit.

    Source: Rumelhart, Hinton and Williams, 1986.

    >>> model = MultiLayerPerceptron(2, 2, 1)
    >>> # h = relu(x1 + x2 - (0, 1)), then z = 2 h1 - 4 h2 - 1
    >>> model.W1, model.b1 = [[1.0, 1.0], [1.0, 1.0]], [0.0, -1.0]
    >>> model.W2, model.b2 = [[2.0], [-4.0]], [-1.0]
    >>> # exclusive or, which no line can do
    >>> model.predict([[0, 0], [0, 1], [1, 0], [1, 1]])
    array([0, 1, 1, 0])
    """

    def __init__(
        self,
        *sizes: int,
        hidden: str = "relu",
        output: str = "sigmoid",
        rng: np.random.Generator | None = None,
    ) -> None:
        self._check_architecture(sizes, hidden, output)
        rng = np.random.default_rng() if rng is None else rng
        check_rng(rng, "MultiLayerPerceptron")
        self.sizes, self.hidden, self.output = sizes, hidden, output
        self.L = len(sizes) - 1
        self.Z: dict[int, Array] = {}  # by layer, 1 … L, and so are the others
        self.A: dict[int, Array] = {}
        self.dZ: dict[int, Array] = {}
        self._theta = ParameterVector(sizes)  # zeros
        self._gradients: ParameterVector | None = None
        self._fast_passes: FastPasses | None = None
        self._forward_is_current = False  # whether A and Z were computed with the present weights
        self.history = History()
        for l in range(1, self.L + 1):
            before_relu = l < self.L and hidden in RELU_FAMILY
            initialise = initialise_he if before_relu else initialise_glorot
            self.W[l][...] = initialise(sizes[l - 1], sizes[l], rng)  # (d_{l-1}, d_l)

    # The two passes and the step

    def forward(self, X: ArrayLike) -> Array:
        """Return the outputs $A^L$ for examples X, and keep what `backward` needs.

        Args:
            X: Examples, shape (n, d_0).

        Returns:
            Outputs, shape (n, d_L): probabilities, or values for a regression.
        """
        self.Z, self.A = self._forward(X)
        self._forward_is_current = True
        return self.A[self.L]

    def _forward(self, X: ArrayLike) -> tuple[dict[int, Array], dict[int, Array]]:
        """Return Z and A by layer; `loss` and `predict` thus leave those of `forward` alone."""
        X = as_matrix(X, "MultiLayerPerceptron", columns=self.sizes[0])
        phi, _ = ACTIVATIONS[self.hidden]
        Z: dict[int, Array] = {}
        A = {0: X}
        with np.errstate(over="ignore", invalid="ignore"):  # the checks below report it
            for l in range(1, self.L + 1):
                Z[l] = A[l - 1] @ self.W[l] + self.b[l]  # (n, d_l)
                if l < self.L:
                    A[l] = phi(Z[l])  # (n, d_l)
        check_finite(Z[self.L], "MultiLayerPerceptron", "the last pre-activations")
        A[self.L] = self._last_layer.activation(Z[self.L])  # (n, d_L)
        return Z, A

    def backward(self, y: ArrayLike) -> list[Array]:
        r"""Return the gradients of the loss at the last `forward`, in the order of `parameters`.

        From $\delta^L = \frac cn (A^L - Y)$, with c = 2 for the squared error and 1 otherwise,
        $\delta^{l-1} = (\delta^l W^{l\top}) \odot \varphi'(Z^{l-1})$; then
        $\partial L / \partial W^l = A^{l-1\top} \delta^l$ and
        $\partial L / \partial b^l = \sum_i \delta^l_i$.

        Args:
            y: Labels, shape (n,), or targets, shape (n, d_L), of the examples given to `forward`.

        Returns:
            New arrays [dW1, db1, dW2, db2, …].

        Raises:
            RuntimeError: If `forward` was not called since the weights last changed.
        """
        if not self._forward_is_current:
            raise RuntimeError(
                "backward expects forward(X) first, once more after each change of the weights"
            )
        Y = self.targets(y)
        check_same_length(self.A[0], Y, "backward", ("the X of forward(X)", "y"))
        _, d_phi = ACTIVATIONS[self.hidden]
        self._gradients = ParameterVector(
            self.sizes
        )  # new arrays: those of the last time may be in use
        with np.errstate(over="ignore", invalid="ignore"):  # the check below reports it
            dZ = self._last_layer.factor / len(Y) * (self.A[self.L] - Y)  # (n, d_L)
            for l in range(self.L, 0, -1):
                self.dZ[l] = dZ
                self.dW[l][...] = self.A[l - 1].T @ dZ  # (d_{l-1}, d_l)
                self.db[l][...] = dZ.sum(axis=0)  # (d_l,)
                if l > 1:
                    dZ = (dZ @ self.W[l].T) * d_phi(self.Z[l - 1])  # (n, d_{l-1})
        for gradient in self.gradients():
            check_finite(gradient, "backward", "the gradients")
        return self.gradients()

    def gradient_descent(self, alpha: float) -> None:
        r"""Take one step, $\theta \leftarrow \theta - \alpha \, \partial L / \partial \theta$.

        The weights change in place.

        Raises:
            RuntimeError: If `backward` was not called first.
        """
        check_positive(alpha, "gradient_descent", "alpha")
        if self._gradients is None:
            raise RuntimeError("gradient_descent expects backward(y) first")
        self._theta.vector -= alpha * self._gradients.vector
        self._forward_is_current = False

    # Loss and predictions, which leave the arrays of `forward` as they are

    def loss(self, X: ArrayLike, y: ArrayLike) -> float:
        """Return the loss on examples X and their labels y, averaged over examples.

        It is computed from $Z^L$, so that it is finite where a probability rounds to 0 or 1.
        """
        X, Y = self.check(X, y)
        return self._last_layer.loss(Y, self._forward(X)[0][self.L])

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the probabilities, shape (n, d_L).

        Raises:
            ValueError: If the output is that of a regression, or the examples do not fit.
        """
        if not self.classifies:
            raise ValueError("predict_proba expects output sigmoid or softmax, got identity")
        return self._forward(X)[1][self.L]

    def predict(self, X: ArrayLike, threshold: float = 0.5) -> Array | Labels:
        """Return the labels, shape (n,): the most probable class, or 1 where p ≥ ``threshold``.

        The threshold is 0.5 by default.  Several sigmoid outputs give one label each, shape
        (n, d_L).  A regression returns its values.

        Raises:
            ValueError: If the threshold is outside [0, 1], or not 0.5 without sigmoid outputs.
        """
        check_between(np.array([threshold]), "predict", "threshold")
        if threshold != 0.5 and self.output != "sigmoid":
            raise ValueError(f"predict expects no threshold with {self.output} output")
        return self._last_layer.labels(self._forward(X)[1][self.L], threshold)

    def parameters(self) -> list[Array]:
        """Return [W1, b1, W2, b2, …], the arrays themselves: changing them changes the model."""
        return [array for l in self.W for array in (self.W[l], self.b[l])]

    def gradients(self) -> list[Array]:
        """Return [dW1, db1, dW2, db2, …] of the last `backward`."""
        return [array for l in self.W for array in (self.dW[l], self.db[l])]

    def fit(self, X: ArrayLike, y: ArrayLike, **options: Any) -> Self:
        """Train from the present weights by `fit`, with its options; record into ``history``."""
        self.history = fit(self, X, y, **options)
        return self

    @property
    def W(self) -> Mapping[int, Array]:
        """The weights by layer; ``model.W[1]`` is ``model.W1``."""
        return MappingProxyType(self._theta.W)

    @property
    def b(self) -> Mapping[int, Array]:
        """The biases by layer."""
        return MappingProxyType(self._theta.b)

    @property
    def dW(self) -> Mapping[int, Array]:
        """The gradients of the weights by layer; empty before any `backward`."""
        return MappingProxyType({} if self._gradients is None else self._gradients.W)

    @property
    def db(self) -> Mapping[int, Array]:
        """The gradients of the biases by layer; empty before any `backward`."""
        return MappingProxyType({} if self._gradients is None else self._gradients.b)

    @property
    def _last_layer(self) -> _LastLayer:
        """The activation of the last layer and its loss."""
        return _LAST_LAYERS[self.output]

    # What `fit` needs of a model

    @property
    def classifies(self) -> bool:
        """Whether the outputs are probabilities."""
        return self.output != "identity"

    def check(self, X: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        """Return examples (n, d_0) and targets (n, d_L), or raise ValueError."""
        X = as_matrix(X, "MultiLayerPerceptron", columns=self.sizes[0])
        Y = self.targets(y)
        check_same_length(X, Y, "MultiLayerPerceptron")
        return X, Y

    def targets(self, y: ArrayLike) -> Array:
        """Return labels or targets as a matrix (n, d_L), or raise ValueError."""
        return self._last_layer.targets(y, self.sizes[-1], "MultiLayerPerceptron")

    def labels(self, outputs: Array) -> Array | Labels:
        """Return the labels that outputs or targets, shape (n, d_L), stand for."""
        return self._last_layer.labels(outputs)

    def forward_backward(self, X: Array, Y: Array) -> tuple[Array, float]:
        """Return outputs and loss for X and Y from `check`, and compute the gradients.

        The next call writes over the gradients.  Z, A and dZ stay those of `forward` and
        `backward`.
        """
        last = self._last_layer
        if self._fast_passes is None or self._fast_passes.n != len(X):
            self._fast_passes = FastPasses(
                len(X), self._theta, self.hidden, last.activation_and_loss, last.factor
            )
        if self._gradients is not self._fast_passes.gradients:
            self._gradients = self._fast_passes.gradients
        outputs, summed_loss = self._fast_passes(X, Y)
        return outputs, summed_loss / len(Y)

    def weights_changed(self) -> None:
        """Take note that the last forward pass was not computed with the present weights."""
        self._forward_is_current = False

    @staticmethod
    def _check_architecture(sizes: tuple[int, ...], hidden: str, output: str) -> None:
        """Refuse sizes and names of which no network can be made."""
        what = "MultiLayerPerceptron"
        if len(sizes) < 2:
            raise ValueError(f"{what} expects at least two sizes, inputs and outputs, got {sizes}")
        for size in sizes:
            check_count(size, what, "each size")
        for argument, name, known in (
            ("hidden", hidden, ACTIVATIONS),
            ("output", output, _LAST_LAYERS),
        ):
            if name not in known:
                names = ", ".join(known)
                raise ValueError(f"{what} expects {argument} among {names}, got {name!r}")
        if output == "softmax" and sizes[-1] < 2:
            raise ValueError(f"{what} expects 2 or more outputs for softmax, got {sizes[-1]}")

    # Arrays under the names of the equations: ``model.W1`` stands for ``model.W[1]``

    def __getattr__(self, name: str) -> Array:
        # Python calls this only for a name that is not found otherwise.
        match = _NUMBERED_NAME.fullmatch(name)
        if match:
            arrays: Mapping[int, Array] = getattr(self, match[1])
            if int(match[2]) in arrays:
                return arrays[int(match[2])]
        raise AttributeError(
            f"{type(self).__name__} has no {name}: W and b exist for each layer, "
            "A and Z after forward(X), dW, db and dZ after backward(y)"
        )

    def __setattr__(self, name: str, value: ArrayLike) -> None:
        # Each step of `fit` sets private attributes, which the test of the pattern would slow.
        match = None if name.startswith("_") else _NUMBERED_NAME.fullmatch(name)
        if match is None:
            super().__setattr__(name, value)
            return
        what = type(self).__name__
        arrays: Mapping[int, Array] = getattr(self, match[1])
        if match[1] not in ("W", "b") or int(match[2]) not in arrays:
            raise AttributeError(f"{what} lets W and b of its layers be assigned, not {name}")
        array = as_finite(value, what, name)
        present = arrays[int(match[2])]
        if array.shape != present.shape:
            raise ValueError(f"{what} expects {name} of shape {present.shape}, got {array.shape}")
        present[...] = array  # a copy: a step must not move the array of the caller
        self.weights_changed()

    def __getstate__(self) -> dict[str, Any]:
        # Copied one by one, the views in the fast passes would no longer share their memory.
        return vars(self) | {"_fast_passes": None}


@dataclass(frozen=True)
class _LastLayer:
    r"""The activation of the last layer, the loss that goes with it, and their targets.

    Each pair is chosen so that backpropagation starts from $\delta^L = c (A^L - Y) / n$.
    """

    name: str
    activation: Callable[[ArrayLike], Array]
    loss: Callable[[ArrayLike, ArrayLike], float]  # of targets Y and pre-activations Z^L
    activation_and_loss: Callable[[Array, Array], tuple[Array, float]]  # outputs, n times the loss
    factor: float  # the c above

    def targets(self, y: ArrayLike, m: int, what: str) -> Array:
        """Return y, labels (n,) or targets (n, m), as a checked matrix of m columns."""
        Y = as_finite(y, what, "y")
        check_not_empty(Y, what, "y")
        if Y.ndim == 1 and self.name == "softmax":
            return one_hot(Y, m)  # (n, m)
        if Y.ndim == 1 and m == 1:
            Y = Y.reshape(-1, 1)
        if Y.ndim != 2 or Y.shape[1] != m:
            wanted = f"(n,) or (n, {m})" if m == 1 or self.name == "softmax" else f"(n, {m})"
            raise ValueError(f"{what} expects y of shape {wanted}, got {Y.shape}")
        if self.name != "identity":
            check_between(Y, what, "y")
        if self.name == "softmax" and not np.allclose(Y.sum(axis=1), 1.0):
            raise ValueError(f"{what} expects rows of y that sum to 1, got {Y.sum(axis=1)}")
        return Y

    def labels(self, A: Array, threshold: float = 0.5) -> Array | Labels:
        """Return the labels of outputs (n, m): shape (n,) if there is one per example."""
        if self.name == "softmax":
            classes: Labels = A.argmax(axis=1)  # (n,)
            return classes
        values = np.greater_equal(A, threshold).astype(np.int64) if self.name == "sigmoid" else A
        return values[:, 0] if values.shape[1] == 1 else values


_LAST_LAYERS = {
    "sigmoid": _LastLayer(
        "sigmoid", sigmoid, binary_cross_entropy_from_logits, sigmoid_and_loss, factor=1.0
    ),
    "softmax": _LastLayer(
        "softmax", softmax, cross_entropy_from_logits, softmax_and_loss, factor=1.0
    ),
    "identity": _LastLayer("identity", identity, mean_squared_error, identity_and_loss, factor=2.0),
}
