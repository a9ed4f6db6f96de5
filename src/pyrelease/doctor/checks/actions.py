"""Actions: which release of each the workflows use."""

from __future__ import annotations

from ...pins import pin
from ...plan.troubles import advice
from ..findings import ERROR, WARNING, Check, Example
from .names import WORKFLOW

HARDENING = "https://docs.github.com/en/actions/reference/security/secure-use"

CHECKOUT, PUBLISH, DOWNLOAD = (
    pin(name) for name in ("actions/checkout", "pypa/gh-action-pypi-publish", "actions/download-artifact")
)


def at_another_commit(pinned: str) -> str:
    """Return a pin with a commit that is none of the action's."""
    action, _, rest = pinned.partition("@")
    return f"{action}@{'a' * 40}{rest[40:]}"


MOVING = Check(
    "PR401",
    WARNING,
    "An action is pinned to a name that can move",
    meaning="A workflow uses an action by a tag, a branch or a part of a commit.",
    why="Whoever may push there can change what runs with the rights to publish.",
    mend="Write the full commit, and the release in a comment behind it; a bot moves both.",
    source=HARDENING,
    example=Example(WORKFLOW, CHECKOUT, "actions/checkout@v7"),
)
OLDER = Check(
    "PR402",
    WARNING,
    "An action is older than the template's",
    meaning="The commit, or the release that is named, is older than the one that the template uses.",
    why="The guide asks for the latest release; an old release stops working some day.",
    mend="Update the project, or let a bot move it.",
    source="https://docs.github.com/en/code-security/how-tos/secure-your-supply-chain/secure-your-dependencies/keep-your-actions-up-to-date",
    example=Example(WORKFLOW, CHECKOUT, f"actions/checkout@{'a' * 40} # v1.0.0"),
)
OTHER_COMMIT = Check(
    "PR403",
    ERROR,
    "An action's pin is not the commit of its release",
    meaning="The comment names the template's release, and the commit is another one: perhaps the tag's own object.",
    why="The image of the publish action has the name of its commit, so a run with another commit fails. Other actions may be forged.",
    mend=advice("manifest unknown, Unable to resolve action"),
    source="https://github.com/pypa/gh-action-pypi-publish",
    example=Example(WORKFLOW, PUBLISH, at_another_commit(PUBLISH)),
)
OLD_PUBLISH_ACTION = Check(
    "PR404",
    ERROR,
    "The publish action refuses today's metadata",
    meaning="The publish action is older than 1.14.2.",
    why="Its Twine knows no metadata 2.5, which today's hatchling writes. Other backends write older metadata.",
    mend="Write the pin that is named.",
    source="https://github.com/pypa/gh-action-pypi-publish/releases",
    example=Example(WORKFLOW, PUBLISH, f"pypa/gh-action-pypi-publish@{'a' * 40} # v1.13.0"),
)
GONE = Check(
    "PR405",
    ERROR,
    "GitHub has switched an action off",
    meaning="A job uses a release of an action whose service is gone.",
    why="The job fails at once, and the jobs that wait for it never run.",
    mend="Write the pin that is named.",
    source="https://github.blog/changelog/2024-04-16-deprecation-notice-v3-of-the-artifact-actions/",
    example=Example(WORKFLOW, DOWNLOAD, f"actions/download-artifact@{'a' * 40} # v3.0.2"),
)
