r"""Convolution and pooling of images (for a chapter to come, *Convolutional networks*).

Images are (n, channels, height, width).  As in every neural-network library, "convolution" is here
a cross-correlation: the kernel is not flipped.  `convolve_clearly` is the equation, `Conv2D` the
same by one matrix product, whose patches are cut and added up at the end of the file.
"""

from __future__ import annotations

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from perceptrons._arrays import (
    Array,
    ArrayLike,
    as_finite,
    check_count,
    check_finite,
    check_not_empty,
    check_rng,
)
from perceptrons.layers import Activation, Dense, Flatten, Layer, Parameter, Sequential
from perceptrons.preparation import initialise_he

__all__ = ["Conv2D", "MaxPool2D", "convolve_clearly", "output_size", "small_cnn"]


def output_size(size: int, kernel_size: int, padding: int = 0, stride: int = 1) -> int:
    r"""Count the positions of a window along one side: $\lfloor (H + 2p - k) / s \rfloor + 1$.

    Pixels after the last whole stride are not visited.

    Args:
        size: Height or width H of the image, in pixels.
        kernel_size: Side k of the window.
        padding: Number p of pixels added at both ends, 0 by default.
        stride: Number s of pixels from one position to the next, 1 by default.

    Returns:
        Height or width of the result, ≥ 1.

    Raises:
        ValueError: If the window is larger than the padded image, or an argument is not a whole
            number in its range.

    Source: Dumoulin & Visin, *A guide to convolution arithmetic for deep learning*,
    arXiv:1603.07285, 2016.

    >>> output_size(28, 5), output_size(8, 3, padding=1)
    (24, 8)
    >>> output_size(7, 3, stride=2)
    3
    """
    check_count(size, "output_size", "size")
    _check_window(kernel_size, padding, stride, "output_size")
    if kernel_size > size + 2 * padding:
        raise ValueError(
            f"output_size expects kernel_size ≤ size + 2 padding, got {kernel_size} > "
            f"{size} + 2 · {padding}"
        )
    return (size + 2 * padding - kernel_size) // stride + 1


def convolve_clearly(
    X: ArrayLike, W: ArrayLike, b: ArrayLike, padding: int = 0, stride: int = 1
) -> Array:
    r"""Convolve as the equation is written, one output after the other: clear, and slow.

    $Z_{noij} = b_o + \sum_{c,u,v} W_{ocuv} \, X_{n,c,\,si+u-p,\,sj+v-p}$, where X is 0 outside the
    image.  `Conv2D` computes the same by one matrix product.

    Args:
        X: Images, shape (n, c, h, w).
        W: Kernels, shape (o, c, k, k).
        b: Biases, shape (o,).
        padding: Width p of the border of zeros around each image, 0 by default.
        stride: Number s of pixels from one position of the kernel to the next, 1 by default.

    Returns:
        Feature maps, shape (n, o, h', w'), where h' and w' are `output_size` of h and w.

    Raises:
        ValueError: If the shapes do not fit, the kernel is larger than the padded images, or a
            value is NaN or infinite.

    Source: LeCun, Bottou, Bengio & Haffner, *Gradient-based learning applied to document
    recognition*, Proc. IEEE 86, 1998.

    >>> edge = [[[[-1.0, 1.0], [-1.0, 1.0]]]]  # right minus left
    >>> X = [[[[0, 0, 5], [0, 0, 5], [0, 0, 5]]]]
    >>> convolve_clearly(X, edge, [0.0])
    array([[[[ 0., 10.],
             [ 0., 10.]]]])
    """
    what = "convolve_clearly"
    X, W, b = as_finite(X, what, "X"), as_finite(W, what, "W"), as_finite(b, what, "b")
    if W.ndim != 4 or W.shape[2] != W.shape[3] or W.size == 0:
        raise ValueError(f"{what} expects W of shape (o, c, k, k), got {W.shape}")
    if b.shape != (len(W),):
        raise ValueError(f"{what} expects b of shape ({len(W)},), got {b.shape}")
    k = W.shape[2]
    _check_window(k, padding, stride, what)
    _check_images(X.shape, what, W.shape[1], k, padding)
    check_not_empty(X, what, "X")
    X = _pad(X, padding)
    h, w = (output_size(side, k, 0, stride) for side in X.shape[2:])
    Z = np.empty((len(X), len(W), h, w))
    with np.errstate(over="ignore", invalid="ignore"):  # the check below reports it
        for n, o, i, j in np.ndindex(Z.shape):
            top, left = stride * i, stride * j
            patch = X[n, :, top : top + k, left : left + k]  # (c, k, k)
            Z[n, o, i, j] = np.sum(W[o] * patch) + b[o]
    check_finite(Z, what, "its outputs")
    return Z


class Conv2D(Layer):
    r"""Slide kernels over images: $Z_{noij} = b_o + \sum_{c,u,v} W_{ocuv} X_{n,c,si+u-p,sj+v-p}$.

    X is 0 outside the image.  With the patches under the kernel as the columns of a matrix $P_n$,
    the sum is one product, $Z_n = W P_n + b$.  Backward, with $\delta_n$ the gradient with respect
    to $Z_n$: $\partial L/\partial W = \sum_n \delta_n P_n^\top$, and $W^\top \delta_n$ holds the
    patches that add up to $\partial L/\partial X$.

    Args:
        in_channels: Number c of channels of the images.
        out_channels: Number o of kernels, and of feature maps.
        kernel_size: Side k of the kernels.
        padding: Width p of the border of zeros around each image, 0 by default; k // 2 keeps the
            size if k is odd and s = 1.
        stride: Number s of pixels from one position of the kernel to the next, 1 by default.
        rng: Draws the kernels by `initialise_he` with $n_{in} = ck^2$; by default an unseeded
            generator: each run differs.  Biases are 0.

    Attributes:
        W, b: Kernels, shape (o, c, k, k), and biases, shape (o,).
        dW, db: Gradients of W and b, from the last `backward`.

    Raises:
        ValueError: If an argument is not a whole number in its range, or ``rng`` is not a
            generator.

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
        _check_window(kernel_size, padding, stride, "Conv2D")
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
        _check_images(shape, "Conv2D", self.in_channels, k, p)
        h, w = (output_size(side, k, p, self.stride) for side in shape[2:])
        return (shape[0], self.out_channels, h, w)

    def _forward(self, X: Array, training: bool) -> Array:
        self._shape = X.shape
        self._P = _cut_patches(_pad(X, self.padding), self.kernel_size, self.stride)
        Z = self._kernels @ self._P  # (o, c k k) @ (n, c k k, h' w') = (n, o, h' w')
        Z += self.b[:, None]
        return Z.reshape(self.output_shape(X.shape))

    def _backward(self, grad: Array) -> Array:
        self._parameter_gradients(grad)
        G = grad.reshape(len(grad), self.out_channels, -1)  # (n, o, h' w')
        dP = self._kernels.T @ G  # (n, c k k, h' w')
        return _add_patches(dP, self._shape, self.kernel_size, self.padding, self.stride)

    def _parameter_gradients(self, grad: Array) -> None:
        G = grad.reshape(len(grad), self.out_channels, -1)  # (n, o, h' w')
        self.dW = (G @ self._P.transpose(0, 2, 1)).sum(axis=0).reshape(self.W.shape)
        self.db = G.sum(axis=(0, 2))  # (o,)

    @property
    def _kernels(self) -> Array:
        return self.W.reshape(self.out_channels, -1)  # (o, c k k)


class MaxPool2D(Layer):
    r"""Keep the largest value under a window: $A_{ncij} = \max_{u,v} X_{nc,\,si+u,\,sj+v}$.

    Backward: $\partial L/\partial A_{ncij}$ goes to the pixel that was the maximum, and to no
    other.  Of equal pixels, the first one gets it, row by row, which is one of the subgradients.
    Where windows overlap, a pixel gets the sum of the gradients of its windows.

    Args:
        size: Side k of the window.
        stride: Number s of pixels from one window to the next; None stands for ``size``, so that
            windows are side by side.

    Shapes: X (n, c, h, w) gives (n, c, h', w'), where h' and w' are `output_size` of h and w;
    rows and columns after the last window are ignored.

    Raises:
        ValueError: If ``size`` or ``stride`` is below 1, or images are smaller than the window.

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
        _check_window(size, 0, stride, "MaxPool2D", "size")
        self.size, self.stride = size, stride

    def output_shape(self, shape: tuple[int, ...]) -> tuple[int, ...]:
        """Return (n, c, h', w') for (n, c, h, w)."""
        _check_images(shape, "MaxPool2D", kernel_size=self.size)
        h, w = (output_size(side, self.size, 0, self.stride) for side in shape[2:])
        return (shape[0], shape[1], h, w)

    def _forward(self, X: Array, training: bool) -> Array:
        shape = self.output_shape(X.shape)
        A = X[:, :, *_pixels_under(0, 0, shape, self.stride)].copy()
        self._winner = np.zeros(shape, dtype=np.int64)  # u · k + v, where the maximum is
        for u in range(self.size):
            for v in range(self.size):
                rival = X[:, :, *_pixels_under(u, v, shape, self.stride)]
                self._winner[rival > A] = (
                    u * self.size + v
                )  # > and not ≥: of equal pixels, the first
                np.maximum(A, rival, out=A)
        self._shape = X.shape
        return A

    def _backward(self, grad: Array) -> Array:
        dX = np.zeros(self._shape)
        for u in range(self.size):
            for v in range(self.size):
                won = self._winner == u * self.size + v
                dX[:, :, *_pixels_under(u, v, grad.shape, self.stride)] += grad * won
        return dX


def small_cnn(rng: np.random.Generator | None = None) -> Sequential:
    r"""Make a convolutional network for the digits: two convolutions, two poolings, one `Dense`.

    Images (n, 1, 8, 8) become 16 maps of 8 × 8, pooled to 4 × 4, then 32 maps of 4 × 4, pooled to
    2 × 2, then 128 numbers and 10 scores.  The network has 6090 parameters.

    Args:
        rng: Draws the weights; by default an unseeded generator: each run differs.

    Returns:
        An untrained `Sequential` with cross-entropy loss.

    Raises:
        ValueError: If ``rng`` is not a generator.

    Source: after LeNet, LeCun, Bottou, Bengio & Haffner, Proc. IEEE 86, 1998.

    >>> model = small_cnn()
    >>> model.forward(np.zeros((5, 1, 8, 8))).shape
    (5, 10)
    >>> sum(parameter.size for parameter in model.parameters())
    6090
    """
    rng = np.random.default_rng() if rng is None else rng
    return Sequential(
        Conv2D(1, 16, 3, padding=1, rng=rng),
        Activation("relu"),
        MaxPool2D(2),
        Conv2D(16, 32, 3, padding=1, rng=rng),
        Activation("relu"),
        MaxPool2D(2),
        Flatten(),
        Dense(128, 10, initialise="glorot", rng=rng),
        loss="cross_entropy",
    )


def _check_window(
    kernel_size: int, padding: int, stride: int, what: str, name: str = "kernel_size"
) -> None:
    """Refuse a side, a padding or a stride that is not a whole number in its range."""
    check_count(kernel_size, what, name)
    check_count(padding, what, "padding", at_least=0)
    check_count(stride, what, "stride")


def _check_images(
    shape: tuple[int, ...],
    what: str,
    channels: int | None = None,
    kernel_size: int = 1,
    padding: int = 0,
) -> None:
    """Refuse a shape that is not (n, channels, height, width), or smaller than the window."""
    if len(shape) != 4 or (channels is not None and shape[1] != channels):
        wanted = "channels" if channels is None else channels
        raise ValueError(f"{what} expects X of shape (n, {wanted}, height, width), got {shape}")
    if min(shape[2:]) + 2 * padding < kernel_size:
        window = f"{kernel_size} × {kernel_size} with padding {padding}"
        raise ValueError(f"{what} expects images that hold a window of {window}, got {shape}")


def _pad(X: Array, padding: int) -> Array:
    """Surround each image by ``padding`` zeros on all four sides."""
    if padding == 0:
        return X
    n, c, h, w = X.shape
    padded = np.zeros((n, c, h + 2 * padding, w + 2 * padding))  # np.pad is 5 times slower here
    padded[:, :, padding:-padding, padding:-padding] = X
    return padded


def _cut_patches(X: Array, kernel_size: int, stride: int) -> Array:
    """Return the patches as columns, shape (n, channels · k · k, positions): *im2col*.

    >>> X = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> _cut_patches(X, kernel_size=2, stride=1)
    array([[[0., 1., 3., 4.],
            [1., 2., 4., 5.],
            [3., 4., 6., 7.],
            [4., 5., 7., 8.]]])
    """
    k = kernel_size
    windows = sliding_window_view(X, (k, k), axis=(2, 3))[:, :, ::stride, ::stride]
    n, c, h, w = windows.shape[:4]
    return windows.transpose(0, 1, 4, 5, 2, 3).reshape(n, c * k * k, h * w)  # copied here


def _add_patches(
    patches: Array, shape: tuple[int, ...], kernel_size: int, padding: int, stride: int
) -> Array:
    """Add each patch at the place where it was cut, and remove the padding: *col2im*.

    This is the transpose of ``_pad`` followed by ``_cut_patches``: a pixel gets the sum of its
    copies.

    >>> _add_patches(
    ...     np.ones((1, 4, 4)),
    ...     (1, 1, 3, 3),
    ...     kernel_size=2,
    ...     padding=0,
    ...     stride=1,
    ... )
    array([[[[1., 2., 1.],
             [2., 4., 2.],
             [1., 2., 1.]]]])
    """
    n, c, height, width = shape
    k, p = kernel_size, padding
    h, w = (output_size(size, k, p, stride) for size in (height, width))
    patches = patches.reshape(n, c, k, k, h, w)
    padded = np.zeros((n, c, height + 2 * p, width + 2 * p))
    for u in range(k):
        for v in range(k):
            padded[:, :, *_pixels_under(u, v, (h, w), stride)] += patches[:, :, u, v]
    return padded[:, :, p : p + height, p : p + width]


def _pixels_under(u: int, v: int, shape: tuple[int, ...], stride: int) -> tuple[slice, slice]:
    """Return the pixels under entry (u, v) of a window at its (…, h, w) positions."""
    h, w = shape[-2:]
    rows = slice(u, u + stride * (h - 1) + 1, stride)
    columns = slice(v, v + stride * (w - 1) + 1, stride)
    return rows, columns
