"""The files that the template writes for a project."""

from __future__ import annotations

from collections.abc import Iterator

from .answers import WORKFLOWS, Answers

DEPENDABOT = ".github/dependabot.yml"
UPDATE_NOTICES = f"{WORKFLOWS}/update-notices.yml"

KEPT_FILES = (DEPENDABOT, UPDATE_NOTICES)
"""Files of the template that a package may have of its own, which then stay."""


def files(answers: Answers) -> Iterator[str]:
    """Yield the path of each file below the project's folder, with '/' between its parts."""
    yield answers.answers_file
    yield answers.releasing_file
    if DEPENDABOT not in answers.kept_files:
        yield DEPENDABOT
    if not answers.is_kept:
        yield answers.workflow_path
    if answers.update_notices and answers.template.address and UPDATE_NOTICES not in answers.kept_files:
        yield UPDATE_NOTICES
    if answers.package == "new":
        yield from files_of_a_new_package(answers)


def files_of_a_new_package(answers: Answers) -> Iterator[str]:
    """Yield the paths of what an existing package has of its own."""
    yield f"{WORKFLOWS}/ci.yml"
    yield from (".gitignore", ".pre-commit-config.yaml", "CHANGELOG.md", "LICENSE", "README.md", "pyproject.toml")
    if answers.license == "LGPL-3.0-or-later":  # adds permissions to the GPL, whose text must come with it
        yield "LICENSE.GPL"
    source = f"src/{answers.import_name}"
    yield from (f"{source}/__init__.py", f"{source}/py.typed", f"tests/test_{answers.import_name}.py")
    if answers.binary:
        yield from ("CMakeLists.txt", f"{source}/_core.cpp", f"{source}/_core.pyi")
