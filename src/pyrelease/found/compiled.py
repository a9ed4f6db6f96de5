"""Whether the build of a package compiles something, so that no one wheel fits every machine. Nothing of it is run."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from .files import text

COMPILING_BACKENDS = ("maturin", "meson-python", "scikit-build-core")

COMPILERS = (
    "cffi|cython|nanobind|pybind11|scikit-build|setuptools-rust|maturin|meson-python|scikit-build-core|mypy|mypyc|hatch-cython"
    "|hatch-mypyc|hatchling-pyo3-plugin|hatch-cpp|ziglang|setuptools-golang|cmake|ninja|cppyy|numba|pythran|swig"
)
"""What a build requires only to compile."""

# What a comment says does not count.
COMPILES = re.compile(
    r"^[^#\n]*(?:Extension\(|\b(?:cythonize|ext_modules|mypycify|infer_tag|build_ext|CMakeExtension)\b"
    r"|\bpure_python['\"]?\]?\s*=\s*False)",
    re.MULTILINE,
)
"""What a build script says that compiles."""

STARTS_PROGRAMS = re.compile(
    r"^[^#\n]*\b(?:subprocess|os\.system|cmake|cargo|make|gcc|clang|go build|zig)\b", re.MULTILINE
)
"""What a build script says that may compile."""

COMPILING_HOOKS = {"mypyc", "cython", "cpp", "cmake", "rust", "pyo3", "zig", "scikit-build"}
"""Names of hatchling's hooks that compile (https://hatch.pypa.io/latest/plugins/build-hook/reference/)."""


def compiles(folder: Path, tool: dict[str, Any], system: dict[str, Any]) -> bool | None:
    """Return whether a hook or a script of a build compiles; `None` where only a run knows.

    `tool` and `system` are the tables [tool] (with what hatch.toml says) and [build-system].
    """
    answers = [
        *(of_hooks(folder, part) for part in hatch_builds(tool)),
        of_script(folder, poetry_script(tool), if_unknown=None),
        mapping(mapping(tool, "pdm"), "build").get("run-setuptools") is True,
        of_own_backend(folder, system),
    ]
    return True if True in answers else None if None in answers else False


def mapping(value: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the table of this name; an empty one where there is none."""
    found = value.get(name)
    return found if isinstance(found, dict) else {}


def hatch_builds(tool: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the tables in which hatchling has hooks: of every build, and of wheels."""
    build = mapping(mapping(tool, "hatch"), "build")
    return [build, mapping(mapping(build, "targets"), "wheel")]


def of_hooks(folder: Path, build: dict[str, Any]) -> bool | None:
    """Return whether one of hatchling's hooks compiles."""
    hooks = mapping(build, "hooks")
    if COMPILING_HOOKS & hooks.keys():
        return True
    if "custom" not in hooks:
        return False
    return of_script(folder, str(mapping(hooks, "custom").get("path") or "hatch_build.py"), if_unknown=False)


def poetry_script(tool: dict[str, Any]) -> str:
    """Return the script that Poetry runs for a build; empty where there is none."""
    poetry = mapping(tool, "poetry")
    given = poetry.get("build")
    return str(given.get("script") or "") if isinstance(given, dict) else given if isinstance(given, str) else ""


def of_script(folder: Path, name: str, *, if_unknown: bool | None) -> bool | None:
    """Return whether a script of the package compiles; what is not seen in it is what the caller takes for it."""
    if not name:
        return False
    script = text(folder, name)
    if COMPILES.search(script):
        return True
    return None if STARTS_PROGRAMS.search(script) or not script else if_unknown


def of_own_backend(folder: Path, system: dict[str, Any]) -> bool | None:
    """Return whether a backend that the package has of its own compiles."""
    places = system.get("backend-path")
    module = str(system.get("build-backend", "")).partition(":")[0].replace(".", "/")
    if not isinstance(places, list) or not module:
        return False
    names = [f"{place}/{module}{end}" for place in places for end in (".py", "/__init__.py") if ".." not in str(place)]
    return any(COMPILES.search(text(folder, name)) for name in names)
