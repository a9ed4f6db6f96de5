"""What every test may use: the template as a released repository, projects made from it, and how their files are read."""

from __future__ import annotations

import itertools
import json
import os
import secrets
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from pytest_copie.plugin import Copie

from pyrelease.plan import Plan
from tests.copier_processes import copier_command
from tests.github.stand_in import GitHub, loopback_github
from tests.indexes import Indexes, loopback_indexes
from tools.repository import ROOT, commit_all, git, memory, read_yaml, release_template, run, same_everywhere
from tools.workshop import NAME, OWNER, WORKFLOW

# Tests take these from here, too.
__all__ = ["NAME", "OWNER", "ROOT", "WORKFLOW", "commit_all", "git", "read_yaml", "release_template", "run"]

ZIZMOR = ("zizmor", "--persona=auditor", "--no-config", "--no-ignores", "--offline", "--no-progress")
"""The command that has zizmor look at everything."""

# What a shell or a runner of workflows tells git, gh, act and Copier is not for the tests.
for variable in [name for name in os.environ if name.startswith(("GIT_", "GH_", "GITHUB_", "COPIER_"))]:
    del os.environ[variable]

# Defaults come from git, and tests are the same everywhere; gh says nothing to GitHub, and programs written in Go,
# which end at once, look for no garbage.
os.environ.update(same_everywhere(), GH_TELEMETRY="false", GOGC="400")

# Where there is room in memory, projects are written there: a third of the time is otherwise the disk's.
if folder_in_memory := memory():
    os.environ.update(PYTEST_DEBUG_TEMPROOT=str(folder_in_memory), TMPDIR=str(folder_in_memory))
    tempfile.tempdir = None  # Python has looked before

# One seed for every worker; a failed run is repeated with the one that it printed.
os.environ.setdefault("HYPOTHESIS_SEED", str(secrets.randbelow(2**32)))

# Each command starts with compiled modules, as on a user's machine: the same speed everywhere.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


SLOWEST = (
    "answers/test_any_answers.py",
    "repository/test_commands.py",
    "adoption/test_real_adoptions.py",
    "runs/test_two_indexes.py",
    "runs/test_other_indexes.py",
    "runs/test_compiled.py",
    "packages/test_released_packages.py",
    "set_up/test_first_release.py",
    "project/test_distributions.py",
    "repository/test_readme.py",
    "updates/test_replay.py",
    "updates/test_pins.py",
    "updates/test_any_edits.py",
    "updates/test_interrupted.py",
    "updates/test_update.py",
    "updates/test_renamed_answers.py",
    "copying/test_faults.py",
    "answers/test_combinations.py",
    "runs/test_stand_ins.py",
    "guide/test_weekly_workflow.py",
)
"""The files whose tests take longest: started first, so that no worker is left alone with one at the end."""


def pytest_configure(config: pytest.Config) -> None:
    """Give all workers one folder for what the jobs of workflows install."""
    if not hasattr(config, "workerinput"):
        prepared = os.environ["PREPARED"] = tempfile.mkdtemp(prefix="pyrelease-")
        config.add_cleanup(lambda: shutil.rmtree(prepared))


def pytest_xdist_auto_num_workers() -> int:
    """Use two workers more than there are processors: much of the time is spent waiting for programs and servers."""
    return (os.cpu_count() or 1) + 2


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start with the files that take longest."""
    order = {ROOT / "tests" / name: place for place, name in enumerate(SLOWEST)}
    items.sort(key=lambda item: order.get(item.path, len(order)))


def pytest_report_header() -> str:
    """Print the seed of the property tests."""
    return f"HYPOTHESIS_SEED={os.environ['HYPOTHESIS_SEED']}"


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    """Return the last line that a failed command printed."""
    assert done.returncode != 0
    return done.stderr.strip().splitlines()[-1]


def lead_git(settings: Path, address: str, folder: Path) -> None:
    """Have git find a folder at an address, by a file of its settings."""
    git(folder.parent, "config", "--file", str(settings), "--add", f"url.{folder}.insteadOf", address)


def change(folder: Path, name: str, before: str, after: str) -> None:
    """Replace a text, wherever a file has it."""
    text = (folder / name).read_text(encoding="utf-8")
    assert before in text
    (folder / name).write_text(text.replace(before, after), encoding="utf-8")


def content_of(folder: Path) -> dict[str, bytes]:
    """Return the content of each file in a folder, less git's own, by its path there."""
    files = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def answers_of(project: Path) -> dict[str, object]:
    """Return a project's answers, less the template's address and version."""
    stored = read_yaml(project / ".copier-answers.yml")
    return {name: value for name, value in stored.items() if not name.startswith("_")}


def plan_of(project: Path) -> Plan:
    """Return what follows from a project's answers."""
    return Plan.of(read_yaml(project / ".copier-answers.yml"))


def copy(
    template: str | Path, destination: Path, *options: str, env: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run `copier copy` as a user does who is not there to answer."""
    arguments = ["copy", "--trust", "--defaults", *options, template, destination]
    return copier_command(Path.cwd(), *arguments, env={**os.environ, **(env or {})})


@contextmanager
def shared(folder: Path) -> Iterator[Path]:
    """Give a folder to tests that only read it; fail at the end if one has changed it, since another may have seen that."""
    before = content_of(folder)
    yield folder
    after = content_of(folder)
    assert [name for name in before.keys() | after.keys() if before.get(name) != after.get(name)] == []


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The template's release v1.0.0, without what no copy reads: each update clones the template three times."""
    folder = tmp_path_factory.mktemp("template") / "pyrelease-template"
    with shared(release_template(folder, left_out=("tests/", "tools/", ".github/"))) as template:
        yield template


@pytest.fixture
def history(template: Path, tmp_path: Path) -> Path:
    """A copy of the released template, whose next version a test makes."""
    return Path(shutil.copytree(template, tmp_path / "history"))


def at_its_address(template: Path, folder: Path) -> dict[str, str]:
    """Return variables by which git finds a template at `github.com/octo-org/pyrelease-template`; `folder` keeps them."""
    settings = folder / "gitconfig"
    for suffix in ("", ".git"):
        lead_git(settings, f"https://github.com/octo-org/pyrelease-template{suffix}", template)
    # Every test has another template at this address, and Copier keeps what it found there.
    return {"GIT_CONFIG_GLOBAL": str(settings), "COPIER_CACHE_DIR": str(folder / "mirrors")}


@pytest.fixture
def addressed(history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The same copy, which git finds at `github.com/octo-org/pyrelease-template`."""
    for name, value in at_its_address(history, tmp_path).items():
        monkeypatch.setenv(name, value)
    return history


@pytest.fixture(scope="session")
def published(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A committed project, made from the template's address; tests have copies of it."""
    scratch = tmp_path_factory.mktemp("published")
    given = ("-d", "github_owner=octo-org", "-d", "project_name=project")
    env = at_its_address(template, scratch)
    done = copy("gh:octo-org/pyrelease-template", scratch / "project", *given, env=env)
    assert done.returncode == 0, done.stderr
    commit_all(scratch / "project", "Start")
    return scratch / "project"


@pytest.fixture
def published_project(addressed: Path, published: Path, tmp_path: Path) -> Path:
    """A copy of that project; git finds the template at its address."""
    return Path(shutil.copytree(published, tmp_path / "project", symlinks=True))


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> Iterator[GitHub]:
    """A GitHub without repositories, to which `gh` and git are led."""
    with loopback_github() as stand_in:
        for name, value in stand_in.variables.items():
            monkeypatch.setenv(name, value)
        yield stand_in


@pytest.fixture
def indexes() -> Iterator[Indexes]:
    """PyPI and TestPyPI, without projects."""
    with loopback_indexes() as found:
        yield found


class Make:
    """Makes projects from the released template; each call makes a new one.

    The second project of the same answers is a copy of the first: nothing in a project names its folder.
    """

    def __init__(self, copie: Copie, template: Path, folder: Path) -> None:
        self.copie = copie
        self.template = template
        self.folder = folder
        self.rendered: dict[str, Path] = {}
        self.numbers = itertools.count()

    def __call__(self, **answers: object) -> Path:
        """Return the folder of a new project with these answers; what nothing can know has a value here."""
        given = {"project_name": NAME, "github_owner": OWNER} | answers
        key = json.dumps(given, sort_keys=True)
        if key not in self.rendered:
            self.rendered[key] = self.render(given)
        return Path(shutil.copytree(self.rendered[key], self.folder / str(next(self.numbers)), symlinks=True))

    def render(self, answers: dict[str, object]) -> Path:
        """Return the folder of a project that Copier has made, which nobody changes."""
        result = self.copie.copy(extra_answers=answers, template_dir=self.template, vcs_ref="v1.0.0")
        if result.exception:
            raise result.exception
        assert result.project_dir
        return result.project_dir


@pytest.fixture(scope="session")
def make(copie_session: Copie, template: Path, tmp_path_factory: pytest.TempPathFactory) -> Make:
    """Make a project from the released template."""
    return Make(copie_session, template, tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="session")
def project(make: Make) -> Iterator[Path]:
    """The default project, freshly made. Read it; a test that changes a project makes its own."""
    with shared(make()) as project:
        yield project
