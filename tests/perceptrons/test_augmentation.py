"""Images that are moved, turned and blurred by noise: what changes, and what must not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import perceptrons as nn
from perceptrons.regularisation import _rotate

QUICK = settings(max_examples=60, deadline=None)
AUGMENT = {
    "augment_shift": lambda X, rng, **shape: nn.augment_shift(X, 2, rng=rng, **shape),
    "augment_rotate": lambda X, rng, **shape: nn.augment_rotate(X, 20.0, rng=rng, **shape),
    "augment_noise": lambda X, rng, **_: nn.augment_noise(X, 0.1, rng=rng),
}


def images(n=6, h=5, w=4, seed=0):
    return np.random.default_rng(seed).uniform(1.0, 2.0, size=(n, h, w))


def moved(image, i, j):
    """Move one image by i rows down and j columns to the right, pixel by pixel."""
    h, w = image.shape
    result = np.zeros((h, w))
    for row in range(h):
        for column in range(w):
            if 0 <= row - i < h and 0 <= column - j < w:
                result[row, column] = image[row - i, column - j]
    return result


@pytest.mark.parametrize("name", AUGMENT)
def test_images_and_rows_are_the_same_and_the_argument_stays(name):
    X = images()
    kept = X.copy()
    as_images = AUGMENT[name](X, np.random.default_rng(0))
    rows = AUGMENT[name](X.reshape(6, 20), np.random.default_rng(0), shape=(5, 4))
    assert as_images.shape == X.shape and rows.shape == (6, 20)
    np.testing.assert_array_equal(rows.reshape(X.shape), as_images)
    np.testing.assert_array_equal(X, kept)
    assert not np.shares_memory(as_images, X)
    assert (as_images != X).any()


@pytest.mark.parametrize("name", AUGMENT)
def test_nothing_happens_when_nothing_is_asked(name):
    X = images()
    with_zero = getattr(nn, name)(X, 0, rng=np.random.default_rng(0))
    np.testing.assert_allclose(with_zero, X, rtol=1e-15)


@pytest.mark.parametrize("name", AUGMENT)
def test_each_image_keeps_its_place_and_so_its_label(name):
    # images of one level each: whatever happens to them, the largest value tells which it was
    X = np.arange(1.0, 9.0)[:, None, None] * 10 * np.ones((8, 7, 7))
    result = AUGMENT[name](X, np.random.default_rng(0))
    np.testing.assert_allclose(result.max(axis=(1, 2)), X.max(axis=(1, 2)), atol=0.5)


@QUICK
@given(st.integers(0, 3), st.integers(0, 2**32))
def test_each_shift_is_one_of_those_asked_for(s, seed):
    X = images(n=3)
    for image, result in zip(
        X, nn.augment_shift(X, s, rng=np.random.default_rng(seed)), strict=True
    ):
        shifts = [(i, j) for i in range(-s, s + 1) for j in range(-s, s + 1)]
        assert sum((moved(image, i, j) == result).all() for i, j in shifts) == 1


def test_all_shifts_come():
    X = np.zeros((400, 3, 3))
    X[:, 1, 1] = 1.0
    result = nn.augment_shift(X, 1, rng=np.random.default_rng(0))
    # nine places; 400 draws miss one with probability 9 · (8/9)^400 = 3e-20
    assert (result.sum(axis=0) > 0).all() and (result.sum(axis=(1, 2)) == 1.0).all()


@pytest.mark.parametrize("shape", [(5, 5), (4, 4)])
@pytest.mark.parametrize("quarters", [-1, 0, 1, 2])
def test_quarter_turns_are_exact(shape, quarters):
    X = images(3, *shape)
    expected = np.rot90(X, quarters, axes=(1, 2))  # counter-clockwise, rows growing downwards
    turned = _rotate(X, np.full(3, 90.0 * quarters))
    # cos 90° is 6e-17, not 0: at the rim a pixel leans by that much on the zeros outside
    np.testing.assert_allclose(turned, expected, atol=1e-14)


def test_a_turn_keeps_a_round_thing_and_turning_back_brings_a_smooth_image_back():
    y, x = np.mgrid[-8:9, -8:9]
    hill = np.exp(-(x**2 + y**2) / 10.0)[None]
    # between pixels, interpolation flattens by up to 2 · h²/8 · |f''| = 2 · 1/8 · 2/10 = 0.05
    np.testing.assert_allclose(_rotate(hill, np.array([33.0])), hill, atol=0.05)
    tilted = np.exp(-((x - 2) ** 2 + y**2) / 10.0)[None]
    there = _rotate(tilted, np.array([33.0]))
    assert np.abs(there - tilted).max() > 0.2
    np.testing.assert_allclose(_rotate(there, np.array([-33.0])), tilted, atol=0.1)


def test_a_turn_by_hand():
    # One pixel to the right of the centre, turned by 45°: it was at (0, 1), it goes to
    # (-√½, √½). The pixel up right of the centre, (-1, 1), comes from (0, √2): 0.41 beyond (0, 1).
    X = np.zeros((1, 5, 5))
    X[0, 2, 3] = 1.0
    turned = _rotate(X, np.array([45.0]))[0]
    assert turned[1, 3] == pytest.approx(2.0 - np.sqrt(2.0), rel=1e-12)
    assert turned[3, 3] == pytest.approx(0.0, abs=1e-12)


@QUICK
@given(st.floats(0.0, 180.0), st.integers(0, 2**32))
def test_turned_values_stay_between_zero_and_the_largest(max_angle, seed):
    X = images(n=2)
    result = nn.augment_rotate(X, max_angle, rng=np.random.default_rng(seed))
    assert np.isfinite(result).all()
    assert result.min() >= 0.0 and result.max() <= X.max() * (1 + 1e-12)


def test_noise_has_the_mean_and_the_deviation_asked_for():
    X = np.full((100, 1000), 7.0)
    noise = nn.augment_noise(X, 0.5, rng=np.random.default_rng(0)) - X
    # 100 000 draws: the mean is off by 0.5 / √1e5 = 0.0016, the deviation by 0.0011; six of them
    assert noise.mean() == pytest.approx(0.0, abs=0.01)
    assert noise.std() == pytest.approx(0.5, abs=0.007)


@pytest.mark.parametrize("name", AUGMENT)
def test_the_same_generator_gives_the_same_images(name):
    one, same, other = (AUGMENT[name](images(), np.random.default_rng(s)) for s in (0, 0, 1))
    np.testing.assert_array_equal(one, same)
    assert (one != other).any()


@pytest.mark.parametrize("name", AUGMENT)
@pytest.mark.parametrize(
    ("X", "got"),
    [
        ([[["a"]]], "real numbers"),
        ([[[np.nan]]], "NaN"),
        ([[[np.inf]]], "finite, got inf"),
        (np.empty((0, 3, 3)), "at least one value"),
    ],
)
def test_bad_images_are_refused_in_words(name, X, got):
    with pytest.raises(ValueError, match=f"^{name} expects images .*{got}"):
        AUGMENT[name](X, np.random.default_rng(0))


@pytest.mark.parametrize("name", ["augment_shift", "augment_rotate"])
def test_bad_shapes_are_refused_in_words(name):
    augment, rng, rows = getattr(nn, name), np.random.default_rng(0), np.ones((2, 20))
    with pytest.raises(ValueError, match=rf"{name} expects images of shape .*got \(2, 20\)"):
        augment(rows, 1, rng=rng)
    for shape in [(4, 4), (20,)]:
        with pytest.raises(ValueError, match=rf"with shape=\({shape[0]}, ?4?\), got \(2, 20\)"):
            augment(rows, 1, shape=shape, rng=rng)
    with pytest.raises(ValueError, match=r"with shape=\(5, 4\), got \(2, 5, 4\)"):
        augment(rows.reshape(2, 5, 4), 1, shape=(5, 4), rng=rng)


@pytest.mark.parametrize(
    ("augment", "got"),
    [
        (lambda X, rng: nn.augment_shift(X, 4, rng=rng), "max_shift below 4, got 4"),
        (lambda X, rng: nn.augment_shift(X, -1, rng=rng), "max_shift .*got -1"),
        (lambda X, rng: nn.augment_shift(X, 0.5, rng=rng), "max_shift .*got 0.5"),
        (lambda X, rng: nn.augment_rotate(X, -5.0, rng=rng), "max_angle .*got -5.0"),
        (lambda X, rng: nn.augment_rotate(X, 181.0, rng=rng), "at most 180, got 181.0"),
        (lambda X, rng: nn.augment_noise(X, -1.0, rng=rng), "scale .*got -1.0"),
        (lambda X, rng: nn.augment_noise(8e307 * X, 1e308, rng=rng), "noisy images to be finite"),
        (lambda X, rng: nn.augment_noise(X, 0.1, rng=0), "rng .*got int"),
        (lambda X, rng: nn.augment_shift(X, 1, rng=0), "rng .*got int"),
        (lambda X, rng: nn.augment_rotate(X, 1, rng=0), "rng .*got int"),
    ],
)
def test_bad_arguments_are_refused_in_words(augment, got):
    with pytest.raises(ValueError, match=f"expects .*{got}"):
        augment(images(), np.random.default_rng(0))
