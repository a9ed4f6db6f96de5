"""Repositories: how one is made, what it is, its settings, its branches and its files."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any

from tests.github.accounts import account
from tests.github.calls import ROLES, Answer, Answers, Call, Listed, Refused, missing
from tests.github.environments import Environment, add_environment
from tests.github.remote import Remote

if TYPE_CHECKING:
    from tests.github.issues import Issue
    from tests.github.releases import Release
    from tests.github.runs import Run
    from tests.github.stand_in import GitHub

REPOSITORY = "/repos/{owner}/{repo}"
ACTIONS = f"{REPOSITORY}/actions"

GRANTED = {"pull": "read", "triage": "triage", "push": "write", "maintain": "maintain", "admin": "admin"}
"""The least role for each of the permissions that GitHub names in a repository."""


@dataclass
class Repository:
    """A repository; `role` is that of who is logged in, one of `ROLES`.

    Names of environments are in small letters where they are keys, and names of secrets in capitals: GitHub ignores
    the case of both.
    """

    github: GitHub = field(repr=False)
    name: str
    """Owner and name, as GitHub writes them together."""
    id: int
    remote: Remote
    is_private: bool = False
    role: str = "admin"
    description: str | None = None
    environments: dict[str, Environment] = field(default_factory=dict)
    secrets: set[str] = field(default_factory=set)
    protected_branches: set[str] = field(default_factory=set)
    rulesets: list[dict[str, Any]] = field(default_factory=list)
    immutable_releases: bool = False
    actions: dict[str, Any] = field(default_factory=lambda: {"enabled": True})
    """What `/actions/permissions` says: also `allowed_actions` and `sha_pinning_required`."""
    workflow_permissions: dict[str, Any] = field(default_factory=lambda: {"default_workflow_permissions": "read"})
    issues: list[Issue] = field(default_factory=list)
    releases: list[Release] = field(default_factory=list)
    runs: list[Run] = field(default_factory=list)
    seen: set[tuple[str, str]] = field(default_factory=set)
    """The refs and commits for which workflows were started already."""

    def may(self, role: str) -> bool:
        """Say whether who is logged in has at least this role; everybody may read what is public."""
        known = max(self.role, "none" if self.is_private else "read", key=ROLES.index)
        return ROLES.index(known) >= ROLES.index(role)

    def has(self, feature: str) -> bool:
        """Say whether the owner's plan has `rulesets` or `reviewers` for this repository.

        https://docs.github.com/en/get-started/learning-about-github/githubs-plans
        """
        needed = {"rulesets": ("team", "enterprise"), "reviewers": ("enterprise",)}
        return not self.is_private or self.github.plan in needed[feature]

    def add_environment(self, name: str, **rules: Any) -> Environment:
        """Add an environment, as `tests.github.environments.add_environment` takes its rules."""
        return add_environment(self, name, **rules)

    @property
    def address(self) -> str:
        """Its page."""
        return f"https://github.com/{self.name}"

    @property
    def variables(self) -> dict[str, str]:
        """The variables of a workflow's run here, by which gh and git reach the stand-in."""
        return {**self.github.variables, "GITHUB_REPOSITORY": self.name}

    @property
    def record(self) -> dict[str, Any]:
        """What GitHub says of it."""
        owner, name = self.name.split("/")
        return {
            "id": self.id,
            "name": name,
            "full_name": self.name,
            "owner": account(self.github, owner),
            "private": self.is_private,
            "visibility": "private" if self.is_private else "public",
            "html_url": self.address,
            "description": self.description,
            "default_branch": self.remote.default_branch,
            "permissions": {name: self.may(role) for name, role in GRANTED.items()},
        }


def create(call: Call, owner: str) -> Any:
    """Create a repository."""
    name = f"{owner}/{call.sent['name']}"
    if name.lower() in call.github.repositories:
        errors = [{"resource": "Repository", "field": "name", "message": "name already exists on this account"}]
        raise Refused(422, "Repository creation failed.", errors)
    private = call.sent.get("private", False) or call.sent.get("visibility") == "private"
    made = call.github.create(name, private=private)
    made.description = call.sent.get("description")
    return made.record


def create_own(call: Call) -> Any:
    """Create a repository of who is logged in."""
    return create(call, call.github.user)


def create_of_organization(call: Call) -> Any:
    """Create a repository of an organisation."""
    owner = account(call.github, call.values["org"])
    if owner["type"] != "Organization":
        raise missing()
    return create(call, owner["login"])


def repository(call: Call) -> Any:
    """Answer what a repository is."""
    return call.repository().record


def branches(call: Call) -> Any:
    """Answer the branches, or those alone that are protected."""
    known = call.repository()
    listed = [
        {"name": name, "commit": {"sha": commit}, "protected": name in known.protected_branches}
        for name, commit in known.remote.branches.items()
    ]
    wanted = call.query.get("protected")
    return Listed([branch for branch in listed if wanted in (None, branch["protected"])])


def commits(call: Call) -> Any:
    """Answer the commits of the default branch that changed a path, up to a time, the newest first."""
    known = call.repository()
    chosen = [f"--until={call.query['until']}"] if "until" in call.query else []
    return Listed([{"sha": commit} for commit in known.remote.history(call.query.get("path", "."), *chosen)])


def contents(call: Call) -> Any:
    """Answer a file, or what a folder holds; a file as it is, if that is asked for."""
    known, path = call.repository(), call.values["path"].strip("/")
    commit = known.remote.commit_of(call.query.get("ref", known.remote.default_branch))
    files = known.remote.files(commit) if commit else []
    if path in files and commit:
        content = known.remote.content(commit, path)
        if "raw" in call.accept:
            return Answer(content=content)
        encoded = {"encoding": "base64", "content": base64.encodebytes(content).decode(), "size": len(content)}
        return {"type": "file", "name": PurePosixPath(path).name, "path": path, **encoded}
    names = sorted({file.removeprefix(f"{path}/").split("/")[0] for file in files if file.startswith(f"{path}/")})
    if not names:
        raise missing()
    kinds = {name: "file" if f"{path}/{name}" in files else "dir" for name in names}
    return [{"type": kind, "name": name, "path": f"{path}/{name}"} for name, kind in kinds.items()]


def immutable_releases(call: Call) -> Any:
    """Answer whether releases are immutable: nothing is there if not, and for others than administrators."""
    if not call.repository("admin", hidden=True).immutable_releases:
        raise missing()
    return {"enabled": True, "enforced_by_owner": False}


def make_releases_immutable(call: Call) -> Any:
    """Make releases immutable from now on."""
    call.repository("admin", hidden=True).immutable_releases = True


def make_releases_mutable(call: Call) -> Any:
    """Make releases mutable from now on."""
    call.repository("admin", hidden=True).immutable_releases = False


def actions(call: Call) -> Any:
    """Answer which actions may run."""
    return {"allowed_actions": "all", "sha_pinning_required": False, **call.repository("admin").actions}


def replace_actions(call: Call) -> Any:
    """Set which actions may run: what is not sent is as in a new repository."""
    call.repository("admin").actions = dict(call.sent)


def workflow_permissions(call: Call) -> Any:
    """Answer what a workflow's token may do by itself."""
    return call.repository("admin").workflow_permissions


def replace_workflow_permissions(call: Call) -> Any:
    """Set what a workflow's token may do by itself; what is not sent stays."""
    call.repository("admin").workflow_permissions |= call.sent


ANSWERS: Answers = {
    ("POST", "/user/repos"): create_own,
    ("POST", "/orgs/{org}/repos"): create_of_organization,
    ("GET", REPOSITORY): repository,
    ("GET", f"{REPOSITORY}/branches"): branches,
    ("GET", f"{REPOSITORY}/commits"): commits,
    ("GET", f"{REPOSITORY}/contents/{{path}}"): contents,
    ("GET", f"{REPOSITORY}/immutable-releases"): immutable_releases,
    ("PUT", f"{REPOSITORY}/immutable-releases"): make_releases_immutable,
    ("DELETE", f"{REPOSITORY}/immutable-releases"): make_releases_mutable,
    ("GET", f"{ACTIONS}/permissions"): actions,
    ("PUT", f"{ACTIONS}/permissions"): replace_actions,
    ("GET", f"{ACTIONS}/permissions/workflow"): workflow_permissions,
    ("PUT", f"{ACTIONS}/permissions/workflow"): replace_workflow_permissions,
}
