"""A key changes with all that a step does and reads, and not with words beside it."""

from __future__ import annotations

import shutil

import pytest

from atelier import cache
from atelier.cache import ATELIER, Part, closure, key, modules_of
from atelier.draw import figures
from atelier.paths import DOCS, FIGURES, PACKAGE, ROOT
from atelier.render import labs
from atelier.site import keys

CHAPTER = '''"""What a chapter draws."""

from shapes import slope
from shapes.widths import width

HEIGHT = 1


def line():
    """Draw."""
    return slope() * _height()


def _height():
    return HEIGHT


def band():
    return width()
'''


@pytest.fixture
def room(tmp_path):
    """A module of figures and a package: another one in the folder `plates`."""
    files = {
        "plates/chapter.py": CHAPTER,
        "shapes/__init__.py": "from .slopes import slope\nfrom .unused import nothing\n",
        "shapes/slopes.py": '"""Slopes."""\n\n\ndef slope():\n    "Return it."\n    return 2.0\n',
        "shapes/widths.py": "from shapes._parts import part\n\n\ndef width():\n    return part\n",
        "shapes/_parts.py": "part = 1\n",
        "shapes/unused.py": "def nothing():\n    pass\n",
        "shapes/measures.csv": "1\n",
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    return tmp_path


def room_keys(room):
    roots = {name: room / name for name in ("plates", "shapes")}
    path = room / "plates" / "chapter.py"
    found = {name: key(Part(path, name), roots=roots) for name in ("line", "band")}
    return found | {"module": key(path, roots=roots)}


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("plates/chapter.py", '"""Draw."""', '"""Draw it."""  # and a comment', []),
        ("plates/chapter.py", "* _height", "+ _height", ["line", "module"]),
        ("plates/chapter.py", "HEIGHT = 1", "HEIGHT = 2", ["line", "module"]),
        ("plates/chapter.py", "return width()", "return 2 * width()", ["band", "module"]),
        ("shapes/slopes.py", '"Return it."', '"Return the slope."', []),
        ("shapes/slopes.py", '"""Slopes."""', "# Slopes.", []),
        ("shapes/slopes.py", "2.0", "3.0", ["line", "module"]),
        ("shapes/_parts.py", "1", "2", ["band", "module"]),
        ("shapes/unused.py", "pass", "return 1", []),
        ("shapes/measures.csv", "1", "2", ["band", "line", "module"]),
    ],
)
def test_a_key_changes_with_what_is_done_only(room, file, old, new, expected):
    before = room_keys(room)
    assert room_keys(room) == before
    text = (room / file).read_text("utf-8")
    assert old in text
    (room / file).write_text(text.replace(old, new), "utf-8")
    after = room_keys(room)
    assert [name for name in sorted(after) if after[name] != before[name]] == expected


def test_an_import_through_the_package_counts_for_the_module_of_the_name_alone(room):
    roots = {"shapes": room / "shapes"}
    assert modules_of("shapes", "slope", roots) == [room / "shapes" / "slopes.py"]
    assert modules_of("shapes", None, roots) == [room / "shapes" / "__init__.py"]
    assert modules_of("numpy", "sin", roots) == []


def test_a_file_that_comes_is_another_state(tmp_path):
    before = key(files=[tmp_path / "new.txt"])
    (tmp_path / "new.txt").write_text("", "utf-8")
    assert key(files=[tmp_path / "new.txt"]) != before


def test_where_the_repository_stands_changes_nothing(room, tmp_path):
    moved = shutil.copytree(room, tmp_path / "elsewhere")
    assert room_keys(moved) == room_keys(room)


def test_what_makes_each_thing_of_the_book_is_found():
    """The lists that were kept by hand had forgotten some of these."""
    drawing = {path.name for path in closure([figures.WORKER])}
    assert {"svg.py", "svg_paths.py", "films.py", "drawing.py", "figure_style.py"} <= drawing
    lab = {
        path.name
        for path in closure([*labs.RENDERERS, ATELIER / "render" / "markdown" / "figure.py"])
    }
    assert {"lab_cells.py", "figure_style.py", "svg.py", "svg_paths.py"} <= lab
    page = {
        path.name
        for path in closure(
            [ATELIER / "site" / "editions.py", *(ATELIER / "render" / "markdown").glob("*.py")]
        )
    }
    assert {"latex.py", "labs.py", "reference_entries.py", "docstrings.py", "search.py"} <= page


def test_a_rounded_coordinate_redraws_and_a_docstring_does_not(tmp_path, monkeypatch):
    """With the real figures: the tolerance of `svg_paths`, a docstring of the package."""
    source = figures.find_figures()[0]["learning_rates"]
    copies = {}
    for name, root in cache.ROOTS.items():
        ignored = shutil.ignore_patterns("__pycache__")
        copies[name] = shutil.copytree(root, tmp_path / name, ignore=ignored)
    monkeypatch.setattr(cache, "ROOTS", copies)
    monkeypatch.setattr(figures, "WORKER", copies["atelier"] / "draw" / "figure_worker.py")
    path = copies["figures"] / source.path.relative_to(FIGURES)
    copied = figures.Source(source.name, path, source.line)

    def changed(name, old, new):
        file = tmp_path / name
        before = figures.key_of(copied, copies["figures"], copies["perceptrons"])
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new, 1), "utf-8")
        return figures.key_of(copied, copies["figures"], copies["perceptrons"]) != before

    assert changed("atelier/draw/svg_paths.py", "TOLERANCE = ", "TOLERANCE = 2 * ")
    assert not changed("perceptrons/network.py", '"""', '"""Another word. ')
    assert not changed(
        "perceptrons/recurrence.py", "import numpy as np\n", "import numpy as np\nx = 1\n"
    )
    assert changed("perceptrons/network.py", "import numpy as np\n", "import numpy as np\nx = 1\n")
    assert not changed("figures/training.py", "def initialisation_depth", "def other_depth")


def test_a_page_depends_on_its_text_its_drawings_and_the_menu(tmp_path, monkeypatch):
    docs, settings = tmp_path / "docs" / "en", tmp_path / "mkdocs.yml"
    drawings = tmp_path / "figures"
    docs.mkdir(parents=True)
    monkeypatch.setattr(keys, "DRAWINGS", drawings)
    (docs / "index.md").write_text("# Home\n", "utf-8")
    (docs / "deep").mkdir()
    (docs / "deep" / "page.md").write_text("# Page\n\n![A.](one.svg)\n\n![B.](two.film)\n", "utf-8")

    def changed(file, text):
        before = keys.of_edition(docs, settings)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
        after = keys.of_edition(docs, settings)
        return sorted(page for page in after if before.get(page) != after[page])

    assert changed(docs / "index.md", "# Our home\n") == [""]
    assert changed(drawings / "en" / "one.svg", "<svg/>") == ["deep/page/"]
    assert changed(drawings / "films" / "two.json", "{}") == ["deep/page/"]
    assert changed(drawings / "en" / "three.svg", "<svg/>") == []
    assert changed(settings, "site_name: X\n") == ["", "deep/page/"]
    assert changed(docs / "index.md", "---\ntitle: X\n---\n# Home\n") == ["", "deep/page/"]
    lock = '{"deep/page": {"x": {"stale": "en"}}}'
    assert changed(tmp_path / "docs" / "twins.lock", lock) == ["deep/page/"]
    assert changed(docs / "new.md", "# New\n") == ["", "deep/page/", "new/"]


def test_each_page_of_the_book_has_a_key_of_its_own():
    found = keys.of_edition(DOCS / "en", ROOT / "mkdocs.en.yml")
    assert len(set(found.values())) == len(found) == len(keys.sources(DOCS / "en"))
    assert PACKAGE.is_dir() and "labs/digits/" in found and "" in found
