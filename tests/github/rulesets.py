"""Rulesets of branches and tags.

https://docs.github.com/en/rest/repos/rules
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tests.github.calls import Answers, Call, Listed, Refused, missing

if TYPE_CHECKING:
    from tests.github.repositories import Repository

RULESETS = "/repos/{owner}/{repo}/rulesets"
RULESET = f"{RULESETS}/{{ruleset_id}}"

NOT_IN_PLAN = "Upgrade to GitHub Pro or make this repository public to enable this feature."

IN_DETAIL = ("conditions", "rules", "bypass_actors", "current_user_can_bypass")
"""What a list of rulesets does not say."""


def rulesets_of(call: Call, *, changed: bool) -> Repository:
    """Return the repository; refused if its plan has no rulesets, or without the right to change them."""
    known = call.repository("admin" if changed else "read", hidden=True)
    if not known.has("rulesets"):
        raise Refused(403, NOT_IN_PLAN)
    return known


def add_ruleset(repository: Repository, **ruleset: Any) -> dict[str, Any]:
    """Add a ruleset to a repository, and return it."""
    defaults = {"target": "branch", "source_type": "Repository", "source": repository.name, "bypass_actors": []}
    now = repository.github.now()
    repository.rulesets.append({"id": repository.github.next_id(), **defaults, "created_at": now, **ruleset})
    return repository.rulesets[-1]


def shown(call: Call, ruleset: dict[str, Any], repository: Repository) -> dict[str, Any]:
    """Return a ruleset in detail; who may not change it does not hear who may pass it."""
    hidden = () if repository.may("admin") else ("bypass_actors",)
    return {key: value for key, value in ruleset.items() if key not in hidden}


def rulesets(call: Call) -> Any:
    """Answer all rulesets, those of the owner too unless only the repository's own are asked for."""
    known = rulesets_of(call, changed=False).rulesets
    kinds = ("Repository", "Organization") if call.query.get("includes_parents", True) else ("Repository",)
    targets = call.query.get("targets", "branch,tag,push").split(",")
    wanted = [one for one in known if one["source_type"] in kinds and one["target"] in targets]
    return Listed([{key: value for key, value in one.items() if key not in IN_DETAIL} for one in wanted])


def ruleset_of(call: Call, *, changed: bool) -> dict[str, Any]:
    """Return the ruleset in the path; refused if there is none."""
    for known in rulesets_of(call, changed=changed).rulesets:
        if known["id"] == call.number("ruleset_id"):
            return known
    raise missing()


def ruleset(call: Call) -> Any:
    """Answer one ruleset."""
    return shown(call, ruleset_of(call, changed=False), call.repository())


def create(call: Call) -> Any:
    """Create a ruleset."""
    known = rulesets_of(call, changed=True)
    if call.sent["name"] in [one["name"] for one in known.rulesets]:
        raise Refused(422, "Validation Failed", [{"message": "Name must be unique"}])
    return shown(call, add_ruleset(known, **call.sent), known)


def change(call: Call) -> Any:
    """Change a ruleset; what is not sent stays."""
    known = ruleset_of(call, changed=True)
    if known["source_type"] != "Repository":
        raise missing()
    known |= call.sent
    return shown(call, known, call.repository())


ANSWERS: Answers = {
    ("GET", RULESETS): rulesets,
    ("POST", RULESETS): create,
    ("GET", RULESET): ruleset,
    ("PUT", RULESET): change,
}
