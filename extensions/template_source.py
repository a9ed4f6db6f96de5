"""Where the template is, as a project keeps it: its updates, its notices and Renovate look for it there."""

from __future__ import annotations

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


class TemplateSourceContext(ContextHook):
    """Give the templates `template_source` and `template_address`."""

    def hook(self, context: dict[str, Any]) -> None:
        """Add both, from the place that Copier was given."""
        given = context["_copier_answers"].get("_src_path", "")
        context["template_source"] = template_source(given)
        context["template_address"] = template_address(given)
