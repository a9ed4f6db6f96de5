"""What an answer may be: the rules of PyPI, GitHub, git and Python.

Each rule takes an answer, some of them other answers, too, and returns the empty string if the answer is allowed, or a few
words that say what is allowed. Copier shows them behind the question's name on one line that never wraps, so the whole rule
is the first sentence of the docstring, which `reference/answers.md` shows. `copier.yml` uses each function here as a filter
of the same name: `{{ project_name | distribution_problem }}`. Rules are stricter than their source only where a built or
imported package, or a file of the project, needs it.
"""

from __future__ import annotations

import keyword
import re
import sys
from datetime import date
from typing import Any

from packaging.utils import canonicalize_name

from .patterns import (
    BRANCH,
    COMMON_NAMES,
    DEVICES,
    ENVIRONMENT_FORBIDDEN,
    ENVIRONMENT_LIMIT,
    FILE_NAME_LIMIT,
    INDEX_ADDRESS,
    KEPT_WORKFLOW_FILENAME,
    LOGIN,
    MAILBOX,
    NAME,
    NAME_FORBIDDEN,
    OWNER,
    OWNER_LIMIT,
    PACKAGE_FOLDER,
    PACKAGE_NAME_LIMIT,
    PYPI_ADDRESS,
    REPOSITORY,
    REPOSITORY_LIMIT,
    REVIEWING_TEAM,
    SUMMARY_LIMIT,
    SWITCH_WORDS,
    TAG_PREFIX,
    TAKEN,
    TYPED_OWNER,
    UNSAFE_CHARACTERS,
    WORKFLOW_FILENAME,
    standard_library_names,
)


def distribution_for(folder: str) -> str:
    """Return the name of a distribution that a folder of this name suggests; empty where it suggests none."""
    return re.sub(r"[^a-z0-9]+", "-", folder.lower()).strip("-")


def import_name_for(distribution: str) -> str:
    """Return the import package's name that goes with a distribution's: with '_' where Python demands another one."""
    name = canonicalize_name(distribution).replace("-", "_")
    if name[0].isdigit():
        return f"_{name}"[:PACKAGE_NAME_LIMIT]
    return f"{name}_" if import_name_problem(name) else name


def owner_in(typed: str) -> str:
    """Return the owner alone of what was typed for one, like `octo-org` of `https://github.com/octo-org/demo`."""
    found = TYPED_OWNER.fullmatch(typed)
    return found[1] if found else typed


def repository_in(typed: str) -> str:
    """Return the repository that was typed behind an owner, like `demo` of `octo-org/demo.git`; empty if there is none."""
    found = TYPED_OWNER.fullmatch(typed)
    return (found[2] or "") if found else ""


def text_problem(text: str) -> str:
    """Refuse what a file of the project, or its reader, would not get back as it was typed, like a line's end."""
    found = UNSAFE_CHARACTERS.search(text)
    return f"U+{ord(found.group()):04X} is not allowed" if found else ""


def distribution_problem(name: str) -> str:
    """Check a distribution's name as PyPI does: A-Z, a-z, 0-9, with '.', '_', '-' inside, and no module of Python.

    https://packaging.python.org/en/latest/specifications/name-normalization/ and warehouse, `packaging/services.py`. At most
    `PACKAGE_NAME_LIMIT` characters, so that its files can be named.
    """
    if not NAME.fullmatch(name):
        return "like demo-2.x: A-Z a-z 0-9 . _ -"
    if len(name) > PACKAGE_NAME_LIMIT:
        return f"at most {PACKAGE_NAME_LIMIT} characters"
    if canonicalize_name(name) in standard_library_names():
        return "is a module of Python itself"
    return ""


def import_name_problem(name: str) -> str:
    """Check an import package's name: a-z, 0-9 and '_', no digit first, and no word, module or usual folder's name of Python.

    PEP 8's lower case; what it would hide or that Python reserves; what Windows cannot write. At most `PACKAGE_NAME_LIMIT`
    characters, so that its files can be named.
    """
    if not (name.isascii() and name.isidentifier() and name == name.lower()):
        return "like demo_2: a-z 0-9 _"
    if len(name) > PACKAGE_NAME_LIMIT:
        return f"at most {PACKAGE_NAME_LIMIT} characters"
    if keyword.iskeyword(name) or keyword.issoftkeyword(name):
        return "is a word of Python's language"
    if name.startswith("__") and name.endswith("__"):
        return "names like __this__ are Python's"
    if name.upper() in DEVICES:
        return "is a device's name on Windows"
    if name in sys.stdlib_module_names:
        return "would hide a module of Python"
    if name in COMMON_NAMES:
        return "would collide: many have it"
    return ""


def package_folder_problem(folder: str) -> str:
    """Check a package's folder below the root: names of ASCII letters, digits, '.', '_' and '-' with '/' between; 100 characters at most."""
    if folder and not PACKAGE_FOLDER.fullmatch(folder):
        return "like packages/one, or empty"
    return ""


def summary_problem(summary: str) -> str:
    """Check a summary as PyPI does: one line of 1 to `SUMMARY_LIMIT` characters, without a space first or last.

    Warehouse, `forklift/metadata.py`.
    """
    if not summary:
        return "empty: say what it does"
    if len(summary) > SUMMARY_LIMIT:
        return f"at most {SUMMARY_LIMIT} characters"
    if summary != summary.strip():
        return "no space first or last"
    return text_problem(summary)


def author_problem(name: str) -> str:
    """Check an author's name: one line without a comma, '<', '>' or '@', since an address has an answer of its own.

    https://packaging.python.org/en/latest/specifications/pyproject-toml/#authors-maintainers takes what an e-mail's sender
    may be called, without commas.
    """
    if not name.strip():
        return "is empty: who is the author?"
    if name != name.strip():
        return "no space first or last"
    if "," in name:
        return "no comma: it separates authors"
    if NAME_FORBIDDEN.search(name):
        return "like Ada King: no e-mail address"
    return text_problem(name)


def email_problem(address: str) -> str:
    """Check an e-mail address: one address without a name (RFC 5322 dot-atom and a domain name), or nothing."""
    if address and not MAILBOX.fullmatch(address):
        return "like ada@example.org, or empty"
    return ""


def owner_problem(owner: str) -> str:
    """Check a GitHub login: A-Z, a-z, 0-9, with '-' inside, at most `OWNER_LIMIT`; an address around it or '@' is taken off.

    PyPI's form (warehouse, `oidc/forms/github.py`) and GitHub's rules for new accounts.
    """
    if not OWNER.fullmatch(owner_in(owner)):
        return "like octo-org: A-Z a-z 0-9 -"
    if len(owner_in(owner)) > OWNER_LIMIT:
        return f"at most {OWNER_LIMIT} characters"
    return ""


def repository_problem(repository: str) -> str:
    """Check a repository's bare name: at most `REPOSITORY_LIMIT` of A-Z, a-z, 0-9, '.', '_', '-', and no '.git' or '.wiki' last.

    PyPI's form (warehouse, `oidc/forms/github.py`) and the names that GitHub reserves.
    """
    if "/" in repository:
        return "without owner or address"
    if not REPOSITORY.fullmatch(repository):
        return "like demo: A-Za-z0-9 . _ -"
    if len(repository) > REPOSITORY_LIMIT:
        return f"at most {REPOSITORY_LIMIT} characters"
    if repository in {".", ".."} or repository.lower().endswith((".git", ".wiki")):
        return "no '.git' or '.wiki' last"
    return ""


def workflow_problem(filename: str) -> str:
    """Check a workflow's file name: A-Z, a-z, 0-9, '.', '_', '-', at the end .yml or .yaml, and no name that the template has.

    PyPI's form (warehouse, `oidc/forms/github.py`) takes no folder; what Windows cannot write is refused, too.
    """
    if not WORKFLOW_FILENAME.fullmatch(filename):
        return "like publish.yml: no folder"
    if len(filename) > FILE_NAME_LIMIT:
        return f"at most {FILE_NAME_LIMIT} characters"
    if filename.lower() in TAKEN:
        return "is a file of the template"
    if filename.partition(".")[0].upper() in DEVICES:
        return "is a device on Windows"
    return ""


def kept_workflow_problem(filename: str) -> str:
    """Check the name of a workflow that is there already: any without '/', quotes, '$', '`', '|', '<', '>' and backslashes.

    PyPI takes any without a folder, tables and shells do not.
    """
    if not KEPT_WORKFLOW_FILENAME.fullmatch(filename):
        return "rename it, to publish.yml"
    if len(filename.encode(errors="replace")) > FILE_NAME_LIMIT:
        return f"at most {FILE_NAME_LIMIT} bytes"
    return text_problem(filename)


def workflow_filename_problem(filename: str, existing_workflow: str) -> str:
    """Check the file name of the workflow that publishes; one that is kept may have more kinds of names."""
    if existing_workflow == "keep":
        return kept_workflow_problem(filename)
    return workflow_problem(filename)


def environment_problem(environment: str) -> str:
    r"""Check an environment's name: 1 to `ENVIRONMENT_LIMIT` characters, none of them a quote, a backtick or one of `, ; \ |`.

    PyPI's form (warehouse, `oidc/forms/github.py`); '|' would end a cell of a table, and '${{' would be an expression.
    No space stands first or last.
    """
    if not environment or len(environment) > ENVIRONMENT_LIMIT:
        return f"1 to {ENVIRONMENT_LIMIT} characters"
    if environment != environment.strip():
        return "no space first or last"
    if ENVIRONMENT_FORBIDDEN.search(environment):
        return "no quotes , ; | ` \\"
    if "${{" in environment:
        return "no ${{: a plain name"
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
    # Only the environment of releases waits for an approval.
    if environment.lower() == pypi_environment.lower() and existing_workflow != "keep":
        return "not the one of PyPI"
    return environment_problem(environment)


def organization_problem(organization: str) -> str:
    """Check the name of an organisation on PyPI (warehouse, `accounts/forms.py`); empty means a user's own account."""
    if organization and not NAME.fullmatch(organization):
        return "like octo-org, or empty"
    return ""


def index_address_problem(address: str) -> str:
    """Check the upload address of an index of one's own: https, without a user, a password or '?'; empty means PyPI.

    A password would be sent there, so nothing but https is allowed, and nothing secret stands in it.
    """
    if not address:
        return ""
    if not INDEX_ADDRESS.fullmatch(address):
        return "like https://host/path, no password"
    if PYPI_ADDRESS.fullmatch(address):
        return "is PyPI's: leave this empty"
    return ""


def index_url_problem(address: str, index_route: str) -> str:
    """Check the upload address of an index of one's own, which knows no Trusted Publishing."""
    if address and index_route == "trusted":
        return "is for index_route=token"
    return index_address_problem(address)


def push_index_problem(push_index: str, index_url: str) -> str:
    """Refuse TestPyPI, which is public, for what goes to an index of one's own."""
    if index_url and push_index == "testpypi":
        return "not with an index_url"
    return ""


def push_trigger_problem(push_trigger: str, push_index: str, version_source: str) -> str:
    """Refuse pushes that bring TestPyPI no new version: it takes a version once."""
    if push_index == "testpypi" and version_source != "setuptools-scm" and push_trigger != "tags":
        return "brings no new version"
    return ""


def testpypi_first_problem(testpypi_first: bool, push_index: str, index_url: str) -> str:
    """Refuse to wait for TestPyPI where nothing goes there, as with an index of one's own."""
    if push_index != "testpypi" and testpypi_first:
        return "is for push_index=testpypi"
    if index_url and testpypi_first:
        return "not with an index_url"
    return ""


def bot_problem(bot: str, kept_files: list[str]) -> str:
    """Refuse Renovate beside Dependabot: two bots would open each pull request twice."""
    if bot == "renovate" and kept_files:
        return "not beside .github/dependabot.yml"
    return ""


def group_problem(group: str) -> str:
    """Check the name of a dependency group or an extra (PEP 735, PEP 685); empty means that there is none."""
    if group and not NAME.fullmatch(group):
        return "like test: A-Z a-z 0-9 . _ -"
    return ""


def branch_problem(branch: str) -> str:
    """Check a branch's name: A-Z, a-z, 0-9, '.', '_', '/' and '-', as git allows them (git-check-ref-format).

    A workflow's filter reads other characters as a pattern.
    """
    if not BRANCH.fullmatch(branch) or breaks_a_ref(branch):
        return "like main: A-Z a-z 0-9 . _ / -"
    return ""


def tag_prefix_problem(prefix: str) -> str:
    """Check what stands before the version in a release tag: A-Z, a-z, 0-9, '.', '_', '/', '@', '-', no digit or '.' last.

    Git's rules (git-check-ref-format), and no digit next to the version's own. It may be empty.
    """
    if not TAG_PREFIX.fullmatch(prefix) or breaks_a_ref(prefix):
        return "like v or demo/v: no digit last"
    return ""


def date_problem(day: str) -> str:
    """Check a day from 1970 to 8999: ISO 8601, as `date.isoformat` writes it."""
    try:
        written = date.fromisoformat(day).isoformat()
    except ValueError:
        written = None
    return "" if written == day and "1970" <= day < "9000" else "a day is like 2026-08-31"


def reviewers_problem(reviewers: str) -> str:
    """Check a list of at most six GitHub logins, and of teams like team:octo-org/release, with commas between them.

    https://docs.github.com/actions/reference/environments
    """
    logins = [login.strip(" ") for login in reviewers.split(",")] if reviewers else []
    if len(logins) > 6:
        return "at most 6 logins and teams"
    if all(LOGIN.fullmatch(login) or REVIEWING_TEAM.fullmatch(login) for login in logins):
        return ""
    return "like ada,grace or team:octo-org/dev"


def switch_problem(given: Any) -> str:
    """Check what `--data` gave for yes or no: Copier takes any other word for yes. `None` stands for nothing given."""
    if given is None or isinstance(given, bool) or str(given).strip().lower() in SWITCH_WORDS:
        return ""
    return "like true or false"


def only_for_existing(answer: Any, package: str, of_a_new_one: Any) -> str:
    """Refuse an answer that only a package that exists can have, and that nothing would ask for."""
    if package == "new" and answer != of_a_new_one:
        return "is for package=existing"
    return ""


def year_problem(year: int) -> str:
    """Check the year of a copyright: four digits, and not before 1900."""
    return "" if 1900 <= year <= 9999 else "like 2026: 1900 to 9999"


def breaks_a_ref(name: str) -> bool:
    """Say whether git refuses a ref of this name (git-check-ref-format, rules 1, 3 and 6)."""
    return ".." in name or "//" in name or "/." in name or any(part.endswith(".lock") for part in name.split("/"))


def if_allowed(value: str, rule: str) -> str:
    """Return a value that a default may have, or the empty string where the rule of this name refuses it.

    `KeyError` if no rule has this name.
    """
    return "" if globals()[rule](value) else value
