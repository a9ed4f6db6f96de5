"""GitHub's own description of its REST API, as far as `paths.json` keeps it: what may be asked, and what is answered."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft4Validator

from tools.write_github_paths import PATHS

Schema = Mapping[str, Any]

MADE_UP = {"integer": 0, "number": 0, "boolean": False, "array": [], "string": ""}
"""What stands in an answer for what the stand-in does not know, by its type."""

FORMATS = {"uri": "https://api.github.com/", "date-time": "2026-11-23T00:00:00Z"}
"""The same for a text of some format."""


@cache
def description() -> dict[str, Any]:
    """Return what is kept of the description."""
    found: dict[str, Any] = json.loads(PATHS.read_text(encoding="utf-8"))
    return found


def closed(schema: Any) -> Any:
    """Return a schema that takes nothing beside what it names."""
    if isinstance(schema, list):
        return [closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: closed(part) for key, part in schema.items()}
    if isinstance(schema.get("properties"), dict):
        found.setdefault("additionalProperties", False)
    return found


@cache
def schemas(*, strict: bool) -> dict[str, Any]:
    """Return the schemas by name; strict ones take nothing beside what they name."""
    found: dict[str, Any] = description()["schemas"]
    return {name: closed(part) for name, part in found.items()} if strict else found


def problem(schema: Schema, value: Any, *, strict: bool) -> str:
    """Return why a value does not fit a schema; empty if it does."""
    whole = {**(closed(schema) if strict else schema), "schemas": schemas(strict=strict)}
    errors: list[Any] = list(Draft4Validator(whole).iter_errors(value))
    return "\n".join(f"{'/'.join(map(str, error.path))}: {error.message}" for error in errors)


def resolved(schema: Schema) -> Schema:
    """Return a schema, or the one that it refers to."""
    return description()["schemas"][schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema


def made_up(schema: Schema) -> Any:
    """Return the least that fits a schema."""
    schema = resolved(schema)
    if "anyOf" in schema:
        return made_up(schema["anyOf"][0])
    kind = schema.get("type", "object")
    if kind == "null" or "null" in kind:
        return None
    if "enum" in schema:
        return schema["enum"][0]
    return FORMATS.get(schema.get("format", "")) or MADE_UP.get(kind, complete(schema, {}))


def complete(schema: Schema, value: Any) -> Any:
    """Return a value with everything that its schema requires."""
    schema = resolved(schema)
    if "anyOf" in schema:
        tries = ((part, complete(part, value)) for part in schema["anyOf"])
        return next((found for part, found in tries if not problem(part, found, strict=True)), value)
    if isinstance(value, list):
        return [complete(schema.get("items", {}), part) for part in value]
    if not isinstance(value, dict):
        return value
    properties = schema.get("properties", {})
    missing = {name: made_up(properties[name]) for name in schema.get("required", ()) if name not in value}
    return missing | {name: complete(properties.get(name, {}), part) for name, part in value.items()}


@dataclass(frozen=True)
class Operation:
    """A request that GitHub knows: its method, its path with names in braces, and what its schemas say."""

    method: str
    path: str
    schemas: Mapping[str, Any]

    @property
    def status(self) -> int:
        """The status of its answer; the first of them where it has several."""
        return int(min(self.schemas["answers"]))

    @property
    def takes_file(self) -> bool:
        """Whether its body is a file, and no JSON."""
        return bool(self.schemas["body"] == {})

    def query(self, given: Mapping[str, list[str]]) -> dict[str, Any]:
        """Return a query's values as what they mean; one that is no such number or truth value stays a text."""
        return {name: meant(self.schemas["query"].get(name, {}), texts[-1]) for name, texts in given.items()}

    def unknown(self, query: Mapping[str, Any], sent: Any) -> str:
        """Return what of a request the description does not know; empty if it knows all."""
        others = [f"the query has {name}" for name in query if name not in self.schemas["query"]]
        if self.schemas["body"] is None:
            return "\n".join([*others, *(["it takes no body"] if sent else [])])
        if self.refused(query, sent):
            return "\n".join(others)
        return "\n".join(filter(None, [*others, problem(self.schemas["body"], sent, strict=True)]))

    def refused(self, query: Mapping[str, Any], sent: Any) -> str:
        """Return why GitHub refuses a request's values; empty if it takes them."""
        found = [problem(self.schemas["query"].get(name, {}), value, strict=False) for name, value in query.items()]
        if self.schemas["body"] is not None:
            found.append(problem(self.schemas["body"], sent, strict=False))
        return "\n".join(filter(None, found))

    def answer(self, status: int, known: Any) -> Any:
        """Return an answer in full, made of what is known; `AssertionError` if it is none that GitHub gives."""
        answers = self.schemas["answers"]
        assert str(status) in answers, f"{self.method} {self.path} is never answered by {status}"
        schema = answers[str(status)]
        if schema is None:
            assert known is None, f"{self.method} {self.path}: the answer {status} is empty"
            return None
        found = complete(schema, known)
        wrong = problem(schema, found, strict=True)
        assert not wrong, f"{self.method} {self.path}: the answer is not GitHub's: {wrong}"
        return found


def meant(schema: Schema, text: str) -> Any:
    """Return what a text in a query means by its schema."""
    kind = schema.get("type")
    if kind == "integer" and text.isdecimal():
        return int(text)
    return {"true": True, "false": False}.get(text, text) if kind == "boolean" else text


def operations() -> Iterator[Operation]:
    """Yield every request, those without names in braces first: they are the more special ones."""
    paths = description()["paths"]
    for path in sorted(paths, key=lambda path: path.count("{")):
        for method, found in paths[path].items():
            yield Operation(method.upper(), path, found)


@cache
def patterns() -> list[tuple[re.Pattern[str], Operation]]:
    """Return every request with the pattern of its path; a file's path alone may have slashes."""
    found = [(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", known.path), known) for known in operations()]
    return [(re.compile(pattern.replace("<path>[^/]+", "<path>.+")), known) for pattern, known in found]


def find(method: str, path: str) -> tuple[Operation, dict[str, str]] | None:
    """Return the request that is meant, and what stands in its path for each name; `None` if there is none."""
    for pattern, operation in patterns():
        match = pattern.fullmatch(path) if operation.method == method else None
        if match:
            return operation, {name: unquote(text) for name, text in match.groupdict().items()}
    return None
