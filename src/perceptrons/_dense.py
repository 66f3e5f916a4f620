"""The affine layer: public in `perceptrons.layers`."""

from __future__ import annotations

import numpy as np

from perceptrons._arrays import Array, check_count, check_rng
from perceptrons._layer import Layer, Parameter
from perceptrons.preparation import initialise_glorot, initialise_he

_INITIALISE = {"he": initialise_he, "glorot": initialise_glorot}


class Dense(Layer):
    r"""Affine map: $Z = XW + b$.

    Back: $\partial L/\partial X = G W^\top$, $\partial L/\partial W = X^\top G$,
    $\partial L/\partial b = \sum_i G_i$.

    Args:
        n_in: Number of inputs.
        n_out: Number of outputs.
        initialise: How: ``"he"``, which suits ReLU and its family, or ``"glorot"`` for the
            others; ``"he"`` by default.
        rng: Draws the weights; by default a new generator, unlike at each run. Biases are 0.

    Attributes:
        W, b: Weights, shape (n_in, n_out), and biases, shape (n_out,); copied when assigned.
        dW, db: Their gradients, from the last `backward`.

    Shapes: X (n, n_in) gives (n, n_out).  More axes between are positions, such as the steps of
    a sequence, that share the weights: (n, …, n_in) gives (n, …, n_out).

    Raises:
        ValueError: A size below 1, an unknown ``initialise``, or X of another width.

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
        self._X = X.reshape(-1, self.n_in)  # (n, n_in), a view where there is one sample a row
        Z = self._X @ self.W  # (n, n_out)
        Z += self.b
        return Z.reshape(*X.shape[:-1], self.n_out)

    def _backward(self, grad: Array) -> Array:
        self._learn(grad)
        dX = grad.reshape(-1, self.n_out) @ self.W.T  # (n, n_in)
        return dX.reshape(*grad.shape[:-1], self.n_in)

    def _learn(self, grad: Array) -> None:
        G = grad.reshape(-1, self.n_out)  # (n, n_out)
        self.dW = self._X.T @ G  # (n_in, n_out)
        self.db = G.sum(axis=0)  # (n_out,)

    def parameters(self) -> list[Array]:
        """Return [W, b]."""
        return [self.W, self.b]

    def gradients(self) -> list[Array]:
        """Return [dW, db].

        Raises:
            RuntimeError: Before any `backward`.
        """
        if "dW" not in vars(self):
            raise RuntimeError("Dense.gradients expects backward(grad) first")
        return [self.dW, self.db]
