"""The convolutional layer: public in `perceptrons.convolution`."""

from __future__ import annotations

import numpy as np

from perceptrons._arrays import Array, check_count, check_rng
from perceptrons._layer import Layer, Parameter
from perceptrons._patches import (
    add_patches,
    check_images,
    check_window,
    cut_patches,
    output_size,
    pad,
)
from perceptrons.preparation import initialise_he


class Conv2D(Layer):
    r"""Slide kernels over images: $Z_{noij} = b_o + \sum_{c,u,v} W_{ocuv} X_{n,c,si+u-p,sj+v-p}$.

    X is 0 outside of the image.  The patches under the kernel become the columns of a matrix, and
    the sum one product, $Z_n = W P_n + b$; so $\partial L/\partial W = \sum_n \delta_n P_n^\top$,
    and $W^\top \delta_n$ holds the patches of $\partial L/\partial X$, which are added up.

    Args:
        in_channels: Channels c of the images.
        out_channels: Number o of kernels, and of feature maps.
        kernel_size: Side k of the kernels.
        padding: Zeros p around each image; k // 2 keeps the size when k is odd and s = 1.  0 by
            default.
        stride: Pixels s from one place of the kernel to the next, 1 by default.
        rng: Draws the kernels, by `initialise_he` with $n_{in} = ck^2$. By default a new
            generator, unlike at each run. Biases are 0.

    Attributes:
        W, b: Kernels, shape (o, c, k, k), and biases, shape (o,).
        dW, db: Gradients of the last `backward`.

    Raises:
        ValueError: An argument that is no count, or ``rng`` no generator.

    Source: LeCun, Bottou, Bengio & Haffner, Proc. IEEE 86, 1998; Dumoulin & Visin,
    arXiv:1603.07285, 2016.

    >>> layer = Conv2D(1, 8, 3, padding=1)
    >>> layer.forward(np.zeros((5, 1, 28, 28))).shape
    (5, 8, 28, 28)
    >>> sum(parameter.size for parameter in layer.parameters())
    80
    """

    W = Parameter()
    b = Parameter()

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int,
        padding: int = 0,
        stride: int = 1,
        *,
        rng: np.random.Generator | None = None,
    ) -> None:
        check_count(in_channels, "Conv2D", "in_channels")
        check_count(out_channels, "Conv2D", "out_channels")
        check_window(kernel_size, padding, stride, "Conv2D")
        rng = np.random.default_rng() if rng is None else rng
        check_rng(rng, "Conv2D")
        self.in_channels, self.out_channels = in_channels, out_channels
        self.kernel_size, self.padding, self.stride = kernel_size, padding, stride
        kernels = initialise_he(in_channels * kernel_size**2, out_channels, rng)  # (c k k, o)
        self.W = kernels.T.reshape(out_channels, in_channels, kernel_size, kernel_size)
        self.b = np.zeros(out_channels)

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (n, o, h', w') for (n, c, h, w)."""
        k, p = self.kernel_size, self.padding
        check_images(shape, "Conv2D", self.in_channels, k, p)
        h, w = (output_size(side, k, p, self.stride) for side in shape[2:])
        return (shape[0], self.out_channels, h, w)

    def _forward(self, X: Array, training: bool) -> Array:
        self._shape = X.shape
        self._P = cut_patches(pad(X, self.padding), self.kernel_size, self.stride)
        Z = self._kernels @ self._P  # (o, c k k) @ (n, c k k, h' w') = (n, o, h' w')
        Z += self.b[:, None]
        return Z.reshape(self.output_shape(X.shape))

    def _backward(self, grad: Array) -> Array:
        self._learn(grad)
        G = grad.reshape(len(grad), self.out_channels, -1)  # (n, o, h' w')
        dP = self._kernels.T @ G  # (n, c k k, h' w')
        return add_patches(dP, self._shape, self.kernel_size, self.padding, self.stride)

    def _learn(self, grad: Array) -> None:
        G = grad.reshape(len(grad), self.out_channels, -1)  # (n, o, h' w')
        self.dW = (G @ self._P.transpose(0, 2, 1)).sum(axis=0).reshape(self.W.shape)
        self.db = G.sum(axis=(0, 2))  # (o,)

    @property
    def _kernels(self) -> Array:
        return self.W.reshape(self.out_channels, -1)  # (o, c k k)

    def parameters(self) -> list[Array]:
        """Return [W, b]."""
        return [self.W, self.b]

    def gradients(self) -> list[Array]:
        """Return [dW, db].

        Raises:
            RuntimeError: Before any `backward`.
        """
        if "dW" not in vars(self):
            raise RuntimeError("Conv2D.gradients expects backward(grad) first")
        return [self.dW, self.db]
