"""Versions: what the next push and the next tag build."""

from __future__ import annotations

from ..findings import ERROR, INFORMATION, WARNING, Check, Example
from .names import WORKFLOW

SPECIFIERS = "https://packaging.python.org/en/latest/specifications/version-specifiers/"
SCM = "https://setuptools-scm.readthedocs.io/en/latest/usage/"

NEXT = Check(
    "PR301",
    INFORMATION,
    "What the next push and the next tag build",
    meaning="The versions follow from the tags, or from the file that has the version.",
    why="An index takes a version once, so it is good to see the next one first.",
    mend="There is nothing to do.",
    source=SCM,
    example=Example("git", "tag --list", "tag v1.0", project="kept"),
)
NO_VERSION = Check(
    "PR302",
    ERROR,
    "The last tag, or the version in the file, names no version",
    meaning="The tag or the file has a text that Python's packages do not allow as a version.",
    why="Nothing can be built, and no index would take it.",
    mend="Delete the tag, here and on GitHub; or write a version.",
    source=SPECIFIERS,
    example=Example("git", "tag v1.0", "tag v1.0-foo"),
)
TWO_VERSIONS = Check(
    "PR303",
    ERROR,
    "A version stands in pyproject.toml, and another one comes from the tag",
    meaning="The version is to come from the tag, and pyproject.toml states one.",
    why="The files have the one that is stated, so a tag that differs publishes nothing.",
    mend='Remove the line, and write `dynamic = ["version"]`.',
    source="https://packaging.python.org/en/latest/specifications/pyproject-toml/",
    example=Example("pyproject.toml", 'dynamic = ["version"]', 'version = "0.2.0"'),
)
SHALLOW = Check(
    "PR304",
    WARNING,
    "A build of a branch does not see the tags",
    meaning="The version comes from the tags, and the checkout of a job that builds a branch brings one commit alone.",
    why="The build makes a version that is too low, or none. A pushed tag is fetched, so releases do not suffer.",
    mend="Give actions/checkout `fetch-depth: 0`.",
    source="https://github.com/actions/checkout",
    example=Example(WORKFLOW, "fetch-depth: 0", "fetch-depth: 1"),
)
LOCAL = Check(
    "PR305",
    WARNING,
    "A push has a local version",
    meaning="A build between two tags has a version with a + in it.",
    why="No index takes such a version.",
    mend='Restore the build step, or set `local_scheme = "no-local-version"`.',
    source=SPECIFIERS,
    example=Example(WORKFLOW, "SETUPTOOLS_SCM_PRETEND_METADATA", "NOTHING"),
)
LOCAL_IN_FILE = Check(
    "PR306",
    ERROR,
    "The version in the file is a local one",
    meaning="The version has a + in it.",
    why="No index takes such a version.",
    mend="Leave out the + and what stands behind it.",
    source=SPECIFIERS,
    example=Example("pyproject.toml", 'version = "1.2.0"', 'version = "1.2.0+mine"', project="static"),
)
OTHER_TAG = Check(
    "PR307",
    ERROR,
    "The tag on this commit and the version in the file differ",
    meaning="A release tag stands on the commit that is checked out, and the file states another version.",
    why="The files have the version of the file: the workflow stops, or another release is published.",
    mend="Delete the tag, write its version, and tag again.",
    source="https://packaging.python.org/en/latest/discussions/versioning/",
    example=Example("git", "tag v1.2.0", "tag v1.3.0", project="static"),
)
RELEASED = Check(
    "PR308",
    WARNING,
    "The version in the file is released, or lower than the last release",
    meaning="A tag of this version stands on an earlier commit, or a tag names a higher one.",
    why="An index takes a version once, and installers look for the highest one.",
    mend="Write a new version before the next tag.",
    source=SPECIFIERS,
    example=Example("git", "tag v1.1.0", "tag v1.4.0\ncommit --quiet --allow-empty -m Work", project="static"),
)
NO_PUSH = Check(
    "PR309",
    ERROR,
    "The last tag makes the build of each push fail",
    meaning="The last tag names a development version, like v1.2.0.dev4.",
    why="setuptools-scm counts the commits since the tag as .devN, and refuses a tag that does so itself.",
    mend="Delete the tag, here and on GitHub, or push a tag of a release or a pre-release.",
    source=SCM,
    example=Example(
        "git",
        "tag v1.2.0rc4\ncommit --quiet --allow-empty -m Work",
        "tag v1.2.0.dev4\ncommit --quiet --allow-empty -m Work",
    ),
)
