r"""Convolution and pooling of images (chapter *Convolutional networks*).

Images are (n, channels, height, width).  Like every library of neural networks, "convolution"
here is a cross-correlation: the kernel is not turned round.
"""

from __future__ import annotations

import numpy as np

from perceptrons._arrays import Array, ArrayLike, as_finite, check_finite, check_not_empty
from perceptrons._conv2d import Conv2D
from perceptrons._patches import check_images, check_window, output_size, pad
from perceptrons._pooling import MaxPool2D
from perceptrons.layers import Activation, Dense, Flatten, Sequential

__all__ = ["Conv2D", "MaxPool2D", "convolve_clearly", "output_size", "small_cnn"]


def convolve_clearly(
    X: ArrayLike, W: ArrayLike, b: ArrayLike, padding: int = 0, stride: int = 1
) -> Array:
    r"""Convolve as the equation is written, one output after the other: slow, and easy to read.

    $Z_{noij} = b_o + \sum_{c,u,v} W_{ocuv} \, X_{n,c,\,si+u-p,\,sj+v-p}$, X being 0 outside.
    `Conv2D` computes the same by one matrix product.

    Args:
        X: Images, shape (n, c, h, w).
        W: Kernels, shape (o, c, k, k).
        b: Biases, shape (o,).
        padding: Zeros p around each image, 0 by default.
        stride: Pixels s from one place of the kernel to the next, 1 by default.

    Returns:
        Feature maps, shape (n, o, h', w'), where h' and w' are `output_size` of h and w.

    Raises:
        ValueError: Shapes that do not fit, a kernel larger than the padded images, NaN, infinity.

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
    check_window(k, padding, stride, what)
    check_images(X.shape, what, W.shape[1], k, padding)
    check_not_empty(X, what, "X")
    X = pad(X, padding)
    h, w = (output_size(side, k, 0, stride) for side in X.shape[2:])
    Z = np.empty((len(X), len(W), h, w))
    with np.errstate(over="ignore", invalid="ignore"):  # told in words by the check
        for n, o, i, j in np.ndindex(Z.shape):
            top, left = stride * i, stride * j
            patch = X[n, :, top : top + k, left : left + k]  # (c, k, k)
            Z[n, o, i, j] = np.sum(W[o] * patch) + b[o]
    check_finite(Z, what, "its outputs")
    return Z


def small_cnn(rng: np.random.Generator | None = None) -> Sequential:
    r"""Make a convolutional network for the digits: two convolutions, two poolings, one `Dense`.

    Images (n, 1, 8, 8) become 16 maps of 8 × 8, pooled to 4 × 4, then 32 maps of 4 × 4, pooled to
    2 × 2, then 128 numbers and 10 scores: 6 090 parameters.

    Args:
        rng: Draws the weights; by default a new generator, unlike at each run.

    Returns:
        A `Sequential` with cross-entropy loss, not trained yet.

    Raises:
        ValueError: ``rng`` no generator.

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
