"""Gradient descent on a function, and the schedules of its learning rate."""

import pickle

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import perceptrons as nn

QUICK = settings(max_examples=60, deadline=None)
CURVATURES = np.array([1.0, 4.0])  # of ½ Σ λ x²: its two λ


def bowl(x):
    return 0.5 * np.sum(CURVATURES * x**2)


def d_bowl(x):
    return CURVATURES * x


# The walk


def test_two_steps_on_paper():
    # x² from 1 with α = 1/4: x ← x - ¼ · 2x = x / 2.
    path = nn.gradient_descent(lambda x: 2 * x, 1.0, 0.25, 2, f=lambda x: x**2)
    assert isinstance(path, nn.Path)
    assert path.points.tolist() == [[1.0], [0.5], [0.25]]
    assert path.values.tolist() == [1.0, 0.25, 0.0625]
    assert path.gradients.tolist() == [[2.0], [1.0]]
    assert path.end.tolist() == [0.25] and len(path) == 2 and not path.converged


@QUICK
@given(st.floats(0.01, 0.6), st.integers(1, 40))
def test_on_a_quadratic_each_axis_shrinks_by_one_minus_alpha_lambda(alpha, n_iter):
    path = nn.gradient_descent(d_bowl, [3.0, -2.0], alpha, n_iter, f=bowl)
    t = np.arange(len(path) + 1)[:, None]
    expected = np.array([3.0, -2.0]) * (1.0 - alpha * CURVATURES) ** t
    # each step rounds once: n_iter roundings of 1e-16, of numbers up to 3 · 1.4^40
    np.testing.assert_allclose(path.points, expected, rtol=1e-11, atol=1e-12)
    # hence the bound: the distance to the minimum shrinks by the worst |1 - αλ|
    worst = np.abs(1.0 - alpha * CURVATURES).max()
    distances = np.linalg.norm(path.points, axis=1)
    assert (distances[1:] <= worst * distances[:-1] * (1 + 1e-12)).all()


@pytest.mark.parametrize(("alpha", "falls"), [(0.49, True), (0.51, False)])
def test_the_border_of_convergence_is_two_over_the_largest_curvature(alpha, falls):
    values = nn.gradient_descent(d_bowl, [1.0, 1.0], alpha, 200, f=bowl).values  # 2 / 4 = 0.5
    assert values[-1] < 1e-3 * values[0] if falls else values[-1] > 1e3 * values[0]


def test_it_stops_where_the_gradient_is_small_enough():
    path = nn.gradient_descent(d_bowl, [1.0, 1.0], 0.2, 1000, tolerance=1e-6)
    assert path.converged and len(path) < 1000
    assert np.abs(d_bowl(path.end)).max() <= 1e-6 < np.abs(path.gradients[-1]).max()
    at_once = nn.gradient_descent(d_bowl, [0.0, 0.0])
    assert at_once.converged and len(at_once) == 0 and at_once.gradients.shape == (0, 2)


@pytest.mark.parametrize(
    "optimiser", [nn.Momentum(0.05), nn.Nesterov(0.05), nn.RMSProp(0.01), nn.Adam(0.05)]
)
def test_an_optimiser_can_take_the_steps(optimiser):
    path = nn.gradient_descent(d_bowl, [1.0, -1.0], n_iter=500, optimiser=optimiser, f=bowl)
    assert path.values[-1] < 1e-3 * path.values[0]  # RMSProp goes to and fro at its α
    assert path.points.shape == (501, 2) and optimiser.n_steps == 500


def test_a_schedule_sets_each_step():
    path = nn.gradient_descent(lambda x: np.ones(1), 0.0, nn.exponential_decay(1.0, 0.5), 3)
    assert path.points[:, 0].tolist() == [0.0, -1.0, -1.5, -1.75]


@pytest.mark.parametrize("shape", [(), (3,), (2, 3)])
def test_points_keep_the_shape_of_the_start(shape):
    start = np.ones(shape)
    path = nn.gradient_descent(lambda x: 2 * x, start, 0.1, 5)
    assert path.points.shape == (6, *(shape or (1,))) and path.values.size == 0
    np.testing.assert_array_equal(start, np.ones(shape))


def test_functions_cannot_move_the_walk_by_changing_what_they_are_given():
    def meddle(x):
        gradient = 2 * x
        x[:] = 100.0
        return gradient

    def value(x):
        x[:] = 100.0
        return 0.0

    path = nn.gradient_descent(meddle, [1.0], 0.25, 2, f=value)
    assert path.points.tolist() == [[1.0], [0.5], [0.25]]


def test_a_walk_that_diverges_names_alpha_and_what_to_do():
    for optimiser in (None, nn.Momentum(1e200)):
        alpha = 1e200 if optimiser is None else None
        with pytest.raises(ValueError, match=r"stay finite, but at step .* alpha=1e\+200 .*small"):
            nn.gradient_descent(lambda x: 2 * x, [1.0], alpha, 10, optimiser=optimiser)


@pytest.mark.parametrize(
    ("arguments", "got"),
    [
        ({"start": [np.nan]}, "start .*NaN"),
        ({"start": []}, "start .*at least one value"),
        ({"n_iter": 0}, "n_iter .*got 0"),
        ({"tolerance": -1.0}, "tolerance .*got -1.0"),
        ({"alpha": 0.1, "optimiser": nn.SGD()}, "alpha or an optimiser, got both"),
        ({"f_gradient": lambda x: np.ones(3)}, r"a gradient of shape \(2,\), got \(3,\)"),
        ({"f_gradient": lambda x: x * np.inf}, "the gradient to be finite, got inf"),
        ({"f": lambda x: x}, r"f to return one number, got \(2,\)"),
        ({"f": lambda x: np.nan}, "the value of f .*NaN"),
    ],
)
def test_bad_arguments_are_refused_in_words(arguments, got):
    arguments = {"f_gradient": d_bowl, "start": [1.0, 1.0], **arguments}
    with pytest.raises(ValueError, match=f"^gradient_descent expects {got}"):
        nn.gradient_descent(**arguments)
    with pytest.raises(ValueError, match=r"SGD expects alpha > 0 .*got -0.1"):
        nn.gradient_descent(d_bowl, [1.0, 1.0], -0.1)


# Schedules

SCHEDULES = {
    "constant": nn.constant(0.5),
    "steps": nn.step_decay(0.5, 10),
    "exponential": nn.exponential_decay(0.5, 0.9),
    "cosine": nn.cosine_decay(0.5, 50, 0.01),
    "cosine after a warm-up": nn.warm_up(nn.cosine_decay(0.5, 50), 5),
    "warm-up": nn.warm_up(0.5, 5),
}


@pytest.mark.parametrize("name", SCHEDULES)
@QUICK
@given(step=st.integers(0, 10_000))
def test_a_schedule_stays_between_zero_and_its_alpha_and_survives_pickling(name, step):
    schedule = SCHEDULES[name]
    assert 0.0 <= schedule(step) <= 0.5
    assert pickle.loads(pickle.dumps(schedule))(step) == schedule(step)
    if "warm" not in name:
        assert schedule(step + 1) <= schedule(step)


def test_schedules_on_paper():
    steps = nn.step_decay(0.8, every=3, factor=0.5)
    assert [steps(t) for t in (0, 2, 3, 5, 6)] == [0.8, 0.8, 0.4, 0.4, 0.2]
    cosine = nn.cosine_decay(1.0, 2, lowest=0.5)  # 1, then half way, then 0.5 for ever
    assert [cosine(t) for t in (0, 1, 2, 99)] == pytest.approx([1.0, 0.75, 0.5, 0.5], abs=1e-15)
    warm = nn.warm_up(nn.exponential_decay(0.8, 0.5), 2)  # ½ · 0.8, then 0.4, 0.2 …
    assert [warm(t) for t in range(3)] == [0.4, 0.4, 0.2]


@pytest.mark.parametrize(
    ("make", "got"),
    [
        (lambda: nn.constant(0.0), "constant expects alpha .*got 0.0"),
        (lambda: nn.step_decay(0.1, 0), "step_decay expects every .*got 0"),
        (lambda: nn.step_decay(0.1, 2, 1.5), "step_decay expects factor .*got 1.5"),
        (lambda: nn.exponential_decay(0.1, 0.0), "exponential_decay expects factor .*got 0.0"),
        (lambda: nn.cosine_decay(0.1, 10, 0.2), "lowest at most alpha=0.1, got 0.2"),
        (lambda: nn.cosine_decay(np.inf, 10), "cosine_decay expects alpha .*got inf"),
        (lambda: nn.warm_up(0.1, 0), "warm_up expects n_steps .*got 0"),
        (lambda: nn.warm_up(-1.0, 2), "constant expects alpha .*got -1.0"),
        (lambda: nn.constant(0.1)(-1), "constant expects step .*got -1"),
    ],
)
def test_bad_schedules_are_refused_in_words(make, got):
    with pytest.raises(ValueError, match=got):
        make()
