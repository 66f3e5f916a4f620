"""The blocks of a page, run.

Enters: the Python blocks of a page. Leaves: what fails, what each block needs, and the script that
runs it alone. Begin with `codeblocks` (the pytest plugin) or with `snippets`.
"""
