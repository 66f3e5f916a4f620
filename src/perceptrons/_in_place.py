r"""The activations of hidden layers for the inner loop of `fit`: unchecked, and in place.

Taught nowhere: `perceptrons.activations` says the same clearly, and a test holds the two equal.
At the size of a hidden layer each pass over memory counts, and so does each check.
"""

from collections.abc import Callable
from typing import TypeAlias

import numpy as np

from perceptrons._arrays import Array
from perceptrons.activations import ACTIVATIONS

Phi: TypeAlias = Callable[[Array, Array | None], Array]  # of z and the array to write to, if any
TimesDPhi: TypeAlias = Callable[[Array, Array], None]  # of a gradient, multiplied by φ'(z), and z


def _relu(z: Array, out: Array | None) -> Array:
    zeros = np.zeros(z.shape[1])  # numpy compares with a row in less time than with a number
    result: Array = np.maximum(z, zeros, out=out)
    return result


def _times_d_relu(grad: Array, z: Array) -> None:
    grad *= (z > 0).view(np.int8)  # numpy turns 0 and 1 into floats faster than False and True


def _as_it_is(name: str) -> tuple[Phi, TimesDPhi]:
    phi, d_phi = ACTIVATIONS[name]

    def times_d_phi(grad: Array, z: Array) -> None:
        grad *= d_phi(z)

    return lambda z, out: phi(z), times_d_phi


# Only ReLU is written anew: the others take so long that a check more does not show.
IN_PLACE: dict[str, tuple[Phi, TimesDPhi]] = {
    **{name: _as_it_is(name) for name in ACTIVATIONS},
    "relu": (_relu, _times_d_relu),
}
