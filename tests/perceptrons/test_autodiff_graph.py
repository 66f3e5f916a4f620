"""Reverse mode: what `backward` sets, on any graph, and parity with the network's own backward."""

import sys

import numpy as np
import pytest

import perceptrons as nn
from perceptrons import Tensor


def test_small_graph_has_the_gradients_worked_out_on_paper():
    # f = xy + y² at x = 2, y = 3: f = 15, ∂f/∂x = y = 3, ∂f/∂y = x + 2y = 8
    x, y = Tensor(2.0), Tensor(3.0)
    f = x * y + y**2
    f.backward()
    assert (float(f.data), float(x.grad), float(y.grad)) == (15.0, 3.0, 8.0)


def test_backward_twice_gives_the_same_gradients():
    w = Tensor(np.random.default_rng(0).normal(size=(3, 4)))
    loss = (w @ w.transpose()).tanh().sum()
    loss.backward()
    first = w.grad.copy()
    loss.backward()
    np.testing.assert_array_equal(w.grad, first)


def test_a_second_loss_sets_gradients_anew_rather_than_adding():
    w = Tensor([1.0, 2.0])
    (w * 3.0).sum().backward()
    (w * w).sum().backward()
    assert w.grad.tolist() == [2.0, 4.0]


def test_the_gradient_of_a_leaf_is_its_own_array():
    a, b = Tensor([1.0, 2.0]), Tensor([3.0, 4.0])
    (a + b).sum().backward()
    gradient = a.grad
    gradient *= 10.0  # in place, as one clips gradients
    assert b.grad.tolist() == [1.0, 1.0]


def test_the_tensor_holds_a_copy_of_what_it_is_given():
    given_array = np.ones(2)
    tensor = Tensor(given_array)
    tensor.data -= 1.0
    assert given_array.tolist() == [1.0, 1.0]


def test_a_graph_deeper_than_the_recursion_limit_is_walked():
    t = leaf = Tensor(1.0)
    for _ in range(5 * sys.getrecursionlimit()):
        t = t + 0.001
    t.backward()
    assert float(leaf.grad) == 1.0 and t.depth == 5 * sys.getrecursionlimit()


def test_a_diamond_repeated_is_walked_once_per_tensor():
    t = leaf = Tensor(1.0)
    for _ in range(60):  # 2^60 ways lead to the leaf
        t = t + t
    t.backward()
    assert float(leaf.grad) == 2.0**60 and len(t.graph()) == 61


@pytest.mark.parametrize("hidden", ["relu", "tanh", "sigmoid"])
@pytest.mark.parametrize(("output", "m"), [("softmax", 3), ("sigmoid", 2), ("identity", 2)])
def test_training_gives_the_numbers_of_the_network_s_own_backward(hidden, output, m):
    rng = np.random.default_rng(0)
    samples = rng.normal(size=(20, 3))
    y = {
        "softmax": rng.integers(0, m, 20),
        "sigmoid": rng.integers(0, 2, (20, m)),
        "identity": rng.normal(size=(20, m)),
    }[output]
    model = nn.MultiLayerPerceptron(3, 8, 5, m, hidden=hidden, output=output, rng=rng)
    tensors = [Tensor(p) for p in model.parameters()]
    Y = model.targets(y)
    for _ in range(50):
        A = samples
        for W, b in zip(tensors[:-2:2], tensors[1:-2:2], strict=True):
            A = getattr(A @ W + b, hidden)()
        Z = A @ tensors[-2] + tensors[-1]
        loss = {
            "softmax": lambda Z=Z: Z.cross_entropy(Y),
            "sigmoid": lambda Z=Z: Z.binary_cross_entropy(Y),
            "identity": lambda Z=Z: ((Z - Y) ** 2).sum(axis=1).mean(),
        }[output]()
        loss.backward()
        model.forward(samples)
        for tensor, gradient in zip(tensors, model.backward(y), strict=True):
            np.testing.assert_allclose(tensor.grad, gradient, rtol=1e-12, atol=1e-12)
            tensor.data = tensor.data - 0.1 * tensor.grad
        assert float(loss.data) == pytest.approx(model.loss(samples, y), rel=1e-12)
        model.gradient_descent(0.1)
    for tensor, parameter in zip(tensors, model.parameters(), strict=True):
        np.testing.assert_allclose(tensor.data, parameter, rtol=1e-12, atol=1e-12)


def test_an_optimiser_moves_the_data_of_tensors():
    w = Tensor([3.0, -2.0])
    optimiser = nn.Momentum(0.1, 0.5)
    for _ in range(100):
        (w * w).sum().backward()
        optimiser.step([w.data], [w.grad])
    assert np.abs(w.data).max() < 1e-6
