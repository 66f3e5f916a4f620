"""Convolution and pooling misused: what they refuse, and how they say it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import perceptrons as nn

QUICK = settings(max_examples=60, deadline=None)


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def conv(*sizes, seed=0, **options):
    layer = nn.Conv2D(*sizes, rng=np.random.default_rng(seed), **options)
    layer.b = draw(sizes[1], seed=seed + 1)  # zero biases are a special case
    return layer


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.Conv2D(0, 1, 3), "in_channels to be a whole number ≥ 1, got 0"),
        (lambda: nn.Conv2D(1, 2.0, 3), "out_channels to be a whole number ≥ 1, got 2.0"),
        (lambda: nn.Conv2D(1, 1, 0), "kernel_size to be a whole number ≥ 1, got 0"),
        (lambda: nn.Conv2D(1, 1, 3, -1), "padding to be a whole number ≥ 0, got -1"),
        (lambda: nn.Conv2D(1, 1, 3, 0, 0), "stride to be a whole number ≥ 1, got 0"),
        (lambda: nn.Conv2D(1, 1, 3, rng=0), "Conv2D expects rng to be a numpy Generator"),
        (lambda: nn.small_cnn(0), "expects rng to be a numpy Generator"),
        (lambda: nn.MaxPool2D(0), "MaxPool2D expects size to be a whole number ≥ 1, got 0"),
        (lambda: nn.MaxPool2D(2, 0), "MaxPool2D expects stride to be a whole number ≥ 1, got 0"),
        (lambda: nn.output_size(0, 1), "output_size expects size to be a whole number ≥ 1"),
        (
            lambda: conv(2, 1, 3).forward(np.zeros((4, 1, 8, 8))),
            r"Conv2D expects X of shape \(n, 2, height, width\), got \(4, 1, 8, 8\)",
        ),
        (
            lambda: conv(1, 1, 3).forward(np.zeros((8, 8))),
            r"Conv2D expects X of shape \(n, 1, height, width\), got \(8, 8\)",
        ),
        (
            lambda: conv(1, 1, 5, padding=1).forward(np.zeros((1, 1, 2, 9))),
            r"window of 5 × 5 with padding 1, got \(1, 1, 2, 9\)",
        ),
        (
            lambda: nn.MaxPool2D(3).forward(np.zeros((1, 1, 2, 9))),
            r"MaxPool2D expects images that hold a window of 3 × 3",
        ),
        (
            lambda: nn.MaxPool2D(2).forward(np.zeros((1, 8, 8))),
            r"MaxPool2D expects X of shape \(n, channels, height, width\), got \(1, 8, 8\)",
        ),
        (lambda: conv(1, 1, 3).forward(np.zeros((0, 1, 8, 8))), "hold at least one value"),
        (lambda: conv(1, 1, 1).forward([[[[np.nan]]]]), "got NaN"),
        (lambda: nn.MaxPool2D(1).forward([[[[np.inf]]]]), "to be finite, got inf"),
        (lambda: setattr(conv(1, 2, 3), "W", np.zeros((2, 3, 3))), r"W of shape \(2, 1, 3, 3\)"),
        (
            lambda: nn.convolve_clearly(np.zeros((1, 1, 3, 3)), np.zeros((1, 1, 2, 3)), [0.0]),
            r"W of shape \(o, c, k, k\), got \(1, 1, 2, 3\)",
        ),
        (
            lambda: nn.convolve_clearly(np.zeros((1, 1, 3, 3)), np.zeros((2, 1, 2, 2)), [0.0]),
            r"b of shape \(2,\), got \(1,\)",
        ),
        (
            lambda: nn.convolve_clearly(np.zeros((1, 1, 3, 3)), np.zeros((2, 2, 2, 2)), [0.0, 0.0]),
            r"X of shape \(n, 2, height, width\), got \(1, 1, 3, 3\)",
        ),
        (
            lambda: nn.convolve_clearly(np.full((1, 1, 1, 1), 1e308), [[[[10.0]]]], [0.0]),
            "its outputs to be finite",
        ),
        (
            lambda: nn.convolve_clearly(np.zeros((0, 1, 3, 3)), np.zeros((1, 1, 2, 2)), [0.0]),
            "hold at least one value",
        ),
    ],
)
def test_misuse_is_told(call, message):
    with pytest.raises(ValueError, match=message):
        call()


@pytest.mark.parametrize("layer", [nn.Conv2D(1, 1, 2), nn.MaxPool2D(2)])
def test_backward_asks_for_a_forward_and_for_its_shape(layer):
    with pytest.raises(RuntimeError, match=r"backward expects forward\(X\) first"):
        layer.backward(np.zeros((1, 1, 1, 1)))
    layer.forward(np.zeros((1, 1, 2, 2)))
    with pytest.raises(ValueError, match=r"grad of shape \(1, 1, 1, 1\)"):
        layer.backward(np.zeros((1, 1, 2, 2)))


def test_gradients_before_backward_are_an_error():
    with pytest.raises(RuntimeError, match=r"Conv2D.gradients expects backward\(grad\) first"):
        nn.Conv2D(1, 1, 2).gradients()


EXTREME = st.sampled_from([0.0, 1.0, -1.0, 1e308, -1e308, 5e-324, 1e-200, np.inf, np.nan])


@QUICK
@given(st.lists(EXTREME, min_size=16, max_size=16), st.lists(EXTREME, min_size=16, max_size=16))
def test_extreme_pixels_give_finite_numbers_or_an_error(pixels, slopes):
    X, G = np.array(pixels).reshape(1, 1, 4, 4), np.array(slopes).reshape(1, 1, 4, 4)
    for layer in (nn.Conv2D(1, 1, 3, padding=1), nn.MaxPool2D(1)):
        try:
            results = [layer.forward(X), layer.backward(G)]
        except ValueError:
            continue
        assert all(np.isfinite(result).all() for result in results)
