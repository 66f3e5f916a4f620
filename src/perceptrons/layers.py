r"""Layers, and `Sequential`, the model that stacks them (chapter *The multilayer perceptron*).

In each layer the two passes stand side by side.  If G is the gradient of the loss with respect to
the outputs, ``backward(G)`` returns the gradient with respect to the inputs.  The file is long
because it holds the base of all layers, five layers with their examples, and the model.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
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
    check_count,
    check_finite,
    check_not_empty,
    check_not_negative,
    check_positive,
    check_rng,
)
from perceptrons.activations import ACTIVATIONS
from perceptrons.network import _LAST_LAYERS, _LastLayer
from perceptrons.preparation import initialise_glorot, initialise_he
from perceptrons.regularisation import l2_penalty
from perceptrons.training import History, fit

__all__ = ["Activation", "Dense", "Dropout", "Flatten", "Layer", "Parameter", "Sequential"]


class Layer(ABC):
    r"""A function of its input X and its parameters, with its derivatives.

    For outputs $A = f(X, \theta)$ and the gradient G of a loss with respect to A, `backward`
    returns $\partial L / \partial X$ and stores $\partial L / \partial \theta$.

    To write a layer, define `output_shape`, ``_forward`` and ``_backward``.  For each array that it
    learns, declare a ``Parameter`` in the class, such as ``W = Parameter()``, and let ``_backward``
    set the gradient ``dW``.  ``_forward`` receives a finite float64 array of a shape that
    `output_shape` accepted, ``_backward`` the gradient with respect to the outputs of the last
    ``_forward``.  Neither may change its argument.

    >>> class Double(Layer):
    ...     def output_shape(self, shape):
    ...         return shape
    ...     def _forward(self, X, training):
    ...         return 2.0 * X
    ...     def _backward(self, grad):
    ...         return 2.0 * grad
    >>> layer = Double()
    >>> layer.forward([[1.0, 2.0]])
    array([[2., 4.]])
    >>> try:
    ...     layer.backward([[1.0, 0.0, 0.0]])
    ... except ValueError as error:
    ...     print(error)
    Double expects grad of shape (1, 2), that of its outputs, got (1, 3)
    """

    _parameter_names: tuple[str, ...] = ()  # each `Parameter` of the class adds its name
    _outputs: tuple[int, ...] | None = None  # the shape of the last outputs

    def forward(self, X: ArrayLike, training: bool = False) -> Array:
        """Return the outputs for X, and keep what `backward` needs.

        Args:
            X: Examples, along the first axis.
            training: Whether this is a step of training, in which `Dropout` acts.

        Returns:
            Outputs, of the shape that `output_shape` returns.

        Raises:
            ValueError: If X has a wrong shape, is empty, holds NaN or infinity, or is so large that
                the outputs overflow.
        """
        what = type(self).__name__
        X = as_finite(X, what, "X")
        self.output_shape(X.shape)
        check_not_empty(X, what, "X")
        with np.errstate(over="ignore", invalid="ignore"):  # the check below reports it
            A = self._run(X, training)
        check_finite(A, what, "its outputs")
        return A

    def backward(self, grad: ArrayLike) -> Array:
        """Return the gradient with respect to the X of the last `forward`, and keep `gradients`.

        Args:
            grad: Gradient of the loss with respect to the outputs, of their shape.

        Returns:
            Gradient of the loss with respect to X, of its shape.

        Raises:
            RuntimeError: If `forward` was not called first.
            ValueError: If ``grad`` has another shape, holds NaN or infinity, or is so large that
                the gradients overflow.
        """
        what = type(self).__name__
        if self._outputs is None:
            raise RuntimeError(f"{what}.backward expects forward(X) first")
        grad = as_finite(grad, what, "grad")
        if grad.shape != self._outputs:
            raise ValueError(
                f"{what} expects grad of shape {self._outputs}, that of its outputs, "
                f"got {grad.shape}"
            )
        with np.errstate(over="ignore", invalid="ignore"):
            dX = self._backward(grad)
        for gradient in (dX, *self.gradients()):
            check_finite(gradient, what, "the gradients")
        return dX

    def parameters(self) -> list[Array]:
        """Return the arrays that the layer learns, not copies: changing them changes it."""
        return [getattr(self, name) for name in self._parameter_names]

    def gradients(self) -> list[Array]:
        """Return the gradients of the last `backward`, in the order of `parameters`.

        Raises:
            RuntimeError: If `backward` was not called first.
        """
        found = vars(self)
        try:
            return [found[f"d{name}"] for name in self._parameter_names]
        except KeyError:
            what = type(self).__name__
            raise RuntimeError(f"{what}.gradients expects backward(grad) first") from None

    @abstractmethod
    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of the outputs for examples of this shape, or raise ValueError."""

    @abstractmethod
    def _forward(self, X: Array, training: bool) -> Array:
        """Compute the outputs, and keep what ``_backward`` needs."""

    @abstractmethod
    def _backward(self, grad: Array) -> Array:
        """Compute the gradient with respect to the inputs, and keep those of the parameters."""

    # `Sequential` checks its data once, and then calls these instead of the checked passes

    def _run(self, X: Array, training: bool) -> Array:
        """Return the outputs, unchecked."""
        A = self._forward(X, training)
        self._outputs = A.shape
        return A

    def _parameter_gradients(self, grad: Array) -> None:
        """Compute the gradients of the parameters alone, which is enough for a first layer."""
        self._backward(grad)


class Parameter:
    """An array that a layer learns, declared in the class: ``W = Parameter()``.

    An array assigned to it must have the same shape, and is copied into the present one: an
    optimiser that holds the array of the layer still holds the right one.
    """

    def __set_name__(self, owner: type[Layer], name: str) -> None:
        self.name = name
        owner._parameter_names = (*owner._parameter_names, name)

    def __get__(self, layer: Any, owner: type | None = None) -> Array:
        if layer is None or self.name not in vars(layer):
            raise AttributeError(f"{self.name} belongs to a layer that has been made")
        array: Array = vars(layer)[self.name]
        return array

    def __set__(self, layer: Any, value: ArrayLike) -> None:
        what = type(layer).__name__
        array = as_finite(value, what, self.name)
        if self.name not in vars(layer):
            vars(layer)[self.name] = array.copy()
            return
        present: Array = vars(layer)[self.name]
        if array.shape != present.shape:
            raise ValueError(
                f"{what} expects {self.name} of shape {present.shape}, got {array.shape}"
            )
        present[...] = array


_INITIALISE = {"he": initialise_he, "glorot": initialise_glorot}


class Dense(Layer):
    r"""Affine map: $Z = XW + b$.

    Backward: $\partial L/\partial X = G W^\top$, $\partial L/\partial W = X^\top G$,
    $\partial L/\partial b = \sum_i G_i$.

    Args:
        n_in: Number of inputs.
        n_out: Number of outputs.
        initialise: How the weights are drawn: ``"he"`` by default, for ReLU and its family, or
            ``"glorot"`` for the others.
        rng: Draws the weights; by default an unseeded generator: each run differs. Biases are 0.

    Attributes:
        W, b: Weights, shape (n_in, n_out), and biases, shape (n_out,); copied when assigned.
        dW, db: Gradients of W and b, from the last `backward`.

    Shapes: X (n, n_in) gives (n, n_out).  Axes in between are positions, such as the steps of a
    sequence, which share the weights: (n, …, n_in) gives (n, …, n_out).

    Raises:
        ValueError: If a size is below 1, ``initialise`` is unknown, or X has another width.

    Source: Rumelhart, Hinton and Williams, 1986.

    >>> layer = Dense(2, 1)
    >>> layer.W, layer.b = [[1.0], [2.0]], [0.5]
    >>> layer.forward([[1.0, 1.0], [0.0, -1.0]])
    array([[ 3.5],
           [-1.5]])
    >>> layer.backward([[1.0], [10.0]])
    array([[ 1.,  2.],
           [10., 20.]])
    >>> layer.dW.tolist(), layer.db.tolist()
    ([[1.0], [-9.0]], [11.0])
    """

    W = Parameter()
    b = Parameter()

    def __init__(
        self,
        n_in: int,
        n_out: int,
        *,
        initialise: str = "he",
        rng: np.random.Generator | None = None,
    ) -> None:
        check_count(n_in, "Dense", "n_in")
        check_count(n_out, "Dense", "n_out")
        if initialise not in _INITIALISE:
            names = ", ".join(_INITIALISE)
            raise ValueError(f"Dense expects initialise among {names}, got {initialise!r}")
        rng = np.random.default_rng() if rng is None else rng
        check_rng(rng, "Dense")
        self.n_in, self.n_out = n_in, n_out
        self.W = _INITIALISE[initialise](n_in, n_out, rng)  # (n_in, n_out)
        self.b = np.zeros(n_out)  # (n_out,)

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (n, …, n_out) for (n, …, n_in)."""
        if len(shape) < 2 or shape[-1] != self.n_in:
            d = self.n_in
            raise ValueError(f"Dense expects X of shape (n, {d}) or (n, …, {d}), got {shape}")
        return (*shape[:-1], self.n_out)

    def _forward(self, X: Array, training: bool) -> Array:
        self._X = X.reshape(-1, self.n_in)  # (n, n_in), a view if there is one example per row
        Z = self._X @ self.W  # (n, n_out)
        Z += self.b
        return Z.reshape(*X.shape[:-1], self.n_out)

    def _backward(self, grad: Array) -> Array:
        self._parameter_gradients(grad)
        dX = grad.reshape(-1, self.n_out) @ self.W.T  # (n, n_in)
        return dX.reshape(*grad.shape[:-1], self.n_in)

    def _parameter_gradients(self, grad: Array) -> None:
        G = grad.reshape(-1, self.n_out)  # (n, n_out)
        self.dW = self._X.T @ G  # (n_in, n_out)
        self.db = G.sum(axis=0)  # (n_out,)


class Activation(Layer):
    r"""An elementwise function: $A = \varphi(Z)$; backward: $G \odot \varphi'(Z)$.

    Args:
        name: A name of `ACTIVATIONS`.

    Shapes: X (n, …) gives (n, …).

    Raises:
        ValueError: If the name is unknown.

    >>> layer = Activation("relu")
    >>> layer.forward([[-1.0, 2.0]])
    array([[0., 2.]])
    >>> layer.backward([[5.0, 5.0]])
    array([[0., 5.]])
    """

    def __init__(self, name: str) -> None:
        if name not in ACTIVATIONS:
            names = ", ".join(ACTIVATIONS)
            raise ValueError(f"Activation expects a name among {names}, got {name!r}")
        self.name = name

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return ``shape``."""
        return _check_batch("Activation", shape)

    def _forward(self, X: Array, training: bool) -> Array:
        self._Z = X
        return ACTIVATIONS[self.name][0](X)

    def _backward(self, grad: Array) -> Array:
        dZ = ACTIVATIONS[self.name][1](self._Z)
        dZ *= grad  # in place: the derivative is a new array
        return dZ


class Dropout(Layer):
    r"""During training, set each value to 0 with probability p: $A = X \odot M$.

    $M_{ij} = 0$ with probability p, else $1 / (1 - p)$.  The mean of A is therefore X, and nothing
    has to be scaled afterwards ("inverted" dropout).  Backward: $G \odot M$, with the same M.
    Outside training, $A = X$.

    Args:
        p: Probability of setting a value to 0, in [0, 1).
        rng: Draws the masks; by default an unseeded generator: each run differs.

    Attributes:
        mask: The M of the last forward pass; None if dropout did not act.
        rng: The generator; it may be replaced, for instance to draw the same mask again.

    Shapes: X (n, …) gives (n, …).

    Raises:
        ValueError: If p is outside [0, 1).

    Source: Srivastava, Hinton, Krizhevsky, Sutskever and Salakhutdinov, 2014.

    >>> layer = Dropout(0.5, rng=np.random.default_rng(0))
    >>> layer.forward(np.ones((2, 3)), training=True)
    array([[2., 0., 0.],
           [0., 2., 2.]])
    >>> layer.forward([[1.0, 2.0]])
    array([[1., 2.]])
    """

    def __init__(self, p: float, *, rng: np.random.Generator | None = None) -> None:
        if not isinstance(p, int | float | np.floating) or not 0.0 <= p < 1.0:
            raise ValueError(f"Dropout expects p in [0, 1), got {p!r}")
        rng = np.random.default_rng() if rng is None else rng
        check_rng(rng, "Dropout")
        self.p, self.rng = p, rng
        self.mask: Array | None = None

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return ``shape``."""
        return _check_batch("Dropout", shape)

    def _forward(self, X: Array, training: bool) -> Array:
        if not training or self.p == 0.0:
            self.mask = None
            return X
        self.mask = (self.rng.random(X.shape) >= self.p) / (1.0 - self.p)
        return X * self.mask

    def _backward(self, grad: Array) -> Array:
        return grad if self.mask is None else grad * self.mask


class Flatten(Layer):
    r"""Write each example as one row: (n, d1, d2, …) gives $(n, \prod_k d_k)$.

    Backward: the gradient gets the shape of X again.

    Shapes: X (n, …) with at least two axes.

    Raises:
        ValueError: If X has fewer than two axes.

    >>> layer = Flatten()
    >>> layer.forward(np.zeros((2, 8, 8))).shape
    (2, 64)
    >>> layer.backward(np.zeros((2, 64))).shape
    (2, 8, 8)
    """

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (n, d1 · d2 · …)."""
        return (_check_batch("Flatten", shape)[0], math.prod(shape[1:]))

    def _forward(self, X: Array, training: bool) -> Array:
        self._shape = X.shape
        return X.reshape(len(X), -1)

    def _backward(self, grad: Array) -> Array:
        return grad.reshape(self._shape)


def _check_batch(what: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    """Return a shape (n, …) of at least two axes, or raise ValueError."""
    if len(shape) < 2:
        raise ValueError(f"{what} expects X of shape (n, …), one example per row, got {shape}")
    return shape


_LOSSES: Mapping[str, _LastLayer] = MappingProxyType(
    {
        "cross_entropy": _LAST_LAYERS["softmax"],
        "binary_cross_entropy": _LAST_LAYERS["sigmoid"],
        "mean_squared_error": _LAST_LAYERS["identity"],
    }
)


class Sequential:
    r"""A stack of layers, $Z = f_L(\dots f_2(f_1(X)))$, and a loss of Z and the labels.

    The loss takes the **scores** Z, or logits.  Sigmoid and softmax belong to the loss: the last
    layer is usually a `Dense` without an activation after it.

    Args:
        layers: The layers, in the order of the forward pass.
        loss: ``"cross_entropy"`` by default (one of m ≥ 2 classes),
            ``"binary_cross_entropy"`` (each output is a yes or no) or ``"mean_squared_error"`` (a
            regression).
        l2: Strength of the `l2_penalty` that is added to the loss and its gradients, 0 by default.

    Attributes:
        layers: The layers.
        history: What the last `fit` recorded.

    Shapes: the last layer gives scores (n, m), for labels (n,) or targets (n, m).  It may also give
    one row of scores per position, (n, …, m), for labels (n, …): each position then counts as an
    example.

    Raises:
        ValueError: If there is no layer, an argument is not a `Layer`, the loss is unknown, or
            ``l2`` is negative.

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
        self._Z: Array | None = None  # the scores, while the layers keep what led to them
        self.history = History()

    # The two passes and the step

    def forward(self, X: ArrayLike, training: bool = False) -> Array:
        """Return the scores Z for examples X, and keep what `backward` needs.

        Args:
            X: Examples, of the shape that the first layer takes.
            training: Whether `Dropout` acts; it does not by default.

        Returns:
            Scores, shape (n, m) or (n, …, m).

        Raises:
            ValueError: If X has a wrong shape, is empty, holds NaN or infinity, or is so large that
                the scores overflow.
        """
        self._Z = self._scores(self._checked_examples(X), training)
        return self._Z

    def backward(self, y: ArrayLike) -> list[Array]:
        r"""Return the gradients of the loss at the last `forward`, in the order of `parameters`.

        Args:
            y: Labels or targets of the examples given to `forward`.

        Returns:
            A list of arrays.

        Raises:
            RuntimeError: If the weights changed, or the layers were used for `loss` or `predict`,
                since the last `forward`.
            ValueError: If the labels do not fit, or the gradients overflow.
        """
        if self._Z is None:
            raise RuntimeError(
                "backward expects forward(X) first, once more after each change of the weights "
                "and after loss or predict"
            )
        Y = self._targets(y, self._Z.shape)
        with np.errstate(over="ignore", invalid="ignore"):  # the check below reports it
            self._backward(Y, self._last_layer.activation(self._Z))
        gradients = self.gradients()
        for gradient in gradients:
            check_finite(gradient, "backward", "the gradients")
        return gradients

    def _run(self, X: Array, training: bool) -> Array:
        """Return the scores, unchecked."""
        for layer in self.layers:
            X = layer._run(X, training)
        return X

    def _backward(self, Y: Array, A: Array) -> None:
        """Compute the gradients of all layers, from targets Y and outputs A."""
        grad = A - Y  # (n, …, m)
        grad *= self._last_layer.factor * Y.shape[-1] / Y.size  # c over the number of examples
        for layer in reversed(self.layers[1:]):
            grad = layer._backward(grad)
        self.layers[0]._parameter_gradients(grad)

    def gradient_descent(self, alpha: float) -> None:
        r"""Take one step, $\theta \leftarrow \theta - \alpha \, \partial L / \partial \theta$.

        Raises:
            RuntimeError: If `backward` was not called first.
        """
        check_positive(alpha, "gradient_descent", "alpha")
        for parameter, gradient in zip(self.parameters(), self.gradients(), strict=True):
            parameter -= alpha * gradient
        self.weights_changed()

    def parameters(self) -> list[Array]:
        """Return the parameters of all layers, not copies: changing them changes the model."""
        return [parameter for layer in self.layers for parameter in layer.parameters()]

    def gradients(self) -> list[Array]:
        """Return their gradients from the last `backward`, those of the penalty included."""
        gradients = [gradient for layer in self.layers for gradient in layer.gradients()]
        if self.l2 > 0.0:
            _, pulls = l2_penalty(self.parameters(), self.l2)
            gradients = [g + pull for g, pull in zip(gradients, pulls, strict=True)]
        return gradients

    # Loss and predictions, without dropout

    def loss(self, X: ArrayLike, y: ArrayLike) -> float:
        """Return the loss on examples X and labels y, averaged over examples, plus the penalty."""
        X, Y = self.check(X, y)
        m = Y.shape[-1]
        Z = self._scores(X, training=False)
        return self._last_layer.loss(Y.reshape(-1, m), Z.reshape(-1, m)) + self._penalty()

    def predict_proba(self, X: ArrayLike) -> Array:
        """Return the probabilities, of the shape of the scores.

        Raises:
            ValueError: If the loss is that of a regression, or the examples do not fit.
        """
        if not self.classifies:
            raise ValueError("predict_proba expects a cross-entropy loss, got mean_squared_error")
        return self._last_layer.activation(self._scores(self._checked_examples(X), training=False))

    def predict(self, X: ArrayLike, threshold: float = 0.5) -> Array | Labels:
        """Return the labels: the most probable class, or 1 where p ≥ ``threshold``.

        The threshold is 0.5 by default.  Several yes-or-no outputs give one label each.  A
        regression returns its values.

        Raises:
            ValueError: If the threshold is outside [0, 1], or not 0.5 without yes-or-no outputs.
        """
        check_between(np.array([threshold]), "predict", "threshold")
        if threshold != 0.5 and self.loss_name != "binary_cross_entropy":
            raise ValueError(f"predict expects no threshold with {self.loss_name}")
        Z = self._scores(self._checked_examples(X), training=False)
        return self.labels(self._last_layer.activation(Z), threshold)

    def fit(self, X: ArrayLike, y: ArrayLike, **options: Any) -> Self:
        """Train from the present weights by `fit`, with its options; record into ``history``."""
        self.history = fit(self, X, y, **options)
        return self

    # What `fit` needs of a model

    @property
    def classifies(self) -> bool:
        """Whether the scores stand for classes."""
        return self.loss_name != "mean_squared_error"

    def check(self, X: ArrayLike, y: ArrayLike) -> tuple[Array, Array]:
        """Return the examples, and targets of the shape of the scores, or raise ValueError."""
        X = self._checked_examples(X)
        return X, self._targets(y, self.output_shape(X.shape))

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of the scores for examples of this shape, or raise ValueError."""
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
        labels = self._last_layer.labels(outputs.reshape(-1, m), threshold)
        return labels.reshape(*outputs.shape[:-1], *labels.shape[1:])

    def forward_backward(self, X: Array, Y: Array) -> tuple[Array, float]:
        """Return outputs and loss for X and Y from `check`, and compute the gradients."""
        Z = self._run(X, training=True)
        A, summed_loss = self._last_layer.activation_and_loss(Y, Z)
        self._backward(Y, A)
        self._Z = Z
        return A, summed_loss * Y.shape[-1] / Y.size + self._penalty()

    def weights_changed(self) -> None:
        """Take note that the last forward pass was not computed with the present weights."""
        self._Z = None

    @property
    def _last_layer(self) -> _LastLayer:
        """The activation that belongs to the loss, and the loss."""
        return _LOSSES[self.loss_name]

    def _checked_examples(self, X: ArrayLike) -> Array:
        """Return X as an array that the layers accept."""
        X = as_finite(X, "Sequential", "X")
        shape = self.output_shape(X.shape)
        check_not_empty(X, "Sequential", "X")
        m = shape[-1]
        if self.loss_name == "cross_entropy" and m < 2:
            raise ValueError(f"Sequential expects 2 or more scores for cross_entropy, got {m}")
        return X

    def _scores(self, X: Array, training: bool) -> Array:
        """Return the scores of checked examples."""
        self._Z = None  # the layers no longer hold what led to them
        with np.errstate(over="ignore", invalid="ignore"):  # the check below reports it
            Z = self._run(X, training)
        check_finite(Z, "Sequential", "the scores")
        return Z

    def _targets(self, y: ArrayLike, shape: tuple[int, ...]) -> Array:
        """Return labels (n, …) or targets (n, …, m) as targets of that shape (n, …, m)."""
        Y, m = as_finite(y, "Sequential", "y"), shape[-1]
        if Y.shape == shape:
            rows: Array = Y.reshape(-1, m)
        elif Y.shape == shape[:-1] and (m == 1 or self.loss_name == "cross_entropy"):
            rows = Y.reshape(-1)
        else:
            labels = f"{shape[:-1]} or " if m == 1 or self.loss_name == "cross_entropy" else ""
            raise ValueError(f"Sequential expects y of shape {labels}{shape}, got {Y.shape}")
        return self._last_layer.targets(rows, m, "Sequential").reshape(shape)

    def _penalty(self) -> float:
        """Return the `l2_penalty` of the parameters."""
        return l2_penalty(self.parameters(), self.l2)[0] if self.l2 > 0.0 else 0.0
