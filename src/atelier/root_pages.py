"""The few files beside the two editions: the choice of a language, the 404, robots.txt."""

from __future__ import annotations

import shutil
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
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=True,
        keep_trailing_newline=True,
    )
    # A server shows 404.html at any address: links relative to it would lead nowhere.
    known = {
        "root": site_url(),
        "path": urlsplit(site_url()).path,
        "colours": palette.colours(),
    }
    for name in ("index.html", "404.html"):
        (site / name).write_text(environment.get_template(name).render(known), "utf-8")
    shutil.copyfile(THEME / "favicon.svg", site / "favicon.svg")
    maps = "".join(f"Sitemap: {site_url()}{language}/sitemap.xml\n" for language in LANGUAGES)
    (site / "robots.txt").write_text(f"User-agent: *\nAllow: /\n{maps}", "utf-8")
