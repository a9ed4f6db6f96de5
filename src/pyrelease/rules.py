"""What an answer may be: the rules of PyPI, GitHub, git and Python.

Each rule takes an answer, some of them other answers, too, and returns the empty string if the answer is allowed, or one
sentence that says what is wrong and what is allowed. `copier.yml` uses each function here as a filter of the same name:
`{{ project_name | distribution_problem }}`. Rules are stricter than their source only where a built or imported package,
or a file of the project, needs it.
"""

from __future__ import annotations

import keyword
import re
import sys
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name

SUMMARY_LIMIT = 512
"""Characters; PyPI refuses a longer `Summary` (warehouse, `forklift/metadata.py`)."""

ENVIRONMENT_LIMIT = 255
"""Characters; GitHub's limit for the name of an environment (https://docs.github.com/actions/reference/environments)."""

OWNER_LIMIT = 39
"""Characters; GitHub's limit for a user's or organisation's login, which its own form tells."""

REPOSITORY_LIMIT = 100
"""Characters; GitHub's limit for the name of a repository, which its own form tells."""

PACKAGE_NAME_LIMIT = 200
"""Characters; a wheel's file name has the version and the platform beside the name, and no file system takes more than 255."""

PACKAGE_FOLDER_LIMIT = 100
"""Characters of a package's folder; its name is in those of files, tags and environments, and on the screen."""

FILE_NAME_LIMIT = 255
"""Bytes; file systems take no longer name of a file (POSIX, `NAME_MAX`)."""

# Control characters (C0, U+007F, C1), line and paragraph separators, lone surrogates and the two noncharacters that
# YAML forbids would not come back unchanged from TOML, YAML or Python, and some parsers stop at a byte order mark.
# Bidirectional controls would come back, but a reader sees another text than the computer does.
UNSAFE_CHARACTERS = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff\ufeff\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)

COMMON_NAMES = frozenset(
    [
        *("app", "build", "cli", "data", "dist", "doc", "docs", "example"),
        *("examples", "lib", "scripts", "src", "test", "tests", "venv"),
    ]
)
"""Names that the publishing workflow refuses at the top of a wheel (check-wheel-contents, W005)."""

DEVICES = frozenset(
    ["CON", "PRN", "AUX", "NUL", *(f"{port}{number}" for port in ("COM", "LPT") for number in range(10))]
)
"""Names that no file can have on Windows, whatever follows after a dot.

https://learn.microsoft.com/windows/win32/fileio/naming-a-file
"""

NAME = re.compile(r"[A-Za-z0-9]|[A-Za-z0-9][A-Za-z0-9._-]*[A-Za-z0-9]")
"""A distribution's name; dependency groups, extras and PyPI's organisations are named in the same way.

https://packaging.python.org/en/latest/specifications/name-normalization/
"""

OWNER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")  # '_' stands before the short code of an enterprise's users
REVIEWING_TEAM = re.compile(r"team:[A-Za-z0-9][A-Za-z0-9-]*/[A-Za-z0-9_][A-Za-z0-9_-]*")
REPOSITORY = re.compile(r"[A-Za-z0-9._-]+")
WORKFLOW_FILENAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*\.ya?ml")
KEPT_WORKFLOW_FILENAME = re.compile(r"""[^/'"$`|\\<>]+\.ya?ml""")
MAILBOX = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@([A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?\.)+[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])"
)
ENVIRONMENT_FORBIDDEN = re.compile(r"""["'`,;\\|]""")
BRANCH = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._/-]*[A-Za-z0-9_-])?")
INDEX_ADDRESS = re.compile(r"https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]+)?(/[A-Za-z0-9._~+-]+)*/?")
PYPI_ADDRESS = re.compile(r"https://([a-z0-9-]+\.)*pypi\.org(:[0-9]+)?(/.*)?", re.IGNORECASE)
PACKAGE_FOLDER = re.compile(r"(?![.-])[A-Za-z0-9._-]+(?<![.])(/(?![.-])[A-Za-z0-9._-]+(?<![.]))*")
TAG_PREFIX = re.compile(r"(?![-./])[A-Za-z0-9._/@-]*(?<![0-9.])")


SWITCH_WORDS = frozenset(["y", "yes", "t", "true", "on", "1", "n", "no", "f", "false", "off", "0"])
"""What Copier reads as yes or no (`copier/_tools.py`, `cast_to_bool`), less what stands for nothing."""


STANDARD_LIBRARY = (Path(__file__).parent / "standard_library_names.txt").read_text(encoding="utf-8")
"""The normalized names of the modules of every Python, one a line."""


@cache
def standard_library_names() -> frozenset[str]:
    """Return the names that PyPI refuses because modules have them (warehouse, `packaging/services.py`)."""
    return frozenset(STANDARD_LIBRARY.split())


def distribution_for(folder: str) -> str:
    """Return the name of a distribution that a folder of this name suggests; empty where it suggests none."""
    return re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-")


def import_name_for(distribution: str) -> str:
    """Return the import package's name that goes with a distribution's: with '_' where Python demands another one."""
    name = canonicalize_name(distribution).replace("-", "_")
    if name[0].isdigit():
        return f"_{name}"[:PACKAGE_NAME_LIMIT]
    return f"{name}_" if import_name_problem(name) else name


def text_problem(text: str) -> str:
    """Refuse characters that a file of the project, or its reader, would not get back as they were typed."""
    found = UNSAFE_CHARACTERS.search(text)
    if found:
        return f"has the character U+{ord(found.group()):04X}; allowed is one line of printable text"
    return ""


def distribution_problem(name: str) -> str:
    """Check a distribution's name as PyPI's form for publishers does (warehouse, `oidc/forms/_core.py`)."""
    if not NAME.fullmatch(name):
        return "like my-package2: only A-Z, a-z, 0-9 and '.', '_', '-' inside, a letter or digit first and last"
    if len(name) > PACKAGE_NAME_LIMIT:
        return f"has {len(name)} characters; {PACKAGE_NAME_LIMIT} are allowed, so that its files can be named"
    if canonicalize_name(name) in standard_library_names():
        return f"'{name}' is a module of Python's standard library, and PyPI refuses those names; choose another"
    return ""


def import_name_problem(name: str) -> str:
    """Check an import package's name: PEP 8's lower case, and nothing that it would hide or that Python reserves."""
    if not (name.isascii() and name.isidentifier() and name == name.lower()):
        return "like my_package2: only a-z, 0-9 and '_', no digit first"
    if len(name) > PACKAGE_NAME_LIMIT:
        return f"has {len(name)} characters; {PACKAGE_NAME_LIMIT} are allowed, so that its files can be named"
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        return f"'{name}' is a word of the Python language; choose another"
    if name.startswith("__") and name.endswith("__"):
        return "names like __this__ are Python's own"
    if name.upper() in DEVICES:
        return "is a device on Windows, and no file there"
    if name in sys.stdlib_module_names:
        return f"'{name}' would hide Python's own module of that name; choose another"
    if name in COMMON_NAMES:
        return f"'{name}' is what many projects call a folder, and would collide when installed; choose another"
    return ""


def package_folder_problem(folder: str) -> str:
    """Check a package's folder below the root: names of ASCII letters, digits, '.', '_' and '-' with '/' between; `PACKAGE_FOLDER_LIMIT` characters at most."""
    if folder and (not PACKAGE_FOLDER.fullmatch(folder) or len(folder) > PACKAGE_FOLDER_LIMIT or breaks_a_ref(folder)):
        return "like packages/one, or empty"
    if DEVICES.intersection(part.partition(".")[0].upper() for part in folder.split("/")):
        return "has a device of Windows in it"
    return ""


def summary_problem(summary: str) -> str:
    """Check a summary against PyPI's limit (warehouse, `forklift/metadata.py`): one line, `SUMMARY_LIMIT` characters."""
    if len(summary) > SUMMARY_LIMIT:
        return f"has {len(summary)} characters; PyPI allows {SUMMARY_LIMIT}"
    if summary != summary.strip():
        return "starts or ends with a space; allowed is a line without spaces around it"
    return text_problem(summary)


def author_problem(name: str) -> str:
    """Check an author's name: `authors` in pyproject.toml takes what an e-mail's sender may be called, without commas.

    https://packaging.python.org/en/latest/specifications/pyproject-toml/#authors-maintainers
    """
    if not name.strip():
        return "is empty; give the name that the licence and PyPI show"
    if name != name.strip():
        return "starts or ends with a space; allowed is a name without spaces around it"
    if "," in name:
        return "without a comma, which separates authors in the metadata"
    return text_problem(name)


def email_problem(address: str) -> str:
    """Check an e-mail address (RFC 5322 dot-atom and a domain name); empty means that none is published."""
    if address and not MAILBOX.fullmatch(address):
        return "not like ada@example.org; allowed is one address, or nothing"
    return ""


def owner_problem(owner: str) -> str:
    """Check a GitHub login: PyPI's form (warehouse, `oidc/forms/github.py`) and GitHub's rules for new accounts."""
    if not OWNER.fullmatch(owner) or len(owner) > OWNER_LIMIT:
        return f"like octo-org: only A-Z, a-z, 0-9 and '-' inside, {OWNER_LIMIT} at most"
    return ""


def repository_problem(repository: str) -> str:
    """Check a repository's bare name: PyPI's form (warehouse, `oidc/forms/github.py`) and GitHub's reserved names."""
    if not REPOSITORY.fullmatch(repository) or len(repository) > REPOSITORY_LIMIT:
        return (
            f"like my.repository_2: only A-Z, a-z, 0-9, '.', '_', '-', {REPOSITORY_LIMIT} at most,"
            " without owner or address"
        )
    if repository in {".", ".."} or repository.lower().endswith((".git", ".wiki")):
        return "without .git: GitHub refuses names that end in '.git' or '.wiki', '.' and '..'"
    return ""


def workflow_problem(filename: str) -> str:
    """Check a workflow's file name: PyPI's form (warehouse, `oidc/forms/github.py`) takes a bare .yml or .yaml name."""
    if not WORKFLOW_FILENAME.fullmatch(filename) or len(filename) > FILE_NAME_LIMIT:
        return "like publish.yml: a file name without a folder, at the end .yml or .yaml"
    if filename.lower() in {"ci.yml", "ci.yaml"}:
        return "ci.yml is the workflow that tests the project; choose another file name"
    if filename.lower() in {"update-notices.yml", "update-notices.yaml"}:
        return "a workflow of the template has that name"
    if filename.partition(".")[0].upper() in DEVICES:
        return "is a device on Windows, and no file there"
    return ""


def kept_workflow_problem(filename: str) -> str:
    """Check the name of a workflow that is there already: PyPI takes any without a folder, tables and shells do not."""
    if not KEPT_WORKFLOW_FILENAME.fullmatch(filename) or len(filename.encode(errors="replace")) > FILE_NAME_LIMIT:
        return "no name that can be kept: rename it, without '/', quotes, '$', '`', '|' or '\\'"
    return text_problem(filename)


def workflow_filename_problem(filename: str, existing_workflow: str) -> str:
    """Check the file name of the workflow that publishes; one that is kept may have more kinds of names."""
    if existing_workflow == "keep":
        return kept_workflow_problem(filename)
    return workflow_problem(filename)


def environment_problem(environment: str) -> str:
    """Check an environment's name as PyPI does (warehouse, `oidc/forms/github.py`)."""
    if not environment or environment != environment.strip() or len(environment) > ENVIRONMENT_LIMIT:
        return f"allowed are 1 to {ENVIRONMENT_LIMIT} characters, with no space first or last"
    if ENVIRONMENT_FORBIDDEN.search(environment):
        return "not allowed: quotes, backticks, commas, semicolons, backslashes (PyPI) and '|' (tables)"
    if "${{" in environment:
        return "'${{' would be an expression in the workflow; choose a plain name"
    return text_problem(environment)


def pypi_environment_problem(environment: str, existing_workflow: str) -> str:
    """Check the name of the environment of releases as PyPI does; only a workflow that is kept may have none."""
    if not environment and existing_workflow == "keep":
        return ""
    return environment_problem(environment)


def testpypi_environment_problem(environment: str, pypi_environment: str, existing_workflow: str) -> str:
    """Check the name of TestPyPI's environment as PyPI does; a workflow that is kept may have none, or one for both."""
    if not environment and existing_workflow == "keep":
        return ""
    if environment.lower() == pypi_environment.lower() and existing_workflow != "keep":
        return "is PyPI's too: choose another, since only PyPI's waits for an approval"
    return environment_problem(environment)


def organization_problem(organization: str) -> str:
    """Check the name of an organisation on PyPI (warehouse, `accounts/forms.py`); empty means a user's own account."""
    if organization and not NAME.fullmatch(organization):
        return "like octo-org, or nothing: only A-Z, a-z, 0-9 and '.', '_', '-' inside"
    return ""


def index_address_problem(address: str) -> str:
    """Check the upload address of an index of one's own; empty means PyPI and TestPyPI.

    A password would be sent there, so nothing but https is allowed, and nothing secret stands in it.
    """
    if not address:
        return ""
    if not INDEX_ADDRESS.fullmatch(address):
        return "like https://host/path/: https, without a user, a password or '?'"
    if PYPI_ADDRESS.fullmatch(address):
        return "is PyPI's: leave the address empty for PyPI and TestPyPI"
    return ""


def index_url_problem(address: str, index_route: str) -> str:
    """Check the upload address of an index of one's own, which knows no Trusted Publishing."""
    if address and index_route == "trusted":
        return "is for index_route=token: an index of your own does not know Trusted Publishing"
    return index_address_problem(address)


def push_index_problem(push_index: str, index_url: str) -> str:
    """Refuse TestPyPI for what goes to an index of one's own."""
    if index_url and push_index == "testpypi":
        return f"would show on TestPyPI what goes to {index_url}; allowed are pypiserver and none"
    return ""


def push_trigger_problem(push_trigger: str, push_index: str, version_source: str) -> str:
    """Refuse pushes that bring TestPyPI no new version: it takes a version once."""
    if push_index == "testpypi" and version_source != "setuptools-scm" and push_trigger != "tags":
        return "needs a new version for each push, and this package gets one from its maintainer alone; allowed is tags"
    return ""


def testpypi_first_problem(testpypi_first: bool, push_index: str, index_url: str) -> str:
    """Refuse to wait for TestPyPI where nothing goes there, as with an index of one's own."""
    if push_index != "testpypi" and testpypi_first:
        return "is for push_index=testpypi alone"
    if index_url and testpypi_first:
        return "is for PyPI: leave index_url empty"
    return ""


def bot_problem(bot: str, kept_files: list[str]) -> str:
    """Refuse Renovate beside Dependabot: two bots would open each pull request twice."""
    if bot == "renovate" and kept_files:
        return "beside Dependabot? Remove .github/dependabot.yml first"
    return ""


def group_problem(group: str) -> str:
    """Check the name of a dependency group or an extra (PEP 735, PEP 685); empty means that there is none."""
    if group and not NAME.fullmatch(group):
        return "like test: only A-Z, a-z, 0-9 and '.', '_', '-' inside"
    return ""


def branch_problem(branch: str) -> str:
    """Check a branch's name: git's rules (git-check-ref-format), less what a workflow's filter reads as a pattern."""
    if not BRANCH.fullmatch(branch) or breaks_a_ref(branch):
        return "like main or release/next: ASCII letters, digits, '.', '_', '/' and '-', as git allows them"
    return ""


def tag_prefix_problem(prefix: str) -> str:
    """Check what stands before the version in a release tag: git's rules, and no digit next to the version's own."""
    if not TAG_PREFIX.fullmatch(prefix) or breaks_a_ref(prefix):
        return "no digit or dot last, like v or demo/v: ASCII letters, digits, '.', '_', '/', '@', '-', or nothing"
    return ""


def date_problem(day: str) -> str:
    """Check a day: ISO 8601, as `date.isoformat` writes it."""
    try:
        written = date.fromisoformat(day).isoformat()
    except ValueError:
        written = None
    if written != day:
        return "is no date; allowed is one like 2026-08-31"
    return "" if "1970" <= day < "9000" else "is no day of a project: 1970 to 8999"


def reviewers_problem(reviewers: str) -> str:
    """Check a list of GitHub logins and teams with commas between them; GitHub takes at most six reviewers an environment.

    https://docs.github.com/actions/reference/environments
    """
    logins = [login.strip(" ") for login in reviewers.split(",")] if reviewers else []
    if len(logins) > 6:
        return "GitHub takes at most 6 reviewers for an environment"
    for login in logins:
        if not LOGIN.fullmatch(login) and not REVIEWING_TEAM.fullmatch(login):
            return f"'{login}' is no GitHub login; like ada,grace or team:octo-org/release"
    return ""


def switch_problem(given: Any) -> str:
    """Check what `--data` gave for yes or no: Copier takes any other word for yes. `None` stands for nothing given."""
    if given is None or isinstance(given, bool) or str(given).strip().lower() in SWITCH_WORDS:
        return ""
    return "like true or false: no other word says yes or no"


def only_for_existing(answer: Any, package: str, of_a_new_one: Any) -> str:
    """Refuse an answer that a new package cannot have, and that nothing would ask for."""
    if package == "new" and answer != of_a_new_one:
        return "is for package=existing: only a package that exists can have that"
    return ""


def year_problem(year: int) -> str:
    """Check the year of a copyright: four digits, and not before 1900."""
    return "" if 1900 <= year <= 9999 else "is no year; allowed is one like 2026"


def breaks_a_ref(name: str) -> bool:
    """Say whether git refuses a ref of this name (git-check-ref-format, rules 1, 3 and 6)."""
    return ".." in name or "//" in name or "/." in name or any(part.endswith(".lock") for part in name.split("/"))


def if_allowed(value: str, rule: str) -> str:
    """Return a value that a default may have, or the empty string where the rule of this name refuses it.

    `KeyError` if no rule has this name.
    """
    return "" if globals()[rule](value) else value
