"""What the chapter on logistic and softmax regression draws."""

import numpy as np

from perceptrons import SoftmaxRegression, d_sigmoid, make_blobs, sigmoid

CENTERS = [[0.0, 2.0], [-2.0, -1.0], [2.0, -1.0]]


def sigmoid_plane(pen):
    """The probability over the plane, for two neurons with the same boundary."""
    figure, panels = pen.axes(1, 2, height=3.1, sharey=True)
    direction = np.array([0.6, 0.8])
    levels = (0.05, 0.5, 0.95)
    for panel, length in zip(panels, (1.0, 3.0), strict=True):
        panel.set(xlim=(-4, 4), ylim=(-4, 4), xticks=[-4, 0, 4], yticks=[-4, 0, 4], aspect="equal")
        panel.set_title(f"‖w‖ = {pen.number(length)}")
        panel.set_xlabel("x₁")
        _bands(panel, pen, length * direction)
        for level in levels:
            score = np.log(level / (1 - level)) / length  # signed distance to the boundary
            _isoline(panel, pen, direction, score, level)
        panel.annotate(
            "", xy=1.5 * direction, xytext=(0, 0),
            arrowprops={"arrowstyle": "-|>", "color": pen.colour.ink, "linewidth": 1.6},
        )  # fmt: skip
    panels[0].text(0.95, 0.35, "w", ha="center", va="center", color=pen.colour.ink)
    panels[0].set_ylabel("x₂")
    return figure


def _bands(panel, pen, weights):
    """The probability in bands; on a plane of scores, four corners make exact contours."""
    ends = np.array([-4.0, 4.0])
    scores = weights[0] * ends + weights[1] * ends[:, None]
    for colour, towards in ((pen.colour.blue, -scores), (pen.colour.orange, scores)):
        for level in (0.5, 0.65, 0.8, 0.95):  # laid over each other: surer is stronger
            least = np.log(level / (1 - level))
            panel.contourf(ends, ends, towards, levels=[least, 99.0], colors=[colour], alpha=0.13)


def _isoline(panel, pen, direction, distance, level):
    """A line of equal probability; beside those far from the boundary, their value."""
    along = np.array([-direction[1], direction[0]])
    ends = distance * direction + np.array([[-8.0], [8.0]]) * along
    style = "-" if level == 0.5 else "--"
    panel.plot(*ends.T, color=pen.colour.ink, linewidth=1.0, linestyle=style)
    if level == 0.5:
        return
    outwards, sideways = (0.62, 0.4) if level > 0.5 else (-0.62, 1.2)
    at = (distance + outwards) * direction + sideways * along
    panel.text(*at, pen.number(level), ha="center", va="center", color=pen.colour.ink)


def bce_against_mse(pen):
    """The slope of two losses against the score of a sample of class 1."""
    figure, (panel,) = pen.axes(1, 1, height=3.4)
    z = np.linspace(-8.0, 4.0, 481)
    gap = sigmoid(z) - 1.0
    panel.axhline(0.0, color=pen.colour.grid, zorder=0)
    panel.axvline(-6.0, color=pen.colour.muted, linewidth=1.0, linestyle=":")
    panel.plot(z, gap, color=pen.colour.blue)
    panel.plot(z, 2.0 * gap * d_sigmoid(z), color=pen.colour.orange, dashes=(5, 2))
    for value, colour in ((gap, pen.colour.blue), (2.0 * gap * d_sigmoid(z), pen.colour.orange)):
        at = float(np.interp(-6.0, z, value))
        panel.plot([-6.0], [at], "o", color=colour)
        words = pen.number(at, 3)
        panel.text(-5.75, at + 0.04, words, color=colour)
    cross_entropy = pen.say(fr="entropie croisée", en="cross-entropy")
    squared_error = pen.say(fr="erreur quadratique", en="squared error")
    panel.text(0.4, -0.75, cross_entropy, color=pen.colour.blue)
    panel.text(-5.75, -0.27, squared_error, color=pen.colour.orange)
    panel.set(xlim=(-8, 4), ylim=(-1.1, 0.14), yticks=[-1, -0.5, 0])
    panel.set_xlabel(pen.say(fr="score z (étiquette 1)", en="score z (label 1)"))
    panel.set_ylabel(pen.say(fr="pente de la perte", en="slope of the loss"))
    return figure


def softmax_regions(pen):
    """Three clouds, and the region that softmax regression gives to each."""
    X, y = make_blobs(300, noise=0.9, rng=np.random.default_rng(0), centers=CENTERS)
    model = SoftmaxRegression(n_inputs=2, n_classes=3, n_iter=300, alpha=0.5).fit(X, y)
    figure, (panel,) = pen.axes(1, 1, height=4.4)
    panel.set(xlim=(-4.6, 4.6), ylim=(-3.6, 4.4), aspect="equal", xlabel="x₁", ylabel="x₂")
    x1, x2 = np.linspace(-4.6, 4.6, 91), np.linspace(-3.6, 4.4, 91)
    grid = np.stack(np.meshgrid(x1, x2), axis=-1)
    P = model.predict_proba(grid.reshape(-1, 2)).reshape(91, 91, 3)
    for k, colour in enumerate(pen.classes):
        lead = P[:, :, k] - np.delete(P, k, axis=2).max(axis=2)  # > 0 where class k wins
        for level in (0.0, 0.5, 0.9):  # laid over each other: surer is stronger
            panel.contourf(x1, x2, lead, levels=[level, 2.0], colors=[colour], alpha=0.13)
        panel.contour(x1, x2, lead, levels=[0.0], colors=[pen.colour.ink], linewidths=1.4)
    pen.points(panel, X, y)
    return figure
