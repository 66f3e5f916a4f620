"""What a published docstring must say, compared with the code below it, with file and line.

Most of it is read by `docstrings` and `reference_entries`, as the pages of reference read it, so
that what is checked is what is published.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from textwrap import dedent

from griffe import Alias, Attribute, Class, Function, GriffeLoader, Module, Object, Parameter

from atelier.paths import PACKAGE
from atelier.problems import Problem
from atelier.read import pages
from atelier.render import latex
from atelier.render.docstrings import NAME
from atelier.render.reference_entries import Entry, entry, public_names

# Entries that no equation would explain: why. (Records, such as `History`, need none either.)
WITHOUT_EQUATION = {
    "EarlyStopping": "counts epochs",
    "batches": "cuts the samples into lists of indices",
    "compute_loss": "calls a loss, which has its own",
    "draw_graph": "a drawing",
    "load_digits": "reads a file",
    "make_delayed_copy": "a puzzle of which each part is said in words",
    "random_search": "draws from laws that its reader gives",
    "small_cnn": "a stack of layers, each with its own",
}

_ELSEWHERE = re.compile(
    r"(?P<all>Arguments(?:,|\s+and)\s+e|[Ee])rrors(?P<source>\s+and\s+source)?:"
    r"\s+see\s+`(?P<name>\w+)`"
)
_UNSAID = ("None", "False", "()", "{}")  # defaults that say "not given"
_STATED = re.compile(r"(``[^`]+``|[\w.+-]*\w)\s+by\s+default")
_RETURNS = re.compile(r"(?:Return|Yield)\b|Whether\b")


@dataclass(frozen=True)
class Told:
    """A public name, or a public method: what its docstring tells, and what its code does."""

    entry: Entry
    is_member: bool

    @property
    def target(self) -> Object:
        """What it names."""
        return self.entry.target

    @property
    def name(self) -> str:
        """The name as its reader imports it: `Adam`, `Adam.step`."""
        return self.entry.id.partition(".")[2]

    @property
    def written(self) -> str:
        """The name where it is written: the method of an ancestor has the ancestor's."""
        return ".".join(self.target.path.split(".")[-2 if self.is_member else -1 :])

    @cached_property
    def text(self) -> str:
        """Its docstring."""
        return self.target.docstring.value if self.target.docstring else ""

    @cached_property
    def kinds(self) -> set[str]:
        """The kinds of its sections."""
        return {section.kind for section in self.entry.sections}

    @cached_property
    def function(self) -> Function | None:
        """What runs when it is called: itself, or how its class is made."""
        found: Object | Alias | None = self.target
        if isinstance(found, Class):
            found = found.all_members.get("__init__")
        if isinstance(found, Alias):
            found = found.final_target
        return found if isinstance(found, Function) else None

    @cached_property
    def parameters(self) -> list[Parameter]:
        """What it is called with: of a record, its fields."""
        if not isinstance(self.target, Function | Class):
            return []
        if fields := _fields(self.target):
            return [Parameter(each.name) for each in fields]
        return [each for each in self.target.parameters if each.name not in ("self", "cls")]

    @property
    def is_record(self) -> bool:
        """Whether it is a class whose attributes are all that it is."""
        return "dataclass" in self.target.labels or bool(_fields(self.target))

    @property
    def is_abstract(self) -> bool:
        """Whether it is a class that others complete."""
        return isinstance(self.target, Class) and "ABC" in map(str, self.target.bases)

    def items(self, *kinds: str) -> dict[str, str]:
        """Return what its lists say of each name, in order."""
        return {
            name: " ".join(text.split())
            for section in self.entry.sections
            if section.kind in kinds
            for names, text in section.items
            for name in (each.strip().lstrip("*") for each in names.split(","))
        }

    def problem(self, message: str, where: str = "(?!)") -> Problem:
        """Return a problem at the line of the docstring in which a pattern is found."""
        line = self.target.lineno or 0
        docstring = self.target.docstring
        match = re.search(where, self.text)
        if match and docstring and docstring.lineno:
            line = docstring.lineno + self.text.count("\n", 0, match.start())
        return Problem(self.entry.path, line, f"`{self.written}` {message}")


def check(package: Path = PACKAGE) -> list[Problem]:
    """Return what the published docstrings of a package say wrong, or do not say."""
    loader = GriffeLoader(search_paths=[package.parent], allow_inspection=False)
    read = loader.load(package.name)
    assert isinstance(read, Module)
    told = list(_told(read))
    known = _Known(read, told)
    found = [each.problem("has no docstring; write one") for each in told if not each.text]
    for each in told:
        if each.text:
            found += [problem for rule in RULES for problem in rule(each, known)]
    for name in sorted(known.modules):  # what stands above the entries of a module
        preface = Told(Entry(read.modules[name], f"{read.name}.{name}"), False)
        found += [*formulas(preface, known), *names(preface, known)]
    return found + list(_undocumented(told))


class _Known:
    """What a docstring may name, and what it may send its reader to."""

    def __init__(self, package: Module, told: list[Told]) -> None:
        self.told = {each.name: each for each in told}
        self.modules = {name for name in package.modules if not name.startswith("_")}

    def holds(self, name: str, about: Told) -> bool:
        """Whether a name in backticks leads somewhere, as the pages of reference link it."""
        owner = about.name.partition(".")[0]
        inside = [owner, *self.told[owner].entry.bases] if owner in self.told else []
        last = name.rpartition(".")[2]
        ids = [*(f"{place}.{name}" for place in inside), name, last]
        return name in self.modules or any(each in self.told for each in ids)


def _told(package: Module) -> Iterator[Told]:
    for name in public_names(package):
        found = entry(package, name)
        yield Told(found, False)
        for member in found.members:
            yield Told(member, True)


def _undocumented(told: list[Told]) -> Iterator[Problem]:
    """Public methods without a docstring, unless they take the place of one that has it."""
    for each in told:
        if isinstance(each.target, Class) and not each.is_member:
            documented = {member.name for member in each.entry.members}
            inherited = {name for base in each.target.mro() for name in base.members}
            for name, member in each.target.members.items():
                if name.startswith("_") or not isinstance(member, Function):
                    continue
                if name not in documented and name not in inherited:
                    message = f"`{each.name}.{name}` has no docstring; write one, or begin its"
                    yield Problem(each.entry.path, member.lineno or 0, f"{message} name with _")


def sections(told: Told, _known: _Known) -> Iterator[Problem]:
    """A public name says what it computes, takes, returns and refuses, and shows an example."""
    if told.is_member:
        return
    sent = _ELSEWHERE.search(told.text)
    if "$" not in told.text and not told.is_record and told.name not in WITHOUT_EQUATION:
        yield told.problem("gives no equation `$…$`; write it, or its reason in WITHOUT_EQUATION")
    if "example" not in told.kinds:
        yield told.problem("shows no example; end its docstring with one, `>>> …`")
    refuses = told.parameters and not told.is_record and not told.is_abstract
    if refuses and not sent and "raises" not in told.kinds:
        yield told.problem("does not say what it refuses; add `Raises:`")


def elsewhere(told: Told, known: _Known) -> Iterator[Problem]:
    """A docstring that sends its reader to another one sends to one that tells."""
    sent = _ELSEWHERE.search(told.text)
    if sent is None:
        return
    other = known.told.get(sent["name"])
    promised = ["args", "raises", "source"] if sent["source"] else ["args", "raises"]
    missing = [f"{kind.title()}:" for kind in promised if not other or kind not in other.kinds]
    if missing:
        message = f"sends to `{sent['name']}`, which has no {', '.join(missing)}"
        yield told.problem(f"{message} Correct one of them", "see\\s+`")


def arguments(told: Told, known: _Known) -> Iterator[Problem]:
    """`Args:` holds the parameters of the signature, all of them, in order."""
    stated = list(told.items("args") or (told.items("attributes") if told.is_record else ()))
    names = [each.name for each in told.parameters]
    sent = _ELSEWHERE.search(told.text)
    if sent and sent["all"].startswith("A"):
        other = known.told.get(sent["name"])
        theirs = [(each.name, each.default) for each in other.parameters] if other else []
        if theirs != [(each.name, each.default) for each in told.parameters]:
            message = f"has other arguments or defaults than `{sent['name']}`, to which it sends"
            yield told.problem(f"{message}; write its own `Args:`", "see\\s+`")
        return
    if stated == names or (told.is_member and "args" not in told.kinds):
        return
    for name in stated:
        if name not in names:
            message = f"has no argument {name}; `Args:` are those of its signature"
            yield told.problem(f"{message}, {', '.join(names)}", rf"\b{name}\b[^:\n]*:")
    missing = [name for name in names if name not in stated]
    if missing:
        yield told.problem(f"does not say what {', '.join(missing)} is; add it to `Args:`", "Args:")
    elif set(stated) == set(names):
        yield told.problem(f"takes ({', '.join(names)}); list `Args:` in that order", "Args:")


def defaults(told: Told, _known: _Known) -> Iterator[Problem]:
    """A default is stated, `0.01 by default`, and is that of the signature.

    None and False say "not given" and need no words; nor does a function, or a record.
    """
    if told.is_record or _ELSEWHERE.search(told.text):
        return
    items = told.items("args")
    for each in told.parameters:
        text = items.get(each.name, "" if items else told.text)
        stated = [_value(word.strip("`")) for word in _STATED.findall(text)]
        default = str(each.default)
        if each.default is None and items and stated:
            message = f"says that {each.name} is {stated[0]} by default, and it has no default"
        elif each.default is None or default in _UNSAID or _is_name(default):
            continue
        elif not stated:
            message = f"does not say what {each.name} is by default; add {_shown(default)}"
            yield told.problem(f"{message} by default", rf"\b{each.name}\b[^:\n]*:")
            continue
        elif _value(default) not in stated:
            message = f"says that {each.name} is {stated[0]} by default, and it is {default}"
        else:
            continue
        yield told.problem(f"{message}; correct one of them", rf"\b{each.name}\b[^:\n]*:")


def returns(told: Told, _known: _Known) -> Iterator[Problem]:
    """What is returned is told."""
    target = told.target
    if not isinstance(target, Function) or str(target.returns) in ("None", "Self"):
        return
    sent = _ELSEWHERE.search(told.text)
    if told.kinds & {"returns", "yields"} or (sent and sent["all"].startswith("A")):
        return
    if not told.is_member or not _RETURNS.search(told.text):
        yield told.problem(f"does not say what it returns ({target.returns}); add `Returns:`")


def errors(told: Told, _known: _Known) -> Iterator[Problem]:
    """An error that the code itself raises is told."""
    if told.function is None or _ELSEWHERE.search(told.text):
        return
    promised = told.text
    if told.is_member and isinstance(told.target.parent, Class):  # an ancestor's promise holds
        for owner in told.target.parent.mro():
            method = owner.members.get(told.target.name)
            promised += method.docstring.value if method and method.docstring else ""
    for name in _raised(told.function):
        if name not in promised:
            yield told.problem(f"raises {name} and does not say when; add it to `Raises:`")


def formulas(told: Told, _known: _Known) -> Iterator[Problem]:
    """The formulas of a docstring, through KaTeX."""
    docstring = told.target.docstring
    if docstring is None:
        return
    page = pages.parse(told.text, path=told.entry.path.with_suffix(".md"), language="en", name="")
    for formula in page.formulas:
        try:
            latex.render(formula.tex, formula.display)
        except latex.LatexError as error:
            line = (docstring.lineno or 1) + formula.line - 1
            yield Problem(told.entry.path, line, f"{error}; correct it")


def names(told: Told, known: _Known) -> Iterator[Problem]:
    """A name between single backticks is one of the package's: the reference links it."""
    for match in NAME.finditer(told.text):
        if not known.holds(match["name"], told):
            message = f"names `{match['name']}`, which the package has not"
            advice = f"correct it, or write ``{match['name']}`` for what is no public name"
            yield told.problem(f"{message}; {advice}", re.escape(match[0]))


RULES: tuple[Callable[[Told, _Known], Iterator[Problem]], ...] = (
    sections,
    elsewhere,
    arguments,
    defaults,
    returns,
    errors,
    formulas,
    names,
)


def _raised(function: Function) -> list[str]:
    """Return the errors that the body of a function names after `raise`."""
    found = []
    todo: list[ast.AST] = list(ast.parse(dedent(str(function.source))).body)
    while todo:
        node = todo.pop()
        if isinstance(node, ast.FunctionDef) and node.name != function.name:
            continue  # raised when somebody calls it
        if isinstance(node, ast.Raise) and node.exc is not None:
            called = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
            name = ast.unparse(called)
            if name[0].isupper():
                found.append(name)
        todo.extend(ast.iter_child_nodes(node))
    return sorted(set(found))


def _fields(target: Object) -> list[Attribute]:
    """Return the fields of a named tuple; none for anything else."""
    if not isinstance(target, Class) or "NamedTuple" not in map(str, target.bases):
        return []
    return [each for each in target.members.values() if isinstance(each, Attribute)]


def _is_name(default: str) -> bool:
    """Whether a default is something that has a name, such as a function."""
    return default.isidentifier() and default != "True"


def _value(source: str) -> object:
    """Return the value that a word of a docstring or of a signature stands for."""
    try:
        return ast.literal_eval(source)
    except (SyntaxError, ValueError):
        return source


def _shown(default: str) -> str:
    """Return a default as docstrings write it: 0.01, ``"he"``."""
    value = _value(default)
    if isinstance(value, str):
        return f'``"{value}"``'
    return f"``{default}``" if isinstance(value, tuple) else default
