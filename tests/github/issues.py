"""Issues of a repository."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.github.accounts import account
from tests.github.calls import Answers, Call, Listed, missing

if TYPE_CHECKING:
    from tests.github.stand_in import GitHub

ISSUES = "/repos/{owner}/{repo}/issues"


@dataclass
class Issue:
    """An issue: its title, its text, who opened it, whether it is `open` or `closed`, and what was said below it."""

    title: str
    body: str | None
    user: str
    state: str = "open"
    comments: list[str] = field(default_factory=list)

    def record(self, github: GitHub, number: int) -> dict[str, Any]:
        """Return what GitHub says of it; the first issue has the number 1."""
        said = {"title": self.title, "body": self.body, "state": self.state, "comments": len(self.comments)}
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


def numbered(call: Call, role: str) -> Issue:
    """Return the issue that a request names, for those who have a role."""
    known, number = call.repository(role).issues, call.number("issue_number")
    if not 0 < number <= len(known):
        raise missing()
    return known[number - 1]


def change(call: Call) -> Any:
    """Change an issue."""
    issue = numbered(call, "write")
    for name in ("title", "body", "state"):
        if name in call.sent:
            setattr(issue, name, call.sent[name])
    return issue.record(call.github, call.number("issue_number"))


def comment(call: Call) -> Any:
    """Say something below an issue; anybody may."""
    comments = numbered(call, "read").comments
    comments.append(str(call.sent["body"]))
    return {"id": len(comments), "user": account(call.github, call.github.user)}


ANSWERS: Answers = {
    ("GET", ISSUES): issues,
    ("POST", ISSUES): open_issue,
    ("PATCH", f"{ISSUES}/{{issue_number}}"): change,
    ("POST", f"{ISSUES}/{{issue_number}}/comments"): comment,
}
