"""Environments: who approves what they deploy, and which refs may deploy to them.

https://docs.github.com/en/rest/deployments/environments
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pyrelease.plan.github import AllowedRef
from tests.github.accounts import reviewer
from tests.github.calls import Answer, Answers, Call, Listed, Refused, missing

if TYPE_CHECKING:
    from tests.github.repositories import Repository
    from tests.github.stand_in import GitHub

ENVIRONMENTS = "/repos/{owner}/{repo}/environments"
ENVIRONMENT = f"{ENVIRONMENTS}/{{environment_name}}"
POLICIES = f"{ENVIRONMENT}/deployment-branch-policies"

CUSTOM = {"protected_branches": False, "custom_branch_policies": True}
"""The policy under which the refs are named that may deploy."""

NO_REVIEWERS = (
    "Failed to create the environment protection rule. Please ensure the billing plan supports the required reviewers "
    "protection rule."
)
NOBODY_ELSE = (
    "Failed to create or update the environment protection rule. Required reviewers must have at least one reviewer to "
    "set prevent_self_review."
)
SAME_VALUE = '"custom_branch_policies" and "protected_branches" cannot have the same value'


@dataclass
class Environment:
    """An environment.

    `reviewers` are like `{"type": "User", "id": 17}`, `wait_timer` is in minutes. `policy` is `None` where any ref may
    deploy; `allowed` are the records of those that may under the policy `CUSTOM`. `secrets` are names in capitals.
    """

    id: int
    name: str
    reviewers: list[dict[str, Any]] = field(default_factory=list)
    wait_timer: int = 0
    prevent_self_review: bool = False
    policy: dict[str, bool] | None = None
    allowed: list[dict[str, Any]] = field(default_factory=list)
    secrets: set[str] = field(default_factory=set)

    @property
    def rules(self) -> list[tuple[str, str]]:
        """The refs that may deploy, each as its kind (`branch` or `tag`) and its pattern."""
        return [(rule["type"], rule["name"]) for rule in self.allowed]

    def takes(self, kind: str, name: str, protected: Iterable[str]) -> bool:
        """Say whether a branch or a tag may deploy to it; `protected` are the names of protected branches."""
        if self.policy is None:
            return True
        if self.policy["protected_branches"]:
            return kind == "branch" and name in protected
        return any(AllowedRef(*rule).names(kind, name) for rule in self.rules)

    def reviewers_of(self, github: GitHub) -> list[dict[str, Any]]:
        """Return what GitHub says of those who approve."""
        return [{"type": one["type"], "reviewer": reviewer(github, one["type"], one["id"])} for one in self.reviewers]

    def may_approve(self, github: GitHub, login: str) -> bool:
        """Say whether a user is one of those who approve, by name or by a team."""
        known = [("User", github.users.get(login))]
        known += [("Team", team.id) for team in github.teams if login in team.members]
        return any((one["type"], one["id"]) in known for one in self.reviewers)

    def record(self, github: GitHub) -> dict[str, Any]:
        """Return what GitHub says of it."""
        rules: list[dict[str, Any]] = []
        if self.wait_timer:
            rules.append({"type": "wait_timer", "wait_timer": self.wait_timer})
        if self.reviewers:
            people = {"prevent_self_review": self.prevent_self_review, "reviewers": self.reviewers_of(github)}
            rules.append({"type": "required_reviewers", **people})
        if self.policy:
            rules.append({"type": "branch_policy"})
        numbered = [{"id": self.id * 10 + number, **rule} for number, rule in enumerate(rules, 1)]
        return {
            "id": self.id,
            "name": self.name,
            "protection_rules": numbered,
            "deployment_branch_policy": self.policy,
        }


def add_environment(
    repository: Repository,
    name: str,
    *,
    reviewers: Iterable[str] = (),
    teams: Iterable[str] = (),
    allowed: Iterable[tuple[str, str]] | None = None,
    **rules: Any,
) -> Environment:
    """Add an environment to a repository, and return it.

    `reviewers` are logins, `teams` slugs; `allowed` are kinds and patterns, and any ref may deploy without.
    """
    github = repository.github
    people = [{"type": "User", "id": github.users[login]} for login in reviewers]
    groups = [{"type": "Team", "id": team.id} for team in github.teams if team.slug in teams]
    environment = Environment(github.next_id(), name, [*people, *groups], **rules)
    if allowed is not None:
        environment.policy = dict(CUSTOM)
        environment.allowed = [{"id": github.next_id(), "name": name, "type": kind} for kind, name in allowed]
    repository.environments[name.lower()] = environment
    return environment


def environment_of(call: Call, role: str = "read") -> Environment:
    """Return the environment in the path; refused if there is none, or without this role."""
    found = call.repository(role).environments.get(call.values["environment_name"].lower())
    if found is None:
        raise missing()
    return found


def environments(call: Call) -> Any:
    """Answer all environments."""
    known = call.repository().environments.values()
    return Listed([environment.record(call.github) for environment in known], "environments")


def environment(call: Call) -> Any:
    """Answer one environment."""
    return environment_of(call).record(call.github)


def replace(call: Call) -> Any:
    """Create an environment, or give it these rules in place of its own: what is not sent is gone."""
    repository, name, sent = call.repository("admin"), call.values["environment_name"], call.sent
    refuse(repository, sent)
    known = repository.environments.get(name.lower()) or add_environment(repository, name)
    known.reviewers = list(sent.get("reviewers") or [])
    known.wait_timer = sent.get("wait_timer") or 0
    known.prevent_self_review = bool(sent.get("prevent_self_review"))
    known.policy = sent.get("deployment_branch_policy")
    if known.policy != CUSTOM:
        known.allowed = []
    return known.record(call.github)


def refuse(repository: Repository, sent: Mapping[str, Any]) -> None:
    """Refuse rules that GitHub does not take."""
    reviewers, policy = sent.get("reviewers") or [], sent.get("deployment_branch_policy")
    if reviewers and not repository.has("reviewers"):
        raise Refused(422, NO_REVIEWERS)
    if sent.get("prevent_self_review") and not reviewers:
        raise Refused(422, NOBODY_ELSE)
    if policy and policy["protected_branches"] == policy["custom_branch_policies"]:
        raise Refused(422, SAME_VALUE)
    if len(reviewers) > 6:
        raise Refused(422, "Validation Failed")
    for one in reviewers:
        try:
            reviewer(repository.github, one["type"], one["id"])
        except Refused as problem:
            raise Refused(422, "Validation Failed") from problem


def allowed_of(call: Call, role: str = "read") -> list[dict[str, Any]]:
    """Return the refs that may deploy; refused unless the environment names them."""
    known = environment_of(call, role)
    if known.policy != CUSTOM:
        raise missing()
    return known.allowed


def policies(call: Call) -> Any:
    """Answer the refs that may deploy."""
    return Listed(allowed_of(call), "branch_policies")


def policy(call: Call) -> Any:
    """Answer one of the refs that may deploy."""
    for known in allowed_of(call):
        if known["id"] == call.number("branch_policy_id"):
            return known
    raise missing()


def add_policy(call: Call) -> Any:
    """Let a ref deploy; one that may already is shown instead."""
    known, wanted = allowed_of(call, "admin"), {"type": "branch", **call.sent}
    for one in known:
        if (one["type"], one["name"]) == (wanted["type"], wanted["name"]):
            return Answer(status=303, location=f"{POLICIES}/{one['id']}".format(**call.values))
    known.append({"id": call.github.next_id(), **wanted})
    return known[-1]


def remove_policy(call: Call) -> Any:
    """Let a ref deploy no more."""
    allowed_of(call, "admin").remove(policy(call))


ANSWERS: Answers = {
    ("GET", ENVIRONMENTS): environments,
    ("GET", ENVIRONMENT): environment,
    ("PUT", ENVIRONMENT): replace,
    ("GET", POLICIES): policies,
    ("POST", POLICIES): add_policy,
    ("GET", f"{POLICIES}/{{branch_policy_id}}"): policy,
    ("DELETE", f"{POLICIES}/{{branch_policy_id}}"): remove_policy,
}
