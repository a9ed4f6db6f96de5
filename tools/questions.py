"""What `copier.yml` and the rules say of each question, in words: the facts of the reference of answers.

Conditions and refusals are read from the questions' own expressions and from the rules that these name, all of them as
Python. What cannot be put into words here is an error, so that nothing is left out of the reference.
"""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from pyrelease import defaults, rules
from pyrelease.found import Found
from pyrelease.found.packages import FoundPackages
from pyrelease.found.publishing import FoundWorkflows

ROOT = Path(__file__).parent.parent

FOUND = {
    "found.has_foreign_package": "package that this template did not make",
    "found.is_project": "project of this template",
    "found.workflows.chosen.exists": "workflow that publishes, or may",
    "found.git.repository": "git remote `origin` on GitHub",
    "found.package.may_be_compiled": "build that may compile something",
}
"""What the folder may hold, by the expression that asks for it."""

RECORDS = {"workflows": FoundWorkflows, "packages": FoundPackages}
"""What the folder may hold that has rules of its own, by the name of the attribute."""

GIVEN = "_copier_conf.data"
"""The expression for what was given by `--data`."""


@dataclass(frozen=True)
class Refusal:
    """When an answer is refused (all conditions hold, and the rule finds something), and what Copier then says.

    `rule` names the function that looks at the answer alone; it is empty where the conditions say all.
    """

    conditions: tuple[ast.expr, ...]
    rule: str
    messages: tuple[str, ...]

    @property
    def questions(self) -> set[str]:
        """The questions that the conditions look at."""
        return {name for condition in self.conditions for name in names_in(condition)}


@dataclass(frozen=True)
class Question:
    """A question; `default` is `None` where it is computed, `default_in_words` then says how.

    `choices` and `choices_of_a_new_package` are the labels by value.
    """

    name: str
    kind: str
    title: str
    choices: dict[Any, str]
    choices_of_a_new_package: dict[Any, str]
    default: Any
    default_in_words: str
    ask: ast.expr | None
    when: ast.expr | None
    refusals: tuple[Refusal, ...]


@cache
def raw() -> dict[str, dict[str, Any]]:
    """Return the questions as they stand in `copier.yml`, in their order."""
    found = yaml.load((ROOT / "copier.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
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
    validator = expression(given.get("validator"))
    return Question(
        name=name,
        kind="list" if given.get("multiselect") else given["type"],
        title=given["help"],
        choices=choices(name, "existing"),
        choices_of_a_new_package=choices(name, "new"),
        default=None if is_computed else given["default"],
        default_in_words=defaults_in_words().get(name, ""),
        ask=expression(given.get("ask")),
        when=expression(given.get("when")),
        refusals=tuple(refusals(validator)) if validator else (),
    )


def choices(name: str, package: str) -> dict[Any, str]:
    """Return the labels of the choices that a question has for a `new` or an `existing` package, by value."""
    labels = labelled(name, package) | labelled(name, "new")  # which has the longer ones
    return {
        value: re.sub(r" {2,}", ", ", labels[value]).removeprefix(f"{value}, ") for value in labelled(name, package)
    }


def labelled(name: str, package: str) -> dict[Any, str]:
    """Return the choices of a question as they are shown, by value."""
    given = raw()[name].get("choices", {})
    if isinstance(given, str):
        match expression(given):
            case ast.Call(func=ast.Name(id="to_json"), args=[ast.Call(func=ast.Name(id=function))]):
                given = getattr(defaults, function)(package)
            case _:
                raise ValueError(f"no words for the choices of {name}: {given}")
    if not isinstance(given, Mapping):
        return {value: value for value in given}
    return {part["value"] if isinstance(part, Mapping) else part: label for label, part in given.items()}


class FiltersAsCalls(ast.NodeTransformer):
    """Writes Jinja's filters as Python's calls: `answer | rule(other)` is `rule(answer, other)`."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        """Write one filter as a call."""
        self.generic_visit(node)
        match node:
            case ast.BinOp(left=answer, op=ast.BitOr(), right=ast.Call(func=rule, args=others)):
                return ast.Call(rule, [answer, *others], [])
            case ast.BinOp(left=answer, op=ast.BitOr(), right=rule):
                return ast.Call(rule, [answer], [])
        return node


class WithNames(ast.NodeTransformer):
    """Puts expressions in the place of names."""

    def __init__(self, names: Mapping[str, ast.expr]) -> None:
        self.names = names

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return what a name stands for."""
        return self.names.get(node.id, node)


def expression(given: str | bool | None) -> ast.expr | None:
    """Return an expression of `copier.yml` as Python has it; `None` where there is none."""
    if given is None or isinstance(given, bool):
        return None if given is None else ast.Constant(given)
    found = re.fullmatch(r"\{\{(.*)\}\}", given.strip(), re.DOTALL)
    if not found:
        raise ValueError(f"no words for {given}")
    parsed: ast.expr = FiltersAsCalls().visit(ast.parse(f"({found[1]})", mode="eval").body)
    return parsed


def names_in(node: ast.AST) -> set[str]:
    """Return the questions that an expression names."""
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name)} & raw().keys()


def opposite(node: ast.expr) -> ast.expr:
    """Return the expression that holds where another does not."""
    return ast.UnaryOp(ast.Not(), node)


def tree(function: Callable[..., Any]) -> ast.FunctionDef:
    """Return a function as Python has parsed it."""
    [parsed] = ast.parse(textwrap.dedent(inspect.getsource(function))).body
    assert isinstance(parsed, ast.FunctionDef)
    return parsed


def refusals(node: ast.expr, conditions: tuple[ast.expr, ...] = ()) -> Iterator[Refusal]:
    """Yield what a validator, or what a rule returns, refuses."""
    match node:
        case ast.Constant(value=""):
            return
        case ast.Constant() | ast.JoinedStr():
            yield Refusal(conditions, "", (text(node),))
        case ast.BoolOp(op=ast.Or(), values=parts):
            for part in parts:
                yield from refusals(part, conditions)
        case ast.IfExp(test=test, body=body, orelse=other):
            yield from refusals(body, (*conditions, test))
            yield from refusals(other, (*conditions, opposite(test)))
        case ast.Call(func=ast.Name(id=rule), args=[_]) if hasattr(rules, rule):
            yield Refusal(conditions, rule, tuple(messages(getattr(rules, rule))))
        case ast.Call(func=ast.Name(id=rule), args=given) if hasattr(rules, rule):
            yield from refusals_of(getattr(rules, rule), given, conditions)
        case ast.Call(func=ast.Attribute(value=ast.Name(id="found") as found, attr=method), args=given):
            yield from refusals_of(getattr(Found, method), [found, *given], conditions)
        case ast.Call(func=ast.Attribute(value=ast.Attribute(attr=room), attr=method)) if room in RECORDS:
            yield Refusal(conditions, method, tuple(messages(getattr(RECORDS[room], method))))
        case _:
            raise ValueError(f"no words for {ast.unparse(node)}")


def refusals_of(
    function: Callable[..., str], given: Sequence[ast.expr], conditions: tuple[ast.expr, ...]
) -> Iterator[Refusal]:
    """Yield what a function refuses that looks at more than one answer."""
    names = dict(zip(inspect.signature(function).parameters, given, strict=True))
    not_allowed: tuple[ast.expr, ...] = ()
    for statement in tree(function).body:
        match statement:
            case ast.Expr(value=ast.Constant()):
                continue  # the docstring
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                names[name] = WithNames(names).visit(value)
            case ast.If(test=test, body=[ast.Return(value=ast.Constant(value=""))], orelse=[]):
                not_allowed = (*not_allowed, opposite(WithNames(names).visit(test)))
            case ast.If(test=test, body=[ast.Return(value=ast.expr() as value)], orelse=[]):
                condition = WithNames(names).visit(test)
                said = list(refusals(WithNames(names).visit(value), (*conditions, condition)))
                yield from said
                # What is refused needs no opposite in what follows; another rule does.
                conditions = (*conditions, opposite(condition)) if any(part.rule for part in said) else conditions
            case ast.Return(value=ast.expr() as value):
                yield from refusals(WithNames(names).visit(value), (*conditions, *not_allowed))
            case _:
                raise ValueError(f"no words for {ast.unparse(statement)} in {function.__name__}")


def messages(rule: Callable[..., str]) -> Iterator[str]:
    """Yield what a rule says, in the order of its text, with capital letters where it shows a value."""
    returned = (node.value for node in ast.walk(tree(rule)) if isinstance(node, ast.Return) and node.value)
    for value in sorted(returned, key=lambda value: value.lineno):
        for part in (value.body, value.orelse) if isinstance(value, ast.IfExp) else (value,):
            match part:
                case ast.Constant(value=""):
                    continue
                case ast.Constant() | ast.JoinedStr():
                    yield text(part)
                case ast.Call(func=ast.Name(id=name)) if hasattr(rules, name):
                    yield from messages(getattr(rules, name))
                case _:
                    raise ValueError(f"no words for {ast.unparse(part)} in {rule.__name__}")


def text(node: ast.expr) -> str:
    """Return a message, or a piece of one: a limit by its value, what is not known before as a word or dots."""
    match node:
        case ast.JoinedStr(values=parts):
            return "".join(map(text, parts))
        case ast.Constant(value=value):
            return str(value)
        case ast.FormattedValue(value=ast.Name(id=name)):
            return str(getattr(rules, name, name.upper()))
        case _:
            return "…"


def summary(rule: str) -> str:
    """Return the first sentence of a rule's docstring, with the values of the limits."""
    words = " ".join((inspect.getdoc(getattr(rules, rule)) or "").split())
    return re.sub(r"`([A-Z_]+)`", lambda limit: str(getattr(rules, limit[1])), re.split(r"(?<=\.) ", words)[0])


def words(node: ast.expr, holds: bool = True) -> str:
    """Return a condition in words, or its opposite."""
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return words(part, not holds)
        case ast.BoolOp(op=op, values=parts):
            word = "and" if isinstance(op, ast.And) == holds else "or"
            return f" {word} ".join(in_brackets(part, words(part, holds)) for part in parts)
        case ast.Name(id=name) if name in raw():
            is_switch = raw()[name]["type"] == "bool"
            return f"`{name}` is {('yes' if holds else 'no') if is_switch else ('given' if holds else 'empty')}"
        case ast.Attribute() if ast.unparse(node) in FOUND:
            return f"the folder has {'a' if holds else 'no'} {FOUND[ast.unparse(node)]}"
        case ast.Compare(
            left=ast.Constant(value=str(name)), ops=[ast.In() | ast.NotIn() as op], comparators=[given]
        ) if ast.unparse(given) == GIVEN:
            return f"`{name}` is {'' if isinstance(op, ast.In) == holds else 'not '}given"
        case ast.Compare(left=left, ops=[ast.Eq() | ast.NotEq() as op], comparators=[right]):
            return f"{side(left)} is {'' if isinstance(op, ast.Eq) == holds else 'not '}{side(right)}"
        case _:
            raise ValueError(f"no words for {ast.unparse(node)}")


def in_brackets(node: ast.expr, said: str) -> str:
    """Return the words of a condition in brackets, if it has conditions in it."""
    return f"({said})" if any(isinstance(part, ast.BoolOp) for part in ast.walk(node)) else said


def side(node: ast.expr) -> str:
    """Return one side of a comparison: an answer by its name, or a value."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="lower")):
            return f"`{name}` in small letters"
        case ast.Constant(value="") | ast.List(elts=[]):
            return "empty"
        case ast.Constant(value=str(value)):
            return f"`{value}`"
        case ast.Name(id=name) if name in raw():
            return f"`{name}`"
        case _:
            raise ValueError(f"no words for {ast.unparse(node)}")


def is_joint(question: Question, refusal: Refusal) -> bool:
    """Say whether a refusal is of answers that are allowed one by one."""
    return not refusal.rule and bool(refusal.questions - {question.name})


def joint(every: list[Question]) -> list[tuple[Question, Refusal]]:
    """Return each refusal of answers that are allowed one by one, and its question."""
    return [(question, part) for question in every for part in question.refusals if is_joint(question, part)]


def check(refusal: Refusal) -> str:
    """Return what is checked, and when."""
    when = f"If {in_words(refusal)}" if refusal.conditions else ""
    if not hasattr(rules, refusal.rule):
        return f"{when or 'Beside what is in the repository'}, Copier may say:"
    what = summary(refusal.rule).replace("Check ", "the template checks ", 1)
    return f"{when}, {what}" if when else what[0].upper() + what[1:]


def in_words(refusal: Refusal) -> str:
    """Return the conditions of a refusal."""
    return " and ".join(map(words, refusal.conditions))
