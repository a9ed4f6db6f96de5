"""What GitHub has of a project: the repository, its environments, rulesets, secrets and settings. Nothing is changed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Any

from .. import gh
from ..plan.github import TEAM, AllowedRef, Environment, Repository


class FoundEnvironment:
    """An environment as GitHub describes it (https://docs.github.com/en/rest/deployments/environments)."""

    def __init__(self, answer: Mapping[str, Any], refs: tuple[AllowedRef, ...]) -> None:
        self.answer = answer
        self.refs = refs
        """The refs that it names; it takes others, too, where `takes_all` or `takes_protected_branches` is true."""

    def rule(self, kind: str) -> Mapping[str, Any]:
        """Return the protection rule of a kind; an empty one where there is none."""
        rules = self.answer.get("protection_rules") or []
        return next((rule for rule in rules if rule.get("type") == kind), {})

    @property
    def reviewers(self) -> list[dict[str, Any]]:
        """Those who must approve, as `PUT` takes them: each with `type` and `id`."""
        found = self.rule("required_reviewers").get("reviewers") or []
        return [{"type": part["type"], "id": part["reviewer"]["id"]} for part in found]

    @property
    def reviewer_names(self) -> list[str]:
        """The logins of users and the slugs of teams among them."""
        found = [part["reviewer"] for part in self.rule("required_reviewers").get("reviewers") or []]
        return [str(reviewer.get("login") or reviewer.get("slug")) for reviewer in found]

    @property
    def prevents_self_review(self) -> bool:
        """Whether who started a run may not approve it."""
        return bool(self.rule("required_reviewers").get("prevent_self_review"))

    @property
    def wait_timer(self) -> int:
        """Minutes that a deployment waits."""
        return int(self.rule("wait_timer").get("wait_timer") or 0)

    @property
    def policy(self) -> Mapping[str, Any] | None:
        """Which refs it takes, in GitHub's words; `None` for all."""
        return self.answer.get("deployment_branch_policy")

    @property
    def takes_protected_branches(self) -> bool:
        """Whether it takes protected branches alone."""
        return bool(self.policy and self.policy.get("protected_branches"))


@dataclass(frozen=True)
class SuccessfulRun:
    """A run that ended well: the branch or tag that was pushed, and the day (ISO 8601)."""

    tag: str
    day: str


@dataclass(frozen=True)
class Reviewer:
    """Somebody who approves, as `PUT` of an environment takes them."""

    kind: str
    number: int
    name: str

    @property
    def sent(self) -> dict[str, Any]:
        """What GitHub is sent."""
        return {"type": self.kind, "id": self.number}


class FoundGitHub:
    """What GitHub has of one repository.

    Each property asks once. `gh.NoAnswerError` and `gh.RefusedError` where GitHub does not say: that is never a "no".
    """

    def __init__(self, planned: Repository) -> None:
        self.planned = planned
        self.path = f"repos/{planned.full_name}"

    @cached_property
    def repository(self) -> Mapping[str, Any] | None:
        """The repository; `None` if there is none, or none that this account may see."""
        found: Mapping[str, Any] | None = gh.ask(self.path)
        return found

    @property
    def exists(self) -> bool:
        """Whether there is such a repository."""
        return self.repository is not None

    @property
    def full_name(self) -> str:
        """Owner and name, in GitHub's own spelling."""
        return str((self.repository or {}).get("full_name", ""))

    @property
    def is_private(self) -> bool:
        """Whether others cannot read it."""
        return bool((self.repository or {}).get("private"))

    @property
    def is_administered(self) -> bool:
        """Whether this account is its administrator."""
        return bool(((self.repository or {}).get("permissions") or {}).get("admin"))

    def environment(self, planned: Environment) -> FoundEnvironment | None:
        """Return the environment of a planned one's name; `None` if there is none."""
        path = f"{self.path}/environments/{planned.in_path}"
        answer = gh.ask(path)
        if answer is None:
            return None
        has_policies = bool((answer.get("deployment_branch_policy") or {}).get("custom_branch_policies"))
        listed = f"{path}/deployment-branch-policies"
        policies = gh.ask_for_all(listed, "branch_policies") if has_policies else []
        refs = tuple(AllowedRef(str(policy.get("type", "branch")), str(policy["name"])) for policy in policies)
        return FoundEnvironment(answer, refs)

    def protected_branches(self) -> list[str]:
        """Return the names of the protected branches."""
        return [str(branch["name"]) for branch in gh.ask_for_all(f"{self.path}/branches?protected=true")]

    @cached_property
    def rulesets(self) -> list[Mapping[str, Any]]:
        """All rulesets."""
        return gh.ask_for_all(f"{self.path}/rulesets")

    @property
    def ruleset_names(self) -> list[str]:
        """The names of all rulesets."""
        return [str(ruleset.get("name")) for ruleset in self.rulesets]

    @property
    def tag_rulesets(self) -> list[Mapping[str, Any]]:
        """The rulesets for tags that are in force."""
        return [
            ruleset
            for ruleset in self.rulesets
            if ruleset.get("target") == "tag" and ruleset.get("enforcement") == "active"
        ]

    def keeps_tag(self, ruleset: Mapping[str, Any], tag: str) -> bool:
        """Say whether a ruleset restricts who makes a tag; a list of rulesets does not say for which refs each is."""
        whole = gh.ask(f"{self.path}/rulesets/{ruleset['id']}") or {}
        names = (whole.get("conditions") or {}).get("ref_name") or {}
        included, excluded = (
            any(pattern == "~ALL" or fnmatchcase(f"refs/tags/{tag}", pattern) for pattern in names.get(key) or [])
            for key in ("include", "exclude")
        )
        names_tag = included and not excluded
        return names_tag and any(rule.get("type") == "creation" for rule in whole.get("rules") or [])

    @cached_property
    def account(self) -> Mapping[str, Any]:
        """Who is logged in."""
        found: Mapping[str, Any] = gh.ask("user") or {}
        return found

    @cached_property
    def secrets(self) -> list[str]:
        """The names of the repository's secrets, which GitHub writes in capitals."""
        return [str(secret.get("name")) for secret in gh.ask_for_all(f"{self.path}/actions/secrets", "secrets")]

    def successful_runs(self, workflow: str) -> list[SuccessfulRun]:
        """Return the last runs of a workflow, by its file name, that a push has started and that ended well."""
        path = f"{self.path}/actions/workflows/{workflow}/runs?event=push&status=success&per_page={gh.PAGE}"
        runs = (gh.ask(path) or {}).get("workflow_runs") or []
        return [SuccessfulRun(str(run.get("head_branch")), str(run.get("created_at"))[:10]) for run in runs]

    def reviewer(self, name: str) -> Reviewer | None:
        """Return the reviewer of a name: a login, `team:ORGANISATION/TEAM`, or whoever is logged in for an empty one.

        `None` if GitHub knows nobody of this name.
        """
        if name.startswith(TEAM):
            organization, _, slug = name.removeprefix(TEAM).partition("/")
            team = gh.ask(f"orgs/{organization}/teams/{slug}")
            return Reviewer("Team", int(team["id"]), str(team["slug"])) if team else None
        user = gh.ask(f"users/{name}") if name else self.account
        return Reviewer("User", int(user["id"]), str(user["login"])) if user else None

    def has_environment_secret(self, planned: Environment, name: str) -> bool:
        """Say whether an environment has a secret of this name."""
        return gh.ask(f"{self.path}/environments/{planned.in_path}/secrets/{name}") is not None

    @property
    def has_immutable_releases(self) -> bool:
        """Whether a release cannot be changed once it is published; GitHub answers 404 where it can."""
        return bool((gh.ask(f"{self.path}/immutable-releases") or {}).get("enabled"))

    @cached_property
    def actions(self) -> Mapping[str, Any]:
        """Which actions may run (`actions/permissions`)."""
        found: Mapping[str, Any] = gh.ask(f"{self.path}/actions/permissions") or {}
        return found

    @cached_property
    def default_token(self) -> Mapping[str, Any]:
        """What a run's token may do where a workflow says nothing (`actions/permissions/workflow`)."""
        found: Mapping[str, Any] = gh.ask(f"{self.path}/actions/permissions/workflow") or {}
        return found
