"""What pages need is recorded once for each state of their programs, and told when one raises."""

from __future__ import annotations

from pathlib import Path

from atelier.run.needs import BlockError, page_needs
from atelier.run.recorded import recorded

PAGE = ["import numpy as np\nx = np.zeros(2)\n", "y = 1\n", "print(x, y)\n"]


def test_what_is_read_back_is_what_was_recorded(tmp_path: Path) -> None:
    first = recorded([PAGE], tmp_path)
    assert first == recorded([PAGE], tmp_path) == [page_needs(PAGE)]
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_a_record_is_not_made_twice_but_a_changed_program_is_another(tmp_path: Path) -> None:
    recorded([PAGE], tmp_path)
    (record,) = tmp_path.glob("*.json")
    record.write_text("[]", "utf-8")
    assert recorded([PAGE], tmp_path) == [[]]
    assert recorded([[*PAGE, "print(y)\n"]], tmp_path) != [[]]


def test_a_page_that_raises_is_told_with_block_and_line_and_the_others_are_recorded(
    tmp_path: Path,
) -> None:
    raising = ["x = 1\n", "x\n\nx.missing\n"]
    failed, other = recorded([raising, PAGE], tmp_path)
    assert isinstance(failed, BlockError)
    assert (failed.block, failed.line) == (1, 3)
    assert "AttributeError" in str(failed)
    assert other == page_needs(PAGE)
