r"""What a `Tensor` can compute, and how each operation passes a gradient back.

In each line c is the result, a and b are the operands, $g = \partial L / \partial c$, and the last
functions give $\partial L / \partial a$ (and $\partial L / \partial b$) of the shape that g has:
where an operand was broadcast, `Tensor.backward` sums over what was repeated.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, Self, TypeAlias

import numpy as np

from perceptrons import losses
from perceptrons._arrays import Array, ArrayLike, as_finite
from perceptrons.activations import d_softmax, sigmoid, softmax

Axis: TypeAlias = int | tuple[int, ...] | None
Pull: TypeAlias = Callable[..., Array]  # (g, c, a) or (g, c, a, b) -> gradient of one operand


class Operations(ABC):
    """The operators and methods of `Tensor`."""

    __slots__ = ()
    data: Array

    @classmethod
    @abstractmethod
    def _made(
        cls, operation: str, forward: Callable[..., Any], operands: tuple[Any, ...], *pulls: Pull
    ) -> Self:
        """Compute a result, and note its operands and how a gradient is pulled back to each."""

    # Two operands, which broadcast

    def __add__(self, b: Self | ArrayLike) -> Self:
        return self._made("+", np.add, (self, b), lambda g, *_: g, lambda g, *_: g)

    __radd__ = __add__

    def __sub__(self, b: Self | ArrayLike) -> Self:
        return self._made("-", np.subtract, (self, b), lambda g, *_: g, lambda g, *_: -g)

    def __rsub__(self, a: ArrayLike) -> Self:
        return self._made("-", np.subtract, (a, self), lambda g, *_: g, lambda g, *_: -g)

    def __mul__(self, b: Self | ArrayLike) -> Self:
        return self._made(
            "*", np.multiply, (self, b), lambda g, c, a, b: g * b, lambda g, c, a, b: g * a
        )

    __rmul__ = __mul__

    def __truediv__(self, b: Self | ArrayLike) -> Self:
        if not isinstance(b, Operations):
            b = as_finite(b, "/", "the divisor")  # 1 / inf would pass as 0
        return self._made("/", np.divide, (self, b), _d_dividend, _d_divisor)

    def __rtruediv__(self, a: ArrayLike) -> Self:
        return self._made("/", np.divide, (a, self), _d_dividend, _d_divisor)

    def __matmul__(self, b: Self | ArrayLike) -> Self:
        return self._made("@", np.matmul, (self, b), _d_left, _d_right)

    def __rmatmul__(self, a: ArrayLike) -> Self:
        return self._made("@", np.matmul, (a, self), _d_left, _d_right)

    # Number by number: where the result c serves its derivative, c is used

    def __neg__(self) -> Self:
        """Return $-a$."""
        return self._made("-", np.negative, (self,), lambda g, c, a: -g)

    def __pow__(self, p: float) -> Self:
        """Return $a^p$ for a number p (for a tensor b, write ``(b * a.log()).exp()``)."""
        p = _number(p)
        return self._made(
            f"**{p:g}",
            lambda a: a**p,
            (self,),
            lambda g, c, a: g * p * a ** (p - 1.0) if p else np.zeros_like(g),
        )

    def exp(self) -> Self:
        """Return $e^a$."""
        return self._made("exp", np.exp, (self,), lambda g, c, a: g * c)

    def log(self) -> Self:
        """Return $\\log a$, for values > 0."""
        return self._made("log", np.log, (self,), lambda g, c, a: g / a)

    def tanh(self) -> Self:
        """Return `activations.tanh` of each value."""
        return self._made("tanh", np.tanh, (self,), lambda g, c, a: g * (1.0 - c * c))

    def sigmoid(self) -> Self:
        """Return `activations.sigmoid` of each value."""
        return self._made("sigmoid", sigmoid, (self,), lambda g, c, a: g * (c * (1.0 - c)))

    def relu(self) -> Self:
        """Return `activations.relu` of each value; the slope at the kink is 0."""
        return self._made(
            "relu", lambda a: np.maximum(a, 0.0), (self,), lambda g, c, a: g * (a > 0.0)
        )

    # Along axes

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Self:
        """Return the sum over an axis, several, or all: each value gets g."""
        return self._made(
            "sum",
            lambda a: a.sum(axis=axis, keepdims=keepdims),
            (self,),
            lambda g, c, a: _spread(g, a, axis, keepdims),
        )

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Self:
        """Return the mean over an axis, several, or all: each of k values gets g / k."""
        return self._made(
            "mean",
            lambda a: a.mean(axis=axis, keepdims=keepdims),
            (self,),
            lambda g, c, a: _spread(g * (c.size / a.size), a, axis, keepdims),
        )

    def max(self, axis: Axis = None, keepdims: bool = False) -> Self:
        """Return the largest value: it gets g; several equal ones share it."""

        def pull(g: Array, c: Array, a: Array) -> Array:
            largest = a == _spread(c, a, axis, keepdims)
            ties = largest.sum(axis=axis, keepdims=True)
            share: Array = largest * _spread(g, a, axis, keepdims) / ties
            return share

        return self._made("max", lambda a: a.max(axis=axis, keepdims=keepdims), (self,), pull)

    def softmax(self) -> Self:
        """Return `activations.softmax` of each row (the last axis)."""
        return self._made("softmax", softmax, (self,), lambda g, c, a: d_softmax(a, g))

    # The same values elsewhere

    def reshape(self, *shape: int) -> Self:
        """Return the values in another shape; -1 stands for the size that is left."""
        return self._made(
            "reshape", lambda a: a.reshape(shape), (self,), lambda g, c, a: g.reshape(a.shape)
        )

    def transpose(self, *axes: int) -> Self:
        """Return the axes in another order, reversed by default."""
        order = axes or None
        back = np.argsort(axes) if axes else None
        return self._made(
            "transpose",
            lambda a: a.transpose(order),
            (self,),
            lambda g, c, a: g.transpose(back),
        )

    def __getitem__(self, key: Any) -> Self:
        """Return a part; an index taken twice gets two gradients."""

        def pull(g: Array, c: Array, a: Array) -> Array:
            whole = np.zeros_like(a)
            np.add.at(whole, key, g)
            return whole

        return self._made("[]", lambda a: a[key], (self,), pull)

    # Losses from logits, the tensor, and targets y, a constant: averaged over rows

    def cross_entropy(self, y: ArrayLike) -> Self:
        """Return `losses.cross_entropy_from_logits` for targets y, one-hot, (n, c)."""
        loss, d_loss = losses.cross_entropy_from_logits, losses.d_cross_entropy_from_logits
        return self._made(
            "cross-entropy", lambda z: loss(y, z), (self,), lambda g, c, z: g * d_loss(y, z)
        )

    def binary_cross_entropy(self, y: ArrayLike) -> Self:
        """Return `losses.binary_cross_entropy_from_logits` for targets y in [0, 1]."""
        loss = losses.binary_cross_entropy_from_logits
        d_loss = losses.d_binary_cross_entropy_from_logits
        return self._made(
            "binary cross-entropy", lambda z: loss(y, z), (self,), lambda g, c, z: g * d_loss(y, z)
        )


def _d_dividend(g: Array, c: Array, a: Array, b: Array) -> Array:
    return g / b


def _d_divisor(g: Array, c: Array, a: Array, b: Array) -> Array:
    return -g * c / b


def _d_left(g: Array, c: Array, a: Array, b: Array) -> Array:
    r"""Return $g\, b^\top$; a vector a was a row, a vector b a column."""
    if b.ndim == 1:
        return np.multiply(g[..., None], b)
    if a.ndim == 1:
        return np.asarray(np.matmul(b, g[..., None])[..., 0])
    return np.asarray(np.matmul(g, b.swapaxes(-1, -2)))


def _d_right(g: Array, c: Array, a: Array, b: Array) -> Array:
    r"""Return $a^\top g$; a vector a was a row, a vector b a column."""
    if b.ndim == 1:
        return np.multiply(g[..., None], a)
    if a.ndim == 1:
        return np.multiply(a[:, None], g[..., None, :])
    return np.asarray(np.matmul(a.swapaxes(-1, -2), g))


def _spread(g: Array, a: Array, axis: Axis, keepdims: bool) -> Array:
    """Repeat g, one value for each row that was reduced, over the shape of a."""
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, a.shape)


def _number(p: float) -> float:
    number = as_finite(p, "**", "the exponent")
    if number.ndim:
        raise ValueError(f"** expects a number as exponent, got shape {number.shape}")
    return float(number)
