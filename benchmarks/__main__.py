"""Measure everything, print the tables and keep them in ``benchmarks/results.md``."""

from pathlib import Path

from benchmarks import autodiff, importing, layers, machine, pages, saving, training
from benchmarks.measure import REPETITIONS, has

RESULTS = Path(__file__).with_name("results.md")


def main() -> None:
    """Run all benchmarks."""
    if has("torch"):
        import torch

        torch.set_num_threads(1)
    title = "# How fast the package is"
    how = (
        "Written by `make bench`. "
        f"Medians of {REPETITIONS} repetitions, all ways in turn, in one process; "
        "beside another library, a ratio above 1 means that ours is the faster."
    )
    parts = [title + "\n", how + "\n", machine.description()]
    print(*parts, sep="\n")
    for benchmark in (training, layers, autodiff, importing, pages, saving):
        parts.append(str(benchmark.table()))
        print(parts[-1], flush=True)
    RESULTS.write_text("\n".join(parts), encoding="utf-8")


if __name__ == "__main__":
    main()
