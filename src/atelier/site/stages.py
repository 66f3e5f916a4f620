"""The stage of an edition: the whole of it, made aside, from which `publishing` fills the site.

What stands on a stage is kept from one build to the next, with a record of what each page was made
from. A page with another key is rendered by MkDocs; so is its part of the search index.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from atelier import cache
from atelier.paths import DOCS, PACKAGE
from atelier.problems import Problem
from atelier.render import programs
from atelier.site import assets, editions, keys, publishing, search

# What MkDocs or the theme leaves in an edition and no reader needs: the one 404 page stands at
# the root, the compressed map holds the time of its making, and the theme's data served the build.
SUPERFLUOUS = ("404.html", "sitemap.xml.gz", "palette.json", "katex-macros.json")


@dataclass
class Record:
    """What stands on a stage.

    Attributes:
        whole: Whether MkDocs came to its end and found nothing wrong beside the pages themselves.
        pages: The key of each page that is as it should be, by address.
        found: What the search knows of each page.
    """

    whole: bool = False
    pages: dict[str, str] = field(default_factory=dict)
    found: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


class Stage:
    """The stage of one edition.

    Args:
        language: The edition.
        folder: Where stages are.
        place: Where readers find the edition.
    """

    def __init__(self, language: str, folder: Path, place: Path) -> None:
        self.language = language
        self.folder = folder / language
        self.place = place
        self._docs = DOCS / language
        self._sources = keys.sources(self._docs)
        self._keys = keys.of_edition(self._docs, editions.CONFIGURATIONS[language])
        self._written = folder / f"{language}.json"
        self.recall()

    def recall(self) -> None:
        """Read the record again, after another process has rendered."""
        self._record = Record()
        if self._written.is_file():
            self._record = Record(**json.loads(self._written.read_text("utf-8")))

    @property
    def is_fresh(self) -> bool:
        """Whether there is nothing to render."""
        return self._record.whole and self._fresh() == self._keys.keys()

    def render(self) -> list[Problem]:
        """Render the pages that changed, and all that MkDocs makes of the pages together."""
        fresh, found = self._fresh(), self._record.found
        kept = [file for address in fresh for file in self._files(address)]
        self._keep(Record(False, {address: self._keys[address] for address in fresh}, found))
        index = self.folder / "search" / "search_index.json"  # what MkDocs writes last
        index.unlink(missing_ok=True)
        problems = editions.build_edition(self.language, self.folder, kept)
        if not index.is_file():
            return problems
        problems += extras(self.language, self.folder)
        faulty, others = self._blame(problems, self._keys.keys() - fresh)
        for address in faulty:
            self._restore(address)
        written = json.loads(index.read_text("utf-8"))
        found = self._found(written["docs"], fresh | faulty)
        written["docs"] = [entry for address in sorted(found) for entry in found[address]]
        index.write_text(json.dumps(written, separators=(",", ":")), "utf-8")
        for name in SUPERFLUOUS:
            (self.folder / name).unlink(missing_ok=True)
        search.complete(self.folder)
        good = {address: key for address, key in self._keys.items() if address not in faulty}
        self._keep(Record(not others, good, found))
        return problems

    def publish(self) -> bool:
        """Give readers what is on the stage, unless it is not whole; return whether it is new.

        An edition that could not be finished is not shown: the last good one stays.
        """
        finished = (self.folder / "search" / "search_index.json").is_file()
        if not self._record.whole and (self.place.exists() or not finished):
            return False
        assets.add(self.folder)
        return publishing.publish(self.folder, self.place)

    def _fresh(self) -> set[str]:
        """The addresses of the pages that stand there as they would be rendered."""
        return {
            address
            for address, key in self._keys.items()
            if self._record.pages.get(address) == key
            and all(file.is_file() for file in self._files(address))
        }

    def _files(self, address: str) -> list[Path]:
        """The files that MkDocs makes of a page; a lab stands beside its page."""
        page, source = self.folder / address, self._sources[address]
        return [page / "index.html", *([page / source.name] if source.suffix == ".py" else [])]

    def _keep(self, record: Record) -> None:
        self._record = record
        cache.keep(self._written, json.dumps(asdict(record)))

    def _blame(self, problems: list[Problem], rendered: set[str]) -> tuple[set[str], list[Problem]]:
        """Return the pages that have a problem, and the problems that no page has.

        What is wrong with a docstring is wrong with the pages of reference that were rendered.
        """
        addresses = {path: address for address, path in self._sources.items()}
        faulty, others = set(), []
        for problem in problems:
            if problem.path in addresses:
                faulty.add(addresses[problem.path])
            elif problem.path.is_relative_to(PACKAGE):
                for address in rendered:
                    if keys.described(self._sources[address].read_text("utf-8")):
                        faulty.add(address)
            else:
                others.append(problem)
        return faulty, others

    def _restore(self, address: str) -> None:
        """Put the last page that readers were given in the place of a faulty one."""
        last = self.place / address / "index.html"
        if last.is_file():
            publishing.replace(last, self.folder / address / "index.html")

    def _found(
        self, entries: list[dict[str, Any]], kept: set[str]
    ) -> dict[str, list[dict[str, Any]]]:
        """Return what the search knows: of rendered pages from MkDocs, of others from before."""
        found: dict[str, list[dict[str, Any]]] = {
            address: known for address, known in self._record.found.items() if address in kept
        }
        new: dict[str, list[dict[str, Any]]] = {}
        for entry in entries:
            new.setdefault(entry["location"].partition("#")[0], []).append(entry)
        return new | found


def extras(language: str, stage: Path) -> list[Problem]:
    """Write what else stands in an edition, made from its pages; return what is wrong with it.

    It is called after each run of MkDocs, on a stage that holds nothing but what MkDocs wrote: all
    of these files are made again. What is wrong with a page keeps the page as readers had it.

    Args:
        language: The edition.
        stage: The folder to write in.
    """
    return programs.write(language, stage)
