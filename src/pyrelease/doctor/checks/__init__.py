"""What the doctor looks for: a record for each check, in a module for each subject."""

from __future__ import annotations

from types import ModuleType

from ..findings import Check
from . import actions, git, github, machines, names, package, publishing, versions

SUBJECTS: dict[str, ModuleType] = {
    "PR1": names,
    "PR2": publishing,
    "PR3": versions,
    "PR4": actions,
    "PR5": machines,
    "PR6": package,
    "PR7": github,
    "PR8": git,
}
"""The module of each subject, by the beginning of its codes."""

CHECKS: dict[str, Check] = {
    check.code: check
    for module in SUBJECTS.values()
    for check in sorted((part for part in vars(module).values() if isinstance(part, Check)), key=lambda part: part.code)
}
"""Every check, by its code, in the order of the codes."""
