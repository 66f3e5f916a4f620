"""What calls do, by name: the facts that a syntax tree does not hold.

What is said of `perceptrons` rests on the promises of the package (no argument is changed but a
model and a generator; `predict` and `loss` remember nothing); a test compares these tables with
its annotations. Names that stand in no table are taken to change what they are given.
"""

from __future__ import annotations

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


GENERATORS = frozenset({"numpy.random.default_rng", "numpy.random.Generator"})
SEEDS = frozenset({"SeedSequence", "PCG64", "PCG64DXSM", "Philox", "SFC64", "MT19937"})

# numpy: a function changes nothing it is given, but for these and for `out=`.
NUMPY_IN_PLACE = frozenset({"copyto", "put", "place", "putmask", "fill_diagonal", "at"}) | {
    "put_along_axis",
    "shuffle",
}
NUMPY_SETTINGS = frozenset({"set_printoptions", "seterr", "seterrcall", "setbufsize"})
NUMPY_FILES = re.compile(r"numpy\.(save|load|fromfile|genfromtxt|memmap)")
NUMPY_FRESH = _words(
    "zeros ones empty full zeros_like ones_like empty_like full_like arange linspace logspace eye "
    "identity array copy exp log sqrt abs sum mean std var dot matmul concatenate hstack vstack "
    "stack column_stack tile repeat where outer maximum minimum round sign sort argsort argmax "
    "argmin isclose allclose array_equal append unique cumsum norm"
)
NUMPY_KEEPS_FUNCTION = frozenset({"vectorize", "frompyfunc"})

PURE_MODULES = _words(
    "builtins math cmath operator itertools functools collections statistics string textwrap re "
    "typing dataclasses abc enum time timeit fractions numbers copy pprint inspect types "
    "importlib contextlib"
)
SETTING_MODULES = frozenset({"warnings", "sys", "locale", "logging", "decimal"})
FILE_MODULES = frozenset({"os", "pathlib", "shutil", "tempfile", "io"})
CHANGING_BUILTINS = frozenset({"setattr", "delattr", "next"})
PLAIN_BUILTINS = _words(
    "print len range float int str repr format isinstance issubclass any all bool hash id complex "
    "callable hasattr ord chr bin hex ascii type bytes divmod round"
)
ITERATORS = frozenset({"iter", "zip", "map", "filter", "enumerate", "reversed"})
EVERYTHING = frozenset({"exec", "eval", "globals", "locals", "vars", "__import__", "compile"})

# perceptrons: functions that change an object they are given, and those whose result is not data.
IN_PLACE = frozenset({"clip_gradients"})
CHANGES_MODEL = IN_PLACE | _words("fit draw_graph gradient_descent random_search warm_up")
GIVES_OBJECT = _words(
    "fit causal_mask constant cosine_decay exponential_decay gradient_descent k_fold "
    "random_search small_cnn step_decay warm_up"
)
GIVES_ITERATOR = frozenset({"batches"})
KEEPS_GENERATOR = frozenset({"Dropout"})  # classes that store the rng they are given

# Methods. Of objects: those that change nothing. Of arrays, lists, dicts and texts: the same.
PURE_OBJECT_METHODS = _words(
    "predict predict_proba decision_function loss score labels check transform inverse_transform "
    "parameters gradients gradient"
)
FRESH_METHODS = _words(
    "predict predict_proba decision_function loss score labels transform inverse_transform "
    "sum mean std var min max argmax argmin round astype copy tolist item dot any all cumsum "
    "cumprod prod nonzero clip trace argsort flatten repeat conj choose compress searchsorted "
    "index count ptp"
)
VIEW_METHODS = _words(
    "reshape ravel transpose view squeeze swapaxes diagonal items keys values get "
    "difference union intersection issubset issuperset isdisjoint most_common"
)
PURE_METHODS = PURE_OBJECT_METHODS | FRESH_METHODS | VIEW_METHODS
DATA_METHODS = FRESH_METHODS | {"forward", "backward", "parameters", "gradients", "gradient"}
CHANGES_ARGUMENTS = frozenset({"step", "shuffle", "update"})
DATA_ATTRIBUTE = re.compile(
    r"d?[A-Za-z]\d*|weights|bias|mistakes|history|epochs|loss|accuracy|validation_\w+|"
    r"shape|size|ndim|dtype|real|imag|flat|nbytes|__\w+__"
)


def is_special(path: str) -> bool:
    """Whether a function is not one that only computes from what it is given."""
    root, *_, name = path.split(".")
    return (
        root not in ("perceptrons", "numpy")
        or path.startswith("numpy.random.")
        or name[:1].isupper()
        or name in CHANGES_MODEL | GIVES_OBJECT | GIVES_ITERATOR | NUMPY_IN_PLACE
        or name in NUMPY_SETTINGS | NUMPY_KEEPS_FUNCTION
        or NUMPY_FILES.match(path) is not None
    )
