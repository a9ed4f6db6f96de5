"""Copier, run with the template that this command is of, in the version that the command was installed from."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from .found.git import name_on_github
from .plan import COPIER_COMMAND
from .plan.source import Source
from .programs import MissingProgramError, program

DISTRIBUTION = "pyrelease-template"

MODULES = ("copier", "jinja2_time", "copier_template_extensions")
"""What a copy and an update import."""

SAFE_ADDRESS = re.compile(r"(?:https|ssh)://|\w+@[\w.-]+:", re.ASCII)
"""How an address begins that git takes for none of a folder, and where the host proves who it is."""

SECONDS = 600
"""Seconds that Copier has for one of many projects."""


class NoCopierError(Exception):
    """Copier cannot be run with this command's own template; the message says why and what to do."""


@dataclass(frozen=True)
class Template:
    """The template that this command is of: an address or a folder, and the ref that it was installed from, if one was given."""

    place: str
    ref: str = ""

    @property
    def options(self) -> list[str]:
        """Copier's options for this version; the latest release without one.

        Whoever runs this command runs the template's own code already, so Copier is told to trust it.
        """
        return ["--trust", *(["--vcs-ref", self.ref] if self.ref else [])]

    @property
    def is_a_folder(self) -> bool:
        """Whether it is a folder of this machine."""
        return Path(identity(self.place)).is_absolute()

    def is_at(self, place: str) -> bool:
        """Say whether a place, as a project keeps it, is this template's."""
        return identity(place) == identity(self.place) != ""


def identity(place: str) -> str:
    """Return what is the same for each way to write a template's place: owner and name on GitHub, else address or path.

    Empty is what leads nowhere for certain: a path that begins in whichever folder Copier is started in, or an address that
    Copier or git takes for one, and one that anybody on the way can answer.
    """
    kept = Source(place).kept
    if kept.endswith(".git") or kept.startswith(("git+", "git@", "https://github.com/", "https://gitlab.com/")):
        address = kept.removeprefix("git+")  # Copier takes anything else for a path
        if not address.startswith("file://"):
            if not SAFE_ADDRESS.match(address):
                return identity_of_folder(address)
            if name := name_on_github(address):
                return name.lower()
            return Source(address).cloned.rstrip("/").removesuffix(".git")
        kept = url2pathname(urlsplit(address).path)
    return identity_of_folder(kept)


def identity_of_folder(path: str) -> str:
    """Return where a path leads that begins at the root or at somebody's home; empty for any other."""
    try:
        folder = Path(path).expanduser()
        return str(folder.resolve()) if folder.is_absolute() else ""
    except (OSError, RuntimeError, ValueError):  # a user that nobody knows, links in a circle
        return ""


def own_template() -> Template:
    """Return the template that this command was installed from; `NoCopierError` if nothing says which one that is.

    Installers write it down (https://packaging.python.org/en/latest/specifications/direct-url/).
    """
    try:
        origin = json.loads(distribution(DISTRIBUTION).read_text("direct_url.json") or "{}")
    except PackageNotFoundError:
        origin = {}
    address = str(origin.get("url", ""))
    if address.startswith("file:") and "vcs_info" not in origin:
        return Template(url2pathname(urlsplit(address).path))
    if not address:
        raise NoCopierError("nothing says which template this command is of: use copier copy and copier update instead")
    ref = str(origin.get("vcs_info", {}).get("requested_revision", ""))
    # Without `git+` Copier takes any other address for a folder.
    return Template(address if address.startswith("https://github.com/") else f"git+{address}", ref)


def command() -> list[str]:
    """Return the words that start Copier with what this template needs; `NoCopierError` if this machine has no way to it."""
    if all(map(find_spec, MODULES)):
        return [sys.executable, "-P", "-m", "copier"]  # without -P a file copier.py of the folder would be run
    uvx, *rest = shlex.split(COPIER_COMMAND)
    try:
        return [program(uvx), *rest]
    except MissingProgramError as missing:
        raise NoCopierError(
            f"{missing} is not installed, which starts Copier: get it at https://docs.astral.sh/uv"
        ) from missing


def run(*arguments: str) -> int:
    """Run Copier on this terminal, and return its exit code."""
    return subprocess.run([*command(), *arguments], check=False).returncode


def said(arguments: Sequence[str], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run Copier in a folder with nobody there, and return what it did and printed; `subprocess.TimeoutExpired` after `SECONDS`."""
    return subprocess.run(
        [*command(), *arguments],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
        errors="replace",
        timeout=SECONDS,
        check=False,
    )
