"""What the chapter on the perceptron draws."""

import numpy as np
from matplotlib.patches import FancyBboxPatch

from figures.common import arrow, column, connect, neuron, word
from perceptrons.datasets import make_blobs
from perceptrons.metrics import accuracy
from perceptrons.perceptron import Adaline, Perceptron, to_01, to_pm1

RADIUS = 0.32


def perceptron_diagram(pen):
    """One neuron that tells two classes apart; several, with softmax, for several classes."""
    figure, axes = pen.diagram((0.0, 6.0), (-4.75, 1.95))
    _two_classes(axes, pen, 0.3)
    _several_classes(axes, pen, -2.95)
    return figure


def perceptron_training(pen):
    """Four moments of ADALINE on two clouds that overlap, with loss and accuracy."""
    X, y = make_blobs(200, noise=1.0, rng=np.random.default_rng(0))
    model = Adaline(2, n_iter=20, alpha=0.05, weights=(-1.0, 0.15), bias=0.5).fit(X, to_pm1(y))
    figure, axes = pen.axes(2, 2, height=6.7, sharex=True, sharey=True)
    for panel, moment in zip(axes, (0, 3, 7, 20), strict=True):
        number, w, b, loss = model.history[moment]
        panel.set(xlim=(-4.2, 4.2), ylim=(-4.2, 4.2), xticks=(-3, 0, 3), yticks=(-3, 0, 3))
        pen.half_planes(panel, w, b)
        pen.points(panel, X, y, size=12)
        right = accuracy(y, (X @ w + b >= 0).astype(int))
        title = pen.say(fr=f"itération {number}", en=f"iteration {number}")
        cost = pen.say(fr="perte", en="loss") + f" {pen.number(loss, 2)}"
        share = pen.say(fr="exactitude", en="accuracy") + f" {pen.number(right, 2)}"
        panel.set_title(f"{title}\n{cost}\n{share}")
    for panel in axes[2:]:
        panel.set_xlabel("x₁")
    for panel in axes[::2]:
        panel.set_ylabel("x₂")
    return figure


def perceptron_turns(pen):
    """The line of Rosenblatt's perceptron: a mistake is circled, then the line turns."""
    X, y = make_blobs(
        40, noise=0.6, rng=np.random.default_rng(7), centers=((-1.0, -0.6), (1.0, 0.9))
    )
    history = Perceptron(2).fit(X, to_pm1(y)).history
    wrong = [update.sample for update in history[1:]]  # what the next correction is about
    lines = [(*update.weights, update.bias) for update in history]
    predictions = [to_01(np.where(X @ (u, v) + b >= 0, 1, -1)) for u, v, b in lines]
    return {
        "bounds": (-3.0, 3.0, -3.0, 3.0),
        "points": X,
        "classes": y,
        "labels": ("−1", "+1"),
        "step": {"fr": "correction", "en": "correction"},
        "steps": range(len(history)),
        "lines": lines,
        "marked": [*wrong, -1],
        "curves": [
            {
                "name": {"fr": "exactitude", "en": "accuracy"},
                "values": [accuracy(y, prediction) for prediction in predictions],
            }
        ],
    }


def xor_lines(pen):
    """The four points of exclusive or, and two lines that each miss one of them."""
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    labels = np.array([0, 1, 1, 0])
    lines = [
        (pen.say(fr="droite du OU", en="OR line"), (1.0, 1.0), -0.5),
        (pen.say(fr="droite du NON-ET", en="NAND line"), (-1.0, -1.0), 1.5),
    ]
    figure, axes = pen.axes(1, 2, height=3.3, sharey=True)
    for panel, (name, w, b) in zip(axes, lines, strict=True):
        panel.set(xlim=(-0.5, 1.5), ylim=(-0.5, 1.5), xticks=(0, 1), yticks=(0, 1), aspect="equal")
        pen.half_planes(panel, w, b)
        pen.points(panel, corners, labels, size=110)
        (missed,) = corners[(corners @ w + b >= 0) != labels]
        panel.plot(*missed, "x", color=pen.colour.red, markersize=24, markeredgewidth=2.4)
        right = pen.say(fr="3 points sur 4", en="3 points out of 4")
        panel.set_title(f"{name}\n{right}")
        panel.set_xlabel("x₁")
    axes[0].set_ylabel("x₂")
    return figure


def _two_classes(axes, pen, y):
    colour = pen.colour
    word(
        axes,
        (0.1, y + 1.45),
        pen.say(fr="Deux classes", en="Two classes"),
        ha="left",
        weight="bold",
    )
    inputs = column(0.55, 3, gap=0.85, middle=y)
    total = (2.55, y)
    connect(axes, inputs, [total], colour=colour.muted, radius=RADIUS + 0.03, width=1.2)
    for place, text in zip(inputs, ("x₁", "x₂", "1"), strict=True):
        neuron(
            axes, place, text, colour=colour.muted if text == "1" else colour.blue, radius=RADIUS
        )
    for (x0, y0), text, lift in zip(inputs, ("w₁", "w₂", "b"), (0.27, 0.2, 0.27), strict=True):
        at = 0.42
        up = -lift if text == "b" else lift
        word(axes, (x0 + at * (total[0] - x0), y0 + at * (y - y0) + up), text, colour=colour.muted)
    neuron(axes, total, "Σ", colour=colour.ink, radius=RADIUS, size=1.15)
    step = (4.05, y)
    arrow(axes, total, step, colour=colour.muted, shrink=RADIUS + 0.03)
    word(axes, (3.3, y + 0.25), "z", colour=colour.muted)
    neuron(axes, step, colour=colour.ink, radius=RADIUS)
    axes.plot([3.87, 4.05, 4.05, 4.23], [y - 0.13, y - 0.13, y + 0.13, y + 0.13], color=colour.ink)
    out = (5.55, y)
    arrow(axes, step, out, colour=colour.muted, shrink=RADIUS + 0.03)
    neuron(axes, out, "ŷ", colour=colour.orange, radius=RADIUS)
    word(
        axes, (step[0], y - 0.62), pen.say(fr="seuil à 0", en="threshold at 0"), colour=colour.muted
    )
    word(axes, (5.4, y + 0.62), pen.say(fr="−1 ou +1", en="−1 or +1"), colour=colour.muted)


def _several_classes(axes, pen, y):
    colour = pen.colour
    title = pen.say(fr="Plusieurs classes", en="Several classes")
    word(axes, (0.1, y + 1.65), title, ha="left", weight="bold")
    inputs = column(0.55, 3, gap=0.95, middle=y)
    totals = column(2.55, 3, gap=0.95, middle=y)
    outputs = column(5.55, 3, gap=0.95, middle=y)
    connect(axes, inputs[:2], totals, colour=colour.muted, radius=RADIUS + 0.03)
    connect(axes, inputs[2:], totals, colour=colour.muted, radius=RADIUS + 0.03, alpha=0.5)
    for place, text in zip(inputs, ("x₁", "x₂", "1"), strict=True):
        neuron(
            axes, place, text, colour=colour.muted if text == "1" else colour.blue, radius=RADIUS
        )
    word(axes, (1.55, y + 1.22), "W, b", colour=colour.muted)
    left, right = 3.75, 4.35
    axes.add_patch(_box(left, y - 1.3, right - left, 2.6, colour.ink))
    word(axes, ((left + right) / 2, y), "softmax", rotation=90, va="center")
    for index, (total, out) in enumerate(zip(totals, outputs, strict=True)):
        neuron(axes, total, "Σ", colour=colour.ink, radius=RADIUS, size=1.15)
        start, end = (total[0] + RADIUS + 0.03, total[1]), (left - 0.03, total[1])
        arrow(axes, start, end, colour=colour.muted)
        word(axes, (3.3, total[1] + 0.24), "z" + "₁₂₃"[index], colour=colour.muted)
        arrow(axes, (right + 0.03, out[1]), (out[0] - RADIUS - 0.03, out[1]), colour=colour.muted)
        neuron(axes, out, "p" + "₁₂₃"[index], colour=colour.orange, radius=RADIUS)
    word(axes, (5.95, y - 1.6), "p₁ + p₂ + p₃ = 1", colour=colour.muted, ha="right")


def _box(x, y, width, height, colour):
    return FancyBboxPatch(
        (x, y), width, height, boxstyle="round,pad=0,rounding_size=0.12",
        facecolor="none", edgecolor=colour, linewidth=1.6,
    )  # fmt: skip
