"""What the introduction draws: the nested words, the toy data and the years."""

import numpy as np
from matplotlib.colors import to_rgba
from matplotlib.patches import Ellipse

from figures.common import word
from perceptrons import make_blobs, make_circles, make_moons, make_spirals, make_xor

YEARS = (
    (1943, "McCulloch, Pitts", "neurone formel", "formal neuron"),
    (1957, "Rosenblatt", "perceptron", "perceptron"),
    (1969, "Minsky, Papert", "ses limites", "its limits"),
    (1986, "Rumelhart, Hinton…", "rétropropagation", "backpropagation"),
    (1989, "LeCun…", "codes postaux", "zip codes"),
    (1997, "Hochreiter, Schmidhuber", "LSTM", "LSTM"),
    (2012, "Krizhevsky…", "ImageNet", "ImageNet"),
    (2017, "Vaswani…", "transformeur", "transformer"),
)

WORDS = (  # height, French, English, colour of a set's name
    (4.3, "Intelligence artificielle", "Artificial intelligence", "blue"),
    (3.65, "systèmes experts, échecs", "expert systems, chess", ""),
    (3.1, "par exploration des coups", "by searching moves", ""),
    (1.75, "Apprentissage automatique", "Machine learning", "teal"),
    (1.1, "régression logistique,", "logistic regression,", ""),
    (0.55, "classification bayésienne naïve", "naive Bayes classifier", ""),
    (-0.18, "MLP à une couche cachée", "MLP with one hidden layer", ""),
    (-1.75, "Apprentissage profond", "Deep learning", "orange"),
    (-2.45, "réseaux convolutifs (CNN),", "convolutional networks (CNN),", ""),
    (-3.0, "récurrents (RNN, LSTM),", "recurrent networks (RNN, LSTM),", ""),
    (-3.55, "transformeurs", "transformers", ""),
)


def ai_ml_dl(pen):
    """Deep learning inside machine learning inside artificial intelligence, with examples."""
    figure, axes = pen.diagram((-5.0, 5.0), (-5.15, 5.15))
    colour = pen.colour
    for width, height, y, ink in (
        (9.8, 10.1, 0.0, colour.blue),
        (7.9, 7.3, -1.2, colour.teal),
        (5.9, 4.0, -2.65, colour.orange),
    ):
        axes.add_patch(Ellipse((0.0, y), width, height, fc=to_rgba(ink, 0.1), ec=ink, lw=1.8))
    for y, fr, en, ink in WORDS:
        bold = "bold" if ink else "normal"
        word(axes, (0.0, y), pen.say(fr=fr, en=en), colour=getattr(colour, ink, None), weight=bold)
    return figure


def toy_datasets(pen):
    """The five toy data sets, each with two classes."""
    figure, panels = pen.axes(3, 2, height=7.4)
    makers = (
        (make_blobs, 1.0, pen.say(fr="taches", en="blobs")),
        (make_circles, 0.1, pen.say(fr="cercles", en="circles")),
        (make_moons, 0.1, pen.say(fr="croissants", en="moons")),
        (make_xor, 0.1, "XOR"),
        (make_spirals, 0.05, pen.say(fr="spirales", en="spirals")),
    )
    for axes, (make, noise, name) in zip(panels, makers, strict=False):
        X, y = make(160, noise=noise, rng=np.random.default_rng(0))
        pen.points(axes, X, y, size=15)
        axes.set_title(name)
        axes.set_aspect("equal", adjustable="datalim")
        axes.set(xticks=[], yticks=[])
        for side in axes.spines.values():
            side.set(visible=True, color=pen.colour.grid)
    panels[-1].set_axis_off()
    drawn = pen.points(panels[-1], np.full((2, 2), np.nan), np.array([0, 1]), size=40)
    names = [pen.say(fr=f"classe {k}", en=f"class {k}") for k in (0, 1)]
    panels[-1].legend(drawn, names, loc="center")
    return figure


def timeline(pen):
    """Eight years between 1943 and 2017, to scale: the gaps are what is seen."""
    figure, axes = pen.diagram((0.0, 6.0), (-0.3, 7.1))
    colour = pen.colour
    first, last = YEARS[0][0], YEARS[-1][0]
    axes.plot([1.0, 1.0], [0.0, 6.8], color=colour.muted, lw=1.6, solid_capstyle="round")
    for year, who, fr, en in YEARS:
        y = 6.8 * (last - year) / (last - first)
        axes.plot(1.0, y, "o", ms=8, color=colour.blue)
        word(axes, (0.82, y), str(year), ha="right", weight="bold")
        word(axes, (1.2, y), pen.say(fr=fr, en=en), ha="left")
        word(axes, (5.95, y), who, ha="right", colour=colour.muted)
    return figure
