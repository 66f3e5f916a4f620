"""A docstring that does not say what its code does is told, with file and line."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from atelier import package_docs
from atelier.paths import PACKAGE

FAULTS = {
    "a docstring is gone": (
        "_sigmoids.py",
        'def identity(z: ArrayLike) -> Array:\n    r"""',
        'def identity(z: ArrayLike) -> Array:\n    text = r"""',
        "`identity` has no docstring; write one",
    ),
    "an argument is renamed in the code": (
        "_optimisers.py",
        "rho: float = 0.9",
        "decay: float = 0.9",
        "`RMSProp` has no argument rho; the signature has (alpha, decay, epsilon)",
    ),
    "an argument of a method is renamed": (
        "_optimiser.py",
        "        gradients: Their",
        "        slopes: Their",
        "`Optimiser.step` has no argument slopes; the signature has (parameters, gradients)",
    ),
    "a new argument is not told": (
        "_optimisers.py",
        "alpha: float | Schedule = 0.01) -> None:",
        "alpha: float | Schedule = 0.01, clip: float | None = None) -> None:",
        "`SGD` does not say what clip is; add it to `Args:`",
    ),
    "arguments are told in another order": (
        "_optimisers.py",
        "beta1: float = 0.9,\n        beta2: float = 0.999,",
        "beta2: float = 0.999,\n        beta1: float = 0.9,",
        "`Adam` takes (alpha, beta2, beta1, epsilon); list `Args:` in that order",
    ),
    "a default changes in the code": (
        "_optimisers.py",
        "alpha: float | Schedule = 0.001,\n        beta1",
        "alpha: float | Schedule = 0.002,\n        beta1",
        "`Adam` says that alpha is 0.001 by default, and it is 0.002; correct one of them",
    ),
    "a default changes in the docstring": (
        "logistic.py",
        "Learning rate, 0.1 by default.",
        "Learning rate, 0.5 by default.",
        "`LogisticRegression` says that alpha is 0.5 by default, and it is 0.1; "
        "correct one of them",
    ),
    "a default of a word changes": (
        "_dense.py",
        'initialise: str = "he"',
        'initialise: str = "glorot"',
        "`Dense` says that initialise is he by default, and it is 'glorot'; correct one of them",
    ),
    "a default is not stated": (
        "regularisation.py",
        ", 10 by default.",
        ".",
        "`EarlyStopping` does not say what patience is by default; add 10 by default",
    ),
    "a default that is gone is still stated": (
        "losses.py",
        "def huber_loss(y_true: ArrayLike, y_pred: ArrayLike, delta: float = 1.0)",
        "def huber_loss(y_true: ArrayLike, y_pred: ArrayLike, delta: float)",
        "`huber_loss` says that delta is 1 by default, and it has no default; correct one of them",
    ),
    "a derivative gets a default of its own": (
        "_rectifiers.py",
        "def d_elu(z: ArrayLike, alpha: float = 1.0)",
        "def d_elu(z: ArrayLike, alpha: float = 2.0)",
        "`d_elu` has other arguments or defaults than `elu`, to which it sends; "
        "write its own `Args:`",
    ),
    "a docstring sends to a name that is not": (
        "_rectifiers.py",
        "errors and source: see `elu`",
        "errors and source: see `elus`",
        "`d_elu` sends to `elus`, which has no Args:, Raises:, Source: Correct one of them",
    ),
    "a source that is promised is gone": (
        "_rectifiers.py",
        "Source: Clevert",
        "From: Clevert",
        "`d_elu` sends to `elu`, which has no Source: Correct one of them",
    ),
    "no equation": (
        "_sigmoids.py",
        r": $\varphi(z) = z$, the output",
        ": the output",
        "`identity` gives no equation `$…$`; write it, or its reason in WITHOUT_EQUATION",
    ),
    "no example": (
        "_schedules.py",
        ">>> ",
        "    ",
        "`constant` shows no example; end its docstring with one, `>>> …`",
    ),
    "no errors": (
        "_selection.py",
        "Raises:",
        "Errors:",
        "`k_fold` does not say what it refuses; add `Raises:`",
    ),
    "an error that only the code knows": (
        "autodiff.py",
        "            ValueError: No gradient for",
        "            TypeError: No gradient for",
        "`Tensor.backward` raises ValueError and does not say when; add it to `Raises:`",
    ),
    "what is returned is not told": (
        "_selection.py",
        "Returns:",
        "Gives:",
        "`k_fold` does not say what it returns (list[tuple[Rows, Rows]]); add `Returns:`",
    ),
    "what a method returns is not told": (
        "_optimiser.py",
        "Return what the steps",
        "What the steps",
        "`Optimiser.state` does not say what it returns (dict[str, Any]); add `Returns:`",
    ),
    "TeX that KaTeX does not know": (
        "_optimisers.py",
        r"$\theta \leftarrow \theta - \alpha g$",
        r"$\theta \leftarow \theta - \alpha g$",
        r"KaTeX: Undefined control sequence: \leftarow",
    ),
    "a name that leads nowhere": (
        "_sequential.py",
        "is usually a `Dense`",
        "is usually a `Dense_`",
        "`Sequential` names `Dense_`, which the package has not; correct it, or write ``Dense_`` "
        "for what is no public name",
    ),
    "a public method without a docstring": (
        "_optimisers.py",
        "    def _update(self",
        "    def forget(self) -> None:\n        self.n_steps = 0\n\n    def _update(self",
        "`SGD.forget` has no docstring; write one, or begin its name with _",
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
    name, right, wrong, message = FAULTS[fault]
    path = package / name
    source = path.read_text("utf-8")
    assert right in source
    path.write_text(source.replace(right, wrong, 1), "utf-8")
    told = [each for each in package_docs.check(package) if each.message.startswith(message)]
    assert told, [str(each) for each in package_docs.check(package)]
    assert {each.path.name for each in told} <= {path.name}
    assert all(each.line > 0 for each in told)


def test_the_line_is_that_of_the_words(package: Path) -> None:
    path = package / "_optimisers.py"
    lines = path.read_text("utf-8").replace("0.999 by default", "0.99 by default").split("\n")
    path.write_text("\n".join(lines), "utf-8")
    (problem,) = package_docs.check(package)
    assert "beta2: Share of the past" in lines[problem.line - 1]


def test_the_exceptions_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    names = sorted(package_docs.WITHOUT_EQUATION)
    monkeypatch.setattr(package_docs, "WITHOUT_EQUATION", {})
    told = [each.message for each in package_docs.check()]
    assert sorted(message.split("`")[1] for message in told) == names
    assert all("gives no equation" in message for message in told)
