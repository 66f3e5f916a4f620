"""The addresses of site and repository: `[project.urls]`, unless the environment says else."""

from __future__ import annotations

import os
import tomllib
from functools import cache

from atelier.paths import ROOT


@cache
def _urls() -> dict[str, str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    urls: dict[str, str] = project["urls"]
    return urls


def site_url() -> str:
    """Where the site is published, with a slash at the end (`SITE_URL` replaces it)."""
    return (os.environ.get("SITE_URL") or _urls()["Documentation"]).rstrip("/") + "/"


def repository() -> str:
    """Where the repository is shown to a reader, without `.git` (`REPOSITORY` replaces it)."""
    return (os.environ.get("REPOSITORY") or _urls()["Repository"]).removesuffix(".git").rstrip("/")


def page_url(language: str, page: str, anchor: str = "") -> str:
    """Where a page of an edition is published, or a place in it.

    >>> page_url("en", "labs/digits", "look").removeprefix(site_url())
    'en/labs/digits/#look'
    >>> page_url("fr", "index").removeprefix(site_url())
    'fr/'
    """
    folder = "" if page == "index" else f"{page}/"
    return f"{site_url()}{language}/{folder}" + (f"#{anchor}" if anchor else "")
