"""The jobs of the publishing workflow: which build, which test what was built, and what must come before an upload."""

from __future__ import annotations

from dataclasses import dataclass

PYTHON_VERSIONS = ("3.11", "3.12", "3.13", "3.14", "3.15")
"""Python releases, oldest first (https://devguide.python.org/versions/).

None is ever removed: Copier replaces an answer that is no longer a choice, without a word.
"""

OLD_PYTHON_VERSIONS = ("3.6", "3.7", "3.8", "3.9", "3.10")
"""Python releases that only a package that exists may support."""

BOT_BRANCHES = ("dependabot/**", "renovate/**", "gh-readonly-queue/**")
"""The branches that bots and merge queues push: nobody has looked at them yet."""


@dataclass(frozen=True)
class Pipeline:
    """What happens between a push and an upload; the fields are the answers of the same names."""

    package: str
    binary: bool
    push_index: str
    package_folder: str = ""

    @property
    def built_by(self) -> tuple[str, ...]:
        """The jobs that build what is published."""
        return ("build", "build-wheels") if self.binary else ("build",)

    @property
    def tested_by(self) -> tuple[str, ...]:
        """The jobs that install what was built in a job of their own; without one, those that build test it."""
        if self.push_index == "pypiserver":
            return ("try-on-pypiserver",)
        # cibuildwheel tests the wheels of a new package, as its pyproject.toml says.
        return ("test-wheels",) if self.binary and self.package == "existing" else ()

    @property
    def needs(self) -> tuple[str, ...]:
        """The jobs that must succeed before anything is published."""
        return (*self.built_by, *self.tested_by)

    @property
    def built_files(self) -> str:
        """What the build job makes: the wheels of a package with compiled parts are made on each platform."""
        return "a source tarball" if self.binary else "a binary wheel and a source tarball"

    @property
    def build_command(self) -> str:
        """How the build job makes it: as any other tool would, and with the Python that was set up.

        Of a member of a workspace uv would leave the files at the workspace's root.
        """
        place = " --out-dir dist" if self.package_folder else ""
        return f"uv build --no-sources --python python3{' --sdist' if self.binary else ''}{place}"

    @property
    def stored_from(self) -> str:
        """The folder of the files that a job with a checkout builds or has, as an action is told it."""
        return f"{self.package_folder}/dist/" if self.package_folder else "dist/"
