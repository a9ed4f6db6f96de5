"""What GitHub has already is merged with the plan, never replaced; what it does not say is never taken for nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pyrelease.changes import Kind
from pyrelease.plan.github import SKIPPABLE
from tests.conftest import Make
from tests.github.environments import NO_REVIEWERS
from tests.github.repositories import Repository
from tests.github.rulesets import add_ruleset
from tests.set_up.conftest import FOLLOWED, FULL_NAME, PATH, QUICKLY, WHOLE, Command, Ran

pytestmark = pytest.mark.runs

TAGS = ("tag", "v[0-9]*")

OTHER_WORKFLOW = """\
on: push
permissions: {{}}
jobs:
  deploy:
    runs-on: ubuntu-latest
    environment: {environment}
    steps: [{{run: deploy}}]
"""


def add_workflow(project: Path, name: str, content: str) -> None:
    """Give a project another workflow."""
    (project / ".github" / "workflows" / name).write_text(content, encoding="utf-8")


def rows(ran: Ran) -> dict[str, str]:
    """Return what the table says of each part of the plan, by its subject: the kind of the row."""
    kinds = [kind.value for kind in Kind]
    found = [line.strip().split(maxsplit=1) for line in ran.shown.splitlines() if line.startswith("  ")]
    return {words[1].partition(":")[0]: words[0] for words in found if words[0] in kinds}


# ─── Environments ───


def test_an_environment_as_the_guide_makes_it_keeps_everything_and_gets_the_tag_rule(
    make: Make, command: Command, repository: Repository
) -> None:
    own = repository.add_environment("pypi", reviewers=["grace"], wait_timer=30, prevent_self_review=True)
    ran = command(make())
    assert ran.code == 0, ran.shown
    assert repository.environments["pypi"] is own
    assert (command.approvers(), own.wait_timer, own.prevent_self_review) == ([18], 30, True)
    assert own.rules == [TAGS]


def test_an_environment_for_protected_branches_takes_them_still(
    make: Make, command: Command, repository: Repository
) -> None:
    repository.remote.write({"README.md": "mine"}, branch="stable")
    repository.protected_branches.add("stable")
    policy = {"protected_branches": True, "custom_branch_policies": False}
    own = repository.add_environment("pypi", reviewers=["grace"])
    own.policy = policy
    ran = command(make())
    assert ran.code == 0, ran.shown
    assert own.rules == [("branch", "stable"), TAGS]
    assert command.approvers() == [18]


@pytest.mark.parametrize("pattern", ["v*", "*", "v[0-9]*", "**/v*"])
def test_an_environment_that_takes_more_tags_stays_as_it_is(
    make: Make, command: Command, repository: Repository, pattern: str
) -> None:
    own = repository.add_environment("pypi", reviewers=["grace"], allowed=[("branch", "main"), ("tag", pattern)])
    assert rows(command(make(), "--dry-run"))["environment pypi"] == "right"
    assert own.rules == [("branch", "main"), ("tag", pattern)]


def test_of_a_long_list_of_refs_the_last_is_read_too(make: Make, command: Command, repository: Repository) -> None:
    branches = [("branch", f"release-{number}") for number in range(230)]
    repository.add_environment("pypi", reviewers=["grace"], allowed=[*branches, ("tag", "v*")])
    assert rows(command(make(), "--dry-run"))["environment pypi"] == "right"


@pytest.mark.parametrize("pattern", ["v?.?.?", "release-*", "v1.*"])
def test_an_environment_that_takes_fewer_tags_gets_the_rule_beside(
    make: Make, command: Command, repository: Repository, pattern: str
) -> None:
    own = repository.add_environment("pypi", reviewers=["grace"], allowed=[("tag", pattern)])
    assert command(make()).code == 0
    assert own.rules == [("tag", pattern), TAGS]


def test_an_environment_that_a_workflow_made_gets_its_protection(
    make: Make, command: Command, repository: Repository
) -> None:
    repository.add_environment("pypi")
    repository.add_environment("testpypi")
    assert command(make()).code == 0
    assert command.approvers() == [17]
    assert repository.environments["pypi"].rules == [TAGS]
    assert repository.environments["testpypi"].policy is None


def test_a_rule_that_is_a_part_of_another_is_added(make: Make, command: Command, repository: Repository) -> None:
    own = repository.add_environment("testpypi", allowed=[("branch", "release/*")])
    assert command(make()).code == 0
    assert own.rules == [("branch", "release/*"), ("branch", "*"), ("branch", "**/*"), TAGS]


@pytest.mark.parametrize("written", ["pypi", "PyPI", "{name: pypi, url: https://pypi.org/p/demo}"])
def test_an_environment_that_another_workflow_deploys_to_is_left_and_said(
    make: Make, command: Command, repository: Repository, written: str
) -> None:
    own = repository.add_environment("pypi", reviewers=["grace"])
    project = make()
    add_workflow(project, "develop.yml", OTHER_WORKFLOW.format(environment=written))
    ran = command(project)
    assert ran.code == 0, ran.shown
    assert (own.policy, command.approvers()) == (None, [18])
    assert "left environment pypi: .github/workflows/develop.yml deploys to it, too" in ran.text


def test_no_tag_is_pushed_where_nobody_approves(make: Make, command: Command, repository: Repository) -> None:
    repository.add_environment("pypi")
    project = make()
    add_workflow(project, "develop.yml", OTHER_WORKFLOW.format(environment="pypi"))
    ran = command(project)
    assert ran.code == 1
    assert list(command.refs) == ["refs/heads/main"]
    [left] = ran.left
    assert left.startswith("push the first tag, v0.1.0rc1: nobody approves its release")


# ─── Reviewers ───


def test_who_sets_it_up_approves_where_nobody_is_named(make: Make, command: Command) -> None:
    assert command(make()).code == 0
    assert command.approvers() == [17]
    assert not command.repository.environments["pypi"].prevent_self_review


@pytest.mark.parametrize(("options", "prevented"), [((), True), (("--skip", "self-review"), False)])
def test_several_reviewers_do_not_approve_their_own(
    make: Make, command: Command, options: tuple[str, ...], prevented: bool
) -> None:
    ran = command(make(reviewers="grace, ada"), *QUICKLY, *options)
    assert ran.code == 0, ran.shown
    assert command.approvers() == [18, 17]
    assert command.repository.environments["pypi"].prevent_self_review == prevented


def test_a_team_approves(make: Make, command: Command) -> None:
    team = command.github.add_team("octo-org", "release", "grace")
    ran = command(make(reviewers="team:octo-org/release"))
    assert ran.code == 0, ran.shown
    assert command.repository.environments["pypi"].reviewers == [{"type": "Team", "id": team.id}]
    assert command.repository.environments["pypi"].prevent_self_review


@pytest.mark.parametrize("reviewers", ["nobody", "team:octo-org/nobody"])
def test_a_reviewer_whom_github_does_not_know_stops_it_at_once(make: Make, command: Command, reviewers: str) -> None:
    ran = command(make(reviewers=reviewers))
    assert (ran.code, command.github.changes) == (1, [])
    assert ran.left == [f"GitHub knows no {reviewers}: correct the answer reviewers"]


def test_without_reviewers_in_the_plan_nothing_is_pushed(make: Make, command: Command) -> None:
    ran = command(make(), *WHOLE, "--private")
    assert (ran.code, command.refs) == (1, {})
    assert NO_REVIEWERS in ran.text
    assert ran.left == ["releases are not protected, and nothing was pushed; to go on add --without-reviewers"]


def test_with_without_reviewers_it_goes_on(make: Make, command: Command) -> None:
    command.github.plan = "team"
    ran = command(make(), *QUICKLY, "--private", "--without-reviewers")
    assert ran.code == 0, ran.shown
    assert command.approvers() == []
    assert command.repository.environments["pypi"].rules == [TAGS]
    assert "refs/tags/v0.1.0rc1" in command.refs


def test_without_reviewers_takes_nobody_away(make: Make, command: Command, repository: Repository) -> None:
    repository.add_environment("pypi", reviewers=["grace"])
    assert command(make(), *QUICKLY, "--without-reviewers").code == 0
    assert command.approvers() == [18]


# ─── The ruleset and the settings ───


@pytest.mark.parametrize("include", ["~ALL", "refs/tags/*", "refs/tags/v*"])
def test_a_ruleset_that_keeps_release_tags_is_enough(
    make: Make, command: Command, repository: Repository, include: str
) -> None:
    conditions = {"ref_name": {"include": [include], "exclude": []}}
    rules = [{"type": "creation"}]
    add_ruleset(repository, name="Ours", target="tag", enforcement="active", conditions=conditions, rules=rules)
    assert rows(command(make(), "--dry-run"))["ruleset for tags"] == "right"


@pytest.mark.parametrize(
    "change",
    [
        {"enforcement": "disabled"},
        {"target": "branch"},
        {"rules": [{"type": "deletion"}]},
        {"conditions": {"ref_name": {"include": ["refs/tags/docs-*"], "exclude": []}}},
    ],
)
def test_a_ruleset_that_does_not_keep_them_is_none(
    make: Make, command: Command, repository: Repository, change: dict[str, Any]
) -> None:
    conditions = {"ref_name": {"include": ["~ALL"], "exclude": []}}
    whole = {"target": "tag", "enforcement": "active", "conditions": conditions, "rules": [{"type": "creation"}]}
    add_ruleset(repository, **{"name": "Ours", **whole, **change})
    assert rows(command(make(), "--dry-run"))["ruleset for tags"] == "create"


@pytest.mark.parametrize("name", SKIPPABLE)
def test_each_setting_can_be_left_out(make: Make, command: Command, name: str) -> None:
    subjects = {
        "immutable-releases": "immutable releases",
        "pinned-actions": "pinned actions",
        "read-only-token": "read-only token",
        "ruleset": "ruleset for tags",
    }
    ran = command(make(reviewers="ada, grace"), "--dry-run", "--skip", name)
    assert f"left skipped: {name}" in ran.text
    assert subjects.get(name) not in rows(ran)
    others = {subject for skipped, subject in subjects.items() if skipped != name}
    assert others <= set(rows(ran))


def test_all_settings_can_be_left_out(make: Make, command: Command) -> None:
    ran = command(make(), *QUICKLY, "--skip", "self-review")
    assert ran.code == 0, ran.shown
    changed = {"environments/pypi", "environments/testpypi", "repos", "deployment-branch-policies"}
    assert {path for path in map(last_part, command.github.changes) if path not in changed} == set()


def last_part(request: str) -> str:
    """Return what a request is about."""
    path = request.rpartition(" ")[2]
    return next(
        end for end in ("environments/pypi", "environments/testpypi", path.rpartition("/")[2]) if path.endswith(end)
    )


def test_a_setting_that_github_refuses_is_left_to_do_with_the_way_past_it(make: Make, command: Command) -> None:
    command.github.fail("POST", f"{PATH}/rulesets", status=403, message="Upgrade to GitHub Pro")
    ran = command(make(), *WHOLE)
    assert ran.code == 1
    assert "refs/tags/v0.1.0rc1" in command.refs
    assert ran.left == [
        "ruleset for tags: GitHub refuses it (Upgrade to GitHub Pro); add --skip ruleset to leave it out"
    ]


def test_pinned_actions_are_left_to_a_package_with_workflows_of_its_own(make: Make, command: Command) -> None:
    project = make()
    add_workflow(project, "docs.yml", OTHER_WORKFLOW.format(environment="pages"))
    ran = command(project, "--dry-run")
    assert rows(ran)["pinned actions"] == "left"
    assert "docs.yml might stop" in ran.text


def test_a_token_that_may_write_stays_where_a_workflow_says_nothing(
    make: Make, command: Command, repository: Repository
) -> None:
    repository.workflow_permissions = {"default_workflow_permissions": "write"}
    project = make()
    add_workflow(project, "docs.yml", OTHER_WORKFLOW.format(environment="pages").replace("permissions: {}\n", ""))
    assert rows(command(project, "--dry-run"))["read-only token"] == "left"


def test_what_is_set_of_actions_beside_stays(make: Make, command: Command, repository: Repository) -> None:
    repository.actions = {"enabled": True, "allowed_actions": "selected"}
    repository.workflow_permissions = {
        "default_workflow_permissions": "write",
        "can_approve_pull_request_reviews": True,
    }
    assert command(make(), *WHOLE).code == 0
    assert repository.actions == {"enabled": True, "allowed_actions": "selected", "sha_pinning_required": True}
    assert repository.workflow_permissions == {
        "default_workflow_permissions": "read",
        "can_approve_pull_request_reviews": True,
    }


# ─── Secrets ───


OLD = {"PYPI_API_TOKEN", "TEST_PYPI_API_TOKEN"}


@pytest.mark.parametrize("use", ["secrets.TEST_PYPI_API_TOKEN", "secrets['TEST_PYPI_API_TOKEN']"])
def test_old_tokens_go_after_a_release_unless_a_workflow_uses_them(
    make: Make, command: Command, repository: Repository, use: str
) -> None:
    repository.secrets |= {*OLD, "CODECOV_TOKEN"}
    project = make(created_on="2026-11-01")
    add_workflow(project, "nightly.yml", f"password: ${{{{ {use} }}}}\n")
    assert command(project, *FOLLOWED).code == 0
    assert repository.secrets == {*OLD, "CODECOV_TOKEN"}
    command.github.approve(repository.runs[-1])
    assert command(project, *FOLLOWED).code == 0
    ran = command(project)
    assert ran.code == 0, ran.shown
    assert repository.secrets == {"TEST_PYPI_API_TOKEN", "CODECOV_TOKEN"}
    assert "change secret PYPI_API_TOKEN: deleted: no workflow uses it" in ran.text
    assert "left secret TEST_PYPI_API_TOKEN: .github/workflows/nightly.yml uses it, or may" in ran.text


def test_old_tokens_stay_until_a_release_has_gone_through_without_them(
    make: Make, command: Command, repository: Repository
) -> None:
    repository.secrets |= OLD
    ran = command(make())
    assert ran.code == 0, ran.shown
    assert repository.secrets == OLD
    assert "left secret PYPI_API_TOKEN: stays until a release has gone through without it" in ran.text


def test_without_a_terminal_a_secret_is_left_with_the_command_that_stores_it(make: Make, command: Command) -> None:
    ran = command(make(index_route="token", pypi_environment="A b"))
    assert (ran.code, command.refs) == (1, {})
    stored = f"gh secret set PYPI_TOKEN --env 'A b' --repo github.com/{FULL_NAME}"
    assert ran.left == [f"secret PYPI_TOKEN is not stored; store it with {stored}, then run this again"]


# ─── Repositories ───


def test_who_is_no_administrator_is_told_so(make: Make, command: Command) -> None:
    command.github.create(FULL_NAME, role="write")
    ran = command(make())
    assert (ran.code, command.github.changes, command.refs) == (1, [], {})
    assert (
        "environment pypi: this needs a change, and you are no administrator: ask one to run this command"
        in ran.left[0]
    )


def test_who_is_no_administrator_goes_on_where_everything_is_right(make: Make, command: Command) -> None:
    project = make()
    assert command(project, *WHOLE).code == 0
    command.repository.role = "write"
    ran = command(project, *WHOLE)
    assert ran.code == 0, ran.shown


def test_a_repository_that_github_spells_otherwise_stops_it(make: Make, command: Command) -> None:
    command.github.create(FULL_NAME.title())
    ran = command(make())
    assert (ran.code, command.refs) == (1, {})
    assert f"GitHub calls it {FULL_NAME.title()}" in ran.left[0]


def test_a_repository_that_github_does_not_create_is_said(make: Make, command: Command) -> None:
    ran = command(make(github_owner="nobody-here"))
    assert (ran.code, command.refs) == (1, {})
    assert ran.left[0].startswith("GitHub does not create nobody-here/demo-package (Not Found); ask somebody")


def test_only_github_com_is_talked_to(make: Make, command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GH_HOST", "github.example.org")
    ran = command(make())
    assert ran.code == 0, ran.shown
