r"""Cells with gates: public in `perceptrons.recurrence` (chapter *Recurrent networks and LSTM*).

A gate is a vector of values in (0, 1) that says how much passes.
"""

from __future__ import annotations

import numpy as np

from perceptrons._arrays import Array, as_finite
from perceptrons._recurrent import Recurrent, States


def _sigmoid_in_place(Z: Array) -> None:
    r"""$\sigma(z) = (1 + \tanh(z/2))/2$: never overflows, and needs no other array."""
    Z *= 0.5
    np.tanh(Z, out=Z)
    Z += 1.0
    Z *= 0.5


class LSTM(Recurrent):
    r"""Long short-term memory: a cell C that gates write to, keep and read.

    With $Z_t = X_t W + H_{t-1} U + b$ cut in four blocks of columns, $Z^i, Z^f, Z^o, Z^g$:

    - $i = \sigma(Z^i)$, the input gate; $f = \sigma(Z^f)$, the forget gate; $o = \sigma(Z^o)$,
      the output gate; $g = \tanh(Z^g)$, the candidate;
    - $C_t = f \odot C_{t-1} + i \odot g$ and $H_t = o \odot \tanh C_t$.

    Back through time, $\partial L/\partial C_{t-1}$ gets $f \odot \partial L/\partial C_t$: where
    the forget gate is near 1, the gradient hardly shrinks. It still may: gates can close.

    Args:
        n_in: Numbers that are read at each step.
        n_hidden: Size h of the state.
        forget_bias: Bias that the forget gate starts with, 1 by default; the others are 0. At the
            start a cell keeps about $\sigma(\text{bias})^T$ of its content over T steps: 1
            remembers for a few steps, and $\log T$ for about T.
        rng: Draws the weights, by `initialise_glorot` for each gate; by default a new generator,
            unlike at each run.

    Attributes:
        W, U, b: Weights of the inputs, shape (n_in, 4h), of the state, (h, 4h), and biases, (4h,),
            in the order i, f, o, g.
        dW, dU, db: Their gradients, from the last `backward`.
        final: The pair $(H_T, C_T)$ of the last `forward`, to go on from as ``initial``.
        d_initial: Gradients with respect to $(H_0, C_0)$, from the last `backward`.

    Shapes: X (n, T, n_in) gives the hidden states $H_1 \dots H_T$, (n, T, h).

    Raises:
        ValueError: A size below 1, a ``forget_bias`` that is no number, or ``rng`` no generator.

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
            _sigmoid_in_place(A[:, : 3 * h])
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
        # What dC (for i, f, g) or dH (for o) is multiplied by to give dZ: all steps at once
        dZ = np.empty_like(self._A)
        di, df, do, dg = _blocks(dZ, h)
        np.multiply(i * (1.0 - i), g, out=di)
        np.multiply(f * (1.0 - f), self._C[:-1], out=df)
        np.multiply(o * (1.0 - o), self._tanh_C, out=do)
        np.multiply(1.0 - g**2, i, out=dg)
        to_cell = o * (1.0 - self._tanh_C**2)  # from dH to dC
        dH = np.zeros(G.shape[1:])  # (n, h), what comes back from the step after
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


class GRU(Recurrent):
    r"""Gated recurrent unit: two gates, and no cell beside the state.

    With $Z_t = X_t W + b$ and U cut in three blocks of columns, r, z and n:

    - $r = \sigma(Z^r + H_{t-1} U^r)$, the reset gate; $z = \sigma(Z^z + H_{t-1} U^z)$, the update
      gate; $\tilde H = \tanh(Z^n + (r \odot H_{t-1}) U^n)$, the candidate;
    - $H_t = z \odot H_{t-1} + (1 - z) \odot \tilde H$.

    (PyTorch's variant resets after the product, $r \odot (H_{t-1} U^n + c)$.)

    Args:
        n_in: Numbers that are read at each step.
        n_hidden: Size h of the state.
        rng: Draws the weights, by `initialise_glorot` for each gate; by default a new generator,
            unlike at each run. Biases are 0.

    Attributes:
        W, U, b: Weights of the inputs, shape (n_in, 3h), of the state, (h, 3h), and biases, (3h,),
            in the order r, z, n.
        dW, dU, db: Their gradients, from the last `backward`.
        final: $H_T$ of the last `forward`, shape (n, h), to go on from as ``initial``.
        d_initial: Gradient with respect to $H_0$, from the last `backward`.

    Shapes: X (n, T, n_in) gives the hidden states $H_1 \dots H_T$, (n, T, h).

    Raises:
        ValueError: A size below 1, or ``rng`` no generator.

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
            _sigmoid_in_place(A[:, : 2 * h])
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
        # What the gradient is multiplied by on its way to Z: all steps at once
        dZ = np.empty_like(self._A)
        dr, dz, dn = _blocks(dZ, h)
        np.multiply(r * (1.0 - r), self._H[:-1], out=dr)
        np.multiply(z * (1.0 - z), self._H[:-1] - candidate, out=dz)
        np.multiply(1.0 - candidate**2, 1.0 - z, out=dn)
        dH = np.zeros(G.shape[1:])  # (n, h), what comes back from the step after
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
        # The candidate met r ⊙ H, not H
        dU[:, 2 * h :] = self._RH.reshape(-1, h).T @ dZ[:, :, 2 * h :].reshape(-1, h)
        return dU


def _blocks(A: Array, h: int) -> list[Array]:
    """Cut the last axis in views of h columns."""
    return [A[..., k : k + h] for k in range(0, A.shape[-1], h)]
