"""What the package in the destination says of itself, for the defaults of the questions.

Nothing of the package is run, and nothing here fails: what cannot be read is unknown, and what is unknown is empty.
"""

from __future__ import annotations

import ast
import re
import warnings
from configparser import RawConfigParser
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from packaging.utils import canonicalize_name

from ..patterns import NAME
from .compiled import COMPILERS, COMPILES, COMPILING_BACKENDS, compiles
from .files import UnreadableError, content

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from packaging.requirements import Requirement

BACKENDS = {"mesonpy": "meson-python", "pdm.backend": "pdm-backend", "poetry": "poetry-core"} | {
    name.replace("-", "_"): name
    for name in ("flit-core", "hatchling", "maturin", "scikit-build-core", "setuptools", "uv-build")
}
"""The distribution of each build backend, by the package that `build-backend` names an object of (PEP 517)."""

EXISTING_BACKENDS = (*sorted({*BACKENDS.values()}), "other")
"""The build backends that a package may have that exists."""

NEW_BACKENDS = {
    "hatchling     with hatch-vcs (recommended)": "hatchling",
    "setuptools    with setuptools-scm": "setuptools",
}
"""The build backends that a new package may have, by what the question shows."""

OUR_FIRST_LINE = b"# Made by pyrelease-template:"
"""How `pyproject.toml` of a new package begins."""

VERSION_TOOLS = (
    "dunamai|flit-scm|pbr|(poetry|uv)-dynamic-versioning|setupmeta|setuptools-git-version(ing)?|vcs-versioning"
    "|vcversioner|versioneer(-518)?|versioningit"
)
"""What a build requires to take the version from the repository, and what takes no number from a workflow."""

SCM_RELEASES = ("9.2.0", "9.2.1", "9.2.2", "10.0.2", "11.0")
"""Releases of setuptools-scm that heed `SETUPTOOLS_SCM_PRETEND_METADATA`; the first is the oldest that is not yanked, the last stands for all
later ones (https://pypi.org/project/setuptools-scm/#history).
"""

TEST_NAMES = ("test", "tests", "testing", "dev")
"""What a group or an extra for the tests is called, the clearest first."""

# A lower bound as PEP 440 or Poetry writes it, or a bare version, which is one for Poetry.
FLOOR = re.compile(r"(?:>=?|~=?|===?|\^|\A)\s*v?([0-9]{1,4})(?:\.([0-9]{1,4}))?")

Table = dict[str, Any]

PART_OF_KEY = re.compile(r"""\s*["'\w-]*\s*""")

PARTS_OF_KEY = 100
"""Parts of a key in TOML, at most."""


@dataclass(frozen=True)
class FoundPackage:
    """The package in a folder; a text is empty where nothing is known.

    `python_min` is like `3.9`; `build_backend` is a distribution's name, or `other`; `version_source` is
    `setuptools-scm` (one that takes a number from a workflow), `other-vcs` or `static`; `test_group` (PEP 735) or else
    `test_extra` brings pytest.
    """

    name: str = ""
    description: str = ""
    python_min: str = ""
    build_backend: str = ""
    version_source: str = ""
    test_group: str = ""
    test_extra: str = ""
    is_compiled: bool = False
    may_be_compiled: bool = False
    """Whether only a run of its build can tell that."""

    @property
    def exists(self) -> bool:
        """Whether there is a package; every package has a build backend."""
        return bool(self.build_backend)


def read_package(folder: Path) -> FoundPackage:
    """Return what the package in a folder says of itself; an empty record where the folder holds no package.

    The table [project] counts most, then Poetry's own, then setup.cfg, then the literals in setup.py.
    https://packaging.python.org/en/latest/specifications/pyproject-toml/, https://python-poetry.org/docs/pyproject/,
    https://setuptools.pypa.io/en/latest/references/keywords.html
    """
    if is_ours(folder, "pyproject.toml"):
        return FoundPackage()
    pyproject, setup_cfg = read(folder, "pyproject.toml", toml) or {}, read(folder, "setup.cfg", sections) or {}
    setup_py = read(folder, "setup.py", arguments_of_setup)
    system, project, tool = (table(pyproject, name) for name in ("build-system", "project", "tool"))
    poetry, metadata = table(tool, "poetry"), table(setup_cfg, "metadata")
    if not (system or project or poetry or metadata) and setup_py is None:
        return FoundPackage()
    setup = (setup_py or {}) | metadata | table(setup_cfg, "options")  # the sections say the same in the same words
    pythons = (
        project.get("requires-python"),
        table(poetry, "dependencies").get("python"),
        setup.get("python_requires"),
    )
    extras = (
        table(project, "optional-dependencies")
        or table(poetry, "extras")
        or table(setup_cfg, "options.extras_require")
        or table(setup, "extras_require")
    )
    build = requirements(system.get("requires")) + requirements(setup.get("setup_requires"))
    hatch = table(tool, "hatch") | (read(folder, "hatch.toml", toml) or {})
    has_tests = any(any(folder.glob(name)) for name in ("test/", "tests/", "testing/", "test_*.py"))
    groups = {name: value for name, value in table(pyproject, "dependency-groups").items() if isinstance(value, list)}
    usual = {name: value for name, value in extras.items() if canonicalize_name(name) in TEST_NAMES}
    group = with_pytest(groups) if has_tests else ""
    by_script = compiles(folder, tool | {"hatch": hatch}, system)
    # A backend that the package brings itself is another one than that which has its name.
    backend = "other" if "backend-path" in system else build_backend(system)
    compiled = is_compiled(backend, build, table(tool, "setuptools") | setup) or by_script is True
    return FoundPackage(
        name=first_line(source.get("name") for source in (project, poetry, setup)),
        description=first_line(source.get("description") for source in (project, poetry, setup)),
        python_min=python_floor(first_line(pythons)),
        build_backend=build_backend(system),
        version_source=version_source(project, setup_cfg | setup | tool | {"hatch": hatch}, build),
        test_group=group,
        test_extra=with_pytest(usual) if has_tests and not group else "",
        is_compiled=compiled,
        may_be_compiled=by_script is None and not compiled,
    )


def read(folder: Path, name: str, parse: Callable[[bytes], Table]) -> Table | None:
    """Return what a file says, nothing if it cannot be read, whatever the cause; `None` if it is no file."""
    found: Table | None = {}
    with suppress(Exception):
        there = content(folder, name)
        found = None if there is None else parse(there)
    return found


def is_ours(folder: Path, name: str) -> bool:
    """Say whether this template has written a file: then a copy was interrupted, and its rest is still to come."""
    with suppress(UnreadableError):
        return (content(folder, name) or b"").startswith(OUR_FIRST_LINE)
    return False


@lru_cache(maxsize=8)
def toml(text: bytes) -> Table:
    """Return what TOML says, which nobody changes: a file is asked for often.

    `ValueError` if it is none, `RecursionError` if it is nested too deeply.
    """
    import tomllib

    written = text.decode()
    parts = 0
    for piece in written.split("."):  # the reader's time grows with the square of a key's parts
        parts = parts + 1 if PART_OF_KEY.fullmatch(piece) else 0
        if parts > PARTS_OF_KEY:
            raise ValueError("a key has too many parts")
    return tomllib.loads(written)


def sections(text: bytes) -> Table:
    """Return the sections of a file like setup.cfg; keys have underscores, as setuptools reads them.

    `configparser.Error` or `ValueError` if it is none.
    """
    parser = RawConfigParser()
    parser.read_string(text.decode())
    return {name: {key.replace("-", "_"): value for key, value in parser.items(name)} for name in parser.sections()}


def arguments_of_setup(text: bytes) -> Table:
    """Return the arguments of the outermost call of `setup` in a module by keyword; one that is no literal is `None`."""
    with warnings.catch_warnings(action="ignore"):  # they are about the package's code
        calls = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call)]
    setups = (call for call in calls if "setup" in (getattr(call.func, "id", ""), getattr(call.func, "attr", "")))
    arguments: Table = {"ext_modules": None} if COMPILES.search(text.decode(errors="replace")) else {}
    for keyword in next((call.keywords for call in setups), []):
        arguments[str(keyword.arg)] = None
        with suppress(Exception):
            arguments[str(keyword.arg)] = ast.literal_eval(keyword.value)
    return arguments


def table(value: Table, name: str) -> Table:
    """Return the table of this name; an empty one where there is none."""
    found = value.get(name)
    return {str(key): part for key, part in found.items()} if isinstance(found, dict) else {}


def first_line(values: Iterable[Any]) -> str:
    """Return the first text among values, in one line."""
    return next((" ".join(value.split()) for value in values if isinstance(value, str) and value.strip()), "")


def lines(value: Any) -> list[Any]:
    """Return what is in a list, or the lines of a text."""
    return value.splitlines() if isinstance(value, str) else list(value) if isinstance(value, (list, tuple)) else []


def requirements(value: Any) -> list[Requirement]:
    """Return the requirements in a list or in the lines of a text, without those that are for other machines."""
    from packaging.requirements import Requirement

    found = []
    for text in lines(value):
        with suppress(Exception):  # it is none, or its marker has no answer
            requirement = Requirement(text)
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                found.append(requirement)
    return found


def requires_any(required: Iterable[Requirement], names: str) -> bool:
    """Say whether one of the requirements is of a distribution whose normalized name matches."""
    return any(re.fullmatch(names, canonicalize_name(requirement.name)) for requirement in required)


def build_backend(system: Table) -> str:
    """Return the distribution of the build backend; one that is not named is setuptools (PEP 517)."""
    parts = str(system.get("build-backend", "setuptools")).partition(":")[0].split(".")
    return BACKENDS.get(parts[0]) or BACKENDS.get(".".join(parts[:2])) or "other"


def python_floor(specifier: str) -> str:
    """Return the oldest Python, as major.minor, that a specifier of PEP 440 or of Poetry allows; empty if unknown."""
    alternatives = (FLOOR.findall(part.strip()) for part in specifier.split("|"))
    floors = [max((int(major), int(minor or 0)) for major, minor in bounds) for bounds in alternatives if bounds]
    return "{}.{}".format(*min(floors)) if floors else ""


def version_source(project: Table, settings: Table, build: list[Requirement]) -> str:
    """Return where the version comes from: `setuptools-scm`, `other-vcs` or `static`.

    https://setuptools-scm.readthedocs.io/en/latest/usage/, https://github.com/ofek/hatch-vcs,
    https://scikit-build-core.readthedocs.io/en/latest/configuration/dynamic.html
    """
    if "version" in project:
        return "static"
    if (
        requires_any(build, VERSION_TOOLS)
        or "versioneer" in settings
        or table(table(settings, "pdm"), "version").get("source") == "scm"
        or table(settings, "poetry-dynamic-versioning").get("enable") is True
    ):
        return "other-vcs"
    provider = f"{table(table(settings, 'scikit-build'), 'metadata').get('version')} {settings.get('dynamic-metadata')}"
    is_setuptools_scm = requires_any(build, "setuptools-scm") and (
        not settings.keys().isdisjoint({"setuptools_scm", "use_scm_version"})
        or "setuptools_scm" in provider
        or any("simple" in requirement.extras for requirement in build)
    )
    is_hatch_vcs = (
        requires_any(build, "hatch-vcs") and table(table(settings, "hatch"), "version").get("source") == "vcs"
    )
    if not (is_setuptools_scm or is_hatch_vcs):
        return "static"
    return "setuptools-scm" if takes_a_number(build) else "other-vcs"


def takes_a_number(build: list[Requirement]) -> bool:
    """Say whether a build may install a setuptools-scm that heeds `SETUPTOOLS_SCM_PRETEND_METADATA`."""
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    scm = (requirement for requirement in build if requires_any([requirement], "setuptools-scm"))
    allowed = SpecifierSet(",".join(str(requirement.specifier) for requirement in scm))
    named = [part.version.removesuffix(".*") for part in allowed if part.operator != "==="]
    releases = map(Version, (*SCM_RELEASES, *named))
    return any(release >= Version(SCM_RELEASES[0]) and allowed.contains(release) for release in releases)


def is_compiled(backend: str, build: list[Requirement], settings: Table) -> bool:
    """Say whether a build compiles something, so that no one wheel fits every machine."""
    if backend in COMPILING_BACKENDS or requires_any(build, COMPILERS):
        return True
    # Others leave what is meant for setuptools alone, but a package's own backend may be around it.
    return backend in ("setuptools", "other") and not settings.keys().isdisjoint({"ext-modules", "ext_modules"})


def with_pytest(groups: Table) -> str:
    """Return the name of the group that brings pytest or a plugin of it, one for tests before the others.

    https://packaging.python.org/en/latest/specifications/dependency-groups/
    """
    items = {canonicalize_name(name): value for name, value in groups.items()}

    def brings_pytest(name: str) -> bool:
        names = [canonicalize_name(name)]
        for current in names:  # it grows meanwhile
            included = (part.get("include-group") for part in lines(items.get(current)) if isinstance(part, dict))
            names += {canonicalize_name(str(part)) for part in included}.difference(names)
        return any(requires_any(requirements(items.get(current)), "pytest(-.*)?") for current in names)

    first = sorted(groups, key=lambda name: (*TEST_NAMES, canonicalize_name(name)).index(canonicalize_name(name)))
    return next((name for name in first if NAME.fullmatch(name) and brings_pytest(name)), "")
