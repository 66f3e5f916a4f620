"""Where things are, all of it relative to the repository."""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
FIGURES = DOCS / "figures"
PACKAGE = ROOT / "src" / "perceptrons"
THEME = ROOT / "theme"
PALETTE = THEME / "palette.json"
CACHE = ROOT / ".cache"
SITE = ROOT / "site"
NODE_MODULES = ROOT / "node_modules"

LANGUAGES = ("fr", "en")
