r"""Activation functions and their derivatives (chapter *Activation functions*).

Every derivative is taken at the **pre-activation** z, never at the activation: ``d_relu(z)``.
No z overflows: at ±1e308 and at ±infinity each function gives its limit; NaN is refused.
`ACTIVATIONS` maps the name of each element-wise function to the pair (function, derivative).
`softmax` and `log_softmax` mix the values of a row: their derivative is applied to a vector.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

from perceptrons._arrays import Array, ArrayLike
from perceptrons._rectifiers import (
    d_elu,
    d_gelu,
    d_leaky_relu,
    d_relu,
    d_softplus,
    elu,
    gelu,
    leaky_relu,
    relu,
    softplus,
)
from perceptrons._sigmoids import d_identity, d_sigmoid, d_tanh, identity, sigmoid, tanh
from perceptrons._softmax import d_log_softmax, d_softmax, log_softmax, softmax

Activation: TypeAlias = Callable[[ArrayLike], Array]

__all__ = [
    "ACTIVATIONS",
    "d_elu",
    "d_gelu",
    "d_identity",
    "d_leaky_relu",
    "d_log_softmax",
    "d_relu",
    "d_sigmoid",
    "d_softmax",
    "d_softplus",
    "d_tanh",
    "elu",
    "gelu",
    "identity",
    "leaky_relu",
    "log_softmax",
    "relu",
    "sigmoid",
    "softmax",
    "softplus",
    "tanh",
]

ACTIVATIONS: Mapping[str, tuple[Activation, Activation]] = MappingProxyType(
    {
        "identity": (identity, d_identity),
        "sigmoid": (sigmoid, d_sigmoid),
        "tanh": (tanh, d_tanh),
        "relu": (relu, d_relu),
        "leaky_relu": (leaky_relu, d_leaky_relu),
        "elu": (elu, d_elu),
        "softplus": (softplus, d_softplus),
        "gelu": (gelu, d_gelu),
    }
)
r"""The element-wise functions by name, each with its derivative: $(\varphi, \varphi')$.

Read-only.  These are the names that `MultiLayerPerceptron` and `Activation` take.

>>> print(*sorted(ACTIVATIONS))
elu gelu identity leaky_relu relu sigmoid softplus tanh
>>> f, d_f = ACTIVATIONS["relu"]
>>> f([-1.0, 2.0]), d_f([-1.0, 2.0])
(array([0., 2.]), array([0., 1.]))
"""
