"""Compile each template once: Copier has the same short strings compiled hundreds of times, in four environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2.ext import Extension

if TYPE_CHECKING:
    from types import CodeType

    from jinja2 import Environment


class CompileOnce(Extension):
    """Keep compiled templates beside the lexer, which Jinja shares between environments with the same settings."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        codes: dict[tuple[str, str | None], CodeType] = vars(environment.lexer).setdefault("compiled_once", {})
        compile_template = environment.compile

        def compile_once(source: str, name: str | None = None, filename: str | None = None) -> CodeType:
            if (source, name) not in codes:
                codes[source, name] = compile_template(source, name, filename)
            return codes[source, name]

        environment.compile = compile_once  # type: ignore[assignment, method-assign]
