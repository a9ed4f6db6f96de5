"""A part of the plan beside what GitHub has, and what a maintainer wants otherwise."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from ..plan.github import AllowedRef


class Kind(Enum):
    """What a row means."""

    CREATE = "create"
    CHANGE = "change"
    RIGHT = "right"
    LEFT = "left"
    IMPOSSIBLE = "cannot"


class Lack(Enum):
    """What an environment lacks, or the tags."""

    ITSELF = "it is not there"
    REVIEWERS = "nobody approves"
    RULES = "it takes every ref"
    RELEASES = "it refuses releases"
    PROTECTION = "anybody who may push makes release tags"


@dataclass(frozen=True)
class Request:
    """A request to GitHub's REST API, with a path below its root."""

    method: str
    path: str
    body: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Row:
    """One part of the plan: what it is called, what is or will be so, and the requests that make it so.

    `skip` is the name by which a maintainer leaves it out. `secret` are the arguments with which `gh` asks for a secret.
    """

    kind: Kind
    subject: str
    text: str
    requests: tuple[Request, ...] = ()
    skip: str = ""
    secret: tuple[str, ...] = ()
    lacks: tuple[Lack, ...] = ()
    """What is not as it shall be, where that is said by more than the row's kind."""
    refs: tuple[AllowedRef, ...] = ()
    """The refs that an environment names now."""

    @property
    def is_open(self) -> bool:
        """Whether something is still to be done."""
        return self.kind in (Kind.CREATE, Kind.CHANGE)


@dataclass(frozen=True)
class Wishes:
    """What the maintainer wants otherwise than the plan says."""

    skip: frozenset[str] = frozenset()
    protect: bool = False
    """Whether GitHub is changed for a workflow that is kept, too."""
    is_private: bool | None = None
    """Whether a repository that is made is private; `None` for what the plan says."""
    without_reviewers: bool = False
    """Whether nobody needs to approve where nobody approves yet."""
