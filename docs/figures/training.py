"""What the chapter on training draws: the film of a network that learns two noisy circles."""

import numpy as np

from perceptrons.datasets import make_circles
from perceptrons.metrics import accuracy
from perceptrons.network import MultiLayerPerceptron

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
