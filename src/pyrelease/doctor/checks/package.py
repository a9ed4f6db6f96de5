"""Package: what a build, the workflow or an index refuses."""

from __future__ import annotations

from ..findings import ERROR, WARNING, Check, Example

FILE = "pyproject.toml"
SPECIFICATION = "https://packaging.python.org/en/latest/specifications/pyproject-toml/"
METADATA = "https://packaging.python.org/en/latest/specifications/core-metadata/"

NO_PYPROJECT = Check(
    "PR601",
    ERROR,
    "pyproject.toml is missing, or cannot be read",
    meaning="Nothing says how the package is built.",
    why="The build stops.",
    mend="Correct the line that is named, or restore the file from git.",
    source=SPECIFICATION,
    example=Example(FILE, "[project]", "[project"),
)
LICENCE_FILE = Check(
    "PR602",
    ERROR,
    "A licence file is missing",
    meaning="A pattern or a name in pyproject.toml fits no file of the project.",
    why="A build refuses that.",
    mend="Add the file, or correct the pattern.",
    source="https://peps.python.org/pep-0639/",
    example=Example(FILE, '"LICENSE*"', '"COPYING*"'),
)
README = Check(
    "PR603",
    ERROR,
    "The readme is missing",
    meaning="The file that pyproject.toml names is not there.",
    why="A build refuses that.",
    mend="Add the file, or correct its name.",
    source=SPECIFICATION,
    example=Example(FILE, 'readme = "README.md"', 'readme = "README.rst"'),
)
TEST_GROUP = Check(
    "PR604",
    ERROR,
    "The group with which the workflow tests is missing",
    meaning="The publishing workflow installs a dependency group that pyproject.toml does not have.",
    why="The build job fails when it tests the wheel.",
    mend="Add the group, or update with `--data test_group=NAME`.",
    source="https://packaging.python.org/en/latest/specifications/dependency-groups/",
    example=Example(FILE, "test = [", "tests = ["),
)
CLASSIFIER = Check(
    "PR605",
    ERROR,
    "A classifier forbids uploads",
    meaning="A classifier begins with `Private ::`.",
    why="PyPI and TestPyPI refuse every file with such a classifier.",
    mend="Remove the classifier.",
    source="https://pypi.org/classifiers/",
    example=Example(FILE, "classifiers = [", 'classifiers = [\n    "Private :: Do Not Upload",'),
)
DEPENDENCY = Check(
    "PR606",
    ERROR,
    "A dependency is named by an address",
    meaning="A requirement of the package is an address, and no name with versions.",
    why="PyPI and TestPyPI refuse that.",
    mend="Name the dependency and its versions.",
    source=METADATA,
    example=Example(FILE, "dependencies = []", 'dependencies = ["six @ https://example.org/six.zip"]'),
)
SUBMODULES = Check(
    "PR607",
    WARNING,
    "A build does not see the submodules",
    meaning="The repository has submodules, and the checkout of a job that builds leaves them out.",
    why="Their folders are empty in the build, so it fails, or lacks what is in them.",
    mend="Give actions/checkout `submodules: recursive`.",
    source="https://github.com/actions/checkout",
    example=Example(
        ".gitmodules", "", '[submodule "lib"]\n\tpath = lib\n\turl = https://github.com/octo-org/lib.git\n'
    ),
)
LENGTH = Check(
    "PR608",
    ERROR,
    "A text is longer than an index takes",
    meaning="The description has more than 512 characters or several lines, or a label of `[project.urls]` more than 32.",
    why="PyPI and TestPyPI refuse the upload.",
    mend="Shorten the text. A longer text belongs into the readme.",
    source="https://github.com/pypi/warehouse/blob/main/warehouse/forklift/metadata.py",
    example=Example(FILE, 'Changelog = "', '"Everything that has changed between two versions" = "'),
)
