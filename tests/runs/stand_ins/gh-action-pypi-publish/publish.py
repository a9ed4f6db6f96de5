"""What the publish action, the token exchange and the index do, as far as a workflow can get it wrong.

Without a password it is Trusted Publishing: the job must be one that GitHub gives an identity token, and must name an
environment (https://docs.pypi.org/trusted-publishers/). With a password, the account must be one that the index knows.
PyPI and TestPyPI refuse local versions, and files that they have unless they are skipped
(https://pypi.org/help/#file-name-reuse); twine skips files at these two alone.
"""

from __future__ import annotations

import os
import runpy
import sys
import urllib.error
import urllib.request
from pathlib import Path

import yaml
from packaging.utils import parse_sdist_filename, parse_wheel_filename
from packaging.version import Version

INDEXES = {
    "https://upload.pypi.org/legacy/": "PYPI_ADDRESS",
    "https://test.pypi.org/legacy/": "TESTPYPI_ADDRESS",
}
"""The variable with the address on loopback that stands for an index; any other is at `INDEX_ADDRESS`."""


def version_of(file: Path) -> Version:
    """Return the version in a distribution file's name."""
    parse = parse_wheel_filename if file.suffix == ".whl" else parse_sdist_filename
    return parse(file.name)[1]


def check_identity() -> None:
    """Refuse a job that could not get a token from the index."""
    workflow = yaml.safe_load(Path(os.environ["WORKFLOW"]).read_text(encoding="utf-8"))
    job = workflow["jobs"][os.environ["GITHUB_JOB"]]
    permissions = job.get("permissions")
    if not isinstance(permissions, dict) or permissions.get("id-token") != "write":
        sys.exit("the job has no id-token: write, so there is no identity token")
    if not job.get("environment"):
        sys.exit("invalid-publisher: the job names no environment")
    if os.environ["REPOSITORY_URL"] not in INDEXES:
        sys.exit("there is no password, and this index knows no Trusted Publishing")


def check_account(user: str, password: str) -> None:
    """Refuse an account that PyPI and TestPyPI would refuse; another index does so itself."""
    if os.environ["ATTESTATIONS"] != "false":
        sys.exit("attestations need Trusted Publishing")
    if os.environ["REPOSITORY_URL"] in INDEXES and (user, password) != ("__token__", os.environ.get("EXPECTED_TOKEN")):
        sys.exit("403 Invalid or non-existent authentication information")


def has(index: str, file: Path) -> bool:
    """Say whether the index has a file of this name."""
    project = file.name.split("-")[0].replace("_", "-").lower()
    try:
        with urllib.request.urlopen(f"{index}/simple/{project}/", timeout=30) as page:
            return f">{file.name}<" in page.read().decode()
    except urllib.error.HTTPError:
        return False


def accepted(files: list[Path], index: str) -> list[Path]:
    """Return the files to upload, when PyPI's and TestPyPI's rules and twine's have been applied to them."""
    skip, known = os.environ["SKIP_EXISTING"] == "true", os.environ["REPOSITORY_URL"] in INDEXES
    local = [file.name for file in files if version_of(file).local]
    if known and local:
        sys.exit(f"400 the use of local versions is not allowed: {local}")
    if skip and not known:
        sys.exit("twine skips existing files at PyPI and TestPyPI alone: skip-existing is not for this index")
    return [file for file in files if not (skip and has(index, file))]


def main() -> None:
    """Publish the files of the job's folder."""
    user, password = os.environ.get("INDEX_USER", ""), os.environ.get("INDEX_PASSWORD", "")
    if password:
        check_account(user, password)
    else:
        check_identity()
    index = os.environ[INDEXES.get(os.environ["REPOSITORY_URL"], "INDEX_ADDRESS")]
    files = accepted(sorted(Path(os.environ["PACKAGES_DIR"]).iterdir()), index)
    if files:
        # The indexes on loopback take any token.
        os.environ |= {"TWINE_USERNAME": user, "TWINE_PASSWORD": password or "an exchanged token"}
        options = ["--non-interactive", "--disable-progress-bar", "--repository-url", index]
        sys.argv = ["twine", "upload", *options, *map(str, files)]
        runpy.run_module("twine", run_name="__main__")


if __name__ == "__main__":
    main()
