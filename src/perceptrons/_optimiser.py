"""What every optimiser is: a step that checks what it is given, and a memory.

It remembers something of each parameter, by its place in the list, and so serves one model.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import numpy as np

from perceptrons._arrays import (
    Array,
    as_finite,
    check_count,
    check_finite,
    check_not_negative,
    check_positive,
)
from perceptrons._schedules import Schedule


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
