"""The settings that must hold, each with its reason: one that is loosened is told by its name.

A rule takes the folder of the repository, and returns what is wrong. That each
warning of MkDocs fails a build is held where it is seen to, in `test_editions`.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from mkdocs.utils import yaml_load

from atelier.paths import LANGUAGES, ROOT

CONFIGURATIONS = {"fr": "mkdocs.yml", "en": "mkdocs.en.yml"}


def pyproject(root: Path) -> dict:
    return tomllib.loads((root / "pyproject.toml").read_text("utf-8"))


def edition(root: Path, language: str) -> dict:
    """Return the settings of an edition, with those that it inherits."""
    with (root / CONFIGURATIONS[language]).open("rb") as file:
        return yaml_load(file)


def files(root: Path) -> list[Path]:
    """Return the files that are committed, or that would be."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    told = subprocess.run(command, cwd=root, capture_output=True, encoding="utf-8", check=True)
    paths = [root / name for name in told.stdout.split("\0") if name]
    return [path for path in paths if path.is_file()]


# The rules


def mkdocs_looks_at_links_and_pages(root: Path) -> list[str]:
    """A link or an anchor that leads nowhere, or a page outside the menu, is a warning."""
    kinds = ("omitted_files", "absolute_links", "unrecognized_links", "anchors")
    return [
        f"{language}: validation.{kind} is not warn"
        for language in LANGUAGES
        for kind in kinds
        if edition(root, language).get("validation", {}).get(kind) != "warn"
    ]


def labs_are_executed(root: Path) -> list[str]:
    """A lab is run when the site is built, and a cell that fails is an error."""
    found = []
    for language in LANGUAGES:
        labs = edition(root, language)["plugins"]["mkdocs-jupyter"]
        if labs["execute"] is not True or labs["allow_errors"] is not False:
            found.append(f"{language}: mkdocs-jupyter must execute, and allow no errors")
    return found


def each_edition_has_its_language(root: Path) -> list[str]:
    """The pages say to screen readers and search engines in which language they are."""
    found = []
    for language, locale in (("fr", "fr_FR"), ("en", "en_GB")):
        settings = edition(root, language)
        folders = (f"docs/{language}", f"site/{language}")
        if settings["theme"]["language"] != language or settings["extra"]["locale"] != locale:
            found.append(f"{language}: theme.language or extra.locale is another one")
        if (settings["docs_dir"], settings["site_dir"]) != folders:
            found.append(f"{language}: docs_dir or site_dir is another one")
    return found


def french_spaces_are_french(root: Path) -> list[str]:
    """French has narrow spaces before its signs, and English has none."""
    on = [
        edition(root, language)["markdown_extensions"]["atelier.render.markdown.french"]["enabled"]
        for language in LANGUAGES
    ]
    return (
        [] if on == [True, False] else ["atelier.render.markdown.french is on in fr and off in en"]
    )


def pages_load_nothing_from_elsewhere(root: Path) -> list[str]:
    """No font and no repository's figures are asked of another site, for each of its readers."""
    found = []
    for language in LANGUAGES:
        settings = edition(root, language)
        if settings["theme"]["font"] is not False:
            found.append(f"{language}: theme.font must be false")
        if "repo_url" in settings:
            found.append(f"{language}: repo_url makes each page ask an API")
    return found


def pytest_forgives_nothing(root: Path) -> list[str]:
    """A warning is an error, a marker is declared, and what should fail does."""
    settings = pyproject(root)["tool"]["pytest"]["ini_options"]
    options = settings["addopts"].split()
    wanted = {"--strict-markers", "--strict-config", "--doctest-modules", "--codeblocks"}
    found = [f"pytest: {option} is missing" for option in sorted(wanted - set(options))]
    if settings["filterwarnings"] != ["error"]:
        found.append("pytest: filterwarnings is error, and nothing else")
    if settings["xfail_strict"] is not True:
        found.append("pytest: xfail_strict is true")
    hides = re.compile(r"--ignore|--deselect|-k\b|-m\b|-p\b|-W\b|--disable")
    return found + [f"pytest: {option} hides tests" for option in options if hides.match(option)]


def pytest_looks_everywhere(root: Path) -> list[str]:
    """Tests, pages, both READMEs, and the examples of docstrings."""
    settings = pyproject(root)["tool"]["pytest"]["ini_options"]
    wanted = {"tests", "docs", "README.md", "README.fr.md", "src"}
    missing = sorted(wanted - set(settings["testpaths"]))
    found = [f"pytest: testpaths lacks {name}" for name in missing]
    narrow = {"python_files", "python_functions", "python_classes", "norecursedirs"}
    return found + [f"pytest: {name} hides tests" for name in sorted(narrow & settings.keys())]


def ruff_keeps_its_rules(root: Path) -> list[str]:
    """Errors, unused names, imports, likely bugs, old ways, and Ruff's and NumPy's own rules."""
    settings = pyproject(root)["tool"]["ruff"]
    lint = settings["lint"]
    wanted = {"E", "F", "W", "I", "B", "UP", "SIM", "RUF", "NPY"}
    allowed = {"RUF001", "RUF002", "RUF003", "E731", "E741"}
    found = [f"ruff: {name} is not selected" for name in sorted(wanted - set(lint["select"]))]
    found += [f"ruff: {name} is ignored" for name in sorted(set(lint["ignore"]) - allowed)]
    found += [
        f"ruff: {', '.join(rules)} is ignored in {where}"
        for where, rules in lint["per-file-ignores"].items()
        if (where, rules) != ("docs/*/labs/*.py", ["E501"])  # one sentence a line, as on pages
    ]
    if settings["line-length"] > 100:
        found.append("ruff: line-length is over 100")
    excluded = {"exclude", "extend-exclude", "extend-ignore"} & (settings.keys() | lint.keys())
    found += [f"ruff: {name} hides files or rules" for name in sorted(excluded)]
    if settings["format"]["exclude"] != ["*.md"]:  # a block on a page is laid out for a phone
        found.append("ruff: format.exclude is *.md, and nothing else")
    return found


def mypy_is_strict(root: Path) -> list[str]:
    """The package and the workshop are typed; of others, only missing stubs are forgiven."""
    settings = pyproject(root)["tool"]["mypy"]
    found = [] if settings["strict"] is True else ["mypy: strict is true"]
    if set(settings["packages"]) != {"perceptrons", "atelier"}:
        found.append("mypy: packages are perceptrons and atelier")
    for override in settings["overrides"]:
        ours = [name for name in override["module"] if name.split(".")[0] in settings["packages"]]
        if ours or override.keys() != {"module", "ignore_missing_imports"}:
            found.append(f"mypy: {', '.join(override['module'])} is let off")
    loose = {"ignore_errors", "exclude", "disable_error_code", "follow_imports"}
    return found + [f"mypy: {name} hides errors" for name in sorted(loose & settings.keys())]


def each_requirement_is_locked_with_a_hash(root: Path) -> list[str]:
    """What is installed is, to the byte, what was tested."""
    found = []
    for lock in sorted((root / "requirements").glob("*.txt")):
        text = lock.read_text("utf-8").replace("\\\n", " ")
        for line in filter(None, map(str.strip, text.split("\n"))):
            name = line.split()[0]
            if not re.match(r"[\w.-]+==[\w.+!-]+$", name) or "--hash=sha256:" not in line:
                found.append(f"{lock.name}: {name} has no version or no hash")
    return found


def each_declared_requirement_is_in_the_lock(root: Path) -> list[str]:
    """`make lock` has been run since a requirement was declared."""
    groups = pyproject(root)["dependency-groups"]
    locked = set(
        re.findall(r"^([\w.-]+)==", (root / "requirements/dev.txt").read_text("utf-8"), re.M)
    )
    wanted = {each for name in groups if name != "bench" for each in declared(root, name)}
    return [f"dev.txt: {name} is not locked; run `make lock`" for name in sorted(wanted - locked)]


def imports_are_declared(root: Path) -> list[str]:
    """What is imported is asked for by name: what another package brings may go with it."""
    groups = pyproject(root)["dependency-groups"]
    asked_for = {name for group in groups for name in declared(root, group)} | {"numpy"}
    homes = packages_distributions()
    found = []
    for room in ("src/atelier", "tests", "docs", "benchmarks"):
        for path in sorted((root / room).rglob("*.py")):
            if path.parent.name == "mutants":
                continue  # `make mutants` installs what they need
            for name in imports(ast.parse(path.read_text("utf-8"))):
                known = {normal(home) for home in [name, *homes.get(name, ())]}
                if name not in OURS and not known & asked_for:
                    found.append(f"{path.relative_to(root)}: {name} is not declared in pyproject")
    return found


def the_package_imports_numpy_alone(root: Path) -> list[str]:
    """What is taught is written in the book, not in a library (a picture or a bar may be asked)."""
    found = []
    for path in sorted((root / "src/perceptrons").glob("*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        inside = {
            name
            for node in ast.walk(tree)
            if isinstance(node, ast.FunctionDef)
            for name in imports(node)
        }
        allowed = {"numpy", "perceptrons"} | (inside & {"matplotlib", "tqdm"})
        found += [f"{path.name}: imports {name}" for name in sorted(imports(tree) - allowed)]
    return found


def no_file_names_a_registry(root: Path) -> list[str]:
    """Where packages come from is the affair of the machine that installs them."""
    registries = re.compile(
        r"pyp[i]\.org/simple|files\.pythonhost[e]d|registry\.(?:np[m]js|yarnp[k]g)|(?:extra-)?index-url"
        r"|\"resolved\":|^registry\s*=",
        re.M,
    )
    found = []
    for path in files(root):
        if path == Path(__file__) or path.suffix in (".svg", ".png", ".woff2"):
            continue
        if path.name == Path(__file__).name:
            continue
        if match := registries.search(path.read_text("utf-8", errors="replace")):
            found.append(f"{path.relative_to(root)}: {match[0]}")
    return found


def actions_have_a_version(root: Path) -> list[str]:
    """An action of a branch is another program each time it runs."""
    return [
        f"{path.name}: {used} has no version"
        for path in sorted((root / ".github/workflows").glob("*.yml"))
        for used in re.findall(r"uses:\s*(\S+)", path.read_text("utf-8"))
        if not re.search(r"@(?:v\d[\w.]*|[0-9a-f]{40})$", used)
    ]


RULES: tuple[Callable[[Path], list[str]], ...] = (
    mkdocs_looks_at_links_and_pages,
    labs_are_executed,
    each_edition_has_its_language,
    french_spaces_are_french,
    pages_load_nothing_from_elsewhere,
    pytest_forgives_nothing,
    pytest_looks_everywhere,
    ruff_keeps_its_rules,
    mypy_is_strict,
    each_requirement_is_locked_with_a_hash,
    each_declared_requirement_is_in_the_lock,
    imports_are_declared,
    the_package_imports_numpy_alone,
    no_file_names_a_registry,
    actions_have_a_version,
)

# What they are made of

OURS = {"perceptrons", "atelier", "benchmarks", "figures", "tests"}


def declared(root: Path, group: str) -> set[str]:
    """Return the names of the requirements of a group, without those of the groups inside."""
    members = pyproject(root)["dependency-groups"][group]
    names = (re.match(r"[\w.-]+", each) for each in members if isinstance(each, str))
    return {normal(name[0]) for name in names if name}


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imports(tree: ast.AST) -> set[str]:
    """Return the packages that a program imports, those of Python's own library aside."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {each.name.split(".")[0] for each in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level and node.module:
            found.add(node.module.split(".")[0])
    return found - sys.stdlib_module_names


# The tests


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_setting_holds(rule: Callable[[Path], list[str]]) -> None:
    assert rule(ROOT) == []


# For each rule: a file, words of it, what they become, and the beginning of what is told.
FAULTS = [
    (
        mkdocs_looks_at_links_and_pages,
        "mkdocs.yml",
        "anchors: warn",
        "anchors: info",
        "en: validation.anchors is not warn",
    ),
    (
        mkdocs_looks_at_links_and_pages,
        "mkdocs.yml",
        "omitted_files: warn",
        "omitted_files: ignore",
        "fr: validation.omitted_files",
    ),
    (
        labs_are_executed,
        "mkdocs.yml",
        "allow_errors: false",
        "allow_errors: true",
        "fr: mkdocs-jupyter must",
    ),
    (
        each_edition_has_its_language,
        "mkdocs.en.yml",
        "  language: en",
        "  language: fr",
        "en: theme.language or extra.locale",
    ),
    (
        each_edition_has_its_language,
        "mkdocs.en.yml",
        "docs_dir: docs/en",
        "docs_dir: docs/fr",
        "en: docs_dir or site_dir",
    ),
    (
        french_spaces_are_french,
        "mkdocs.yml",
        "french: {enabled: true}",
        "french: {enabled: false}",
        "atelier.render.markdown.fre",
    ),
    (
        french_spaces_are_french,
        "mkdocs.en.yml",
        "french: {enabled: false}",
        "french: {enabled: true}",
        "atelier.render.markdown.f",
    ),
    (
        pages_load_nothing_from_elsewhere,
        "mkdocs.yml",
        "font: false",
        "font: {text: Lora}",
        "fr: theme.font must be false",
    ),
    (
        pages_load_nothing_from_elsewhere,
        "mkdocs.en.yml",
        "docs_dir:",
        "repo_url: x\ndocs_dir:",
        "en: repo_url makes each page",
    ),
    (
        pytest_forgives_nothing,
        "pyproject.toml",
        '["error"]',
        '["error", "ignore::UserWarning"]',
        "pytest: filterwarnings",
    ),
    (
        pytest_forgives_nothing,
        "pyproject.toml",
        "xfail_strict = true",
        "xfail_strict = false",
        "pytest: xfail_strict",
    ),
    (
        pytest_forgives_nothing,
        "pyproject.toml",
        "--strict-markers ",
        "",
        "pytest: --strict-markers is missing",
    ),
    (
        pytest_forgives_nothing,
        "pyproject.toml",
        "--codeblocks",
        "--codeblocks --deselect=x",
        "pytest: --deselect=x hides",
    ),
    (
        pytest_looks_everywhere,
        "pyproject.toml",
        '"README.fr.md", ',
        "",
        "pytest: testpaths lacks README.fr.md",
    ),
    (
        pytest_looks_everywhere,
        "pyproject.toml",
        "xfail_strict",
        'norecursedirs = ["en"]\nxfail_strict',
        "pytest: norecurse",
    ),
    (ruff_keeps_its_rules, "pyproject.toml", '"SIM", ', "", "ruff: SIM is not selected"),
    (
        ruff_keeps_its_rules,
        "pyproject.toml",
        '"RUF001", ',
        '"F401", "RUF001", ',
        "ruff: F401 is ignored",
    ),
    (
        ruff_keeps_its_rules,
        "pyproject.toml",
        'labs/*.py" = ["E501"]',
        'labs/*.py" = ["E501", "F"]',
        "ruff: E501, F is",
    ),
    (
        ruff_keeps_its_rules,
        "pyproject.toml",
        "line-length = 100",
        "line-length = 120",
        "ruff: line-length is over 100",
    ),
    (
        ruff_keeps_its_rules,
        "pyproject.toml",
        'exclude = ["*.md"]',
        'exclude = ["*.md", "src"]',
        "ruff: format.exclude",
    ),
    (
        mypy_is_strict,
        "pyproject.toml",
        "strict = true\nmypy",
        "strict = false\nmypy",
        "mypy: strict is true",
    ),
    (
        mypy_is_strict,
        "pyproject.toml",
        '["perceptrons", "atelier"]',
        '["atelier"]',
        "mypy: packages are",
    ),
    (
        mypy_is_strict,
        "pyproject.toml",
        '  "material.*",',
        '  "atelier.*",\n  "material.*",',
        "mypy: jupytext.*, atelier.*, material",
    ),
    (
        mypy_is_strict,
        "pyproject.toml",
        "mypy_path",
        "ignore_errors = true\nmypy_path",
        "mypy: ignore_errors hides",
    ),
    (
        each_declared_requirement_is_in_the_lock,
        "pyproject.toml",
        '  "tqdm",',
        '  "tqdm",\n  "pandas",',
        "dev.txt: pandas is not locked",
    ),
    (
        each_requirement_is_locked_with_a_hash,
        "requirements/dev.txt",
        "sys_platform == 'darwin' \\\n    --hash=sha256:",
        "sys_platform == 'darwin' #\n    --hash=sha256:",
        "dev.txt: appnope==1.0.0 has no",
    ),
    (
        each_requirement_is_locked_with_a_hash,
        "requirements/dev.txt",
        "jinja2==",
        "jinja2>=",
        "dev.txt: jinja2>=",
    ),
    (
        imports_are_declared,
        "src/atelier/paths.py",
        "from pathlib",
        "import pandas\nfrom pathlib",
        "src/atelier/paths.py",
    ),
    (
        imports_are_declared,
        "tests/conftest.py",
        "import pytest",
        "import pytest, attr",
        "tests/conftest.py: attr is not",
    ),
    (
        the_package_imports_numpy_alone,
        "src/perceptrons/losses.py",
        "import numpy",
        "import scipy\nimport numpy",
        "losses.py: import",
    ),
    (
        the_package_imports_numpy_alone,
        "src/perceptrons/losses.py",
        "import numpy",
        "import tqdm\nimport numpy",
        "losses.py: imports",
    ),
    (no_file_names_a_registry, "README.md", "\n", "\n--index-url x\n", "README.md: index-url"),
    (
        actions_have_a_version,
        ".github/workflows/ci.yml",
        "checkout@v4",
        "checkout@main",
        "ci.yml: actions/checkout@main",
    ),
]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository without the pages: what the rules read."""
    root = tmp_path_factory.mktemp("settings") / "book"
    rooms = {"src", "tests", "requirements", "benchmarks", ".github"}
    for path in files(ROOT):
        where = path.relative_to(ROOT)
        if where.parts[0] in rooms or len(where.parts) == 1:
            (root / where).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, root / where)
    subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
    return root


@pytest.mark.parametrize(("rule", "name", "right", "wrong", "told"), FAULTS)
def test_a_setting_that_is_loosened_is_told(
    rule: Callable[[Path], list[str]], name: str, right: str, wrong: str, told: str, template: Path
) -> None:
    path = template / name
    text = path.read_text("utf-8")
    assert right in text
    path.write_text(text.replace(right, wrong, 1), "utf-8")
    try:
        found = rule(template)
    finally:
        path.write_text(text, "utf-8")
    assert [message for message in found if message.startswith(told)], found


def test_each_rule_has_a_fault_that_it_tells() -> None:
    assert {rule for rule, *_ in FAULTS} == set(RULES)
