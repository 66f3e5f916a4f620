r"""Layers that read sequences, and back-propagation through time.

Taught in the chapter *Recurrent networks and LSTM*.

Sequences are (n, time, n_in).  The same weights serve at every step; going back, their gradients
add up over the steps, and the gradient of a state is multiplied by one matrix a step: it shrinks
or grows like a power.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from perceptrons._arrays import Array, as_finite, check_count, check_positive, check_rng
from perceptrons._gated import GRU, LSTM
from perceptrons._layer import Layer
from perceptrons._recurrent import Recurrent, States

__all__ = ["GRU", "LSTM", "RNN", "LastStep", "clip_gradients", "make_delayed_copy"]


class RNN(Recurrent):
    r"""The simple recurrent layer: $H_t = \tanh(X_t W + H_{t-1} U + b)$.

    Back through time, with $\delta_t$ the gradient with respect to the pre-activation of step t:
    $\delta_t = (G_t + \delta_{t+1} U^\top) \odot (1 - H_t^2)$, then
    $\partial L/\partial W = \sum_t X_t^\top \delta_t$,
    $\partial L/\partial U = \sum_t H_{t-1}^\top \delta_t$.

    Args:
        n_in: Numbers that are read at each step.
        n_hidden: Size h of the state.
        rng: Draws the weights, by `initialise_glorot`; by default a new generator, unlike at each
            run. Biases are 0.

    Attributes:
        W, U, b: Weights of the inputs, shape (n_in, h), of the state, (h, h), and biases, (h,).
        dW, dU, db: Their gradients, from the last `backward`.
        final: $H_T$ of the last `forward`, shape (n, h), to go on from as ``initial``.
        d_initial: Gradient with respect to $H_0$, from the last `backward`.

    Shapes: X (n, T, n_in) gives the hidden states $H_1 \dots H_T$, (n, T, h).

    Raises:
        ValueError: A size below 1, or ``rng`` no generator.

    Source: Elman, *Finding structure in time*, Cognitive Science 14, 1990.

    >>> layer = RNN(1, 1)
    >>> layer.W, layer.U = [[1.0]], [[0.5]]
    >>> # a memory that fades
    >>> layer.forward([[[1.0], [0.0], [0.0]]]).round(3)
    array([[[0.762],
            [0.363],
            [0.18 ]]])
    """

    def _steps_forward(self, Z: Array, *cells: Array) -> States:
        H = self._H
        for t in range(len(Z)):
            Z[t] += H[t] @ self.U
            np.tanh(Z[t], out=H[t + 1])
        return ()

    def _steps_backward(self, G: Array) -> tuple[Array, ...]:
        U_back = np.ascontiguousarray(self.U.T)
        dZ = 1.0 - self._H[1:] ** 2  # (T, n, h)
        dH = np.zeros(G.shape[1:])  # (n, h), what comes back from the step after
        for t in range(len(G) - 1, -1, -1):
            dH += G[t]
            dZ[t] *= dH
            dH = dZ[t] @ U_back
        return dZ, dH


class LastStep(Layer):
    r"""Keep the last step of a sequence, which has read all others: $Y = X_T$.

    Back: the gradient goes to the last step, 0 to the others.

    Shapes: X (n, T, d) gives (n, d).

    Raises:
        ValueError: X that is not of three axes.

    >>> layer = LastStep()
    >>> layer.forward([[[1.0, 2.0], [3.0, 4.0]]])
    array([[3., 4.]])
    >>> layer.backward([[5.0, 6.0]])
    array([[[0., 0.],
            [5., 6.]]])
    """

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (n, d) for (n, T, d)."""
        if len(shape) != 3:
            raise ValueError(f"LastStep expects X of shape (n, time, d), got {shape}")
        return (shape[0], shape[2])

    def _forward(self, X: Array, training: bool) -> Array:
        self._shape = X.shape
        return X[:, -1].copy()

    def _backward(self, grad: Array) -> Array:
        dX = np.zeros(self._shape)
        dX[:, -1] = grad
        return dX


def clip_gradients(gradients: Sequence[Array], max_norm: float) -> float:
    r"""Shorten all gradients together, if they are too long: $g \leftarrow g \min(1, c/\|g\|)$.

    $\|g\|$ is the norm of all of them taken as one vector, so that its direction stays.

    Args:
        gradients: Gradients of a model, float64 arrays; they change **in place**.
        max_norm: Largest norm c, > 0.

    Returns:
        The norm before, a float ≥ 0.

    Raises:
        ValueError: ``max_norm`` not positive, no gradient, NaN or infinity, or what is no array
            of float64 that can be changed in place.

    Source: Pascanu, Mikolov & Bengio, *On the difficulty of training recurrent neural networks*,
    ICML 2013.

    >>> gradients = [np.array([3.0]), np.array([[0.0, 4.0]])]
    >>> clip_gradients(gradients, 1.0)
    5.0
    >>> gradients
    [array([0.6]), array([[0. , 0.8]])]
    """
    check_positive(max_norm, "clip_gradients", "max_norm")
    if len(gradients) == 0:
        raise ValueError("clip_gradients expects at least one gradient, got none")
    for g in gradients:
        if not isinstance(g, np.ndarray) or g.dtype != np.float64 or not g.flags.writeable:
            got = f"{g.dtype} array" if isinstance(g, np.ndarray) else type(g).__name__
            raise ValueError(f"clip_gradients expects writeable float64 arrays, got {got}")
        as_finite(g, "clip_gradients", "gradients")
    largest = max(float(np.max(np.abs(g), initial=0.0)) for g in gradients)
    if largest == 0.0:
        return 0.0
    # Measured in units of the largest entry: its square could overflow, or vanish
    relative = math.sqrt(sum(float(np.sum((g / largest) ** 2)) for g in gradients))
    if relative > max_norm / largest:
        for g in gradients:
            g /= largest
            g *= max_norm / relative
    return relative * largest


def make_delayed_copy(n: int, delay: int, *, rng: np.random.Generator) -> tuple[Array, Array]:
    r"""Draw sequences of numbers of which the first, marked, is to be told at the end.

    All numbers are drawn evenly from [-1, 1]: nothing but the first tells the target. Who answers
    0 has a mean squared error of 1/3, and nobody who has forgotten does better.

    Args:
        n: Number of sequences.
        delay: Steps between the number and the end, ≥ 0.
        rng: Where chance comes from.

    Returns:
        ``X`` (n, delay + 1, 2), at each step the number and the mark, 1 at first and then 0; and
        ``y`` (n,), the first number.

    Raises:
        ValueError: A count out of its range, or ``rng`` no generator.

    Source: after the long time lag problems of Hochreiter & Schmidhuber, Neural Computation 9,
    1997.

    >>> X, y = make_delayed_copy(1, 3, rng=np.random.default_rng(0))
    >>> X.round(2), y.round(2)
    (array([[[ 0.27,  1.  ],
            [-0.46,  0.  ],
            [-0.92,  0.  ],
            [-0.97,  0.  ]]]), array([0.27]))
    """
    what = "make_delayed_copy"
    check_count(n, what, "n")
    check_count(delay, what, "delay", at_least=0)
    check_rng(rng, what)
    X = np.zeros((n, delay + 1, 2))
    X[:, :, 0] = rng.uniform(-1.0, 1.0, size=(n, delay + 1))
    X[:, 0, 1] = 1.0
    return X, X[:, 0, 0].copy()
