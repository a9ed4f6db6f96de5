"""What uploads to an index: commands and actions that do for certain, and what only says that it may."""

from __future__ import annotations

import re
from collections.abc import Iterator

PUBLISH_ACTION = "pypa/gh-action-pypi-publish"

UPLOAD_ACTIONS = {
    "casperdcl/deploy-pypi": "",
    "code-specialist/pypi-poetry-publish": "",
    "etils-actions/pypi-auto-publish": "",
    "jrubics/poetry-publish": "",
    "messense/maturin-action": "command",
    "pyo3/maturin-action": "command",
}
"""Other actions that upload; one with an input named here does so only where that is `publish` or `upload`."""

RELEASING_ACTIONS = re.compile(
    r"(?:python-semantic-release|relekang)/python-semantic-release|cycjimmy/semantic-release-action"
    r"|codfish/semantic-release-action"
)
"""Actions that make a release; whether they upload it to PyPI stands in the settings of the package."""

RELEASING_INPUTS = ("repository-password", "pypi-token", "pypi-password")
"""What such an action gets if it uploads."""

# An option, and the word behind it if that is a value: each part begins with a space, so nothing is tried twice.
OPTIONS = r"(?:\s+-\S+(?:\s+(?!publish\b|upload\b)[\w./:]\S*)?){0,12}"

UPLOAD_COMMAND = re.compile(
    rf"(?<![\w.-])(?:twine(?:[=<>~]=?[\w.,<]*)?{OPTIONS}\s+upload|(?:uv|hatch|flit|poetry|pdm|rye){OPTIONS}\s+publish"
    rf"|maturin{OPTIONS}\s+(?:publish|upload)|setup\.py\b[^\n;&|]{0, 300}\supload)(?![\w-])"
)

RELEASING_COMMAND = re.compile(r"(?<![\w.-])(?:semantic-release\s+publish|fullrelease|longrelease)(?![\w-])")

# Where a command uploads to: its option, or what its tool reads from the environment.
TARGET = re.compile(
    r"(?:\s-r|\s--(?:repo|repository|repository-url|publish-url|index)|(?:TWINE_REPOSITORY|TWINE_REPOSITORY_URL"
    r"|UV_PUBLISH_URL|UV_PUBLISH_INDEX|HATCH_INDEX_REPO|FLIT_INDEX_URL|PDM_PUBLISH_REPO|MATURIN_REPOSITORY(?:_URL)?))"
    r"[ =]+[\"']?([^\s\"']+)"
)

# Hatch calls it `test`, and PyPI `main`.
TESTPYPI = re.compile(r"test[._-]?pypi|(?:\s-r|\s--repo|HATCH_INDEX_REPO)[ =]test(?!\S)", re.IGNORECASE)

HOSTS = {
    "PyPI": re.compile(r"//(?:upload\.)?pypi\.org(?![\w.-])"),
    "TestPyPI": re.compile(r"//test\.pypi\.org(?![\w.-])"),
}

# What a tool that uploads reads from the environment to log in (the documentation of each says so).
INDEX_VARIABLE = re.compile(
    r"(?:TWINE_(?:USERNAME|PASSWORD)|UV_PUBLISH_(?:TOKEN|USERNAME|PASSWORD)|FLIT_(?:USERNAME|PASSWORD)"
    r"|HATCH_INDEX_(?:USER|AUTH)|POETRY_(?:PYPI_TOKEN|HTTP_BASIC)_\w+|PDM_PUBLISH_(?:USERNAME|PASSWORD)"
    r"|MATURIN_(?:PYPI_TOKEN|USERNAME|PASSWORD))"
)

SECRET = re.compile(r"\bsecrets\.(?!GITHUB_TOKEN\b)(\w+)", re.IGNORECASE)

PYPI_SECRET = re.compile(r"\bsecrets\.(\w*(?:PYPI|TWINE)\w*)", re.IGNORECASE)
"""A secret whose name says that it is for an index."""

PUBLISHING_WORD = re.compile(r"publish|releas|upload|deploy", re.IGNORECASE)
"""What a task is called that may upload."""

# What has another use for `id-token: write` than an upload to an index.
TOKEN_ACTIONS = re.compile(
    r"(?:actions/(?:attest|deploy-pages)|aws-actions/|google-github-actions/|azure/|sigstore/|codecov/|codspeedhq/|ossf/"
    r"|slsa-framework/|hashicorp/vault-action|octo-sts/|rubygems/|rust-lang/crates-io-auth-action|jfrog/|depot/|goreleaser/"
    r"|docker/|anthropics/|github/|chainguard-dev/|pulumi/|doppler|bitwarden/|1password/|anchore/|jsr-io/|denoland/"
    r"|dart-lang/|changesets/|akeyless|tailscale/|hynek/build-and-inspect-python-package)"
)
TOKEN_COMMANDS = re.compile(
    r"\b(?:npm|pnpm|yarn|deno|jsr|cargo)\b[^\n]*\bpublish\b|\bcosign\b|\bsigstore\b|\bgcloud\b|\baws\b|\bcrane\b"
)

NOISE = re.compile(r"^\s*(?:#|//|echo\b|printf\b|print\b|@echo\b)")


def indexes_at(address: str) -> set[str]:
    """Return the indexes at an address, or in an expression with addresses; PyPI is where there is none."""
    return {index for index, host in HOSTS.items() if host.search(address)} if address else {"PyPI"}


def indexes_of_command(line: str) -> set[str]:
    """Return the index that a command uploads to, by what it and its variables say."""
    if TESTPYPI.search(line):
        return {"TestPyPI"}
    named = TARGET.findall(line)
    return {"PyPI"} if all(target in ("pypi", "main") or "PyPI" in indexes_at(target) for target in named) else set()


def commands_in(text: str) -> Iterator[tuple[int, str]]:
    """Yield each command of a shell's text, with the number of its line from 0; a line that goes on is one."""
    # The end of a line that goes on becomes a space: the lines keep their numbers.
    joined, number = "", 0
    for current, line in enumerate(text.split("\n")):
        joined, number = (f"{joined} {line}", number) if joined else (line, current)
        if joined.endswith("\\"):
            joined = joined[:-1]
            continue
        for command in re.split(r"[;&|]+", joined):
            if command.strip() and not NOISE.match(command):
                yield number, command
        joined = ""


def upload_commands_in(text: str) -> list[tuple[int, str]]:
    """Return the commands of a shell's text that upload, each with the number of its line from 0."""
    if not UPLOAD_COMMAND.search(text.replace("\\\n", "  ")):
        return []
    return [(number, command) for number, command in commands_in(text) if UPLOAD_COMMAND.search(command)]


def says_pypi(name: str) -> bool:
    """Say whether a name is one of something that uploads to PyPI: `publish-to-pypi`, `Upload to TestPyPI`, `pypi`."""
    low = name.lower()
    return low.strip() in ("pypi", "testpypi") or (
        ("pypi" in low or "twine" in low) and bool(PUBLISHING_WORD.search(low) or "push" in low)
    )


def tool_of(command: str) -> str:
    """Return the tool of a command that uploads, if it knows no Trusted Publishing; else an empty text.

    uv and pdm do; the others read a token (their documentation).
    """
    found = re.search(r"(?<![\w.-])(twine|flit|poetry|hatch|rye|maturin)(?![\w-])", command)
    return found[1] if found else ""
