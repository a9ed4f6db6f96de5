"""What cibuildwheel does, for the one Python that runs this: build a wheel, repair it, and test it installed.

Which wheels would be built is not looked at: the log says which CIBW_* variables the job has.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from pathlib import Path
from typing import Any

UV = Path(sys.executable).with_name("uv")

QUICK = {
    "CMAKE_ARGS": "-DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=0",
    "SKBUILD_CMAKE_BUILD_TYPE": "None",
}
"""For scikit-build-core: compile the sources of a library as one, and optimize nothing; a quarter of the time."""


def unpack(source: Path, scratch: Path) -> Path:
    """Return the project's folder: the source itself, or what a source distribution has in it."""
    if source.is_dir():
        return source
    with tarfile.open(source) as archive:
        archive.extractall(scratch / "source", filter="data")
    [project] = (scratch / "source").iterdir()
    return project


def build(project: Path, scratch: Path) -> Path:
    """Build the project's wheel; refuse one that needs no cibuildwheel."""
    built = scratch / "built"
    command: list[str | Path] = [UV, "build", "--wheel", "--python", sys.executable, "--out-dir", built, project]
    subprocess.run(command, env={**os.environ, **QUICK}, check=True)
    [wheel] = built.glob("*.whl")
    if wheel.stem.endswith("-any"):
        sys.exit("Build failed because a pure Python wheel was generated.")
    return wheel


def repair(wheel: Path) -> Path:
    """Give a wheel for any Linux the platform that auditwheel gives it: PyPI takes no other."""
    platform = wheel.stem.rpartition("-")[2]
    if not platform.startswith("linux_"):
        return wheel
    platform = platform.replace("linux_", "manylinux_2_28_", 1)
    subprocess.run([UV, "tool", "run", "wheel", "tags", "--remove", "--platform-tag", platform, wheel], check=True)
    [repaired] = wheel.parent.glob("*.whl")
    return repaired


def test(wheel: Path, project: Path, settings: dict[str, Any], scratch: Path) -> None:
    """Run the project's test command against the wheel in a clean environment, from a folder with nothing in it."""
    programs = scratch / "environment" / "bin"
    groups = [f"--group={project / 'pyproject.toml'}:{group}" for group in settings.get("test-groups", [])]
    subprocess.run([UV, "venv", "--python", sys.executable, programs.parent], check=True)
    subprocess.run([UV, "pip", "install", "--python", programs / "python", wheel, *groups], check=True)
    elsewhere = scratch / "elsewhere"
    elsewhere.mkdir()
    command = settings["test-command"].replace("{project}", str(project))
    path = f"{programs}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(command, shell=True, cwd=elsewhere, env={**os.environ, "PATH": path}, check=True)


def main() -> None:
    """Build the wheel of the package folder or source distribution, and put it into the output folder."""
    for name, value in sorted(os.environ.items()):
        if name.startswith("CIBW_") or name in {"PIP_UPLOADED_PRIOR_TO", "SOURCE_DATE_EPOCH"}:
            print(f"{name}={value}", flush=True)
    source = Path(os.environ["PACKAGE_DIR"]).absolute()
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(built_once(source, Path(folder)), os.environ["OUTPUT_DIR"], dirs_exist_ok=True)


def built_once(source: Path, scratch: Path) -> Path:
    """Return the folder with the tested wheel of a source.

    One machine stands in for all that a matrix names: those that come later take the wheel of the first.
    """
    done = Path(os.environ["ARTIFACTS"]).with_name("wheels")
    with done.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            project = unpack(source, scratch)
            settings = tomllib.loads((project / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["cibuildwheel"]
            wheel = repair(build(project, scratch))
            if "test-command" in settings:
                test(wheel, project, settings, scratch)
            done.mkdir()
            shutil.copy2(wheel, done)
    return done


if __name__ == "__main__":
    main()
