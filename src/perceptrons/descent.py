r"""Gradient descent, optimisers and learning-rate schedules (chapter *Training a network*).

`gradient_descent` minimises any function and records its path.  Optimisers move the parameters of a
model, step by step: $\theta$ is a parameter, g its gradient, $\alpha$ the learning rate, and all
products, squares and roots are elementwise.  A schedule is a function that returns the learning
rate after t = 0, 1, 2 … steps.  The file is long because each of them has its equation and source.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, TypeAlias

import numpy as np

from perceptrons._arrays import (
    Array,
    ArrayLike,
    as_finite,
    check_count,
    check_finite,
    check_not_empty,
    check_not_negative,
    check_positive,
    diverged,
)

__all__ = [
    "SGD",
    "Adam",
    "Momentum",
    "Nesterov",
    "Optimiser",
    "Path",
    "RMSProp",
    "Schedule",
    "constant",
    "cosine_decay",
    "exponential_decay",
    "gradient_descent",
    "step_decay",
    "warm_up",
]


Schedule: TypeAlias = Callable[[int], float]


@dataclass(frozen=True)
class Path:
    """The path of `gradient_descent`; in the plane, ``plt.plot(*path.points.T)`` draws it.

    Attributes:
        points: The starting point and the point after each step, shape (n_steps + 1, …).
        values: The function at each point, shape (n_steps + 1,); empty if it was not given.
        gradients: The gradient at the start of each step, shape (n_steps, …).
        converged: Whether the gradient became as small as ``tolerance``.

    >>> path = gradient_descent(lambda x: 2.0 * x, [1.0], 0.25, n_iter=2)
    >>> path.points.ravel(), path.end
    (array([1.  , 0.5 , 0.25]), array([0.25]))
    """

    points: Array
    values: Array
    gradients: Array
    converged: bool

    @property
    def end(self) -> Array:
        """The last point."""
        last: Array = self.points[-1]
        return last

    def __len__(self) -> int:
        """Number of steps."""
        return len(self.points) - 1


def gradient_descent(
    f_gradient: Callable[[Array], ArrayLike],
    start: ArrayLike,
    alpha: float | Schedule | None = None,
    n_iter: int = 100,
    *,
    f: Callable[[Array], float] | None = None,
    optimiser: Optimiser | None = None,
    tolerance: float = 0.0,
) -> Path:
    r"""Follow $x_{t+1} = x_t - \alpha \nabla f(x_t)$, and record the path.

    For $f(x) = \frac12 \sum_i \lambda_i x_i^2$ with $\lambda_i > 0$, each step multiplies $x_i$ by
    $1 - \alpha \lambda_i$: the points converge to 0 if $0 < \alpha < 2 / \lambda_{max}$, and
    diverge if $\alpha > 2 / \lambda_{max}$.

    Args:
        f_gradient: Gradient of the function at a point, of the shape of the point.
        start: Starting point, any shape; a number is a point of shape (1,).
        alpha: Learning rate, 0.1 by default, or a schedule.
        n_iter: Largest number of steps, 100 by default.
        f: The function itself; if given, its values are recorded.
        optimiser: An optimiser, such as ``Adam(0.1)``, that takes the steps with its own learning
            rate and updates its own memory.
        tolerance: Stop when no entry of the gradient exceeds it in absolute value; 0 by default,
            which stops when the gradient is 0.

    Returns:
        The path of the descent.

    Raises:
        ValueError: If an argument is not valid, the gradient has another shape than the point, or
            the descent overflows because its learning rate is too large.

    Source: Cauchy, *Méthode générale pour la résolution des systèmes d'équations simultanées*,
    1847.

    >>> f, slope = lambda x: x @ x, lambda x: 2 * x
    >>> path = gradient_descent(slope, [1.0, -2.0], 0.25, n_iter=2, f=f)
    >>> path.points
    array([[ 1.  , -2.  ],
           [ 0.5 , -1.  ],
           [ 0.25, -0.5 ]])
    >>> path.values
    array([5.    , 1.25  , 0.3125])
    """
    what = "gradient_descent"
    x = np.atleast_1d(as_finite(start, what, "start")).copy()
    check_not_empty(x, what, "start")
    check_count(n_iter, what, "n_iter")
    check_not_negative(tolerance, what, "tolerance")
    if optimiser is None:
        optimiser = SGD(0.1 if alpha is None else alpha)
    elif alpha is not None:
        raise ValueError(f"{what} expects alpha or an optimiser, got both, {alpha=}")
    points, gradients, converged = [x.copy()], [], False
    for step in range(1, n_iter + 1):
        rate = optimiser.rate
        try:
            gradient = _gradient(f_gradient, x)
            converged = bool(np.abs(gradient).max() <= tolerance)
            if converged:
                break
            optimiser.step([x], [gradient])
        except ValueError as error:
            if step == 1:  # no step was taken: the function is to blame
                raise
            raise diverged(what, f"step {step}", rate, str(error)) from error
        points.append(x.copy())
        gradients.append(gradient)
    values = [] if f is None else [_value(f, point) for point in points]
    return Path(
        np.array(points), np.array(values), np.array(gradients).reshape(-1, *x.shape), converged
    )


def _gradient(f_gradient: Callable[[Array], ArrayLike], x: Array) -> Array:
    """Return the gradient at x, checked and copied."""
    with np.errstate(over="ignore", invalid="ignore"):  # the check below reports it
        answer = f_gradient(x.copy())
    gradient = np.atleast_1d(as_finite(answer, "gradient_descent", "the gradient"))
    if gradient.shape != x.shape:
        raise ValueError(
            f"gradient_descent expects a gradient of shape {x.shape}, got {gradient.shape}"
        )
    return gradient.copy()


def _value(f: Callable[[Array], float], point: Array) -> float:
    """Return the value of f at a point, checked."""
    with np.errstate(over="ignore", invalid="ignore"):
        answer = f(point.copy())
    value = as_finite(answer, "gradient_descent", "the value of f")
    if value.size != 1:
        raise ValueError(f"gradient_descent expects f to return one number, got {value.shape}")
    return value.item()


class Optimiser(ABC):
    r"""A rule that moves parameters against gradients: $\theta \leftarrow u(\theta, g, \alpha)$.

    An optimiser may remember arrays for each parameter, by the place of the parameter in the list:
    one optimiser therefore serves one model.  To write an optimiser, name these arrays in
    ``memory`` (they start at zero), and define ``_update``.

    Args:
        alpha: Learning rate, or a schedule: a function of the number of steps taken.

    Raises:
        ValueError: If the learning rate is not positive and finite.

    >>> class Signs(Optimiser):
    ...     def _update(self, parameter, gradient, alpha):
    ...         parameter -= alpha * np.sign(gradient)
    >>> weights = np.array([1.0, 1.0])
    >>> Signs(0.5).step([weights], [np.array([10.0, -0.1])])
    >>> weights
    array([0.5, 1.5])
    """

    memory: ClassVar[tuple[str, ...]] = ()

    def __init__(self, alpha: float | Schedule) -> None:
        if not callable(alpha):
            check_positive(alpha, type(self).__name__, "alpha")
        self.alpha = alpha
        self.n_steps = 0
        self._kept: list[list[Array]] = []  # the arrays of ``memory``, for each parameter

    @property
    def rate(self) -> float:
        """Learning rate of the next step: ``alpha``, or what the schedule returns."""
        if not callable(self.alpha):
            return self.alpha
        rate = self.alpha(self.n_steps)
        check_not_negative(rate, type(self).__name__, f"alpha({self.n_steps})")
        return rate

    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> None:
        """Move the parameters, in place.

        Args:
            parameters: float64 arrays, such as ``model.parameters()``: the same at each step.
            gradients: The gradients, in the same order, such as ``model.gradients()``.

        Raises:
            ValueError: If lists or shapes do not fit, a gradient is not finite, or a step
                overflows, in which case some parameters may have moved.
        """
        what = type(self).__name__
        self._check(parameters, gradients)
        if not self._kept:
            self._kept = [[np.zeros_like(p) for _ in self.memory] for p in parameters]
        alpha = self.rate
        self.n_steps += 1
        try:
            with np.errstate(over="raise", invalid="raise"):
                for parameter, gradient, kept in zip(
                    parameters, gradients, self._kept, strict=True
                ):
                    self._update(parameter, gradient, alpha, *kept)
        except FloatingPointError as error:
            raise ValueError(
                f"{what} expects steps that a float64 can hold, got {error}: take a smaller "
                f"alpha than {alpha:g}, or clip the gradients"
            ) from error

    @abstractmethod
    def _update(self, parameter: Array, gradient: Array, alpha: float, *kept: Array) -> None:
        """Move one parameter, and update the arrays kept for it, in place."""

    def state(self) -> dict[str, Any]:
        """Return a copy of the memory: the number of steps, and by name a list of arrays.

        With it, the weights of the model and an optimiser made with the same arguments, training
        continues as if it had not been interrupted.
        """
        lists = {
            name: [kept[k].copy() for kept in self._kept] for k, name in enumerate(self.memory)
        }
        return {"n_steps": self.n_steps, **lists}

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Continue from what `state` returned.

        Raises:
            ValueError: If it is not the state of such an optimiser.
        """
        what, names = type(self).__name__, ("n_steps", *self.memory)
        if set(state) != set(names):
            raise ValueError(
                f"{what} expects a state of {', '.join(names)}, got {', '.join(state)}"
            )
        check_count(state["n_steps"], what, "n_steps", at_least=0)
        lists = [
            [as_finite(array, what, name).copy() for array in state[name]] for name in self.memory
        ]
        shapes = [[array.shape for array in arrays] for arrays in lists]
        if any(other != shapes[0] for other in shapes[1:]):
            raise ValueError(f"{what} expects arrays of the same shapes in {', '.join(names[1:])}")
        self.n_steps = int(state["n_steps"])
        self._kept = [list(kept) for kept in zip(*lists, strict=True)]

    def _check(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> None:
        """Refuse parameters and gradients that do not fit each other or the earlier steps."""
        what = type(self).__name__
        if not parameters or len(parameters) != len(gradients):
            raise ValueError(
                f"{what} expects a gradient for each parameter, "
                f"got {len(parameters)} parameters and {len(gradients)} gradients"
            )
        for k, (parameter, gradient) in enumerate(zip(parameters, gradients, strict=True)):
            if getattr(parameter, "dtype", None) != np.float64 or not parameter.flags.writeable:
                raise ValueError(
                    f"{what} expects parameters to be writeable float64 arrays, got "
                    f"{getattr(parameter, 'dtype', type(parameter).__name__)} in parameter {k}"
                )
            if np.shape(gradient) != parameter.shape:
                raise ValueError(
                    f"{what} expects gradient {k} of shape {parameter.shape}, "
                    f"got {np.shape(gradient)}"
                )
            check_finite(gradient, what, f"gradient {k}")
        seen = [kept[0].shape for kept in self._kept if kept]
        if seen and seen != [parameter.shape for parameter in parameters]:
            raise ValueError(
                f"{what} expects the parameters of its first step, of shapes {seen}, "
                f"got {[parameter.shape for parameter in parameters]}"
            )


class SGD(Optimiser):
    r"""Stochastic gradient descent: $\theta \leftarrow \theta - \alpha g$.

    Args:
        alpha: Learning rate, 0.01 by default, or a schedule: a function of the number of steps
            taken.

    Raises:
        ValueError: If the learning rate is not positive and finite.

    Source: Robbins and Monro, 1951.

    >>> weights = np.array([1.0, 2.0])
    >>> SGD(0.1).step([weights], [np.array([10.0, 0.0])])
    >>> weights
    array([0., 2.])
    """

    def __init__(self, alpha: float | Schedule = 0.01) -> None:
        super().__init__(alpha)

    def _update(self, parameter: Array, gradient: Array, alpha: float, *kept: Array) -> None:
        parameter -= alpha * gradient


class Momentum(Optimiser):
    r"""Momentum: $v \leftarrow \mu v - \alpha g$, then $\theta \leftarrow \theta + v$.

    It is also called the heavy ball.  If the gradient keeps its direction, the steps become up to
    $1/(1-\mu)$ times as long; if it changes sign at each step, they nearly cancel.

    Args:
        alpha: Learning rate, 0.01 by default, or a schedule.
        mu: Fraction of the velocity that is kept at each step, in [0, 1); 0.9 by default.

    Raises:
        ValueError: If an argument is not in its range.

    Source: Polyak, 1964.

    >>> weights, optimiser = np.array([0.0]), Momentum(1.0, mu=0.5)
    >>> for _ in range(3):
    ...     optimiser.step([weights], [np.array([1.0])])
    ...     print(weights)  # -1, then -1 - 1.5, then -1 - 1.5 - 1.75
    [-1.]
    [-2.5]
    [-4.25]
    """

    memory = ("velocity",)

    def __init__(self, alpha: float | Schedule = 0.01, mu: float = 0.9) -> None:
        super().__init__(alpha)
        _check_share(mu, type(self).__name__, "mu")
        self.mu = mu

    def _update(self, parameter: Array, gradient: Array, alpha: float, *kept: Array) -> None:
        (v,) = kept
        v *= self.mu
        v -= alpha * gradient
        parameter += v


class Nesterov(Momentum):
    r"""Nesterov momentum: the gradient is taken at the point where the velocity leads.

    $v \leftarrow \mu v - \alpha \nabla f(\theta + \mu v)$, then $\theta \leftarrow \theta + v$.
    The parameter that is stored is the point ahead, $\tilde\theta = \theta + \mu v$.  Then g is the
    gradient at the stored parameter, as for any other optimiser: $v \leftarrow \mu v - \alpha g$,
    then $\tilde\theta \leftarrow \tilde\theta + \mu v - \alpha g$.

    Args:
        alpha: Learning rate, 0.01 by default, or a schedule.
        mu: Fraction of the velocity that is kept at each step, in [0, 1); 0.9 by default.

    Raises:
        ValueError: If an argument is not in its range.

    Source: Nesterov, 1983; in this form, Sutskever, Martens, Dahl and Hinton, 2013.

    >>> weights, optimiser = np.array([0.0]), Nesterov(1.0, mu=0.5)
    >>> for _ in range(2):
    ...     optimiser.step([weights], [np.array([1.0])])
    ...     print(weights)  # v = -1: -0.5 - 1; v = -1.5: -1.5 - 0.75 - 1
    [-1.5]
    [-3.25]
    """

    def _update(self, parameter: Array, gradient: Array, alpha: float, *kept: Array) -> None:
        (v,) = kept
        step = alpha * gradient
        v *= self.mu
        v -= step
        step -= self.mu * v
        parameter -= step


class RMSProp(Optimiser):
    r"""Divide each gradient by a running average of its size.

    $s \leftarrow \rho s + (1 - \rho) g^2$, then
    $\theta \leftarrow \theta - \alpha \, g / (\sqrt s + \epsilon)$.

    Args:
        alpha: Learning rate, 0.001 by default, or a schedule: about the length of a step, for any
            size of the gradient.
        rho: Weight of the past in the average of squares, in [0, 1); 0.9 by default.
        epsilon: Term that keeps the quotient finite, > 0; 1e-8 by default.

    Raises:
        ValueError: If an argument is not in its range.

    Source: Tieleman and Hinton, *Neural networks for machine learning*, lecture 6.5, 2012.

    >>> weights = np.array([0.0, 0.0])
    >>> RMSProp(0.1, rho=0.75).step([weights], [np.array([100.0, 0.01])])
    >>> weights.round(6)  # 0.1 / √0.25, for both
    array([-0.2, -0.2])
    """

    memory = ("squares",)

    def __init__(
        self, alpha: float | Schedule = 0.001, rho: float = 0.9, epsilon: float = 1e-8
    ) -> None:
        super().__init__(alpha)
        _check_share(rho, "RMSProp", "rho")
        check_positive(epsilon, "RMSProp", "epsilon")
        self.rho, self.epsilon = rho, epsilon

    def _update(self, parameter: Array, gradient: Array, alpha: float, *kept: Array) -> None:
        (s,) = kept
        s *= self.rho
        s += (1.0 - self.rho) * gradient**2
        parameter -= alpha * gradient / (np.sqrt(s) + self.epsilon)


class Adam(Optimiser):
    r"""Momentum and RMSProp combined, both averages corrected for starting at zero.

    $m \leftarrow \beta_1 m + (1 - \beta_1) g$, $v \leftarrow \beta_2 v + (1 - \beta_2) g^2$; at
    step t = 1, 2 …, $\hat m = m / (1 - \beta_1^t)$ and $\hat v = v / (1 - \beta_2^t)$; then
    $\theta \leftarrow \theta - \alpha \, \hat m / (\sqrt{\hat v} + \epsilon)$.

    Args:
        alpha: Learning rate, 0.001 by default, or a schedule: about the length of the first steps.
        beta1: Weight of the past in the average of gradients, in [0, 1); 0.9 by default.
        beta2: Weight of the past in the average of squares, in [0, 1); 0.999 by default.
        epsilon: Term that keeps the quotient finite, > 0; 1e-8 by default.

    Raises:
        ValueError: If an argument is not in its range.

    Source: Kingma and Ba, *Adam: a method for stochastic optimization*, ICLR 2015.

    >>> weights = np.array([0.0, 0.0])
    >>> Adam(0.1).step([weights], [np.array([100.0, -0.01])])
    >>> # the first step has the length α, whatever the gradient
    >>> weights.round(6)
    array([-0.1,  0.1])
    """

    memory = ("means", "squares")

    def __init__(
        self,
        alpha: float | Schedule = 0.001,
        beta1: float = 0.9,
        beta2: float = 0.999,
        epsilon: float = 1e-8,
    ) -> None:
        super().__init__(alpha)
        _check_share(beta1, "Adam", "beta1")
        _check_share(beta2, "Adam", "beta2")
        check_positive(epsilon, "Adam", "epsilon")
        self.beta1, self.beta2, self.epsilon = beta1, beta2, epsilon

    def _update(self, parameter: Array, gradient: Array, alpha: float, *kept: Array) -> None:
        m, v = kept
        t = self.n_steps
        m *= self.beta1
        m += (1.0 - self.beta1) * gradient
        v *= self.beta2
        v += (1.0 - self.beta2) * gradient**2
        # The corrections are numbers: m̂ and v̂ need no arrays of their own
        size = np.sqrt(v)
        size /= np.sqrt(1.0 - self.beta2**t)
        size += self.epsilon
        np.divide(m, size, out=size)
        size *= alpha / (1.0 - self.beta1**t)
        parameter -= size


def _check_share(value: float, what: str, name: str) -> None:
    """Refuse a weight of the past outside [0, 1): with 1, the gradient would never count."""
    check_not_negative(value, what, name)
    if value >= 1.0:
        raise ValueError(f"{what} expects {name} in [0, 1), got {value!r}")


def constant(alpha: float) -> Schedule:
    r"""Keep the same learning rate at every step: $\alpha_t = \alpha$.

    Args:
        alpha: Learning rate.

    Returns:
        A function of the number of steps taken; it can be pickled.

    Raises:
        ValueError: If ``alpha`` is not positive and finite.

    >>> constant(0.1)(1000)
    0.1
    """
    check_positive(alpha, "constant", "alpha")
    return partial(_constant, alpha)


def step_decay(alpha: float, every: int, factor: float = 0.5) -> Schedule:
    r"""Multiply the rate by f every k steps: $\alpha_t = \alpha f^{\lfloor t / k \rfloor}$.

    Args:
        alpha: First learning rate.
        every: Number k of steps between two changes.
        factor: The factor f, in (0, 1]; 0.5 by default.

    Returns:
        A function of the number of steps taken; it can be pickled.

    Raises:
        ValueError: If an argument is not in its range.

    >>> [step_decay(0.8, every=10)(t) for t in (0, 9, 10, 20)]
    [0.8, 0.8, 0.4, 0.2]
    """
    check_positive(alpha, "step_decay", "alpha")
    check_count(every, "step_decay", "every")
    check_positive(factor, "step_decay", "factor", at_most=1.0)
    return partial(_step_decay, alpha, every, factor)


def exponential_decay(alpha: float, factor: float) -> Schedule:
    r"""Multiply the learning rate by f at each step: $\alpha_t = \alpha f^t$.

    Args:
        alpha: First learning rate.
        factor: The factor f, in (0, 1].

    Returns:
        A function of the number of steps taken; it can be pickled.

    Raises:
        ValueError: If an argument is not in its range.

    >>> [exponential_decay(0.8, 0.5)(t) for t in (0, 1, 2)]
    [0.8, 0.4, 0.2]
    """
    check_positive(alpha, "exponential_decay", "alpha")
    check_positive(factor, "exponential_decay", "factor", at_most=1.0)
    return partial(_step_decay, alpha, 1, factor)


def cosine_decay(alpha: float, n_steps: int, lowest: float = 0.0) -> Schedule:
    r"""Lower the learning rate along half a period of a cosine, slowly at both ends.

    $\alpha_t = \alpha_\infty + \frac12 (\alpha - \alpha_\infty)(1 + \cos \pi \frac tT)$, and
    $\alpha_\infty$ from step T on.

    Args:
        alpha: First learning rate.
        n_steps: Number T of steps to the last learning rate.
        lowest: Last learning rate $\alpha_\infty$, at most ``alpha``; 0 by default.

    Returns:
        A function of the number of steps taken; it can be pickled.

    Raises:
        ValueError: If an argument is not in its range.

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
    r"""Start another schedule with small steps: $\alpha_t = \min(1, \frac{t + 1}{T})\, s(t)$.

    Args:
        schedule: The schedule s to follow; a number stands for a constant one.
        n_steps: Number T of steps until the schedule is followed unchanged.

    Returns:
        A function of the number of steps taken; it can be pickled.

    Raises:
        ValueError: If an argument is not in its range.

    Source: Goyal et al., *Accurate, large minibatch SGD: training ImageNet in 1 hour*, 2017.

    >>> [warm_up(0.8, 4)(t) for t in (0, 1, 3, 9)]
    [0.2, 0.4, 0.8, 0.8]
    """
    check_count(n_steps, "warm_up", "n_steps")
    return partial(_warm_up, schedule if callable(schedule) else constant(schedule), n_steps)


def _constant(alpha: float, step: int) -> float:
    """Return what the schedule of `constant` gives after that many steps."""
    check_count(step, "constant", "step", at_least=0)
    return alpha


def _step_decay(alpha: float, every: int, factor: float, step: int) -> float:
    """Return what `step_decay` and `exponential_decay` give after that many steps."""
    check_count(step, "a decay", "step", at_least=0)
    return float(alpha * factor ** (step // every))


def _cosine_decay(alpha: float, n_steps: int, lowest: float, step: int) -> float:
    """Return what the schedule of `cosine_decay` gives after that many steps."""
    check_count(step, "cosine_decay", "step", at_least=0)
    done = min(step, n_steps) / n_steps
    return lowest + 0.5 * (alpha - lowest) * (1.0 + math.cos(math.pi * done))


def _warm_up(schedule: Schedule, n_steps: int, step: int) -> float:
    """Return what the schedule of `warm_up` gives after that many steps."""
    check_count(step, "warm_up", "step", at_least=0)
    return min(1.0, (step + 1) / n_steps) * schedule(step)
