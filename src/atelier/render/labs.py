"""Labs: notebooks that mkdocs-jupyter executes, once for each state of what they depend on.

The plugin's own cache knows the lab's text and the plugin's options, and nothing of the package
that the lab imports; it is switched off in mkdocs.yml, and what it would keep is kept here.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import mkdocs_jupyter.config
import mkdocs_jupyter.convert
import mkdocs_jupyter.plugin
from mkdocs.config.defaults import MkDocsConfig
from nbconvert.exporters.templateexporter import default_filters

from atelier import cache
from atelier.paths import CACHE, PACKAGE, PALETTE, THEME
from atelier.render.lab_cells import Cells, Headings

LABS = CACHE / "labs"
_nb2html = mkdocs_jupyter.convert.nb2html
HERE = Path(__file__).parent
TEMPLATES = HERE / "notebook"
SETTINGS = TEMPLATES / "jupyter_nbconvert_config.json"
# Where the work on a lab begins: its backend is named in the environment and not imported.
RENDERERS = [HERE / f"{name}.py" for name in ("labs", "lab_backend")]
DISTRIBUTIONS = ("numpy", "matplotlib", "ipykernel", "nbconvert", "mkdocs-jupyter")


def state(lab: Path) -> str:
    """Return the key of a lab: its text, what it imports, and what makes a page of its cells.

    Raises:
        SyntaxError: The lab, or a module that it imports, does not parse.
    """
    return cache.key(
        lab,
        *RENDERERS,
        *sorted((HERE / "markdown").glob("*.py")),
        files=[lab, PALETTE, THEME / "katex-macros.json"],
        distributions=DISTRIBUTIONS,
        roots=cache.ROOTS | {PACKAGE.name: PACKAGE},
    )


@contextmanager
def environment() -> Iterator[None]:
    """Give kernels an environment of their own, whatever the machine's and the caller's says."""
    with tempfile.TemporaryDirectory(prefix="labs-") as folder:
        settings = json.loads(SETTINGS.read_text("utf-8"))
        # Kernels talk through files, not open ports. By default these stand in the working
        # directory under one name, and two builds at one time would talk to each other's.
        settings["KernelManager"] = {"transport": "ipc", "ip": str(Path(folder) / "kernel")}
        Path(folder, SETTINGS.name).write_text(json.dumps(settings), "utf-8")
        wanted = {
            "JUPYTER_CONFIG_DIR": folder,
            "MPLBACKEND": "module://atelier.render.lab_backend",  # drawings go to the page
            # Small matrices gain nothing from threads, and lose much when the machine is busy.
            "OPENBLAS_NUM_THREADS": "1",
        }
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        try:
            yield
        finally:
            for name, value in before.items():
                os.environ.pop(name)
                if value is not None:
                    os.environ[name] = value


def prepare(config: MkDocsConfig, language: str) -> None:
    """Give the plugin of `config` our template and filters, and a cache that knows the package."""
    if "mkdocs-jupyter" not in config.plugins:
        return
    settings = [config.markdown_extensions, config.mdx_configs]
    written = json.dumps(settings, default=lambda value: type(value).__name__)

    def executed(path: str, **options: Any) -> str:
        """Return the HTML of a lab, executed when no page of this very state is kept."""
        lab = Path(path)
        made_from = hashlib.sha256(
            (state(lab) + written + json.dumps(options)).encode()
        ).hexdigest()
        kept = LABS / language / f"{lab.stem}-{made_from[:16]}.html"
        if kept.is_file():
            return kept.read_text("utf-8")
        html: str = _nb2html(path, **options)
        for older in kept.parent.glob(f"{lab.stem}-*.html"):
            older.unlink()
        cache.keep(kept, html)
        return html

    mkdocs_jupyter.plugin.convert.nb2html = executed
    # The stock template brings 600 kB of styles and scripts, some from other origins, to a page.
    mkdocs_jupyter.config.settings.templates_dir = str(TEMPLATES)
    cells = Cells(config)
    default_filters["book_words"] = cells.words
    default_filters["book_alt"] = cells.alt
    default_filters["book_picture"] = cells.picture
    Headings.french = language == "fr"
    mkdocs_jupyter.plugin.TocExtension = Headings
