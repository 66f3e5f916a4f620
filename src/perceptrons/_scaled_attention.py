r"""Scaled dot-product attention and its derivative: public in `perceptrons.attention`."""

import math

import numpy as np
import numpy.typing as npt

from perceptrons._arrays import (
    Array,
    ArrayLike,
    as_finite,
    check_count,
    check_finite,
    check_not_empty,
)
from perceptrons.activations import softmax

Mask = npt.NDArray[np.bool_]


def scaled_dot_product_attention(
    Q: ArrayLike, K: ArrayLike, V: ArrayLike, mask: npt.ArrayLike | None = None
) -> tuple[Array, Array]:
    r"""Answer each query by a mean of the values, weighted by how well their keys match it.

    $A = \mathrm{softmax}(QK^\top / \sqrt d)$ row by row, $Y = AV$.
    The scalar product of two vectors of d independent values of variance 1 has variance d:
    divided by $\sqrt d$ it has variance 1 for every d, and softmax does not saturate.

    Args:
        Q: Queries, shape (t, d); leading axes, such as samples and heads, are allowed: (…, t, d).
        K: Keys, shape (…, s, d).
        V: Values, shape (…, s, m).
        mask: True where a query (row) may look at a key (column), shape (t, s), or (…, t, s);
            each row needs a True.

    Returns:
        The pair (Y, A): answers, shape (…, t, m), and weights, shape (…, t, s), rows that sum to 1.

    Raises:
        ValueError: Shapes that do not fit (nothing is broadcast, save a mask (t, s)), NaN or
            infinity, no query or no key, a mask that is not boolean or that leaves a query
            without a key, or scalar products too large for a float.

    Source: Vaswani et al., *Attention is all you need*, 2017, equation 1.

    >>> Q, K, V = [[0.0]], [[5.0], [7.0]], [[10.0], [20.0]]
    >>> # a query that matches nothing in particular gets the plain mean
    >>> scaled_dot_product_attention(Q, K, V)
    (array([[15.]]), array([[0.5, 0.5]]))
    """
    what = "scaled_dot_product_attention"
    Q, K, V = _checked(Q, K, V, what)
    return attend(Q, K, V, checked_mask(mask, (*Q.shape[:-1], K.shape[-2]), what))


def d_scaled_dot_product_attention(
    Q: ArrayLike,
    K: ArrayLike,
    V: ArrayLike,
    grad: ArrayLike,
    mask: npt.ArrayLike | None = None,
) -> tuple[Array, Array, Array]:
    r"""Pull the gradient G of a loss, with respect to the answers Y, back to Q, K and V.

    $\partial L/\partial V = A^\top G$; with $\dot A = G V^\top$ and the Jacobian of softmax,
    $\dot S = A \odot (\dot A - \langle A, \dot A\rangle_{\text{row}}) / \sqrt d$:
    $\partial L/\partial Q = \dot S K$ and $\partial L/\partial K = \dot S^\top Q$.

    Args:
        Q: Queries; K, V and mask too are those of `scaled_dot_product_attention`.
        K: Keys.
        V: Values.
        grad: G, of the shape (…, t, m) of the answers.
        mask: The mask.

    Returns:
        The gradients (dQ, dK, dV), of the shapes of Q, K and V.

    Errors and source: see `scaled_dot_product_attention`.

    >>> Q, K, V = [[0.0]], [[5.0], [7.0]], [[10.0], [20.0]]
    >>> dQ, dK, dV = d_scaled_dot_product_attention(Q, K, V, [[1.0]])
    >>> # a larger query would favour the key 7, and so the value 20
    >>> dQ, dV.ravel()
    (array([[5.]]), array([0.5, 0.5]))
    """
    what = "d_scaled_dot_product_attention"
    Q, K, V = _checked(Q, K, V, what)
    G = as_finite(grad, what, "grad")
    wanted = (*Q.shape[:-1], V.shape[-1])
    if G.shape != wanted:
        raise ValueError(f"{what} expects grad of shape {wanted}, that of Y, got {G.shape}")
    _, A = attend(Q, K, V, checked_mask(mask, (*Q.shape[:-1], K.shape[-2]), what))
    with np.errstate(over="ignore", invalid="ignore"):  # told in words by the check
        gradients = attend_backward(Q, K, V, A, G)
    for gradient, name in zip(gradients, ("dQ", "dK", "dV"), strict=True):
        check_finite(gradient, what, name)
    return gradients


def attend(Q: Array, K: Array, V: Array, mask: Mask | None) -> tuple[Array, Array]:
    """Return answers and weights for arrays that fit; the mask may broadcast."""
    what = "scaled_dot_product_attention"
    with np.errstate(over="ignore", invalid="ignore"):  # told in words by the checks
        S = Q @ K.swapaxes(-1, -2)  # (…, t, s)
        S /= math.sqrt(Q.shape[-1])
        check_finite(S, what, "the products of queries and keys")
        # e^-inf is 0: a key that is hidden gets no weight, and no gradient
        A = softmax(S if mask is None else np.where(mask, S, -np.inf))
        Y = A @ V  # (…, t, m)
    check_finite(Y, what, "the answers")
    return Y, A


def attend_backward(Q: Array, K: Array, V: Array, A: Array, G: Array) -> tuple[Array, Array, Array]:
    """Return the gradients with respect to Q, K and V; a hidden key has A = 0, and gets none."""
    dA = G @ V.swapaxes(-1, -2)  # (…, t, s)
    dS = A * (dA - (A * dA).sum(axis=-1, keepdims=True))
    dS /= math.sqrt(Q.shape[-1])
    return dS @ K, dS.swapaxes(-1, -2) @ Q, A.swapaxes(-1, -2) @ G


def causal_mask(t: int) -> Mask:
    r"""Let position i look at positions j ≤ i only: itself and what came before.

    $M_{ij} = (j \le i)$

    Args:
        t: Length of the sequence.

    Returns:
        Booleans, shape (t, t), for `scaled_dot_product_attention`.

    Raises:
        ValueError: If t is not a whole number ≥ 1.

    Source: Vaswani et al., *Attention is all you need*, 2017, section 3.2.3.

    >>> causal_mask(3).astype(int)
    array([[1, 0, 0],
           [1, 1, 0],
           [1, 1, 1]])
    """
    check_count(t, "causal_mask", "t")
    return np.tri(t, dtype=np.bool_)


def checked_mask(mask: npt.ArrayLike | None, shape: tuple[int, ...], what: str) -> Mask | None:
    """Return a mask for weights of that shape (…, t, s), or raise ValueError."""
    if mask is None:
        return None
    booleans = np.asarray(mask)
    if booleans.dtype != np.bool_:
        raise ValueError(f"{what} expects a mask of True and False, got dtype {booleans.dtype}")
    if booleans.shape not in (shape, shape[-2:]):
        wanted = " or ".join(map(str, dict.fromkeys((shape[-2:], shape))))
        raise ValueError(f"{what} expects a mask of shape {wanted}, got {booleans.shape}")
    blind = np.argwhere(~booleans.any(axis=-1))
    if len(blind):
        row = tuple(int(i) for i in blind[0])
        raise ValueError(f"{what} expects a mask with a True in each row, got none in row {row}")
    return booleans


def _checked(Q: ArrayLike, K: ArrayLike, V: ArrayLike, what: str) -> tuple[Array, Array, Array]:
    arrays = as_finite(Q, what, "Q"), as_finite(K, what, "K"), as_finite(V, what, "V")
    q, k, v = (array.shape for array in arrays)
    fit = len(q) >= 2 and q[:-2] == k[:-2] == v[:-2] and q[-1] == k[-1] and k[-2:-1] == v[-2:-1]
    if not fit or len(k) < 2 or len(v) < 2:
        raise ValueError(
            f"{what} expects Q, K and V of shapes (…, t, d), (…, s, d) and (…, s, m), "
            f"got {q}, {k} and {v}"
        )
    for array, name in zip(arrays, "QKV", strict=True):
        check_not_empty(array, what, name)
    return arrays
