"""Where the template is, as a project keeps it: its updates, its notices and Renovate look for it there."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass


@dataclass(frozen=True)
class Source:
    """The place and the version of the template, as Copier was given them; both are empty where nothing is known."""

    given: str = ""
    version: str = ""

    @property
    def kept(self) -> str:
        """The place as a project keeps it.

        Copier's short forms of two sites become addresses: Renovate does not know them
        (https://copier.readthedocs.io/en/stable/generating/#templates, https://github.com/renovatebot/renovate/issues/39938).
        """
        for short, site in (("gh:", "https://github.com/"), ("gl:", "https://gitlab.com/")):
            if self.given.startswith(short):
                return site + self.given.removeprefix(short).lstrip("/")
        return self.given

    @property
    def address(self) -> str:
        """The address at which anybody can clone the template; empty for a folder, and for what needs a key."""
        address = self.kept.removeprefix("git+")
        return address if address.startswith("https://") else ""

    @property
    def is_a_folder(self) -> bool:
        """Whether it is a folder of one machine, where nobody else finds it."""
        return "://" not in self.cloned

    @property
    def cloned(self) -> str:
        """What git clones: an address in full, or a folder."""
        return re.sub(r"^(\w+@[\w.-]+):", r"ssh://\1/", self.kept.removeprefix("git+"))

    @property
    def requirement(self) -> str:
        """What uv takes the command `pyrelease` from, as a word of the shell: the template in this version, or the folder.

        What Copier calls a version that has no tag is no ref, and is left out.
        https://docs.astral.sh/uv/concepts/tools/
        """
        ref = f"@{self.version}" if re.fullmatch(r"v?\d[\w.]*", self.version) else ""
        return shlex.quote(self.cloned if self.is_a_folder else f"git+{self.cloned}{ref}")

    def page(self, name: str) -> str:
        """Return where a page of the template's documentation is read, at this version.

        Where the template has no public address it is a file of the template.
        """
        site = self.address.removesuffix(".git").rstrip("/")
        if not site.startswith("https://github.com/"):
            return f"docs/{name}.md in {self.address}" if self.address else f"docs/{name}.md"
        ref = self.version if re.fullmatch(r"v?\d[\w.]*", self.version) else "HEAD"
        return f"{site}/blob/{ref}/docs/{name}.md"
