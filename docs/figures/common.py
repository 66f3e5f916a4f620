"""Pieces that the figures of several chapters share: neurons, arrows, words beside a curve."""

from matplotlib.colors import to_rgba
from matplotlib.patches import Circle, FancyArrowPatch


def neuron(axes, place, text="", *, colour, radius=0.3, size=1.0):
    """Draw a neuron, or an input, as a circle with its letter inside."""
    tint = to_rgba(colour, 0.16)
    circle = Circle(place, radius, fc=tint, ec=colour, lw=1.6, zorder=2, clip_on=False)
    axes.add_patch(circle)
    if text:
        word(axes, place, text, size=size, zorder=3)


def word(axes, place, text, *, colour=None, size=1.0, **options):
    """Write words centred on a place; `size` is relative to the figure's text.

    Lines are written one by one: centred together they would be placed by Matplotlib for its own
    font, and the page has another.
    """
    settings = {"ha": "center", "va": "center_baseline", **options}
    if colour is not None:
        settings["color"] = colour
    height = axes.xaxis.label.get_fontsize() * size
    lines = text.split("\n")
    for index, line in enumerate(lines):
        lower = (index - (len(lines) - 1) / 2) * 1.25 * height
        axes.annotate(
            line, place, (0, -lower), textcoords="offset points", fontsize=height, **settings
        )


def arrow(axes, start, end, *, colour, shrink=0.0, width=1.3, head=9, alpha=1.0):
    """Draw an arrow; `shrink` leaves that much room, in the diagram's units, at both ends."""
    (x0, y0), (x1, y1) = start, end
    length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
    dx, dy = shrink * (x1 - x0) / length, shrink * (y1 - y0) / length
    axes.add_patch(
        FancyArrowPatch(
            (x0 + dx, y0 + dy),
            (x1 - dx, y1 - dy),
            arrowstyle="-|>",
            mutation_scale=head,
            color=colour,
            alpha=alpha,
            linewidth=width,
            shrinkA=0,
            shrinkB=0,
            zorder=1,
            clip_on=False,
        )
    )


def connect(axes, starts, ends, *, colour, radius=0.3, width=0.9, alpha=1.0):
    """Draw the connections of two layers: each neuron of the first with each of the second."""
    for start in starts:
        for end in ends:
            arrow(axes, start, end, colour=colour, shrink=radius, width=width, head=6, alpha=alpha)


def column(x, count, *, gap=1.0, middle=0.0):
    """The places of `count` neurons above each other, from the top."""
    return [(x, middle + gap * ((count - 1) / 2 - index)) for index in range(count)]
