"""What an index has is compared with what was built, and waited for: the step in its own shell, against a real index."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import WORKFLOW, Make, commit_all, run
from tests.runs.loopback_index import Index, loopback_index
from tools.workflows import read_workflow

pytestmark = pytest.mark.runs

COMPARE = "Compare the files of the index with those that were stored"

NO_PAUSE = {"BASH_FUNC_sleep%%": "() { command sleep 0.05; }"}
"""A shell's variable that has it pause for a moment alone."""


@dataclass
class Compared:
    """A folder with what was built, and the index that it is compared with."""

    folder: Path
    index: Index
    step: str

    def upload(self, *names: str) -> None:
        """Put files that were built on the index."""
        for name in names or [file.name for file in (self.folder / "dist").iterdir()]:
            shutil.copy(self.folder / "dist" / name, self.index.folder)

    def run(self) -> subprocess.CompletedProcess[str]:
        """Compare the files."""
        given = {"INDEX": self.index.simple, "REQUIREMENT": "demo-package==1.0"}
        return subprocess.run(
            ["bash", "-e", "-c", self.step],
            cwd=self.folder,
            env={**os.environ, **NO_PAUSE, **given},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    @property
    def wheel(self) -> Path:
        """The wheel that was built."""
        [found] = (self.folder / "dist").glob("*.whl")
        return found


@pytest.fixture(scope="module")
def built(make: Make) -> Path:
    """A project whose release 1.0 was built."""
    folder = make()
    commit_all(folder, "First", tag="v1.0")
    run(folder, "uv", "build", "--quiet", "--no-create-gitignore")
    return folder


@pytest.fixture
def compared(built: Path, tmp_path: Path) -> Iterator[Compared]:
    """What was built, and an index with nothing on it."""
    shutil.copytree(built / "dist", tmp_path / "dist")
    steps = read_workflow((built / WORKFLOW).read_text(encoding="utf-8"))["jobs"]["install-from-testpypi"]["steps"]
    [step] = [step["run"] for step in steps if step.get("name") == COMPARE]
    with loopback_index(tmp_path / "index") as index:
        yield Compared(tmp_path, index, step)


def test_the_same_files_pass(compared: Compared) -> None:
    compared.upload()
    assert compared.run().returncode == 0


def test_an_index_is_given_time_to_show_what_it_has(compared: Compared) -> None:
    compared.upload(compared.wheel.name)
    later = threading.Timer(2, compared.upload)
    later.start()
    done = compared.run()
    later.join()
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_index_that_never_shows_them_is_given_up(compared: Compared) -> None:
    compared.upload(compared.wheel.name)
    done = compared.run()
    assert done.returncode == 1
    assert done.stdout == (
        f"::error::{compared.index.simple} does not show all files of demo-package==1.0 after five minutes."
        " Run this job again.\n"
    )


def put_another_wheel_first(compared: Compared) -> None:
    """Put a wheel of the same name and other bytes there, which an upload then skips."""
    compared.upload()
    with (compared.index.folder / compared.wheel.name).open("ab") as wheel:
        wheel.write(b"PK")


def put_one_more_wheel(compared: Compared) -> None:
    """Put a wheel beside the files that installers like better."""
    compared.upload()
    (compared.index.folder / "demo_package-1.0-1-py3-none-any.whl").write_bytes(b"another")


@pytest.mark.parametrize("somebody", [put_another_wheel_first, put_one_more_wheel])
def test_what_somebody_else_put_there_is_an_error_at_once(
    compared: Compared, somebody: Callable[[Compared], None]
) -> None:
    somebody(compared)
    done = compared.run()
    assert done.returncode == 1
    assert "other files of demo-package==1.0 than this run has built" in done.stdout
