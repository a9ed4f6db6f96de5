"""What the tests rest on: the stand-in keeps a repository's settings as GitHub does, and refuses what GitHub refuses."""

from __future__ import annotations

from typing import Any

import pytest

from tests.conftest import NAME, OWNER
from tests.github.asking import PYPI, REPOSITORY, ask, gh
from tests.github.environments import CUSTOM, NOBODY_ELSE
from tests.github.repositories import Repository
from tests.github.rulesets import add_ruleset
from tests.github.stand_in import GitHub

POLICIES = f"{PYPI}/deployment-branch-policies"

PROTECTED = {"protected_branches": True, "custom_branch_policies": False}

RULESET: dict[str, Any] = {
    "name": "Release tags",
    "target": "tag",
    "enforcement": "active",
    "rules": [{"type": "creation"}],
}

ADMINISTRATORS = {"actor_id": 5, "actor_type": "RepositoryRole", "bypass_mode": "always"}

# ─── Environments ───


def test_a_put_replaces_all_that_an_environment_had(repository: Repository, github: GitHub) -> None:
    team = github.add_team(OWNER, "releasers", "grace")
    assert ask("GET", f"/orgs/{OWNER}/teams/releasers").body["id"] == team.id
    people = [{"type": "Team", "id": team.id}, {"type": "User", "id": 17}]
    rules = {"wait_timer": 30, "prevent_self_review": True, "deployment_branch_policy": CUSTOM}
    assert ask("PUT", PYPI, {"reviewers": people, **rules}).status == 200
    assert ask("POST", POLICIES, {"name": "v*", "type": "tag"}).status == 200
    timer, required, branches = ask("GET", PYPI).body["protection_rules"]
    assert (timer["type"], timer["wait_timer"], branches["type"]) == ("wait_timer", 30, "branch_policy")
    assert required["prevent_self_review"] is True
    assert [(one["type"], one["reviewer"]["id"]) for one in required["reviewers"]] == [("Team", team.id), ("User", 17)]
    assert ask("PUT", PYPI, {"wait_timer": 0}).status == 200
    left = ask("GET", PYPI).body
    assert (left["protection_rules"], left["deployment_branch_policy"]) == ([], None)
    assert repository.environments["pypi"].rules == []


@pytest.mark.parametrize("policy", [None, PROTECTED])
def test_refs_are_named_only_where_a_custom_policy_says_so(repository: Repository, policy: Any) -> None:
    ask("PUT", PYPI, {"deployment_branch_policy": policy})
    assert ask("POST", POLICIES, {"name": "v*", "type": "tag"}).status == 404
    assert ask("GET", POLICIES).status == 404
    assert ask("GET", PYPI).body["deployment_branch_policy"] == policy


def test_a_ref_is_named_once_and_can_go(repository: Repository) -> None:
    repository.add_environment("pypi", allowed=[("branch", "main")])
    first, again = (ask("POST", POLICIES, {"name": "v*", "type": "tag"}).body for _ in range(2))
    assert first == again
    assert [rule["name"] for rule in ask("GET", POLICIES).body["branch_policies"]] == ["main", "v*"]
    assert ask("DELETE", f"{POLICIES}/{first['id']}").status == 204
    assert repository.environments["pypi"].rules == [("branch", "main")]


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        (
            {"deployment_branch_policy": dict.fromkeys(CUSTOM, value)},
            '"custom_branch_policies" and "protected_branches" cannot have the same value',
        )
        for value in (True, False)
    ]
    + [
        ({"prevent_self_review": True}, NOBODY_ELSE),
        ({"reviewers": [{"type": "User", "id": 99}]}, "Validation Failed"),
        ({"reviewers": [{"type": "User", "id": 17}] * 7}, "Validation Failed"),
    ],
)
def test_rules_that_contradict_themselves_are_refused(repository: Repository, sent: Any, words: str) -> None:
    said = ask("PUT", PYPI, sent)
    assert (said.status, said.message) == (422, words)
    assert repository.environments == {}


@pytest.mark.parametrize(
    ("private", "plan", "reviewers", "ruleset"),
    [
        (False, "free", 200, 201),
        (True, "free", 422, 403),
        (True, "team", 422, 201),
        (True, "enterprise", 200, 201),
    ],
)
def test_a_private_repository_has_what_its_plan_has(
    github: GitHub, private: bool, plan: str, reviewers: int, ruleset: int
) -> None:
    github.plan = plan
    github.create(f"{OWNER}/{NAME}", private=private)
    said = ask("PUT", PYPI, {"reviewers": [{"type": "User", "id": 17}]})
    assert said.status == reviewers
    if said.status == 422:
        assert said.message.endswith("Please ensure the billing plan supports the required reviewers protection rule.")
    said = ask("POST", f"{REPOSITORY}/rulesets", RULESET)
    assert said.status == ruleset
    if said.status == 403:
        assert said.message == "Upgrade to GitHub Pro or make this repository public to enable this feature."


# ─── Rulesets, secrets, other settings ───


def test_a_list_of_rulesets_says_less_than_one_ruleset(repository: Repository) -> None:
    made = ask("POST", f"{REPOSITORY}/rulesets", {**RULESET, "bypass_actors": [ADMINISTRATORS]})
    assert made.status == 201
    [listed] = ask("GET", f"{REPOSITORY}/rulesets").body
    assert (listed["name"], listed["target"], "rules" in listed) == ("Release tags", "tag", False)
    path = f"{REPOSITORY}/rulesets/{listed['id']}"
    shown = ask("GET", path).body
    assert (shown["rules"], shown["bypass_actors"]) == ([{"type": "creation"}], [ADMINISTRATORS])
    assert ask("PUT", path, {"enforcement": "disabled"}).body["rules"] == [{"type": "creation"}]
    assert repository.rulesets[0]["enforcement"] == "disabled"
    repository.role = "write"
    assert "bypass_actors" not in ask("GET", path).body


def test_a_ruleset_of_the_owner_is_seen_and_not_changed(repository: Repository) -> None:
    add_ruleset(repository, **RULESET, source_type="Organization")
    [listed] = ask("GET", f"{REPOSITORY}/rulesets").body
    assert ask("GET", f"{REPOSITORY}/rulesets?includes_parents=false").body == []
    assert ask("PUT", f"{REPOSITORY}/rulesets/{listed['id']}", {"enforcement": "disabled"}).status == 404
    again = ask("POST", f"{REPOSITORY}/rulesets", RULESET)
    assert (again.status, again.body["errors"]) == (422, [{"message": "Name must be unique"}])


def test_gh_stores_a_secret_in_an_environment_that_is_there(repository: Repository) -> None:
    command = ["secret", "set", "PYPI_TOKEN", "--env", "PyPI", "--repo", f"{OWNER}/{NAME}"]
    assert gh(*command, given="hidden").returncode == 1
    repository.add_environment("pypi")
    repository.secrets.add("OLD_TOKEN")
    assert gh(*command, given="hidden").returncode == 0
    assert repository.environments["pypi"].secrets == {"PYPI_TOKEN"}
    assert [one["name"] for one in ask("GET", f"{PYPI}/secrets").body["secrets"]] == ["PYPI_TOKEN"]
    assert [ask("GET", f"{PYPI}/secrets/{name}").status for name in ("pypi_token", "OLD_TOKEN")] == [200, 404]
    assert ask("DELETE", f"{REPOSITORY}/actions/secrets/old_token").status == 204
    assert repository.secrets == set()


def test_a_release_is_immutable_once_it_is_published(repository: Repository, tmp_path: Any) -> None:
    path = f"{REPOSITORY}/immutable-releases"
    assert [ask(method, path).status for method in ("GET", "PUT", "GET")] == [404, 204, 200]
    (tmp_path / "demo.whl").write_bytes(b"\x00a wheel")
    create = ["release", "create", "v1.0.0", "--notes", "", "--repo", f"{OWNER}/{NAME}"]
    assert "Repository is empty" in gh(*create).stderr
    repository.remote.write({"README.md": "A demo"})
    repository.github.fail("POST", f"{REPOSITORY}/releases/1003/assets", status=422)
    assert gh(*create, str(tmp_path / "demo.whl")).returncode == 1
    assert repository.releases == []
    done = gh(*create, str(tmp_path / "demo.whl"))
    assert done.returncode == 0, done.stderr
    [release] = repository.releases
    assert (release.assets, release.draft) == ({"demo.whl": b"\x00a wheel"}, False)
    assert "refs/tags/v1.0.0" in repository.remote.commits
    (tmp_path / "late.whl").write_bytes(b"late")
    address = f"https://uploads.github.com{REPOSITORY}/releases/{release.id}/assets?name=late.whl"
    late = gh("api", "--method", "POST", address, "--input", str(tmp_path / "late.whl"))
    assert "Cannot upload assets to an immutable release. (HTTP 422)" in late.stderr
    assert [*release.assets] == ["demo.whl"]


def test_what_actions_may_do_is_replaced(repository: Repository) -> None:
    path = f"{REPOSITORY}/actions/permissions"
    whole = {"enabled": True, "allowed_actions": "selected", "sha_pinning_required": True}
    assert ask("PUT", path, whole).status == 204
    assert ask("GET", path).body == whole
    ask("PUT", path, {"enabled": True})
    assert ask("GET", path).body == {"enabled": True, "allowed_actions": "all", "sha_pinning_required": False}
    assert ask("PUT", f"{path}/workflow", {"default_workflow_permissions": "write"}).status == 204
    assert ask("GET", f"{path}/workflow").body["default_workflow_permissions"] == "write"
