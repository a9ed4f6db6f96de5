"""What an answer is made from: the call, GitHub's refusals, and lists that come in pages."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.github.repositories import Repository
    from tests.github.stand_in import GitHub

ROLES = ("none", "read", "triage", "write", "maintain", "admin")
"""What somebody may do in a repository, from nothing to everything."""


class Refused(Exception):
    """An answer by which GitHub refuses: its status, what it says, and what it says of single fields."""

    def __init__(self, status: int, message: str, errors: Iterable[Mapping[str, str]] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.body = {"message": message, "errors": list(errors)} if errors else {"message": message}


def missing() -> Refused:
    """Return the refusal for what is not there, or not shown."""
    return Refused(404, "Not Found")


def invalid(resource: str, field: str, code: str) -> Refused:
    """Return the refusal of a field's value."""
    return Refused(422, "Validation Failed", [{"resource": resource, "field": field, "code": code}])


@dataclass(frozen=True)
class Answer:
    """An answer that is more than a value: another status than the first that GitHub describes, headers, or no JSON."""

    value: Any = None
    status: int | None = None
    location: str = ""
    content: bytes | None = None


@dataclass(frozen=True)
class Listed:
    """All of a list, of which a page is answered; below a key, its number stands beside it."""

    parts: list[Any]
    key: str = ""


class Asked(Mapping[str, Any]):
    """What is asked for; `unread` are the names that nobody has looked at, and that an answer does not depend on."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values_by_name = values
        self.unread = set(values)

    def __getitem__(self, name: str) -> Any:
        self.unread.discard(name)
        return self.values_by_name[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_by_name)

    def __len__(self) -> int:
        return len(self.values_by_name)


@dataclass(frozen=True)
class Call:
    """A request that GitHub knows; `values` are what stands in its path, by the names that GitHub has for it."""

    github: GitHub
    values: Mapping[str, str]
    query: Asked
    sent: Asked
    accept: str
    content: bytes

    def repository(self, role: str = "read", *, hidden: bool = False) -> Repository:
        """Return the repository in the path; refused unless who is logged in has a role there.

        What is `hidden` from others does not exist for them.
        """
        found = self.github.repositories.get(f"{self.values['owner']}/{self.values['repo']}".lower())
        if found is None or not found.may("read"):
            raise missing()
        if not found.may(role):
            raise missing() if hidden else Refused(403, "Must have admin rights to Repository.")
        return found

    def number(self, name: str) -> int:
        """Return a number in the path; refused if it is none."""
        if not self.values[name].isdecimal():
            raise missing()
        return int(self.values[name])


Handler = Callable[[Call], Any]

Answers = Mapping[tuple[str, str], Handler]
"""The functions that answer, by method and by path as GitHub's description writes it."""
