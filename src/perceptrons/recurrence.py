r"""Layers that read sequences, and backpropagation through time.

For a chapter to come, *Recurrent networks and LSTM*.

Sequences are (n, time, n_in).  The same weights are used at every step.  Backward, their gradients
add up over the steps, and the gradient of a state is multiplied by one matrix per step: over many
steps it may vanish or explode.  The file is a little long because the three cells share one base.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Sequence

import numpy as np

from perceptrons._arrays import (
    Array,
    ArrayLike,
    as_finite,
    check_count,
    check_positive,
    check_rng,
)
from perceptrons.activations import _sigmoid_parts
from perceptrons.layers import Layer, Parameter
from perceptrons.preparation import initialise_glorot

__all__ = ["GRU", "LSTM", "RNN", "LastStep", "clip_gradients", "make_delayed_copy"]


States = tuple[Array, ...]  # (H,), or (H, C) for `LSTM`; each (n, n_hidden)


class _Recurrent(Layer):
    """A layer that reads a sequence step by step, each time with its state of the step before.

    A subclass defines ``_gates``, ``_states`` and the two passes over time.  Inside, time is the
    first axis, so that each step works on one block of memory.
    """

    _gates = 1  # number of blocks of n_hidden columns in W, U and b
    _states = 1  # number of arrays that a step passes on to the next

    W = Parameter()
    U = Parameter()
    b = Parameter()

    def __init__(self, n_in: int, n_hidden: int, *, rng: np.random.Generator | None = None) -> None:
        self._what = type(self).__name__
        check_count(n_in, self._what, "n_in")
        check_count(n_hidden, self._what, "n_hidden")
        rng = np.random.default_rng() if rng is None else rng
        check_rng(rng, self._what)
        self.n_in, self.n_hidden = n_in, n_hidden
        gates = range(self._gates)  # the weights of each gate are drawn as those of a layer
        self.W = np.hstack([initialise_glorot(n_in, n_hidden, rng) for _ in gates])
        self.U = np.hstack([initialise_glorot(n_hidden, n_hidden, rng) for _ in gates])
        self.b = np.zeros(self._gates * n_hidden)
        self._initial: States | None = None

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (n, T, n_hidden) for (n, T, n_in)."""
        if len(shape) != 3 or shape[2] != self.n_in:
            raise ValueError(f"{self._what} expects X of shape (n, time, {self.n_in}), got {shape}")
        return (shape[0], shape[1], self.n_hidden)

    def forward(
        self,
        X: ArrayLike,
        training: bool = False,
        *,
        initial: ArrayLike | tuple[ArrayLike, ...] | None = None,
    ) -> Array:
        """Return the hidden states of all steps, and keep what `backward` needs.

        Args:
            X: Sequences, shape (n, T, n_in).
            training: Without effect.
            initial: State before the first step, such as the attribute ``final`` after an earlier
                part of the sequences: an array (n, n_hidden), or a pair of them for `LSTM`.  None
                stands for zeros.

        Returns:
            Hidden states, shape (n, T, n_hidden).

        Raises:
            ValueError: If X or ``initial`` has a wrong shape, is empty, or holds NaN or infinity.
        """
        if initial is not None:
            self._initial = self._as_states(initial, np.shape(X)[:1])
        try:
            return super().forward(X, training)
        finally:
            self._initial = None

    def _as_states(self, initial: ArrayLike | tuple[ArrayLike, ...], n: tuple[int, ...]) -> States:
        """Return checked states of shape (n, n_hidden)."""
        given = initial if self._states > 1 else (initial,)
        if not isinstance(given, tuple) or len(given) != self._states:
            raise ValueError(
                f"{self._what} expects initial to be a tuple of {self._states} states, "
                f"got {type(initial).__name__}"
            )
        states = tuple(as_finite(state, self._what, "initial") for state in given)
        for state in states:
            if state.shape != (*n, self.n_hidden):
                raise ValueError(
                    f"{self._what} expects initial of shape {(*n, self.n_hidden)}, "
                    f"got {state.shape}"
                )
        return states

    def _forward(self, X: Array, training: bool) -> Array:
        n, T, _ = X.shape
        self._X = np.ascontiguousarray(X.transpose(1, 0, 2))  # (T, n, n_in)
        Z = self._X.reshape(T * n, -1) @ self.W  # the part of the inputs, for all steps at once
        Z += self.b
        zero = np.zeros((n, self.n_hidden))
        initial = self._initial or (zero,) * self._states
        H = np.empty((T + 1, n, self.n_hidden))  # index 0 is the state before the first step
        H[0] = initial[0]
        self._H = H
        last = self._steps_forward(Z.reshape(T, n, -1), *initial[1:])
        self._final = (H[T].copy(), *last)
        return H[1:].transpose(1, 0, 2).copy()  # (n, T, n_hidden)

    def _backward(self, grad: Array) -> Array:
        dZ = self._through_time(grad)
        n, T, _ = grad.shape
        dX = dZ.reshape(T * n, -1) @ self.W.T
        return np.ascontiguousarray(dX.reshape(T, n, -1).transpose(1, 0, 2))  # (n, T, n_in)

    def _parameter_gradients(self, grad: Array) -> None:
        self._through_time(grad)

    def _through_time(self, grad: Array) -> Array:
        """Compute the gradients of the parameters; return dZ, shape (T, n, gates)."""
        G = np.ascontiguousarray(grad.transpose(1, 0, 2))  # (T, n, n_hidden)
        dZ, *self._d_initial = self._steps_backward(G)
        rows = dZ.reshape(-1, dZ.shape[2])  # (T n, gates)
        self.dW = self._X.reshape(len(rows), -1).T @ rows  # (n_in, gates)
        self.dU = self._recurrent_gradient(dZ)  # (n_hidden, gates)
        self.db = rows.sum(axis=0)
        return dZ

    def _recurrent_gradient(self, dZ: Array) -> Array:
        """Return the gradient with respect to U: the sum over the steps of dZ (T, n, gates)."""
        rows = dZ.reshape(-1, dZ.shape[2])
        return self._H[:-1].reshape(len(rows), -1).T @ rows

    @abstractmethod
    def _steps_forward(self, Z: Array, *cells: Array) -> States:
        """Fill ``_H`` step by step from Z = XW + b, (T, n, gates); return the other last states.

        Z may be changed.
        """

    @abstractmethod
    def _steps_backward(self, G: Array) -> tuple[Array, ...]:
        """Return dZ, and the gradients with respect to the initial states."""

    @property
    def final(self) -> Array | States:
        """State after the last step of the last `forward`: an array, or a pair for `LSTM`."""
        if "_final" not in vars(self):
            raise RuntimeError(f"{self._what}.final expects forward(X) first")
        return self._final if self._states > 1 else self._final[0]

    @property
    def d_initial(self) -> Array | States:
        """Gradient with respect to ``initial``, from the last `backward`."""
        if "_d_initial" not in vars(self):
            raise RuntimeError(f"{self._what}.d_initial expects backward(grad) first")
        return tuple(self._d_initial) if self._states > 1 else self._d_initial[0]


class RNN(_Recurrent):
    r"""The simple recurrent layer: $H_t = \tanh(X_t W + H_{t-1} U + b)$.

    Backward through time, with $\delta_t$ the gradient with respect to the pre-activation of step
    t: $\delta_t = (G_t + \delta_{t+1} U^\top) \odot (1 - H_t^2)$, then
    $\partial L/\partial W = \sum_t X_t^\top \delta_t$ and
    $\partial L/\partial U = \sum_t H_{t-1}^\top \delta_t$.

    Args:
        n_in: Number of values read at each step.
        n_hidden: Size h of the state.
        rng: Draws the weights by `initialise_glorot`; by default an unseeded generator: each run
            differs.  Biases are 0.

    Attributes:
        W, U, b: Weights of the inputs, shape (n_in, h), of the state, (h, h), and biases, (h,).
        dW, dU, db: Gradients of W, U and b, from the last `backward`.
        final: $H_T$ of the last `forward`, shape (n, h): the ``initial`` of what follows.
        d_initial: Gradient with respect to $H_0$, from the last `backward`.

    Shapes: X (n, T, n_in) gives the hidden states $H_1 \dots H_T$, (n, T, h).

    Raises:
        ValueError: If a size is below 1, or ``rng`` is not a generator.

    Source: Elman, *Finding structure in time*, Cognitive Science 14, 1990.

    >>> layer = RNN(1, 1)
    >>> layer.W, layer.U = [[1.0]], [[0.5]]
    >>> # the memory of the first input fades
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
        dH = np.zeros(G.shape[1:])  # (n, h), from the step after
        for t in range(len(G) - 1, -1, -1):
            dH += G[t]
            dZ[t] *= dH
            dH = dZ[t] @ U_back
        return dZ, dH


class LSTM(_Recurrent):
    r"""Long short-term memory: gates decide what the cell C writes, keeps and shows.

    A gate is a vector of values in (0, 1), which says how much passes.

    With $Z_t = X_t W + H_{t-1} U + b$ cut into four blocks of columns, $Z^i, Z^f, Z^o, Z^g$:

    - $i = \sigma(Z^i)$, the input gate; $f = \sigma(Z^f)$, the forget gate; $o = \sigma(Z^o)$,
      the output gate; $g = \tanh(Z^g)$, the candidate;
    - $C_t = f \odot C_{t-1} + i \odot g$ and $H_t = o \odot \tanh C_t$.

    Backward through time, $\partial L/\partial C_{t-1}$ receives $f \odot \partial L/\partial C_t$:
    while the forget gate is near 1, the gradient hardly shrinks.  It vanishes if the gate closes.

    Args:
        n_in: Number of values read at each step.
        n_hidden: Size h of the state.
        forget_bias: Starting bias of the forget gate, 1 by default; other biases start at 0.
            Before training, a cell keeps about $\sigma(\text{bias})^T$ of its content over T
            steps: a bias of 1 remembers for a few steps, a bias of $\log T$ for about T.
        rng: Draws the weights by `initialise_glorot` for each gate; by default an unseeded
            generator: each run differs.

    Attributes:
        W, U, b: Weights of the inputs, shape (n_in, 4h), of the state, (h, 4h), and biases, (4h,),
            in the order i, f, o, g.
        dW, dU, db: Gradients of W, U and b, from the last `backward`.
        final: The pair $(H_T, C_T)$ of the last `forward`: the ``initial`` of what follows.
        d_initial: Gradients with respect to $(H_0, C_0)$, from the last `backward`.

    Shapes: X (n, T, n_in) gives the hidden states $H_1 \dots H_T$, (n, T, h).

    Raises:
        ValueError: If a size is below 1, ``forget_bias`` is not a number, or ``rng`` is not a
            generator.

    Source: Hochreiter & Schmidhuber, *Long short-term memory*, Neural Computation 9, 1997; the
    forget gate is from Gers, Schmidhuber & Cummins, *Learning to forget*, Neural Computation 12,
    2000; its bias: Jozefowicz, Zaremba & Sutskever, ICML 2015, and Tallec & Ollivier, *Can
    recurrent neural networks warp time?*, ICLR 2018.

    >>> layer = LSTM(3, 5)
    >>> layer.forward(np.zeros((2, 7, 3))).shape
    (2, 7, 5)
    >>> layer.b.reshape(4, 5)[:, 0]  # i, f, o, g
    array([0., 1., 0., 0.])
    """

    _gates = 4
    _states = 2

    def __init__(
        self,
        n_in: int,
        n_hidden: int,
        *,
        forget_bias: float = 1.0,
        rng: np.random.Generator | None = None,
    ) -> None:
        super().__init__(n_in, n_hidden, rng=rng)
        bias = as_finite(forget_bias, "LSTM", "forget_bias")
        if bias.ndim != 0:
            raise ValueError(f"LSTM expects forget_bias to be one number, got shape {bias.shape}")
        self.b[n_hidden : 2 * n_hidden] = bias

    def _steps_forward(self, Z: Array, *cells: Array) -> States:
        T, n, _ = Z.shape
        h, H = self.n_hidden, self._H
        C = np.empty_like(H)  # (T + 1, n, h)
        C[0] = cells[0]
        self._tanh_C = np.empty((T, n, h))
        for t in range(T):
            A = Z[t]  # (n, 4h), the gates from here on
            A += H[t] @ self.U
            A[:, : 3 * h] = _sigmoid_parts(A[:, : 3 * h])[0]
            np.tanh(A[:, 3 * h :], out=A[:, 3 * h :])
            i, f, o, g = _blocks(A, h)
            C[t + 1] = f * C[t] + i * g
            np.tanh(C[t + 1], out=self._tanh_C[t])
            np.multiply(o, self._tanh_C[t], out=H[t + 1])
        self._A, self._C = Z, C
        return (C[T].copy(),)

    def _steps_backward(self, G: Array) -> tuple[Array, ...]:
        h, U_back = self.n_hidden, np.ascontiguousarray(self.U.T)
        i, f, o, g = _blocks(self._A, h)  # each (T, n, h)
        # The factors of dC (for i, f and g) or dH (for o) in dZ, for all steps at once
        dZ = np.empty_like(self._A)
        di, df, do, dg = _blocks(dZ, h)
        np.multiply(i * (1.0 - i), g, out=di)
        np.multiply(f * (1.0 - f), self._C[:-1], out=df)
        np.multiply(o * (1.0 - o), self._tanh_C, out=do)
        np.multiply(1.0 - g**2, i, out=dg)
        to_cell = o * (1.0 - self._tanh_C**2)  # from dH to dC
        dH = np.zeros(G.shape[1:])  # (n, h), from the step after
        dC = np.zeros(G.shape[1:])
        for t in range(len(G) - 1, -1, -1):
            dH += G[t]
            dC += dH * to_cell[t]
            di[t] *= dC
            df[t] *= dC
            do[t] *= dH
            dg[t] *= dC
            dH = dZ[t] @ U_back  # to H[t]
            dC *= f[t]  # to C[t]
        return dZ, dH, dC


class GRU(_Recurrent):
    r"""Gated recurrent unit: two gates, and no cell apart from the state.

    With $Z_t = X_t W + b$ and U cut into three blocks of columns, r, z and n:

    - $r = \sigma(Z^r + H_{t-1} U^r)$, the reset gate; $z = \sigma(Z^z + H_{t-1} U^z)$, the update
      gate; $\tilde H = \tanh(Z^n + (r \odot H_{t-1}) U^n)$, the candidate;
    - $H_t = z \odot H_{t-1} + (1 - z) \odot \tilde H$.

    (PyTorch computes a variant that resets after the product, $r \odot (H_{t-1} U^n + c)$.)

    Args:
        n_in: Number of values read at each step.
        n_hidden: Size h of the state.
        rng: Draws the weights by `initialise_glorot` for each gate; by default an unseeded
            generator: each run differs.  Biases are 0.

    Attributes:
        W, U, b: Weights of the inputs, shape (n_in, 3h), of the state, (h, 3h), and biases, (3h,),
            in the order r, z, n.
        dW, dU, db: Gradients of W, U and b, from the last `backward`.
        final: $H_T$ of the last `forward`, shape (n, h): the ``initial`` of what follows.
        d_initial: Gradient with respect to $H_0$, from the last `backward`.

    Shapes: X (n, T, n_in) gives the hidden states $H_1 \dots H_T$, (n, T, h).

    Raises:
        ValueError: If a size is below 1, or ``rng`` is not a generator.

    Source: Cho, van Merriënboer, Gulcehre, Bahdanau, Bougares, Schwenk & Bengio, *Learning phrase
    representations using RNN encoder-decoder for statistical machine translation*, EMNLP 2014.

    >>> layer = GRU(3, 5)
    >>> layer.forward(np.zeros((2, 7, 3))).shape
    (2, 7, 5)
    """

    _gates = 3

    def _steps_forward(self, Z: Array, *cells: Array) -> States:
        h, H = self.n_hidden, self._H
        self._RH = np.empty_like(H[1:])  # (T, n, h)
        for t in range(len(Z)):
            A = Z[t]  # (n, 3h), the gates from here on
            A[:, : 2 * h] += H[t] @ self.U[:, : 2 * h]
            A[:, : 2 * h] = _sigmoid_parts(A[:, : 2 * h])[0]
            r, z, candidate = _blocks(A, h)
            np.multiply(r, H[t], out=self._RH[t])
            candidate += self._RH[t] @ self.U[:, 2 * h :]
            np.tanh(candidate, out=candidate)
            H[t + 1] = z * H[t] + (1.0 - z) * candidate
        self._A = Z
        return ()

    def _steps_backward(self, G: Array) -> tuple[Array, ...]:
        h, U_back = self.n_hidden, np.ascontiguousarray(self.U.T)
        r, z, candidate = _blocks(self._A, h)  # each (T, n, h)
        # The factors of the gradient in dZ, for all steps at once
        dZ = np.empty_like(self._A)
        dr, dz, dn = _blocks(dZ, h)
        np.multiply(r * (1.0 - r), self._H[:-1], out=dr)
        np.multiply(z * (1.0 - z), self._H[:-1] - candidate, out=dz)
        np.multiply(1.0 - candidate**2, 1.0 - z, out=dn)
        dH = np.zeros(G.shape[1:])  # (n, h), from the step after
        for t in range(len(G) - 1, -1, -1):
            dH += G[t]
            dz[t] *= dH
            dn[t] *= dH
            dRH = dn[t] @ U_back[2 * h :]
            dr[t] *= dRH
            dH = dH * z[t] + dRH * r[t] + dZ[t, :, : 2 * h] @ U_back[: 2 * h]  # to H[t]
        return dZ, dH

    def _recurrent_gradient(self, dZ: Array) -> Array:
        h = self.n_hidden
        dU = super()._recurrent_gradient(dZ)
        # The candidate was computed from r ⊙ H, not from H
        dU[:, 2 * h :] = self._RH.reshape(-1, h).T @ dZ[:, :, 2 * h :].reshape(-1, h)
        return dU


def _blocks(A: Array, h: int) -> list[Array]:
    """Cut the last axis into views of h columns."""
    return [A[..., k : k + h] for k in range(0, A.shape[-1], h)]


class LastStep(Layer):
    r"""Keep only the last step of each sequence: $Y = X_T$.

    Backward: the last step gets the gradient, the other steps 0.

    Shapes: X (n, T, d) gives (n, d).

    Raises:
        ValueError: If X does not have three axes.

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
    r"""Scale all gradients down together if they are too long: $g \leftarrow g \min(1, c/\|g\|)$.

    $\|g\|$ is the norm of all gradients taken as one vector, whose direction does not change.

    Args:
        gradients: Gradients of a model, float64 arrays; they change **in place**.
        max_norm: Largest norm c, > 0.

    Returns:
        The norm before clipping, a float ≥ 0.

    Raises:
        ValueError: If ``max_norm`` is not positive, there is no gradient, a value is NaN or
            infinite, or a gradient is not a writeable float64 array.

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
    # In units of the largest entry, whose square could overflow or underflow
    relative = math.sqrt(sum(float(np.sum((g / largest) ** 2)) for g in gradients))
    if relative > max_norm / largest:
        for g in gradients:
            g /= largest
            g *= max_norm / relative
    return relative * largest


def make_delayed_copy(n: int, delay: int, *, rng: np.random.Generator) -> tuple[Array, Array]:
    r"""Draw sequences of numbers, of which the first is marked and is the target.

    All numbers are drawn uniformly from [-1, 1], independently: only the first determines the
    target.  A model that always answers 0 has a mean squared error of 1/3, and without memory of
    the first number no model does better.

    Args:
        n: Number of sequences.
        delay: Number of steps between the first number and the end, ≥ 0.
        rng: Source of randomness.

    Returns:
        ``X`` (n, delay + 1, 2), at each step a number and a mark, which is 1 at the first step and
        0 afterwards; and ``y`` (n,), the first number.

    Raises:
        ValueError: If a count is not in its range, or ``rng`` is not a generator.

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
