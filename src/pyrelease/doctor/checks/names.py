"""Names: those by which the indexes know the project."""

from __future__ import annotations

from ..findings import ERROR, INFORMATION, WARNING, Check, Example

WORKFLOW = ".github/workflows/publish-to-test-pypi.yml"

DOCS = "https://docs.pypi.org/trusted-publishers/"

NAME = Check(
    "PR101",
    ERROR,
    "The package has another name than the one that is registered",
    meaning="The build gives its files the name in pyproject.toml, and the indexes know another one.",
    why="An index gives a run a token for the registered name alone, and refuses files of any other.",
    mend="Write the registered name, or update the project with `--data project_name=NAME` and register that.",
    source="https://packaging.python.org/en/latest/specifications/name-normalization/",
    example=Example("pyproject.toml", 'name = "demo-package"\n', 'name = "demo"\n'),
)
NAME_UNSEEN = Check(
    "PR102",
    INFORMATION,
    "The package's name cannot be seen",
    meaning="The name is made by code, which the doctor does not run.",
    why="It cannot be compared with the name that is registered.",
    mend="See yourself that both are the same.",
    source="https://packaging.python.org/en/latest/specifications/pyproject-toml/",
    example=Example("pyproject.toml", 'name = "demo-package"\n', "", project="static"),
)
REMOTE = Check(
    "PR103",
    ERROR,
    "No git remote is the repository that is registered",
    meaning="Every remote on GitHub is another repository, or one that differs in capital letters.",
    why="An index compares the repository of the run with the registered one, and tells capital letters apart.",
    mend="Correct the remote, or the answers `github_owner` and `github_repository`, and register these.",
    source=DOCS,
    example=Example(
        "git",
        "remote set-url origin https://github.com/octo-org/demo-package.git",
        "remote set-url origin https://github.com/octo-org/other.git",
    ),
)
WORKFLOW_PLACE = Check(
    "PR104",
    ERROR,
    "The publishing workflow is not where GitHub reads it",
    meaning="No file of the registered name lies directly in .github/workflows at the root of the repository.",
    why="GitHub starts no other file, and the index knows the workflow by its file name.",
    mend="Give the file its name and its place again, or update with `--data workflow_filename=NAME` and register that.",
    source="https://docs.github.com/en/actions/concepts/workflows-and-actions/workflows",
    example=Example(
        "git",
        "add .github/workflows/publish-to-test-pypi.yml",
        "mv .github/workflows/publish-to-test-pypi.yml .github/workflows/release.yml",
    ),
)
WORKFLOW_BELOW = Check(
    "PR105",
    WARNING,
    "A workflow lies in a folder that GitHub does not read",
    meaning="A YAML file lies in a folder below .github/workflows.",
    why="GitHub never starts it.",
    mend="Move it up, or delete it.",
    source="https://docs.github.com/en/actions/concepts/workflows-and-actions/workflows",
    example=Example(
        ".github/workflows/nightly/run.yml",
        "",
        "on: push\n",
    ),
)
ENVIRONMENT = Check(
    "PR106",
    ERROR,
    "A job that publishes has another environment than the registered one",
    meaning="The job's environment is not the one that the index knows, or that holds the index's secrets.",
    why="The index compares both and answers `invalid-publisher`; a job sees the secrets of its own environment alone.",
    mend="Write the registered environment, or change it on the index, too.",
    source=f"{DOCS}troubleshooting/",
    example=Example(WORKFLOW, 'name: "pypi"', 'name: "release"'),
)
NO_ENVIRONMENT = Check(
    "PR107",
    WARNING,
    "No environment protects the job that publishes",
    meaning="No environment is registered, so the index takes a run from every environment, and from none.",
    why="Whoever may push a branch can change the workflow there, and publish.",
    mend="Give the job an environment, protect this environment, and register it.",
    source=f"{DOCS}security-model/",
    example=Example(
        ".github/workflows/release.yml",
        "    environment: pypi\n",
        "",
        project="kept",
        answers={"pypi_environment": ""},
    ),
)
PENDING = Check(
    "PR108",
    WARNING,
    "A pending publisher was not used in time",
    meaning="The project was made more than 30 days ago, is new to the index, and has no release.",
    why="An index drops a pending publisher that nothing has used for 30 days; a release then fails.",
    mend="Look at the index's form, and register the publisher again if it is not listed.",
    source=f"{DOCS}creating-a-project-through-oidc/",
    example=Example(
        ".copier-answers.yml",
        "created_on: '2026-11-23'",
        "created_on: '2026-09-01'",
    ),
)
CONDITION = Check(
    "PR109",
    ERROR,
    "A job that publishes waits for another repository",
    meaning="The job's condition compares the repository or its owner with other names than the registered ones.",
    why="The job never runs in the registered repository.",
    mend="Write the registered names.",
    source="https://docs.github.com/en/actions/reference/workflows-and-actions/contexts",
    example=Example(
        ".github/workflows/release.yml",
        "'octo-org/demo-package'",
        "'octo-org/demo'",
        project="kept",
    ),
)
JOB_NAME = Check(
    "PR110",
    WARNING,
    "A job that publishes has another name than the template's",
    meaning="The job does what it has to do, and RELEASING.md has another name for it.",
    why="Nothing fails, and an update may conflict.",
    mend="Rename it back.",
    source="https://copier.readthedocs.io/en/stable/updating/",
    example=Example(WORKFLOW, "  publish-to-pypi:\n", "  release:\n"),
)
OLD_NAME = Check(
    "PR111",
    ERROR,
    "The package asks for the version of another distribution",
    meaning="`__version__` is the version of a distribution that is neither this package nor a dependency.",
    why="That distribution is not installed, so the import of the package fails with PackageNotFoundError.",
    mend="Write the name in pyproject.toml.",
    source="https://docs.python.org/3/library/importlib.metadata.html#distribution-versions",
    example=Example(
        "src/demo_package/__init__.py",
        '__all__ = ["greeting"]\n',
        'from importlib.metadata import version\n\n__all__ = ["greeting"]\n\n__version__ = version("demo")\n',
    ),
)
