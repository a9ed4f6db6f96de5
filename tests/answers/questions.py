"""What `copier.yml` and the rules say of each question, in words: the facts of the reference of answers.

Conditions and refusals are read from the questions' own expressions. What cannot be put into words here is an error, so
that nothing is left out of the reference.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, nodes

from pyrelease import rules
from pyrelease.found.package import EXISTING_BACKENDS, NEW_BACKENDS
from pyrelease.found.publishing import FoundWorkflows
from pyrelease.plan.pipeline import OLD_PYTHON_VERSIONS, PYTHON_VERSIONS
from tests.conftest import ROOT, read_yaml

FOUND = {
    "found.has_foreign_package": "package that this template did not make",
    "found.workflows.chosen.filename": "workflow that publishes",
    "found.workflows.chosen.follows_guide": "workflow made from the guide",
}
"""What the folder may hold, by the expression that asks for it."""

LABELS = {value: label for label, value in NEW_BACKENDS.items()}

COMPUTED_CHOICES = {
    "{{ python_versions | to_json }}": (
        {version: version for version in PYTHON_VERSIONS},
        {version: version for version in (*OLD_PYTHON_VERSIONS, *PYTHON_VERSIONS)},
    ),
    "{{ build_backends | to_json }}": (
        LABELS,
        {backend: LABELS.get(backend, backend) for backend in EXISTING_BACKENDS},
    ),
}
"""The labels of the choices for a new package, and for one that exists, by value."""


@dataclass(frozen=True)
class Refusal:
    """When an answer is refused (all conditions hold, and the rule finds something), and what Copier then says."""

    conditions: tuple[nodes.Node, ...]
    rule: str
    messages: tuple[str, ...]

    @property
    def questions(self) -> set[str]:
        """The questions that the conditions look at."""
        # Around the conditions, since a node does not find itself.
        conditions = nodes.Output(list(self.conditions))
        return {name.name for name in conditions.find_all(nodes.Name)} & raw().keys()


@dataclass(frozen=True)
class Question:
    """A question; `default` is `None` where it is computed, `default_in_words` then says how."""

    name: str
    kind: str
    title: str
    choices: dict[str, str]
    choices_of_a_package: tuple[str, ...]
    default: Any
    default_in_words: str
    ask: nodes.Expr | None
    when: nodes.Expr | None
    refusals: tuple[Refusal, ...]
    only_value_of_a_package: Any


@cache
def raw() -> dict[str, dict[str, Any]]:
    """Return the questions as they stand in `copier.yml`."""
    found = read_yaml(ROOT / "copier.yml")
    return {name: question for name, question in found.items() if not name.startswith("_")}


@cache
def defaults_in_words() -> dict[str, str]:
    """Return what the line "Default:" says, by the question that it stands in."""
    blocks = re.split(r"^(\w+):\n", (ROOT / "copier.yml").read_text(encoding="utf-8"), flags=re.MULTILINE)
    lines = {
        name: re.findall(r"^  # Default: (.+)\.$", block, re.MULTILINE)
        for name, block in zip(blocks[1::2], blocks[2::2], strict=True)
    }
    return {name: "; ".join(found) for name, found in lines.items() if found}


def questions() -> list[Question]:
    """Return every question, in the order of `copier.yml`."""
    return [question(name) for name in raw()]


def question(name: str) -> Question:
    """Return a question; raise `ValueError` where its default is computed and no line says how."""
    given = raw()[name]
    is_computed = isinstance(given["default"], str) and "{" in given["default"]
    if is_computed != (name in defaults_in_words()):
        raise ValueError(f"copier.yml, {name}: a default needs a line '# Default: ….' exactly if it is computed")
    of_a_package, of_all = choices(given.get("choices", {}))
    validator = parse(given.get("validator", ""))
    [*only] = (part.args[1].as_const() for part in validator.find_all(nodes.Filter) if part.name == "only_for_existing")
    return Question(
        name=name,
        kind="list" if given.get("multiselect") else given["type"],
        title=title(given["help"]),
        choices=of_all,
        choices_of_a_package=tuple(of_a_package),
        default=None if is_computed else given["default"],
        default_in_words=defaults_in_words().get(name, ""),
        ask=condition(given.get("ask")),
        when=condition(given.get("when")),
        refusals=tuple(refusals(validator)),
        only_value_of_a_package=only[0] if only else None,
    )


def title(text: str) -> str:
    """Return a question's text, with words for what it shows of the folder."""
    shown = re.sub(r"\{\{ (.+?) \}\}", lambda found: f"the {FOUND[found[1]]}", text)
    return shown[0].upper() + shown[1:]


def choices(given: Any) -> tuple[dict[str, str], dict[str, str]]:
    """Return the labels of the choices by value: those of a new package, and all."""
    if isinstance(given, str):
        of_a_package, of_all = COMPUTED_CHOICES[given]
    elif isinstance(given, list):
        of_a_package = of_all = {value: value for value in given}
    else:
        values = {label: part["value"] if isinstance(part, dict) else part for label, part in given.items()}
        of_a_package = of_all = {value: label for label, value in values.items()}
    cleaned = {value: re.sub(r" {2,}", ", ", label).removeprefix(f"{value}, ") for value, label in of_all.items()}
    return {value: cleaned[value] for value in of_a_package}, cleaned


def parse(template: str) -> nodes.Template:
    """Parse an expression of `copier.yml`, with the settings that it has there."""
    return Environment(trim_blocks=True, lstrip_blocks=True).parse(template)


def condition(given: str | bool | None) -> nodes.Expr | None:
    """Return the expression that `ask` or `when` holds; `None` where there is none."""
    if given is None:
        return None
    if isinstance(given, bool):
        return nodes.Const(given)
    [output] = parse(given).body
    assert isinstance(output, nodes.Output)
    [expression] = output.nodes
    return expression


def refusals(node: nodes.Node, conditions: tuple[nodes.Node, ...] = ()) -> Iterator[Refusal]:
    """Yield what a validator refuses."""
    match node:
        case nodes.Template():
            for part in node.body:
                yield from refusals(part, conditions)
        case nodes.Output() if any(isinstance(part, nodes.TemplateData) and part.data.strip() for part in node.nodes):
            yield Refusal(conditions, "", ("".join(map(shown, node.nodes)).strip(),))
        case nodes.Output():
            for part in node.nodes:
                if not isinstance(part, nodes.TemplateData):
                    yield from refusals(part, conditions)
        case nodes.If(elif_=[]):
            said = [found for part in node.body for found in refusals(part, (*conditions, node.test))]
            if any(found.rule for found in said):
                raise ValueError("no words for a rule before an else")
            yield from said  # the condition is refused, so what the other branch says needs no opposite of it
            for part in node.else_:
                yield from refusals(part, conditions)
        case nodes.CondExpr():
            yield from refusals(node.expr1, (*conditions, node.test))
            yield from refusals(node.expr2 or nodes.Const(""), (*conditions, nodes.Not(node.test)))
        case nodes.Or():
            yield from refusals(node.left, conditions)
            yield from refusals(node.right, conditions)
        case nodes.Filter(name="only_for_existing") | nodes.Const(value=""):
            return
        case nodes.Filter():
            yield Refusal(conditions, node.name, tuple(messages(getattr(rules, node.name))))
        case nodes.Call(node=nodes.Getattr(attr=method)):
            yield Refusal(conditions, method, tuple(messages(getattr(FoundWorkflows, method))))
        case _:
            raise ValueError(f"no words for {node}")


def shown(node: nodes.Expr) -> str:
    """Return a piece of a message; a value in it by the name of its answer."""
    return node.data if isinstance(node, nodes.TemplateData) else dotted(node).upper()


def dotted(node: nodes.Node) -> str:
    """Return a name, with the names of its parts after dots."""
    if isinstance(node, nodes.Getattr):
        return f"{dotted(node.node)}.{node.attr}"
    assert isinstance(node, nodes.Name), node
    return node.name


def messages(rule: Callable[..., str]) -> Iterator[str]:
    """Yield what a rule says, in the order of its text, with capital letters where it shows a value."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(rule)))
    returned = (node.value for node in ast.walk(tree) if isinstance(node, ast.Return) and node.value)
    for value in sorted(returned, key=lambda value: value.lineno):
        for part in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
            match part:
                case ast.Constant(value=str(text)):
                    yield from [text] if text else []
                case ast.JoinedStr():
                    yield "".join(map(placeholder, part.values))
                case ast.Call(func=ast.Name(id=name)):
                    yield from messages(getattr(rules, name))
                case _:
                    raise ValueError(f"no words for {ast.unparse(part)}")


def placeholder(part: ast.expr) -> str:
    """Return a piece of a message: a limit of the rules by its value, what is not known before as a word or dots."""
    match part:
        case ast.Constant():
            return str(part.value)
        case ast.FormattedValue(value=ast.Name(id=name)):
            return str(getattr(rules, name, name.upper()))
        case _:
            return "…"


def summary(rule: str) -> str:
    """Return the first sentence of a rule's docstring, with the values of the limits."""
    text = " ".join((inspect.getdoc(getattr(rules, rule)) or "").split())
    return re.sub(r"`([A-Z_]+)`", lambda limit: str(getattr(rules, limit[1])), re.split(r"(?<=\.) ", text)[0])


def words(node: nodes.Node, holds: bool = True) -> str:
    """Return a condition in words, or its opposite."""
    match node:
        case nodes.Not():
            return words(node.node, not holds)
        case nodes.And() | nodes.Or():
            word = "and" if isinstance(node, nodes.And) == holds else "or"
            return f" {word} ".join(
                f"({words(part, holds)})"
                if isinstance(part, (nodes.And, nodes.Or)) and type(part) is not type(node)
                else words(part, holds)
                for part in (node.left, node.right)
            )
        case nodes.Name() if raw()[node.name]["type"] == "bool":
            return f"`{node.name}` is {'yes' if holds else 'no'}"
        case nodes.Name():
            return f"`{node.name}` is {'given' if holds else 'empty'}"
        case nodes.Getattr():
            return f"the folder has {'a' if holds else 'no'} {FOUND[dotted(node)]}"
        case nodes.Compare(expr=nodes.Const(value=name), ops=[nodes.Operand(op="in" | "notin" as op)]):
            return f"`{name}` is {'' if (op == 'in') == holds else 'not '}given"
        case nodes.Compare(ops=[nodes.Operand(op="eq" | "ne" as op, expr=right)]):
            return f"{side(node.expr)} is {'' if (op == 'eq') == holds else 'not '}{side(right)}"
        case nodes.Compare(expr=low, ops=[nodes.Operand(op="lteq", expr=name), nodes.Operand(op="lteq", expr=high)]):
            return f"{side(name)} is {'' if holds else 'not '}from {low.as_const()} to {high.as_const()}"
        case _:
            raise ValueError(f"no words for {node}")


def side(node: nodes.Node) -> str:
    """Return one side of a comparison: an answer by its name, or a value."""
    match node:
        case nodes.Filter(name="lower", node=nodes.Name(name=name)):
            return f"`{name}` in small letters"
        case nodes.Const():
            return f"`{node.value}`"
        case _:
            return f"`{dotted(node)}`"
