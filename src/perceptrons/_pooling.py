"""Pooling: public in `perceptrons.convolution` (chapter *Convolutional networks*)."""

import numpy as np

from perceptrons._arrays import Array
from perceptrons._layer import Layer
from perceptrons._patches import check_images, check_window, output_size, places


class MaxPool2D(Layer):
    r"""Keep the largest value under a window: $A_{ncij} = \max_{u,v} X_{nc,\,si+u,\,sj+v}$.

    Back: $\partial L/\partial A_{ncij}$ goes to the pixel that gave the maximum, and to no other.
    Between equal pixels it is the first one, row by row: one choice among the sub-gradients, which
    keeps the sum of the gradient.  Where windows overlap, a pixel gets the sum.

    Args:
        size: Side k of the window.
        stride: Pixels s from one window to the next; None stands for ``size``, side by side.

    Shapes: X (n, c, h, w) gives (n, c, h', w'), where h' and w' are `output_size` of h and w;
    the rows and columns left after the last window are not looked at.

    Raises:
        ValueError: ``size`` or ``stride`` below 1, or images smaller than the window.

    Source: Ranzato, Huang, Boureau & LeCun, *Unsupervised learning of invariant feature
    hierarchies with applications to object recognition*, CVPR 2007.

    >>> layer = MaxPool2D(2)
    >>> layer.forward([[[[1, 2, 5, 5], [3, 4, 5, 5]]]])
    array([[[[4., 5.]]]])
    >>> layer.backward([[[[10.0, 20.0]]]])
    array([[[[ 0.,  0., 20.,  0.],
             [ 0., 10.,  0.,  0.]]]])
    """

    def __init__(self, size: int, stride: int | None = None) -> None:
        stride = size if stride is None else stride
        check_window(size, 0, stride, "MaxPool2D", "size")
        self.size, self.stride = size, stride

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (n, c, h', w') for (n, c, h, w)."""
        check_images(shape, "MaxPool2D", kernel_size=self.size)
        h, w = (output_size(side, self.size, 0, self.stride) for side in shape[2:])
        return (shape[0], shape[1], h, w)

    def _forward(self, X: Array, training: bool) -> Array:
        shape = self.output_shape(X.shape)
        A = X[:, :, *places(0, 0, shape, self.stride)].copy()
        self._winner = np.zeros(shape, dtype=np.int64)  # the u · k + v of the maximum
        for u in range(self.size):
            for v in range(self.size):
                rival = X[:, :, *places(u, v, shape, self.stride)]
                self._winner[rival > A] = u * self.size + v  # > and not ≥: the first one stays
                np.maximum(A, rival, out=A)
        self._shape = X.shape
        return A

    def _backward(self, grad: Array) -> Array:
        dX = np.zeros(self._shape)
        for u in range(self.size):
            for v in range(self.size):
                won = self._winner == u * self.size + v
                dX[:, :, *places(u, v, grad.shape, self.stride)] += grad * won
        return dX
