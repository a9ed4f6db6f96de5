"""What GitHub shall have for a project: the repository, its environments, and the ruleset for release tags."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from urllib.parse import quote

OLD_SECRETS = ("PYPI_API_TOKEN", "TEST_PYPI_API_TOKEN")
"""The secrets that earlier versions of the guide had users store."""

TEAM = "team:"
"""How the name of a team begins where the name of a reviewer stands."""

ADMINISTRATORS = 5
"""The id of the role "Repository admin" in GitHub's rulesets (https://docs.github.com/en/rest/repos/rules)."""


@dataclass(frozen=True)
class Repository:
    """A repository on GitHub."""

    owner: str
    name: str
    is_private: bool

    @property
    def full_name(self) -> str:
        """Owner and name, as GitHub writes them together."""
        return f"{self.owner}/{self.name}"

    @property
    def address(self) -> str:
        """The repository's page; PyPI shows project URLs below it as verified."""
        return f"https://github.com/{self.full_name}"

    @property
    def visibility(self) -> str:
        """The word for whoever may read it: `private` or `public`."""
        return "private" if self.is_private else "public"


@dataclass(frozen=True)
class AllowedRef:
    """The refs of one name that may deploy to an environment, which GitHub calls a deployment branch policy.

    `kind` is `branch` or `tag`; `pattern` is Ruby's fnmatch, whose `*` stops at a slash
    (https://docs.github.com/en/rest/deployments/branch-policies).
    """

    kind: str
    pattern: str

    def names(self, kind: str, ref: str) -> bool:
        """Say whether a branch or a tag of this name is among them."""
        return kind == self.kind and names_ref(self.pattern.split("/"), ref.split("/"))


def names_ref(patterns: list[str], parts: list[str]) -> bool:
    """Say whether a pattern's parts name those of a ref, one by one; `**` stands for any folders."""
    if patterns[:1] == ["**"]:
        return any(names_ref(patterns[1:], parts[start:]) for start in range(len(parts)))
    return len(parts) == len(patterns) and all(map(fnmatchcase, parts, patterns))


@dataclass(frozen=True)
class Environment:
    """An environment of the repository.

    `needs_approval` says whether a reviewer must approve each deployment. A reviewer is a login, or
    `team:ORGANISATION/TEAM`; no `reviewers` stand for whoever sets the environment up. `secrets` are the names of those
    that the publishing job takes from it.
    """

    name: str
    allowed_refs: tuple[AllowedRef, ...]
    needs_approval: bool
    reviewers: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()

    @property
    def prevents_self_review(self) -> bool:
        """Whether who started a run may not approve it: where somebody else can."""
        return len(self.reviewers) > 1 or any(name.startswith(TEAM) for name in self.reviewers)

    @property
    def in_path(self) -> str:
        """The name in an address of GitHub's REST API."""
        return quote(self.name, safe="")

    @property
    def in_shell(self) -> str:
        """The name as a word of the shell."""
        return shlex.quote(self.name)


def merged(environments: Iterable[Environment]) -> tuple[Environment, ...]:
    """Return the environments, those of one name as one; GitHub ignores the case of a name.

    https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments
    """
    found: dict[str, Environment] = {}
    for environment in environments:
        before = found.get(environment.name.lower(), environment)
        found[environment.name.lower()] = Environment(
            name=before.name,
            allowed_refs=tuple(dict.fromkeys((*before.allowed_refs, *environment.allowed_refs))),
            needs_approval=before.needs_approval or environment.needs_approval,
            reviewers=before.reviewers or environment.reviewers,
            secrets=tuple(dict.fromkeys((*before.secrets, *environment.secrets))),
        )
    return tuple(found.values())


@dataclass(frozen=True)
class TagRuleset:
    """The ruleset that lets administrators alone do something to release tags.

    `rules` are GitHub's names of what it restricts; `pattern` is a ref's, with GitHub's `*`
    (https://docs.github.com/en/rest/repos/rules).
    """

    pattern: str
    name: str = "Release tags"
    rules: tuple[str, ...] = ("creation", "update", "deletion")
    bypassed_by: int = ADMINISTRATORS


@dataclass(frozen=True)
class Settings:
    """The settings of a repository that belong to a safe release.

    https://docs.github.com/en/code-security/concepts/supply-chain-security/immutable-releases,
    https://docs.github.com/en/rest/actions/permissions
    """

    immutable_releases: bool = True
    """A release on GitHub and its tag cannot be changed once it is published."""

    pinned_actions: bool = True
    """Only actions that are pinned to a commit run."""

    read_only_token: bool = True
    """The token of a run reads and does nothing else where a workflow says nothing."""


SKIPPABLE = ("immutable-releases", "pinned-actions", "read-only-token", "self-review", "ruleset")
"""The parts of the plan that a maintainer may leave out, by the names that the set-up takes."""
