"""What the chapter on activation functions draws."""

from functools import partial

import numpy as np

from perceptrons import MultiLayerPerceptron
from perceptrons.activations import (
    d_elu,
    d_gelu,
    d_leaky_relu,
    d_relu,
    d_sigmoid,
    d_tanh,
    elu,
    gelu,
    leaky_relu,
    relu,
    sigmoid,
    tanh,
)

SLOPE = 0.1  # ten times the usual one, which could not be told from 0 at this scale
DEPTH = 21  # hidden layers of the networks in which the gradient travels back


def activation_functions(pen):
    """Six activation functions, each with its derivative, on a common scale."""
    leaky = partial(leaky_relu, slope=SLOPE), partial(d_leaky_relu, slope=SLOPE)
    functions = [
        (pen.say(fr="sigmoïde σ", en="sigmoid σ"), sigmoid, d_sigmoid),
        ("tanh", tanh, d_tanh),
        ("ReLU", relu, d_relu),
        (pen.say(fr="ReLU à fuite", en="leaky ReLU"), *leaky),
        ("ELU", elu, d_elu),
        ("GELU", gelu, d_gelu),
    ]
    figure, axes = pen.axes(3, 2, height=6.6, sharex=True, sharey=True)
    for panel, (name, phi, d_phi) in zip(axes, functions, strict=True):
        _with_derivative(panel, pen, phi, d_phi)
        panel.set_title(name)
    for panel in axes[-2:]:
        panel.set_xlabel("z")
    axes[0].text(-3.8, 1.8, "φ(z)", color=pen.colour.blue)
    slope = pen.say(fr="dérivée φ′(z)", en="derivative φ′(z)")
    axes[0].text(-3.8, 1.3, slope, color=pen.colour.orange)
    return figure


def vanishing_gradient(pen):
    """What is left of the gradient, layer after layer on its way back, for three activations."""
    figure, (panel,) = pen.axes(height=4.2)
    layers = np.arange(DEPTH)
    colour = pen.colour
    bound = 0.25**layers
    panel.plot(layers, bound, color=colour.muted, lw=1.4, ls=(0, (4, 2)))
    for hidden, ink, marker in (
        ("relu", colour.teal, "o"),
        ("tanh", colour.blue, "s"),
        ("sigmoid", colour.orange, "D"),
    ):
        left = np.exp(np.mean([np.log(_norms(hidden, seed)) for seed in range(5)], axis=0))
        panel.plot(layers, left, color=ink, marker=marker, markersize=4.5, markevery=2)
    pen.log(panel, y=True)
    panel.set(xlim=(0, DEPTH - 1), xticks=[0, 5, 10, 15, 20], ylim=(1e-13, 30.0))
    panel.set_yticks([1.0, 1e-3, 1e-6, 1e-9, 1e-12])
    panel.set_xlabel(pen.say(fr="couches remontées", en="layers travelled back"))
    panel.set_ylabel(pen.say(fr="norme du gradient, relative", en="relative norm of the gradient"))
    words = (
        ((14.0, 2.2), "ReLU", colour.teal),
        ((14.0, 6e-3), "tanh", colour.blue),
        ((12.6, 1.6e-6), pen.say(fr="sigmoïde", en="sigmoid"), colour.orange),
        ((6.2, 3e-7), "(1/4)ᵏ", colour.muted),
    )
    for place, text, ink in words:
        panel.text(*place, text, color=ink)
    return figure


def _norms(hidden, seed):
    """Norms of ∂L/∂Z of the hidden layers, from the last to the first, relative to the last."""
    model = MultiLayerPerceptron(*[64] * (DEPTH + 1), 1, hidden=hidden, rng=_rng(seed))
    X, y = _rng(100 + seed).normal(size=(100, 64)), np.arange(100) % 2
    model.forward(X)
    model.backward(y)
    norms = np.array([np.linalg.norm(model.dZ[layer]) for layer in range(DEPTH, 0, -1)])
    return norms / norms[0]


def _rng(seed):
    return np.random.default_rng(seed)


def _with_derivative(panel, pen, phi, d_phi):
    z = np.linspace(-4.0, 4.0, 401)
    panel.axhline(0.0, color=pen.colour.grid, linewidth=0.8, zorder=0)
    panel.axvline(0.0, color=pen.colour.grid, linewidth=0.8, zorder=0)
    panel.plot(z, phi(z), color=pen.colour.blue, linewidth=2.4)
    for side in (z[z < 0], z[z > 0]):  # the derivative of ReLU jumps at 0: no line through it
        panel.plot(side, d_phi(side), color=pen.colour.orange, dashes=(4, 2))
    panel.set(xlim=(-4, 4), ylim=(-1.25, 2.25), xticks=[-4, -2, 0, 2, 4], yticks=[-1, 0, 1, 2])
