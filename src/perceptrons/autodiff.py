r"""Reverse-mode automatic differentiation on arrays (chapter *Backpropagation*).

Each operation notes what its result was made from and how a gradient goes back through it (their
table is in ``_operations``); `Tensor.backward` walks these notes from the loss to the leaves.
"""

from collections.abc import Callable

import numpy as np

from perceptrons._arrays import (
    Array,
    ArrayLike,
    as_finite,
    check_finite,
    check_not_empty,
    check_same_shape,
)
from perceptrons._graph import draw_graph
from perceptrons._operations import Operations, Pull

__all__ = ["Tensor", "draw_graph"]


class Tensor(Operations):
    r"""An array that knows where it comes from, and so its gradient.

    $\partial L / \partial a = \sum_c (\partial c / \partial a)^\top\, \partial L / \partial c$ over
    all results c that were made from a.

    Operators ``+ - * / @ **`` broadcast like numpy's; arrays and numbers beside a tensor are
    constants, which get no gradient (and cost no time on the way back).  After a step on ``data``,
    compute the result anew before the next `backward`: the graph holds the arrays it was made from.

    Args:
        data: Finite values, any shape; copied.
        name: What `draw_graph` writes on it, ``""`` by default.

    Attributes:
        data: The values, float64.
        grad: Gradient from the last `backward` of a result, same shape.
        operation: What made it, ``"@"`` or ``"tanh"``; empty for a leaf.

    Raises:
        ValueError: NaN, infinity or no value, given or computed; shapes that do not fit.
        RuntimeError: ``grad`` before `backward`.

    Source: Baydin, Pearlmutter, Radul & Siskind, *Automatic differentiation in machine learning:
    a survey*, JMLR 18, 2018, section 3.2.

    >>> w, b = Tensor([2.0, 3.0], name="w"), Tensor(1.0, name="b")
    >>> loss = (w * w + b).sum()  # b is broadcast, and counts twice
    >>> loss.backward()
    >>> w.grad, b.grad
    (array([4., 6.]), array(2.))
    """

    __slots__ = ("_depth", "_grad", "_operands", "_parents", "data", "name", "operation")
    __array_ufunc__ = None  # numpy gives way: array @ tensor comes to __rmatmul__

    def __init__(self, data: ArrayLike, name: str = "") -> None:
        self.data = as_finite(data, "Tensor", "data").copy()
        check_not_empty(self.data, "Tensor", "data")
        self.name, self.operation = name, ""
        self._grad: Array | None = None
        self._operands: tuple[Array, ...] = ()
        self._parents: tuple[tuple[Tensor, Pull], ...] = ()  # those that are not constants
        self._depth = 0  # longest way to a leaf

    def backward(self, grad: ArrayLike | None = None) -> None:
        """Set ``grad`` of every tensor that this one was made from.

        Gradients are set, not added to those of an earlier call: calling twice changes nothing.

        Args:
            grad: Gradient with respect to this tensor, of its shape; 1 by default, for one value.

        Raises:
            ValueError: No gradient for a tensor of several values, or one of another shape.
        """
        if grad is None and self.data.size != 1:
            raise ValueError(
                f"backward expects a tensor of one value, or its gradient, got shape {self.shape}"
            )
        g = as_finite(np.ones(self.shape) if grad is None else grad, "backward", "grad").copy()
        check_same_shape(g, self.data, "backward", ("grad", "data"))
        order = self.graph()
        for tensor in order:
            tensor._grad = None
        self._grad = g
        for c in order:
            for a, pull in c._parents:
                with np.errstate(all="ignore"):  # told in words by the check
                    g = _fit(pull(c._grad, c.data, *c._operands), a.shape)
                    if a._grad is not None:
                        g = a._grad + g  # a new array: the old one may be another tensor's
                    elif not a._parents and (g is c._grad or g.base is not None):
                        g = g.copy()  # what a leaf shows is its own
                a._grad = g
        _check_gradients(order)

    def graph(self) -> list["Tensor"]:
        """Return the tensors that this one was made from, and it first: each before its operands.

        Sorted by the longest way to a leaf, so without recursion: a graph may be of any depth.
        """
        found, left = {id(self): self}, [self]
        while left:
            for a, _ in left.pop()._parents:
                if id(a) not in found:
                    found[id(a)] = a
                    left.append(a)
        return sorted(found.values(), key=lambda tensor: -tensor._depth)

    @property
    def grad(self) -> Array:
        """The gradient of the last `backward`, of the shape of ``data``."""
        if self._grad is None:
            raise RuntimeError("grad expects backward() first, on a result made from this tensor")
        return self._grad

    @property
    def has_grad(self) -> bool:
        """Whether `backward` has reached this tensor."""
        return self._grad is not None

    @property
    def depth(self) -> int:
        """The length of the longest way to a leaf: 0 for a leaf."""
        return self._depth

    @property
    def parents(self) -> tuple["Tensor", ...]:
        """The tensors among its operands."""
        return tuple(a for a, _ in self._parents)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of ``data``."""
        return self.data.shape

    def __repr__(self) -> str:
        made = f", from {self.operation}" if self.operation else ""
        return f"Tensor({self.name or np.array2string(self.data, threshold=8)}{made})"

    @classmethod
    def _made(
        cls,
        operation: str,
        forward: Callable[..., Array],
        operands: tuple["Tensor | ArrayLike", ...],
        *pulls: Pull,
    ) -> "Tensor":
        """Compute a result, and note its operands and how a gradient is pulled back to each."""
        values = tuple(
            x.data if isinstance(x, Tensor) else _constant(x, operation) for x in operands
        )
        try:
            with np.errstate(all="ignore"):  # told in words by the check
                data = np.asarray(forward(*values))
        except ValueError as error:
            if len(values) == 1:
                raise  # it says what it expects
            shapes = " and ".join(str(value.shape) for value in values)
            raise ValueError(f"{operation} expects shapes that fit, got {shapes}") from error
        if not np.isfinite(data).all():
            for value in values:
                check_finite(value, operation, "its operand")
            check_finite(data, operation, "its result")
        check_not_empty(data, operation, "its result")
        result = cls.__new__(cls)
        result.data, result.name, result.operation = data, "", operation
        result._grad, result._operands = None, values
        result._parents = tuple(
            (x, pull) for x, pull in zip(operands, pulls, strict=True) if isinstance(x, Tensor)
        )
        result._depth = 1 + max(x._depth for x, _ in result._parents)
        return result


def _fit(g: Array, shape: tuple[int, ...]) -> Array:
    """Sum a gradient over the axes that broadcasting added to, or stretched in, an operand."""
    g = np.asarray(g)  # numpy turns an array of one number, shape (), into that number
    if g.shape == shape:
        return g
    added = g.ndim - len(shape)
    stretched = tuple(added + i for i, size in enumerate(shape) if size == 1)
    return np.asarray(g.sum(axis=(*range(added), *stretched))).reshape(shape)


def _constant(x: ArrayLike, operation: str) -> Array:
    """Return an operand as an array; that of numbers is checked with the result, in one pass."""
    if isinstance(x, np.ndarray) and x.dtype == np.float64:
        return x
    return as_finite(x, operation, "its operand")


def _check_gradients(order: list[Tensor]) -> None:
    """Refuse gradients that are not finite: wherever one appears, a leaf shows it."""
    leaves = (tensor._grad for tensor in order if not tensor._parents)
    if all(np.isfinite(g).all() for g in leaves if g is not None):
        return
    try:
        for tensor in order:  # the first one is to blame
            check_finite(tensor.grad, "backward", f"the gradient of {tensor!r}")
    finally:
        for tensor in order:
            tensor._grad = None
