"""What the pages of reference tell of the package: its public names, read without running it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from griffe import Alias, Attribute, Class, Function, Module, Object

from atelier.paths import ROOT
from atelier.render.docstrings import Section, sections

PACKAGE = "perceptrons"
WIDTH = 72  # a longer signature has one argument a line


@dataclass(frozen=True)
class Entry:
    """A public name, or a method of a public class.

    Attributes:
        target: What it names.
        id: Its anchor: what a reader imports, `perceptrons.sigmoid`, wherever it is written.
    """

    target: Object
    id: str

    @property
    def name(self) -> str:
        """The name, without its class."""
        return self.id.rpartition(".")[2]

    @property
    def path(self) -> Path:
        """The file in which it is written."""
        path = self.target.filepath
        assert isinstance(path, Path)  # a list for a namespace package only
        return path

    @property
    def place(self) -> str:
        """File and line, as a message cites them."""
        return f"{self._file}:{self.target.lineno or 0}"

    @property
    def address(self) -> str:
        """File and line below the address of the repository."""
        return f"{self._file}#L{self.target.lineno}"

    @property
    def _file(self) -> str:
        inside = self.path.is_relative_to(ROOT)
        return (self.path.relative_to(ROOT) if inside else self.path).as_posix()

    @cached_property
    def sections(self) -> list[Section]:
        """The sections of its docstring; none when it has no docstring."""
        docstring = self.target.docstring
        return sections(docstring.value) if docstring else []

    @cached_property
    def signature(self) -> str:
        """How it is called, or its type when it is no function."""
        target = self.target
        if isinstance(target, Function):
            return _broken(target.signature(name=self.name))
        if isinstance(target, Class):
            return _broken(target.signature(name=self.name) or f"{self.name}({_fields(target)})")
        assert isinstance(target, Attribute)
        return f"{self.name}: {target.annotation}"

    @cached_property
    def bases(self) -> list[str]:
        """The nearest public ancestors of a class, whose methods are told at their own place."""
        if not isinstance(self.target, Class):
            return []
        return [owner.name for owner in self.target.mro() if _is_public(owner)][:1]

    @cached_property
    def members(self) -> list[Entry]:
        """The methods and properties of a class, those of its private ancestors included."""
        if not isinstance(self.target, Class):
            return []
        found: dict[str, Object] = {}
        for owner in (self.target, *(each for each in self.target.mro() if not _is_public(each))):
            for name, member in owner.members.items():
                if isinstance(member, Object) and member.docstring and not name.startswith("_"):
                    found.setdefault(name, member)
        return [Entry(member, f"{self.id}.{name}") for name, member in found.items()]


def entry(package: Module, name: str) -> Entry:
    """Return the entry of a name that the package passes on to its readers."""
    return Entry(_target(package.members[name]), f"{PACKAGE}.{name}")


def entries(package: Module, module: Module) -> list[Entry]:
    """Return the public names of which a public module is the home, in the order of the sources.

    A name that another public module defines is told there; one that the package does not pass
    on is not public.
    """
    public = public_names(package)
    found: dict[str, tuple[int, int]] = {}
    for name in map(str, module.exports or ()):
        member = module.members[name]
        home = _target(member).module
        if name in public and (home is module or home.name.startswith("_")):
            imported = (member.alias_lineno or 0) if isinstance(member, Alias) else 0
            found[name] = (imported, _target(member).lineno or 0)
    return [entry(package, name) for name in sorted(found, key=found.__getitem__)]


def public_names(package: Module) -> list[str]:
    """Return what the package says that it passes on (`__all__`)."""
    return [str(name) for name in package.exports or ()]


def _is_public(owner: Object) -> bool:
    package = owner.package
    return isinstance(package, Module) and owner.name in public_names(package)


def _target(member: Object | Alias) -> Object:
    return member.final_target if isinstance(member, Alias) else member


def _fields(target: Class) -> str:
    """Return the fields of a named tuple, as its constructor takes them."""
    if "NamedTuple" not in map(str, target.bases):
        return ""
    fields = (each for each in target.members.values() if isinstance(each, Attribute))
    return ", ".join(
        f"{field.name}: {field.annotation}" + (f" = {field.value}" if field.value else "")
        for field in fields
    )


def _broken(signature: str) -> str:
    """Put each argument of a long signature on a line of its own."""
    call, arrow, result = signature.partition(" -> ")
    head, bracket, rest = call.partition("(")
    inside = rest.removesuffix(")")
    if len(signature) <= WIDTH or not inside:
        return signature
    arguments = "".join(f"    {each},\n" for each in _arguments(inside))
    return f"{head}{bracket}\n{arguments}){arrow}{result}"


def _arguments(inside: str) -> list[str]:
    """Cut a list of arguments at the commas that stand outside of all brackets."""
    found, depth, start = [], 0, 0
    for at, sign in enumerate(inside):
        depth += (sign in "([{") - (sign in ")]}")
        if sign == "," and not depth:
            found.append(inside[start:at].strip())
            start = at + 1
    return [*found, inside[start:].strip()]
