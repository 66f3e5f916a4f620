"""Loss and gradients of one network by `Tensor`, and by the autograd package."""

from collections.abc import Callable

import numpy as np

from benchmarks.measure import Table, has, medians, micro, ratio
from perceptrons import Tensor


def table() -> Table:
    """Measure two sizes."""
    return Table(
        "Automatic differentiation",
        ("samples, inputs, hidden", "perceptrons, µs", "autograd ÷ ours"),
        [_row(200, 2, 16, calls=100), _row(1797, 64, 128, calls=10)],
        "Goal: > 1. Loss and gradients of one hidden layer, tanh, one sigmoid output.",
    )


def _row(n: int, inputs: int, hidden: int, calls: int) -> tuple[str, ...]:
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(n, inputs)), rng.integers(0, 2, (n, 1)) * 1.0
    shapes = ((inputs, hidden), (hidden,), (hidden, 1), (1,))
    parameters = [0.1 * rng.normal(size=shape) for shape in shapes]
    ways = {"perceptrons": _perceptrons(X, y, parameters)}
    if has("autograd"):
        ways["autograd"] = _autograd(X, y, parameters)
        for ours, theirs in zip(*(way() for way in ways.values()), strict=True):
            np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)  # the same network
    times = medians(ways, calls)
    return (f"{n}, {inputs}, {hidden}", micro(times["perceptrons"]), ratio(times, "autograd"))


Gradients = Callable[[], list[np.ndarray]]


def _perceptrons(X: np.ndarray, y: np.ndarray, parameters: list[np.ndarray]) -> Gradients:
    tensors = W1, b1, W2, b2 = [Tensor(parameter) for parameter in parameters]

    def gradients() -> list[np.ndarray]:
        ((X @ W1 + b1).tanh() @ W2 + b2).binary_cross_entropy(y).backward()
        return [tensor.grad for tensor in tensors]

    return gradients


def _autograd(X: np.ndarray, y: np.ndarray, parameters: list[np.ndarray]) -> Gradients:
    import autograd
    import autograd.numpy as anp

    def loss(W1, b1, W2, b2):
        z = anp.dot(anp.tanh(anp.dot(X, W1) + b1), W2) + b2
        return anp.sum(anp.logaddexp(0.0, z) - y * z) / len(X)

    loss_and_gradients = autograd.value_and_grad(loss, argnum=(0, 1, 2, 3))
    return lambda: list(loss_and_gradients(*parameters)[1])
