"""Time several ways of doing one thing side by side, and lay the times out in a table."""

import importlib.util
import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

REPETITIONS = 9


@dataclass(frozen=True)
class Table:
    """A table of `results.md`."""

    title: str
    headers: tuple[str, ...]
    rows: list[tuple[str, ...]]
    note: str

    def __str__(self) -> str:
        lines = [self.headers, ("---",) * len(self.headers), *self.rows]
        table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
        return f"## {self.title}\n\n{table}\n\n{self.note}\n"


def has(module: str) -> bool:
    """Return whether an optional package is installed."""
    return importlib.util.find_spec(module) is not None


def medians(ways: Mapping[str, Callable[[], object]], calls: int) -> dict[str, float]:
    """Return the median seconds of one call of each way.

    The ways take turns, ``calls`` calls at a time, so that a slow moment of the machine falls on
    all of them; a first turn warms up and is not counted.
    """
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for repetition in range(REPETITIONS + 1):
        for name, way in ways.items():
            start = time.perf_counter()
            for _ in range(calls):
                way()
            if repetition > 0:
                seconds[name].append((time.perf_counter() - start) / calls)
    return {name: statistics.median(times) for name, times in seconds.items()}


def micro(seconds: float) -> str:
    """Return a duration in microseconds, to three digits or so."""
    return f"{seconds * 1e6:,.0f}".replace(",", " ")


def ratio(times: Mapping[str, float], way: str, to: str = "perceptrons") -> str:
    """Return how many times longer one way takes than another, or that it is not installed."""
    return f"{times[way] / times[to]:.2f}" if way in times else "not installed"
