r"""What `RNN`, `LSTM` and `GRU` share: shapes, weights, states (chapter *Recurrent networks*).

Inside, time is the first axis: each step then works on one block of memory.
"""

from __future__ import annotations

from abc import abstractmethod

import numpy as np

from perceptrons._arrays import Array, ArrayLike, as_finite, check_count, check_rng
from perceptrons._layer import Layer, Parameter
from perceptrons.preparation import initialise_glorot

States = tuple[Array, ...]  # (H,), or (H, C) for an LSTM; each (n, n_hidden)


class Recurrent(Layer):
    """A layer that reads a sequence step by step, and at each step meets its own last state.

    A subclass defines ``_gates``, ``_states`` and the two passes over time.
    """

    _gates = 1  # blocks of n_hidden columns in W, U and b
    _states = 1

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
        gates = range(self._gates)  # each gate starts as a layer of its own
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
            training: No matter here.
            initial: State before the first step, such as the attribute ``final`` of the sequence
                before: an array (n, n_hidden), for an `LSTM` a pair of them. None stands for 0.

        Returns:
            Hidden states, shape (n, T, n_hidden).

        Raises:
            ValueError: X or ``initial`` of a wrong shape, empty, NaN or infinite.
        """
        if initial is not None:
            self._initial = self._as_states(initial, np.shape(X)[:1])
        try:
            return super().forward(X, training)
        finally:
            self._initial = None

    def _as_states(self, initial: ArrayLike | tuple[ArrayLike, ...], n: tuple[int, ...]) -> States:
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
        Z = self._X.reshape(T * n, -1) @ self.W  # the inputs' share, of all steps at once
        Z += self.b
        zero = np.zeros((n, self.n_hidden))
        initial = self._initial or (zero,) * self._states
        H = np.empty((T + 1, n, self.n_hidden))  # from the state before the first step on
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

    def _learn(self, grad: Array) -> None:
        self._through_time(grad)

    def _through_time(self, grad: Array) -> Array:
        G = np.ascontiguousarray(grad.transpose(1, 0, 2))  # (T, n, n_hidden)
        dZ, *self._d_initial = self._steps_backward(G)
        rows = dZ.reshape(-1, dZ.shape[2])  # (T n, gates)
        self.dW = self._X.reshape(len(rows), -1).T @ rows  # (n_in, gates)
        self.dU = self._recurrent_gradient(dZ)  # (n_hidden, gates)
        self.db = rows.sum(axis=0)
        return dZ

    def _recurrent_gradient(self, dZ: Array) -> Array:
        """Return the gradient with respect to U, the steps of dZ (T, n, gates) added up."""
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
        """State after the last step of the last `forward`: an array, or for an `LSTM` a pair."""
        if "_final" not in vars(self):
            raise RuntimeError(f"{self._what}.final expects forward(X) first")
        return self._final if self._states > 1 else self._final[0]

    @property
    def d_initial(self) -> Array | States:
        """Gradient with respect to ``initial``, from the last `backward`."""
        if "_d_initial" not in vars(self):
            raise RuntimeError(f"{self._what}.d_initial expects backward(grad) first")
        return tuple(self._d_initial) if self._states > 1 else self._d_initial[0]

    def parameters(self) -> list[Array]:
        """Return [W, U, b]."""
        return [self.W, self.U, self.b]

    def gradients(self) -> list[Array]:
        """Return [dW, dU, db].

        Raises:
            RuntimeError: Before any `backward`.
        """
        if "dW" not in vars(self):
            raise RuntimeError(f"{self._what}.gradients expects backward(grad) first")
        return [self.dW, self.dU, self.db]
