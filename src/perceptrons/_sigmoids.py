r"""Identity, sigmoid, tanh and their derivatives (chapter *Activation functions*).

Public in `perceptrons.activations`.  Every derivative is taken at the pre-activation z.
"""

import numpy as np

from perceptrons._arrays import Array, ArrayLike, as_array


def identity(z: ArrayLike) -> Array:
    r"""Return z unchanged, as a new array: $\varphi(z) = z$, the output of a regression.

    Args:
        z: Pre-activations, any shape.

    Returns:
        Array of the shape of ``z``.

    Raises:
        ValueError: NaN, or not real numbers (so do all functions of this module).

    >>> identity([-1.0, 2.0])
    array([-1.,  2.])
    """
    return as_array(z, "identity").copy()


def d_identity(z: ArrayLike) -> Array:
    r"""Derivative of `identity`: $\varphi'(z) = 1$.

    Arguments and errors: see `identity`.

    >>> d_identity([-1.0, 2.0])
    array([1., 1.])
    """
    return np.ones_like(as_array(z, "d_identity"))


def sigmoid(z: ArrayLike) -> Array:
    r"""Squash each value into (0, 1): $\sigma(z) = 1 / (1 + e^{-z})$.

    Written with exp(-|z|), so that no z overflows.

    Args:
        z: Pre-activations, any shape.

    Returns:
        Array of the shape of ``z``, values in [0, 1] (0 and 1 by rounding).

    Raises:
        ValueError: NaN.

    Source: Rumelhart, Hinton & Williams, *Learning representations by back-propagating
    errors*, Nature 323, 1986.

    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    z = as_array(z, "sigmoid")
    decay = np.exp(-np.abs(z))
    result: Array = np.where(z >= 0, 1.0, decay) / (1.0 + decay)
    return result


def d_sigmoid(z: ArrayLike) -> Array:
    r"""Derivative of `sigmoid`: $\sigma'(z) = \sigma(z)(1 - \sigma(z)) \le 1/4$.

    Written as $e^{-|z|} / (1 + e^{-|z|})^2$: from z = 37 on, $1 - \sigma(z)$ would be 0.

    Arguments, errors and source: see `sigmoid`.

    >>> d_sigmoid([-2.0, 0.0, 2.0])
    array([0.10499359, 0.25      , 0.10499359])
    """
    decay = np.exp(-np.abs(as_array(z, "d_sigmoid")))
    result: Array = decay / (1.0 + decay) ** 2
    return result


def tanh(z: ArrayLike) -> Array:
    r"""Squash each value into (-1, 1): $\tanh z = 2\sigma(2z) - 1$, centred on 0.

    Args:
        z: Pre-activations, any shape.

    Returns:
        Array of the shape of ``z``, values in [-1, 1].

    Raises:
        ValueError: NaN.

    Source: LeCun, Bottou, Orr & Müller, *Efficient BackProp*, 1998.

    >>> tanh([-1000.0, 0.0, 1000.0])
    array([-1.,  0.,  1.])
    """
    return np.tanh(as_array(z, "tanh"))


def d_tanh(z: ArrayLike) -> Array:
    r"""Derivative of `tanh`: $1 - \tanh^2 z \le 1$.

    Written as $(2e^{-|z|} / (1 + e^{-2|z|}))^2$, which keeps its digits where tanh saturates.

    Arguments, errors and source: see `tanh`.

    >>> d_tanh([-1.0, 0.0, 1.0])
    array([0.41997434, 1.        , 0.41997434])
    """
    decay = np.exp(-np.abs(as_array(z, "d_tanh")))
    result: Array = (2.0 * decay / (1.0 + decay**2)) ** 2
    return result
