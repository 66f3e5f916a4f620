r"""ReLU, its smooth and leaky relatives, and their derivatives (chapter *Activation functions*).

Public in `perceptrons.activations`.  Every derivative is taken at the pre-activation z.
"""

import math

import numpy as np

from perceptrons._arrays import Array, ArrayLike, as_array, check_positive
from perceptrons._sigmoids import sigmoid


def relu(z: ArrayLike) -> Array:
    r"""Keep what is positive: $\max(0, z)$.

    Args:
        z: Pre-activations, any shape.

    Returns:
        Array of the shape of ``z``, values ≥ 0.

    Raises:
        ValueError: NaN.

    Source: Nair & Hinton, *Rectified linear units improve restricted Boltzmann machines*,
    ICML 2010.

    >>> relu([-np.inf, -1.0, 0.0, 2.0])
    array([0., 0., 0., 2.])
    """
    return np.maximum(as_array(z, "relu"), 0.0)


def d_relu(z: ArrayLike) -> Array:
    r"""Derivative of `relu` at the pre-activation: $\mathbb{1}_{z > 0}$.

    At the kink z = 0 any value in [0, 1] is a sub-gradient; 0 is chosen.

    Arguments, errors and source: see `relu`.

    >>> d_relu([-1.0, 0.0, 2.0])
    array([0., 0., 1.])
    """
    return (as_array(z, "d_relu") > 0).astype(np.float64)


def leaky_relu(z: ArrayLike, slope: float = 0.01) -> Array:
    r"""Let a little of the negative side through: $\max(z, sz)$, where s is ``slope``.

    Args:
        z: Pre-activations, any shape.
        slope: Slope of the negative side, 0 < slope ≤ 1; 0.01 by default.

    Returns:
        Array of the shape of ``z``.

    Raises:
        ValueError: NaN, or a bad ``slope``.

    Source: Maas, Hannun & Ng, *Rectifier nonlinearities improve neural network acoustic
    models*, 2013.

    >>> leaky_relu([-2.0, 0.0, 2.0])
    array([-0.02,  0.  ,  2.  ])
    """
    z = as_array(z, "leaky_relu")
    check_positive(slope, "leaky_relu", "slope", at_most=1.0)
    return np.where(z > 0, z, slope * np.minimum(z, 0.0))


def d_leaky_relu(z: ArrayLike, slope: float = 0.01) -> Array:
    r"""Derivative of `leaky_relu`: $1$ if $z > 0$, else s (also at the kink z = 0).

    Arguments, errors and source: see `leaky_relu`.

    >>> d_leaky_relu([-2.0, 0.0, 2.0])
    array([0.01, 0.01, 1.  ])
    """
    z = as_array(z, "d_leaky_relu")
    check_positive(slope, "d_leaky_relu", "slope", at_most=1.0)
    return np.where(z > 0, 1.0, slope)


def elu(z: ArrayLike, alpha: float = 1.0) -> Array:
    r"""Bend the negative side towards $-\alpha$: z if z > 0, else $\alpha(e^z - 1)$.

    Args:
        z: Pre-activations, any shape.
        alpha: Depth of the negative side, finite and > 0; 1 by default.

    Returns:
        Array of the shape of ``z``, values ≥ -alpha.

    Raises:
        ValueError: NaN, or a bad ``alpha``.

    Source: Clevert, Unterthiner & Hochreiter, *Fast and accurate deep network learning by
    exponential linear units*, arXiv:1511.07289, 2015.

    >>> elu([-1000.0, 0.0, 2.0])
    array([-1.,  0.,  2.])
    """
    z = as_array(z, "elu")
    check_positive(alpha, "elu", "alpha")
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))


def d_elu(z: ArrayLike, alpha: float = 1.0) -> Array:
    r"""Derivative of `elu`: 1 if z > 0, else $\alpha e^z$ (no kink when alpha = 1).

    Arguments, errors and source: see `elu`.

    >>> d_elu([-1000.0, 0.0, 2.0])
    array([0., 1., 1.])
    """
    z = as_array(z, "d_elu")
    check_positive(alpha, "d_elu", "alpha")
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0.0)))


def softplus(z: ArrayLike) -> Array:
    r"""Smooth ReLU: $\log(1 + e^z)$.

    Written as $\max(z, 0) + \log(1 + e^{-|z|})$, so that no z overflows.

    Args:
        z: Pre-activations, any shape.

    Returns:
        Array of the shape of ``z``, values ≥ 0.

    Raises:
        ValueError: NaN.

    Source: Dugas, Bengio, Bélisle, Nadeau & Garcia, *Incorporating second-order functional
    knowledge for better option pricing*, NIPS 2000.

    >>> softplus([-1000.0, 0.0, 1000.0])
    array([0.00000000e+00, 6.93147181e-01, 1.00000000e+03])
    """
    z = as_array(z, "softplus")
    result: Array = np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))
    return result


def d_softplus(z: ArrayLike) -> Array:
    r"""Derivative of `softplus`: $\sigma(z)$.

    Arguments, errors and source: see `softplus`.

    >>> d_softplus([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    return sigmoid(as_array(z, "d_softplus"))


def gelu(z: ArrayLike) -> Array:
    r"""Weigh z by the normal distribution: $z\,\Phi(z)$.

    $\Phi(z) = \tfrac12 \mathrm{erfc}(-z/\sqrt2)$: the exact form, not its tanh approximation.

    Args:
        z: Pre-activations, any shape.

    Returns:
        Array of the shape of ``z``, values ≥ -0.17.

    Raises:
        ValueError: NaN.

    Source: Hendrycks & Gimpel, *Gaussian error linear units*, arXiv:1606.08415, 2016.

    >>> gelu([-1.0, 0.0, 1.0])
    array([-0.15865525,  0.        ,  0.84134475])
    """
    z = as_array(z, "gelu")
    result: Array = np.maximum(z, -_FLAT) * _normal_cdf(z)
    return result


def d_gelu(z: ArrayLike) -> Array:
    r"""Derivative of `gelu`: $\Phi(z) + z\,\phi(z)$, where $\phi(z) = e^{-z^2/2}/\sqrt{2\pi}$.

    Arguments, errors and source: see `gelu`.

    >>> d_gelu([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    z = as_array(z, "d_gelu")
    near = np.clip(z, -_FLAT, _FLAT)
    density = np.exp(-0.5 * near**2) / math.sqrt(2.0 * math.pi)
    result: Array = _normal_cdf(z) + near * density
    return result


# Beyond 40 the normal density is below the smallest float: z is clipped there, which changes no
# value and keeps z² finite and -inf · 0 away.
_FLAT = 40.0


def _normal_cdf(z: Array) -> Array:
    """Φ(z).  numpy has no erfc; the C library's is exact to the last digit or two."""
    scaled = (z / -math.sqrt(2.0)).ravel().tolist()
    return 0.5 * np.array([math.erfc(t) for t in scaled]).reshape(z.shape)
