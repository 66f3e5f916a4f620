"""How the learning rate changes over the steps: public in `perceptrons.descent`.

A schedule is a function of the number t = 0, 1, 2 … of steps already taken.  Those made here can
be pickled, and so can an optimiser that holds one.
"""

import math
from collections.abc import Callable
from functools import partial
from typing import TypeAlias

from perceptrons._arrays import check_count, check_not_negative, check_positive

Schedule: TypeAlias = Callable[[int], float]


def constant(alpha: float) -> Schedule:
    r"""Keep the learning rate: $\alpha_t = \alpha$.

    Args:
        alpha: Learning rate.

    Returns:
        A function of the step.

    Raises:
        ValueError: ``alpha`` that is not positive and finite.

    >>> constant(0.1)(1000)
    0.1
    """
    check_positive(alpha, "constant", "alpha")
    return partial(_constant, alpha)


def step_decay(alpha: float, every: int, factor: float = 0.5) -> Schedule:
    r"""Come down by stairs: $\alpha_t = \alpha f^{\lfloor t / k \rfloor}$.

    Args:
        alpha: First learning rate.
        every: Number k of steps on a stair.
        factor: What a stair multiplies by, f in (0, 1]; 0.5 by default.

    Returns:
        A function of the step.

    Raises:
        ValueError: Bad arguments.

    >>> [step_decay(0.8, every=10)(t) for t in (0, 9, 10, 20)]
    [0.8, 0.8, 0.4, 0.2]
    """
    check_positive(alpha, "step_decay", "alpha")
    check_count(every, "step_decay", "every")
    check_positive(factor, "step_decay", "factor", at_most=1.0)
    return partial(_step_decay, alpha, every, factor)


def exponential_decay(alpha: float, factor: float) -> Schedule:
    r"""Lose the same share at each step: $\alpha_t = \alpha f^t$.

    Args:
        alpha: First learning rate.
        factor: What is left of it after a step, f in (0, 1].

    Returns:
        A function of the step.

    Raises:
        ValueError: Bad arguments.

    >>> [exponential_decay(0.8, 0.5)(t) for t in (0, 1, 2)]
    [0.8, 0.4, 0.2]
    """
    check_positive(alpha, "exponential_decay", "alpha")
    check_positive(factor, "exponential_decay", "factor", at_most=1.0)
    return partial(_step_decay, alpha, 1, factor)


def cosine_decay(alpha: float, n_steps: int, lowest: float = 0.0) -> Schedule:
    r"""Come down along half a wave, slowly at both ends.

    $\alpha_t = \alpha_\infty + \frac12 (\alpha - \alpha_\infty)(1 + \cos \pi \frac tT)$, and
    $\alpha_\infty$ from step T on.

    Args:
        alpha: First learning rate.
        n_steps: Length T of the way down.
        lowest: Last learning rate $\alpha_\infty$, at most ``alpha``; 0 by default.

    Returns:
        A function of the step.

    Raises:
        ValueError: Bad arguments.

    Source: Loshchilov and Hutter, *SGDR: stochastic gradient descent with warm restarts*, 2017.

    >>> [round(cosine_decay(1.0, 4)(t), 3) for t in range(6)]
    [1.0, 0.854, 0.5, 0.146, 0.0, 0.0]
    """
    check_positive(alpha, "cosine_decay", "alpha")
    check_count(n_steps, "cosine_decay", "n_steps")
    check_not_negative(lowest, "cosine_decay", "lowest")
    if lowest > alpha:
        raise ValueError(f"cosine_decay expects lowest at most alpha={alpha:g}, got {lowest!r}")
    return partial(_cosine_decay, alpha, n_steps, lowest)


def warm_up(schedule: float | Schedule, n_steps: int) -> Schedule:
    r"""Begin with small steps: $\alpha_t = \min(1, \frac{t + 1}{T})\, s(t)$.

    Args:
        schedule: The schedule s that is followed; a number stands for a constant one.
        n_steps: Number T of steps after which it is followed fully.

    Returns:
        A function of the step.

    Raises:
        ValueError: Bad arguments.

    Source: Goyal et al., *Accurate, large minibatch SGD: training ImageNet in 1 hour*, 2017.

    >>> [warm_up(0.8, 4)(t) for t in (0, 1, 3, 9)]
    [0.2, 0.4, 0.8, 0.8]
    """
    check_count(n_steps, "warm_up", "n_steps")
    return partial(_warm_up, schedule if callable(schedule) else constant(schedule), n_steps)


def _constant(alpha: float, step: int) -> float:
    check_count(step, "constant", "step", at_least=0)
    return alpha


def _step_decay(alpha: float, every: int, factor: float, step: int) -> float:
    check_count(step, "a decay", "step", at_least=0)
    return float(alpha * factor ** (step // every))


def _cosine_decay(alpha: float, n_steps: int, lowest: float, step: int) -> float:
    check_count(step, "cosine_decay", "step", at_least=0)
    done = min(step, n_steps) / n_steps
    return lowest + 0.5 * (alpha - lowest) * (1.0 + math.cos(math.pi * done))


def _warm_up(schedule: Schedule, n_steps: int, step: int) -> float:
    check_count(step, "warm_up", "step", at_least=0)
    return min(1.0, (step + 1) / n_steps) * schedule(step)
