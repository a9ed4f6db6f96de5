"""What PyPI, the publish action and GitHub print when a release fails is explained, each in the words that they print."""

from __future__ import annotations

import pytest

from pyrelease.doctor.checks import CHECKS
from pyrelease.plan.troubles import TROUBLES, explain, troubles_of
from tests.conftest import Make

PRINTED = {
    "* `invalid-publisher`: valid token, but no corresponding publisher": "invalid-publisher",
    "* `invalid-pending-publisher`: valid token, but project already exists": "invalid-pending-publisher",
    "* `invalid-reuse-token`: invalid token: already used": "invalid-token, invalid-reuse-token",
    "* `invalid-payload`: malformed": "invalid-payload",
    "* `not-enabled`: GitHub-based trusted publishing functionality not enabled": "not-enabled, audience retrieval failed",
    "audience retrieval failed: repository at pypi.org has trusted publishing disabled": (
        "not-enabled, audience retrieval failed"
    ),
    "missing or insufficient OIDC token permissions, the ACTIONS_ID_TOKEN_REQUEST_TOKEN": "OIDC token permissions",
    "400 Non-user identities cannot create new projects. This was probably caused by": (
        "Non-user identities cannot create new projects"
    ),
    "403 Invalid API Token: OIDC scoped token is not valid for project 'demo'.": (
        "OIDC scoped token is not valid for project"
    ),
    "400 File already exists ('demo-1.0.tar.gz', with blake2_256 hash '1')": "File already exists",
    "400 Uploading new files to releases older than 14 days is not allowed": "releases older than 14 days",
    "400 The use of local versions in <Version('1.0+x')> is not allowed.": "local versions",
    "400 Binary wheel 'a-1-py3-none-linux_x86_64.whl' has an unsupported platform tag 'linux_x86_64'.": (
        "unsupported platform tag"
    ),
    "400 Project size too large. Limit for project 'demo' total size is 10 GB": "Project size too large",
    "InvalidDistribution: '2.5' is not a valid metadata version": "not a valid metadata version",
    "400 License-File LICENSE does not exist in distribution file demo-1.0.tar.gz": (
        "invalid value, not a valid classifier, License-File … does not exist"
    ),
    "400 'x' is an invalid value for Author-email. Error: Use a valid email address": (
        "invalid value, not a valid classifier, License-File … does not exist"
    ),
    "docker: manifest unknown": "manifest unknown, Unable to resolve action",
    "Error: This request has been automatically failed because it uses a deprecated version of"
    " `actions/upload-artifact: v3`.": "deprecated version of actions/…-artifact",
    'Tag "v1.0" is not allowed to deploy to pypi due to environment protection rules.': "not allowed to deploy",
    "remote: error: GH013: Repository rule violations found for refs/tags/v1.0.": "GH013: Repository rule violations",
    "::error::https://test.pypi.org/simple/ has other files of demo==1.0 than this run has built.": (
        "has other files of … than this run has built"
    ),
}
"""What is printed, and the code of the trouble that it is."""


@pytest.mark.parametrize("printed", PRINTED)
def test_what_is_printed_is_explained(printed: str) -> None:
    found = explain(f"Uploading demo\n{printed}\n", troubles_of(is_trusted=True, is_own_index=False))
    assert found
    assert found.code == PRINTED[printed]


def test_a_log_without_trouble_explains_nothing() -> None:
    assert (
        explain("Uploading demo-1.0.tar.gz\n100% ----- 5.2/5.2 kB\nView at: https://pypi.org/project/demo/1.0/") is None
    )


def test_every_trouble_says_what_it_means_and_what_to_do() -> None:
    for trouble in TROUBLES:
        assert len(trouble.meaning.split()) > 3
        assert len(trouble.advice.split()) > 3


def test_a_project_shows_each_trouble_that_it_can_meet(make: Make) -> None:
    text = (make() / "RELEASING.md").read_text(encoding="utf-8")
    for trouble in troubles_of(is_trusted=True, is_own_index=False):
        assert f"| `{trouble.code}` | {trouble.meaning} | {trouble.advice} |" in text.splitlines()
    assert "14 days" in text
    assert "30 days" not in text.partition("## When it goes wrong")[2].partition("## Troubles")[0]


def test_the_doctor_gives_the_same_advice_before_it_happens() -> None:
    for code, trouble in {
        "PR205": "OIDC token permissions",
        "PR403": "manifest unknown, Unable to resolve action",
        "PR707": "not allowed to deploy",
    }.items():
        [known] = [one for one in TROUBLES if one.code == trouble]
        assert CHECKS[code].mend.removesuffix(".").lower() == known.advice.lower()
