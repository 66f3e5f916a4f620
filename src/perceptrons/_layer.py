"""What every layer is: two passes that check what they are given, and parameters."""

from abc import ABC, abstractmethod
from typing import Any

import numpy as np

from perceptrons._arrays import Array, ArrayLike, as_finite, check_finite, check_not_empty


class Parameter:
    """An array of a layer that may be assigned: it keeps its shape, and is copied into place.

    A step, an optimiser or a saved state that holds the array goes on holding the right one.
    """

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

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


class Layer(ABC):
    r"""A function of its input X and its parameters, that knows its derivatives.

    With $A = f(X, \theta)$ and G the gradient of a loss with respect to A, of the shape of A,
    `backward` gives $\partial L / \partial X$ and keeps $\partial L / \partial \theta$.

    To write a layer, define `output_shape`, ``_forward`` and ``_backward``; if it learns, also
    `parameters` and `gradients`.  What ``_forward`` receives is a finite float64 array of a shape
    that `output_shape` accepted; ``_backward`` receives the gradient for the last ``_forward``.
    Neither may change its argument.

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

    _outputs: tuple[int, ...] | None = None  # the shape of the last outputs

    def forward(self, X: ArrayLike, training: bool = False) -> Array:
        """Return the outputs for X, and keep what `backward` needs.

        Args:
            X: Samples, one a row (first axis).
            training: Whether this is a step of training: some layers act differently then.

        Returns:
            Outputs, of the shape that `output_shape` tells.

        Raises:
            ValueError: X of a wrong shape, empty, NaN or infinite, or so large that outputs are.
        """
        what = type(self).__name__
        X = as_finite(X, what, "X")
        self.output_shape(X.shape)
        check_not_empty(X, what, "X")
        with np.errstate(over="ignore", invalid="ignore"):  # told in words by the check
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
            RuntimeError: Before any `forward`.
            ValueError: ``grad`` of another shape, NaN or infinite, or so large that results are.
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
        """Return the arrays that are learnt, themselves: changing them changes the layer."""
        return []

    def gradients(self) -> list[Array]:
        """Return their gradients from the last `backward`, in the order of `parameters`."""
        return []

    @abstractmethod
    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return the shape of the outputs for samples of this shape, or raise ValueError."""

    @abstractmethod
    def _forward(self, X: Array, training: bool) -> Array:
        """Compute the outputs, and keep what ``_backward`` needs."""

    @abstractmethod
    def _backward(self, grad: Array) -> Array:
        """Compute the gradient with respect to the inputs, and keep those of the parameters."""

    # What `Sequential` calls: it has checked the data once, not once a layer

    def _run(self, X: Array, training: bool) -> Array:
        A = self._forward(X, training)
        self._outputs = A.shape
        return A

    def _learn(self, grad: Array) -> None:
        """Keep the gradients of the parameters only: enough for the first layer of a model."""
        self._backward(grad)
