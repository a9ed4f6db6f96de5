"""What the rules compare answers with: limits, patterns, and names that are taken."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

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
        "app",
        "build",
        "cli",
        "data",
        "dist",
        "doc",
        "docs",
        "example",
        "examples",
        "lib",
        "scripts",
        "src",
        "test",
        "tests",
        "venv",
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
TYPED_OWNER = re.compile(
    r"(?:@|(?:https?://)?(?:www\.)?github\.com/|git@github\.com:)?"
    r"([A-Za-z0-9][A-Za-z0-9-]*)(?:/(?:([A-Za-z0-9._-]+?)(?:\.git)?/?)?)?"
)
"""An owner as people have it at hand, too: an address of GitHub's, with `@`, or with a repository behind it."""

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
NAME_FORBIDDEN = re.compile(r"[<>@]")
BRANCH = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._/-]*[A-Za-z0-9_-])?")
INDEX_ADDRESS = re.compile(r"https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?(:[0-9]+)?(/[A-Za-z0-9._~+-]+)*/?")
PYPI_ADDRESS = re.compile(r"https://([a-z0-9-]+\.)*pypi\.org(:[0-9]+)?(/.*)?", re.IGNORECASE)
# No part begins or ends like a hidden file or an option, is a device, or would break a ref that has it in its name.
DEVICE = r"(?:[Cc][Oo][Nn]|[Pp][Rr][Nn]|[Aa][Uu][Xx]|[Nn][Uu][Ll]|(?:[Cc][Oo][Mm]|[Ll][Pp][Tt])[0-9])(?:[./]|$)"
FOLDER = rf"(?![.-])(?!{DEVICE})[A-Za-z0-9._-]+(?<![.])"
PACKAGE_FOLDER = re.compile(rf"(?=.{{1,100}}$)(?!.*[.][.])(?!.*[.]lock(?:/|$)){FOLDER}(?:/{FOLDER})*")
TAG_PREFIX = re.compile(r"(?![-./])[A-Za-z0-9._/@-]*(?<![0-9.])")


TAKEN = frozenset(["ci.yml", "ci.yaml", "update-notices.yml", "update-notices.yaml"])
"""Names, in small letters, of the template's other workflows."""

SWITCH_WORDS = frozenset(["y", "yes", "t", "true", "on", "1", "n", "no", "f", "false", "off", "0"])
"""What Copier reads as yes or no (`copier/_tools.py`, `cast_to_bool`), less what stands for nothing."""


STANDARD_LIBRARY = (Path(__file__).parent / "standard_library_names.txt").read_text(encoding="utf-8")
"""The normalized names of the modules of every Python, one a line."""


@cache
def standard_library_names() -> frozenset[str]:
    """Return the names that PyPI refuses because modules have them (warehouse, `packaging/services.py`)."""
    return frozenset(STANDARD_LIBRARY.split())
