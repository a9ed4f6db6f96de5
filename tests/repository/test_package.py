"""The package `pyrelease` keeps its floors, and the wheel that is made of it brings the command and nothing else."""

from __future__ import annotations

import ast
import sys
import zipfile
from collections.abc import Iterator
from email.parser import Parser
from graphlib import TopologicalSorter
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.conftest import ROOT, git, run
from tools.terminal import shown_on_a_terminal

PACKAGE = ROOT / "src" / "pyrelease"

FLOORS = (
    ("cli",),
    ("doctor", "setup", "steps", "migrations", "take_over", "add_to_dependabot", "updates"),
    ("copier",),
    ("changes",),
    ("project",),
    ("defaults",),
    ("found",),
    ("rules", "plan", "pins", "gh", "index", "programs"),
    ("patterns",),
)
"""The rooms of the package, from the top: each may import from its own floor and from those below."""

DEPENDENCIES = {"packaging", "yaml"}
"""What the package imports beside itself and the standard library: Copier has both, too."""

EXTRAS = {"setup.console": {"rich"}}
"""What a module imports if it is there; an extra of the distribution brings it."""

SOURCES = sorted(PACKAGE.rglob("*.py"))


def name_of(file: Path) -> str:
    """Return the name of a module in the package: `doctor.names`; the package's own is empty."""
    parts = file.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(file): file for file in SOURCES}


def imports(file: Path) -> Iterator[ast.Import | ast.ImportFrom]:
    """Yield every import of a module, in functions and for types alone, too."""
    tree = ast.parse(file.read_text(encoding="utf-8"))
    yield from (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))


def from_outside(file: Path) -> set[str]:
    """Return the packages that a module imports by an absolute name."""
    found: set[str] = set()
    for node in imports(file):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif not node.level:
            found.add(str(node.module))
    return {name.partition(".")[0] for name in found}


def from_inside(file: Path) -> set[str]:
    """Return the modules of the package that a module imports, by name; each must be there."""
    found = set()
    for node in imports(file):
        if isinstance(node, ast.ImportFrom) and node.level:
            folder = file.parents[node.level - 1].relative_to(PACKAGE)  # `ValueError` if it leaves the package
            base = ".".join([*folder.parts, *([node.module] if node.module else [])])
            below = [f"{base}.{alias.name}".lstrip(".") for alias in node.names]
            found |= {name if name in MODULES else base for name in below}
    assert found <= MODULES.keys(), f"{file} imports what is not there"
    return found


def floor(module: str) -> int:
    """Return the number of a module's floor, from the top."""
    room = module.partition(".")[0]
    [number] = [number for number, rooms in enumerate(FLOORS) if room in rooms]
    return number


def test_every_module_has_a_floor() -> None:
    rooms = {module.partition(".")[0] for module in MODULES if module}
    assert rooms - {room for rooms in FLOORS for room in rooms} == set()


def test_nothing_imports_from_above() -> None:
    upwards = [
        f"{module} imports {imported}"
        for module in MODULES.keys() - {""}
        for imported in from_inside(MODULES[module])
        if floor(imported) < floor(module)
    ]
    assert upwards == []
    assert from_inside(MODULES[""]) == set(), "whatever is imported first imports it"


def test_nothing_imports_in_a_circle() -> None:
    graph = {module: from_inside(file) - {module} for module, file in MODULES.items()}
    assert len(graph) > 30
    TopologicalSorter(graph).prepare()


def test_inside_of_the_package_imports_are_relative_and_outside_it_needs_little() -> None:
    allowed = {*sys.stdlib_module_names, *DEPENDENCIES}
    assert {module: found for module, file in MODULES.items() if (found := from_outside(file) - allowed)} == EXTRAS


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this repository."""
    folder = tmp_path_factory.mktemp("wheel")
    run(ROOT, sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder)
    [built] = folder.iterdir()
    return built


def test_the_wheel_holds_the_package_with_its_data_files_and_nothing_else(wheel: Path) -> None:
    known = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard", "src/pyrelease").splitlines()
    wanted = {path.removeprefix("src/") for path in known if (ROOT / path).is_file()}
    assert wanted >= {f"pyrelease/{name}" for name in ("pins/actions.yml", "found/guide.yml", "rules.py")}
    with zipfile.ZipFile(wheel) as archive:
        assert {name for name in archive.namelist() if ".dist-info/" not in name} == wanted


def test_the_wheel_depends_on_packaging_and_pyyaml_alone(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        [metadata] = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        required = Parser().parsestr(archive.read(metadata).decode()).get_all("Requires-Dist", [])
    requirements = [Requirement(line) for line in required]
    assert sorted(one.name for one in requirements if not one.marker) == ["packaging", "pyyaml"]
    optional = {one.name for one in requirements if one.marker and one.marker.evaluate({"extra": "live"})}
    assert optional == {name for names in EXTRAS.values() for name in names}
    assert len(requirements) == 3


def test_the_installed_command_starts_with_three_distributions(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    run(tmp_path, "uv", "venv", "--quiet", "--python", sys.executable, environment)
    run(tmp_path, "uv", "pip", "install", "--quiet", "--python", environment, wheel)
    installed = run(tmp_path, "uv", "pip", "list", "--format=freeze", "--python", environment)
    assert [line.partition("==")[0].lower() for line in installed.splitlines()] == [
        "packaging",
        "pyrelease-template",
        "pyyaml",
    ]
    assert "doctor" in run(tmp_path, environment / "bin" / "pyrelease", "--help")


LIVE = """\
from time import sleep

from pyrelease.setup.console import Console

console = Console()
with console.live() as show:
    show("build: in progress")
    sleep(0.5)
    console.say("success: build")
"""


@pytest.mark.parametrize(("extra", "moves"), [("[live]", True), ("", False)])
def test_the_extra_brings_a_line_that_moves_from_its_oldest_version_on(
    wheel: Path, tmp_path: Path, extra: str, moves: bool
) -> None:
    environment = tmp_path / "environment"
    run(tmp_path, "uv", "venv", "--quiet", "--python", sys.executable, environment)
    install = ("uv", "pip", "install", "--quiet", "--resolution=lowest-direct", "--no-build", "--python", environment)
    run(tmp_path, *install, "pyyaml>=6.0.2", f"{wheel}{extra}")
    shown = shown_on_a_terminal([environment / "bin" / "python", "-c", LIVE], tmp_path, {})
    assert "success: build\n" in shown
    assert ("build: in progress" in shown) is moves
    assert ("\x1b" in shown) is moves
