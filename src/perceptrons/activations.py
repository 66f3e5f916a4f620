r"""Activation functions and their derivatives (chapter *Activation functions*).

Every derivative is taken at the **pre-activation** z, never at the activation: ``d_relu(z)``.
No z overflows: at ±1e308 and at ±infinity each function returns its limit.  NaN is refused.
`ACTIVATIONS` maps the name of each elementwise function to the pair (function, derivative).
`softmax` and `log_softmax` mix the values of a row: their derivative is a matrix for each row, the
Jacobian, which `d_softmax` and `d_log_softmax` apply to a vector.
"""

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias

import numpy as np

from perceptrons._arrays import Array, ArrayLike, as_array, check_positive, check_same_shape

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


def identity(z: ArrayLike) -> Array:
    r"""Return a copy of z: $\varphi(z) = z$.  It is the output activation of a regression.

    Args:
        z: Pre-activations, any shape.

    Returns:
        Array of the shape of ``z``.

    Raises:
        ValueError: If z holds NaN or is not made of real numbers (as for all activations).

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

    Computed from $e^{-|z|}$, so that no z overflows.

    Args:
        z: Pre-activations, any shape.

    Returns:
        Array of the shape of ``z``, values in [0, 1]: 0 and 1 are reached by rounding only.

    Raises:
        ValueError: If z holds NaN.

    Source: Rumelhart, Hinton & Williams, *Learning representations by back-propagating
    errors*, Nature 323, 1986.

    >>> sigmoid([-1000.0, 0.0, 1000.0])
    array([0. , 0.5, 1. ])
    """
    return _sigmoid_parts(as_array(z, "sigmoid"))[0]


def d_sigmoid(z: ArrayLike) -> Array:
    r"""Derivative of `sigmoid`: $\sigma'(z) = \sigma(z)(1 - \sigma(z)) \le 1/4$.

    Computed as $e^{-|z|} / (1 + e^{-|z|})^2$, because $1 - \sigma(z)$ rounds to 0 from z = 37 on.

    Arguments, errors and source: see `sigmoid`.

    >>> d_sigmoid([-2.0, 0.0, 2.0])
    array([0.10499359, 0.25      , 0.10499359])
    """
    decay = np.exp(-np.abs(as_array(z, "d_sigmoid")))
    result: Array = decay / (1.0 + decay) ** 2
    return result


def _sigmoid_parts(z: Array) -> tuple[Array, Array, Array]:
    r"""Return $\sigma(z)$, with the $e^{-|z|}$ and the $\mathbb{1}_{z \ge 0}$ that give it.

    Nothing is checked: `LSTM`, `GRU` and the inner loop of `fit` call this at each step.
    """
    decay = np.exp(-np.abs(z))  # cannot overflow
    positive = (z >= 0).astype(np.float64)  # numbers: NumPy converts booleans more slowly
    numerator = np.maximum(positive, decay)  # 1 where z ≥ 0, e^z elsewhere
    numerator /= 1.0 + decay
    return numerator, decay, positive


def tanh(z: ArrayLike) -> Array:
    r"""Squash each value into (-1, 1): $\tanh z = 2\sigma(2z) - 1$, centred on 0.

    Args:
        z: Pre-activations, any shape.

    Returns:
        Array of the shape of ``z``, values in [-1, 1].

    Raises:
        ValueError: If z holds NaN.

    Source: LeCun, Bottou, Orr & Müller, *Efficient BackProp*, 1998.

    >>> tanh([-1000.0, 0.0, 1000.0])
    array([-1.,  0.,  1.])
    """
    return np.tanh(as_array(z, "tanh"))


def d_tanh(z: ArrayLike) -> Array:
    r"""Derivative of `tanh`: $1 - \tanh^2 z \le 1$.

    Computed as $(2e^{-|z|} / (1 + e^{-2|z|}))^2$, which stays accurate where tanh saturates.

    Arguments, errors and source: see `tanh`.

    >>> d_tanh([-1.0, 0.0, 1.0])
    array([0.41997434, 1.        , 0.41997434])
    """
    decay = np.exp(-np.abs(as_array(z, "d_tanh")))
    result: Array = (2.0 * decay / (1.0 + decay**2)) ** 2
    return result


def relu(z: ArrayLike) -> Array:
    r"""Rectified linear unit: keep positive values, replace others by 0: $\max(0, z)$.

    Args:
        z: Pre-activations, any shape.

    Returns:
        Array of the shape of ``z``, values ≥ 0.

    Raises:
        ValueError: If z holds NaN.

    Source: Nair & Hinton, *Rectified linear units improve restricted Boltzmann machines*,
    ICML 2010.

    >>> relu([-np.inf, -1.0, 0.0, 2.0])
    array([0., 0., 0., 2.])
    """
    return np.maximum(as_array(z, "relu"), 0.0)


def d_relu(z: ArrayLike) -> Array:
    r"""Derivative of `relu` at the pre-activation: $\mathbb{1}_{z > 0}$.

    At the kink, z = 0, any value in [0, 1] is a subgradient; this function returns 0.

    Arguments, errors and source: see `relu`.

    >>> d_relu([-1.0, 0.0, 2.0])
    array([0., 0., 1.])
    """
    return (as_array(z, "d_relu") > 0).astype(np.float64)


def leaky_relu(z: ArrayLike, slope: float = 0.01) -> Array:
    r"""Leaky ReLU: negative values are multiplied by a small slope s, $\max(z, sz)$.

    Args:
        z: Pre-activations, any shape.
        slope: The s that multiplies negative values, 0 < s ≤ 1; 0.01 by default.

    Returns:
        Array of the shape of ``z``.

    Raises:
        ValueError: If z holds NaN, or ``slope`` is not in (0, 1].

    Source: Maas, Hannun & Ng, *Rectifier nonlinearities improve neural network acoustic
    models*, 2013.

    >>> leaky_relu([-2.0, 0.0, 2.0])
    array([-0.02,  0.  ,  2.  ])
    """
    z = as_array(z, "leaky_relu")
    check_positive(slope, "leaky_relu", "slope", at_most=1.0)
    return np.where(z > 0, z, slope * np.minimum(z, 0.0))


def d_leaky_relu(z: ArrayLike, slope: float = 0.01) -> Array:
    r"""Derivative of `leaky_relu`: $1$ if $z > 0$, else s (at the kink z = 0 too).

    Arguments, errors and source: see `leaky_relu`.

    >>> d_leaky_relu([-2.0, 0.0, 2.0])
    array([0.01, 0.01, 1.  ])
    """
    z = as_array(z, "d_leaky_relu")
    check_positive(slope, "d_leaky_relu", "slope", at_most=1.0)
    return np.where(z > 0, 1.0, slope)


def elu(z: ArrayLike, alpha: float = 1.0) -> Array:
    r"""Exponential linear unit: z if z > 0, else $\alpha(e^z - 1)$, which tends to $-\alpha$.

    Args:
        z: Pre-activations, any shape.
        alpha: Minus the limit at $-\infty$, finite and > 0; 1 by default.

    Returns:
        Array of the shape of ``z``, values ≥ -alpha.

    Raises:
        ValueError: If z holds NaN, or ``alpha`` is not finite and > 0.

    Source: Clevert, Unterthiner & Hochreiter, *Fast and accurate deep network learning by
    exponential linear units*, arXiv:1511.07289, 2015.

    >>> elu([-1000.0, 0.0, 2.0])
    array([-1.,  0.,  2.])
    """
    z = as_array(z, "elu")
    check_positive(alpha, "elu", "alpha")
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))


def d_elu(z: ArrayLike, alpha: float = 1.0) -> Array:
    r"""Derivative of `elu`: 1 if z > 0, else $\alpha e^z$.  With alpha = 1 there is no kink.

    Arguments, errors and source: see `elu`.

    >>> d_elu([-1000.0, 0.0, 2.0])
    array([0., 1., 1.])
    """
    z = as_array(z, "d_elu")
    check_positive(alpha, "d_elu", "alpha")
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0.0)))


def softplus(z: ArrayLike) -> Array:
    r"""A smooth approximation of ReLU: $\log(1 + e^z)$.

    Computed as $\max(z, 0) + \log(1 + e^{-|z|})$, so that no z overflows.

    Args:
        z: Pre-activations, any shape.

    Returns:
        Array of the shape of ``z``, values ≥ 0.

    Raises:
        ValueError: If z holds NaN.

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
    r"""Gaussian error linear unit: z times the normal distribution function, $z\,\Phi(z)$.

    $\Phi(z) = \tfrac12 \mathrm{erfc}(-z/\sqrt2)$ is computed exactly, not approximated by tanh.

    Args:
        z: Pre-activations, any shape.

    Returns:
        Array of the shape of ``z``, values ≥ -0.17.

    Raises:
        ValueError: If z holds NaN.

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


def softmax(z: ArrayLike) -> Array:
    r"""Turn each row of scores into probabilities: $s_j = e^{z_j} / \sum_k e^{z_k}$.

    The largest score of the **row** is subtracted from the row first: the result is the same, and
    no exponential overflows.

    Args:
        z: Scores, (c,) or (n, c); more axes may stand before the last one, that of the classes.
            ``-inf`` masks a class; each row needs a finite score.

    Returns:
        Array of the shape of ``z``, values in [0, 1]; each row sums to 1.

    Raises:
        ValueError: If z holds NaN, has no class, or has a row whose largest score is infinite.

    Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, equation 4.62.

    >>> softmax([[1000.0, 1000.0], [0.0, -1e308]])
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    return _softmax(z, "softmax")


def d_softmax(z: ArrayLike, v: ArrayLike) -> Array:
    r"""Apply the Jacobian $J_{ij} = s_i(\mathbb{1}_{i=j} - s_j)$ of softmax at z to v, row by row.

    J is symmetric: if v is the gradient of a loss with respect to the probabilities, then
    $Jv = s \odot (v - \langle s, v\rangle)$ is its gradient with respect to the scores.

    Args:
        z: Scores, as for `softmax`.
        v: One vector for each row, of the shape of ``z``.

    Returns:
        Array of the shape of ``z``; each row sums to 0.

    Raises:
        ValueError: As for `softmax`, or if ``v`` has another shape.

    Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, equation 4.106.

    >>> d_softmax([0.0, 0.0], [1.0, 0.0])
    array([ 0.25, -0.25])
    """
    s = _softmax(z, "d_softmax")
    v = as_array(v, "d_softmax", "v")
    check_same_shape(s, v, "d_softmax", ("z", "v"))
    result: Array = s * (v - (s * v).sum(axis=-1, keepdims=True))
    return result


def log_softmax(z: ArrayLike) -> Array:
    r"""Logarithm of `softmax`, from the scores: $z_j - \log\sum_k e^{z_k}$.

    A probability may be too small for a float while its logarithm is not: that is why the
    cross-entropy from logits starts from here.

    Args:
        z: Scores, as for `softmax`.

    Returns:
        Array of the shape of ``z``, values ≤ 0 (``-inf`` for a masked class, or when the
        difference between two scores is beyond the largest float).

    Raises:
        ValueError: As for `softmax`.

    Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, equation 4.62.

    >>> log_softmax([0.0, -1000.0])
    array([    0., -1000.])
    """
    below = _below_the_largest(z, "log_softmax")
    others = np.exp(below)
    # The largest score counts for e^0 = 1, which log1p adds: a tiny sum of the others is kept.
    np.put_along_axis(others, below.argmax(axis=-1, keepdims=True), 0.0, axis=-1)
    result: Array = below - np.log1p(others.sum(axis=-1, keepdims=True))
    return result


def d_log_softmax(z: ArrayLike, v: ArrayLike) -> Array:
    r"""Apply the transposed Jacobian of log-softmax at z to v, row by row.

    $J_{ij} = \mathbb{1}_{i=j} - s_j$ is not symmetric.  If v is the gradient of a loss with respect
    to the logarithms, then $J^\top v = v - s \sum_i v_i$ is its gradient with respect to the
    scores.

    Args:
        z: Scores, as for `softmax`.
        v: One vector for each row, of the shape of ``z``.

    Returns:
        Array of the shape of ``z``; each row sums to 0.

    Raises:
        ValueError: As for `softmax`, or if ``v`` has another shape.

    Source: Bishop, *Pattern Recognition and Machine Learning*, 2006, equation 4.106.

    >>> d_log_softmax([0.0, 0.0], [1.0, 0.0])
    array([ 0.5, -0.5])
    """
    s = _softmax(z, "d_log_softmax")
    v = as_array(v, "d_log_softmax", "v")
    check_same_shape(s, v, "d_log_softmax", ("z", "v"))
    result: Array = v - s * v.sum(axis=-1, keepdims=True)
    return result


Activation: TypeAlias = Callable[[ArrayLike], Array]

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
r"""The elementwise functions by name, each with its derivative: $(\varphi, \varphi')$.

The table is read-only.  Its keys are the names that `MultiLayerPerceptron` and `Activation` take.

>>> print(*sorted(ACTIVATIONS))
elu gelu identity leaky_relu relu sigmoid softplus tanh
>>> f, d_f = ACTIVATIONS["relu"]
>>> f([-1.0, 2.0]), d_f([-1.0, 2.0])
(array([0., 2.]), array([0., 1.]))
"""


# Beyond 40 the normal density is below the smallest float.  Clipping z there changes no value,
# keeps z² finite and avoids -inf · 0.
_FLAT = 40.0


def _normal_cdf(z: Array) -> Array:
    """Return Φ(z) by the erfc of the C library, exact to a digit or two; NumPy has none."""
    scaled = (z / -math.sqrt(2.0)).ravel().tolist()
    return 0.5 * np.array([math.erfc(t) for t in scaled]).reshape(z.shape)


def _softmax(z: ArrayLike, what: str) -> Array:
    """Return the softmax of each row; ``what`` is the function that errors name."""
    exponentials = np.exp(_below_the_largest(z, what))
    result: Array = exponentials / exponentials.sum(axis=-1, keepdims=True)
    return result


def _below_the_largest(z: ArrayLike, what: str) -> Array:
    """Subtract from each row its largest value: what is left is ≤ 0, and 0 at least once."""
    scores = as_array(z, what)
    if scores.ndim == 0 or scores.shape[-1] == 0:
        raise ValueError(f"{what} expects z of shape (c,) or (n, c) with c ≥ 1, got {scores.shape}")
    largest = scores.max(axis=-1, keepdims=True)
    infinite = largest[~np.isfinite(largest)]
    if infinite.size:
        raise ValueError(f"{what} expects a finite largest value in each row, got {infinite[0]}")
    with np.errstate(over="ignore"):  # -1e308 - 1e308 is -inf, whose exponential is rightly 0
        result: Array = scores - largest
    return result
