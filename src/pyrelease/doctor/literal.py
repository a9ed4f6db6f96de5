"""The version that a project states in a file, wherever that is; nothing of the project is run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from packaging.version import Version

from ..found.files import text
from ..found.package import Table, arguments_of_setup, read, sections, table, toml
from ..project import Project

# A module or a file of settings gives a name a text: `__version__ = "1.0"`, `VERSION: Final = '1.0'`.
ASSIGNED = r"^{name}\s{{0,9}}(?::[^=\n]{{0,80}})?=\s{{0,9}}[rub]?['\"]([^'\"\n]{{1,200}})['\"]"

LENGTH = 200
"""Characters of a version that is read, at most."""


def version_of(text: str) -> Version | None:
    """Return the version that a text is; `None` if it is none, or too long for one."""
    try:
        return Version(text) if len(text) <= LENGTH else None
    except ValueError:
        return None


def version_in_file(project: Project) -> tuple[str, str]:
    """Return a file, and the version that it states; an empty one where that cannot be seen.

    https://packaging.python.org/en/latest/discussions/single-source-version/
    """
    found = [*stated(project)]
    seen = next((part for part in found if part[1]), None)
    return seen or (found[0] if found else ("pyproject.toml", ""))


def stated(project: Project) -> Iterator[tuple[str, str]]:
    """Yield each place where a version may stand, in the order in which build backends look, and the version there."""
    tool = table(project.pyproject, "tool")
    for value in (project.project_table.get("version"), table(tool, "poetry").get("version")):
        if isinstance(value, str):
            yield "pyproject.toml", value
    yield from of_setuptools(project, table(table(table(tool, "setuptools"), "dynamic"), "version"))
    hatch = table(tool, "hatch") | (read(project.package, "hatch.toml", toml) or {})
    for settings in (table(hatch, "version"), table(table(tool, "pdm"), "version")):
        if isinstance(path := settings.get("path"), str):
            yield path, assigned(project, path, "__version__") or assigned(project, path, "VERSION")
    yield from of_setup_files(project)
    if str(table(project.pyproject, "build-system").get("build-backend", "")).startswith("flit"):
        yield from of_module(project, project.name.replace("-", "_"), "__version__")


def of_setuptools(project: Project, dynamic: Table) -> Iterator[tuple[str, str]]:
    """Yield the version of `[tool.setuptools.dynamic]`.

    https://setuptools.pypa.io/en/latest/userguide/pyproject_config.html#dynamic-metadata
    """
    attribute, files = dynamic.get("attr"), dynamic.get("file")
    if isinstance(attribute, str):
        module, _, name = attribute.rpartition(".")
        yield from of_module(project, module, name)
    for file in files if isinstance(files, list) else [files]:
        if isinstance(file, str):
            yield file, text(project.package, file).strip()


def of_setup_files(project: Project) -> Iterator[tuple[str, str]]:
    """Yield the version in setup.cfg and in setup.py, and where these send their reader."""
    written = table(read(project.package, "setup.cfg", sections) or {}, "metadata").get("version")
    if isinstance(written, str):
        kind, _, value = written.partition(":")
        if kind == "attr":
            module, _, name = value.strip().rpartition(".")
            yield from of_module(project, module, name)
        elif kind == "file":
            yield value.strip(), text(project.package, value.strip()).strip()
        else:
            yield "setup.cfg", written
    arguments = read(project.package, "setup.py", arguments_of_setup)
    if arguments is not None and "version" in arguments:
        literal = arguments["version"]
        yield "setup.py", literal if isinstance(literal, str) else of_name_in_setup(project)


def of_name_in_setup(project: Project) -> str:
    """Return the text of the name that setup.py gives as the version; empty where it is none of its own."""
    content = text(project.package, "setup.py")
    given = re.search(r"\bversion\s{0,9}=\s{0,9}([A-Za-z_]\w{0,80})\s{0,9}[,)\n]", content)
    return assigned(project, "setup.py", given[1]) if given else ""


def of_module(project: Project, module: str, name: str) -> Iterator[tuple[str, str]]:
    """Yield the version that a module gives a name, from `src` or beside pyproject.toml."""
    path = PurePosixPath(*module.split("."))
    for parent in ("src", "."):
        for file in (path / "__init__.py", path.with_suffix(".py") if path.name else path):
            place = (PurePosixPath(parent) / file).as_posix()
            if version := assigned(project, place, name):
                yield place, version
                return


def assigned(project: Project, file: str, name: str) -> str:
    """Return the text that a line of a file gives a name; empty where none does."""
    found = re.search(ASSIGNED.format(name=re.escape(name)), text(project.package, file), re.MULTILINE)
    return found[1] if found else ""
