"""What goes wrong when a release is published: what is printed, what it means, and what to do.

RELEASING.md shows these records, the set-up explains a failed job by them. The words are those of PyPI's server (warehouse,
`oidc/views.py`, `oidc/utils.py`, `forklift/legacy.py`, `packaging/services.py`), of the publish action, and of GitHub.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Trouble:
    """One thing that goes wrong.

    `code` is what a person looks for, `pattern` (a regular expression, case ignored) what a log has. `route` is `trusted` or
    `token` where only that way to log in can meet it, `index` is `pypi` where only PyPI and TestPyPI say it, or `own`.
    """

    code: str
    pattern: str
    meaning: str
    advice: str
    route: str = ""
    index: str = ""


TROUBLES = (
    Trouble(
        "has other files of … than this run has built",
        r"has other files of \S+ than this run has built",
        "somebody has put this version on the index first, or all jobs of a run were repeated",
        "reject the release, find out who, and release the next version",
        index="pypi",
    ),
    Trouble(
        "invalid-publisher",
        r"invalid-publisher",
        "the index knows no publisher with the run's values (a reusable workflow has other values), or has dropped a"
        " pending one: after 30 days, or when somebody took the name",
        "compare each value with the form; if all are right, register the publisher again, or choose another name; then"
        " re-run the failed jobs",
        route="trusted",
    ),
    Trouble(
        "invalid-pending-publisher",
        r"invalid-pending-publisher",
        "somebody has taken the name since you registered it",
        "choose another name, and register that name",
        route="trusted",
    ),
    Trouble(
        "Non-user identities cannot create new projects",
        r"non-user identities cannot create new projects",
        "the form's first field has another name than the package",
        "register the package's own name; if a project of the wrong name is there now, delete it",
        route="trusted",
    ),
    Trouble(
        "OIDC scoped token is not valid for project",
        r"OIDC scoped token is not valid for project",
        "the publisher belongs to a project of another name",
        "register the publisher for the package's own name",
        route="trusted",
    ),
    Trouble(
        "invalid-payload",
        r"invalid-payload",
        "the index refuses the name, or cannot read the token; the text beside this line says which",
        "for a refused name choose and register another; else re-run the failed jobs",
        route="trusted",
    ),
    Trouble(
        "invalid-token, invalid-reuse-token",
        r"invalid-(?:reuse-)?token",
        "GitHub's token is too old, was used before, or is for another index",
        "re-run the failed jobs; a job of your own uploads once",
        route="trusted",
    ),
    Trouble(
        "not-enabled, audience retrieval failed",
        r"not-enabled|audience retrieval failed|trusted publishing disabled",
        "the index has switched Trusted Publishing off for now",
        "look at https://status.python.org, and re-run the failed jobs later",
        route="trusted",
    ),
    Trouble(
        "OIDC token permissions",
        r"missing or insufficient OIDC token permissions|ACTIONS_ID_TOKEN_REQUEST_TOKEN",
        "the job has no right to ask for its token",
        "write `id-token: write` below the `permissions` of the job that publishes",
        route="trusted",
    ),
    Trouble(
        "401 Unauthorized",
        r"401 Unauthorized",
        "the user name or the password is wrong",
        "store the secrets again in the environment, and re-run the failed jobs",
        route="token",
        index="own",
    ),
    Trouble(
        "403 Forbidden, Invalid or non-existent authentication",
        r"403 (?:Forbidden|Invalid or non-existent authentication)",
        "the token is wrong, was revoked, or is for another project",
        "store a new token in the environment, and re-run the failed jobs",
        route="token",
    ),
    Trouble(
        "OIDC, identity token",
        r"OIDC|id-token",
        "the secret is missing in the environment, so the action looks for another way to log in",
        "store the secret, and re-run the failed jobs",
        route="token",
    ),
    Trouble(
        "File already exists",
        r"file already exists|filename or contents already exists",
        "the index has this version already, with other content",
        "release the next version",
        index="pypi",
    ),
    Trouble(
        "409 Conflict",
        r"409 Conflict",
        "the index has this version already",
        "release the next version",
        index="own",
    ),
    Trouble(
        "releases older than 14 days",
        r"older than 14 days",
        "a release takes no new file after 14 days",
        "release the next version",
        index="pypi",
    ),
    Trouble(
        "local versions",
        r"local version|can't use PEP 440 local versions",
        "the version has a + in it, and no index takes such a version",
        "push a tag without the +",
    ),
    Trouble(
        "unsupported platform tag",
        r"unsupported platform tag",
        "a wheel is for one machine's Linux, and no index takes such a wheel",
        "build the wheels with cibuildwheel",
    ),
    Trouble(
        "not a valid metadata version",
        r"not a valid metadata version|supported Metadata-Version",
        "the publish action is older than the build backend's metadata",
        "take a newer pypa/gh-action-pypi-publish",
    ),
    Trouble(
        "invalid value, not a valid classifier, License-File … does not exist",
        r"invalid value for|not a valid classifier|License-File \S+ does not exist"
        r"|direct dependency|normalized project name|only one sdist",
        "the index refuses the metadata or a file name; the text beside this line says which",
        "correct it, and release the next version",
        index="pypi",
    ),
    Trouble(
        "Project size too large",
        r"project size too large|file too large",
        "the project has no room left on the index",
        "delete old versions there, or publish fewer pushes",
        index="pypi",
    ),
    Trouble(
        "manifest unknown, Unable to resolve action",
        r"manifest unknown|unable to resolve action",
        "an action is pinned to something else than a release's commit, like the tag's own object",
        "write the pin that `pyrelease doctor` names, or the one of the action's release page",
    ),
    Trouble(
        "deprecated version of actions/…-artifact",
        r"deprecated version of .?actions/(?:upload|download)-artifact",
        "GitHub has retired this version of the action",
        "update the project from its template",
    ),
    Trouble(
        "GH013: Repository rule violations",
        r"GH013|repository rule violations",
        "the ruleset lets administrators alone make release tags",
        "ask an administrator of the repository to push the tag",
    ),
    Trouble(
        "not allowed to deploy",
        r"not allowed to deploy to",
        "the environment takes no such tag",
        "run `pyrelease setup`, or add a deployment rule of type TAG to the environment, on its page",
    ),
)


def advice(code: str) -> str:
    """Return what to do about a trouble, as a sentence; the doctor says it before it happens. `KeyError` for another code."""
    words = {trouble.code: trouble.advice for trouble in TROUBLES}[code]
    return f"{words[0].upper()}{words[1:]}."


def explain(log: str, troubles: Iterable[Trouble] = TROUBLES) -> Trouble | None:
    """Return the trouble that a log shows; `None` if it shows none that is known."""
    return next((trouble for trouble in troubles if re.search(trouble.pattern, log, re.IGNORECASE)), None)


def troubles_of(*, is_trusted: bool, is_own_index: bool) -> Iterator[Trouble]:
    """Yield what can go wrong on a way to log in, and on PyPI and TestPyPI or an index of one's own."""
    route, index = "trusted" if is_trusted else "token", "own" if is_own_index else "pypi"
    yield from (trouble for trouble in TROUBLES if trouble.route in ("", route) and trouble.index in ("", index))
