"""Compile each template once: Copier has the same short strings compiled hundreds of times, in four environments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2.ext import Extension

if TYPE_CHECKING:
    from types import CodeType

    from jinja2 import Environment


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
        compile_template = environment.compile

        def compile_once(source: str, name: str | None = None, filename: str | None = None) -> CodeType:
            if (source, name) not in codes:
                codes[source, name] = compile_template(source, name, filename)
            return codes[source, name]

        environment.compile = compile_once  # type: ignore[assignment, method-assign]
