"""A page taken apart.

Enters: a Markdown file or a lab of `docs/`. Leaves: a `Page` (headings, formulas, figures, links,
blocks), and what is wrong with its fences. Begin with `page`, then `pages`.
"""
