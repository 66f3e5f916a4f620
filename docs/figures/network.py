"""What the chapter on the multilayer perceptron draws."""

from itertools import pairwise

import numpy as np

from figures.common import arrow, column, connect, neuron, word
from perceptrons import MultiLayerPerceptron, make_circles, relu, sigmoid

RADIUS = 0.34
COLUMNS = (0.75, 2.45, 4.15, 5.85)  # inputs, two hidden layers, outputs
SIZES = (2, 3, 3, 2)


def multilayer_perceptron(pen):
    """A network with two hidden layers, the way forward above it and the way back below."""
    figure, axes = pen.diagram((0.0, 6.6), (-3.2, 2.85))
    colour = pen.colour
    layers = [column(x, size, gap=0.95) for x, size in zip(COLUMNS, SIZES, strict=True)]
    biases = [(x, 1.72) for x in COLUMNS[:-1]]
    for left, right, bias in zip(layers, layers[1:], biases, strict=False):
        connect(axes, [bias], right, colour=colour.muted, radius=RADIUS, alpha=0.45)
        connect(axes, left, right, colour=colour.muted, radius=RADIUS)
    for bias in biases:
        neuron(axes, bias, "1", colour=colour.muted, radius=0.24, size=0.9)
    hues = (colour.blue, colour.ink, colour.ink, colour.orange)
    for depth, (layer, hue) in enumerate(zip(layers, hues, strict=True)):
        for index, place in enumerate(layer, start=1):
            neuron(axes, place, _letter(depth, index), colour=hue, radius=RADIUS)
    for depth, (left, right) in enumerate(pairwise(COLUMNS), start=1):
        name = f"W{_up(depth)}, b{_up(depth)}"
        word(axes, ((left + right) / 2, -1.62), name, colour=colour.muted)
    names = [
        pen.say(fr="couche\nd’entrée", en="input\nlayer"),
        pen.say(fr="couche\ncachée 1", en="hidden\nlayer 1"),
        pen.say(fr="couche\ncachée 2", en="hidden\nlayer 2"),
        pen.say(fr="couche\nde sortie", en="output\nlayer"),
    ]
    for x, name in zip(COLUMNS, names, strict=True):
        word(axes, (x, -2.2), name, va="center")
    _ways(axes, pen)
    return figure


def xor_solution(pen):
    """Exclusive or in the plane of the inputs, and in the plane of two hidden neurons."""
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    labels = np.array([0, 1, 1, 0])
    figure, (before, after) = pen.axes(1, 2, height=3.5)
    limits = {"xlim": (-0.5, 2.5), "ylim": (-0.5, 2.5), "aspect": "equal"}
    ticks = {"xticks": (0, 1, 2), "yticks": (0, 1, 2)}
    before.set(**limits, **ticks, xlabel="x₁", ylabel="x₂")
    pen.shade(before, *_xor_plane())
    before.set_title(pen.say(fr="entrées", en="inputs"))
    pen.points(before, corners, labels, size=90)
    after.set(**limits, **ticks, xlabel="h₁", ylabel="h₂")
    pen.half_planes(after, (2.0, -4.0), -1.0)
    after.set_title(pen.say(fr="couche cachée", en="hidden layer"))
    pen.points(after, _xor_hidden(corners), labels, size=90)
    after.text(1.12, -0.3, "×2", color=pen.colour.ink)
    return figure


def _xor_plane():
    ticks = np.linspace(-0.5, 2.5, 61)
    plane = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    score = _xor_score(_xor_hidden(plane)).reshape(61, 61)
    return ticks, ticks, 0.5 + score / 20


def _xor_hidden(points):
    return relu(points.sum(axis=1, keepdims=True) - np.array([0.0, 1.0]))


def _xor_score(hidden):
    return hidden @ np.array([2.0, -4.0]) - 1.0


def hidden_space(pen):
    """Two circles as they are given, and as the last hidden layer of a trained network has them."""
    X, y = make_circles(400, noise=0.15, rng=np.random.default_rng(0))
    model = MultiLayerPerceptron(2, 8, 2, 1, hidden="tanh", rng=np.random.default_rng(0))
    model.fit(X, y, n_epochs=1000, alpha=0.5)
    figure, (before, after) = pen.axes(2, 1, width=4.4, height=8.4)
    before.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), aspect="equal", xlabel="x₁", ylabel="x₂")
    before.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    before.set_title(pen.say(fr="entrées", en="inputs"))
    pen.regions(before, lambda points: model.predict_proba(points)[:, 0], resolution=61)
    after.set(xlim=(-1.12, 1.12), ylim=(-1.12, 1.12), aspect="equal", xlabel="h₁", ylabel="h₂")
    after.set(xticks=(-1, 0, 1), yticks=(-1, 0, 1))
    after.set_title(pen.say(fr="seconde couche cachée", en="second hidden layer"))
    pen.half_planes(after, model.W3[:, 0], model.b3[0])
    steps = np.linspace(-1.5, 1.5, 13)
    along = np.linspace(-1.5, 1.5, 121)
    for step in steps:  # the grid of the plane, and what the two layers make of it
        for line in ((np.full(121, step), along), (along, np.full(121, step))):
            line = np.column_stack(line)
            for panel, drawn in ((before, line), (after, _hidden(model, line))):
                panel.plot(*drawn.T, color=pen.colour.muted, lw=0.7, alpha=0.6, zorder=1)
    pen.points(before, X[:160], y[:160], size=12)
    pen.points(after, _hidden(model, X[:160]), y[:160], size=12)
    return figure


def _hidden(model, points):
    model.forward(points)
    return model.A2


def decision_regions(pen):
    """What networks with 1, 2, 4 and 16 hidden neurons answer on two circles."""
    X, y = make_circles(400, noise=0.15, rng=np.random.default_rng(0))
    figure, panels = pen.axes(2, 2, height=6.0, sharex=True, sharey=True)
    for panel, width in zip(panels, (1, 2, 4, 16), strict=True):
        model = MultiLayerPerceptron(2, width, 1, rng=np.random.default_rng(1))
        model.fit(X, y, n_epochs=1000, alpha=0.5)
        panel.set(xlim=(-1.6, 1.6), ylim=(-1.6, 1.6), xticks=(-1, 0, 1), yticks=(-1, 0, 1))
        panel.set_aspect("equal")
        pen.regions(
            panel, lambda points, model=model: model.predict_proba(points)[:, 0], resolution=61
        )
        pen.points(panel, X[:120], y[:120], size=10)
        plural = "" if width == 1 else "s"
        panel.set_title(pen.say(fr=f"{width} neurone{plural}", en=f"{width} neuron{plural}"))
    return figure


def relu_regions(pen):
    """The plane cut by four hidden neurons, then cut again by four neurons of a second layer."""
    figure, panels = pen.axes(1, 2, height=3.3, sharey=True)
    ticks = np.linspace(-2.0, 2.0, 241)
    plane = np.stack(np.meshgrid(ticks, ticks), axis=-1).reshape(-1, 2)
    rng = np.random.default_rng(2)
    model = MultiLayerPerceptron(2, 4, 4, 1, rng=rng)
    model.b1, model.b2 = rng.uniform(-1, 1, 4), rng.uniform(-1, 1, 4)
    model.forward(plane)
    names = (
        pen.say(fr="couche 1", en="layer 1"),
        pen.say(fr="couches 1 et 2", en="layers 1 and 2"),
    )
    for panel, name, depth in zip(panels, names, (1, 2), strict=True):
        for layer, ink, style in ((1, pen.colour.blue, "-"), (2, pen.colour.orange, "--")):
            for values in model.Z[layer].T if layer <= depth else ():
                panel.contour(
                    ticks, ticks, values.reshape(241, 241), levels=[0.0], colors=[ink],
                    linewidths=1.7, linestyles=style,
                )  # fmt: skip
        panel.set(xlim=(-2, 2), ylim=(-2, 2), xticks=(-2, 0, 2), yticks=(-2, 0, 2), xlabel="x₁")
        panel.set_aspect("equal")
        panel.set_title(name)
    panels[0].set_ylabel("x₂")
    return figure


def bumps(pen):
    """A bump is the difference of two steps; side by side, bumps follow a sine."""
    figure, (top, bottom) = pen.axes(2, 1, height=6.4)
    colour = pen.colour
    x = np.linspace(0.0, 2 * np.pi, 801)
    up, down = sigmoid(20 * (x - 2)), sigmoid(20 * (x - 4))
    top.plot(x, up, color=colour.blue, lw=1.6, ls=(0, (5, 2)))
    top.plot(x, -down, color=colour.orange, lw=1.6, ls=(0, (1, 1.2)))
    top.plot(x, up - down, color=colour.ink, lw=2.4)
    top.set(ylim=(-1.25, 1.45), yticks=(-1, 0, 1))
    top.set_title(pen.say(fr="deux marches font une bosse", en="two steps make a bump"))
    bottom.plot(x, np.sin(x), color=colour.muted, lw=2.0)
    for k, ink, dashes in ((6, colour.orange, (0, (5, 1.5))), (24, colour.blue, "solid")):
        edges = np.linspace(0.0, 2 * np.pi, k + 1)
        steps = sigmoid(200 * (x[:, None] - edges))
        heights = np.sin((edges[1:] + edges[:-1]) / 2)
        bottom.plot(x, (steps[:, :-1] - steps[:, 1:]) @ heights, color=ink, lw=1.6, ls=dashes)
    bottom.set(ylim=(-1.25, 1.45), yticks=(-1, 0, 1), xlabel="x")
    names = pen.say(fr="6 bosses", en="6 bumps"), pen.say(fr="24 bosses", en="24 bumps")
    bottom.text(3.6, 0.95, names[0], color=colour.orange)
    bottom.text(3.6, 0.6, names[1], color=colour.blue)
    bottom.text(3.6, 0.25, "sin x", color=colour.muted)
    for panel in (top, bottom):
        panel.set(xlim=(0, 2 * np.pi), xticks=range(7))
    return figure


def _ways(axes, pen):
    teal, red = pen.colour.teal, pen.colour.red
    arrow(axes, (0.4, 2.25), (6.2, 2.25), colour=teal, width=2.4, head=16)
    forward = pen.say(fr="passe avant : de X à la perte ℒ", en="forward pass: from X to the loss ℒ")
    word(axes, (3.3, 2.58), forward, colour=teal)
    arrow(axes, (6.2, -2.65), (0.4, -2.65), colour=red, width=2.4, head=16)
    backward = pen.say(fr="passe arrière : ∂ℒ/∂W et ∂ℒ/∂b", en="backward pass: ∂ℒ/∂W and ∂ℒ/∂b")
    word(axes, (3.3, -2.98), backward, colour=red)


def _letter(depth, index):
    if depth == 0:
        return "x" + "₁₂₃"[index - 1]
    if depth == len(SIZES) - 1:
        return "ŷ" + "₁₂₃"[index - 1]
    return "φ"


def _up(number):
    return "⁰¹²³"[number]
