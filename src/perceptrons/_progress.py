"""Show the epochs of a training as they pass."""

import importlib
import importlib.util
import sys
from collections.abc import Iterable, Iterator


def shown(epochs: range, progress: bool) -> Iterable[int]:
    """Return the epochs, shown as they pass: by tqdm if it is there, else in plain text."""
    if not progress:
        return epochs
    if importlib.util.find_spec("tqdm") is None:
        return _plain_bar(epochs)
    shown: Iterable[int] = importlib.import_module("tqdm").tqdm(epochs, unit="epoch")
    return shown


def _plain_bar(epochs: range) -> Iterator[int]:
    for epoch in epochs:
        yield epoch
        end = "\n" if epoch == epochs[-1] else ""
        print(f"\repoch {epoch}/{epochs[-1]}", end=end, file=sys.stderr, flush=True)
