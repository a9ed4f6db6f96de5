"""Issues of a repository."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.github.accounts import account
from tests.github.calls import Answers, Call, Listed, missing

if TYPE_CHECKING:
    from tests.github.stand_in import GitHub

ISSUES = "/repos/{owner}/{repo}/issues"


@dataclass
class Issue:
    """An issue: its title, its text, who opened it, and whether it is `open` or `closed`."""

    title: str
    body: str | None
    user: str
    state: str = "open"

    def record(self, github: GitHub, number: int) -> dict[str, Any]:
        """Return what GitHub says of it; the first issue has the number 1."""
        said = {"title": self.title, "body": self.body, "state": self.state}
        return {"id": number, "number": number, "user": account(github, self.user), **said}


def issues(call: Call) -> Any:
    """Answer the issues in a state and of somebody, the newest first."""
    state, creator = call.query.get("state", "open"), call.query.get("creator")
    numbered = [*enumerate(call.repository().issues, 1)]
    wanted = [(number, one) for number, one in numbered if state in ("all", one.state) and creator in (None, one.user)]
    return Listed([one.record(call.github, number) for number, one in reversed(wanted)])


def open_issue(call: Call) -> Any:
    """Open an issue; anybody may."""
    known = call.repository().issues
    known.append(Issue(str(call.sent["title"]), call.sent.get("body"), call.github.user))
    return known[-1].record(call.github, len(known))


def change(call: Call) -> Any:
    """Change an issue."""
    known, number = call.repository("write").issues, call.number("issue_number")
    if not 0 < number <= len(known):
        raise missing()
    for name in ("title", "body", "state"):
        if name in call.sent:
            setattr(known[number - 1], name, call.sent[name])
    return known[number - 1].record(call.github, number)


ANSWERS: Answers = {
    ("GET", ISSUES): issues,
    ("POST", ISSUES): open_issue,
    ("PATCH", f"{ISSUES}/{{issue_number}}"): change,
}
