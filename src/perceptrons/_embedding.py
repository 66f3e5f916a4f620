r"""Tokens and positions as vectors: public in `perceptrons.attention`."""

from __future__ import annotations

import numpy as np

from perceptrons._arrays import Array, check_count, check_rng
from perceptrons._layer import Layer, Parameter

_POSITIONS = ("learned", "sinusoidal", "none")


def sinusoidal_positions(t: int, d: int) -> Array:
    r"""Write each position as the hands of d / 2 clocks, from fast to slow.

    $P_{p,2i} = \sin(p / 10000^{2i/d})$, $P_{p,2i+1} = \cos(p / 10000^{2i/d})$: moving k positions
    on turns each hand by an angle that does not depend on p.

    Args:
        t: Number of positions.
        d: Number of values of each, even.

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
    r"""Replace each token by a vector that is learnt, and add that of its position: $E_x + P_p$.

    Attention treats a sequence as a set: without positions it could not tell *ab* from *ba*.
    $\partial L/\partial E_k$ is the sum of the gradients at all places where token k stands.

    Args:
        n_tokens: Number of different tokens, which are 0, 1, … n_tokens - 1.
        d_model: Number of values of each vector.
        length: Number of positions: the longest sequence.
        positions: ``"learned"`` by default, ``"sinusoidal"`` (see `sinusoidal_positions`) or
            ``"none"``.
        rng: Draws E, and P if it is learned, from $\mathcal N(0, 1)$, the size of a sinusoid;
            by default a new generator, unlike at each run.

    Attributes:
        E, P: Vectors of tokens, shape (n_tokens, d_model), and of positions, (length, d_model).
        dE, dP: Their gradients, from the last `backward`.

    Shapes: tokens X (n, t), t ≤ length, give (n, t, d_model).  `backward` returns zeros, (n, t): a
    token is a name, not a quantity that could move.

    Raises:
        ValueError: A size below 1, an unknown kind of positions, an odd d_model with sinusoidal
            ones; a sequence too long, or a token that is not among 0 … n_tokens - 1.

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
        np.add.at(self.dE, self._tokens, grad)  # a token that stands twice gets two gradients
        if self.positions == "learned":
            self.dP = np.zeros_like(self.P)
            self.dP[: grad.shape[1]] = grad.sum(axis=0)  # (t, d)
        return np.zeros(self._tokens.shape)

    def parameters(self) -> list[Array]:
        """Return [E, P], or [E] if positions are not learned."""
        return [self.E, self.P] if self.positions == "learned" else [self.E]

    def gradients(self) -> list[Array]:
        """Return [dE, dP], or [dE].

        Raises:
            RuntimeError: Before any `backward`.
        """
        if "dE" not in vars(self):
            raise RuntimeError("Embedding.gradients expects backward(grad) first")
        return [self.dE, self.dP] if self.positions == "learned" else [self.dE]
