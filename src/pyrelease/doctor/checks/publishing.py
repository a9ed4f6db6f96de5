"""Publishing: what starts the workflow, and what its jobs do."""

from __future__ import annotations

from ...plan.publishers import NOT_A_FORK
from ...plan.troubles import advice
from ..findings import ERROR, INFORMATION, WARNING, Check, Example
from .names import DOCS, WORKFLOW

KEPT = ".github/workflows/release.yml"

SYNTAX = "https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax"
ACTION = "https://github.com/pypa/gh-action-pypi-publish"

NO_WORKFLOW = Check(
    "PR201",
    ERROR,
    "The publishing workflow cannot be read",
    meaning="The file is no YAML, or has a key twice.",
    why="GitHub refuses the whole file, so nothing is built and nothing is published.",
    mend="Correct the line that is named.",
    source=SYNTAX,
    example=Example(WORKFLOW, "permissions: {}\n\n#", "permissions: {\n\n#"),
)
NO_UPLOAD = Check(
    "PR202",
    ERROR,
    "No job uploads to a registered index",
    meaning="No job that can be read uploads to an index that the answers name.",
    why="A tag is pushed, and nothing arrives there.",
    mend="Restore the job, or update with the right answers.",
    source="https://packaging.python.org/en/latest/guides/publishing-package-distribution-releases-using-github-actions-ci-cd-workflows/",
    example=Example(WORKFLOW, "repository-url: https://test.pypi.org/legacy/", "verbose: true"),
)
REUSABLE = Check(
    "PR203",
    ERROR,
    "A reusable workflow publishes",
    meaning="The upload stands in a workflow that a job calls.",
    why="An index compares the file that has the uploading job, and another file is registered.",
    mend="Upload in a job with steps of its own, in the registered workflow.",
    source=f"{DOCS}troubleshooting/",
    example=Example(
        KEPT,
        "    steps:\n      - uses: actions/download-artifact",
        f"    uses: octo-org/shared/.github/workflows/publish.yml@{'a' * 40}\n    x:\n      - uses: actions/download-artifact",
        project="kept",
    ),
)
ADDRESS = Check(
    "PR204",
    ERROR,
    "An upload goes to an address that takes none",
    meaning="The address belongs to the index, and the index takes no files there.",
    why="The index answers 404 or 405.",
    mend="Write the address that is named, with the slash at its end.",
    source="https://docs.pypi.org/api/upload/",
    example=Example(WORKFLOW, "org/legacy/", "org/simple/"),
)
ID_TOKEN = Check(
    "PR205",
    ERROR,
    "A job that publishes lacks the right to ask for its token",
    meaning="Neither the job nor the workflow has the permission `id-token: write`.",
    why="Trusted Publishing begins with this token; without it the publish action stops.",
    mend=advice("OIDC token permissions"),
    source="https://docs.github.com/en/actions/reference/security/oidc",
    example=Example(KEPT, "id-token: write", "contents: read", project="kept"),
)
PASSWORD = Check(
    "PR206",
    ERROR,
    "An upload without Trusted Publishing has no password",
    meaning="The project uploads by a token, and the publish action gets none.",
    why="The index refuses the upload.",
    mend="Give the action the secret of the environment.",
    source=ACTION,
    example=Example(
        WORKFLOW,
        "          password: ${{ secrets.PYPI_TOKEN }}",
        "          verbose: true",
        project="token",
    ),
)
TOOL = Check(
    "PR207",
    INFORMATION,
    "A tool uploads that knows no Trusted Publishing",
    meaning="twine, flit, poetry, hatch, rye and maturin log in by a token that is stored somewhere.",
    why="A stored token can be stolen, and publishes from anywhere.",
    mend="Upload by the publish action, once you can.",
    source=DOCS,
    example=Example(
        KEPT,
        "      - uses: pypa/gh-action-pypi-publish",
        "      - run: twine upload dist/*\n      - uses: some/thing",
        project="kept",
    ),
)
PULL_REQUEST_TARGET = Check(
    "PR208",
    ERROR,
    "pull_request_target starts the publishing workflow",
    meaning="A stranger's pull request starts the workflow, with the rights of this repository.",
    why="A stranger's code may run beside the rights to publish, and PyPI refuses such a run.",
    mend="Remove this event.",
    source="https://docs.github.com/en/actions/reference/security/securely-using-pull_request_target",
    example=Example(KEPT, '  push:\n    tags: ["v*"]\n', "  pull_request_target:\n", project="kept"),
)
NO_START = Check(
    "PR209",
    ERROR,
    "No release starts the job that publishes",
    meaning="The workflow's events or the job's condition keep every tag and every release from the upload.",
    why="A tag is pushed, and nothing happens, or the job is skipped.",
    mend="Start the workflow by the push of a tag, or by a release.",
    source=f"{SYNTAX}#onpushbranchestagsbranches-ignoretags-ignore",
    example=Example(WORKFLOW, '    tags: ["v[0-9]*"]\n', ""),
)
SECOND_PUBLISHER = Check(
    "PR210",
    ERROR,
    "Two workflows or jobs publish the same release",
    meaning="The same event starts two uploads of the same files to the same index.",
    why="An index takes a file once, so the slower one fails.",
    mend="Delete the lines that are named, so that one of them is left.",
    source="https://docs.pypi.org/api/upload/",
    example=Example(
        ".github/workflows/second.yml",
        "",
        f"on:\n  push:\n    tags: ['v*']\njobs:\n  up:\n    if: {NOT_A_FORK}\n    runs-on: ubuntu-latest\n"
        "    permissions: {id-token: write}\n    steps:\n      - run: uv publish\n",
    ),
)
TWO_UPLOADS = Check(
    "PR211",
    ERROR,
    "Two uploads with attestations in one job",
    meaning="Two steps of a job upload the same folder by the publish action, without a password.",
    why="The second one finds the attestations of the first one among the files, and stops.",
    mend="Give each upload a job of its own.",
    source=ACTION,
    example=Example(
        KEPT,
        "      - uses: pypa/gh-action-pypi-publish",
        "      - uses: pypa/gh-action-pypi-publish@COMMIT\n      - uses: pypa/gh-action-pypi-publish",
        project="kept",
    ),
)
COMMANDS = Check(
    "PR212",
    WARNING,
    "A job that may publish runs other commands",
    meaning="A job with `id-token: write` checks code out, or runs commands that are no uploads.",
    why="Whatever these fetch and run could publish, too.",
    mend="Build in another job; download and upload alone in this one.",
    source=f"{DOCS}security-model/",
    example=Example(KEPT, "    steps:\n", "    steps:\n      - run: make dist\n", project="kept"),
)
NEEDS = Check(
    "PR213",
    ERROR,
    "A job waits for a job that is not there, or for none where it must",
    meaning="`needs:` names no job of this workflow, or a job downloads files without waiting for the job that stores them.",
    why="GitHub refuses the workflow, or there is nothing to download yet.",
    mend="Correct `needs:`.",
    source=f"{SYNTAX}#jobsjob_idneeds",
    example=Example(WORKFLOW, "    needs: [build]\n", "    needs: [biuld]\n"),
)
FORKS = Check(
    "PR214",
    WARNING,
    "Forks try to publish",
    meaning="The job runs in every fork that has actions, too.",
    why="It fails there, and the fork's owner gets a mail for each push.",
    mend=f"Add `{NOT_A_FORK}` to the job's condition.",
    source="https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows",
    example=Example(KEPT, "    if: github.repository == 'octo-org/demo-package'\n", "", project="kept"),
)
SKIP_EXISTING = Check(
    "PR215",
    WARNING,
    "A repeated run fails on TestPyPI",
    meaning="The step that uploads to TestPyPI does not skip files that are there already.",
    why="A run that is repeated uploads the same files, and ends in `File already exists`.",
    mend="Give this step `skip-existing: true`.",
    source=ACTION,
    example=Example(WORKFLOW, "skip-existing: true", "skip-existing: false"),
)
BOTS = Check(
    "PR216",
    WARNING,
    "Branches of bots are published",
    meaning="A push of Dependabot starts an upload to TestPyPI.",
    why="Dependabot's runs get no token, so each run fails.",
    mend="Leave such branches out in `on: push:`.",
    source="https://docs.github.com/en/code-security/reference/supply-chain-security/troubleshoot-dependabot/dependabot-on-actions",
    example=Example(WORKFLOW, "branches-ignore: [", "branches: ['**'] #"),
)
EVERY_PUSH = Check(
    "PR217",
    WARNING,
    "Each push is published as a release",
    meaning="A push of the default branch comes to the upload of releases.",
    why="The index gets a release for each push, or refuses it.",
    mend="Ask for a tag in the job's condition.",
    source="https://packaging.python.org/en/latest/guides/publishing-package-distribution-releases-using-github-actions-ci-cd-workflows/",
    example=Example(WORKFLOW, "startsWith(github.ref, 'refs/tags/') && ", ""),
)
TAG_OF_A_RUN = Check(
    "PR218",
    WARNING,
    "A tag that a run pushes starts nothing",
    meaning="A workflow makes a tag and pushes it with the token of its run.",
    why="GitHub starts no workflow for what this token pushes.",
    mend="Push release tags yourself, or give the checkout another token.",
    source="https://docs.github.com/en/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow",
    example=Example(
        ".github/workflows/bump.yml",
        "",
        "on: workflow_dispatch\njobs:\n  bump:\n    runs-on: ubuntu-latest\n    steps:\n      - run: git tag v1 && git push origin v1\n",
    ),
)
OLD_TOKEN = Check(
    "PR219",
    WARNING,
    "A workflow still uses a stored token",
    meaning="A line names a secret with which an upload logs in, and the project has Trusted Publishing.",
    why="The secret can be stolen, and with a password the publish action makes no attestation.",
    mend="Remove the line, and revoke the token once a release has gone through.",
    source="https://docs.pypi.org/trusted-publishers/using-a-publisher/",
    example=Example(
        WORKFLOW,
        "          skip-existing: true\n",
        "          skip-existing: true\n          password: ${{ secrets.TEST_PYPI_API_TOKEN }}\n",
    ),
)
