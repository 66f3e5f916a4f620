"""`python -m atelier COMMAND`: each step of the making; each exits non-zero on a problem."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec

from atelier.paths import ROOT
from atelier.problems import report

DEV = frozenset({"check", "browser"})  # what needs more than the book itself is built with


def parser() -> argparse.ArgumentParser:
    """The commands and their options."""
    main = argparse.ArgumentParser(prog="python -m atelier", description="What makes the site.")
    commands = main.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("site", help="build the whole site into site/")
    serve = commands.add_parser("serve", help="build, serve and build again what is saved")
    serve.add_argument("--port", type=int, default=8000)
    commands.add_parser("check", help="look for what a contributor can break, in seconds")
    figures = commands.add_parser("figures", help="draw the figures whose inputs changed")
    figures.add_argument("names", nargs="*", help="these figures only")
    commands.add_parser("browser", help="find a Chromium for the browser tests, or get one")
    commands.add_parser("twins", help="compare the two editions (see twins --help)", add_help=False)
    return main


def main(arguments: list[str]) -> int:
    """Run one command; return its exit status."""
    options, rest = parser().parse_known_args(arguments)
    if rest and options.command != "twins":
        parser().parse_args(arguments)  # says which argument it does not know, and exits
    if options.command in DEV and find_spec("pytest") is None:
        fix = f"run `make {'check' if options.command == 'check' else 'test'}`, which installs it"
        print(f"{options.command}: requirements/dev.txt is not installed; {fix}", file=sys.stderr)
        return 1
    match options.command:
        case "site":
            from atelier.site import build as site

            return report(site.build())
        case "serve":
            from atelier.site import serve

            return serve.main(options.port)
        case "check":
            from atelier.check import gate as check

            return check.main()
        case "figures":
            from atelier.draw import figures as drawing

            problems = drawing.draw_all(options.names or None)
            for path in drawing.drawn_files(options.names):
                print(path.relative_to(ROOT))
            return report(problems)
        case "browser":
            from atelier.site import browser

            return browser.main()
        case _:
            from atelier.check import twins

            return twins.main(rest)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
