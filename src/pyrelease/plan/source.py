"""Where the template is, as a project keeps it: its updates, its notices and Renovate look for it there."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path


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
    def problem(self) -> str:
        """Why no update would find it; empty if one would. Copier keeps a path as it was typed."""
        if self.is_a_folder and self.given and not (self.given.startswith("~") or Path(self.given).is_absolute()):
            return (
                f"no update would find the template at {self.given}: give its whole path, {Path(self.given).absolute()}"
            )
        return ""

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
        """Return where a page of the template's documentation is read on this machine, at this version.

        It is an address on GitHub, else a file of the template.
        """
        site = self.address.removesuffix(".git").rstrip("/")
        if site.startswith("https://github.com/"):
            ref = self.version if re.fullmatch(r"v?\d[\w.]*", self.version) else "HEAD"
            return f"{site}/blob/{ref}/docs/{name}.md"
        return f"docs/{name}.md in {self.cloned or 'the template'}"

    def link(self, title: str, name: str) -> str:
        """Return a link (Markdown) to such a page for files that others read, too; where only a file is known, its name."""
        page = self.page(name)
        if page.startswith("https://"):
            return f"[{title}]({page})"
        return f"{title}: `docs/{name}.md` in {f'<{self.address}>' if self.address else 'the template'}"
