r"""Ways to use a gradient: public in `perceptrons.descent`.

$\theta$ is a parameter, g its gradient, $\alpha$ the learning rate; each product, square and root
is taken value by value.
"""

import numpy as np

from perceptrons._arrays import Array, check_not_negative, check_positive
from perceptrons._optimiser import Optimiser
from perceptrons._schedules import Schedule


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
