"""A block and what it needs, as one program that a person can read and run anywhere.

The imports come first, each once; then the blocks, in the order of the page, without theirs. An
import whose name also stands for something else in the script stays where the page has it.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from atelier.run.needs import Import, Needs

WIDTH = 88  # of a line of imports


@dataclass(frozen=True)
class _TopImport:
    """An import statement at the top level of a block, alone on its lines."""

    names: tuple[Import, ...]
    first: int  # its lines, from 0, the last one excluded
    last: int


def script(codes: Sequence[str], needs: Sequence[Needs], block: int) -> str:
    """Write the script of one block of a page.

    Args:
        codes: The blocks of the page.
        needs: What each of them needs, from `page_needs`.
        block: The number of the block.

    >>> from atelier.run.needs import page_needs
    >>> codes = ["from math import pi, e\\nr = 2", "print(0)", "from math import tau\\nr * pi"]
    >>> print(script(codes, page_needs(codes), 2))
    from math import pi, tau
    <BLANKLINE>
    r = 2
    <BLANKLINE>
    r * pi
    <BLANKLINE>
    """
    kept = [*needs[block].blocks, block]
    statements = {number: _top_imports(codes[number]) for number in kept}
    own = {(block, name) for statement in statements[block] for name in statement.names}
    future = {
        (number, name)
        for number in kept
        for statement in statements[number]
        for name in statement.names
        if name.module == "__future__"
    }
    wanted = own | future | {found for number in kept for found in needs[number].imports}
    if kept == [block] and all(number == block for number, _ in wanted):
        return codes[block]
    taken = {name for number in kept for name in needs[number].bound} | set(dir(builtins))
    by_name: dict[str, set[Import]] = {}
    for _, name in wanted:
        by_name.setdefault(name.bound, set()).add(name)
    clash = taken | {bound for bound, found in by_name.items() if len(found) > 1}
    first = {name for _, name in wanted if name.bound not in clash or name.module == "__future__"}
    parts = [import_lines(first)]
    staying = {number for number, name in wanted if name not in first}
    for number in sorted(staying | set(kept)):
        if number in statements:
            parts.append(_without(codes[number], statements[number], first, wanted))
        else:
            parts.append(import_lines(n for at, n in wanted if at == number and n not in first))
    return "\n".join(f"{text}\n" for text in (part.strip("\n") for part in parts) if text)


def import_lines(imports: Iterable[Import]) -> str:
    """Write import statements: one a module, `__future__` first, too long ones folded."""
    whole: list[str] = []
    by_module: dict[str, set[str]] = {}
    for found in sorted(set(imports)):
        alias = f" as {found.alias}" if found.alias else ""
        if found.name:
            by_module.setdefault(found.module, set()).add(found.name + alias)
        else:
            whole.append(f"import {found.module}{alias}")
    lines: list[str] = []
    for module, names in sorted(by_module.items()):
        line = f"from {module} import {', '.join(sorted(names))}"
        if len(line) > WIDTH:
            folded = "".join(f"    {name},\n" for name in sorted(names))
            line = f"from {module} import (\n{folded})"
        lines.append(line)
    future = [line for line in lines if line.startswith("from __future__ ")]
    return "\n".join([*future, *whole, *(line for line in lines if line not in future)])


def _top_imports(code: str) -> list[_TopImport]:
    """Find the import statements of a block that can be moved: those that share no line."""
    tree = ast.parse(code)
    ends = [(node.lineno, node.end_lineno or node.lineno) for node in tree.body]
    found: list[_TopImport] = []
    for place, node in enumerate(tree.body):
        if not isinstance(node, ast.Import | ast.ImportFrom):
            continue
        module = "." * node.level + (node.module or "") if isinstance(node, ast.ImportFrom) else ""
        names = tuple(
            Import(module or alias.name, alias.name if module else "", alias.asname or "")
            for alias in node.names
        )
        start, end = ends[place]
        others = ends[:place] + ends[place + 1 :]
        if all(last < start or end < first for first, last in others):
            found.append(_TopImport(names, start - 1, end))
    return found


def _without(
    code: str,
    statements: Sequence[_TopImport],
    first: set[Import],
    wanted: set[tuple[int, Import]],
) -> str:
    """Return a block without the imports that stand first, or that its script does not want."""
    used = {name for _, name in wanted}
    lines: list[str | None] = [*code.splitlines()]
    for statement in statements:
        if all(name in first or name not in used for name in statement.names):
            lines[statement.first : statement.last] = [None] * (statement.last - statement.first)
    return "\n".join(line for line in lines if line is not None)
