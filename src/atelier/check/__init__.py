"""What an author can break, told with file and line.

Enters: the pages, figures, menus, the package and the theme as they are written. Leaves: a list of
`Problem`. Begin with `gate`, which names every step; a rule on pages is a function of `rules*`.
"""
