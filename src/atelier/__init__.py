"""What makes the site, one folder for each step of a page's way: reads `docs/`, writes `site/`.

`read` takes a page apart; `run` runs its blocks and `draw` its figures; `render` makes its HTML;
`check` says what an author broke; `site` builds, publishes and serves both editions. A folder
imports those before it in this list and the ground (the modules beside this one), never those
after it; a test holds the order. Begin at `__main__`, which names the commands.
"""

ORDER = ("read", "draw", "run", "render", "check", "site")
