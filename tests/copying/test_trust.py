"""What `--trust` runs keeps to the destination, to Copier's own folders and to git: each call to the kernel is looked at."""

from __future__ import annotations

import os
import re
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml
from copier._settings import is_trusted_repository, load_settings

from tests.conftest import ROOT, commit_all, git, lead_git, read_yaml, run
from tests.copying.tracer import Trace, strace, traced
from tests.repository.pages import page

PAGE = page("trust")
TABLE = "\n".join(line for line in PAGE.splitlines() if line.startswith("|"))

SHORT, ADDRESS = "gh:octo-org/pyrelease-template", "https://github.com/octo-org/pyrelease-template"

OLD_PIN, NEW_PIN = f"{'a' * 40} # v98.0.0", f"{'b' * 40} # v99.0.0"

COPIER = (sys.executable, "-m", "copier")

GIVEN = ("-d", "github_owner=octo-org")

SECRETS = (".ssh/id_rsa", ".pypirc", ".netrc", ".git-credentials", ".config/gh/hosts.yml", ".config/pip/pip.conf")
"""Files of a home that nobody has to look at."""

SETTINGS = (".gitconfig", ".config/git", ".config/copier/settings.yml", ".cache/copier")
"""What git and Copier read there: their settings, and the repository of the template that Copier keeps."""

PROGRAMS = {"python", "git", "git-upload-pack", "git-submodule", "uname"}
"""Copier has its clone made and its submodules looked for; Python asks `uname` for the processor."""

SCRIPT = {"sh", "basename", "sed", "gettext", "envsubst"}
"""What git starts with a shell, and what `git submodule`, a shell script, starts."""

NAME_SERVICES = re.compile(r'"(/var/run/nscd/socket|/run/systemd/userdb/[^"]+)"')
"""The unix sockets at which the C library may ask who the user is; nothing of the template is said there."""

PACKAGE = {
    "pyproject.toml": '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n',
    "setup.cfg": "[metadata]\nname = demo-package\n",
    "setup.py": "raise SystemExit('read, never run')\n",
    ".github/workflows/release.yml": "jobs: {release: {steps: [{run: twine upload dist/*}]}}\n",
}
"""What the extensions read in a package that exists, one file of each kind."""

PRIVATE = {".env": "TOKEN=secret\n", "src/demo_package/__init__.py": "", "tests/conftest.py": ""}
"""What else is in a package."""

MEDDLER = """\
from pathlib import Path
from socket import socket

from jinja2.ext import Extension

class Meddler(Extension):
    def __init__(self, environment):
        super().__init__(environment)
        (Path.home() / ".bashrc").write_text("mine")
        (Path.home() / ".pypirc").read_text()
        socket().connect_ex(("127.0.0.1", 9))
"""


@dataclass(frozen=True)
class Machine:
    """A home with secrets, a folder for temporary files, and a git that finds the template's two versions at its address."""

    folder: Path
    first_commit: str
    strace: list[str]

    @property
    def home(self) -> Path:
        """The user's home."""
        return self.folder / "home"

    @property
    def temporary(self) -> Path:
        """Where temporary files go."""
        return self.folder / "temporary"

    @property
    def env(self) -> dict[str, str]:
        """A command's environment, in which these two alone say where anything is."""
        given = {
            name: value for name, value in os.environ.items() if not name.startswith(("XDG_", "COPIER_", "GIT_CONF"))
        }
        return given | {"HOME": str(self.home), "TMPDIR": str(self.temporary)}

    def copier(self, command: str, folder: Path, *arguments: str | Path) -> Traced:
        """Run Copier in a folder, with `--trust`, and return what it did."""
        copier: list[str | Path] = [*COPIER, command, "--trust", "--defaults", *arguments]
        record = self.folder / f"{folder.name}.strace"
        return Traced(self, folder, traced(self.strace, copier, folder, self.env, record))


@dataclass(frozen=True)
class Traced:
    """A run of Copier: where, in which folder, and what it did."""

    machine: Machine
    folder: Path
    trace: Trace

    def read_at_home(self) -> set[str]:
        """Return what was read in the home, besides git's and Copier's own."""
        home = self.machine.home
        names = {path.relative_to(home) for path in self.trace.read if path.is_relative_to(home)}
        return {name.as_posix() for name in names if not any(name.is_relative_to(own) for own in SETTINGS)}


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """Write files, and return their folder."""
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def change_pin(file: Path, pin: str) -> None:
    """Give a file another pin of one action."""
    text, count = re.subn(r"(actions/checkout)@.*", rf"\1@{pin}", file.read_text(encoding="utf-8"))
    assert count
    file.write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def machine(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Machine:
    folder = tmp_path_factory.mktemp("machine").resolve()
    versions = Path(shutil.copytree(template, folder / "template"))
    machine = Machine(folder, git(versions, "rev-parse", "HEAD"), strace(folder))
    change_pin(versions / "src/pyrelease/pins/actions.yml", NEW_PIN)
    commit_all(versions, "A new pin", tag="v1.1.0")
    [settings] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    write(machine.home, dict.fromkeys(SECRETS, "secret"))
    write(
        machine.home,
        {".config/copier/settings.yml": settings.replace("/org/", "/octo-org/").replace(":org/", ":octo-org/")},
    )
    for address in (ADDRESS, f"{ADDRESS}.git"):
        lead_git(machine.home / ".gitconfig", address, versions)
    machine.temporary.mkdir()
    return machine


@pytest.fixture(scope="module")
def project(machine: Machine) -> Path:
    """A committed project of the first version, made as somebody does who trusts the template once and names a commit.

    This copy comes first: with it, Python has the bytecode of Copier's own modules.
    """
    copy = [*COPIER, "copy", "--defaults", *GIVEN, "--vcs-ref", machine.first_commit, SHORT, "project"]
    run(machine.folder, *copy, env=machine.env)
    change_pin(machine.folder / "project" / ".github/workflows/ci.yml", OLD_PIN)
    commit_all(machine.folder / "project", "A bot's pin")
    return machine.folder / "project"


@pytest.fixture(scope="module")
def copied(machine: Machine, project: Path) -> Traced:
    """A copy to a package that exists, in no repository: all that can be read is there, and both tasks run."""
    return machine.copier("copy", write(project.with_name("package"), PACKAGE | PRIVATE), *GIVEN, SHORT, ".")


@pytest.fixture(scope="module")
def updated(machine: Machine, project: Path) -> Traced:
    """An update that moves a pin and changes a registered name: both migrations run."""
    return machine.copier("update", project, "-d", "pypi_environment=release")


@pytest.fixture(scope="module")
def meddled(machine: Machine, template: Path, project: Path) -> Traced:
    """A copy from a folder without git, with an extension that does what none may do."""
    plain = shutil.copytree(template, project.with_name("plain"), ignore=shutil.ignore_patterns(".git"))
    last = "  - extensions/compile_once.py:CompileOnce\n"
    questions = (plain / "copier.yml").read_text(encoding="utf-8")
    assert last in questions
    meddling = questions.replace(last, f"{last}  - extensions/meddler.py:Meddler\n")
    write(plain, {"copier.yml": meddling, "extensions/meddler.py": MEDDLER})
    (machine.folder / "meddled").mkdir()
    return machine.copier("copy", machine.folder / "meddled", *GIVEN, plain, ".")


@pytest.fixture(params=["copied", "updated"])
def done(request: pytest.FixtureRequest) -> Traced:
    """A copy, then an update."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Traced)
    return found


def test_no_network_is_reached(done: Traced) -> None:
    assert not [address for address in done.trace.reached if not NAME_SERVICES.fullmatch(address)]


def test_nothing_is_changed_but_the_project_and_what_copier_keeps(done: Traced) -> None:
    machine = done.machine
    assert done.folder / ".copier-answers.yml" in done.trace.changed
    assert not done.trace.changed_outside(done.folder, machine.temporary, machine.home / ".cache" / "copier")
    assert not list(machine.temporary.iterdir())


def test_no_bytecode_is_left(done: Traced) -> None:
    written = [path for path in done.trace.changed if "__pycache__" in path.parts]
    assert not [path for path in written if not path.is_relative_to(done.machine.temporary)]


def test_no_secret_is_read(done: Traced) -> None:
    assert done.machine.home / ".gitconfig" in done.trace.read
    assert not done.read_at_home()


def test_no_program_runs_but_python_and_git(done: Traced) -> None:
    names = {re.sub(r"^python[0-9.]*$", "python", path.name) for path in done.trace.programs}
    assert {"python", "git"} <= names <= PROGRAMS | SCRIPT


def test_of_a_package_only_what_the_table_names_is_read(copied: Traced) -> None:
    assert (copied.folder / ".git").is_dir(), "the task that makes the repository has run"
    assert {name for name in PACKAGE | PRIVATE if copied.folder / name in copied.trace.read} == set(PACKAGE)
    assert all(f"`{name.replace('release', '*')}`" in TABLE for name in PACKAGE)


def test_an_update_writes_what_the_table_names(updated: Traced) -> None:
    text = (updated.folder / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    assert NEW_PIN in text
    assert "<<<<<<<" not in text, "the migration that settles pins has run"
    assert updated.folder / ".git" / "pyrelease-side-0" in updated.trace.changed
    assert "`.git/pyrelease-side-*`" in TABLE


def test_the_tracer_sees_what_none_may_do(meddled: Traced) -> None:
    machine = meddled.machine
    outside = meddled.trace.changed_outside(meddled.folder, machine.temporary, machine.folder / "plain")
    assert outside == {machine.home / ".bashrc"}
    assert meddled.read_at_home() == {".pypirc"}
    assert meddled.trace.reached == {"AF_INET"}


def test_a_template_without_git_keeps_no_bytecode(meddled: Traced) -> None:
    assert not list((meddled.machine.folder / "plain").rglob("__pycache__"))


def test_who_trusts_once_needs_no_option_in_a_copy_or_an_update(machine: Machine, project: Path) -> None:
    answers = read_yaml(project / ".copier-answers.yml")
    trusted = load_settings(machine.home / ".config/copier/settings.yml").trust
    assert is_trusted_repository(trusted, answers["_src_path"])
    assert not is_trusted_repository(trusted, f"{ADDRESS}-2")


def test_who_names_a_commit_gets_its_version(project: Path) -> None:
    answers = yaml.safe_load(git(project, "show", "HEAD:.copier-answers.yml"))
    assert answers["_commit"] == "v1.0.0"


def test_the_page_names_this_file_and_links_to_the_pins() -> None:
    assert Path(__file__).relative_to(ROOT).as_posix() in PAGE
    assert "--vcs-ref" in PAGE
    heading = (ROOT / "SECURITY.md").read_text(encoding="utf-8").count("\n### This template, compromised\n")
    assert "SECURITY.md#this-template-compromised" in PAGE * heading
