"""Whatever is answered together: the files parse, every tool finds nothing, and the workflow is the guide's."""

from __future__ import annotations

import json
import re
import subprocess
import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import date
from itertools import combinations as pairs
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from pyrelease.doctor import look_over
from pyrelease.doctor.findings import Severity
from pyrelease.plan.pipeline import BOT_BRANCHES
from pyrelease.plan.publishers import A_TAG, NOT_A_FORK
from pyrelease.project import read_project
from pyrelease.steps import CODES, steps
from tests.answers.combinations import PACKAGES, combinations, constraints, route_answers, values_of
from tests.answers.questionnaire import takes_text, usual
from tests.conftest import ZIZMOR, answers_of, content_of, plan_of, read_yaml, run
from tests.runs.routes import ROUTES
from tools.guide.contract import compare, contract, deliberate, reason
from tools.workflows import read_workflow
from tools.workshop import Workshop


@dataclass(frozen=True)
class Made:
    """A project, and the answers that it was made with."""

    folder: Path
    answers: dict[str, Any]

    @property
    def workflow(self) -> Path | None:
        """The publishing workflow; `None` where the package keeps its own."""
        file = self.folder / ".github" / "workflows" / str(self.answers["workflow_filename"])
        return file if file.exists() else None

    @property
    def releasing(self) -> str:
        """The text that says how to release."""
        return (self.folder / plan_of(self.folder).releasing_path).read_text(encoding="utf-8")

    @property
    def package(self) -> Path:
        """The package's folder."""
        return self.folder / str(self.answers["package_folder"])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Made]:
    """A project of each combination."""
    workshop = Workshop(tmp_path_factory.mktemp("combinations"))
    return [made_with(workshop, answers) for package in PACKAGES for answers in combinations(package)]


def made_with(workshop: Workshop, answers: dict[str, Any]) -> Made:
    """Return a project that has these answers."""
    folder = workshop.make(answers)
    stored = answers_of(folder)
    assert {name: stored.get(name, value) for name, value in answers.items()} == answers
    return Made(folder, stored)


@pytest.mark.parametrize("package", PACKAGES)
def test_every_two_values_meet(package: str) -> None:
    values = values_of(package)
    rows = combinations(package)
    met = {(a, str(row[a]), b, str(row[b])) for row in rows for a, b in pairs(values, 2)}
    possible = {
        (a, str(one), b, str(other))
        for a, b in pairs(values, 2)
        for one in values[a]
        for other in values[b]
        if can_meet({a: one, b: other}, package)
    }
    assert possible == met


def can_meet(two: dict[str, Any], package: str) -> bool:
    """Say whether some values of the other answers allow these two."""
    values = values_of(package)
    for constraint in constraints(package):
        free = [[two[name]] if name in two else values[name] for name in constraint.names]
        if not any(constraint.allows(dict(zip(constraint.names, row, strict=True))) for row in product(*free)):
            return False
    return True


def test_a_copy_writes_the_files_of_the_plan_and_no_other(made: list[Made]) -> None:
    assert "LGPL-3.0-or-later" in {project.answers.get("license") for project in made}
    for project in made:
        assert sorted(content_of(project.folder)) == sorted(plan_of(project.folder).files), project


def test_every_file_parses_and_no_template_is_left(made: list[Made]) -> None:
    for project in made:
        for file in (path for path in project.folder.rglob("*") if path.is_file()):
            text = file.read_text(encoding="utf-8")
            assert "{%" not in text, file
            assert not re.search(r"(?<!\$)\{\{", text), file
            if file.suffix == ".toml":
                tomllib.loads(text)
            if file.suffix in (".yml", ".yaml"):
                assert read_yaml(file), file


def test_zizmor_finds_only_that_a_token_is_one(made: list[Made]) -> None:
    [root] = {project.folder.parent for project in made}
    done = subprocess.run([*ZIZMOR, "--format=json", "."], cwd=root, capture_output=True, encoding="utf-8", check=False)
    found = Counter(
        (finding["ident"], Path(location["symbolic"]["key"]["Local"]["verbatim_path"]).parts[0])
        for finding in json.loads(done.stdout)
        for location in finding["locations"][:1]
    )
    expected = {
        ("use-trusted-publishing", project.folder.name)
        for project in made
        if project.workflow and project.answers["index_route"] == "token" and not project.answers["index_url"]
    }
    assert set(found) == expected


def test_actionlint_and_the_schemas_find_nothing(made: list[Made]) -> None:
    workflows = [file for project in made for file in (project.folder / ".github").glob("workflows/*")]
    bots = [file for project in made for file in (project.folder / ".github").glob("dependabot.yml")]
    assert len(workflows) > len(made)
    run(made[0].folder, "actionlint", *workflows)
    run(made[0].folder, "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *workflows)
    run(made[0].folder, "check-jsonschema", "--builtin-schema", "vendor.dependabot", *bots)
    run(made[0].folder, "validate-pyproject", *(p.package / "pyproject.toml" for p in made if is_new(p)))


def test_the_doctor_finds_nothing_in_any_workflow(made: list[Made]) -> None:
    looked_over = 0
    for project in made:
        if project.workflow:
            patient = read_project(project.folder, ".copier-answers.yml")
            found = [*look_over(patient, date.fromisoformat(str(project.answers["created_on"])))]
            wrong = [
                line for line in found if line.severity < Severity.INFORMATION and line.place.startswith(".github")
            ]
            assert wrong == [], project.answers
            looked_over += 1
    assert looked_over > len(made) / 2


def is_new(project: Made) -> bool:
    """Say whether a new package was made."""
    return bool(project.answers["package"] == "new")


def test_repo_review_fails_nothing_for_any_backend(made: list[Made]) -> None:
    backends = {plan_of(p.folder).backend: p for p in made if is_new(p) and p.package == p.folder}
    assert set(backends) == {"hatchling", "setuptools", "scikit-build-core"}
    for project in backends.values():
        report = json.loads(run(project.folder, "repo-review", "--format", "json", "."))
        assert not [name for name, check in report["checks"].items() if check["result"] is False]


def test_every_workflow_is_the_guides_but_for_what_its_route_lists(made: list[Made]) -> None:
    listed: set[str] = set()
    for project in made:
        if not project.workflow:
            continue
        plan = plan_of(project.folder)
        text = project.workflow.read_text(encoding="utf-8")
        for publisher in plan.publishers:
            name = json.dumps(publisher.environment)
            guides = publisher.index.job.removeprefix("publish-to-")
            text = text.replace(f"      name: {name}\n", f"      name: {guides}\n")
        reasons = deliberate(project.answers)
        differences = compare(contract(plan.project_name), read_workflow(text))
        assert not [difference.where for difference in differences if not reason(difference, reasons)], project
        listed |= {reason(difference, reasons) or "" for difference in differences}
    routes = [deliberate(project.answers) for project in made if project.workflow]
    assert {where for reasons in routes for where in reasons} - listed == set()


def test_nothing_speaks_of_an_index_that_gets_no_files(made: list[Made]) -> None:
    for project in made:
        plan = plan_of(project.folder)
        texts = [project.releasing]
        texts += [file.read_text(encoding="utf-8") for file in (project.folder / ".github").rglob("*.y*ml")]
        text = "\n".join(texts)
        # A workflow that is kept has its own tokens: of these nothing is said.
        is_said = plan.push_publisher is not None and (plan.is_trusted or not plan.is_kept)
        assert ("test.pypi.org" in text) is is_said, project
        assert plan.push_publisher or "TestPyPI" not in text, project
        if plan.index_url:
            assert "//pypi.org" not in text, project
        if not plan.is_trusted:
            assert ("id-token" in text) is bool(plan.provenance and project.workflow), project
            assert "Trusted Publishing" not in project.releasing, project


def test_each_job_runs_after_what_it_needs_and_may_do_what_it_must_and_no_more(made: list[Made]) -> None:
    for project in made:
        if not project.workflow:
            continue
        answers, plan = project.answers, plan_of(project.folder)
        jobs = read_workflow(project.workflow.read_text(encoding="utf-8"))["jobs"]
        built = ["build", "build-wheels"] if answers["binary"] else ["build"]
        tried = ["test-wheels"] if answers["binary"] and answers["package"] == "existing" else []
        tried = ["try-on-pypiserver"] if answers["push_index"] == "pypiserver" else tried
        release = "publish-to-index" if answers["index_url"] else "publish-to-pypi"
        wanted: dict[str, tuple[list[str], str, dict[str, str]]] = {"build": ([], "", {"contents": "read"})}
        if answers["binary"]:
            wanted["build-wheels"] = (["build"], "", {})
        if tried:
            wanted[tried[0]] = (built, "", {"contents": "read"})
        identity = {"id-token": "write"} if plan.is_trusted else {}
        first = ["install-from-testpypi"] if answers["testpypi_first"] else []
        wanted[release] = ([*built, *tried, *first], f"{A_TAG} && {NOT_A_FORK}", identity)
        if answers["push_index"] == "testpypi":
            wanted["publish-to-testpypi"] = ([*built, *tried], NOT_A_FORK, identity)
            wanted["install-from-testpypi"] = (["build", "publish-to-testpypi"], "", {})
        if release == "publish-to-pypi":
            wanted["install-from-pypi"] = (["build", release], "", {})
        if answers["provenance"]:
            rights = {"attestations": "write", "id-token": "write"}
            wanted["provenance"] = ([*built, *tried], f"{A_TAG} && {NOT_A_FORK}", rights)
        if answers["github_release"]:
            wanted["github-release"] = (["build", release], f"{A_TAG} && {NOT_A_FORK}", {"contents": "write"})
        found = {name: (job.get("needs", []), job.get("if", ""), job["permissions"]) for name, job in jobs.items()}
        assert found == wanted, project
        assert "continue-on-error" not in project.workflow.read_text(encoding="utf-8")
        for name in (release, "publish-to-testpypi") if "publish-to-testpypi" in jobs else (release,):
            uses = [step["uses"].partition("@")[0] for step in jobs[name]["steps"]]
            assert uses == ["actions/download-artifact", "pypa/gh-action-pypi-publish"]


def test_only_the_pushes_that_were_chosen_start_the_workflow_and_the_text_says_which(made: list[Made]) -> None:
    for project in made:
        if not project.workflow:
            continue
        branches = {
            "every-push": {"branches-ignore": [*BOT_BRANCHES]},
            "default-branch": {"branches": [project.answers["default_branch"]]},
            "tags": {},
        }[str(project.answers["push_trigger"])]
        wanted = {**branches, "tags": [f"{project.answers['tag_prefix']}[0-9]*"]}
        if branches and (folder := project.answers["package_folder"]):
            wanted["paths"] = [f"{folder}/**", f".github/workflows/{project.answers['workflow_filename']}"]
        assert read_workflow(project.workflow.read_text(encoding="utf-8"))["on"] == {"push": wanted}, project
        said = re.findall(r"^\| push (.*?) \| ", project.releasing, re.MULTILINE)
        tag = f"a tag like `{project.answers['tag_prefix']}1.2.0`"
        first = {"every-push": ["a branch"], "default-branch": [f"`{project.answers['default_branch']}`"], "tags": []}
        assert said == [*first[str(project.answers["push_trigger"])], tag], project


def test_a_new_project_of_an_organisation_is_registered_on_the_page_of_that(made: list[Made]) -> None:
    for project in made:
        plan = plan_of(project.folder)
        pages = re.findall(r"\[form\]\((.*?)\)", project.releasing)
        assert len(pages) == (len(plan.publishers) if plan.is_trusted else 0), project
        for publisher, page in zip(plan.publishers, pages, strict=False):
            owner = f"organization/{publisher.organization}" if publisher.organization else "account"
            assert page.startswith(f"{publisher.index.site}/manage/project/") is not publisher.is_new, project
            assert (page == f"{publisher.index.site}/manage/{owner}/publishing/") is publisher.is_new, project


def test_each_project_names_the_pages_that_it_may_need(made: list[Made]) -> None:
    for project in made:
        plan = plan_of(project.folder)
        named = set(re.findall(r"`docs/([\w-]+)\.md`", project.releasing))
        wanted = {"set-up-by-hand", "several-packages" if plan.package_folder else "folder-of-a-repository"}
        wanted |= {"change-a-name"} if plan.is_trusted and not plan.is_kept else set()
        wanted |= {"testpypi-is-full"} if plan.push_publisher else set()
        wanted |= {"old-tokens"} if plan.package == "existing" and not plan.index_url else set()
        assert named == wanted, project


def test_a_private_package_gets_a_private_repository_and_secrets_of_an_environment(made: list[Made]) -> None:
    for project in made:
        plan = plan_of(project.folder)
        assert plan.repository.is_private is bool(project.answers["index_url"]), project
        secrets = {name for environment in plan.environments for name in environment.secrets}
        assert bool(secrets) is (not plan.is_trusted), project
        if not plan.is_kept:
            assert set(re.findall(r"`([A-Z_]+)`", project.releasing)) == secrets, project


def test_the_steps_are_numbered_from_one_without_a_gap(made: list[Made]) -> None:
    for project in made:
        plan = plan_of(project.folder)
        shown = "\n".join(CODES.sub("", line) for line in steps(plan, "", [], ""))
        numbers = [int(number) for number in re.findall(r"^(\d+)\. ", shown, re.MULTILINE)]
        assert numbers == list(range(1, len(numbers) + 1)), project
        assert plan.command("setup") in shown.splitlines(), project


def test_the_markdown_has_whole_blocks(made: list[Made]) -> None:
    for project in made:
        text = project.releasing
        assert text.count("```") % 2 == 0, project
        assert "\n\n\n" not in text, project
        assert text == text.rstrip() + "\n", project
        for line in text.splitlines():
            assert line == line.rstrip(), (project, line)


def test_the_first_release_is_approved_where_its_tag_is_the_version_of_a_new_project(made: list[Made]) -> None:
    for project in made:
        answers, plan = project.answers, plan_of(project.folder)
        is_ours = answers["existing_workflow"] != "keep" and answers["version_source"] != "static"
        tags = plan.tag_publisher.is_new and is_ours
        shown = "\n".join(CODES.sub("", line) for line in steps(plan, "", [], ""))
        assert plan.set_up.ends_with_a_tag is tags, project
        assert ("Approve the first release" in shown) is tags, project
        assert (plan.pending_until in shown) is plan.has_pending, project


def test_the_checklist_has_a_line_for_each_index(made: list[Made]) -> None:
    for project in (project for project in made if project.workflow):
        plan = plan_of(project.folder)
        boxes = re.findall(r"^- \[ \] (.*)$", project.releasing, re.MULTILINE)
        assert len(boxes) == len(plan.publishers) + 2 + (plan.existing_workflow == "move"), project
        for publisher, box in zip(plan.publishers, boxes, strict=False):
            assert publisher.index.name in box, project
            assert ("knows the workflow" in box) is plan.is_trusted, project


def test_every_choice_that_a_route_depends_on_is_run() -> None:
    """Routes of new packages are run as `tests.runs.routes` says, those of existing ones by adopting real packages."""
    names = {*route_answers(), *(name for route in ROUTES.values() for name in route)}
    known = {name: values for name, values in values_of("new").items() if name in names and not takes_text(name)}
    run_in = {name: [str({**usual("new"), **route}[name]) for route in ROUTES.values()] for name in known}
    assert [(name, value) for name, values in known.items() for value in values if str(value) not in run_in[name]] == []
