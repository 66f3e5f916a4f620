"""Convolution: the clear version, scipy, paper, gradients, properties."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate2d

import perceptrons as nn
from perceptrons.convolution import _add_patches, _cut_patches, _pad

QUICK = settings(max_examples=60, deadline=None)
ARITHMETIC = [(0, 1), (1, 1), (0, 2), (2, 2), (1, 3)]  # padding and stride


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def conv(*sizes, seed=0, **options):
    layer = nn.Conv2D(*sizes, rng=np.random.default_rng(seed), **options)
    layer.b = draw(sizes[1], seed=seed + 1)  # zero biases are a special case
    return layer


# Forward


@QUICK
@given(
    sizes=st.tuples(*[st.integers(1, 3)] * 3),
    image=st.tuples(*[st.integers(1, 7)] * 2),
    kernel_size=st.integers(1, 4),
    padding=st.integers(0, 2),
    stride=st.integers(1, 3),
)
def test_the_matrix_product_is_the_equation(sizes, image, kernel_size, padding, stride):
    n, c, o = sizes
    if min(image) + 2 * padding < kernel_size:
        return
    layer = conv(c, o, kernel_size, padding=padding, stride=stride)
    X = draw(n, c, *image)
    clear = nn.convolve_clearly(X, layer.W, layer.b, padding, stride)
    assert layer.output_shape(X.shape) == clear.shape
    # The same products, added in another order: a few roundings of numbers around 1.
    np.testing.assert_allclose(layer.forward(X), clear, rtol=1e-12, atol=1e-13)


@pytest.mark.parametrize(("padding", "mode"), [(0, "valid"), (1, "same"), (2, "full")])
def test_each_map_is_scipys_correlation_summed_over_channels(padding, mode):
    layer, X = conv(2, 3, 3, padding=padding), draw(4, 2, 6, 7)
    Z = layer.forward(X)
    for n, o in np.ndindex(4, 3):
        maps = [correlate2d(X[n, c], layer.W[o, c], mode=mode) for c in range(2)]
        np.testing.assert_allclose(Z[n, o], sum(maps) + layer.b[o], rtol=1e-12, atol=1e-13)


def test_a_convolution_on_paper():
    layer = nn.Conv2D(1, 1, 2)
    layer.W, layer.b = [[[[1.0, 2.0], [3.0, 4.0]]]], [10.0]
    X = np.arange(1.0, 10.0).reshape(1, 1, 3, 3)  # 1 2 3 / 4 5 6 / 7 8 9
    # top left: 1·1 + 2·2 + 3·4 + 4·5 = 37; one pixel on adds 1 + 2 + 3 + 4 = 10, one row on 30
    np.testing.assert_array_equal(layer.forward(X), [[[[47.0, 57.0], [77.0, 87.0]]]])
    # The gradient 1 at top left, 10 at bottom right: each leaves its kernel where it stood.
    dX = layer.backward([[[[1.0, 0.0], [0.0, 10.0]]]])
    expected = [[1.0, 2.0, 0.0], [3.0, 4.0 + 10.0, 20.0], [0.0, 30.0, 40.0]]
    np.testing.assert_array_equal(dX, [[expected]])
    # Each weight gets the pixels that it met: 1 · (1 2 / 4 5) + 10 · (5 6 / 8 9).
    np.testing.assert_array_equal(layer.dW, [[[[51.0, 62.0], [84.0, 95.0]]]])
    np.testing.assert_array_equal(layer.db, [11.0])


def test_the_kernel_is_not_turned_round():
    layer, X = nn.Conv2D(1, 1, 3, padding=1), np.zeros((1, 1, 5, 5))
    X[0, 0, 2, 2] = 1.0
    np.testing.assert_array_equal(layer.forward(X)[0, 0, 1:4, 1:4], layer.W[0, 0, ::-1, ::-1])


@QUICK
@given(st.integers(1, 30), st.integers(1, 8), st.integers(0, 4), st.integers(1, 5))
def test_output_size_counts_the_places_of_the_window(size, k, p, s):
    places = range(0, size + 2 * p - k + 1, s)
    if len(places):
        assert nn.output_size(size, k, p, s) == len(places)
    else:
        with pytest.raises(ValueError, match="kernel_size ≤ size"):
            nn.output_size(size, k, p, s)


def test_kernels_start_by_he_and_biases_at_zero():
    layer = nn.Conv2D(16, 100, 5, rng=np.random.default_rng(0))
    assert layer.W.std() == pytest.approx((2 / 400) ** 0.5, rel=0.02)  # 40 000 draws: 0.4 %
    assert not layer.b.any()
    again = nn.Conv2D(16, 100, 5, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(layer.W, again.W)
    assert (layer.W != nn.Conv2D(16, 100, 5).W).any()


# Backward


@pytest.mark.parametrize(("padding", "stride"), ARITHMETIC)
def test_gradients_of_a_convolution_are_central_differences(padding, stride):
    layer, X = conv(2, 3, 3, padding=padding, stride=stride), draw(2, 2, 6, 7)
    G = draw(*layer.forward(X).shape, seed=3)
    dX = layer.backward(G)

    def loss(X):
        return float(np.sum(G * layer.forward(X)))

    nn.check_gradient(loss, dX, X)
    nn.check_gradient(lambda _: loss(X), layer.gradients(), layer.parameters())


def test_a_gradient_that_forgets_overlaps_is_caught():
    class Forgetful(nn.Conv2D):
        def _backward(self, grad):
            dX = super()._backward(grad)
            return np.where(np.abs(dX) > 1.0, 1.0, dX)

    layer, X = Forgetful(1, 2, 3, rng=np.random.default_rng(0)), draw(1, 1, 5, 5)
    G = np.ones_like(layer.forward(X))
    with pytest.raises(ValueError, match="check_gradient: at index"):
        nn.check_gradient(lambda X: float(layer.forward(X).sum()), layer.backward(G), X)


@pytest.mark.parametrize(("padding", "stride"), ARITHMETIC)
def test_adding_patches_is_the_transpose_of_cutting_them(padding, stride):
    X = draw(2, 3, 6, 7)
    cut = _cut_patches(_pad(X, padding), 3, stride)
    P = draw(*cut.shape, seed=1)
    back = _add_patches(P, X.shape, 3, padding, stride)
    # ⟨cut(X), P⟩ = ⟨X, add(P)⟩, two sums of about a thousand products
    assert np.sum(cut * P) == pytest.approx(np.sum(X * back), rel=1e-11)


def test_backward_twice_gives_the_same_gradients():
    layer, X = conv(2, 3, 3, padding=1), draw(2, 2, 5, 5)
    G = draw(*layer.forward(X).shape)
    first, kept = layer.backward(G), [g.copy() for g in layer.gradients()]
    np.testing.assert_array_equal(layer.backward(G), first)
    for g, before in zip(layer.gradients(), kept, strict=True):
        np.testing.assert_array_equal(g, before)


# Properties


@QUICK
@given(st.integers(0, 4), st.integers(0, 4), st.integers(1, 2), st.integers(1, 4))
def test_a_shifted_image_gives_shifted_maps(down, right, stride, k):
    layer, picture = conv(2, 3, k, stride=stride), draw(1, 2, 4, 4)

    def on_canvas(top, left):
        canvas = np.zeros((1, 2, 16, 16))
        canvas[:, :, top : top + 4, left : left + 4] = picture
        return canvas

    here = layer.forward(on_canvas(4, 4))
    there = layer.forward(on_canvas(4 + stride * down, 4 + stride * right))
    h, w = here.shape[2] - down, here.shape[3] - right
    # Equal columns may be multiplied in other places of the product: a rounding apart.
    np.testing.assert_allclose(
        there[:, :, down:, right:], here[:, :, :h, :w], rtol=1e-12, atol=1e-14
    )


@pytest.mark.parametrize("layer", [conv(2, 3, 3, padding=1), nn.MaxPool2D(2)], ids=["conv", "pool"])
def test_permuting_samples_permutes_outputs_and_gradients(layer):
    X, order = draw(6, 2, 4, 4), np.random.default_rng(1).permutation(6)
    A = layer.forward(X)
    G = draw(*A.shape, seed=2)
    dX = layer.backward(G)
    np.testing.assert_allclose(layer.forward(X[order]), A[order], rtol=1e-13)
    np.testing.assert_allclose(layer.backward(G[order]), dX[order], rtol=1e-13)


def test_state_makes_the_round_trip():
    layer, X = conv(2, 3, 3), draw(2, 2, 5, 5)
    Z, other = layer.forward(X), nn.Conv2D(2, 3, 3)
    other.W, other.b = layer.W, layer.b
    assert other.W is not layer.W
    for twin in (other, copy.deepcopy(layer), pickle.loads(pickle.dumps(layer))):
        np.testing.assert_array_equal(twin.forward(X), Z)
        twin.W[...] = 0.0
    assert layer.W.all()


def test_arguments_are_never_changed():
    X = draw(2, 2, 6, 6)
    kept = X.copy()
    for layer in (conv(2, 3, 3, padding=1), nn.MaxPool2D(2), nn.MaxPool2D(2, 1)):
        G = draw(*layer.forward(X).shape)
        sent = G.copy()
        layer.backward(G)
        np.testing.assert_array_equal(X, kept)
        np.testing.assert_array_equal(G, sent)
