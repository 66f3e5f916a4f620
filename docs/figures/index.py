"""What the home page shows: the answers of the small network that it trains."""

import numpy as np

from perceptrons import MultiLayerPerceptron, make_circles


def home_circles(pen):
    """The answers over the plane of the home page's own network, and points that it never saw."""
    X, y = make_circles(1000, noise=0.15, rng=np.random.default_rng(0))
    model = MultiLayerPerceptron(2, 16, 1, rng=np.random.default_rng(1))
    model.fit(X, y, n_epochs=300, alpha=0.5)
    X_new, y_new = make_circles(1000, noise=0.15, rng=np.random.default_rng(2))
    figure, (axes,) = pen.axes(width=4.0, height=4.3)
    axes.set(xlim=(-1.45, 1.45), ylim=(-1.45, 1.45), aspect="equal", xticks=[], yticks=[])
    for side in axes.spines.values():
        side.set_visible(False)
    pen.regions(axes, lambda points: model.predict_proba(points)[:, 0], resolution=61)
    inside = (np.abs(X_new) < 1.4).all(axis=1)
    drawn = pen.points(axes, X_new[inside][:200], y_new[inside][:200], size=18)
    names = [pen.say(fr=f"classe {k}", en=f"class {k}") for k in (0, 1)]
    axes.legend(drawn, names, loc="upper center", bbox_to_anchor=(0.5, 0.0), ncols=2, fontsize=11)
    return figure
