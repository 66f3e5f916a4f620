"""The penalty on large weights, and early stopping."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import perceptrons as nn

QUICK = settings(max_examples=60, deadline=None)


# The penalty


def test_the_penalty_on_paper_spares_biases():
    # λ/2 (1 + 4 + 4) with λ = 2 is 9; its gradient is λW; the bias costs nothing.
    W, b = np.array([[1.0, -2.0, 2.0]]), np.array([100.0])
    value, (dW, db) = nn.l2_penalty([W, b], 2.0)
    assert value == 9.0 and dW.tolist() == [[2.0, -4.0, 4.0]] and db.tolist() == [0.0]
    assert nn.l2_penalty([], 2.0) == (0.0, [])


@QUICK
@given(st.one_of(st.just(0.0), st.floats(1e-3, 100.0)), st.integers(0, 2**32))
def test_the_gradient_of_the_penalty_is_measured(strength, seed):
    rng = np.random.default_rng(seed)
    parameters = [rng.normal(size=shape) for shape in [(2, 3), (3,), (2, 1, 2, 2), (2,)]]
    value, gradients = nn.l2_penalty(parameters, strength)
    assert value >= 0.0
    nn.check_gradient(lambda p: nn.l2_penalty(p, strength)[0], gradients, parameters)


@pytest.mark.parametrize(
    ("parameters", "strength", "got"),
    [
        ([np.ones((2, 2))], -1.0, "strength ≥ 0 .*got -1.0"),
        ([np.ones((2, 2))], np.nan, "strength .*got nan"),
        ([np.full((2, 2), np.nan)], 1.0, "parameters .*NaN"),
        ([np.full((2, 2), 1e200)], 1.0, "a penalty that a float64 can hold"),
    ],
)
def test_bad_penalties_are_refused_in_words(parameters, strength, got):
    with pytest.raises(ValueError, match=f"^l2_penalty expects {got}"):
        nn.l2_penalty(parameters, strength)


def test_a_penalty_makes_the_weights_smaller():
    X, y = nn.make_moons(100, rng=np.random.default_rng(0))
    sizes = {}
    for l2 in (0.0, 0.01, 0.1):
        rng = np.random.default_rng(0)
        layers = nn.Dense(2, 10, rng=rng), nn.Activation("tanh"), nn.Dense(10, 2, rng=rng)
        model = nn.Sequential(*layers, l2=l2).fit(X, y, n_epochs=200, alpha=0.5)
        sizes[l2] = nn.l2_penalty(model.parameters(), 1.0)[0]
    assert sizes[0.0] > 2 * sizes[0.01] > 4 * sizes[0.1]


# Early stopping


class Scripted:
    """A model whose only weight counts the epochs, and whose validation loss is written."""

    def __init__(self):
        self.weight = np.zeros(1)
        self.told = 0

    def parameters(self):
        return [self.weight]

    def weights_changed(self):
        self.told += 1


def play(stopping, values, metric="validation_loss"):
    """Return the model and the epoch at which ``stopping`` says to stop, if it does."""
    model, history = Scripted(), nn.History()
    for epoch, value in enumerate(values, start=1):
        model.weight[0] = epoch
        getattr(history, metric).append(value)
        if stopping(epoch, model, history):
            break
    stopping.finish(model)
    return model, epoch


@pytest.mark.parametrize(
    ("values", "patience", "stops", "best"),
    [
        ([5, 4, 3, 4, 4, 4, 4], 2, 5, 3),  # two epochs without a better one
        ([5, 4, 3, 4, 2, 3, 3, 3], 2, 7, 5),  # a better one starts the count again
        ([5, 5, 5], 1, 2, 1),  # equal is not better
        ([5, 4, 3], 2, 3, 3),  # patience does not run out
        ([5, 4, 6], 2, 3, 2),  # nor here, but the best weights come back all the same
    ],
)
def test_it_stops_when_patience_runs_out_and_the_best_weights_come_back(
    values, patience, stops, best
):
    stopping = nn.EarlyStopping(patience)
    model, epoch = play(stopping, values)
    assert (epoch, stopping.best_epoch, model.weight[0]) == (stops, best, best)
    assert stopping.best_value == values[best - 1] and model.told == 1
    assert stopping.stopped is (stops - best >= patience)


def test_an_accuracy_is_the_better_the_higher():
    stopping = nn.EarlyStopping(2, metric="validation_accuracy")
    model, _ = play(stopping, [0.5, 0.7, 0.6, 0.7, 0.9], "validation_accuracy")
    assert stopping.best_epoch == 2 and model.weight[0] == 2


def test_a_small_change_does_not_count_when_more_is_asked():
    stopping = nn.EarlyStopping(2, min_change=0.5)
    _, epoch = play(stopping, [5.0, 4.8, 4.6, 4.4])
    assert epoch == 3 and stopping.best_epoch == 1


@QUICK
@given(st.lists(st.floats(0.0, 10.0), min_size=1, max_size=30), st.integers(1, 8))
def test_the_weights_that_come_back_are_the_best_that_were_seen(values, patience):
    stopping = nn.EarlyStopping(patience)
    model, epoch = play(stopping, values)
    seen = values[:epoch]
    assert model.weight[0] == 1 + seen.index(min(seen))
    assert epoch == len(values) or epoch - stopping.best_epoch == patience


def test_one_object_serves_for_one_training_after_another():
    stopping = nn.EarlyStopping(2)
    play(stopping, [1.0, 2.0, 2.0])
    model, _ = play(stopping, [9.0, 8.0])
    assert stopping.best_value == 8.0 and model.weight[0] == 2 and not stopping.stopped


@pytest.mark.parametrize("optimiser", [None, nn.Adam(0.05)])
def test_fit_gives_back_the_weights_of_the_best_epoch(optimiser):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(20, 5)), rng.integers(0, 2, 20)
    held_out = rng.normal(size=(20, 5)), rng.integers(0, 2, 20)
    stopping = nn.EarlyStopping(5)
    model = nn.MultiLayerPerceptron(5, 20, 1, rng=rng)
    model.fit(X, y, n_epochs=200, optimiser=optimiser, validation=held_out, callback=stopping)
    history = model.history
    assert stopping.stopped and len(history) < 200  # labels at random: nothing can be learnt
    assert model.loss(*held_out) == stopping.best_value == min(history.validation_loss)
    assert history.validation_loss.index(stopping.best_value) + 1 == stopping.best_epoch


def test_bad_early_stopping_is_refused_in_words():
    with pytest.raises(ValueError, match=r"EarlyStopping expects patience .*got 0"):
        nn.EarlyStopping(0)
    with pytest.raises(ValueError, match=r"metric among validation_loss, .*got 'loss'"):
        nn.EarlyStopping(metric="loss")
    with pytest.raises(ValueError, match=r"min_change .*got -1"):
        nn.EarlyStopping(min_change=-1)
    with pytest.raises(ValueError, match="measure validation_loss, got a history without it: give"):
        nn.MultiLayerPerceptron(1, 1).fit([[0.0]], [0], callback=nn.EarlyStopping())
    with pytest.raises(RuntimeError, match="finish expects an epoch to have been seen"):
        nn.EarlyStopping().finish(Scripted())
