"""Compile each template once, and a text without Jinja never: Copier has hundreds of short strings rendered in a run."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from jinja2.ext import Extension

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import CodeType

    from jinja2 import Environment, Template

NEEDS_JINJA = re.compile(r"\{[{%#]|\r")
"""What makes a text a template: a delimiter, or an end of line that Jinja would change."""


class Constant:
    """A template that is its own text."""

    def __init__(self, text: str) -> None:
        self.text = text

    def render(self, *_: Any, **__: Any) -> str:
        """Return the text, whatever it is rendered with."""
        return self.text


class CompileOnce(Extension):
    """Keep compiled templates beside the lexer, which Jinja shares between environments with the same syntax.

    Compiling also computes what is constant, with the filters of one version of the template: each version has its own
    compiled templates, by the name that the door has given to its package.
    """

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        versions: dict[str, dict[tuple[str, str | None], CodeType]]
        versions = vars(environment.lexer).setdefault("compiled_once", {})
        codes = versions.setdefault(vars(environment)["pyrelease"], {})
        compile_template, from_string = environment.compile, environment.from_string

        def compile_once(source: str, name: str | None = None, filename: str | None = None) -> CodeType:
            if (source, name) not in codes:
                codes[source, name] = compile_template(source, name, filename)
            return codes[source, name]

        def constant_or_template(source: Any, *arguments: Any, **options: Any) -> Template | Constant:
            if isinstance(source, str) and not NEEDS_JINJA.search(source):
                return Constant(source)
            return from_string(source, *arguments, **options)

        changed: dict[str, Callable[..., Any]] = {"compile": compile_once, "from_string": constant_or_template}
        vars(environment).update(changed)
