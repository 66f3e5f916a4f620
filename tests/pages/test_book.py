"""The book as it is: every step of `make check` finds nothing (running the blocks is a test each)."""

import pytest

from atelier import check, slips


@pytest.mark.parametrize(("name", "step"), [*check.STEPS, ("slips", slips.check)])
def test_the_book_has_no_problem(name, step):
    assert [str(problem) for problem in step()] == [], name
