"""The tags that start a release, as GitHub, git and setuptools-scm are told them."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True)
class Tags:
    """The tags that are a prefix and a version."""

    prefix: str

    @property
    def glob(self) -> str:
        """The glob that names these tags, for GitHub's filters and rulesets and for git alike."""
        return f"{self.prefix}[0-9]*"

    @property
    def expression(self) -> str:
        """The regular expression that takes the version out of a tag, for setuptools-scm.

        In an archive without tags that takes `0.0` for one, which must make no version in silence.
        """
        return f"^{re.escape(self.prefix) or '(?!0[.]0$)'}(?P<version>[0-9].*)$"

    @property
    def describe_command(self) -> tuple[str, ...]:
        """The command with which setuptools-scm finds the last of these tags."""
        only = ("--match", self.glob, "--exclude", f"{self.glob}/*")
        return ("git", "describe", "--dirty", "--tags", "--long", *only)

    @property
    def example(self) -> str:
        """A tag, to show what one looks like."""
        return self.of("1.2.0")

    @property
    def first(self) -> str:
        """The tag of the pre-release with which a new project is tried."""
        return self.of("0.1.0rc1")

    def of(self, version: object) -> str:
        """Return the tag of a version."""
        return f"{self.prefix}{version}"

    def version_in(self, tag: str) -> str:
        """Return what a tag says after the prefix."""
        return tag.removeprefix(self.prefix)
