r"""Attention, and the block of which transformers are made.

For a chapter to come, *Attention, and what comes next*.

Examples are sequences: X (n, t, d) holds n sequences of t positions, each of d values.  Only
`MultiHeadAttention` mixes positions; every other layer transforms each position alone.  The file is
long because each layer has its equation, its two passes and an example.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import numpy.typing as npt

from perceptrons._arrays import (
    Array,
    ArrayLike,
    as_finite,
    check_count,
    check_finite,
    check_not_empty,
    check_positive,
    check_rng,
)
from perceptrons.activations import softmax
from perceptrons.layers import Activation, Dense, Layer, Parameter
from perceptrons.preparation import initialise_glorot

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


Mask = npt.NDArray[np.bool_]
_POSITIONS = ("learned", "sinusoidal", "none")


def scaled_dot_product_attention(
    Q: ArrayLike, K: ArrayLike, V: ArrayLike, mask: npt.ArrayLike | None = None
) -> tuple[Array, Array]:
    r"""Answer each query by a mean of the values, weighted by how well their keys match the query.

    $A = \mathrm{softmax}(QK^\top / \sqrt d)$ row by row, and $Y = AV$.

    The dot product of two vectors of d independent values of mean 0 and variance 1 has variance d.
    Divided by $\sqrt d$, it has variance 1 for every d, and softmax does not saturate.

    Args:
        Q: Queries, shape (t, d), or (…, t, d) with leading axes such as examples and heads.
        K: Keys, shape (…, s, d).
        V: Values, shape (…, s, m).
        mask: True where a query (row) may look at a key (column), shape (t, s), or (…, t, s);
            each row needs a True.

    Returns:
        The pair (Y, A): answers, shape (…, t, m), and weights, shape (…, t, s), whose rows sum to
        1.

    Raises:
        ValueError: If shapes do not fit (nothing is broadcast except a mask (t, s)), a value is NaN
            or infinite, there is no query or no key, a mask is not boolean or leaves a query
            without a key, or dot products overflow.

    Source: Vaswani et al., *Attention is all you need*, 2017, equation 1.

    >>> Q, K, V = [[0.0]], [[5.0], [7.0]], [[10.0], [20.0]]
    >>> # a query of 0 matches all keys equally, and gets the plain mean
    >>> scaled_dot_product_attention(Q, K, V)
    (array([[15.]]), array([[0.5, 0.5]]))
    """
    what = "scaled_dot_product_attention"
    Q, K, V = _checked(Q, K, V, what)
    return _attend(Q, K, V, _checked_mask(mask, (*Q.shape[:-1], K.shape[-2]), what))


def d_scaled_dot_product_attention(
    Q: ArrayLike,
    K: ArrayLike,
    V: ArrayLike,
    grad: ArrayLike,
    mask: npt.ArrayLike | None = None,
) -> tuple[Array, Array, Array]:
    r"""Gradients of a loss with respect to Q, K and V, from its gradient G with respect to Y.

    $\partial L/\partial V = A^\top G$.  With $\dot A = G V^\top$ and, by the Jacobian of softmax,
    $\dot S = A \odot (\dot A - \langle A, \dot A\rangle_{\text{row}}) / \sqrt d$:
    $\partial L/\partial Q = \dot S K$ and $\partial L/\partial K = \dot S^\top Q$.

    Args:
        Q: Queries, as for `scaled_dot_product_attention`.
        K: Keys, likewise.
        V: Values, likewise.
        grad: The gradient G, of the shape (…, t, m) of the answers.
        mask: The mask, likewise.

    Returns:
        The gradients (dQ, dK, dV), of the shapes of Q, K and V.

    Errors and source: see `scaled_dot_product_attention`.

    >>> Q, K, V = [[0.0]], [[5.0], [7.0]], [[10.0], [20.0]]
    >>> dQ, dK, dV = d_scaled_dot_product_attention(Q, K, V, [[1.0]])
    >>> # a larger query would favour the key 7, and so the value 20
    >>> dQ, dV.ravel()
    (array([[5.]]), array([0.5, 0.5]))
    """
    what = "d_scaled_dot_product_attention"
    Q, K, V = _checked(Q, K, V, what)
    G = as_finite(grad, what, "grad")
    wanted = (*Q.shape[:-1], V.shape[-1])
    if G.shape != wanted:
        raise ValueError(f"{what} expects grad of shape {wanted}, that of Y, got {G.shape}")
    _, A = _attend(Q, K, V, _checked_mask(mask, (*Q.shape[:-1], K.shape[-2]), what))
    with np.errstate(over="ignore", invalid="ignore"):  # the check below reports it
        gradients = _attend_backward(Q, K, V, A, G)
    for gradient, name in zip(gradients, ("dQ", "dK", "dV"), strict=True):
        check_finite(gradient, what, name)
    return gradients


def causal_mask(t: int) -> Mask:
    r"""Mask that lets position i look only at itself and earlier positions: $M_{ij} = (j \le i)$.

    Args:
        t: Length of the sequence.

    Returns:
        Booleans, shape (t, t), for `scaled_dot_product_attention`.

    Raises:
        ValueError: If t is not a whole number ≥ 1.

    Source: Vaswani et al., *Attention is all you need*, 2017, section 3.2.3.

    >>> causal_mask(3).astype(int)
    array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 1]])
    """
    check_count(t, "causal_mask", "t")
    return np.tri(t, dtype=np.bool_)


class MultiHeadAttention(Layer):
    r"""Attention of each position to the others, by h heads at once.

    $Q = XW_q$, $K = XW_k$ and $V = XW_v$ are cut into h heads of $d_k = d / h$ columns.  Head j
    computes $Y_j = \mathrm{softmax}(Q_j K_j^\top / \sqrt{d_k}) V_j$; the output is
    $[Y_1 \dots Y_h] W_o$.

    Args:
        d_model: Number d of values of each position.
        n_heads: Number h of heads; it divides d_model.
        causal: Whether a position may look only at itself and earlier positions.
        rng: Draws the weights, by `initialise_glorot`; by default an unseeded generator.

    Attributes:
        Wq, Wk, Wv, Wo: Weights, shape (d, d); an array assigned to one of them is copied.
        dWq, dWk, dWv, dWo: Gradients of the weights, from the last `backward`.
        A: Attention weights of the last forward pass, shape (n, h, t, t): a row looks at columns.

    Shapes: X (n, t, d) gives (n, t, d).

    Raises:
        ValueError: If ``n_heads`` does not divide ``d_model``, or X or a mask has another shape.

    Source: Vaswani et al., *Attention is all you need*, 2017, section 3.2.2.

    >>> rng = np.random.default_rng(0)
    >>> layer = MultiHeadAttention(4, 2, causal=True, rng=rng)
    >>> layer.forward(np.ones((1, 3, 4))).shape
    (1, 3, 4)
    >>> # equal positions: each looks equally at those it may see
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
        self._mask: Mask | None = None  # set only during a forward pass

    def forward(
        self, X: ArrayLike, training: bool = False, mask: npt.ArrayLike | None = None
    ) -> Array:
        """Return the outputs of all positions, shape (n, t, d).

        Args:
            X: Sequences, shape (n, t, d).
            training: Without effect.
            mask: True where a position (row) may look at another (column), shape (t, t) or
                (n, t, t); ``causal`` restricts it further.

        Raises:
            ValueError: As for `Layer.forward`, or if a mask is not boolean, has another shape, or
                has a row without a True.
        """
        X = as_finite(X, "MultiHeadAttention", "X")
        with self.masked(mask, X.shape):
            return super().forward(X, training)

    @contextmanager
    def masked(self, mask: npt.ArrayLike | None, shape: tuple[int, ...]) -> Iterator[None]:
        """Return a context in which a forward pass on X of that shape uses the mask."""
        n, t, _ = self.output_shape(shape)
        seen = _checked_mask(mask, (n, t, t), "MultiHeadAttention")
        if seen is not None and self.causal:
            seen = _checked_mask(seen & causal_mask(t), (n, t, t), "MultiHeadAttention")
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
        Y, self.A = _attend(self._Q, self._K, self._V, mask)
        self._Y = self._join(Y)  # (n t, d)
        return (self._Y @ self.Wo).reshape(X.shape)

    def _backward(self, grad: Array) -> Array:
        G = grad.reshape(-1, self.d_model)  # (n t, d)
        self.dWo = self._Y.T @ G  # (d, d)
        dY = self._split(G @ self.Wo.T, grad.shape)  # (n, h, t, d_k)
        dQ, dK, dV = (
            self._join(gradient)
            for gradient in _attend_backward(self._Q, self._K, self._V, self.A, dY)
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


def sinusoidal_positions(t: int, d: int) -> Array:
    r"""Encode each position by d / 2 pairs of sine and cosine, from fast to slow.

    $P_{p,2i} = \sin(p / 10000^{2i/d})$, $P_{p,2i+1} = \cos(p / 10000^{2i/d})$.  A shift of k
    positions rotates each pair by an angle that does not depend on p.

    Args:
        t: Number of positions.
        d: Number of values per position, even.

    Returns:
        Array of shape (t, d), values in [-1, 1].

    Raises:
        ValueError: If t or d is not a whole number ≥ 1, or d is odd.

    Source: Vaswani et al., *Attention is all you need*, 2017, section 3.5.

    >>> sinusoidal_positions(2, 4).round(3)
    array([[0.   , 1.   , 0.   , 1.   ],
           [0.841, 0.54 , 0.01 , 1.   ]])
    """
    check_count(t, "sinusoidal_positions", "t")
    check_count(d, "sinusoidal_positions", "d")
    if d % 2:
        raise ValueError(f"sinusoidal_positions expects d to be even, got {d}")
    angles = np.arange(t)[:, None] / 10000.0 ** (np.arange(0, d, 2) / d)  # (t, d / 2)
    return np.stack([np.sin(angles), np.cos(angles)], axis=-1).reshape(t, d)


class Embedding(Layer):
    r"""Replace each token x at position p by the sum of two vectors: $E_x + P_p$.

    Attention treats a sequence as a set: without positions it could not tell *ab* from *ba*.
    $\partial L/\partial E_k$ is the sum of the gradients at all positions that hold token k.

    Args:
        n_tokens: Number of different tokens, which are numbered 0 to n_tokens - 1.
        d_model: Number of values of each vector.
        length: Number of positions, the length of the longest sequence.
        positions: ``"learned"`` by default, ``"sinusoidal"`` (see `sinusoidal_positions`) or
            ``"none"``.
        rng: Draws E, and P if it is learned, from $\mathcal N(0, 1)$; by default an unseeded
            generator: each run differs.

    Attributes:
        E, P: Vectors of tokens, shape (n_tokens, d_model), and of positions, (length, d_model).
        dE, dP: Gradients of E and P, from the last `backward`.

    Shapes: tokens X (n, t), t ≤ length, give (n, t, d_model).  `backward` returns zeros, (n, t),
    because a token is a name and not a quantity.

    Raises:
        ValueError: If a size is below 1, the kind of positions is unknown, d_model is odd with
            sinusoidal positions, a sequence is too long, or a token is not one of 0 to
            n_tokens - 1.

    Source: Vaswani et al., *Attention is all you need*, 2017, sections 3.4 and 3.5.

    >>> layer = Embedding(3, 2, 4, positions="none")
    >>> layer.E = [[0.0, 1.0], [2.0, 3.0], [4.0, 5.0]]
    >>> layer.forward([[2, 0]])
    array([[[4., 5.],
            [0., 1.]]])
    """

    E = Parameter()
    P = Parameter()

    def __init__(
        self,
        n_tokens: int,
        d_model: int,
        length: int,
        *,
        positions: str = "learned",
        rng: np.random.Generator | None = None,
    ) -> None:
        check_count(n_tokens, "Embedding", "n_tokens")
        check_count(d_model, "Embedding", "d_model")
        check_count(length, "Embedding", "length")
        if positions not in _POSITIONS:
            names = ", ".join(_POSITIONS)
            raise ValueError(f"Embedding expects positions among {names}, got {positions!r}")
        rng = np.random.default_rng() if rng is None else rng
        check_rng(rng, "Embedding")
        self.length, self.positions = length, positions
        if positions != "learned":
            self._parameter_names = ("E",)  # P is fixed then
        self.E = rng.normal(size=(n_tokens, d_model))
        if positions == "learned":
            self.P = rng.normal(size=(length, d_model))
        elif positions == "sinusoidal":
            self.P = sinusoidal_positions(length, d_model)
        else:
            self.P = np.zeros((length, d_model))

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (n, t, d_model) for (n, t)."""
        if len(shape) != 2 or shape[1] > self.length:
            raise ValueError(
                f"Embedding expects tokens of shape (n, t), t ≤ {self.length}, got {shape}"
            )
        return (*shape, self.E.shape[1])

    def _forward(self, X: Array, training: bool) -> Array:
        wrong = X[(X < 0) | (len(self.E) <= X) | (np.floor(X) != X)]
        if wrong.size:
            raise ValueError(
                f"Embedding expects tokens among 0 … {len(self.E) - 1}, got {wrong[0]:g}"
            )
        self._tokens = X.astype(np.int64)  # (n, t)
        return self.E[self._tokens] + self.P[: X.shape[1]]  # (n, t, d)

    def _backward(self, grad: Array) -> Array:
        self.dE = np.zeros_like(self.E)
        np.add.at(self.dE, self._tokens, grad)  # a token at two positions gets both gradients
        if self.positions == "learned":
            self.dP = np.zeros_like(self.P)
            self.dP[: grad.shape[1]] = grad.sum(axis=0)  # (t, d)
        return np.zeros(self._tokens.shape)


class LayerNorm(Layer):
    r"""Centre and scale each row by its own mean and variance: $\gamma \odot \hat x + \beta$.

    $\hat x = (x - \mu) / s$ with $s = \sqrt{\mathrm{var}(x) + \epsilon}$, over the last axis.
    Backward, with $\dot x = G \odot \gamma$ and means over the row:
    $\partial L/\partial x = (\dot x - \overline{\dot x} - \hat x\, \overline{\dot x \hat x}) / s$.

    Args:
        d: Number of values per row.
        epsilon: Added to the variance, so that a constant row gives $\beta$; 1e-5 by default.

    Attributes:
        gamma, beta: Scale, 1 at first, and shift, 0 at first, shape (d,).
        dgamma, dbeta: Gradients of gamma and beta, from the last `backward`.

    Shapes: X (n, …, d) gives (n, …, d).

    Raises:
        ValueError: If the size or epsilon is not positive, X has another width, or the variance
            of a row overflows.

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


class TransformerBlock(Layer):
    r"""Attention mixes positions, then a small network transforms each position alone.

    Each of the two parts adds its output to its input: $X' = X + \mathrm{MHA}(\mathrm{LN}_1(X))$
    and $Z = X' + F(\mathrm{LN}_2(X'))$, where $F(u) = \varphi(u W_1 + b_1) W_2 + b_2$ for each
    position.  Through the sums, gradients pass unchanged across any number of blocks.  Each part
    normalises its own input ("pre-norm"), so that nothing stands in that way.

    Args:
        d_model: Number d of values of each position.
        n_heads: Number of heads; it divides d_model.
        d_hidden: Number of hidden neurons of F.
        hidden: Activation of F, a name of `ACTIVATIONS`; ``"relu"`` by default.
        causal: Whether a position may look only at itself and earlier positions.
        rng: Draws the weights; by default an unseeded generator: each run differs.

    Attributes:
        norm1, attention, norm2, dense1, activation, dense2: The parts, in the order of the pass.

    Shapes: X (n, t, d) gives (n, t, d).

    Raises:
        ValueError: If sizes do not fit, the activation is unknown, or X or a mask has another
            shape.

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
        self._attention_part = (self.norm1, self.attention)
        self._dense_part = (self.norm2, self.dense1, self.activation, self.dense2)
        self._layers = (*self._attention_part, *self._dense_part)

    def forward(
        self, X: ArrayLike, training: bool = False, mask: npt.ArrayLike | None = None
    ) -> Array:
        """Return the sequences after the block; arguments are those of `MultiHeadAttention`."""
        X = as_finite(X, "TransformerBlock", "X")
        with self.attention.masked(mask, X.shape):
            return super().forward(X, training)

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return ``shape``, (n, t, d)."""
        return self.attention.output_shape(shape)

    def _forward(self, X: Array, training: bool) -> Array:
        for part in (self._attention_part, self._dense_part):
            F = X
            for layer in part:
                F = layer._run(F, training)
            X = X + F  # (n, t, d)
        return X

    def _backward(self, grad: Array) -> Array:
        for part in (self._dense_part, self._attention_part):
            dF = grad
            for layer in reversed(part):
                dF = layer._backward(dF)
            grad = grad + dF  # a sum passes its gradient to both terms
        return grad

    def parameters(self) -> list[Array]:
        """Return the parameters of the parts, in the order of the forward pass."""
        return [array for layer in self._layers for array in layer.parameters()]

    def gradients(self) -> list[Array]:
        """Return the gradients of the parameters from the last `backward`.

        Raises:
            RuntimeError: If `backward` was not called first.
        """
        return [array for layer in self._layers for array in layer.gradients()]


def _attend(Q: Array, K: Array, V: Array, mask: Mask | None) -> tuple[Array, Array]:
    """Return answers and weights for checked arrays; the mask may broadcast."""
    what = "scaled_dot_product_attention"
    with np.errstate(over="ignore", invalid="ignore"):  # the checks below report it
        S = Q @ K.swapaxes(-1, -2)  # (…, t, s)
        S /= math.sqrt(Q.shape[-1])
        check_finite(S, what, "the products of queries and keys")
        # e^-inf is 0: a masked key gets no weight and no gradient
        A = softmax(S if mask is None else np.where(mask, S, -np.inf))
        Y = A @ V  # (…, t, m)
    check_finite(Y, what, "the answers")
    return Y, A


def _attend_backward(
    Q: Array, K: Array, V: Array, A: Array, G: Array
) -> tuple[Array, Array, Array]:
    """Return the gradients with respect to Q, K and V; that of a masked key is 0, as its A."""
    dA = G @ V.swapaxes(-1, -2)  # (…, t, s)
    dS = A * (dA - (A * dA).sum(axis=-1, keepdims=True))
    dS /= math.sqrt(Q.shape[-1])
    return dS @ K, dS.swapaxes(-1, -2) @ Q, A.swapaxes(-1, -2) @ G


def _checked_mask(mask: npt.ArrayLike | None, shape: tuple[int, ...], what: str) -> Mask | None:
    """Return a mask for weights of that shape (…, t, s), or raise ValueError."""
    if mask is None:
        return None
    booleans = np.asarray(mask)
    if booleans.dtype != np.bool_:
        raise ValueError(f"{what} expects a mask of True and False, got dtype {booleans.dtype}")
    if booleans.shape not in (shape, shape[-2:]):
        wanted = " or ".join(map(str, dict.fromkeys((shape[-2:], shape))))
        raise ValueError(f"{what} expects a mask of shape {wanted}, got {booleans.shape}")
    blind = np.argwhere(~booleans.any(axis=-1))
    if len(blind):
        row = tuple(int(i) for i in blind[0])
        raise ValueError(f"{what} expects a mask with a True in each row, got none in row {row}")
    return booleans


def _checked(Q: ArrayLike, K: ArrayLike, V: ArrayLike, what: str) -> tuple[Array, Array, Array]:
    """Return Q, K and V as finite arrays whose shapes fit."""
    arrays = as_finite(Q, what, "Q"), as_finite(K, what, "K"), as_finite(V, what, "V")
    q, k, v = (array.shape for array in arrays)
    fit = len(q) >= 2 and q[:-2] == k[:-2] == v[:-2] and q[-1] == k[-1] and k[-2:-1] == v[-2:-1]
    if not fit or len(k) < 2 or len(v) < 2:
        raise ValueError(
            f"{what} expects Q, K and V of shapes (…, t, d), (…, s, d) and (…, s, m), "
            f"got {q}, {k} and {v}"
        )
    for array, name in zip(arrays, "QKV", strict=True):
        check_not_empty(array, what, name)
    return arrays
