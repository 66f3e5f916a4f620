r"""Forward and backward for the inner loop of `fit`: unchecked, and over the same arrays each time.

Taught nowhere: `MultiLayerPerceptron.forward` and `backward` say the same clearly, and a test holds
the two equal.  At the sizes of the book each pass over memory counts, and so does each call:

- samples are columns, so that what belongs to one neuron lies side by side in memory;
- a row of ones below the inputs $A^{l-1}$ of a layer makes $H^{l-1}$, and with weights and biases
  in one matrix, $P^l = [W^{l\top} \; b^l]$, a layer is one product, $Z^l = P^l H^{l-1}$, and so
  are its gradients, $\partial L / \partial P^l = \delta^l H^{l-1\top}$;
- `np.dot` starts in less time than `np.matmul`.
"""

from __future__ import annotations

import numpy as np

from perceptrons._arrays import Array
from perceptrons._flat import Flat
from perceptrons._outputs import Output
from perceptrons.activations import ACTIVATIONS


class Step:
    """The arrays of one step at n samples, and the step itself up to the gradients.

    Args:
        n: Samples a step.
        theta: The weights, as they are when a step is asked for.
        hidden: Activation of the hidden layers.
        output: The last layer and its loss.

    Attributes:
        gradients: What the last step found, written over by the next.
    """

    def __init__(self, n: int, theta: Flat, hidden: str, output: Output) -> None:
        sizes = theta.sizes
        self.n, self.theta, self.output, self.L = n, theta, output, len(sizes) - 1
        self.gradients = Flat(sizes)
        self._relu = hidden == "relu"  # the others take so long that a check more does not show
        self._phi, self._d_phi = ACTIVATIONS[hidden]
        self._X: Array | None = None
        layers = range(1, self.L + 1)
        self._H = {l: np.ones((d + 1, n)) for l, d in enumerate(sizes[:-1])}  # (d_l + 1, n)
        self._A = {l: H[:-1] for l, H in self._H.items()}  # (d_l, n)
        self._Z = {l: np.empty((sizes[l], n)) for l in layers}  # (d_l, n)
        self._dZ = {l: np.empty((sizes[l], n)) for l in layers}  # (d_l, n)
        self._awake = {l: np.empty((sizes[l], n), bool) for l in range(1, self.L)}  # (d_l, n)
        self._zeros = np.zeros(n)  # numpy compares with a row in less time than with a number

    def __call__(self, X: Array, Y: Array) -> tuple[Array, float]:
        """Return the outputs, shape (n, d_L), and n times the loss; compute `gradients`."""
        P, dP, H, Z, dZ, L = self.theta.P, self.gradients.P, self._H, self._Z, self._dZ, self.L
        self._take(X)
        for l in range(1, L):
            np.dot(P[l], H[l - 1], out=Z[l])  # (d_l, n)
            self._activate(l)
        np.dot(P[L], H[L - 1], out=Z[L])  # (d_L, n)
        outputs, summed_loss = self.output.activation_and_loss(Y, Z[L].T)  # (n, d_L)
        np.subtract(outputs.T, Y.T, out=dZ[L])  # (d_L, n)
        dZ[L] *= self.output.factor / self.n
        for l in range(L, 0, -1):
            np.dot(dZ[l], H[l - 1].T, out=dP[l])  # (d_l, d_{l-1} + 1)
            if l > 1:
                np.dot(self.theta.W[l], dZ[l], out=dZ[l - 1])  # (d_{l-1}, n)
                self._through_activation(l - 1)
        return outputs, summed_loss

    def _take(self, X: Array) -> None:
        # An array that nobody can write to is the same as in the last step.
        if X is not self._X or X.flags.writeable:
            self._A[0][...] = X.T
            self._X = X

    def _activate(self, l: int) -> None:
        if self._relu:
            np.maximum(self._Z[l], self._zeros, out=self._A[l])  # lets NaN through to the loss
        else:
            self._A[l][...] = self._phi(self._Z[l])

    def _through_activation(self, l: int) -> None:
        if self._relu:
            np.greater(self._Z[l], 0.0, out=self._awake[l])
            # numpy turns 0 and 1 into floats faster than False and True
            self._dZ[l] *= self._awake[l].view(np.int8)
        else:
            self._dZ[l] *= self._d_phi(self._Z[l])
