"""What the chapter on activation functions draws."""

from functools import partial

import numpy as np

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
    axes[0].text(-3.8, 1.3, pen.say(fr="dérivée φ′(z)", en="slope φ′(z)"), color=pen.colour.orange)
    return figure


def _with_derivative(panel, pen, phi, d_phi):
    z = np.linspace(-4.0, 4.0, 401)
    panel.axhline(0.0, color=pen.colour.grid, linewidth=0.8, zorder=0)
    panel.axvline(0.0, color=pen.colour.grid, linewidth=0.8, zorder=0)
    panel.plot(z, phi(z), color=pen.colour.blue, linewidth=2.4)
    for side in (z[z < 0], z[z > 0]):  # the derivative of ReLU jumps at 0: no line through it
        panel.plot(side, d_phi(side), color=pen.colour.orange, dashes=(4, 2))
    panel.set(xlim=(-4, 4), ylim=(-1.25, 2.25), xticks=[-4, -2, 0, 2, 4], yticks=[-1, 0, 1, 2])
