r"""Go down a function by its gradient (chapter *Gradient descent*).

`gradient_descent` walks on any function and keeps its path; the optimisers move the parameters
of a model, step by step; schedules change the learning rate over the steps.
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
    """Where a descent went; ``plt.plot(*path.points.T)`` draws one in the plane.

    Attributes:
        points: The start and the point after each step, shape (n_steps + 1, …).
        values: The function at each of them, shape (n_steps + 1,); empty if it was not given.
        gradients: The gradient at each point that a step left, shape (n_steps, …).
        converged: Whether the gradient became as small as was asked.

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
    r"""Walk against the gradient: $x_{t+1} = x_t - \alpha \nabla f(x_t)$, and keep the path.

    On $f(x) = \frac12 \sum_i \lambda_i x_i^2$, $x_i$ is multiplied by $1 - \alpha \lambda_i$ at
    each step: the walk converges if $0 < \alpha < 2 / \lambda_{max}$, and diverges beyond.

    Args:
        f_gradient: Gradient of the function at a point, of the shape of the point.
        start: First point, any shape; a number is a point of shape (1,).
        alpha: Learning rate, 0.1 by default, or a schedule.
        n_iter: Largest number of steps, 100 by default.
        f: The function itself, to note its values.
        optimiser: Takes the steps instead, such as ``Adam(0.1)``, with its own learning rate; its
            memory is used, and goes on.
        tolerance: Stop where no value of the gradient is larger; 0 by default, which stops where it
            is zero.

    Returns:
        The path.

    Raises:
        ValueError: Bad arguments, a gradient of another shape, or a walk that leaves what a
            float64 can hold: its learning rate is too large.

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
            if step == 1:  # no step of ours can be to blame
                raise
            raise diverged(what, f"step {step}", rate, str(error)) from error
        points.append(x.copy())
        gradients.append(gradient)
    values = [] if f is None else [_value(f, point) for point in points]
    return Path(
        np.array(points), np.array(values), np.array(gradients).reshape(-1, *x.shape), converged
    )


def _gradient(f_gradient: Callable[[Array], ArrayLike], x: Array) -> Array:
    with np.errstate(over="ignore", invalid="ignore"):  # told in words by the check
        answer = f_gradient(x.copy())
    gradient = np.atleast_1d(as_finite(answer, "gradient_descent", "the gradient"))
    if gradient.shape != x.shape:
        raise ValueError(
            f"gradient_descent expects a gradient of shape {x.shape}, got {gradient.shape}"
        )
    return gradient.copy()


def _value(f: Callable[[Array], float], point: Array) -> float:
    with np.errstate(over="ignore", invalid="ignore"):
        answer = f(point.copy())
    value = as_finite(answer, "gradient_descent", "the value of f")
    if value.size != 1:
        raise ValueError(f"gradient_descent expects f to return one number, got {value.shape}")
    return value.item()


class Optimiser(ABC):
    r"""A rule that moves parameters against gradients: $\theta \leftarrow u(\theta, g, \alpha)$.

    To write one, name in ``memory`` the arrays that it keeps for each parameter (they start at
    zero), and define ``_update``.

    Args:
        alpha: Learning rate, or a schedule: a function of the number of steps taken.

    Raises:
        ValueError: A learning rate that is not positive and finite.

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
        self._kept: list[list[Array]] = []  # for each parameter, the arrays of ``memory``

    @property
    def rate(self) -> float:
        """Learning rate of the next step: ``alpha``, or what the schedule says."""
        if not callable(self.alpha):
            return self.alpha
        rate = self.alpha(self.n_steps)
        check_not_negative(rate, type(self).__name__, f"alpha({self.n_steps})")
        return rate

    def step(self, parameters: Sequence[Array], gradients: Sequence[Array]) -> None:
        """Move the parameters, in place.

        Args:
            parameters: float64 arrays, such as ``model.parameters()``: the same at each step.
            gradients: Their gradients, in the same order, such as ``model.gradients()``.

        Raises:
            ValueError: Lists or shapes that do not fit, a gradient that is not finite, or a step
                that leaves what a float64 can hold (some parameters may have moved then).
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
        """Move one parameter, and what is kept of it, in place."""

    def state(self) -> dict[str, Any]:
        """Return what the steps have left, copied: their number, and lists of arrays by name.

        With the weights of the model, and an optimiser made with the same arguments, it is all
        that a training needs to go on as if it had not been interrupted.
        """
        lists = {
            name: [kept[k].copy() for kept in self._kept] for k, name in enumerate(self.memory)
        }
        return {"n_steps": self.n_steps, **lists}

    def load_state(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` returned.

        Raises:
            ValueError: What is not the state of such an optimiser.
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
        ValueError: A learning rate that is not positive and finite.

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
    r"""The heavy ball: $v \leftarrow \mu v - \alpha g$, then $\theta \leftarrow \theta + v$.

    Where the gradient keeps its direction, steps grow up to $1/(1-\mu)$ times as long; where it
    turns at each step, they cancel.

    Args:
        alpha: Learning rate, 0.01 by default, or a schedule.
        mu: Share of the velocity that a step keeps, in [0, 1); 0.9 by default.

    Raises:
        ValueError: Bad arguments.

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
    r"""Momentum that looks ahead: its gradient is taken where the velocity is about to lead.

    $v \leftarrow \mu v - \alpha \nabla f(\theta + \mu v)$, then $\theta \leftarrow \theta + v$.
    What it moves is the point ahead, $\tilde\theta = \theta + \mu v$, so that g is its gradient
    as for any other optimiser: $v \leftarrow \mu v - \alpha g$, then
    $\tilde\theta \leftarrow \tilde\theta + \mu v - \alpha g$.

    Args:
        alpha: Learning rate, 0.01 by default, or a schedule.
        mu: Share of the velocity that a step keeps, in [0, 1); 0.9 by default.

    Raises:
        ValueError: Bad arguments.

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
    r"""Divide each gradient by its usual size.

    $s \leftarrow \rho s + (1 - \rho) g^2$, then
    $\theta \leftarrow \theta - \alpha \, g / (\sqrt s + \epsilon)$.

    Args:
        alpha: Learning rate, 0.001 by default, or a schedule: about how far a step goes, whatever
            the gradient.
        rho: Share of the past in the mean of squares, in [0, 1); 0.9 by default.
        epsilon: What keeps the quotient finite, > 0; 1e-8 by default.

    Raises:
        ValueError: Bad arguments.

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
    r"""Momentum and a usual size together, both freed of their start at zero.

    $m \leftarrow \beta_1 m + (1 - \beta_1) g$, $v \leftarrow \beta_2 v + (1 - \beta_2) g^2$; at
    step t = 1, 2 …, $\hat m = m / (1 - \beta_1^t)$ and $\hat v = v / (1 - \beta_2^t)$; then
    $\theta \leftarrow \theta - \alpha \, \hat m / (\sqrt{\hat v} + \epsilon)$.

    Args:
        alpha: Learning rate, 0.001 by default, or a schedule: about how far the first steps go.
        beta1: Share of the past in the mean of gradients, in [0, 1); 0.9 by default.
        beta2: Share of the past in the mean of their squares, in [0, 1); 0.999 by default.
        epsilon: What keeps the quotient finite, > 0; 1e-8 by default.

    Raises:
        ValueError: Bad arguments.

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
        # m̂ and v̂, without arrays of their own: the corrections are numbers
        size = np.sqrt(v)
        size /= np.sqrt(1.0 - self.beta2**t)
        size += self.epsilon
        np.divide(m, size, out=size)
        size *= alpha / (1.0 - self.beta1**t)
        parameter -= size


def _check_share(value: float, what: str, name: str) -> None:
    """Refuse a share of the past that is not in [0, 1): 1 would never learn."""
    check_not_negative(value, what, name)
    if value >= 1.0:
        raise ValueError(f"{what} expects {name} in [0, 1), got {value!r}")


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
