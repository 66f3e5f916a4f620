"""What the chapter on training draws: the film of a network that learns two noisy circles,
the same descent at four learning rates, and what starting weights make of a signal."""

import numpy as np

from figures.common import word
from perceptrons.activations import relu
from perceptrons.datasets import make_circles
from perceptrons.metrics import accuracy
from perceptrons.network import MultiLayerPerceptron
from perceptrons.preparation import initialise_glorot, initialise_he

# The article's 22 moments, then on to where nothing changes any more.
STEPS = [0, 1, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 19, 21, 23, 25, 29, 35, 45, 55, 73]
STEPS += [90, 110, 140, 180, 240, 320, 450, 650, 1000]
BOUND = 1.6
RESOLUTION = 64


def circles_training(pen):
    """The predictions over the plane while a network 2-16-1 learns by full-batch descent."""
    X, y = make_circles(1000, noise=0.15, rng=np.random.default_rng(0))
    model = MultiLayerPerceptron(2, 16, 1, rng=np.random.default_rng(1))
    ticks = np.linspace(-BOUND, BOUND, RESOLUTION)
    plane = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    grids, loss, right = [], [], []
    for iteration in range(STEPS[-1] + 1):
        if iteration in STEPS:
            grids.append(model.predict_proba(plane).reshape(RESOLUTION, RESOLUTION))
            loss.append(model.loss(X, y))
            right.append(accuracy(y, model.predict(X)))
        model.forward(X)
        model.backward(y)
        model.gradient_descent(0.5)
    return {
        "bounds": (-BOUND, BOUND, -BOUND, BOUND),
        "points": X,
        "classes": y,
        "step": {"fr": "itération", "en": "iteration"},
        "steps": STEPS,
        "logarithmic": True,
        "grids": grids,
        "curves": [
            {"name": {"fr": "perte", "en": "loss"}, "values": loss},
            {"name": {"fr": "exactitude", "en": "accuracy"}, "values": right},
        ],
    }


def learning_rates(pen):
    """The loss of one network on the circles of the film, at four learning rates."""
    X, y = make_circles(1000, noise=0.15, rng=np.random.default_rng(0))
    figure, (axes,) = pen.axes(height=4.0)
    pen.log(axes, y=True)
    colour = pen.colour
    lines = (
        (0.01, colour.magenta, (0, (1, 1.2)), (235, 0.86)),
        (0.1, colour.orange, (0, (5, 1.5)), (235, 0.36)),
        (1.0, colour.blue, "solid", (100, 0.056)),
        (10.0, colour.red, (0, (5, 1.5, 1, 1.5)), (235, 1.42)),
    )
    for alpha, ink, dashes, place in lines:
        model = MultiLayerPerceptron(2, 16, 1, rng=np.random.default_rng(1))
        model.fit(X, y, n_epochs=301, alpha=alpha)
        axes.plot(range(301), model.history.loss, color=ink, ls=dashes, lw=2.0)
        word(axes, place, f"α = {pen.number(alpha)}", colour=ink)
    axes.set(xlim=(0, 300), ylim=(0.02, 3.0), yticks=(0.1, 1.0))
    axes.minorticks_off()
    axes.set(xlabel=pen.say(fr="itération", en="iteration"), ylabel=pen.say(fr="perte", en="loss"))
    return figure


def initialisation_depth(pen):
    """The standard deviation of the signal, layer after layer, for three laws of the weights."""
    figure, (axes,) = pen.axes(height=3.9)
    pen.log(axes, y=True)
    laws = (
        (_unit, "N(0, 1)", pen.colour.red, (0, (5, 1.5)), (7.1, 2e6)),
        (initialise_he, "He", pen.colour.blue, "solid", (8.5, 5.5)),
        (initialise_glorot, "Glorot", pen.colour.orange, (0, (1, 1.2)), (7.1, 2.2e-2)),
    )
    for initialise, name, ink, dashes, place in laws:
        rng = np.random.default_rng(0)
        A = rng.normal(size=(1000, 64))
        spread = [A.std()]
        for _ in range(10):
            A = relu(A @ initialise(64, 64, rng))
            spread.append(A.std())
        axes.plot(range(11), spread, color=ink, ls=dashes, lw=2.0, marker="o", markersize=4)
        word(axes, place, name, colour=ink)
    axes.set(xlim=(0, 10.2), ylim=(1e-3, 1e9), xticks=(0, 2, 4, 6, 8, 10))
    axes.set(yticks=[10.0**k for k in (-3, 0, 3, 6, 9)])
    axes.minorticks_off()
    axes.set_xlabel(pen.say(fr="couche", en="layer"))
    axes.set_ylabel(pen.say(fr="écart type des sorties", en="standard deviation of the outputs"))
    return figure


def _unit(n_in, n_out, rng):
    return rng.normal(size=(n_in, n_out))
