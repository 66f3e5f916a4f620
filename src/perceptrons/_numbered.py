"""Let ``model.W1`` stand for ``model.W[1]``: arrays under the names of the equations."""

import re
from collections.abc import Mapping

from perceptrons._arrays import Array, ArrayLike, as_finite

_NAME = re.compile(r"(W|b|Z|A|dW|db|dZ)(\d+)")


class NumberedArrays:
    """Base of a class that keeps its arrays by layer in the dictionaries W, b, Z, A, dW, db, dZ."""

    def __getattr__(self, name: str) -> Array:
        # Called only for a name that is not found otherwise.
        match = _NAME.fullmatch(name)
        if match:
            arrays: Mapping[int, Array] = getattr(self, match[1])
            if int(match[2]) in arrays:
                return arrays[int(match[2])]
        raise AttributeError(
            f"{type(self).__name__} has no {name}: W and b exist for each layer, "
            "A and Z after forward(X), dW, db and dZ after backward(y)"
        )

    def __setattr__(self, name: str, value: ArrayLike) -> None:
        # A step of `fit` sets private names: they need not wait for the pattern.
        match = None if name.startswith("_") else _NAME.fullmatch(name)
        if match is None:
            super().__setattr__(name, value)
            return
        what = type(self).__name__
        arrays: Mapping[int, Array] = getattr(self, match[1])
        if match[1] not in ("W", "b") or int(match[2]) not in arrays:
            raise AttributeError(f"{what} lets W and b of its layers be assigned, not {name}")
        array = as_finite(value, what, name)
        present = arrays[int(match[2])]
        if array.shape != present.shape:
            raise ValueError(f"{what} expects {name} of shape {present.shape}, got {array.shape}")
        present[...] = array  # copied: a step must not move the array that was given
        self.weights_changed()

    def weights_changed(self) -> None:
        """Called after an assignment."""
