"""The book as it is: one book in two languages, whose links lead somewhere."""

import pytest

from atelier import links, rules, twins
from atelier.paths import DOCS


@pytest.mark.parametrize("check", [twins.check, links.check, rules.check])
def test_the_book_has_no_problem(check):
    assert [str(problem) for problem in check(DOCS)] == []
