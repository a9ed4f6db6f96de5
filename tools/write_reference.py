"""Write the reference of answers, for people and as a JSON schema, from `copier.yml` and the rules, and the page of troubles.

python -m tools.write_reference
"""

from __future__ import annotations

import ast
import inspect
import json
from typing import Any

from pyrelease import rules
from pyrelease.plan.troubles import TROUBLES
from tools.questions import ROOT, Question, Refusal, questions, summary, tree, words

REFERENCE = ROOT / "reference" / "answers.md"
SCHEMA = ROOT / "reference" / "answers.schema.json"
TROUBLES_PAGE = ROOT / "docs" / "troubles.md"

REQUIRED = ["github_owner"]
"""What nothing can know where a project is made in a new folder, and nobody is asked."""

TYPES = {"str": "text", "bool": "yes or no (`true` or `false`)", "int": "whole number", "list": "list"}

WRITTEN_BY = "Written by `python -m tools.write_reference` from copier.yml and src/pyrelease/rules.py"

HEAD = f"""\
<!-- {WRITTEN_BY}. -->

# Answers

Every answer that this template takes, by `--data NAME=VALUE`, or from a YAML file of `NAME: VALUE` lines by `--data-file`.
Put what YAML would read as a number between quotes there: `python_min: "3.12"`.

[answers.schema.json](answers.schema.json) says the same to programs, as far as a schema can. It refuses a name that is
not here, and so does a copy.

- **Default** is what an answer is if you do not give it. In a new folder `{"`, `".join(REQUIRED)}` alone has none.
- **Asked** says when a person is asked. With `--defaults` nobody is. What you give by `--data` is taken either way.
- What the template checks stands with its source, and below it what Copier says of an answer that is refused.
- An answer is stored in the project's `.copier-answers.yml`, and stays when a default changes.
- A new package has `package=new`; with `package=existing` a package that exists gets the release pipeline alone.
"""

TOGETHER = "Not together"


def reference() -> str:
    """Return the reference as Markdown."""
    every = questions()
    parts = [HEAD, *(section(question, every) for question in every)]
    return "\n".join([*parts, f"## {TOGETHER}\n", *not_together(every)]) + "\n"


def is_joint(question: Question, refusal: Refusal) -> bool:
    """Say whether a refusal is of answers that are allowed one by one."""
    return not refusal.rule and bool(refusal.questions - {question.name})


def joint(every: list[Question]) -> list[tuple[Question, Refusal]]:
    """Return each refusal of answers that are allowed one by one, and its question."""
    return [(question, part) for question in every for part in question.refusals if is_joint(question, part)]


def section(question: Question, every: list[Question]) -> str:
    """Return what there is to say of one question."""
    lines = [f"## `{question.name}`", "", question.title, "", f"- Type: {type_in_words(question)}"]
    lines += [f"  - {choice_in_words(question, value)}" for value in question.choices]
    lines += [f"- Default: {default_in_words(question)}"]
    own = [refusal for refusal in question.refusals if not is_joint(question, refusal)]
    for refusal in own:
        lines += [f"- {check(refusal)}", *(f"  - {code(message)}" for message in refusal.messages)]
    lines += [f"- Asked: {asked(question)}"]
    if question.when:
        lines += [f"- Kept: only if {words(question.when)}; else it is dropped"]
    if any(question.name in {other.name} | refusal.questions for other, refusal in joint(every)):
        lines += [f"- See [{TOGETHER}](#{TOGETHER.lower().replace(' ', '-')})"]
    return "\n".join([*lines, ""])


def type_in_words(question: Question) -> str:
    """Return the type, and whether choices follow."""
    if question.kind == "list":
        return "list of any of these"
    return "one of these" if question.choices else TYPES[question.kind]


def choice_in_words(question: Question, value: str) -> str:
    """Return a choice and what it means."""
    meaning = question.choices[value]
    limited = "" if value in question.choices_of_a_new_package else " (only with `package=existing`)"
    return f"`{value}`{'' if meaning == value else f': {meaning}'}{limited}"


def default_in_words(question: Question) -> str:
    """Return the default, or how it is found."""
    if question.default is None:
        return question.default_in_words
    return "empty" if question.default == "" else code(json.dumps(question.default).strip('"'))


def asked(question: Question) -> str:
    """Return when a person is asked: `when` drops a question, too."""
    match question.ask:
        case ast.Constant(value=False):
            return "never"
        case None:
            return f"if {words(question.when)}" if question.when else "always"
        case _:
            parts = (question.ask, question.when) if question.when else (question.ask,)
            return "if " + " and ".join(map(words, parts))


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


def code(text: str) -> str:
    """Return a text as code, whatever backticks it has."""
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def not_together(every: list[Question]) -> list[str]:
    """Return what cannot be given together, one a line; what is refused in the same words stands below them."""
    lines = ["Copier refuses these answers, and says what stands after the colon:", ""]
    refused: dict[str, list[tuple[str, str]]] = {}
    for question, refusal in joint(every):
        for message in refusal.messages:
            refused.setdefault(message, []).append((question.name, in_words(refusal)))
    for message, [(name, conditions), *others] in refused.items():
        if others:
            lines += [f"- One of these: {code(f'NAME {message}')}", f"  - {conditions}"]
            lines += [f"  - {conditions}" for _, conditions in others]
        else:
            lines += [f"- {conditions}: {code(f'{name} {message}')}"]
    return lines


def schema() -> dict[str, Any]:
    """Return the JSON schema of the answers: draft-07, which most forms know."""
    every = questions()
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": WRITTEN_BY,
        "title": "Answers of pyrelease-template",
        "type": "object",
        "additionalProperties": False,
        "required": REQUIRED,
        "properties": {question.name: property_of(question) for question in every},
        "allOf": [choices_of_a_new_package(every), *conditions(every)],
    }


def property_of(question: Question) -> dict[str, Any]:
    """Return the schema of one answer."""
    values = list(question.choices)
    found: dict[str, Any] = {"title": question.title}
    if lines := description(question):
        found["description"] = lines
    if question.default is not None:
        found["default"] = question.default
    if question.kind == "list":
        return found | {"type": "array", "items": {"type": "string", "enum": values}, "uniqueItems": True}
    found["type"] = {"str": "string", "bool": "boolean", "int": "integer"}[question.kind]
    if values:
        found["enum"] = values
    for refusal in question.refusals:
        if (
            not refusal.conditions and hasattr(rules, refusal.rule) and question.kind != "bool"
        ):  # a form gives no other word for yes or no
            found |= keywords(refusal.rule)
    return found


def description(question: Question) -> str:
    """Return what a form shows below the field: the choices or the rules, and the default where it is computed."""
    lines = [f"{value}: {label}" for value, label in question.choices.items() if value != label]
    if question.kind != "bool":
        lines += [hint(refusal) for refusal in question.refusals if hasattr(rules, refusal.rule)]
    lines += [f"Default: {question.default_in_words}"] if question.default_in_words else []
    return " ".join(f"{line.removesuffix('.')}." for line in lines)


def hint(refusal: Refusal) -> str:
    """Return the message that has an example, or else what is checked."""
    example = next((message for message in refusal.messages if message.startswith(("like ", "allowed "))), "")
    if not example:
        return check(refusal)
    return f"If {in_words(refusal)}: {example}" if refusal.conditions else example[0].upper() + example[1:]


def keywords(rule: str) -> dict[str, Any]:
    """Return what a rule refuses in words of JSON schema, as far as that has some; the rule may refuse more."""
    function = getattr(rules, rule)
    [parameter] = inspect.signature(function).parameters
    found: dict[str, Any] = {}
    for node in ast.walk(tree(function)):
        match node:
            case ast.UnaryOp(
                op=ast.Not(),
                operand=ast.Call(func=ast.Attribute(value=ast.Name(id=name), attr="fullmatch"), args=[ast.Name(id=of)]),
            ) if of == parameter:
                pattern = getattr(rules, name)
                may_be_empty = not function("") and not pattern.fullmatch("")
                found["pattern"] = f"{'^$|' * may_be_empty}^(?:{pattern.pattern})$"
            case ast.Compare(
                left=ast.Call(func=ast.Name(id="len"), args=[ast.Name(id=of)]),
                ops=[ast.Gt()],
                comparators=[ast.Name(id=name)],
            ) if of == parameter:
                found["maxLength"] = getattr(rules, name)
            case ast.Compare(
                left=ast.Constant(value=low),
                ops=[ast.LtE(), ast.LtE()],
                comparators=[ast.Name(id=of), ast.Constant(value=high)],
            ) if of == parameter:
                found |= {"minimum": low, "maximum": high}
    return found


def choices_of_a_new_package(every: list[Question]) -> dict[str, Any]:
    """Return what a new package may choose where one that exists may choose more."""
    fewer = {
        question.name: {"enum": list(question.choices_of_a_new_package)}
        for question in every
        if len(question.choices_of_a_new_package) < len(question.choices)
    }
    return {
        "if": {"properties": {"package": {"const": "new"}}, "required": ["package"]},
        "then": {"properties": fewer},
    }


def conditions(every: list[Question]) -> list[dict[str, Any]]:
    """Return what cannot be given together, as far as JSON schema can say it: the last term is what must not be."""
    known = {question.name: question for question in every}
    found = []
    for question, refusal in joint(every):
        *before, last = [term for part in refusal.conditions for term in conjuncts(part)]
        if all(map(is_plain, (*before, last))):
            found.append(
                {
                    "$comment": f"{question.name} {refusal.messages[0]}",
                    "if": all_of([allowing(term, known, holds=True) for term in before]),
                    "then": allowing(last, known, holds=False),
                }
            )
    return found


def conjuncts(node: ast.expr) -> list[ast.expr]:
    """Return the terms that hold together."""
    match node:
        case ast.BoolOp(op=ast.And(), values=parts):
            return [term for part in parts for term in conjuncts(part)]
        case _:
            return [node]


def is_plain(node: ast.expr) -> bool:
    """Say whether a term compares one answer with a value, or asks whether it is given."""
    match node:
        case ast.Name() | ast.Compare(left=ast.Name(), comparators=[ast.Constant() | ast.List()]):
            return True
        case _:
            return False


def allowing(term: ast.expr, known: dict[str, Question], *, holds: bool) -> dict[str, Any]:
    """Return the schema of the answers for which a term holds, or does not.

    An answer that is not given has its default. Where that is computed, nothing is known, so it must be there for `if`
    to hold, and need not be there for `then`.
    """
    match term:
        case ast.Compare(left=ast.Name(id=name), ops=[op], comparators=[given]):
            value, is_value = ast.literal_eval(given), isinstance(op, ast.Eq) == holds
            others = [choice for choice in known[name].choices if choice != value]
            wanted: dict[str, Any] = {"const": value} if is_value else {"enum": others}
            by_default = None if known[name].default is None else (known[name].default == value) == is_value
        case ast.Name(id=name):
            given_or_not = {"list": ("minItems", "maxItems")}.get(known[name].kind, ("minLength", "maxLength"))
            wanted = {given_or_not[0]: 1} if holds else {given_or_not[1]: 0}
            if known[name].kind == "bool":
                wanted = {"const": holds}
            by_default = None if known[name].default is None else bool(known[name].default) == holds
        case _:
            raise ValueError(f"no schema for {ast.unparse(term)}")
    is_required = by_default is False or (by_default is None and holds)
    return {"properties": {name: wanted}} | ({"required": [name]} if is_required else {})


def all_of(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return one schema for answers that fit all of these, each about another answer."""
    merged: dict[str, Any] = {"properties": {}, "required": []}
    for part in parts:
        merged["properties"] |= part["properties"]
        merged["required"] += part.get("required", [])
    return merged


def written_schema() -> str:
    """Return the schema as it stands in its file."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def troubles_page() -> str:
    """Return the page of all that goes wrong when a release is published, on any route."""
    lines = [
        "# Troubles of a release",
        "",
        "<!-- Written by `python -m tools.write_reference` from src/pyrelease/plan/troubles.py. -->",
        "",
    ]
    lines += ["| What the job prints | What it means | What to do | Where |", "|---|---|---|---|"]
    for trouble in TROUBLES:
        where = [{"trusted": "Trusted Publishing", "token": "tokens"}.get(trouble.route, "")]
        where += [{"pypi": "PyPI, TestPyPI", "own": "an index of one's own"}.get(trouble.index, "")]
        cells = (f"`{trouble.code}`", trouble.meaning, trouble.advice, ", ".join(filter(None, where)) or "everywhere")
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Write all files."""
    TROUBLES_PAGE.write_text(troubles_page(), encoding="utf-8")
    REFERENCE.write_text(reference(), encoding="utf-8")
    SCHEMA.write_text(written_schema(), encoding="utf-8")


if __name__ == "__main__":
    main()
