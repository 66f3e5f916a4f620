"""What the tests of the atelier share: a book of a few pages, with the real settings and theme."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from atelier.paths import LANGUAGES, ROOT
from atelier.render import programs
from atelier.site import build as site
from atelier.site import editions, stages

HOME = {
    "fr": "# Accueil { #index }\n\nLa rétropropagation des réseaux.\n",
    "en": "# Home { #index }\n\nBackpropagation of networks.\n",
}


class SmallBook:
    """Pages in `folder/docs/<language>/`, built into `folder/site/<language>/`."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.site = folder / "site"
        for language in LANGUAGES:
            self.write(f"{language}/index.md", HOME[language])
        for module in (editions, programs, stages):
            monkeypatch.setattr(module, "DOCS", folder / "docs")
        monkeypatch.setattr(editions, "CONFIGURATIONS", self._configurations())
        monkeypatch.setattr(site, "STAGES", folder / "stages")
        monkeypatch.setattr(site, "SITE", self.site)

    def write(self, name: str, text: str) -> Path:
        """Write a file below docs/; return its path."""
        path = self.folder / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    def _configurations(self) -> dict[str, Path]:
        parents = {"fr": "mkdocs.yml", "en": "mkdocs.en.yml"}
        found = {}
        for language, parent in parents.items():
            found[language] = self.folder / f"{language}.yml"
            settings = {
                "INHERIT": str(ROOT / parent),
                "docs_dir": str(self.folder / "docs" / language),
                "theme": {"custom_dir": str(ROOT / "theme")},
                "nav": None,
            }
            found[language].write_text(yaml.safe_dump(settings), "utf-8")
        return found


@pytest.fixture
def small_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SmallBook:
    """A book of two pages, to plant faults in."""
    return SmallBook(tmp_path, monkeypatch)
