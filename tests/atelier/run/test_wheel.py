"""The wheel that the site serves is the package, whole and installable."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

from atelier.paths import PACKAGE
from atelier.run import wheel


def test_wheel_holds_the_whole_package_and_nothing_else(tmp_path: Path) -> None:
    names = set(zipfile.ZipFile(wheel.build(tmp_path)).namelist())
    here = {
        f"perceptrons/{path.relative_to(PACKAGE).as_posix()}"
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in names if ".dist-info/" not in name} == here
    assert any(name.endswith("/LICENSE") for name in names)


def test_wheel_is_small_and_the_same_each_time(tmp_path: Path) -> None:
    one, two = wheel.build(tmp_path / "one"), wheel.build(tmp_path / "two")
    assert one.read_bytes() == two.read_bytes()
    assert one.stat().st_size <= 150_000


def test_wheel_works_where_the_repository_is_not(tmp_path: Path) -> None:
    built = wheel.build(tmp_path)
    program = (
        f"import sys; sys.path.insert(0, {str(built)!r}); import perceptrons as p;"
        f"assert p.__file__.startswith({str(built)!r}); print(p.load_digits()[0].shape)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "(1797, 64)\n"
