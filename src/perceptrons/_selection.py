"""Choose hyper-parameters by what they give on held-out data: public in `regularisation`."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from perceptrons._arrays import check_count, check_rng

Rows = npt.NDArray[np.int64]


def k_fold(
    n: int, k: int = 5, *, rng: np.random.Generator | None = None
) -> list[tuple[Rows, Rows]]:
    r"""Cut n samples into k folds, and hold out each in turn.

    The folds hold $\lfloor n/k \rfloor$ samples, and the first $n \bmod k$ of them one more.

    Args:
        n: Number of samples.
        k: Number of folds, 2 to n; 5 by default.
        rng: Shuffles the samples.  None keeps their order: sorted labels give bad folds then.

    Returns:
        k pairs (rows to train on, rows held out): each row is held out exactly once.

    Raises:
        ValueError: Counts that do not fit.

    Source: Hastie, Tibshirani and Friedman, *The Elements of Statistical Learning*, 2nd edition,
    2009, 7.10.

    >>> for train, held_out in k_fold(5, 2):
    ...     print(train, held_out)
    [3 4] [0 1 2]
    [0 1 2] [3 4]
    """
    check_count(n, "k_fold", "n", at_least=2)
    check_count(k, "k_fold", "k", at_least=2)
    if k > n:
        raise ValueError(f"k_fold expects k at most n={n}, got {k}")
    if rng is None:
        order = np.arange(n)
    else:
        check_rng(rng, "k_fold")
        order = rng.permutation(n)
    folds = np.array_split(order, k)
    return [(np.concatenate([*folds[:i], *folds[i + 1 :]]), folds[i]) for i in range(k)]


@dataclass(frozen=True)
class Trial:
    """One try of `random_search`: the parameters and what they scored.

    Attributes:
        score: The higher the better.
        parameters: A value for each name of the space.

    >>> Trial(0.9, {"alpha": 0.1}).parameters["alpha"]
    0.1
    """

    score: float
    parameters: dict[str, Any]


def random_search(
    space: Mapping[str, Sequence[Any] | Callable[[np.random.Generator], Any]],
    score: Callable[..., float],
    n_trials: int,
    *,
    rng: np.random.Generator,
) -> list[Trial]:
    """Try hyper-parameters at random: unlike a grid, each trial tries a new value of each.

    Args:
        space: For each name, the values to choose from, or a function that draws one, such as
            ``lambda rng: 10 ** rng.uniform(-4, 0)``.
        score: Called with a value for each name, as ``score(alpha=0.1, …)``; the higher its
            result, the better.  Measure it on validation data, never on the test set.
        n_trials: Number of trials.
        rng: Draws the values, all of them before the first trial: what ``score`` does with it
            changes no draw.

    Returns:
        The trials, best first.

    Raises:
        ValueError: An empty space, a score that is NaN or no number, or bad counts.

    Source: Bergstra and Bengio, *Random search for hyper-parameter optimization*, 2012.

    >>> space = {
    ...     "x": lambda rng: rng.uniform(-1, 1),
    ...     "shape": ["flat", "round"],
    ... }
    >>> def score(x, shape):
    ...     return (shape == "round") - x**2
    >>> rng = np.random.default_rng(0)
    >>> best = random_search(space, score, 50, rng=rng)[0]
    >>> best.parameters["shape"], abs(best.parameters["x"]) < 0.1
    ('round', True)
    """
    check_count(n_trials, "random_search", "n_trials")
    check_rng(rng, "random_search")
    if not space:
        raise ValueError("random_search expects at least one parameter to search, got none")
    draws = [
        {name: _draw(name, values, rng) for name, values in space.items()} for _ in range(n_trials)
    ]
    trials = [Trial(_checked(score(**draw), draw), draw) for draw in draws]
    return sorted(trials, key=lambda trial: trial.score, reverse=True)


def _draw(
    name: str,
    values: Sequence[Any] | Callable[[np.random.Generator], Any],
    rng: np.random.Generator,
) -> Any:
    if callable(values):
        return values(rng)
    if isinstance(values, str) or not hasattr(values, "__len__") or len(values) == 0:
        raise ValueError(
            f"random_search expects a list of values or a function of rng for {name}, "
            f"got {values!r}"
        )
    return values[int(rng.integers(len(values)))]  # not rng.choice, which makes numpy types of them


def _checked(score: Any, draw: dict[str, Any]) -> float:
    numbers = (int, float, np.integer, np.floating)
    if not isinstance(score, numbers) or math.isnan(score):
        raise ValueError(f"random_search expects a number as score, got {score!r} for {draw}")
    return float(score)
