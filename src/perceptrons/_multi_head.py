r"""Multi-head attention as a layer: public in `perceptrons.attention`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from perceptrons._arrays import Array, ArrayLike, as_finite, check_count, check_rng
from perceptrons._layer import Layer, Parameter
from perceptrons._scaled_attention import Mask, attend, attend_backward, causal_mask, checked_mask
from perceptrons.preparation import initialise_glorot


class MultiHeadAttention(Layer):
    r"""Let each position look at the others, in h ways at once, and write down what it found.

    $Q = XW_q$, $K = XW_k$, $V = XW_v$ are cut into h heads of $d_k = d / h$ columns; each head j
    computes $Y_j = \mathrm{softmax}(Q_j K_j^\top / \sqrt{d_k}) V_j$; the output is
    $[Y_1 \dots Y_h] W_o$.

    Args:
        d_model: Number d of values of each position.
        n_heads: Number h of heads; it divides d_model.
        causal: Whether a position sees only itself and those before it, in each forward pass.
        rng: Draws the weights, by `initialise_glorot`; by default a new generator.

    Attributes:
        Wq, Wk, Wv, Wo: Weights, shape (d, d); copied when assigned.
        dWq, dWk, dWv, dWo: Their gradients, from the last `backward`.
        A: Attention weights of the last forward pass, shape (n, h, t, t): rows look at columns.

    Shapes: X (n, t, d) gives (n, t, d).

    Raises:
        ValueError: Sizes that do not divide, X or a mask of another shape.

    Source: Vaswani et al., *Attention is all you need*, 2017, section 3.2.2.

    >>> rng = np.random.default_rng(0)
    >>> layer = MultiHeadAttention(4, 2, causal=True, rng=rng)
    >>> layer.forward(np.ones((1, 3, 4))).shape
    (1, 3, 4)
    >>> # equal positions: each looks evenly at what it may see
    >>> layer.A[0, 0].round(2)
    array([[1.  , 0.  , 0.  ],
           [0.5 , 0.5 , 0.  ],
           [0.33, 0.33, 0.33]])
    """

    Wq = Parameter()
    Wk = Parameter()
    Wv = Parameter()
    Wo = Parameter()

    def __init__(
        self,
        d_model: int,
        n_heads: int,
        *,
        causal: bool = False,
        rng: np.random.Generator | None = None,
    ) -> None:
        check_count(d_model, "MultiHeadAttention", "d_model")
        check_count(n_heads, "MultiHeadAttention", "n_heads")
        if d_model % n_heads:
            raise ValueError(
                "MultiHeadAttention expects n_heads to divide d_model, "
                f"got {n_heads} heads and d_model {d_model}"
            )
        rng = np.random.default_rng() if rng is None else rng
        check_rng(rng, "MultiHeadAttention")
        self.d_model, self.n_heads, self.causal = d_model, n_heads, causal
        self.Wq = initialise_glorot(d_model, d_model, rng)
        self.Wk = initialise_glorot(d_model, d_model, rng)
        self.Wv = initialise_glorot(d_model, d_model, rng)
        self.Wo = initialise_glorot(d_model, d_model, rng)
        self._mask: Mask | None = None  # only while a forward pass with a mask runs

    def forward(
        self, X: ArrayLike, training: bool = False, mask: npt.ArrayLike | None = None
    ) -> Array:
        """Return what the positions found, shape (n, t, d).

        Args:
            X: Sequences, shape (n, t, d).
            training: Without effect.
            mask: True where a position (row) may look at another (column), shape (t, t) or
                (n, t, t); on top of ``causal``.

        Raises:
            ValueError: As `Layer.forward`, or a mask that is not boolean, has another shape, or
                leaves a row without a True.
        """
        X = as_finite(X, "MultiHeadAttention", "X")
        with self.seeing(mask, X.shape):
            return super().forward(X, training)

    @contextmanager
    def seeing(self, mask: npt.ArrayLike | None, shape: tuple[int, ...]) -> Iterator[None]:
        """Return a context in which a forward pass on X of that shape has a mask."""
        n, t, _ = self.output_shape(shape)
        seen = checked_mask(mask, (n, t, t), "MultiHeadAttention")
        if seen is not None and self.causal:
            seen = checked_mask(seen & causal_mask(t), (n, t, t), "MultiHeadAttention")
        if seen is not None and seen.ndim == 3:
            seen = seen[:, None]  # (n, 1, t, t): for all heads
        self._mask = seen
        try:
            yield
        finally:
            self._mask = None

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return ``shape``, (n, t, d)."""
        d = self.d_model
        if len(shape) != 3 or shape[2] != d:
            raise ValueError(f"MultiHeadAttention expects X of shape (n, t, {d}), got {shape}")
        return shape

    def _forward(self, X: Array, training: bool) -> Array:
        mask = causal_mask(X.shape[1]) if self.causal and self._mask is None else self._mask
        self._X = X.reshape(-1, self.d_model)  # (n t, d): one product for all positions
        self._Q, self._K, self._V = (
            self._split(self._X @ W, X.shape)
            for W in (self.Wq, self.Wk, self.Wv)  # (n, h, t, d_k)
        )
        Y, self.A = attend(self._Q, self._K, self._V, mask)
        self._Y = self._join(Y)  # (n t, d)
        return (self._Y @ self.Wo).reshape(X.shape)

    def _backward(self, grad: Array) -> Array:
        G = grad.reshape(-1, self.d_model)  # (n t, d)
        self.dWo = self._Y.T @ G  # (d, d)
        dY = self._split(G @ self.Wo.T, grad.shape)  # (n, h, t, d_k)
        dQ, dK, dV = (
            self._join(gradient)
            for gradient in attend_backward(self._Q, self._K, self._V, self.A, dY)
        )
        self.dWq, self.dWk, self.dWv = self._X.T @ dQ, self._X.T @ dK, self._X.T @ dV
        dX = dQ @ self.Wq.T + dK @ self.Wk.T + dV @ self.Wv.T  # (n t, d)
        return dX.reshape(grad.shape)

    def _split(self, Z: Array, shape: tuple[int, ...]) -> Array:
        """Cut (n t, d) into heads: (n, h, t, d_k)."""
        n, t, d = shape
        return Z.reshape(n, t, self.n_heads, d // self.n_heads).swapaxes(1, 2)

    def _join(self, Z: Array) -> Array:
        """Put heads (n, h, t, d_k) side by side again: (n t, d)."""
        return Z.swapaxes(1, 2).reshape(-1, self.d_model)

    def parameters(self) -> list[Array]:
        """Return [Wq, Wk, Wv, Wo]."""
        return [self.Wq, self.Wk, self.Wv, self.Wo]

    def gradients(self) -> list[Array]:
        """Return [dWq, dWk, dWv, dWo].

        Raises:
            RuntimeError: Before any `backward`.
        """
        if "dWq" not in vars(self):
            raise RuntimeError("MultiHeadAttention.gradients expects backward(grad) first")
        return [self.dWq, self.dWk, self.dWv, self.dWo]
