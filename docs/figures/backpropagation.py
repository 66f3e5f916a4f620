"""What the chapter on backpropagation draws."""

import numpy as np

from figures.common import arrow, column, connect, neuron, word
from perceptrons import MultiLayerPerceptron, make_moons

RADIUS = 0.4
COLUMNS = (0.6, 3.1, 5.5)  # inputs, hidden neurons, output


def two_routes(pen):
    """A number that reaches another by two routes: values above, derivatives below."""
    figure, axes = pen.diagram((0.0, 6.6), (-1.85, 1.85))
    colour = pen.colour
    start, up, down, end = (0.6, 0.0), (3.3, 1.1), (3.3, -1.1), (6.0, 0.0)
    for tail, head in ((start, up), (start, down), (up, end), (down, end)):
        arrow(axes, tail, head, colour=colour.muted, shrink=RADIUS + 0.03)
    for place, text in ((start, "3"), (up, "6"), (down, "4"), (end, "24")):
        neuron(axes, place, colour=colour.ink, radius=RADIUS)
        word(axes, place, text, colour=colour.teal, weight="bold", zorder=3)
    for (x, y), text in ((start, "x"), (up, "u = 2x"), (down, "v = x + 1"), (end, "f = uv")):
        word(axes, (x, y + (0.62 if y >= 0 else -0.62)), text)
    labels = (
        ((1.75, 0.86), "∂u/∂x = 2"),
        ((1.75, -0.86), "∂v/∂x = 1"),
        ((4.85, 0.86), "∂f/∂u = v = 4"),
        ((4.85, -0.86), "∂f/∂v = u = 6"),
    )
    for place, text in labels:
        word(axes, place, text, colour=colour.red)
    return figure


def two_two_one(pen):
    """A network 2-2-1 with its numbers: on the way forward above, on the way back below."""
    model = MultiLayerPerceptron(2, 2, 1)
    model.W1, model.b1 = [[1.0, -1.0], [0.5, 1.0]], [-1.0, 1.0]
    model.W2, model.b2 = [[2.0], [-0.5]], [-1.0]
    X, y = np.array([[1.0, 2.0]]), np.array([1])
    model.forward(X)
    model.backward(y)
    figure, axes = pen.diagram((0.0, 6.6), (-6.35, 2.35))
    teal, red = pen.colour.teal, pen.colour.red
    forward, backward = _places(0.0), _places(-4.55)
    title = pen.say(fr="passe avant : les valeurs", en="forward pass: the values")
    word(axes, (0.2, 2.12), title, colour=teal, ha="left", weight="bold")
    _edges(axes, pen, forward, [model.W1, model.W2], pen.colour.muted)
    for layer, values in zip(forward, (model.A0, model.A1, model.A2), strict=True):
        _values(axes, pen, layer, values[0], teal)
    _names(axes, forward, [("x₁", "x₂"), ("h₁", "h₂"), ("ŷ",)])
    for layer, biases in zip(forward[1:], (model.b1, model.b2), strict=True):
        for (x, y0), bias in zip(layer, biases, strict=True):
            word(axes, (x, y0 - 0.66), f"b = {pen.number(bias)}", colour=pen.colour.muted)
    loss = pen.number(model.loss(X, y), 3)
    words = pen.say(fr=f"perte {loss}", en=f"loss {loss}")
    word(axes, (5.5, -1.35), words, colour=teal, weight="bold")
    title = pen.say(
        fr="passe arrière : les dérivées de la perte", en="backward pass: derivatives of the loss"
    )
    word(axes, (0.2, -2.42), title, colour=red, ha="left", weight="bold")
    _edges(axes, pen, backward, [model.dW1, model.dW2], red, backward=True)
    _values(axes, pen, backward[0], model.A0[0], pen.colour.muted, bold=False)
    for layer, values in zip(backward[1:], (model.dZ1, model.dZ2), strict=True):
        _values(axes, pen, layer, values[0], red)
    _names(axes, backward, [("x₁", "x₂"), ("δ₁¹", "δ₂¹"), ("δ²",)])
    return figure


def gradient_check_error(pen):
    """How far forward and central differences are from a gradient, step by step."""
    steps, errors = _differences()
    figure, (axes,) = pen.axes(height=4.1)
    pen.log(axes, x=True, y=True)
    axes.plot(steps, errors[0], color=pen.colour.orange, lw=1.8, ls=(0, (5, 1.5)))
    axes.plot(steps, errors[1], color=pen.colour.blue, lw=2.2)
    axes.set(xlim=(1e-12, 1e0), ylim=(1e-12, 1e1), xlabel=pen.say(fr="pas h", en="step h"))
    axes.set_ylabel(pen.say(fr="erreur relative", en="relative error"))
    axes.set(xticks=[10.0**k for k in range(-12, 1, 3)])
    axes.set(yticks=[10.0**k for k in range(-12, 2, 3)])
    axes.minorticks_off()
    forward = pen.say(fr="différence\nà droite", en="forward\ndifference")
    central = pen.say(fr="différence\ncentrée", en="central\ndifference")
    word(axes, (2e-6, 2e-3), forward, colour=pen.colour.orange)
    word(axes, (4e-2, 1e-9), central, colour=pen.colour.blue)
    rounding = pen.say(fr="arrondis", en="rounding")
    truncation = pen.say(fr="courbure", en="curvature")
    word(axes, (2e-10, 3e-1), f"← {rounding}", colour=pen.colour.muted)
    word(axes, (2e-3, 3e0), f"{truncation} →", colour=pen.colour.muted)
    return figure


def _differences():
    """Relative errors of both differences along the gradient of a smooth network's loss."""
    X, y = make_moons(60, rng=np.random.default_rng(0))
    model = MultiLayerPerceptron(2, 8, 1, hidden="tanh", rng=np.random.default_rng(0))
    model.forward(X)
    gradient = np.concatenate([part.ravel() for part in model.backward(y)])
    start = [parameter.copy() for parameter in model.parameters()]
    steps = 10.0 ** np.linspace(-12, 0, 61)

    def losses(h):
        """The loss after each parameter in turn has moved by h."""
        values = []
        for parameter, kept in zip(model.parameters(), start, strict=True):
            for index in np.ndindex(kept.shape):
                parameter[index] = kept[index] + h
                values.append(model.loss(X, y))
                parameter[index] = kept[index]
        return np.array(values)

    here, scale = model.loss(X, y), np.abs(gradient).max()
    errors = [
        (
            np.abs((losses(h) - here) / h - gradient).max() / scale,
            np.abs((losses(h) - losses(-h)) / (2 * h) - gradient).max() / scale,
        )
        for h in steps
    ]
    return steps, np.array(errors).T


def _places(middle):
    sizes = (2, 2, 1)
    return [column(x, size, gap=1.9, middle=middle) for x, size in zip(COLUMNS, sizes, strict=True)]


def _edges(axes, pen, layers, numbers, colour, *, backward=False):
    """Draw the connections, each with its number on the side where no other line passes."""
    for left, right, matrix in zip(layers, layers[1:], numbers, strict=False):
        tails, heads = (right, left) if backward else (left, right)
        connect(axes, tails, heads, colour=pen.colour.muted, radius=RADIUS + 0.03)
        for i, row in enumerate(matrix):
            for j, number in enumerate(row):
                (x0, y0), (x1, y1) = left[i], right[j]
                outwards = 0.22 if i == 0 else -0.22
                if len(right) == 1:
                    place = ((x0 + x1) / 2, (y0 + y1) / 2 + outwards)
                elif i == j:  # level, at the top or at the bottom
                    place = (x0 + 0.4 * (x1 - x0), y0 + outwards)
                else:  # crossing: near its input, between the level line and its own
                    place = (x0 + 0.41 * (x1 - x0), y0 - 1.7 * outwards)
                word(axes, place, pen.number(number), colour=colour)


def _values(axes, pen, layer, values, colour, *, bold=True):
    for place, value in zip(layer, values, strict=True):
        neuron(axes, place, colour=colour, radius=RADIUS)
        weight = "bold" if bold else "normal"
        word(axes, place, pen.number(value), colour=colour, weight=weight, zorder=3)


def _names(axes, layers, names):
    for layer, texts in zip(layers, names, strict=True):
        for (x, y), text in zip(layer, texts, strict=True):
            word(axes, (x, y + 0.62), text)
