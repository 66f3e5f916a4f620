r"""Attention, and the block that transformers repeat (chapter *Attention, and what comes next*).

Samples are sequences: X (n, t, d) holds n of them, of t positions, of d values each.  Positions
meet in `MultiHeadAttention` only; every other layer works on each position alone.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from perceptrons._arrays import (
    Array,
    ArrayLike,
    as_finite,
    check_count,
    check_finite,
    check_positive,
)
from perceptrons._embedding import Embedding, sinusoidal_positions
from perceptrons._layer import Layer, Parameter
from perceptrons._multi_head import MultiHeadAttention
from perceptrons._scaled_attention import (
    causal_mask,
    d_scaled_dot_product_attention,
    scaled_dot_product_attention,
)
from perceptrons.layers import Activation, Dense

__all__ = [
    "Embedding",
    "LayerNorm",
    "MultiHeadAttention",
    "TransformerBlock",
    "causal_mask",
    "d_scaled_dot_product_attention",
    "scaled_dot_product_attention",
    "sinusoidal_positions",
]


class LayerNorm(Layer):
    r"""Centre and scale each row by its own mean and variance: $\gamma \odot \hat x + \beta$.

    $\hat x = (x - \mu) / s$ with $s = \sqrt{\mathrm{var}(x) + \epsilon}$, over the last axis.
    Back, with $\dot x = G \odot \gamma$ and means over the row:
    $\partial L/\partial x = (\dot x - \overline{\dot x} - \hat x\, \overline{\dot x \hat x}) / s$.

    Args:
        d: Number of values of a row.
        epsilon: Added to the variance, so that a constant row gives $\beta$; 1e-5 by default.

    Attributes:
        gamma, beta: Scale, 1 at first, and shift, 0 at first, shape (d,); copied when assigned.
        dgamma, dbeta: Their gradients, from the last `backward`.

    Shapes: X (n, …, d), kept.

    Raises:
        ValueError: A bad size or epsilon, X of another width, or with a variance beyond floats.

    Source: Ba, Kiros & Hinton, *Layer normalization*, arXiv:1607.06450, 2016.

    >>> LayerNorm(2).forward([[1.0, 3.0], [200.0, 100.0]]).round(4)
    array([[-1.,  1.],
           [ 1., -1.]])
    """

    gamma = Parameter()
    beta = Parameter()

    def __init__(self, d: int, *, epsilon: float = 1e-5) -> None:
        check_count(d, "LayerNorm", "d")
        check_positive(epsilon, "LayerNorm", "epsilon")
        self.d, self.epsilon = d, epsilon
        self.gamma, self.beta = np.ones(d), np.zeros(d)

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return ``shape``, (n, …, d)."""
        if len(shape) < 2 or shape[-1] != self.d:
            raise ValueError(f"LayerNorm expects X of shape (n, …, {self.d}), got {shape}")
        return shape

    def _forward(self, X: Array, training: bool) -> Array:
        centred = X - X.mean(axis=-1, keepdims=True)
        variance = (centred**2).mean(axis=-1, keepdims=True)  # (n, …, 1)
        check_finite(variance, "LayerNorm", "the variance of rows")  # x / inf would pass as 0
        self._s = np.sqrt(variance + self.epsilon)
        self._normed = centred / self._s  # (n, …, d)
        Y: Array = self._normed * self.gamma + self.beta
        return Y

    def _backward(self, grad: Array) -> Array:
        rows = tuple(range(grad.ndim - 1))
        self.dgamma = (grad * self._normed).sum(axis=rows)  # (d,)
        self.dbeta = grad.sum(axis=rows)  # (d,)
        G = grad * self.gamma
        along = (G * self._normed).mean(axis=-1, keepdims=True)  # (n, …, 1)
        dX: Array = (G - G.mean(axis=-1, keepdims=True) - self._normed * along) / self._s
        return dX

    def parameters(self) -> list[Array]:
        """Return [gamma, beta]."""
        return [self.gamma, self.beta]

    def gradients(self) -> list[Array]:
        """Return [dgamma, dbeta].

        Raises:
            RuntimeError: Before any `backward`.
        """
        if "dgamma" not in vars(self):
            raise RuntimeError("LayerNorm.gradients expects backward(grad) first")
        return [self.dgamma, self.dbeta]


class TransformerBlock(Layer):
    r"""Positions look at each other, then each thinks for itself; both *add* to what is there.

    $X' = X + \mathrm{MHA}(\mathrm{LN}_1(X))$ and $Z = X' + F(\mathrm{LN}_2(X'))$, where
    $F(u) = \varphi(u W_1 + b_1) W_2 + b_2$ for each position.  The sums let gradients pass
    unchanged, through any number of blocks; normalising before each part ("pre-norm") keeps
    that way free.

    Args:
        d_model: Number d of values of each position.
        n_heads: Number of heads; it divides d_model.
        d_hidden: Number of hidden neurons of F.
        hidden: Activation of F, a name of `ACTIVATIONS`; ``"relu"`` by default.
        causal: Whether a position sees only itself and those before it.
        rng: Draws the weights; by default a new generator, unlike at each run.

    Attributes:
        norm1, attention, norm2, dense1, activation, dense2: The parts, in the order of the pass.

    Shapes: X (n, t, d) gives (n, t, d).

    Raises:
        ValueError: Sizes that do not fit, an unknown activation; X or a mask of another shape.

    Source: Vaswani et al., *Attention is all you need*, 2017; pre-norm: Xiong et al., *On layer
    normalization in the transformer architecture*, ICML 2020.

    >>> block = TransformerBlock(4, 2, 8, rng=np.random.default_rng(0))
    >>> block.forward(np.ones((2, 3, 4))).shape, len(block.parameters())
    ((2, 3, 4), 12)
    """

    def __init__(
        self,
        d_model: int,
        n_heads: int,
        d_hidden: int,
        *,
        hidden: str = "relu",
        causal: bool = False,
        rng: np.random.Generator | None = None,
    ) -> None:
        rng = np.random.default_rng() if rng is None else rng
        self.norm1 = LayerNorm(d_model)
        self.attention = MultiHeadAttention(d_model, n_heads, causal=causal, rng=rng)
        self.norm2 = LayerNorm(d_model)
        self.dense1 = Dense(d_model, d_hidden, rng=rng)
        self.activation = Activation(hidden)
        self.dense2 = Dense(d_hidden, d_model, initialise="glorot", rng=rng)
        self._look = (self.norm1, self.attention)
        self._think = (self.norm2, self.dense1, self.activation, self.dense2)

    def forward(
        self, X: ArrayLike, training: bool = False, mask: npt.ArrayLike | None = None
    ) -> Array:
        """Return the sequences after the block; arguments are those of `MultiHeadAttention`."""
        X = as_finite(X, "TransformerBlock", "X")
        with self.attention.seeing(mask, X.shape):
            return super().forward(X, training)

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return ``shape``, (n, t, d)."""
        return self.attention.output_shape(shape)

    def _forward(self, X: Array, training: bool) -> Array:
        for part in (self._look, self._think):
            F = X
            for layer in part:
                F = layer._run(F, training)
            X = X + F  # (n, t, d)
        return X

    def _backward(self, grad: Array) -> Array:
        for part in (self._think, self._look):
            dF = grad
            for layer in reversed(part):
                dF = layer._backward(dF)
            grad = grad + dF  # the sum passes its gradient to both of its terms
        return grad

    def parameters(self) -> list[Array]:
        """Return the parameters of the parts, in the order of the pass."""
        return [p for layer in (*self._look, *self._think) for p in layer.parameters()]

    def gradients(self) -> list[Array]:
        """Return their gradients from the last `backward`.

        Raises:
            RuntimeError: Before any `backward`.
        """
        return [g for layer in (*self._look, *self._think) for g in layer.gradients()]
