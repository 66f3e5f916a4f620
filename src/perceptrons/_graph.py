"""Draw the graph of a computation, leaves on the left: public in `perceptrons.autodiff`."""

import importlib
from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from perceptrons.autodiff import Tensor


def describe(tensor: "Tensor") -> str:
    """Return what is written on a tensor: name and operation, then shape, or value and gradient.

    >>> from perceptrons.autodiff import Tensor
    >>> describe((Tensor([1.0, 2.0], name="w") * 2.0).sum())
    'sum\\n6'
    """
    words = " = ".join(word for word in (tensor.name, tensor.operation) if word)
    lines = [words] if words else []
    if tensor.data.size > 1:
        lines.append(str(tensor.shape))
    else:
        lines.append(f"{tensor.data.item():.4g}")
        if tensor.has_grad:
            lines.append(f"∂ {tensor.grad.item():.4g}")
    return "\n".join(lines)


def draw_graph(
    tensor: "Tensor",
    axes: Any = None,
    *,
    label: "Callable[[Tensor], str]" = describe,
    ink: str = "black",
    paper: str = "white",
    leaf: str = "teal",
) -> Any:
    """Draw a tensor and all that it was made from, with Matplotlib.

    Arrows go forward; gradients come back along them.  A tensor stands one column to the right of
    the last of its operands.  Constants are not drawn.

    Args:
        tensor: The result.
        axes: Where to draw, axes of Matplotlib; by default those of a new figure.
        label: Gives the words on each tensor: by default its name and operation, then its shape,
            or for one number its value and, after `Tensor.backward`, its gradient.
        ink: Colour of words, arrows and the boxes of results; ``"black"`` by default.
        paper: Colour inside the boxes, ``"white"`` by default.
        leaf: Colour of the boxes of leaves, ``"teal"`` by default.

    Returns:
        The axes.

    Raises:
        ImportError: If no axes are given and Matplotlib is not installed.

    >>> from perceptrons import Tensor
    >>> a, b = Tensor(2.0, name="a"), Tensor(3.0, name="b")
    >>> from matplotlib.figure import Figure
    >>> axes = draw_graph(a * b + a, Figure().subplots())
    >>> [text.get_text() for text in axes.texts if text.get_text()]
    ['+\\n8', '*\\n6', 'a\\n2', 'b\\n3']
    """
    if axes is None:
        axes = _new_axes()
    columns: dict[int, list[Tensor]] = defaultdict(list)
    order = tensor.graph()
    for node in order:
        columns[node.depth].append(node)
    place: dict[int, tuple[float, float]] = {}
    for depth, column in columns.items():
        for row, node in enumerate(column):  # a column is centred on y = 0
            place[id(node)] = (float(depth), (len(column) - 1) / 2.0 - row)
    for node in order:
        box = {"boxstyle": "round", "facecolor": paper, "edgecolor": ink if node.parents else leaf}
        axes.text(
            *place[id(node)], label(node), color=ink, ha="center", va="center", bbox=box, zorder=2
        )
        for parent in node.parents:
            axes.annotate(
                "",
                xy=place[id(node)],
                xytext=place[id(parent)],
                arrowprops={"arrowstyle": "->", "color": ink, "shrinkA": 18, "shrinkB": 18},
                zorder=1,
            )
    tallest = max(len(column) for column in columns.values())
    axes.set_xlim(-0.5, tensor.depth + 0.5)
    axes.set_ylim(-tallest / 2.0, tallest / 2.0)
    axes.set_axis_off()
    return axes


def _new_axes() -> Any:
    try:
        pyplot = importlib.import_module("matplotlib.pyplot")
    except ImportError as error:
        raise ImportError(
            "draw_graph expects Matplotlib to be installed: python -m pip install matplotlib"
        ) from error
    return pyplot.subplots()[1]
