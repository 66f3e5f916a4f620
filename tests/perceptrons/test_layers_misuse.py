"""Layers misused: shapes, values, order of calls, numbers at the edge of the floats."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import perceptrons as nn
from perceptrons.activations import ACTIVATIONS
from perceptrons.layers import Parameter

MAKE = {
    "Dense": lambda: nn.Dense(3, 2, rng=np.random.default_rng(0)),
    "Activation": lambda: nn.Activation("relu"),
    "Dropout": lambda: nn.Dropout(0.5, rng=np.random.default_rng(0)),
    "Flatten": nn.Flatten,
}
EDGES = [0.0, -0.0, 5e-324, 2.3e-308, 1.0, -1.0, 1e154, 1e300, -1e308, 1.8e308]


@pytest.mark.parametrize("name", MAKE)
def test_backward_before_forward_is_an_error(name):
    with pytest.raises(RuntimeError, match=rf"{name}.backward expects forward\(X\) first"):
        MAKE[name]().backward(np.ones((1, 3)))


@pytest.mark.parametrize("missing", ["output_shape", "_forward", "_backward"])
def test_a_layer_that_lacks_a_part_cannot_be_made(missing):
    parts = {name: lambda *_: None for name in ("output_shape", "_forward", "_backward")}
    with pytest.raises(TypeError, match=f"abstract method '?{missing}'?$"):
        type("Mine", (nn.Layer,), parts | {missing: getattr(nn.Layer, missing)})()


def test_gradients_before_backward_are_an_error():
    layer = nn.Dense(3, 2)
    layer.forward(np.ones((1, 3)))
    with pytest.raises(RuntimeError, match=r"Dense.gradients expects backward\(grad\) first"):
        layer.gradients()


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize(
    ("X", "got"),
    [
        ([1.0, 2.0, 3.0], r"shape \(n, .*got \(3,\)"),
        (1.0, r"shape \(n, .*got \(\)"),
        ([["a", "b", "c"]], "real numbers.*got dtype <U1"),
        ([[1.0, np.nan, 0.0]], r"NaN at index \(0, 1\)"),
        ([[1.0, np.inf, 0.0]], r"finite, got inf at index \(0, 1\)"),
        (np.empty((0, 3)), r"at least one value, got shape \(0, 3\)"),
        ([[1.0, 2.0, 3.0], [1.0]], "to be an array"),
    ],
)
def test_bad_inputs_are_refused_in_words(name, X, got):
    with pytest.raises(ValueError, match=f"^{name} expects X .*{got}"):
        MAKE[name]().forward(X)


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize("training", [True, False])
def test_bad_gradients_are_refused_in_words(name, training):
    layer = MAKE[name]()
    A = layer.forward(np.ones((4, 3)), training)
    for wrong in (np.ones(len(A)), np.ones((1, A.shape[1])), np.ones((*A.shape, 1))):
        with pytest.raises(ValueError, match=rf"^{name} expects grad of shape \(4, {A.shape[1]}\)"):
            layer.backward(wrong)
    with pytest.raises(ValueError, match=f"^{name} expects grad to hold numbers, got NaN"):
        layer.backward(np.full(A.shape, np.nan))


@pytest.mark.parametrize(
    ("make", "got"),
    [
        (lambda: nn.Dense(0, 2), "Dense expects n_in .*got 0"),
        (lambda: nn.Dense(2, 1.5), "Dense expects n_out .*got 1.5"),
        (lambda: nn.Dense(2, 2, initialise="zero"), "initialise among he, glorot, got 'zero'"),
        (lambda: nn.Dense(2, 2, rng=0), "Dense expects rng .*Generator .*got int"),
        (lambda: nn.Activation("rellu"), "Activation expects a name among .*got 'rellu'"),
        (lambda: nn.Activation("softmax"), "Activation expects a name among .*got 'softmax'"),
        (lambda: nn.Dropout(1.0), r"Dropout expects p in \[0, 1\), got 1.0"),
        (lambda: nn.Dropout(1.5), r"Dropout expects p in \[0, 1\), got 1.5"),
        (lambda: nn.Dropout(-0.1), r"Dropout expects p in \[0, 1\), got -0.1"),
        (lambda: nn.Dropout(np.nan), r"Dropout expects p in \[0, 1\), got nan"),
        (lambda: nn.Dropout("half"), r"Dropout expects p in \[0, 1\), got 'half'"),
        (lambda: nn.Dropout(0.5, rng=7), "Dropout expects rng .*got int"),
    ],
)
def test_bad_arguments_are_refused_in_words(make, got):
    with pytest.raises(ValueError, match=got):
        make()


@pytest.mark.parametrize(
    "make", [lambda: nn.Dense(3, 2, "he"), lambda: nn.Dropout(0.5, np.random.default_rng(0))]
)
def test_options_are_given_by_name(make):
    with pytest.raises(TypeError, match="positional argument"):
        make()


def test_the_width_of_dense_is_told():
    with pytest.raises(ValueError, match=r"^Dense expects X of shape \(n, 3\).*, got \(3, 4\)"):
        nn.Dense(3, 2).forward(np.ones((3, 4)))


def test_assigned_weights_are_copied_in_place_and_checked():
    class Scale(nn.Activation):
        factor = Parameter()

    W = np.ones((3, 2))
    layer = Scale("relu")
    layer.factor = W  # the first assignment makes it
    assert not np.shares_memory(layer.factor, W)
    layer = nn.Dense(3, 2)
    kept = layer.parameters()[0]
    layer.W = W
    assert layer.W is kept and not np.shares_memory(layer.W, W)
    np.testing.assert_array_equal(kept, W)
    for wrong in (W.T, np.ones((1, 2)), np.ones((4, 2))):  # numpy would broadcast the second
        with pytest.raises(ValueError, match=r"Dense expects W of shape \(3, 2\), got \("):
            layer.W = wrong
    with pytest.raises(ValueError, match="Dense expects b to hold numbers, got NaN"):
        layer.b = [np.nan, 0.0]
    with pytest.raises(AttributeError, match="W belongs to a layer that has been made"):
        _ = nn.Dense.W


@pytest.mark.parametrize("name", [*MAKE, *ACTIVATIONS])
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_numbers_at_the_edge_give_finite_results_or_an_error_in_words(name, data):
    edge = st.one_of(st.sampled_from(EDGES), st.floats(allow_nan=True, allow_infinity=True))
    layer = MAKE[name]() if name in MAKE else nn.Activation(name)
    X = data.draw(hnp.arrays(np.float64, (2, 3), elements=edge))
    try:  # warnings are errors in this test run: none may escape
        A = layer.forward(X, training=True)
        dX = layer.backward(data.draw(hnp.arrays(np.float64, A.shape, elements=edge)))
    except ValueError as error:
        assert "expects" in str(error) and "got" in str(error)
    else:
        for array in (A, dX, *layer.gradients()):
            assert np.isfinite(array).all()
