"""Which earlier blocks of its page a block needs, computed from the syntax trees.

The rule. Block and needs, run in the order of the page, must print what the block prints on the
page. A block therefore needs

- the blocks that last bound each name that it reads: directly, in the functions that it calls
  (read at the call, as Python does), or in those that a callee may call;
- the blocks that, since then, may have changed what such a name stands for, whatever the name
  they used: an assignment to a part of it (`w[0] = 1`, `net.W1 = W`), `w += 1`, a method that is
  not known to change nothing (`net.fit(X, y)`, `losses.append(…)`), or a call that is not known
  to leave its arguments alone (`fit(net, X, y)`). Aliases are followed: through assignments,
  views, lists, attributes and loops. Each draw from a generator changes it, so that two blocks
  that use `rng` are never reordered or separated;
- the blocks that changed a setting of the process (`np.set_printoptions`, warnings), or files;
- what these blocks need.

`net.predict(X)`, `print(x.shape)`, `accuracy(y, p)`, arithmetic and numpy's functions change
nothing, so a block that only looks is in nobody's way. What is known of names stands in
`atelier.program.names`; what is not known is taken to change all that it can reach.

Imports at the top of a block belong to no block: a script has the imports that it needs, once.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from atelier.program.scopes import Import
from atelier.program.statements import StarImport, Statements


@dataclass(frozen=True)
class Needs:
    """What one block needs, by the numbers of the blocks of its page, from 0.

    Args:
        blocks: The earlier blocks to run first, in order.
        imports: Each import that this block itself reads, with the block where it stands.
        bound: The names that this block binds, but for imports at its top.
    """

    blocks: tuple[int, ...]
    imports: tuple[tuple[int, Import], ...]
    bound: frozenset[str]


class BlockError(Exception):
    """A block that cannot be read: its number on the page, and the line inside it."""

    def __init__(self, block: int, line: int, message: str) -> None:
        super().__init__(message)
        self.block = block
        self.line = line


def page_needs(codes: Sequence[str]) -> list[Needs]:
    """Compute what each block of a page needs.

    Args:
        codes: The Python blocks of one page, in order.

    Raises:
        BlockError: A block is no Python, or imports `*`.

    >>> found = page_needs(["x = 1", "y = [x]", "print(2)", "y.append(3)", "print(y)"])
    >>> [needs.blocks for needs in found]
    [(), (0,), (), (0, 1), (0, 1, 3)]
    """
    page = Statements()
    found: list[Needs] = []
    for number, code in enumerate(codes):
        try:
            page.read_block(ast.parse(code), number)
        except SyntaxError as error:
            raise BlockError(number, error.lineno or 1, f"SyntaxError: {error.msg}") from error
        except StarImport as error:
            raise BlockError(number, error.line, str(error)) from error
        blocks = set(page.needs)
        for earlier in page.needs:
            blocks |= set(found[earlier].blocks)
        imports = tuple(sorted(page.imports))
        found.append(Needs(tuple(sorted(blocks)), imports, frozenset(page.bound)))
    return found
