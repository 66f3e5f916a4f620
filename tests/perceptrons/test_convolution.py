"""Convolution and pooling: the clear version, scipy, paper, gradients, properties, the digits."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.signal import correlate2d

import perceptrons as nn
from perceptrons._patches import add_patches, cut_patches, pad

QUICK = settings(max_examples=60, deadline=None)
ARITHMETIC = [(0, 1), (1, 1), (0, 2), (2, 2), (1, 3)]  # padding and stride


def draw(*shape, seed=0):
    return np.random.default_rng(seed).normal(size=shape)


def conv(*sizes, seed=0, **options):
    layer = nn.Conv2D(*sizes, rng=np.random.default_rng(seed), **options)
    layer.b = draw(sizes[1], seed=seed + 1)  # zero biases are a special case
    return layer


def distinct(*shape):
    """Pixels that are at least 0.1 apart, so that no difference of 1e-5 changes a maximum."""
    return 0.1 * np.random.default_rng(0).permutation(np.prod(shape)).reshape(shape)


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
    cut = cut_patches(pad(X, padding), 3, stride)
    P = draw(*cut.shape, seed=1)
    back = add_patches(P, X.shape, 3, padding, stride)
    # ⟨cut(X), P⟩ = ⟨X, add(P)⟩, two sums of about a thousand products
    assert np.sum(cut * P) == pytest.approx(np.sum(X * back), rel=1e-11)


def test_backward_twice_gives_the_same_gradients():
    layer, X = conv(2, 3, 3, padding=1), draw(2, 2, 5, 5)
    G = draw(*layer.forward(X).shape)
    first, kept = layer.backward(G), [g.copy() for g in layer.gradients()]
    np.testing.assert_array_equal(layer.backward(G), first)
    for g, before in zip(layer.gradients(), kept, strict=True):
        np.testing.assert_array_equal(g, before)


# Pooling


def test_pooling_on_paper():
    layer = nn.MaxPool2D(2)
    X = [
        [
            [
                [1.0, 9.0, 2.0, 0.0],
                [3.0, 4.0, 8.0, 0.0],
                [5.0, 5.0, -1.0, -2.0],
                [5.0, 5.0, -4.0, -3.0],
            ]
        ]
    ]
    np.testing.assert_array_equal(layer.forward(X), [[[[9.0, 8.0], [5.0, -1.0]]]])
    dX = layer.backward([[[[1.0, 2.0], [3.0, 4.0]]]])
    # The four equal fives: the first one, row by row, gets it all.
    expected = [[0, 1, 0, 0], [0, 0, 2, 0], [3, 0, 4, 0], [0, 0, 0, 0]]
    np.testing.assert_array_equal(dX, [[expected]])


def test_a_maximum_of_several_windows_gets_the_sum_of_their_gradients():
    layer, X = nn.MaxPool2D(2, stride=1), np.zeros((1, 1, 3, 3))
    X[0, 0, 1, 1] = 1.0
    layer.forward(X)
    dX = layer.backward([[[[1.0, 2.0], [3.0, 4.0]]]])
    assert dX[0, 0, 1, 1] == dX.sum() == 10.0


@pytest.mark.parametrize(("size", "stride"), [(2, None), (3, 2), (2, 1), (1, 2), (2, 3)])
def test_gradient_of_pooling_is_central_differences(size, stride):
    layer, X = nn.MaxPool2D(size, stride), distinct(2, 2, 6, 7)
    G = draw(*layer.forward(X).shape)
    nn.check_gradient(lambda X: float(np.sum(G * layer.forward(X))), layer.backward(G), X)


@QUICK
@given(st.integers(1, 3), st.integers(1, 3), st.integers(0, 2**32 - 1))
def test_pooling_takes_maxima_and_keeps_the_sum_of_the_gradient(size, stride, seed):
    rng = np.random.default_rng(seed)
    X = rng.integers(-2, 3, size=(2, 2, 5, 6)).astype(float)  # many ties
    layer = nn.MaxPool2D(size, stride)
    A = layer.forward(X)
    for i, j in np.ndindex(A.shape[2:]):
        top, left = i * stride, j * stride
        window = X[:, :, top : top + size, left : left + size]
        np.testing.assert_array_equal(A[:, :, i, j], window.max(axis=(2, 3)))
    G = rng.integers(-5, 6, size=A.shape).astype(float)
    assert layer.backward(G).sum() == G.sum()  # whole numbers: exact


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


# The whole model


def network_off_the_kinks(X, seed):
    """Return a network, and whether each pre-activation is a hundred steps away from its kink."""
    first, second = conv(1, 3, 3, padding=1, seed=seed), conv(3, 2, 2, stride=2, seed=seed + 7)
    first.b[0] = -50.0  # a map that no image wakes: relu gives it no gradient
    second.b[:] = 1.0  # and one layer that is awake
    dense = nn.Dense(8, 3, rng=np.random.default_rng(seed))
    relu, pool = nn.Activation("relu"), nn.MaxPool2D(2, 1)
    model = nn.Sequential(first, relu, pool, second, nn.Activation("relu"), nn.Flatten(), dense)
    Z1 = first.forward(X)
    Z2 = second.forward(pool.forward(relu.forward(Z1)))
    return model, min(np.abs(Z1).min(), np.abs(Z2).min()) > 1e-3


def test_gradients_of_a_whole_network_are_central_differences_with_dead_units_too():
    X, y = draw(3, 1, 6, 6), [0, 2, 1]
    model = next(
        model for seed in range(100) for model, off in [network_off_the_kinks(X, seed)] if off
    )
    model.forward(X)
    gradients = model.backward(y)
    kernels = gradients[0]
    assert not kernels[0].any() and kernels[1:].any()
    nn.check_gradient(lambda _: model.loss(X, y), gradients, model.parameters())


@pytest.mark.parametrize("seed", [0, 3])
def test_the_small_network_reads_more_than_97_percent_of_new_digits(seed):
    X, y = nn.load_digits()
    rng = np.random.default_rng(seed)
    X, X_new, y, y_new = nn.train_test_split(X.reshape(-1, 1, 8, 8) / 16.0, y, rng=rng)
    model = nn.small_cnn(rng).fit(X, y, n_epochs=25, alpha=0.15, batch_size=32, rng=rng)
    # Seeds 0 to 9 give 0.971 to 0.989, these two 0.982 and 0.984: five digits of 450 to spare,
    # for a machine that rounds otherwise.
    assert nn.accuracy(y_new, model.predict(X_new)) >= 0.97


# Misuse


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
