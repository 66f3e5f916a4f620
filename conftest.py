"""What every test run of the repository shares: pages are collected as programs.

`--codeblocks` (in `addopts`) turns the collection of Markdown files on; what a page means stands
in `atelier.run.codeblocks`. Figures and labs are drawn and executed by their own steps, and what
counts mutants needs what only `make mutants` installs: `--doctest-modules` must not import them.
"""

pytest_plugins = ("atelier.run.codeblocks",)

collect_ignore_glob = ["docs/*.py", "tests/mutants/*.py"]  # `*` takes the folders below in
