r"""The two passes of `MultiLayerPerceptron`, written for speed: `fit` calls them at each step.

Private because they teach nothing: `MultiLayerPerceptron.forward` and `backward` say the same
clearly, and ``tests/perceptrons/test_inner_loop.py`` holds the two equal.  Nothing is checked here
(`fit` looks at the loss), and every step writes over the same arrays.  At the sizes of the book
each pass over memory counts, and so does each call:

- examples are columns, so that the values of one neuron lie side by side in memory;
- a row of ones below the inputs $A^{l-1}$ of a layer makes $H^{l-1}$, and with weights and biases
  in one matrix, $P^l = [W^{l\top} \; b^l]$, a layer is one product, $Z^l = P^l H^{l-1}$, and so
  are its gradients, $\partial L / \partial P^l = \delta^l H^{l-1\top}$;
- `np.dot` starts in less time than `np.matmul`.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np

from perceptrons._arrays import Array
from perceptrons.activations import ACTIVATIONS, _sigmoid_parts


class ParameterVector:
    r"""All weights and biases of a network as one vector $\theta$, and as views of it by layer.

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

    def __reduce__(self) -> tuple[Callable[..., ParameterVector], tuple[object, ...]]:
        # Views that were copied or unpickled one by one would no longer share their memory.
        return ParameterVector, (self.sizes, self.vector)


class FastPasses:
    r"""One step at n examples, up to the gradients, and the arrays that it writes over.

    Args:
        n: Number of examples of each step.
        theta: The weights and biases, read anew at each step.
        hidden: Activation of the hidden layers.
        activation_and_loss: Gives the outputs and the summed loss, such as `softmax_and_loss`.
        factor: The c of $\delta^L = c (A^L - Y) / n$.

    Attributes:
        gradients: The gradients of the last step; the next step writes over them.
    """

    def __init__(
        self,
        n: int,
        theta: ParameterVector,
        hidden: str,
        activation_and_loss: Callable[[Array, Array], tuple[Array, float]],
        factor: float,
    ) -> None:
        sizes = theta.sizes
        self.n, self.theta, self.L = n, theta, len(sizes) - 1
        self.gradients = ParameterVector(sizes)
        self._activation_and_loss, self._factor = activation_and_loss, factor
        self._relu = hidden == "relu"  # the other activations take longer than this saves
        self._phi, self._d_phi = ACTIVATIONS[hidden]
        self._X: Array | None = None
        layers = range(1, self.L + 1)
        self._H = {l: np.ones((d + 1, n)) for l, d in enumerate(sizes[:-1])}  # (d_l + 1, n)
        self._A = {l: H[:-1] for l, H in self._H.items()}  # (d_l, n)
        self._Z = {l: np.empty((sizes[l], n)) for l in layers}  # (d_l, n)
        self._dZ = {l: np.empty((sizes[l], n)) for l in layers}  # (d_l, n)
        self._positive = {l: np.empty((sizes[l], n), bool) for l in range(1, self.L)}  # (d_l, n)
        self._zeros = np.zeros(n)  # NumPy compares with a row in less time than with a number

    def __call__(self, X: Array, Y: Array) -> tuple[Array, float]:
        """Return the outputs, shape (n, d_L), and n times the loss; compute `gradients`."""
        P, dP, H, Z, dZ, L = self.theta.P, self.gradients.P, self._H, self._Z, self._dZ, self.L
        self._copy_inputs(X)
        for l in range(1, L):
            np.dot(P[l], H[l - 1], out=Z[l])  # (d_l, n)
            self._activate(l)
        np.dot(P[L], H[L - 1], out=Z[L])  # (d_L, n)
        outputs, summed_loss = self._activation_and_loss(Y, Z[L].T)  # (n, d_L)
        np.subtract(outputs.T, Y.T, out=dZ[L])  # (d_L, n)
        dZ[L] *= self._factor / self.n
        for l in range(L, 0, -1):
            np.dot(dZ[l], H[l - 1].T, out=dP[l])  # (d_l, d_{l-1} + 1)
            if l > 1:
                np.dot(self.theta.W[l], dZ[l], out=dZ[l - 1])  # (d_{l-1}, n)
                self._multiply_by_derivative(l - 1)
        return outputs, summed_loss

    def _copy_inputs(self, X: Array) -> None:
        """Copy X into columns, unless it is the array of the last step and cannot have changed."""
        if X is not self._X or X.flags.writeable:
            self._A[0][...] = X.T
            self._X = X

    def _activate(self, l: int) -> None:
        """Compute $A^l$ from $Z^l$."""
        if self._relu:
            np.maximum(self._Z[l], self._zeros, out=self._A[l])  # lets NaN through to the loss
        else:
            self._A[l][...] = self._phi(self._Z[l])

    def _multiply_by_derivative(self, l: int) -> None:
        r"""Multiply $\delta^l$ by $\varphi'(Z^l)$, elementwise."""
        if self._relu:
            np.greater(self._Z[l], 0.0, out=self._positive[l])
            # NumPy turns 0 and 1 into floats faster than False and True
            self._dZ[l] *= self._positive[l].view(np.int8)
        else:
            self._dZ[l] *= self._d_phi(self._Z[l])


# From targets Y and pre-activations Z, each of these returns the outputs and n times the loss; what
# the two share is computed once.


def sigmoid_and_loss(Y: Array, Z: Array) -> tuple[Array, float]:
    """Return the sigmoid of Z and its binary cross-entropy, summed over examples."""
    A, decay, positive = _sigmoid_parts(Z)
    # log(1 + e^z) - yz; the factor of z is exactly 0 for a prediction that is right
    return A, float(np.log1p(decay).sum() + np.vdot(positive - Y, Z))


def softmax_and_loss(Y: Array, Z: Array) -> tuple[Array, float]:
    """Return the softmax of the rows of Z and its cross-entropy, summed over examples."""
    # NumPy is slow on many short rows: the largest of each row is taken over columns that are
    # contiguous in memory, and the sums are a matrix product.
    below = Z - np.ascontiguousarray(np.moveaxis(Z, -1, 0)).max(axis=0)[..., None]
    exponentials = np.exp(below)
    sums = (exponentials @ np.ones(Z.shape[-1]))[..., None]
    return exponentials / sums, -float(np.vdot(Y, below - np.log(sums)))


def identity_and_loss(Y: Array, Z: Array) -> tuple[Array, float]:
    """Return a copy of Z and its squared error, summed over examples."""
    return Z.copy(), float(((Z - Y) ** 2).sum())
