"""Write no bytecode: a template that is no repository is run where it lies, and `__pycache__` would be left in it."""

from __future__ import annotations

import sys
from contextlib import suppress
from importlib.util import cache_from_source
from pathlib import Path
from typing import TYPE_CHECKING

from jinja2.ext import Extension

if TYPE_CHECKING:
    from jinja2 import Environment


class NoBytecode(Extension):
    """Where the template is no clone: have none written, and remove this module's own, written before it ran."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        if (Path(__file__).parent.parent / ".git").exists():
            return  # Copier's own clone, which goes afterwards; an update loads each extension several times
        sys.dont_write_bytecode = True
        bytecode = Path(cache_from_source(__file__))
        with suppress(OSError):
            bytecode.unlink()
            bytecode.parent.rmdir()  # fails, as it should, where something else is in it
