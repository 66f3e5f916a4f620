r"""Layers to stack, and the model that stacks them (chapter *The multilayer perceptron*).

Each layer shows its two passes side by side.  With G the gradient of the loss with respect to
the outputs, ``backward(G)`` returns the gradient with respect to the inputs.
"""

from __future__ import annotations

import math

import numpy as np

from perceptrons._arrays import Array, check_rng
from perceptrons._dense import Dense
from perceptrons._layer import Layer, Parameter
from perceptrons._sequential import Sequential
from perceptrons.activations import ACTIVATIONS

__all__ = ["Activation", "Dense", "Dropout", "Flatten", "Layer", "Parameter", "Sequential"]


class Activation(Layer):
    r"""A function of each value alone: $A = \varphi(Z)$; back: $G \odot \varphi'(Z)$.

    Args:
        name: A name of `ACTIVATIONS`.

    Shapes: any (n, …), kept.

    Raises:
        ValueError: An unknown name.

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
        return _one_sample_a_row("Activation", shape)

    def _forward(self, X: Array, training: bool) -> Array:
        self._Z = X
        return ACTIVATIONS[self.name][0](X)

    def _backward(self, grad: Array) -> Array:
        dZ = ACTIVATIONS[self.name][1](self._Z)
        dZ *= grad  # in place: the derivative is an array of ours
        return dZ


class Dropout(Layer):
    r"""Switch each value off with probability p, while training: $A = X \odot M$.

    $M_{ij} = 0$ with probability p, else $1 / (1 - p)$, so that the mean of A is X and nothing
    has to be scaled afterwards ("inverted" dropout); back: $G \odot M$, the same M.
    When not training, the values pass as they are.

    Args:
        p: Probability of being switched off, in [0, 1).
        rng: Draws the masks; by default a new generator, unlike at each run.

    Attributes:
        mask: The M of the last forward pass; None when it switched nothing off.
        rng: May be replaced, for instance to draw the same mask again.

    Shapes: any (n, …), kept.

    Raises:
        ValueError: p outside [0, 1).

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
        return _one_sample_a_row("Dropout", shape)

    def _forward(self, X: Array, training: bool) -> Array:
        if not training or self.p == 0.0:
            self.mask = None
            return X
        self.mask = (self.rng.random(X.shape) >= self.p) / (1.0 - self.p)
        return X * self.mask

    def _backward(self, grad: Array) -> Array:
        return grad if self.mask is None else grad * self.mask


class Flatten(Layer):
    r"""Write each sample as a row: (n, d1, d2, …) gives $(n, \prod_k d_k)$, and back.

    Shapes: any (n, …).

    Raises:
        ValueError: X of fewer than two axes.

    >>> layer = Flatten()
    >>> layer.forward(np.zeros((2, 8, 8))).shape
    (2, 64)
    >>> layer.backward(np.zeros((2, 64))).shape
    (2, 8, 8)
    """

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (n, d1 · d2 · …)."""
        return (_one_sample_a_row("Flatten", shape)[0], math.prod(shape[1:]))

    def _forward(self, X: Array, training: bool) -> Array:
        self._shape = X.shape
        return X.reshape(len(X), -1)

    def _backward(self, grad: Array) -> Array:
        return grad.reshape(self._shape)


def _one_sample_a_row(what: str, shape: tuple[int, ...]) -> tuple[int, ...]:
    if len(shape) < 2:
        raise ValueError(f"{what} expects X of shape (n, …), one sample a row, got {shape}")
    return shape
