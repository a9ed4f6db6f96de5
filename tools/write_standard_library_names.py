"""Write the names that PyPI refuses because they are modules of some Python's standard library.

    python -m tools.write_standard_library_names

PyPI takes them from the package stdlib-list, without the punctuation around them and normalized (warehouse,
`packaging/services.py`).
"""

from __future__ import annotations

from packaging.utils import canonicalize_name
from stdlib_list import short_versions, stdlib_list

from tools.repository import ROOT

FILE = ROOT / "src" / "pyrelease" / "standard_library_names.txt"


def names() -> str:
    """Return the names, sorted, one a line."""
    modules = {module.strip("-_.") for version in short_versions for module in stdlib_list(version)}
    return "".join(f"{name}\n" for name in sorted({canonicalize_name(module) for module in modules}) if name)


if __name__ == "__main__":
    FILE.write_text(names(), encoding="utf-8")
