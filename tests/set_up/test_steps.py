"""The steps after a copy stand on one screen: what to do first, the pages, the values to copy, the one command."""

from __future__ import annotations

import itertools
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from pyrelease import steps
from pyrelease.plan import Plan
from tests.answers.questionnaire import usual
from tests.conftest import ROOT, Make, commit_all, copy, plan_of, run
from tests.copier_processes import copier_update
from tests.runs.routes import OWN_INDEX
from tools.terminal import steps_on_a_terminal

ROWS, COLUMNS = 24, 80
"""The smallest terminal that is usual."""

ANSWERS = {
    "project_name": "Demo.Package",
    "github_owner": "Octo-Org",
    "github_repository": "Demo-Repository",
    "workflow_filename": "release.yml",
    "pypi_environment": "Release to PyPI",
    "testpypi_environment": "rehearsal",
    "tag_prefix": "demo/v",
    "created_on": "2026-12-15",
    "reviewers": "ada, grace",
}

COMMAND = "uvx --from git+https://github.com/octo-org/pyrelease-template@v1.0.0 pyrelease setup"

# Copier's own answers of a project that was made from an address.
ADDRESSED = {"_src_path": "https://github.com/octo-org/pyrelease-template", "_commit": "v1.0.0"}

KEPT = {"package": "existing", "existing_workflow": "keep", "workflow_filename": "release.yml"}

TOKENS = [f".github/workflows/release.yml:{line}: secret PYPI_API_TOKEN" for line in (12, 120, 1200, 1201)]

MANY_NAMES = {**ANSWERS, "pypi_organization": "octo", "testpypi_organization": "octo-test"}

EXISTS = {"pypi_status": "existing", "testpypi_status": "existing"}

AXES: tuple[tuple[Mapping[str, Any], ...], ...] = (
    ({}, {"index_route": "token"}, OWN_INDEX),
    ({}, {"push_index": "none"}, {"push_index": "pypiserver"}),
    ({}, {"package": "existing"}, {"package": "existing", "version_source": "static", "push_trigger": "tags"}, KEPT),
    ({}, {"pypi_status": "existing"}, {"testpypi_status": "existing"}, EXISTS),
    ({}, MANY_NAMES),
    ({}, {"releasing_file": ".github/PUBLISHING.md", "kept_files": [".github/dependabot.yml"]}),
    (ADDRESSED, {"_src_path": "/home/ada/pyrelease-template", "_commit": "v1.0.0"}),
)
"""The answers that the steps depend on: each value of one meets all of the others."""


def planned(**answers: Any) -> Plan:
    """Return the plan of a project with these answers, made on the day that the answers of the module say."""
    name = {"project_name": "sunny-days", "github_repository": "sunny-days", "created_on": "2026-12-15"}
    given = {**usual(str(answers.get("package", "new"))), **name, **ADDRESSED, **answers}
    return Plan.of(given)


@dataclass(frozen=True)
class Screen:
    """The steps as they stand on a terminal without colours."""

    lines: list[str]

    @property
    def rows(self) -> int:
        """How many rows they take, the empty one before them too; a wide line takes more than one."""
        return 1 + sum(-(-len(line) // COLUMNS) for line in self.lines)

    def step(self, words: str) -> list[str]:
        """Return the lines of the step whose heading begins with these words after its number."""
        [start] = [place for place, line in enumerate(self.lines) if re.match(rf"\d\. {words}", line)]
        ends = (place for place in range(start + 1, len(self.lines)) if re.match(r"\d\. ", self.lines[place]))
        return self.lines[start : next(ends, len(self.lines))]


def screen(plan: Plan, folder: str = "", tokens: list[str] | None = None, way: str = "cd sunny-days") -> Screen:
    """Return what a copy shows."""
    lines = steps.steps(plan, folder, tokens or [], way)
    return Screen([steps.CODES.sub("", part) for line in lines for part in steps.fitted(line, COLUMNS)])


def all_routes() -> Iterator[Plan]:
    """Yield the plan of each set of answers that the steps depend on."""
    for parts in itertools.product(*AXES):
        yield planned(**{name: value for part in parts for name, value in part.items()})


def test_the_steps_of_every_route_fit_one_screen() -> None:
    shown = [
        screen(plan, folder, tokens)
        for plan in all_routes()
        for folder in ("", "-", "packages/sunny-days")
        for tokens in ([], TOKENS[:1], TOKENS)
    ]
    assert len(shown) > 5000
    assert max(found.rows for found in shown) <= ROWS
    wide = {line for found in shown for line in found.lines if len(line) > COLUMNS}
    assert all(line.startswith(("https://", "uvx --from ")) for line in wide), "what is copied stays in one line"


def test_the_default_project_has_the_order_of_what_is_done() -> None:
    shown = screen(planned())
    assert [line for line in shown.lines if re.match(r"\d\. ", line)] == [
        "1. Fill in both forms, tab GitHub; each index needs its own account:",
        "2. Run this command; it asks before it changes anything:",
        "3. Approve the first release before 2027-01-14; the name is not yours yet.",
    ]
    assert shown.step("Run") == ["2. Run this command; it asks before it changes anything:", "cd sunny-days", COMMAND]
    assert shown.lines[-1] == "RELEASING.md has all of this."


def test_each_value_of_the_forms_stands_alone_below_its_label() -> None:
    lines = screen(planned(**ANSWERS)).step("Fill in")
    assert lines[1:] == [
        "https://pypi.org/manage/account/publishing/",
        "https://test.pypi.org/manage/account/publishing/",
        *("  PyPI Project Name, TestPyPI Project Name:", "Demo.Package"),
        *("  Owner:", "Octo-Org"),
        *("  Repository name:", "Demo-Repository"),
        *("  Workflow name:", "release.yml"),
        *("  Environment name, first for PyPI:", "Release to PyPI", "rehearsal"),
    ]


def test_an_organisation_has_its_own_pages() -> None:
    lines = screen(planned(**MANY_NAMES)).step("Fill in")
    assert lines[1:3] == [
        "https://pypi.org/manage/organization/octo/publishing/",
        "https://test.pypi.org/manage/organization/octo-test/publishing/",
    ]


@pytest.mark.parametrize(
    ("status", "words", "values"),
    [
        (EXISTS, "Both forms are filled in: look at them, and add them:", False),
        ({"pypi_status": "existing"}, "Fill in the form of TestPyPI, tab GitHub; the form of PyPI is filled in:", True),
    ],
)
def test_a_project_that_an_index_has_gets_its_own_page_filled_in(
    status: dict[str, str], words: str, values: bool
) -> None:
    plan = planned(**status)
    lines = screen(plan).step("(Both|The form|Fill)")
    assert lines[0] == f"1. {words}"
    assert "https://pypi.org/manage/project/sunny-days/settings/publishing/?" in lines[1]
    assert "workflow_filename=publish-to-test-pypi.yml&environment=pypi" in lines[1]
    assert lines[1:3] == [publisher.form_address for publisher in plan.publishers]
    assert ("  TestPyPI Project Name:" in lines) is values
    assert "  PyPI Project Name:" not in lines


def test_pushes_that_go_nowhere_need_one_form() -> None:
    lines = screen(planned(push_index="none")).step("Fill in the form")
    assert lines[:3] == [
        "1. Fill in the form, tab GitHub:",
        "https://pypi.org/manage/account/publishing/",
        "  PyPI Project Name:",
    ]


@pytest.mark.parametrize(
    ("route", "secrets", "pages"),
    [
        ({"index_route": "token"}, "PYPI_TOKEN, TESTPYPI_TOKEN", ["https://pypi.org", "https://test.pypi.org"]),
        (OWN_INDEX, "INDEX_USERNAME, INDEX_PASSWORD", []),
    ],
)
def test_secrets_are_named_and_where_they_are_made(route: dict[str, Any], secrets: str, pages: list[str]) -> None:
    shown = screen(planned(**route))
    assert shown.step("Have") == [
        f"1. Have these at hand; gh asks you for them: {secrets}",
        *(f"{page}/manage/account/" for page in pages),
    ]
    assert "3. Approve the first release." in shown.lines


def test_what_a_kept_workflow_means_is_said() -> None:
    shown = screen(planned(**KEPT, pypi_status="existing", push_index="none"), tokens=TOKENS)
    assert shown.lines[:2] == [
        "release.yml stays as it is, and publishes as before.",
        "  Does it use a token? Do step 1, and see RELEASING.md.",
    ]
    assert not any("pprove" in line for line in shown.lines)
    assert not any("token do" in line for line in screen(planned(**KEPT, index_route="token")).lines)


def test_old_tokens_are_named_as_far_as_there_is_room() -> None:
    roomy = screen(planned(**KEPT, pypi_status="existing", push_index="none"), tokens=TOKENS).lines
    start = roomy.index("Remove the old tokens after a release without them (the doctor names all):")
    assert roomy[start + 1 : start + 4] == [f"  {token}" for token in TOKENS[:3]]
    assert roomy[start + 4].endswith("/blob/v1.0.0/docs/old-tokens.md")
    narrow = screen(planned(**KEPT, testpypi_status="existing"), tokens=TOKENS).lines
    assert narrow[-1] == "RELEASING.md has all of this, also for old tokens."


def test_in_a_folder_of_another_repository_that_comes_first() -> None:
    lines = screen(planned(), folder="packages/sunny-days").lines
    assert lines[1:3] == [
        "  packages/sunny-days",
        f"{ADDRESSED['_src_path']}/blob/v1.0.0/docs/folder-of-a-repository.md",
    ]
    assert lines[3] == "1. Run this command; it asks before it changes anything:"


def test_without_git_the_steps_say_where_it_is() -> None:
    assert screen(planned(), folder="-").step("Install")[0].startswith("2. Install git (https://git-scm.com), then run")


def test_files_that_stay_are_not_forgotten() -> None:
    plan = planned(package="existing", releasing_file=".github/RELEASING.md", kept_files=[".github/dependabot.yml"])
    assert plan.files_that_stay == ("RELEASING.md", ".github/dependabot.yml")
    assert screen(plan).lines[-1] == ".github/RELEASING.md has all of this, also for your own files."


def test_a_template_from_a_clone_gives_a_command_of_this_machine() -> None:
    for folder, word in (
        ("/home/ada/it", "/home/ada/it"),
        ("/home/ada/my templates/it", "'/home/ada/my templates/it'"),
    ):
        plan = planned(_src_path=folder)
        assert screen(plan).step("Run")[-1] == f"uvx --from {word} pyrelease setup"
        assert plan.template.page("old-tokens") == f"docs/old-tokens.md in {folder}"


def test_a_file_of_answers_with_another_name_is_in_the_command(tmp_path: Path) -> None:
    answers = {**usual("new"), **ADDRESSED}
    plan = Plan.of(answers, ".copier-answers.a b.yml")
    assert screen(plan).step("Run")[-1] == f"{COMMAND} --answers-file '.copier-answers.a b.yml'"


# ─── As a copy and an update print them ───


@pytest.fixture(scope="module")
def folder(make: Make) -> Path:
    """The project with `ANSWERS`."""
    return make(**ANSWERS)


def print_steps(project: Path, *arguments: str, pwd: Path | None = None) -> str:
    """Run the task in a project's folder, as a shell starts it."""
    environment = {**os.environ, "PWD": str(pwd or project)}
    return run(
        project, sys.executable, "-IB", ROOT / "src", "steps", ".copier-answers.yml", *arguments, env=environment
    )


def test_a_copy_prints_the_steps_and_the_way_to_the_project(template: Path, tmp_path: Path) -> None:
    options = [option for name, value in ANSWERS.items() for option in ("--data", f"{name}={value}")]
    done = copy(template, tmp_path / "sunny days", *options, env={"PWD": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout
    plan = plan_of(tmp_path / "sunny days")
    assert done.stdout.strip("\n").splitlines() == screen(plan, way="cd 'sunny days'").lines


@pytest.mark.parametrize("name", ["demo", 'it\'s "my" $HOME; exit 3', "-x", "désert 李"])
def test_the_way_leads_to_the_project_in_a_shell(folder: Path, tmp_path: Path, name: str) -> None:
    place = tmp_path / name
    place.mkdir()
    (place / ".copier-answers.yml").write_bytes((folder / ".copier-answers.yml").read_bytes())
    shown = print_steps(place, "", "", pwd=tmp_path)
    [way] = [line for line in shown.splitlines() if line.startswith("cd ")]
    assert run(tmp_path, "bash", "-ec", f"{way}\nls -A") == ".copier-answers.yml\n"
    assert not [line for line in print_steps(place, "", "").splitlines() if line.startswith("cd ")]


def test_the_steps_read_the_answers_and_not_the_document(folder: Path, tmp_path: Path) -> None:
    (tmp_path / ".copier-answers.yml").write_bytes((folder / ".copier-answers.yml").read_bytes())
    assert print_steps(tmp_path, "") == print_steps(folder, "")


def test_a_registered_name_that_changes_before_a_release_needs_the_forms_anew(folder: Path) -> None:
    lines = print_steps(folder).splitlines()
    assert lines[1:4] == [
        "The indexes or GitHub know other names. Releases fail until you do this:",
        "1. Commit the update.",
        "2. Fill in both forms, tab GitHub; each index needs its own account:",
    ]
    assert lines[-2:] == ["3. Run this again:", plan_of(folder).command("setup")]
    assert len(lines) <= ROWS


def test_a_registered_name_that_changes_after_a_release_needs_the_projects_own_pages(
    make: Make, tmp_path: Path
) -> None:
    project = make(project_name="demo")
    commit_all(project, "Start", tag="v1.0.0")
    shown = copier_update(project, "--data", "workflow_filename=release.yml")
    lines = shown.partition("The indexes or GitHub know other names.")[2].splitlines()
    assert lines[2] == "2. Both forms are filled in: look at them, and add them:"
    for line, index in zip(lines[3:5], ("pypi.org", "test.pypi.org"), strict=True):
        assert line.startswith(f"https://{index}/manage/project/demo/settings/publishing/?provider=github&")
        assert "&workflow_filename=release.yml&" in line
    assert not re.search(r"before \d{4}", shown)


def test_another_way_to_log_in_names_what_to_store(make: Make) -> None:
    project = make(project_name="demo")
    commit_all(project, "Start")
    shown = copier_update(project, "--data", "index_route=token")
    assert "2. Have these at hand; gh asks you for them: PYPI_TOKEN, TESTPYPI_TOKEN\n" in shown


# ─── On a terminal ───


@pytest.mark.parametrize(
    ("environment", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False), ({"TERM": "dumb"}, False)]
)
def test_a_terminal_gets_colours_and_links_unless_it_wants_none(
    folder: Path, environment: dict[str, str], coloured: bool
) -> None:
    shown = steps_on_a_terminal(folder, environment)
    address = plan_of(folder).tag_publisher.form_address
    assert ("\x1b[1m" in shown) is coloured
    assert (f"\x1b]8;;{address}\x1b\\{address}\x1b]8;;\x1b\\" in shown) is coloured
    assert ("\x1b" in shown) is coloured


def test_sentences_fit_a_narrow_terminal_and_values_stay_whole(folder: Path) -> None:
    plan = plan_of(folder)
    lines = steps.CODES.sub("", steps_on_a_terminal(folder, {}, columns=40)).splitlines()
    values = {plan.command("setup"), *(publisher.form_address for publisher in plan.publishers)}
    assert values <= set(lines)
    assert max(len(line) for line in lines if line not in values and not line.startswith("cd ")) <= 40


@pytest.mark.parametrize("answers", ["", "- a list", "project_name: demo\n", "a: [", None])
def test_answers_that_cannot_be_read_fail_no_copy(tmp_path: Path, answers: str | None) -> None:
    if answers is not None:
        (tmp_path / ".copier-answers.yml").write_text(answers, encoding="utf-8")
    command: list[str | Path] = [sys.executable, "-IB", ROOT / "src", "steps", ".copier-answers.yml", ""]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr.startswith("The steps could not be shown (")
    assert len(done.stderr.splitlines()) == 1
