"""One pass forward and one back through `Conv2D` and `LSTM`, beside PyTorch.

The sizes are those of the chapters: the two convolutions of `small_cnn` on a mini-batch of digits,
and the memory of the delayed copy.  PyTorch also computes the gradient of the samples, as ours do.
"""

from collections.abc import Callable

import numpy as np

from benchmarks.measure import Table, has, medians, micro, ratio
from perceptrons import LSTM, Conv2D, Layer


def table() -> Table:
    """Measure all layers."""
    rows = [
        _row("Conv2D(1, 16, 3), 32 images of 8 × 8", Conv2D(1, 16, 3, padding=1), (32, 1, 8, 8)),
        _row("Conv2D(16, 32, 3), 32 maps of 4 × 4", Conv2D(16, 32, 3, padding=1), (32, 16, 4, 4)),
        _row("LSTM(2, 16), 64 sequences of 61 steps", LSTM(2, 16), (64, 61, 2)),
    ]
    return Table(
        "Layers, forward and backward",
        ("layer", "perceptrons, µs", "PyTorch float64 ÷ ours", "PyTorch float32 ÷ ours"),
        rows,
        "Goal: ≥ 0.5 in float64. Ours compute in float64 whatever they are given.",
    )


def _row(name: str, layer: Layer, shape: tuple[int, ...]) -> tuple[str, ...]:
    rng = np.random.default_rng(0)
    X = rng.normal(size=shape)
    grad = rng.normal(size=layer.output_shape(shape))

    def ours() -> None:
        layer.forward(X, training=True)
        layer.backward(grad)

    ways: dict[str, Callable[[], object]] = {"perceptrons": ours}
    if has("torch"):
        ways |= {f"float{bits}": _pytorch(layer, X, grad, bits) for bits in (64, 32)}
    times = medians(ways, calls=50)
    return (
        name,
        micro(times["perceptrons"]),
        ratio(times, "float64"),
        ratio(times, "float32"),
    )


def _pytorch(layer: Layer, X: np.ndarray, grad: np.ndarray, bits: int) -> Callable[[], object]:
    import torch

    dtype = torch.float64 if bits == 64 else torch.float32
    samples = torch.tensor(X, dtype=dtype, requires_grad=True)
    gradient = torch.tensor(grad, dtype=dtype)
    if isinstance(layer, Conv2D):
        channels = (layer.in_channels, layer.out_channels, layer.kernel_size)
        theirs = torch.nn.Conv2d(*channels, padding=layer.padding, dtype=dtype)
    else:
        assert isinstance(layer, LSTM)
        theirs = torch.nn.LSTM(layer.n_in, layer.n_hidden, batch_first=True, dtype=dtype)

    def forward_backward() -> None:
        theirs.zero_grad()
        samples.grad = None
        outputs = theirs(samples)
        (outputs[0] if isinstance(outputs, tuple) else outputs).backward(gradient)

    return forward_backward
