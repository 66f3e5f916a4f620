"""Labs: notebooks that mkdocs-jupyter executes, once for each state of what they depend on.

The plugin's own cache knows the lab's text and the plugin's options, and nothing of the package
that the lab imports. Its folder is therefore named after the package, the versions, the templates
and what renders the cells: another state is another folder, and the lab is executed again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import mkdocs_jupyter.config
import mkdocs_jupyter.plugin
from mkdocs.config.defaults import MkDocsConfig
from nbconvert.exporters.templateexporter import default_filters

from atelier.lab_cells import Cells, Headings
from atelier.paths import CACHE, PACKAGE, PALETTE, THEME

LABS = CACHE / "labs"
ATELIER = Path(__file__).parent
TEMPLATES = ATELIER / "notebook"
SETTINGS = TEMPLATES / "jupyter_nbconvert_config.json"
# What makes a page of the cells and their drawings.
RENDERERS = (
    *sorted((ATELIER / "markdown").glob("*.py")),
    *(ATELIER / f"{name}.py" for name in ("lab_backend", "lab_cells", "figure_style", "svg")),
    PALETTE,
    THEME / "katex-macros.json",
)
DISTRIBUTIONS = ("numpy", "matplotlib", "ipykernel", "nbconvert", "mkdocs-jupyter")


def key(config: MkDocsConfig) -> str:
    """Return a name for the present state of all that a lab depends on, itself aside."""
    settings = [config.markdown_extensions, config.mdx_configs]
    state = hashlib.sha256(
        json.dumps(settings, default=lambda value: type(value).__name__).encode()
    )
    for name in DISTRIBUTIONS:
        state.update(f"{name} {version(name)}\n".encode())
    for folder in (PACKAGE, TEMPLATES):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                state.update(path.relative_to(folder).as_posix().encode() + b"\n")
                state.update(path.read_bytes())
    for path in RENDERERS:
        state.update(path.name.encode() + b"\n" + path.read_bytes())
    return state.hexdigest()[:16]


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
            "MPLBACKEND": "module://atelier.lab_backend",  # drawings go to the page
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
    """Give the plugin of `config` its cache folder, our template and filters; drop older folders.

    Each language has its own folder, because the plugin deletes what its build has not used.
    """
    plugin = config.plugins.get("mkdocs-jupyter")
    if plugin is None:
        return
    folder = LABS / language / key(config)
    for other in folder.parent.glob("*"):
        if other != folder:
            shutil.rmtree(other)
    plugin.config["cache"] = True
    plugin.config["cache_dir"] = str(folder)
    # The stock template brings 600 kB of styles and scripts, some from other origins, to a page.
    mkdocs_jupyter.config.settings.templates_dir = str(TEMPLATES)
    cells = Cells(config)
    default_filters["book_words"] = cells.words
    default_filters["book_alt"] = cells.alt
    default_filters["book_picture"] = cells.picture
    Headings.french = language == "fr"
    mkdocs_jupyter.plugin.TocExtension = Headings
