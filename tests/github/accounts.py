"""Users, organisations and their teams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.github.calls import Answers, Call, missing

if TYPE_CHECKING:
    from tests.github.stand_in import GitHub

BOT = "github-actions[bot]"
"""Who a workflow's own token belongs to."""


@dataclass(frozen=True)
class Team:
    """A team of an organisation, and the logins of its members."""

    organization: str
    slug: str
    id: int
    members: tuple[str, ...] = ()

    @property
    def record(self) -> dict[str, Any]:
        """What GitHub says of it."""
        return {"id": self.id, "slug": self.slug, "name": self.slug}


def account(github: GitHub, login: str) -> dict[str, Any]:
    """Return what GitHub says of a user or an organisation; a login's case does not count."""
    for kind, known in (("User", github.users), ("Organization", github.organizations)):
        for name, number in known.items():
            if name.lower() == login.lower():
                return {"login": name, "id": number, "node_id": name, "type": kind}
    raise missing()


def reviewer(github: GitHub, kind: str, number: int) -> dict[str, Any]:
    """Return what GitHub says of somebody who approves; refused if there is no such user or team."""
    if kind == "Team":
        records = [team.record for team in github.teams if team.id == number]
    else:
        records = [account(github, login) for login, known in github.users.items() if known == number]
    if not records:
        raise missing()
    return records[0]


def logged_in(call: Call) -> Any:
    """Answer who is logged in."""
    return account(call.github, call.github.user)


def user(call: Call) -> Any:
    """Answer what is known of a user, or of an organisation."""
    return account(call.github, call.values["username"])


def organization(call: Call) -> Any:
    """Answer what is known of an organisation."""
    found = account(call.github, call.values["org"])
    if found["type"] != "Organization":
        raise missing()
    return found


def team(call: Call) -> Any:
    """Answer what is known of a team."""
    owner = organization(call)
    for known in call.github.teams:
        if (known.organization.lower(), known.slug) == (owner["login"].lower(), call.values["team_slug"].lower()):
            return {**known.record, "members_count": len(known.members), "organization": owner}
    raise missing()


ANSWERS: Answers = {
    ("GET", "/user"): logged_in,
    ("GET", "/users/{username}"): user,
    ("GET", "/orgs/{org}"): organization,
    ("GET", "/orgs/{org}/teams/{team_slug}"): team,
}
