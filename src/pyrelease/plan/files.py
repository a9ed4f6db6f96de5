"""The files that the template writes for a project."""

from __future__ import annotations

from collections.abc import Iterator

from .answers import WORKFLOWS, Answers

DEPENDABOT, RENOVATE = ".github/dependabot.yml", ".github/renovate.json"
UPDATE_NOTICES = f"{WORKFLOWS}/update-notices.yml"

KEPT_FILES = (DEPENDABOT, UPDATE_NOTICES)
"""Files of the template that a package may have of its own, which then stay."""

BOT_FILES = {"dependabot": DEPENDABOT, "renovate": RENOVATE}
"""The file that tells a bot what to do, by the answer."""

RELEASING_FILES = ("RELEASING.md", ".github/RELEASING.md", ".github/PUBLISHING.md")
"""The names of the file that says how to release: the first one that an existing package has not."""


def files(answers: Answers) -> Iterator[str]:
    """Yield the path of each file below the project's folder, with '/' between its parts."""
    yield answers.answers_file
    yield answers.releasing_path
    if answers.bot in BOT_FILES and BOT_FILES[answers.bot] not in answers.kept_files:
        yield BOT_FILES[answers.bot]
    if not answers.is_kept:
        yield answers.workflow_path
    if answers.update_notices and answers.template.address and UPDATE_NOTICES not in answers.kept_files:
        yield f"{WORKFLOWS}/update-notices{answers.workflow_suffix}.yml"
    if answers.package == "new":
        yield answers.ci_path
        yield from map(answers.in_package, files_of_a_new_package(answers))


def files_that_stay(answers: Answers) -> tuple[str, ...]:
    """Return the maintainer's files that were there where the template would have written its own."""
    before = RELEASING_FILES[: RELEASING_FILES.index(answers.releasing_file)]
    return (*map(answers.in_package, before), *answers.kept_files)


def files_of_a_new_package(answers: Answers) -> Iterator[str]:
    """Yield the paths, in the package's folder, of what an existing package has of its own."""
    if not answers.package_folder:
        yield from (".git_archival.txt", ".gitattributes")
    yield from (".gitignore", ".pre-commit-config.yaml")
    yield from ("CHANGELOG.md", "LICENSE", "README.md", "pyproject.toml")
    if answers.build_backend == "setuptools" and not answers.binary:
        yield "MANIFEST.in"
    if answers.license == "LGPL-3.0-or-later":  # adds permissions to the GPL, whose text must come with it
        yield "LICENSE.GPL"
    source = f"src/{answers.import_name}"
    yield from (f"{source}/__init__.py", f"{source}/py.typed", f"tests/test_{answers.import_name}.py")
    if answers.binary:
        yield from ("CMakeLists.txt", f"{source}/_core.cpp", f"{source}/_core.pyi")
