"""What the chapter on the multilayer perceptron draws."""

from itertools import pairwise

from figures.common import arrow, column, connect, neuron, word

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


def _ways(axes, pen):
    teal, red = pen.colour.teal, pen.colour.red
    arrow(axes, (0.4, 2.25), (6.2, 2.25), colour=teal, width=2.4, head=16)
    forward = pen.say(fr="passe avant : de X à la perte L", en="forward pass: from X to the loss L")
    word(axes, (3.3, 2.58), forward, colour=teal)
    arrow(axes, (6.2, -2.65), (0.4, -2.65), colour=red, width=2.4, head=16)
    backward = pen.say(fr="passe arrière : ∂L/∂W et ∂L/∂b", en="backward pass: ∂L/∂W and ∂L/∂b")
    word(axes, (3.3, -2.98), backward, colour=red)


def _letter(depth, index):
    if depth == 0:
        return "x" + "₁₂₃"[index - 1]
    if depth == len(SIZES) - 1:
        return "ŷ" + "₁₂₃"[index - 1]
    return "φ"


def _up(number):
    return "⁰¹²³"[number]
