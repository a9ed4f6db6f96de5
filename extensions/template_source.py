"""Where the template is, as a project keeps it: its updates, its notices and Renovate look for it there."""

from __future__ import annotations

import re
import shlex
from typing import Any

from copier_template_extensions import ContextHook


def template_source(given: str) -> str:
    """Return where the template is, as a project keeps it, from the place that Copier was given.

    Copier's short forms of two sites become addresses: Renovate does not know them
    (https://copier.readthedocs.io/en/stable/generating/#templates, https://github.com/renovatebot/renovate/issues/39938).
    """
    for short, site in (("gh:", "https://github.com/"), ("gl:", "https://gitlab.com/")):
        if given.startswith(short):
            return site + given.removeprefix(short).lstrip("/")
    return given


def template_address(given: str) -> str:
    """Return the address at which anybody can clone the template; empty for a folder, and for what needs a key."""
    address = template_source(given).removeprefix("git+")
    return address if address.startswith("https://") else ""


def doctor_source(given: str, version: str) -> str:
    """Return what uv takes the doctor from, as a word of the shell: the template in this version, or the folder.

    What Copier calls a version that has no tag is no ref, and is left out.
    https://docs.astral.sh/uv/concepts/tools/
    """
    source = re.sub(r"^(\w+@[\w.-]+):", r"ssh://\1/", template_source(given).removeprefix("git+"))
    ref = f"@{version}" if re.fullmatch(r"v?\d[\w.]*", version) else ""
    return shlex.quote(f"git+{source}{ref}" if "://" in source else source)


class TemplateSourceContext(ContextHook):
    """Give the templates `template_source`, `template_address` and `doctor_source`."""

    def hook(self, context: dict[str, Any]) -> None:
        """Add them, from the place and the version that Copier was given."""
        given = context["_copier_answers"].get("_src_path", "")
        context["template_source"] = template_source(given)
        context["template_address"] = template_address(given)
        context["doctor_source"] = doctor_source(given, context["_copier_answers"].get("_commit") or "")
