r"""The last layer of a network: its activation, the loss that goes with it, and their targets.

Each pair is chosen so that backpropagation starts from $\delta^L = c (A^L - Y) / n$.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from perceptrons._arrays import (
    Array,
    ArrayLike,
    Labels,
    as_finite,
    check_between,
    check_not_empty,
)
from perceptrons.activations import identity, sigmoid, softmax
from perceptrons.logistic import one_hot
from perceptrons.losses import (
    binary_cross_entropy_from_logits,
    cross_entropy_from_logits,
    mean_squared_error,
)


@dataclass(frozen=True)
class Output:
    """One kind of last layer."""

    name: str
    activation: Callable[[ArrayLike], Array]
    loss: Callable[[ArrayLike, ArrayLike], float]  # of targets Y and pre-activations Z^L
    activation_and_loss: Callable[[Array, Array], tuple[Array, float]]  # see below
    factor: float  # the c of the base case

    def summed_loss(self, Y: Array, Z: Array) -> float:
        """Return n times the loss of targets Y and pre-activations Z, unchecked."""
        return self.activation_and_loss(Y, Z)[1]

    def targets(self, y: ArrayLike, m: int, what: str) -> Array:
        """Return y, labels (n,) or targets (n, m), as a checked matrix of m columns."""
        Y = as_finite(y, what, "y")
        check_not_empty(Y, what, "y")
        if Y.ndim == 1 and self.name == "softmax":
            return one_hot(Y, m)  # (n, m)
        if Y.ndim == 1 and m == 1:
            Y = Y.reshape(-1, 1)
        if Y.ndim != 2 or Y.shape[1] != m:
            wanted = f"(n,) or (n, {m})" if m == 1 or self.name == "softmax" else f"(n, {m})"
            raise ValueError(f"{what} expects y of shape {wanted}, got {Y.shape}")
        if self.name != "identity":
            check_between(Y, what, "y")
        if self.name == "softmax" and not np.allclose(Y.sum(axis=1), 1.0):
            raise ValueError(f"{what} expects rows of y that sum to 1, got {Y.sum(axis=1)}")
        return Y

    def labels(self, A: Array, threshold: float = 0.5) -> Array | Labels:
        """Return the labels that outputs (n, m) stand for: (n,) when there is one a sample."""
        if self.name == "softmax":
            classes: Labels = A.argmax(axis=1)  # (n,)
            return classes
        values = np.greater_equal(A, threshold).astype(np.int64) if self.name == "sigmoid" else A
        return values[:, 0] if values.shape[1] == 1 else values


# What follows is for inner loops: of targets Y and pre-activations Z, the outputs and n times the
# loss.  Nothing is checked (`fit` looks at the loss), and what the two share is computed once.


def _sigmoid_and_loss(Y: Array, Z: Array) -> tuple[Array, float]:
    decay = np.exp(-np.abs(Z))  # cannot overflow
    yes = (Z >= 0).astype(np.float64)  # as numbers: numpy converts them more slowly on the way
    A = np.maximum(yes, decay)  # 1 where z ≥ 0, else e^z
    A /= 1.0 + decay
    # log(1 + e^z) - yz; what multiplies z is exactly 0 for a label that is right
    return A, float(np.log1p(decay).sum() + np.vdot(yes - Y, Z))


def _softmax_and_loss(Y: Array, Z: Array) -> tuple[Array, float]:
    # The rows are short, and numpy slow to start on each: the largest of a row is looked for
    # among the columns, side by side in memory, and the sums are a product.
    below = Z - np.ascontiguousarray(np.moveaxis(Z, -1, 0)).max(axis=0)[..., None]
    exponentials = np.exp(below)
    sums = (exponentials @ np.ones(Z.shape[-1]))[..., None]
    return exponentials / sums, -float(np.vdot(Y, below - np.log(sums)))


def _identity_and_loss(Y: Array, Z: Array) -> tuple[Array, float]:
    return Z.copy(), float(((Z - Y) ** 2).sum())


OUTPUTS = {
    "sigmoid": Output("sigmoid", sigmoid, binary_cross_entropy_from_logits, _sigmoid_and_loss, 1.0),
    "softmax": Output("softmax", softmax, cross_entropy_from_logits, _softmax_and_loss, 1.0),
    "identity": Output("identity", identity, mean_squared_error, _identity_and_loss, 2.0),
}
