"""Write the reference of answers, for people and as a JSON schema, from `copier.yml` and the rules, and the page of troubles.

python -m tools.write_reference
"""

from __future__ import annotations

import ast
import json
import os

from pyrelease.plan.troubles import TROUBLES
from tools.answers_schema import REQUIRED, WRITTEN_BY, schema
from tools.questions import ROOT, Question, check, in_words, is_joint, joint, questions, words
from tools.repository import same_everywhere

REFERENCE = ROOT / "reference" / "answers.md"
SCHEMA = ROOT / "reference" / "answers.schema.json"
TROUBLES_PAGE = ROOT / "docs" / "troubles.md"

TYPES = {"str": "text", "bool": "yes or no (`true` or `false`)", "int": "whole number", "list": "list"}

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


def written_schema() -> str:
    """Return the schema as it stands in its file."""
    return json.dumps(schema(), indent=2) + "\n"


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
    os.environ.update(same_everywhere())
    TROUBLES_PAGE.write_text(troubles_page(), encoding="utf-8")
    REFERENCE.write_text(reference(), encoding="utf-8")
    SCHEMA.write_text(written_schema(), encoding="utf-8")


if __name__ == "__main__":
    main()
