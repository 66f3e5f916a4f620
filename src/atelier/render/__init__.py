"""Markdown to HTML, and the other forms that a reader takes away.

Enters: a page, a lab, a docstring. Leaves: their HTML (formulas, figures, French spaces, bars under
blocks), programs and notebooks. Begin with the folder `markdown`: one extension a module.
"""
