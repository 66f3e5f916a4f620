"""What the chapter on statistical learning draws: risks, losses and two fits."""

import numpy as np

from perceptrons import (
    binary_cross_entropy_from_logits,
    d_huber_loss,
    d_mean_squared_error,
    train_test_split,
)

RISK = 0.18  # of the threshold 0.6 under the law of the page: 0.1 + 0.8 · |0.6 − 0.5|


def risk_convergence(pen):
    """Twenty running averages of the 0-1 loss of a fixed model, closing in on its true risk."""
    figure, (axes,) = pen.axes(height=3.7)
    sizes = np.unique(np.geomspace(5, 10_000, 70).astype(int))
    rng = np.random.default_rng(0)
    for _ in range(20):
        mistakes = rng.random(sizes[-1]) < RISK
        average = (np.cumsum(mistakes) / np.arange(1, sizes[-1] + 1))[sizes - 1]
        axes.plot(sizes, average, color=pen.colour.blue, lw=0.9, alpha=0.55)
    width = 2.0 * np.sqrt(RISK * (1.0 - RISK) / sizes)
    axes.fill_between(
        sizes, np.maximum(RISK - width, 0.0), RISK + width, color=pen.colour.muted, alpha=0.18, lw=0
    )
    axes.axhline(RISK, color=pen.colour.ink, lw=1.6, ls=(0, (5, 2)))
    pen.log(axes, x=True)
    axes.set(xlim=(5, 10_000), ylim=(0.0, 0.62))
    axes.set_xlabel(pen.say(fr="nombre d’exemples n", en="number of examples n"))
    axes.set_ylabel(pen.say(fr="risque empirique", en="empirical risk"))
    text = pen.say(fr="risque réel", en="true risk") + f" {pen.number(RISK)}"
    axes.annotate(
        text,
        (1500, RISK),
        (700, 0.42),
        ha="center",
        arrowprops={"arrowstyle": "-", "color": pen.colour.muted},
    )
    return figure


def losses_against_margin(pen):
    """The 0-1 loss and three losses that stand in for it, against the margin (2y − 1) z."""
    figure, (axes,) = pen.axes(height=4.2)
    margin = np.linspace(-2.0, 3.0, 201)
    one = np.ones(1)
    logistic = [binary_cross_entropy_from_logits(one, np.array([m])) for m in margin]
    colour = pen.colour
    axes.step([-2.0, 0.0, 3.0], [1.0, 1.0, 0.0], where="pre", color=colour.ink, lw=2.6)
    axes.plot(margin, np.maximum(0.0, 1.0 - margin), color=colour.teal, ls=(0, (6, 2)))
    axes.plot(margin, logistic, color=colour.blue)
    axes.plot(margin, (1.0 - margin) ** 2, color=colour.orange, ls=(0, (1, 1.2)), lw=2.4)
    axes.axvline(0.0, color=colour.grid, lw=1.0, zorder=0)
    axes.set(xlim=(-2.0, 3.0), ylim=(-0.06, 3.6), yticks=[0, 1, 2, 3])
    axes.set_xlabel(pen.say(fr="marge m (négative : erreur)", en="margin m (negative: a mistake)"))
    axes.set_ylabel(pen.say(fr="perte", en="loss"))
    words = (
        ((-1.95, 0.82), pen.say(fr="perte 0-1", en="0-1 loss"), colour.ink, "left"),
        ((-1.95, 3.3), pen.say(fr="charnière", en="hinge"), colour.teal, "left"),
        ((-1.95, 1.25), pen.say(fr="logistique", en="logistic"), colour.blue, "left"),
        ((2.4, 3.15), pen.say(fr="quadratique", en="squared"), colour.orange, "right"),
    )
    for place, text, ink, side in words:
        axes.text(*place, text, color=ink, ha=side, va="center")
    return figure


def outlier_line(pen):
    """Two lines fitted to ten points of which one is wrong: least squares tilts, Huber does not."""
    figure, (axes,) = pen.axes(height=4.0)
    x = np.linspace(-1.0, 1.0, 10)
    y = 2.0 * x + 1.0 + np.random.default_rng(0).normal(0.0, 0.2, 10)
    y[-1] -= 6.0
    colour = pen.colour
    ends = np.array([-1.15, 1.15])
    for d_loss, ink, dashes in (
        (d_mean_squared_error, colour.orange, (0, (6, 2))),
        (d_huber_loss, colour.teal, "solid"),
    ):
        w, b = _fit_line(x, y, d_loss)
        axes.plot(ends, w * ends + b, color=ink, ls=dashes)
    axes.scatter(x[:-1], y[:-1], s=44, color=colour.blue, zorder=3)
    axes.scatter(x[-1:], y[-1:], s=70, marker="X", color=colour.red, zorder=3)
    axes.set(xlim=(-1.2, 1.2), ylim=(-3.7, 3.3), xlabel="x", ylabel="y")
    axes.set(xticks=[-1, -0.5, 0, 0.5, 1])
    axes.text(0.92, y[-1], pen.say(fr="point aberrant", en="outlier"), ha="right", va="center",
              color=colour.red)  # fmt: skip
    axes.text(0.7, 1.3, "Huber", color=colour.teal)
    axes.text(-0.75, 0.35, "MSE", ha="right", color=colour.orange)
    return figure


def overfitting(pen):
    """Three polynomials through the same twenty points: too stiff, right, and learnt by heart."""
    figure, (axes,) = pen.axes(height=4.0)
    rng = np.random.default_rng(2)
    x = np.linspace(-1.0, 1.0, 40)
    y = np.sin(3.0 * x) + rng.normal(0.0, 0.2, 40)
    x_train, x_test, y_train, y_test = train_test_split(x, y, test_size=0.5, rng=rng)
    colour = pen.colour
    grid = np.linspace(-1.0, 1.0, 201)
    dashes = ((0, (6, 2)), "solid", (0, (1, 1.2)))
    inks = (colour.teal, colour.ink, colour.magenta)
    for degree, ink, dash in zip((1, 3, 12), inks, dashes, strict=True):
        fitted = np.polynomial.Polynomial.fit(x_train, y_train, degree)
        axes.plot(grid, fitted(grid), color=ink, ls=dash, label=f"{degree}")
    axes.scatter(x_train, y_train, s=36, color=colour.blue, zorder=3)
    axes.scatter(x_test, y_test, s=34, marker="s", fc="none", ec=colour.orange, lw=1.4, zorder=3)
    axes.set(xlim=(-1.05, 1.05), ylim=(-2.2, 2.2), xlabel="x", ylabel="y")
    axes.set(xticks=[-1, -0.5, 0, 0.5, 1], yticks=[-2, -1, 0, 1, 2])
    axes.legend(title=pen.say(fr="degré", en="degree"), loc="lower right")
    return figure


def _fit_line(x, y, d_loss, alpha=0.2, n_iter=1000):
    """The page's own gradient descent."""
    w, b = 0.0, 0.0
    for _ in range(n_iter):
        slope = d_loss(y, w * x + b)
        w, b = w - alpha * slope @ x, b - alpha * slope.sum()
    return w, b
