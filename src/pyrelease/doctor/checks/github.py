"""GitHub, and the indexes: what they have, with `--online` alone."""

from __future__ import annotations

from ...plan.troubles import advice
from ..findings import ERROR, INFORMATION, WARNING, Check, Example
from .names import DOCS

ENVIRONMENTS = "https://docs.github.com/en/actions/reference/workflows-and-actions/deployments-and-environments"

NOT_ASKED = Check(
    "PR701",
    INFORMATION,
    "An index or GitHub gave no answer",
    meaning="It cannot be reached, its answer cannot be read, or your account may not see it.",
    why="This decides nothing: the other findings count.",
    mend="Do what the line says, and ask again.",
    source="https://cli.github.com/manual/gh_auth_login",
    example=Example("GitHub", "{}", '{"status": 502}'),
)
TAKEN = Check(
    "PR702",
    WARNING,
    "The name is taken on an index",
    meaning="The answers say that the project is new there, and the index has one of this name with other addresses.",
    why="If that project is somebody else's, the first release fails with `invalid-publisher`.",
    mend="Look at its page: choose another name, or answer `existing`.",
    source=f"{DOCS}creating-a-project-through-oidc/",
    example=Example("PyPI", "null", '{"project_urls": {"Home": "https://example.org"}}'),
)
NOT_THERE = Check(
    "PR703",
    ERROR,
    "An index does not have the project",
    meaning="The answers say that the index has the project already.",
    why="The publisher can only be registered as a pending one.",
    mend="Update with the answer `new`, and register it.",
    source=f"{DOCS}adding-a-publisher/",
    example=Example("PyPI", "{}", "null", answers={"pypi_status": "existing"}),
)
REPOSITORY = Check(
    "PR704",
    ERROR,
    "GitHub does not have the repository under its registered name",
    meaning="You can see no repository of this name, or GitHub spells the name in another way.",
    why="An index tells capital letters of a repository apart, and compares GitHub's spelling.",
    mend="Create it, log in to gh, or update with GitHub's spelling and register that.",
    source=f"{DOCS}troubleshooting/",
    example=Example("GitHub", "{}", '{"name": "octo-org/Demo-Package"}'),
)
ENVIRONMENT = Check(
    "PR705",
    WARNING,
    "An environment is missing on GitHub",
    meaning="The repository has no environment of the registered name.",
    why="GitHub makes it with the first run, without protection and without secrets.",
    mend="Run `pyrelease setup`.",
    source=ENVIRONMENTS,
    example=Example("GitHub", "{}", '{"environments": {"pypi": null}}'),
)
REVIEWERS = Check(
    "PR706",
    WARNING,
    "Nobody approves releases",
    meaning="The environment of releases has no required reviewers.",
    why="Each tag publishes at once.",
    mend="Run `pyrelease setup`, or add reviewers.",
    source=ENVIRONMENTS,
    example=Example("GitHub", "{}", '{"environments": {"pypi": {"reviewers": []}}}'),
)
REFS = Check(
    "PR707",
    ERROR,
    "An environment refuses release tags, or takes every ref",
    meaning="Its deployment rules fit no release tag. An environment without such rules is a warning.",
    why="GitHub refuses the job of a release; or a run of any branch may publish.",
    mend=advice("not allowed to deploy"),
    source=ENVIRONMENTS,
    example=Example(
        "GitHub",
        "{}",
        '{"environments": {"pypi": {"allowed": [{"id": 1, "name": "v[0-9].[0-9].[0-9]", "type": "tag"}]}}}',
    ),
)
SECRETS = Check(
    "PR708",
    ERROR,
    "A secret is missing on GitHub",
    meaning="The environment lacks a secret with which the upload logs in.",
    why="The index refuses the upload.",
    mend="Run `pyrelease setup`, which has gh ask you for it.",
    source="https://docs.github.com/en/actions/how-tos/write-workflows/choose-what-workflows-do/use-secrets",
    example=Example("GitHub", "{}", '{"environments": {"pypi": {"secrets": []}}}', project="token"),
)
RULESET = Check(
    "PR709",
    WARNING,
    "Anybody who may push can make release tags",
    meaning="No ruleset restricts who makes the tags of releases.",
    why="A tag starts a release.",
    mend="Run `pyrelease setup`.",
    source="https://docs.github.com/en/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets",
    example=Example("GitHub", "{}", '{"rulesets": []}'),
)
SETTING = Check(
    "PR710",
    INFORMATION,
    "A setting of the repository is not as safe as it can be",
    meaning="Releases can be changed, actions need no commit, or a run's token may write where a workflow names no permissions.",
    why="Nothing fails; `pyrelease setup` changes it, unless `--skip` leaves it out.",
    mend="Run `pyrelease setup`.",
    source="https://docs.github.com/en/code-security/concepts/supply-chain-security/immutable-releases",
    example=Example("GitHub", '{"immutable_releases": true}', '{"immutable_releases": false}'),
)
