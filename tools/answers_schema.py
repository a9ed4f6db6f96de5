"""The JSON schema of the answers, for programs and for forms: what patterns can say of them, with defaults and titles."""

from __future__ import annotations

import ast
import inspect
import keyword
from typing import Any

from stdlib_list import stdlib_list

from pyrelease import patterns, rules
from tests.answers.questionnaire import usual
from tools.questions import Question, Refusal, check, in_words, joint, questions, tree

REQUIRED = ["github_owner"]
"""What nothing can know where a project is made in a new folder, and nobody is asked."""

OWN_DEFAULT = {
    *("project_name", "github_owner", "project_description", "github_repository", "author_name", "import_name"),
    *("created_on", "copyright_year"),
}
"""Questions whose default is another one in each new folder, by its name, by git or by the day."""

WRITTEN_BY = "Written by `python -m tools.write_reference` from copier.yml and src/pyrelease/rules.py"

END = r"$(?!\n)"
"""The end of a text: Python's `$` alone takes a line's end behind it."""

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
"""The versions that run this template."""

NEW = {"properties": {"package": {"const": "new"}}}
"""A new package; an answer that is not given fits, since this is the default."""


def escaped(pattern: str) -> str:
    """Return a pattern in the letters of ASCII, which Python and JavaScript read alike."""
    return "".join(letter if " " <= letter <= "~" else f"\\u{ord(letter):04x}" for letter in pattern)


def any_case(name: str) -> str:
    """Return a pattern for a name in whichever case: JavaScript has no flag for it inside a pattern."""
    return "".join(f"[{x.upper()}{x.lower()}]" if x.isalpha() else x.replace(".", r"\.") for x in name)


def one_of(names: set[str] | frozenset[str]) -> str:
    """Return a pattern for one of these names in whichever case."""
    return f"(?:{'|'.join(map(any_case, sorted(names)))})"


def one_line(also: str = "") -> dict[str, Any]:
    """Return what takes a line that is not empty, without a blank first or last, and without these characters."""
    never = escaped(patterns.UNSAFE_CHARACTERS.pattern[1:-1]) + also
    return {"minLength": 1, "pattern": rf"^[^\s{never}](?:[^{never}]*[^\s{never}])?{END}"}


def never(*refused: str) -> dict[str, Any]:
    """Return what takes a text without any of these patterns."""
    return {"allOf": [{"not": {"pattern": pattern}} for pattern in refused]}


def modules() -> set[str]:
    """Return the modules that every Python has which runs this template."""
    return set.intersection(*({name.partition(".")[0] for name in stdlib_list(version)} for version in PYTHONS))


def words_of_python() -> set[str]:
    """Return the words of the language that every Python has; `type` came with 3.12."""
    return {*keyword.kwlist, *keyword.softkwlist} - {"type"}


LOGIN = f" *(?:{patterns.LOGIN.pattern}|{patterns.REVIEWING_TEAM.pattern}) *"

YEAR, DAY = "(?:19[7-9][0-9]|[2-8][0-9]{3})", "(?:0[1-9]|[12][0-9]|3[01])"

NO_REF = (r"\.\.|//|/\.", rf"\.lock(?:/|{END})")
"""What no ref has in it (git-check-ref-format)."""

TAKEN_IMPORTS = modules() | words_of_python() | patterns.COMMON_NAMES | {*map(str.lower, patterns.DEVICES)}
"""Names of import packages that are refused with any Python that runs this template."""

MORE: dict[str, dict[str, Any]] = {
    "distribution_problem": never(f"^{one_of({x for x in patterns.standard_library_names() if '-' not in x})}{END}"),
    "import_name_problem": {
        "pattern": f"^[a-z_][a-z0-9_]*{END}",
        **never(rf"^__(?:.*__)?{END}|^___{END}", f"^(?:{'|'.join(sorted(TAKEN_IMPORTS))}){END}"),
    },
    "summary_problem": one_line(),
    "author_problem": one_line(",<>@"),
    "owner_problem": {
        "pattern": f"^(?:{patterns.TYPED_OWNER.pattern}){END}",
        **never(rf"^(?:@|.*[Cc][Oo][Mm][/:])?[A-Za-z0-9-]{{{patterns.OWNER_LIMIT + 1}}}"),
    },
    "repository_problem": never(rf"^\.\.?{END}", rf"\.(?:{any_case('git')}|{any_case('wiki')}){END}"),
    "workflow_problem": never(f"^{one_of(patterns.TAKEN)}{END}", rf"^{one_of(patterns.DEVICES)}\."),
    "kept_workflow_problem": never(escaped(patterns.UNSAFE_CHARACTERS.pattern))
    | {"maxLength": patterns.FILE_NAME_LIMIT},
    "environment_problem": one_line(patterns.ENVIRONMENT_FORBIDDEN.pattern[1:-1]) | never(r"\$\{\{"),
    "index_address_problem": never(rf"^https://(?:[^/:]*\.)?{any_case('pypi.org')}(?::|/|{END})"),
    "branch_problem": never(*NO_REF),
    "tag_prefix_problem": never(*NO_REF),
    "date_problem": {
        "pattern": f"^{YEAR}-(?:(?:0[13578]|1[02])-{DAY}|(?:0[469]|11)-(?!31){DAY}|02-(?!3){DAY}){END}",
    },
    "reviewers_problem": {"pattern": f"^(?:{LOGIN}(?:,{LOGIN}){{0,5}})?{END}"},
}
"""What a rule refuses beside what stands in its own expressions, as far as patterns can say it."""


ALWAYS = {"workflow_filename": "kept_workflow_problem"}
"""The rule that an answer follows under each condition, where stricter ones have some."""


def schema() -> dict[str, Any]:
    """Return the JSON schema of the answers: draft-07, which most forms know."""
    every = questions()
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$comment": WRITTEN_BY,
        "title": "Answers of pyrelease-template",
        "description": (
            "Defaults are those of a new package in a new folder. For a package that exists give `package: existing`, and"
            " leave out what its folder knows."
        ),
        "type": "object",
        "additionalProperties": False,
        "required": REQUIRED,
        "properties": {question.name: property_of(question) for question in every},
        "allOf": [choices_of_a_new_package(every), *conditions(every)],
    }


def property_of(question: Question) -> dict[str, Any]:
    """Return the schema of one answer."""
    found: dict[str, Any] = {"title": question.title}
    if lines := description(question):
        found["description"] = lines
    if question.name not in OWN_DEFAULT:
        found["default"] = usual("new")[question.name]
    if question.kind == "list":
        return found | {"type": "array", "items": {"type": "string", **titled(question.choices)}, "uniqueItems": True}
    found["type"] = {"str": "string", "bool": "boolean", "int": "integer"}[question.kind]
    if question.choices:
        return found | titled(question.choices)
    for refusal in question.refusals:
        if (
            not refusal.conditions and hasattr(rules, refusal.rule) and question.kind != "bool"
        ):  # a form gives no other word for yes or no
            found |= keywords(refusal.rule)
    return found | keywords(ALWAYS.get(question.name, ""))


def titled(choices: dict[Any, str]) -> dict[str, Any]:
    """Return the choices with their titles, as forms show them."""
    return {"oneOf": [{"const": value, "title": label} for value, label in choices.items()]}


def description(question: Question) -> str:
    """Return what a form shows below the field: the rules, and the default where it is computed."""
    lines = [hint(refusal) for refusal in question.refusals if hasattr(rules, refusal.rule) and question.kind != "bool"]
    lines += [f"Default: {question.default_in_words}"] if question.default_in_words else []
    return " ".join(f"{line.removesuffix('.')}." for line in lines)


def hint(refusal: Refusal) -> str:
    """Return the message that has an example, or else what is checked."""
    example = next((message for message in refusal.messages if "like " in message), "")
    if not example:
        return check(refusal)
    return f"If {in_words(refusal)}: {example}" if refusal.conditions else example[0].upper() + example[1:]


def keywords(rule: str) -> dict[str, Any]:
    """Return what a rule refuses in words of JSON schema, as far as that has some; the rule may refuse more."""
    function = getattr(rules, rule, None)
    if not function:
        return {}
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
                found["pattern"] = f"^(?:{pattern.pattern}){'?' * may_be_empty}{END}"
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
    return found | MORE.get(rule, {})


def choices_of_a_new_package(every: list[Question]) -> dict[str, Any]:
    """Return what a new package may choose where one that exists may choose more."""
    fewer = {
        question.name: {"enum": list(question.choices_of_a_new_package)}
        for question in every
        if len(question.choices_of_a_new_package) < len(question.choices)
    }
    return {"if": NEW, "then": {"properties": fewer}}


def conditions(every: list[Question]) -> list[dict[str, Any]]:
    """Return what is refused under conditions, as far as JSON schema can say it.

    A rule must hold then. Where the conditions say all, the last term is what must not be.
    """
    known = {question.name: question for question in every}
    found = []
    for question, refusal in joint(every):
        *before, last = [term for part in refusal.conditions for term in conjuncts(part)]
        if all(map(is_plain, (*before, last))):
            found.append(
                {
                    "$comment": f"{question.name} {refusal.messages[0]}",
                    "if": {"allOf": [saying(term, known) for term in before]},
                    "then": term_of(last, known, holds=False),
                }
            )
    for question in every:
        for refusal in question.refusals:
            if refusal.conditions and keywords(refusal.rule) and all(map(is_plain, refusal.conditions)):
                found.append(
                    {
                        "if": {"allOf": [saying(part, known) for part in refusal.conditions]},
                        "then": {"properties": {question.name: keywords(refusal.rule)}},
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
    """Say whether each term of a condition compares one answer with a value, or asks whether it is given."""
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return is_plain(part)
        case ast.BoolOp(values=parts):
            return all(map(is_plain, parts))
        case ast.Name() | ast.Compare(left=ast.Name(), comparators=[ast.Constant() | ast.List()]):
            return True
        case _:
            return False


def saying(node: ast.expr, known: dict[str, Question], *, holds: bool = True) -> dict[str, Any]:
    """Return the schema of the answers for which a condition holds, or does not."""
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=part):
            return saying(part, known, holds=not holds)
        case ast.BoolOp(op=op, values=parts):
            word = "allOf" if isinstance(op, ast.And) == holds else "anyOf"
            return {word: [saying(part, known, holds=holds) for part in parts]}
        case _:
            return term_of(node, known, holds=holds, is_asked_for=True)


def term_of(term: ast.expr, known: dict[str, Question], *, holds: bool, is_asked_for: bool = False) -> dict[str, Any]:
    """Return the schema of the answers for which a term holds, or does not.

    An answer that is not given has its default. Where that is computed, it is known in a new package alone, and only if
    no other answer can move it: so it must be there for `if` to hold (`is_asked_for`), and need not be there for `then`.
    """
    match term:
        case ast.Compare(left=ast.Name(id=name), ops=[op], comparators=[given]):
            value, is_value = ast.literal_eval(given), isinstance(op, ast.Eq) == holds
            others = [choice for choice in known[name].choices if choice != value]
            wanted: dict[str, Any] = {"const": value} if is_value else {"enum": others}
        case ast.Name(id=name):
            value, is_value = True, holds
            given_or_not = {"list": ("minItems", "maxItems")}.get(known[name].kind, ("minLength", "maxLength"))
            wanted = {given_or_not[0]: 1} if holds else {given_or_not[1]: 0}
            if known[name].kind == "bool":
                wanted = {"const": holds}
        case _:
            raise ValueError(f"no schema for {ast.unparse(term)}")
    found: dict[str, Any] = {"properties": {name: wanted}}
    if name == "package" or known[name].default is not None:
        default = usual("new")[name]
        is_met = ((default == value) if isinstance(term, ast.Compare) else bool(default)) == is_value
        return found if is_met else found | {"required": [name]}
    if not is_asked_for:
        return found
    if name in only_of_existing(known) and (usual("new")[name] == value) == is_value:
        return found | {"anyOf": [{"required": [name]}, NEW]}
    return found | {"required": [name]}


def only_of_existing(known: dict[str, Question]) -> set[str]:
    """Return the questions that have one answer alone in a new package."""
    return {
        question.name
        for question in known.values()
        for refusal in question.refusals
        if [ast.unparse(part) for part in refusal.conditions][:1]
        and ast.unparse(refusal.conditions[0]).startswith("package == 'new' and ")
    }
