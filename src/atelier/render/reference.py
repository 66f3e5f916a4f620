"""The pages of reference: mkdocstrings, with a handler that knows how this package is written.

`::: perceptrons.losses` on a page becomes the entries of the public names of that module. They are
rendered once for each state of what they are made from: to read the package and to render its
formulas takes as long as all the rest of an edition.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable, MutableMapping
from functools import cached_property
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring, tostring

import mkdocstrings_handlers.python
from markdown import Markdown
from mkdocs.config.defaults import MkDocsConfig
from mkdocstrings_handlers.python import PythonConfig, PythonHandler, PythonOptions

from atelier import cache
from atelier.addresses import repository
from atelier.paths import CACHE, PACKAGE, ROOT, THEME
from atelier.render import reference_pages
from atelier.render.reference_pages import Renderer

KEPT = CACHE / "reference"
STYLES = "assets/book/book.css"
HERE = Path(__file__).parent


def states(names: Iterable[str], docs: Path) -> dict[str, str]:
    """Return the key of the entries of each name: another key, other entries.

    They are made from the module and its private parts, docstrings included. They lead to all
    other entries: to which ones there are, and on which page.
    """
    common = cache.key(
        HERE / "reference.py",
        HERE / "markdown" / "katex.py",
        files=[THEME / "katex-macros.json", ROOT / "package-lock.json"],
        distributions=("mkdocstrings", "mkdocstrings-python", "griffelib", "Markdown", "pygments"),
        more=[
            sorted(reference_pages.directives(docs).items()),
            cache.outline(PACKAGE),
            repository(),
        ],
    )
    roots = {PACKAGE.name: PACKAGE}
    found = {}
    for name in names:
        parent, _, last = name.rpartition(".")
        modules = cache.modules_of(parent, last, roots)
        own = cache.closure(modules, roots, lambda path: path.name.startswith("_"))
        found[name] = cache.key(files=own, more=common, roots=roots)
    return found


class Handler(PythonHandler):
    """Renders what a directive `:::` names, or finds it rendered."""

    def __init__(self, tool_config: MkDocsConfig, **settings: Any) -> None:
        """Keep the settings of the edition; the package is not read before it must be."""
        super().__init__(base_dir=ROOT, **settings)
        self.extra_css = ""  # the rules are in theme/css
        self._docs = Path(tool_config.docs_dir)
        self._language = str(tool_config.theme["language"])

    def _update_env(self, md: Markdown, *, config: Any = None) -> None:
        """Leave the environment to `Renderer`: what is found rendered needs none."""

    def collect(self, identifier: str, options: PythonOptions) -> str:
        """Return the name itself; `render` reads the package if it must."""
        return identifier

    def get_aliases(self, identifier: str) -> tuple[str, ...]:
        """Return nothing: each entry has one anchor, and links are written out."""
        return ()

    def render(self, data: str, options: PythonOptions, locale: str | None = None) -> str:
        """Return the HTML of the entries, and note their headings for the table of contents."""
        kept = self._kept(data)
        found = json.loads(kept.read_text("utf-8")) if kept.is_file() else None
        made = found or self._made(data, kept)
        self._headings.extend(map(fromstring, made["headings"]))
        return str(made["html"])

    def _made(self, name: str, kept: Path) -> dict[str, Any]:
        """Render entries; keep them, unless something is wrong: the next build tells it again."""
        with _Complaints() as complaints:
            html = self._renderer.render(name)
        headings = [tostring(heading, encoding="unicode") for heading in self._headings]
        self._headings.clear()
        made = {"html": html, "headings": headings}
        if not complaints.heard:
            for older in kept.parent.glob(f"{name}-*.json"):
                older.unlink()
            cache.keep(kept, json.dumps(made))
        return made

    @cached_property
    def _renderer(self) -> Renderer:
        return Renderer(self, self._docs, self.global_options["extra"])

    def _kept(self, name: str) -> Path:
        """The file of what was rendered from the present state of all that it depends on."""
        settings = json.dumps(
            [self.global_options, self.mdx_config], default=lambda value: type(value).__name__
        )
        made_from = hashlib.sha256(
            (states([name], self._docs)[name] + settings).encode()
        ).hexdigest()
        return KEPT / self._language / f"{name}-{made_from[:16]}.json"


class _Complaints(logging.Handler):
    """Hears whether MkDocs or an extension warns of something meanwhile."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard = False

    def emit(self, record: logging.LogRecord) -> None:
        self.heard = True

    def __enter__(self) -> _Complaints:
        logging.getLogger("mkdocs").addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        logging.getLogger("mkdocs").removeHandler(self)


def prepare(config: MkDocsConfig) -> None:
    """Give mkdocstrings our handler and our style sheet."""
    mkdocstrings = config.plugins.get("mkdocstrings")
    if mkdocstrings is None:
        return
    mkdocstrings_handlers.python.get_handler = _handler
    # It writes a style sheet, and links it first on every page. It is told to call it like the
    # book's own, so that a page waits for one file less; `assets.add` completes what MkDocs wrote
    # before a reader gets any of it.
    mkdocstrings.css_filename = STYLES
    if STYLES in config.extra_css:
        config.extra_css.remove(STYLES)


def _handler(
    handler_config: MutableMapping[str, Any], tool_config: MkDocsConfig, **kwargs: Any
) -> Handler:
    """Make the handler of an edition, as mkdocstrings asks for it."""
    config = PythonConfig.from_data(**handler_config)
    return Handler(tool_config, config=config, **kwargs)
