"""Training a multilayer perceptron on the full batch, beside scikit-learn, PyTorch and the limit.

The limit is the bare matrix products that one step needs, written into arrays made beforehand.
Ours records loss and accuracy at each step, scikit-learn and PyTorch the loss.
"""

import warnings
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from benchmarks.measure import Table, has, medians, micro, ratio
from perceptrons import MultiLayerPerceptron

ALPHA = 0.1


@dataclass(frozen=True)
class Size:
    """A problem, how many steps make one measure, and what is aimed at."""

    n: int
    inputs: int
    hidden: int
    classes: int
    steps: int
    goals: tuple[str, str, str]  # times scikit-learn, times PyTorch, limits

    @property
    def outputs(self) -> int:
        """Return 1 for yes or no, else one output a class."""
        return 1 if self.classes == 2 else self.classes


SIZES = (
    Size(200, 2, 16, 2, 500, ("≥ 3", "≥ 5", "")),
    Size(1000, 2, 64, 2, 100, ("≥ 2", "≥ 1.5", "")),
    Size(1797, 64, 128, 10, 30, ("≥ 2", "≥ 1.5", "≤ 1.3")),
    Size(10000, 784, 256, 10, 2, ("> 1", "> 1", "≤ 1.15")),
)


def table() -> Table:
    """Measure all sizes."""
    return Table(
        "Training, full batch, float64",
        (
            "samples, inputs, hidden",
            "perceptrons, µs a step",
            "scikit-learn ÷ ours",
            "PyTorch ÷ ours",
            "ours ÷ limit",
        ),
        [_row(size) for size in SIZES],
        "Goal in brackets. Limit: the bare matrix products of one step. One hidden layer, ReLU.",
    )


def _row(size: Size) -> tuple[str, ...]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(size.n, size.inputs))
    y = rng.integers(0, size.classes, size.n)
    ways = {
        "perceptrons": _perceptrons(size, X, y),
        "scikit-learn": _scikit_learn(size, X, y),
        "limit": _limit(size, X),
    }
    if has("torch"):
        ways["PyTorch"] = _pytorch(size, X, y)
    times = medians(ways, calls=1)
    beside = (
        ratio(times, "scikit-learn"),
        ratio(times, "PyTorch"),
        ratio(times, "perceptrons", to="limit"),
    )
    goals = (f" ({goal})" if goal else "" for goal in size.goals)
    return (
        f"{size.n}, {size.inputs}, {size.hidden}",
        micro(times["perceptrons"] / size.steps),
        *(value + goal for value, goal in zip(beside, goals, strict=True)),
    )


def _perceptrons(size: Size, X: np.ndarray, y: np.ndarray) -> Callable[[], object]:
    output = "sigmoid" if size.outputs == 1 else "softmax"

    def train() -> None:
        rng = np.random.default_rng(0)
        sizes = (size.inputs, size.hidden, size.outputs)
        model = MultiLayerPerceptron(*sizes, output=output, rng=rng)
        model.fit(X, y, n_epochs=size.steps, alpha=ALPHA)

    return train


def _scikit_learn(size: Size, X: np.ndarray, y: np.ndarray) -> Callable[[], object]:
    def train() -> None:
        model = MLPClassifier(
            (size.hidden,),
            solver="sgd",
            alpha=0.0,
            momentum=0.0,
            batch_size=size.n,
            shuffle=False,
            learning_rate_init=ALPHA,
            max_iter=size.steps,
            tol=0.0,
            n_iter_no_change=size.steps + 1,
            random_state=0,
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.fit(X, y)
        assert model.n_iter_ == size.steps

    return train


def _pytorch(size: Size, X: np.ndarray, y: np.ndarray) -> Callable[[], object]:
    import torch

    samples = torch.tensor(X)
    if size.outputs == 1:
        targets, criterion = torch.tensor(y[:, None] * 1.0), torch.nn.BCEWithLogitsLoss()
    else:
        targets, criterion = torch.tensor(y), torch.nn.CrossEntropyLoss()

    def train() -> None:
        first = torch.nn.Linear(size.inputs, size.hidden, dtype=torch.float64)
        last = torch.nn.Linear(size.hidden, size.outputs, dtype=torch.float64)
        model = torch.nn.Sequential(first, torch.nn.ReLU(), last)
        optimiser = torch.optim.SGD(model.parameters(), lr=ALPHA)
        for _ in range(size.steps):
            optimiser.zero_grad()
            loss = criterion(model(samples), targets)
            loss.backward()
            optimiser.step()
            loss.item()

    return train


def _limit(size: Size, X: np.ndarray) -> Callable[[], object]:
    rng = np.random.default_rng(0)
    W1 = rng.normal(size=(size.inputs, size.hidden))
    W2 = rng.normal(size=(size.hidden, size.outputs))
    Z1, A1, dZ1 = (rng.normal(size=(size.n, size.hidden)) for _ in range(3))
    Z2, dZ2 = (rng.normal(size=(size.n, size.outputs)) for _ in range(2))
    dW1, dW2 = np.empty_like(W1), np.empty_like(W2)

    def multiply() -> None:
        for _ in range(size.steps):
            np.matmul(X, W1, out=Z1)
            np.matmul(A1, W2, out=Z2)
            np.matmul(A1.T, dZ2, out=dW2)
            np.matmul(dZ2, W2.T, out=dZ1)
            np.matmul(X.T, dZ1, out=dW1)

    return multiply
