r"""Cut images into patches and add patches up again: what makes convolution a matrix product.

Private; taught in the chapter *Convolutional networks*.  Images are (n, channels, height, width).
"""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from perceptrons._arrays import Array, check_count


def output_size(size: int, kernel_size: int, padding: int = 0, stride: int = 1) -> int:
    r"""Count the places of a window along one side: $\lfloor (H + 2p - k) / s \rfloor + 1$.

    What is left after the last whole stride is not visited.

    Args:
        size: Height or width H of the image, in pixels.
        kernel_size: Side k of the window.
        padding: Pixels p added at both ends, 0 by default.
        stride: Pixels s from one place to the next, 1 by default.

    Returns:
        Height or width of the result, ≥ 1.

    Raises:
        ValueError: If the window is larger than the padded image, or an argument is no count.

    Source: Dumoulin & Visin, *A guide to convolution arithmetic for deep learning*,
    arXiv:1603.07285, 2016.

    >>> output_size(28, 5), output_size(8, 3, padding=1)
    (24, 8)
    >>> output_size(7, 3, stride=2)
    3
    """
    check_count(size, "output_size", "size")
    check_window(kernel_size, padding, stride, "output_size")
    if kernel_size > size + 2 * padding:
        raise ValueError(
            f"output_size expects kernel_size ≤ size + 2 padding, got {kernel_size} > "
            f"{size} + 2 · {padding}"
        )
    return (size + 2 * padding - kernel_size) // stride + 1


def check_window(
    kernel_size: int, padding: int, stride: int, what: str, name: str = "kernel_size"
) -> None:
    """Refuse a window that has no side or no stride."""
    check_count(kernel_size, what, name)
    check_count(padding, what, "padding", at_least=0)
    check_count(stride, what, "stride")


def check_images(
    shape: tuple[int, ...],
    what: str,
    channels: int | None = None,
    kernel_size: int = 1,
    padding: int = 0,
) -> None:
    """Refuse what is not images (n, channels, height, width) that hold a window."""
    if len(shape) != 4 or (channels is not None and shape[1] != channels):
        wanted = "channels" if channels is None else channels
        raise ValueError(f"{what} expects X of shape (n, {wanted}, height, width), got {shape}")
    if min(shape[2:]) + 2 * padding < kernel_size:
        window = f"{kernel_size} × {kernel_size} with padding {padding}"
        raise ValueError(f"{what} expects images that hold a window of {window}, got {shape}")


def pad(X: Array, padding: int) -> Array:
    """Surround each image by ``padding`` zeros on all four sides."""
    if padding == 0:
        return X
    n, c, h, w = X.shape
    padded = np.zeros((n, c, h + 2 * padding, w + 2 * padding))  # np.pad is 5 times slower here
    padded[:, :, padding:-padding, padding:-padding] = X
    return padded


def cut_patches(X: Array, kernel_size: int, stride: int) -> Array:
    """Return the patches as columns, shape (n, channels · k · k, places): *im2col*.

    >>> X = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> cut_patches(X, kernel_size=2, stride=1)
    array([[[0., 1., 3., 4.],
            [1., 2., 4., 5.],
            [3., 4., 6., 7.],
            [4., 5., 7., 8.]]])
    """
    k = kernel_size
    windows = sliding_window_view(X, (k, k), axis=(2, 3))[:, :, ::stride, ::stride]
    n, c, h, w = windows.shape[:4]
    return windows.transpose(0, 1, 4, 5, 2, 3).reshape(n, c * k * k, h * w)  # copied here


def add_patches(
    patches: Array, shape: tuple[int, ...], kernel_size: int, padding: int, stride: int
) -> Array:
    """Add each patch where `cut_patches` took it, and take the padding off: *col2im*.

    It is the transpose of ``pad`` then ``cut_patches``: a pixel gets the sum of its copies.

    >>> add_patches(
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
            padded[:, :, *places(u, v, (h, w), stride)] += patches[:, :, u, v]
    return padded[:, :, p : p + height, p : p + width]


def places(u: int, v: int, shape: tuple[int, ...], stride: int) -> tuple[slice, slice]:
    """Return the pixels that entry (u, v) of a window meets at its (…, h, w) places."""
    h, w = shape[-2:]
    rows = slice(u, u + stride * (h - 1) + 1, stride)
    columns = slice(v, v + stride * (w - 1) + 1, stride)
    return rows, columns
