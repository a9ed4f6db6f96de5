"""Task: put the new workflow in the place of the one that it replaces, once everything else is written.

    python -I src take_over FILENAME

FILENAME is the name that PyPI knows, in `.github/workflows` of the current folder.
"""

from __future__ import annotations

import sys
from pathlib import Path

from .plan.answers import WORKFLOWS

NEW = "replacement"
"""What the new workflow is called until then: GitHub reads no file that ends neither in .yml nor in .yaml."""


def main(filename: str) -> None:
    """Replace the workflow; `OSError` if the folder cannot be written."""
    Path(WORKFLOWS, NEW).replace(Path(WORKFLOWS, filename))


if __name__ == "__main__":
    main(*sys.argv[1:])
