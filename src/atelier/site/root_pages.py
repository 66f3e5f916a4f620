"""The few files beside the two editions: the choice of a language, the 404, robots.txt."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from atelier import palette
from atelier.addresses import site_url
from atelier.paths import LANGUAGES, SITE, THEME

TEMPLATES = THEME / "root"


def write(site: Path = SITE) -> None:
    """Write the root pages into `site`."""
    site.mkdir(parents=True, exist_ok=True)
    for name in ("index.html", "404.html"):
        (site / name).write_text(render(name), "utf-8")
    (site / "favicon.svg").write_bytes((THEME / "favicon.svg").read_bytes())
    maps = "".join(f"Sitemap: {site_url()}{language}/sitemap.xml\n" for language in LANGUAGES)
    (site / "robots.txt").write_text(f"User-agent: *\nAllow: /\n{maps}", "utf-8")


def render(name: str, base: str | None = None) -> str:
    """Return a root page.

    Args:
        name: The name of its template.
        base: Where the root is, for a server that knows it: 404.html is shown at any address, and
            otherwise finds the root by its script.
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        keep_trailing_newline=True,
    )
    known = {
        "root": site_url(),
        "path": urlsplit(site_url()).path,
        "base": base,
        "colours": palette.colours(),
    }
    return environment.get_template(name).render(known)
