"""Optimisers over time and misused: what they keep, move, refuse."""

import copy
import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import perceptrons as nn

QUICK = settings(max_examples=60, deadline=None)
MAKE = {
    "SGD": lambda: nn.SGD(0.1),
    "Momentum": lambda: nn.Momentum(0.1, mu=0.8),
    "Nesterov": lambda: nn.Nesterov(0.1, mu=0.8),
    "RMSProp": lambda: nn.RMSProp(0.1, rho=0.7),
    "Adam": lambda: nn.Adam(0.1, beta1=0.8, beta2=0.95),
}


def walk(optimiser, parameters, n, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(n):
        optimiser.step(parameters, [rng.normal(size=p.shape) for p in parameters])


def start():
    return [np.arange(6.0).reshape(2, 3), np.ones(3)]


# State


@pytest.mark.parametrize("name", MAKE)
@QUICK
@given(before=st.integers(0, 6), after=st.integers(1, 6), way=st.sampled_from(["state", "pickle"]))
def test_an_optimiser_that_is_saved_goes_on_as_if_it_had_not_been(name, before, after, way):
    optimiser, parameters = MAKE[name](), start()
    walk(optimiser, parameters, before)
    restored, copied = MAKE[name](), [p.copy() for p in parameters]
    if way == "state":
        restored.load_state(pickle.loads(pickle.dumps(optimiser.state())))
    else:
        restored = pickle.loads(pickle.dumps(optimiser))
    walk(optimiser, parameters, after, seed=1)
    walk(restored, copied, after, seed=1)
    for a, b in zip(parameters, copied, strict=True):
        np.testing.assert_array_equal(a, b)
    assert restored.n_steps == optimiser.n_steps == before + after


@pytest.mark.parametrize("name", MAKE)
def test_a_state_is_a_copy(name):
    optimiser, parameters = MAKE[name](), start()
    walk(optimiser, parameters, 2)
    state = optimiser.state()
    kept = copy.deepcopy(state)
    other = MAKE[name]()
    other.load_state(state)
    walk(optimiser, parameters, 2)
    walk(other, start(), 2)
    assert str(state) == str(kept)


@pytest.mark.parametrize("name", MAKE)
def test_parameters_move_in_place_and_gradients_stay(name):
    parameters, gradients = start(), [np.ones((2, 3)), np.ones(3)]
    before = [p.copy() for p in parameters]
    MAKE[name]().step(parameters, gradients)
    assert all((p < b).all() for p, b in zip(parameters, before, strict=True))
    assert all((g == 1.0).all() for g in gradients)


# Misuse


@pytest.mark.parametrize("name", MAKE)
def test_bad_steps_are_refused_in_words(name):
    optimiser, weights = MAKE[name](), np.ones(2)
    for parameters, gradients, got in [
        ([], [], "got 0 parameters and 0 gradients"),
        ([weights], [], "got 1 parameters and 0 gradients"),
        ([weights], [np.ones(3)], r"gradient 0 of shape \(2,\), got \(3,\)"),
        ([weights], [1.0], r"gradient 0 of shape \(2,\), got \(\)"),
        ([weights], [[1.0, 1.0, 1.0]], r"gradient 0 of shape \(2,\), got \(3,\)"),
        ([weights], [np.array([1.0, np.nan])], r"gradient 0 to be finite, got nan"),
        ([np.ones(2, dtype=np.int64)], [np.ones(2)], "float64 arrays, got int64 in parameter 0"),
        ([[1.0, 1.0]], [np.ones(2)], "float64 arrays, got list in parameter 0"),
    ]:
        with pytest.raises(ValueError, match=f"^{name} expects .*{got}"):
            optimiser.step(parameters, gradients)
    assert optimiser.n_steps == 0 and (weights == 1.0).all()


@pytest.mark.parametrize("name", ["Momentum", "Nesterov", "RMSProp", "Adam"])
def test_another_models_parameters_are_refused(name):
    optimiser = MAKE[name]()
    walk(optimiser, start(), 1)
    with pytest.raises(ValueError, match=rf"{name} expects the parameters of its first step.*\(4,"):
        walk(optimiser, [np.ones(4)], 1)


@pytest.mark.parametrize("name", ["RMSProp", "Adam"])
def test_a_gradient_whose_square_is_infinite_is_no_step_of_zero(name):
    with pytest.raises(ValueError, match=f"{name} expects steps that a float64 can hold.*overflow"):
        MAKE[name]().step([np.ones(1)], [np.array([1e160])])


@pytest.mark.parametrize("name", MAKE)
@pytest.mark.parametrize("size", [1e-320, 1e-160, 1e160, 1.7e308])
def test_extreme_gradients_move_to_finite_weights_or_are_refused(name, size):
    parameters, optimiser = start(), MAKE[name]()
    try:
        for _ in range(3):
            optimiser.step(parameters, [size * np.ones((2, 3)), -size * np.ones(3)])
    except ValueError as error:
        assert "float64 can hold" in str(error) and "alpha" in str(error)
    else:
        assert all(np.isfinite(p).all() for p in parameters)


@pytest.mark.parametrize(
    ("make", "got"),
    [
        (lambda: nn.SGD(0.0), "SGD expects alpha .*got 0.0"),
        (lambda: nn.Momentum(0.1, mu=1.0), r"Momentum expects mu in \[0, 1\), got 1.0"),
        (lambda: nn.Nesterov(0.1, mu=-0.5), "Nesterov expects mu .*got -0.5"),
        (lambda: nn.RMSProp(0.1, rho=2.0), r"RMSProp expects rho in \[0, 1\), got 2.0"),
        (lambda: nn.RMSProp(epsilon=0.0), "RMSProp expects epsilon .*got 0.0"),
        (lambda: nn.Adam(np.nan), "Adam expects alpha .*got nan"),
        (lambda: nn.Adam(beta1=1.0), "Adam expects beta1 .*got 1.0"),
        (lambda: nn.Adam(beta2="0.9"), "Adam expects beta2 .*got '0.9'"),
        (lambda: walk(nn.SGD(lambda step: -1.0), start(), 1), r"SGD expects alpha\(0\) ≥ 0 .*-1.0"),
        (lambda: nn.Adam().load_state({"n_steps": 1}), "a state of n_steps, means, squares, got"),
        (
            lambda: nn.Adam().load_state({"n_steps": -1, "means": [], "squares": []}),
            "n_steps .*got -1",
        ),
        (
            lambda: nn.Adam().load_state({"n_steps": 1, "means": [np.ones(2)], "squares": []}),
            "arrays of the same shapes in means, squares",
        ),
    ],
)
def test_bad_arguments_and_states_are_refused_in_words(make, got):
    with pytest.raises(ValueError, match=got):
        make()


def test_fit_refuses_an_optimiser_that_is_none_or_an_alpha_beside_it():
    model, data = nn.MultiLayerPerceptron(1, 1), ([[0.0], [1.0]], [0, 1])
    with pytest.raises(ValueError, match=r"fit expects an optimiser such as .*got 'adam'"):
        model.fit(*data, optimiser="adam")
    with pytest.raises(ValueError, match=r"fit expects alpha or an optimiser, got both, alpha=0.1"):
        model.fit(*data, optimiser=nn.Adam(), alpha=0.1)


def test_a_training_that_diverges_names_the_rate_of_the_optimiser():
    data = ([[1.0], [2.0]], [1.0, -1.0])
    model = nn.MultiLayerPerceptron(1, 3, 1, output="identity", rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"fit expects the loss .* alpha=1e\+200 .*take a smaller"):
        model.fit(*data, optimiser=nn.Momentum(1e200))
