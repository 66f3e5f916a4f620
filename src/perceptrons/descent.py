r"""Go down a function by its gradient (chapter *Gradient descent*).

`gradient_descent` walks on any function and keeps its path; the optimisers move the parameters
of a model, step by step; schedules change the learning rate over the steps.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from perceptrons._arrays import (
    Array,
    ArrayLike,
    as_finite,
    check_count,
    check_not_empty,
    check_not_negative,
    diverged,
)
from perceptrons._optimiser import Optimiser
from perceptrons._optimisers import SGD, Adam, Momentum, Nesterov, RMSProp
from perceptrons._schedules import (
    Schedule,
    constant,
    cosine_decay,
    exponential_decay,
    step_decay,
    warm_up,
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
