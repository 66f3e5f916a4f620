"""Reverse mode: every operation against central differences, broadcast in all shapes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis.extra import numpy as hnp

import perceptrons as nn
from perceptrons import Tensor

QUICK = settings(max_examples=40, deadline=None)
RNG = np.random.default_rng(0)  # any seed: the facts hold for all values away from the kinks
X = RNG.normal(size=(3, 4))
X += 0.1 * np.sign(X)  # relu's kink is 10 000 steps of 1e-5 away
POSITIVE = np.abs(X) + 0.5
CUBE = RNG.normal(size=(2, 3, 4))

ONE_OPERAND = {
    "neg": (lambda t: -t, X),
    "power 2": (lambda t: t**2, X),
    "power 3 at 0": (lambda t: t**3, np.array([0.0, 1.0, -2.0])),
    "power 0": (lambda t: t**0, np.array([0.0, 1.0, -2.0])),
    "power -1": (lambda t: t**-1, X),
    "root": (lambda t: t**0.5, POSITIVE),
    "exp": (Tensor.exp, X),
    "log": (Tensor.log, POSITIVE),
    "tanh": (Tensor.tanh, X),
    "sigmoid": (Tensor.sigmoid, X),
    "relu": (Tensor.relu, X),
    "softmax": (Tensor.softmax, CUBE),
    "sum": (Tensor.sum, X),
    "sum of columns": (lambda t: t.sum(axis=0), X),
    "sum of two axes": (lambda t: t.sum(axis=(0, -1)), CUBE),
    "sum kept": (lambda t: t.sum(axis=1, keepdims=True), CUBE),
    "mean": (Tensor.mean, X),
    "mean of rows": (lambda t: t.mean(axis=-1), CUBE),
    "max": (Tensor.max, X),
    "max of rows": (lambda t: t.max(axis=-1), X),
    "max kept": (lambda t: t.max(axis=(0, 2), keepdims=True), CUBE),
    "reshape": (lambda t: t.reshape(2, -1), X),
    "transpose": (Tensor.transpose, CUBE),
    "transpose of axes": (lambda t: t.transpose(1, 2, 0), CUBE),
    "row": (lambda t: t[1], X),
    "slice": (lambda t: t[:, 1::2], X),
    "one number": (lambda t: t[2, 3], X),
    "rows taken twice": (lambda t: t[[0, 2, 0]], X),
    "mask": (lambda t: t[X > 0], X),
    "cross-entropy": (lambda t: t.cross_entropy(nn.one_hot([0, 3, 1], 4)), X),
    "binary cross-entropy": (lambda t: t.binary_cross_entropy((X > 0.3) * 1.0), X),
    "constant + t": (lambda t: X + t, X[0]),
    "constant - t": (lambda t: X - t, X[0]),
    "constant * t": (lambda t: [2.0, 3.0, 4.0, 5.0] * t, X),
    "constant / t": (lambda t: X / t, X[0]),
    "t / constant": (lambda t: t / X[0], X),
    "constant @ t": (lambda t: X @ t, X.T),
    "used three times": (lambda t: t * t.tanh() + t, X),
}


def gradients_of(function, *arrays):
    """Return the gradients of the sum of function(*tensors) times fixed random numbers."""
    tensors = [Tensor(a) for a in arrays]
    out = function(*tensors)
    G = np.random.default_rng(1).normal(size=out.shape)
    out.backward(G)
    return [t.grad for t in tensors], lambda a: float((G * function(*map(Tensor, a)).data).sum())


@pytest.mark.parametrize("name", ONE_OPERAND)
def test_each_operation_pulls_back_what_central_differences_measure(name):
    function, x = ONE_OPERAND[name]
    (gradient,), value = gradients_of(function, x)
    assert gradient.shape == x.shape
    nn.check_gradient(lambda a: value([a]), gradient, x)  # raises from an error of 1e-7 on


OPERATORS = {
    "+": lambda a, b: a + b,
    "-": lambda a, b: a - b,
    "*": lambda a, b: a * b,
    "/": lambda a, b: a / b,
}


@pytest.mark.parametrize("operator", OPERATORS)
@QUICK
@given(shapes=hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3))
def test_broadcast_operands_get_gradients_of_their_own_shape(operator, shapes):
    rng = np.random.default_rng(0)
    a, b = (rng.normal(size=shape) for shape in shapes.input_shapes)
    b = np.asarray(b + np.where(b < 0, -1.0, 1.0))  # divisors off zero
    gradients, value = gradients_of(OPERATORS[operator], a, b)
    assert [g.shape for g in gradients] == list(shapes.input_shapes)
    nn.check_gradient(value, gradients, [np.asarray(a), b])


@QUICK
@given(
    shapes=hnp.mutually_broadcastable_shapes(
        signature="(n?,k),(k,m?)->(n?,m?)", max_dims=2, max_side=3
    )
)
def test_matrix_product_has_its_gradient_for_vectors_matrices_and_stacks(shapes):
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=shape) for shape in shapes.input_shapes]
    gradients, value = gradients_of(lambda a, b: a @ b, *arrays)
    assert [g.shape for g in gradients] == list(shapes.input_shapes)
    nn.check_gradient(value, gradients, arrays)


def test_equal_largest_values_share_the_gradient():
    t = Tensor([[1.0, 3.0, 3.0]])
    t.max(axis=1).backward([6.0])
    assert t.grad.tolist() == [[0.0, 3.0, 3.0]]


def test_relu_passes_nothing_at_its_kink_nor_below():
    t = Tensor([-1.0, 0.0, 2.0])
    t.relu().sum().backward()
    assert t.grad.tolist() == [0.0, 0.0, 1.0]


def test_central_differences_catch_a_derivative_taken_at_the_wrong_place():
    class Wrong(Tensor):
        def tanh(self):
            return self._made("tanh", np.tanh, (self,), lambda g, c, a: g * (1.0 - a * a))

    t = Wrong(X)
    t.tanh().sum().backward()
    with pytest.raises(ValueError, match="check_gradient"):
        nn.check_gradient(lambda a: float(np.tanh(a).sum()), t.grad, X)
