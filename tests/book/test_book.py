"""The book as it is: no step of `make check` finds anything (each block is a test of its own)."""

import pytest

from atelier.check import gate as check
from atelier.check import slips


@pytest.mark.parametrize(("name", "step"), [*check.STEPS, ("slips", slips.check)])
def test_the_book_has_no_problem(name, step):
    assert [str(problem) for problem in step()] == [], name
