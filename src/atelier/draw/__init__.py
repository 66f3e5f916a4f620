"""The figures and films of `docs/figures`, drawn again when their inputs change.

Enters: a function of `docs/figures`. Leaves: an SVG for each language, or a film as JSON, in
`.cache/figures`. Begin with `drawing` (the pen that a figure is given), then `figures`.
"""
