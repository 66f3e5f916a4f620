"""A docstring that does not say what its code does is told, with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from atelier.check import package_docs
from atelier.paths import PACKAGE

FAULTS = {
    "a docstring is gone": (
        'def identity(z: ArrayLike) -> Array:\n    r"""',
        'def identity(z: ArrayLike) -> Array:\n    text = r"""',
        "`identity` has no docstring; write one",
    ),
    "an argument is renamed in the code": (
        "rho: float = 0.9",
        "decay: float = 0.9",
        "`RMSProp` has no argument rho; `Args:` are those of its signature, alpha, decay, epsilon",
    ),
    "an argument of a method is renamed": (
        "        gradients: The gradients, in the same",
        "        slopes: The gradients, in the same",
        "`Optimiser.step` has no argument slopes; `Args:` are those of its signature, parameters, "
        "gradients",
    ),
    "a new argument is not told": (
        "alpha: float | Schedule = 0.01) -> None:",
        "alpha: float | Schedule = 0.01, clip: float | None = None) -> None:",
        "`SGD` does not say what clip is; add it to `Args:`",
    ),
    "arguments are told in another order": (
        "beta1: float = 0.9,\n        beta2: float = 0.999,",
        "beta2: float = 0.999,\n        beta1: float = 0.9,",
        "`Adam` takes (alpha, beta2, beta1, epsilon); list `Args:` in that order",
    ),
    "a default changes in the code": (
        "alpha: float | Schedule = 0.001,\n        beta1",
        "alpha: float | Schedule = 0.002,\n        beta1",
        "`Adam` says that alpha is 0.001 by default, and it is 0.002; correct one of them",
    ),
    "a default changes in the docstring": (
        "each with all examples; 1000 by default.\n        alpha: Learning rate, 0.1 by",
        "each with all examples; 1000 by default.\n        alpha: Learning rate, 0.5 by",
        "`LogisticRegression` says that alpha is 0.5 by default, and it is 0.1; "
        "correct one of them",
    ),
    "a default of a word changes": (
        'initialise: str = "he"',
        'initialise: str = "glorot"',
        "`Dense` says that initialise is he by default, and it is 'glorot'; correct one of them",
    ),
    "a default is not stated": (
        "after which training stops, 10 by default.",
        "after which training stops.",
        "`EarlyStopping` does not say what patience is by default; add 10 by default",
    ),
    "a default that is gone is still stated": (
        "def huber_loss(y_true: ArrayLike, y_pred: ArrayLike, delta: float = 1.0)",
        "def huber_loss(y_true: ArrayLike, y_pred: ArrayLike, delta: float)",
        "`huber_loss` says that delta is 1 by default, and it has no default; correct one of them",
    ),
    "a derivative gets a default of its own": (
        "def d_elu(z: ArrayLike, alpha: float = 1.0)",
        "def d_elu(z: ArrayLike, alpha: float = 2.0)",
        "`d_elu` has other arguments or defaults than `elu`, to which it sends; "
        "write its own `Args:`",
    ),
    "a docstring sends to a name that is not": (
        "errors and source: see `elu`",
        "errors and source: see `elus`",
        "`d_elu` sends to `elus`, which has no Args:, Raises:, Source: Correct one of them",
    ),
    "a source that is promised is gone": (
        "Source: Clevert",
        "From: Clevert",
        "`d_elu` sends to `elu`, which has no Source: Correct one of them",
    ),
    "no equation": (
        r": $\varphi(z) = z$.  It is",
        ": It is",
        "`identity` gives no equation `$…$`; write it, or its reason in WITHOUT_EQUATION",
    ),
    "no example": (
        ">>> constant(0.1)(1000)",
        "constant(0.1)(1000)",
        "`constant` shows no example; end its docstring with one, `>>> …`",
    ),
    "no errors": (
        "Raises:\n        ValueError: If a count is not in its range.",
        "Errors: If a count is not in its range.",
        "`k_fold` does not say what it refuses; add `Raises:`",
    ),
    "an error that only the code knows": (
        "            ValueError: No gradient for",
        "            TypeError: No gradient for",
        "`Tensor.backward` raises ValueError and does not say when; add it to `Raises:`",
    ),
    "what is returned is not told": (
        "Returns:\n        k pairs",
        "Gives: k pairs",
        "`k_fold` does not say what it returns (list[tuple[Rows, Rows]]); add `Returns:`",
    ),
    "what a method returns is not told": (
        "Return a copy of the memory",
        "A copy of the memory",
        "`Optimiser.state` does not say what it returns (dict[str, Any]); add `Returns:`",
    ),
    "TeX that KaTeX does not know": (
        r"$\theta \leftarrow \theta - \alpha g$",
        r"$\theta \leftarow \theta - \alpha g$",
        r"KaTeX: Undefined control sequence: \leftarow",
    ),
    "TeX in the docstring of a module": (
        "Losses and their gradients (chapter *Statistical learning*).",
        r"Losses and their gradients (chapter *Statistical learning*), $\nothing$.",
        r"KaTeX: Undefined control sequence: \nothing",
    ),
    "a name that leads nowhere": (
        "is usually a `Dense`",
        "is usually a `Dense_`",
        "`Sequential` names `Dense_`, which the package has not; correct it, or write ``Dense_`` "
        "for what is no public name",
    ),
    "a public method without a docstring": (
        '    memory = ("velocity",)\n',
        '    memory = ("velocity",)\n\n    def forget(self) -> None:\n        self.n_steps = 0\n',
        "`Momentum.forget` has no docstring; write one, or begin its name with _",
    ),
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    """A copy of the package, to plant faults in."""
    ignored = shutil.ignore_patterns("__pycache__")
    return Path(shutil.copytree(PACKAGE, tmp_path / PACKAGE.name, ignore=ignored))


def test_the_docstrings_of_the_package_say_what_its_code_does() -> None:
    assert package_docs.check() == []


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_with_its_line(fault: str, package: Path) -> None:
    right, wrong, message = FAULTS[fault]
    (path,) = (path for path in package.glob("*.py") if right in path.read_text("utf-8"))
    path.write_text(path.read_text("utf-8").replace(right, wrong, 1), "utf-8")
    told = [each for each in package_docs.check(package) if each.message.startswith(message)]
    assert told, [str(each) for each in package_docs.check(package)]
    assert all(each.path.parent == package and each.line > 0 for each in told)


def test_the_line_is_that_of_the_words(package: Path) -> None:
    right = "0.999 by default"
    (path,) = (path for path in package.glob("*.py") if right in path.read_text("utf-8"))
    lines = path.read_text("utf-8").replace(right, "0.99 by default").split("\n")
    path.write_text("\n".join(lines), "utf-8")
    (problem,) = package_docs.check(package)
    assert "beta2: Weight of the past" in lines[problem.line - 1]


def test_the_exceptions_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    names = sorted(package_docs.WITHOUT_EQUATION)
    monkeypatch.setattr(package_docs, "WITHOUT_EQUATION", {})
    told = [each.message for each in package_docs.check()]
    assert sorted(message.split("`")[1] for message in told) == names
    assert all("gives no equation" in message for message in told)
