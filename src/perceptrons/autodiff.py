r"""Reverse-mode automatic differentiation on arrays (chapter *Backpropagation*).

Each operation records its operands, and how the gradient of a loss L goes back to them;
`Tensor.backward` follows these records from the loss to the leaves.  In the operations, c is the
result, a and b are the operands, and $g = \partial L / \partial c$.  The last functions of an
operation return $\partial L / \partial a$ and $\partial L / \partial b$, each in the shape of g:
where an operand was broadcast, `Tensor.backward` sums over what was repeated.
"""

from __future__ import annotations

import importlib
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

from perceptrons import losses
from perceptrons._arrays import (
    Array,
    ArrayLike,
    as_finite,
    check_finite,
    check_not_empty,
    check_same_shape,
)
from perceptrons.activations import d_softmax, sigmoid, softmax

__all__ = ["Tensor", "draw_graph"]

Axis: TypeAlias = int | tuple[int, ...] | None
Pull: TypeAlias = Callable[..., Array]  # (g, c, a) or (g, c, a, b) -> gradient of one operand


class Tensor:
    r"""An array that records how it was computed, from which its gradient follows.

    $\partial L / \partial a = \sum_c (\partial c / \partial a)^\top\, \partial L / \partial c$,
    summed over all results c that were computed from a.

    Operators ``+ - * / @ **`` broadcast like those of NumPy.  Arrays and numbers beside a tensor
    are constants: they get no gradient, and cost no time in the backward pass.  After a step on
    ``data``, compute the result again before the next `backward`: the graph holds the old arrays.

    Args:
        data: Finite values, any shape; copied.
        name: Name that `draw_graph` writes, ``""`` by default.

    Attributes:
        data: The values, float64.
        grad: Gradient from the last `backward` of a result, of the shape of ``data``.
        operation: The operation that computed it, such as ``"@"`` or ``"tanh"``; empty for a leaf.

    Raises:
        ValueError: If there is no value, a value is NaN or infinite, given or computed, or shapes
            do not fit.
        RuntimeError: If ``grad`` is read before `backward`.

    Source: Baydin, Pearlmutter, Radul & Siskind, *Automatic differentiation in machine learning:
    a survey*, JMLR 18, 2018, section 3.2.

    >>> w, b = Tensor([2.0, 3.0], name="w"), Tensor(1.0, name="b")
    >>> loss = (w * w + b).sum()  # b is broadcast, and counts twice
    >>> loss.backward()
    >>> w.grad, b.grad
    (array([4., 6.]), array(2.))
    """

    __slots__ = ("_depth", "_grad", "_operands", "_parents", "data", "name", "operation")
    __array_ufunc__ = None  # NumPy gives way: array @ tensor comes to __rmatmul__

    def __init__(self, data: ArrayLike, name: str = "") -> None:
        self.data = as_finite(data, "Tensor", "data").copy()
        check_not_empty(self.data, "Tensor", "data")
        self.name, self.operation = name, ""
        self._grad: Array | None = None
        self._operands: tuple[Array, ...] = ()
        self._parents: tuple[tuple[Tensor, Pull], ...] = ()  # with how a gradient goes back to each
        self._depth = 0  # length of the longest path to a leaf

    def backward(self, grad: ArrayLike | None = None) -> None:
        """Set ``grad`` of every tensor from which this one was computed.

        Gradients are set, not added to those of an earlier call: a second call changes nothing.

        Args:
            grad: Gradient of the loss with respect to this tensor, of its shape; by default 1,
                which is allowed for a tensor of one value only.

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
                with np.errstate(all="ignore"):  # the check below reports it
                    g = _fit(pull(c._grad, c.data, *c._operands), a.shape)
                    if a._grad is not None:
                        g = a._grad + g  # a new array: another tensor may hold the old one
                    elif not a._parents and (g is c._grad or g.base is not None):
                        g = g.copy()  # a leaf has an array of its own
                a._grad = g
        _check_gradients(order)

    def graph(self) -> list[Tensor]:
        """Return this tensor and those from which it was computed, each before its operands.

        They are sorted by the longest path to a leaf, without recursion: any depth is allowed.
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
        """The length of the longest path to a leaf: 0 for a leaf."""
        return self._depth

    @property
    def parents(self) -> tuple[Tensor, ...]:
        """The operands that are tensors."""
        return tuple(a for a, _ in self._parents)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of ``data``."""
        return self.data.shape

    def __repr__(self) -> str:
        made = f", from {self.operation}" if self.operation else ""
        return f"Tensor({self.name or np.array2string(self.data, threshold=8)}{made})"

    # Operations on two operands, which broadcast

    def __add__(self, b: Tensor | ArrayLike) -> Tensor:
        return self._made("+", np.add, (self, b), lambda g, *_: g, lambda g, *_: g)

    __radd__ = __add__

    def __sub__(self, b: Tensor | ArrayLike) -> Tensor:
        return self._made("-", np.subtract, (self, b), lambda g, *_: g, lambda g, *_: -g)

    def __rsub__(self, a: ArrayLike) -> Tensor:
        return self._made("-", np.subtract, (a, self), lambda g, *_: g, lambda g, *_: -g)

    def __mul__(self, b: Tensor | ArrayLike) -> Tensor:
        return self._made(
            "*", np.multiply, (self, b), lambda g, c, a, b: g * b, lambda g, c, a, b: g * a
        )

    __rmul__ = __mul__

    def __truediv__(self, b: Tensor | ArrayLike) -> Tensor:
        if not isinstance(b, Tensor):
            b = as_finite(b, "/", "the divisor")  # 1 / inf would pass as 0
        return self._made("/", np.divide, (self, b), _d_dividend, _d_divisor)

    def __rtruediv__(self, a: ArrayLike) -> Tensor:
        return self._made("/", np.divide, (a, self), _d_dividend, _d_divisor)

    def __matmul__(self, b: Tensor | ArrayLike) -> Tensor:
        return self._made("@", np.matmul, (self, b), _d_left, _d_right)

    def __rmatmul__(self, a: ArrayLike) -> Tensor:
        return self._made("@", np.matmul, (a, self), _d_left, _d_right)

    # Elementwise operations: the derivative uses the result c where that is simpler

    def __neg__(self) -> Tensor:
        """Return $-a$."""
        return self._made("-", np.negative, (self,), lambda g, c, a: -g)

    def __pow__(self, p: float) -> Tensor:
        """Return $a^p$ for a number p (for a tensor b, write ``(b * a.log()).exp()``)."""
        p = _number(p)
        return self._made(
            f"**{p:g}",
            lambda a: a**p,
            (self,),
            lambda g, c, a: g * p * a ** (p - 1.0) if p else np.zeros_like(g),
        )

    def exp(self) -> Tensor:
        """Return $e^a$."""
        return self._made("exp", np.exp, (self,), lambda g, c, a: g * c)

    def log(self) -> Tensor:
        """Return $\\log a$, for values > 0."""
        return self._made("log", np.log, (self,), lambda g, c, a: g / a)

    def tanh(self) -> Tensor:
        """Return `activations.tanh` of each value."""
        return self._made("tanh", np.tanh, (self,), lambda g, c, a: g * (1.0 - c * c))

    def sigmoid(self) -> Tensor:
        """Return `activations.sigmoid` of each value."""
        return self._made("sigmoid", sigmoid, (self,), lambda g, c, a: g * (c * (1.0 - c)))

    def relu(self) -> Tensor:
        """Return `activations.relu` of each value; the slope at the kink is 0."""
        return self._made(
            "relu", lambda a: np.maximum(a, 0.0), (self,), lambda g, c, a: g * (a > 0.0)
        )

    # Operations along axes

    def sum(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Return the sum over one axis, several, or all (the default): each value gets g."""
        return self._made(
            "sum",
            lambda a: a.sum(axis=axis, keepdims=keepdims),
            (self,),
            lambda g, c, a: _spread(g, a, axis, keepdims),
        )

    def mean(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Return the mean over one axis, several, or all (the default).

        Each of the k values gets g / k.
        """
        return self._made(
            "mean",
            lambda a: a.mean(axis=axis, keepdims=keepdims),
            (self,),
            lambda g, c, a: _spread(g * (c.size / a.size), a, axis, keepdims),
        )

    def max(self, axis: Axis = None, keepdims: bool = False) -> Tensor:
        """Return the maximum over one axis, several, or all (the default).

        The largest value gets g; equal ones share it.
        """

        def pull(g: Array, c: Array, a: Array) -> Array:
            largest = a == _spread(c, a, axis, keepdims)
            ties = largest.sum(axis=axis, keepdims=True)
            share: Array = largest * _spread(g, a, axis, keepdims) / ties
            return share

        return self._made("max", lambda a: a.max(axis=axis, keepdims=keepdims), (self,), pull)

    def softmax(self) -> Tensor:
        """Return `activations.softmax` of each row (the last axis)."""
        return self._made("softmax", softmax, (self,), lambda g, c, a: d_softmax(a, g))

    # Operations that move values

    def reshape(self, *shape: int) -> Tensor:
        """Return the values in another shape; one size may be -1, and follows from the others."""
        return self._made(
            "reshape", lambda a: a.reshape(shape), (self,), lambda g, c, a: g.reshape(a.shape)
        )

    def transpose(self, *axes: int) -> Tensor:
        """Return the values with the axes in another order, reversed by default."""
        order = axes or None
        back = np.argsort(axes) if axes else None
        return self._made(
            "transpose",
            lambda a: a.transpose(order),
            (self,),
            lambda g, c, a: g.transpose(back),
        )

    def __getitem__(self, key: Any) -> Tensor:
        """Return a part; a value that is taken twice gets the sum of both gradients."""

        def pull(g: Array, c: Array, a: Array) -> Array:
            whole = np.zeros_like(a)
            np.add.at(whole, key, g)
            return whole

        return self._made("[]", lambda a: a[key], (self,), pull)

    # Losses of logits (the tensor) and targets y (a constant), averaged over rows

    def cross_entropy(self, y: ArrayLike) -> Tensor:
        """Return `losses.cross_entropy_from_logits` for targets y, one-hot, (n, c)."""
        loss, d_loss = losses.cross_entropy_from_logits, losses.d_cross_entropy_from_logits
        return self._made(
            "cross-entropy", lambda z: loss(y, z), (self,), lambda g, c, z: g * d_loss(y, z)
        )

    def binary_cross_entropy(self, y: ArrayLike) -> Tensor:
        """Return `losses.binary_cross_entropy_from_logits` for targets y in [0, 1]."""
        loss = losses.binary_cross_entropy_from_logits
        d_loss = losses.d_binary_cross_entropy_from_logits
        return self._made(
            "binary cross-entropy", lambda z: loss(y, z), (self,), lambda g, c, z: g * d_loss(y, z)
        )

    # How every result is computed and recorded

    @classmethod
    def _made(
        cls,
        operation: str,
        forward: Callable[..., Any],
        operands: tuple[Tensor | ArrayLike, ...],
        *pulls: Pull,
    ) -> Tensor:
        """Compute a result, and record how its gradient is pulled back to each operand."""
        values = tuple(
            x.data if isinstance(x, Tensor) else _constant(x, operation) for x in operands
        )
        try:
            with np.errstate(all="ignore"):  # the check below reports it
                data = np.asarray(forward(*values))
        except ValueError as error:
            if len(values) == 1:
                raise  # the message says what the operation expects
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


def _d_dividend(g: Array, c: Array, a: Array, b: Array) -> Array:
    """Return g / b, the gradient of the dividend."""
    return g / b


def _d_divisor(g: Array, c: Array, a: Array, b: Array) -> Array:
    """Return -g c / b, the gradient of the divisor."""
    return -g * c / b


def _d_left(g: Array, c: Array, a: Array, b: Array) -> Array:
    r"""Return $g\, b^\top$; a vector a counts as a row, a vector b as a column."""
    if b.ndim == 1:
        return np.multiply(g[..., None], b)
    if a.ndim == 1:
        return np.asarray(np.matmul(b, g[..., None])[..., 0])
    return np.asarray(np.matmul(g, b.swapaxes(-1, -2)))


def _d_right(g: Array, c: Array, a: Array, b: Array) -> Array:
    r"""Return $a^\top g$; a vector a counts as a row, a vector b as a column."""
    if b.ndim == 1:
        return np.multiply(g[..., None], a)
    if a.ndim == 1:
        return np.multiply(a[:, None], g[..., None, :])
    return np.asarray(np.matmul(a.swapaxes(-1, -2), g))


def _spread(g: Array, a: Array, axis: Axis, keepdims: bool) -> Array:
    """Repeat g, which has one value for each row that was reduced, to the shape of a."""
    if axis is not None and not keepdims:
        g = np.expand_dims(g, axis)
    return np.broadcast_to(g, a.shape)


def _number(p: float) -> float:
    """Return an exponent as a float, or refuse what is not one number."""
    number = as_finite(p, "**", "the exponent")
    if number.ndim:
        raise ValueError(f"** expects a number as exponent, got shape {number.shape}")
    return float(number)


def _fit(g: Array, shape: tuple[int, ...]) -> Array:
    """Sum a gradient over the axes that broadcasting added to an operand, or stretched."""
    g = np.asarray(g)  # NumPy turns an array of one number, shape (), into that number
    if g.shape == shape:
        return g
    added = g.ndim - len(shape)
    stretched = tuple(added + i for i, size in enumerate(shape) if size == 1)
    return np.asarray(g.sum(axis=(*range(added), *stretched))).reshape(shape)


def _constant(x: ArrayLike, operation: str) -> Array:
    """Return a constant operand as an array; float64 arrays are checked with the result."""
    if isinstance(x, np.ndarray) and x.dtype == np.float64:
        return x
    return as_finite(x, operation, "its operand")


def _check_gradients(order: list[Tensor]) -> None:
    """Refuse gradients that are not finite; if any is not, that of a leaf is not either."""
    leaves = (tensor._grad for tensor in order if not tensor._parents)
    if all(np.isfinite(g).all() for g in leaves if g is not None):
        return
    try:
        for tensor in order:  # the first such gradient is to blame
            check_finite(tensor.grad, "backward", f"the gradient of {tensor!r}")
    finally:
        for tensor in order:
            tensor._grad = None


def _describe(tensor: Tensor) -> str:
    """Return the label of a tensor: name and operation, then shape, or value and gradient.

    >>> _describe((Tensor([1.0, 2.0], name="w") * 2.0).sum())
    'sum\\n6'
    """
    words = " = ".join(word for word in (tensor.name, tensor.operation) if word)
    lines = [words] if words else []
    if tensor.data.size > 1:
        lines.append(str(tensor.shape))
    else:
        lines.append(f"{tensor.data.item():.4g}")
        if tensor.has_grad:
            lines.append(f"∂ {tensor.grad.item():.4g}")
    return "\n".join(lines)


def draw_graph(
    tensor: Tensor,
    axes: Any = None,
    *,
    label: Callable[[Tensor], str] = _describe,
    ink: str = "black",
    paper: str = "white",
    leaf: str = "teal",
) -> Any:
    """Draw a tensor and the tensors from which it was computed, with Matplotlib.

    Arrows show the forward pass; gradients go back along them.  A tensor stands one column to the
    right of the last of its operands.  Constants are not drawn.

    Args:
        tensor: The result of the computation.
        axes: Where to draw, axes of Matplotlib; by default those of a new figure.
        label: Function that returns the label of a tensor: by default its name and operation, then
            its shape, or for one value this value and, after `Tensor.backward`, its gradient.
        ink: Colour of words, arrows and the boxes of results; ``"black"`` by default.
        paper: Colour inside the boxes, ``"white"`` by default.
        leaf: Colour of the boxes of leaves, ``"teal"`` by default.

    Returns:
        The axes.

    Raises:
        ImportError: If no axes are given and Matplotlib is not installed.

    >>> a, b = Tensor(2.0, name="a"), Tensor(3.0, name="b")
    >>> from matplotlib.figure import Figure
    >>> axes = draw_graph(a * b + a, Figure().subplots())
    >>> [text.get_text() for text in axes.texts if text.get_text()]
    ['+\\n8', '*\\n6', 'a\\n2', 'b\\n3']
    """
    if axes is None:
        axes = _new_axes()
    columns: dict[int, list[Tensor]] = defaultdict(list)
    order = tensor.graph()
    for node in order:
        columns[node.depth].append(node)
    location: dict[int, tuple[float, float]] = {}
    for depth, column in columns.items():
        for row, node in enumerate(column):  # a column is centred on y = 0
            location[id(node)] = (float(depth), (len(column) - 1) / 2.0 - row)
    for node in order:
        box = {"boxstyle": "round", "facecolor": paper, "edgecolor": ink if node.parents else leaf}
        axes.text(
            *location[id(node)],
            label(node),
            color=ink,
            ha="center",
            va="center",
            bbox=box,
            zorder=2,
        )
        for parent in node.parents:
            axes.annotate(
                "",
                xy=location[id(node)],
                xytext=location[id(parent)],
                arrowprops={"arrowstyle": "->", "color": ink, "shrinkA": 18, "shrinkB": 18},
                zorder=1,
            )
    tallest = max(len(column) for column in columns.values())
    axes.set_xlim(-0.5, tensor.depth + 0.5)
    axes.set_ylim(-tallest / 2.0, tallest / 2.0)
    axes.set_axis_off()
    return axes


def _new_axes() -> Any:
    """Return the axes of a new figure of Matplotlib."""
    try:
        pyplot = importlib.import_module("matplotlib.pyplot")
    except ImportError as error:
        raise ImportError(
            "draw_graph expects Matplotlib to be installed: python -m pip install matplotlib"
        ) from error
    return pyplot.subplots()[1]
