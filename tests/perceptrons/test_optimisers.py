"""Optimisers: the textbook's recurrences, and steps worked out on paper."""

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


def textbook(name, x, gradients, a=0.1, mu=0.8, rho=0.7, b1=0.8, b2=0.95, eps=1e-8):
    """Follow the recurrence of ``name`` with plain numbers, one after the other."""
    v = m = s = 0.0
    for t, g in enumerate(gradients, start=1):
        if name == "SGD":
            x = x - a * g
        elif name == "Momentum":
            v = mu * v - a * g
            x = x + v
        elif name == "Nesterov":
            v = mu * v - a * g
            x = x + mu * v - a * g
        elif name == "RMSProp":
            s = rho * s + (1 - rho) * g * g
            x = x - a * g / (s**0.5 + eps)
        else:
            m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g * g
            x = x - a * (m / (1 - b1**t)) / ((v / (1 - b2**t)) ** 0.5 + eps)
    return x


def walk(optimiser, parameters, n, seed=0):
    rng = np.random.default_rng(seed)
    for _ in range(n):
        optimiser.step(parameters, [rng.normal(size=p.shape) for p in parameters])


def start():
    return [np.arange(6.0).reshape(2, 3), np.ones(3)]


# The rules


@pytest.mark.parametrize("name", MAKE)
@QUICK
@given(
    x=st.floats(-10, 10),
    gradients=st.lists(st.floats(-10, 10), min_size=1, max_size=12),
)
def test_steps_follow_the_recurrence_of_the_textbook(name, x, gradients):
    optimiser, weights = MAKE[name](), np.array([x])
    for g in gradients:
        optimiser.step([weights], [np.array([g])])
    # a few roundings a step, of numbers up to some tens
    assert weights[0] == pytest.approx(textbook(name, x, gradients), rel=1e-12, abs=1e-12)
    assert optimiser.n_steps == len(gradients)


def test_the_first_two_steps_of_adam_by_hand():
    # g = 3 then -1, with β1 = β2 = 1/2 and α = 1.
    # m = 1.5, v = 4.5; over 1 - ½: m̂ = 3, v̂ = 9: a step of 3 / 3 = 1, whatever the gradient.
    # m = 0.75 - 0.5 = 0.25, v = 2.25 + 0.5 = 2.75; over 1 - ¼: m̂ = 1/3, v̂ = 11/3.
    weights, optimiser = np.array([0.0]), nn.Adam(1.0, beta1=0.5, beta2=0.5)
    optimiser.step([weights], [np.array([3.0])])
    assert weights[0] == pytest.approx(-1.0, rel=1e-8)  # ε = 1e-8 is in the quotient
    optimiser.step([weights], [np.array([-1.0])])
    assert weights[0] == pytest.approx(-1.0 - (1 / 3) / np.sqrt(11 / 3), rel=1e-8)


def test_nesterov_takes_its_gradient_where_the_velocity_leads():
    # v ← μv - α∇f(θ + μv), θ ← θ + v: what ours moves is θ + μv.
    curvatures, a, mu = np.array([1.0, 5.0]), 0.1, 0.8
    theta, v = np.array([1.0, -1.0]), np.zeros(2)
    ahead, optimiser = theta.copy(), nn.Nesterov(a, mu)
    for _ in range(20):
        v = mu * v - a * curvatures * (theta + mu * v)
        theta = theta + v
        optimiser.step([ahead], [curvatures * ahead])
        np.testing.assert_allclose(ahead, theta + mu * v, rtol=1e-11, atol=1e-14)


def test_momentum_is_the_heavy_ball_of_polyak():
    # x_{t+1} = x_t - α∇f(x_t) + μ(x_t - x_{t-1}), also while α changes
    rate, mu = nn.exponential_decay(0.1, 0.9), 0.8
    before = now = np.array([1.0])
    weights, optimiser = now.copy(), nn.Momentum(rate, mu)
    for t in range(20):
        before, now = now, now - rate(t) * 2 * now + mu * (now - before)
        optimiser.step([weights], [2 * weights])
        np.testing.assert_allclose(weights, now, rtol=1e-11, atol=1e-14)


def test_a_reader_s_own_optimiser_gets_its_memory_from_zero():
    class Summed(nn.Optimiser):
        memory = ("total",)

        def _update(self, parameter, gradient, alpha, *kept):
            kept[0][...] += gradient
            parameter -= alpha * kept[0]

    weights, optimiser = np.zeros(2), Summed(0.5)
    optimiser.step([weights], [np.array([2.0, -4.0])])  # totals 2 and -4
    optimiser.step([weights], [np.array([2.0, 0.0])])  # totals 4 and -4
    assert weights.tolist() == [-0.5 * (2 + 4), 0.5 * (4 + 4)]


@pytest.mark.parametrize("name", ["Momentum", "Nesterov"])
def test_without_a_memory_it_is_plain_descent(name):
    plain, ours = start(), start()
    walk(nn.SGD(0.1), plain, 5)
    walk(getattr(nn, name)(0.1, mu=0.0), ours, 5)
    for a, b in zip(plain, ours, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-14)


@pytest.mark.parametrize("name", ["RMSProp", "Adam"])
def test_steps_do_not_depend_on_the_scale_of_the_gradients(name):
    small, large = np.zeros(3), np.zeros(3)
    one, other = MAKE[name](), MAKE[name]()
    for k in range(5):
        g = np.random.default_rng(k).normal(size=3)
        one.step([small], [g])
        other.step([large], [1000.0 * g])
    np.testing.assert_allclose(small, large, rtol=1e-5)  # but for ε


def test_plain_descent_through_an_optimiser_is_plain_descent():
    X, y = nn.make_moons(50, rng=np.random.default_rng(0))
    plain, ours = (nn.MultiLayerPerceptron(2, 5, 1, rng=np.random.default_rng(0)) for _ in "ab")
    plain.fit(X, y, n_epochs=5, alpha=0.5)
    ours.fit(X, y, n_epochs=5, optimiser=nn.SGD(0.5))
    for a, b in zip(plain.parameters(), ours.parameters(), strict=True):
        np.testing.assert_array_equal(a, b)
    with pytest.raises(RuntimeError, match="once more after each change of the weights"):
        ours.backward(y)


def test_the_schedule_is_followed_over_the_steps_of_all_epochs():
    seen = []

    def schedule(step):
        seen.append(step)
        return 0.1

    X, y = nn.make_moons(50, rng=np.random.default_rng(0))
    model = nn.MultiLayerPerceptron(2, 1, rng=np.random.default_rng(0))
    model.fit(X, y, n_epochs=2, batch_size=20, optimiser=nn.SGD(schedule))
    assert seen == [0, 1, 2, 3, 4, 5]
