r"""All weights and biases of a network as one vector $\theta$, and each of them as a view of it."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from perceptrons._arrays import Array


class Flat:
    """A vector, and under the number of its layer the matrices that share its memory.

    Attributes:
        vector: All numbers; one operation on it moves every weight and every bias.
        P: By layer, shape (d_l, d_{l-1} + 1): the transposed weights, and in the last column the
            biases, so that one product with a row of ones below the inputs needs no sum after it.
        W: The weights, views of P, shape (d_{l-1}, d_l), as in the equations.
        b: The biases, views of P, shape (d_l,).
    """

    def __init__(self, sizes: tuple[int, ...], vector: Array | None = None) -> None:
        ends = np.cumsum([(d + 1) * m for d, m in pairwise(sizes)]).tolist()
        self.sizes = sizes
        self.vector = np.zeros(ends[-1]) if vector is None else vector
        self.P: dict[int, Array] = {}
        self.W: dict[int, Array] = {}
        self.b: dict[int, Array] = {}
        for l, (start, end) in enumerate(pairwise([0, *ends]), start=1):
            self.P[l] = self.vector[start:end].reshape(sizes[l], sizes[l - 1] + 1)
            self.W[l], self.b[l] = self.P[l][:, :-1].T, self.P[l][:, -1]

    def __reduce__(self) -> tuple[Callable[..., Flat], tuple[object, ...]]:
        # What is copied or unpickled piece by piece would no longer share its memory.
        return Flat, (self.sizes, self.vector)
