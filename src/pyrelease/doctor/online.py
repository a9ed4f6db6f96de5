"""What the indexes and GitHub have, against the plan, with `--online` only: nothing is changed there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .. import gh, index
from ..gh import NoAnswerError
from ..plan import Plan
from ..plan.github import AllowedRef, Environment
from ..plan.publishers import Publisher
from ..project import Project
from .findings import Finding, error, information, warning


def indexes(project: Project, sites: Mapping[str, str]) -> Iterator[Finding]:
    """Yield whether each index has the project as the answers say; `sites` are other addresses of indexes, by name."""
    for publisher in project.plan.publishers:
        site = sites.get(publisher.index.name, publisher.index.site)
        if not site:
            continue
        try:
            known = index.project_on(site, publisher.project)
        except NoAnswerError as problem:
            yield information(f"not asked, and the result counts without it: {problem}", publisher.index.name)
        else:
            yield of_index(project, publisher, known)


def of_index(project: Project, publisher: Publisher, known: dict[str, Any] | None) -> Finding:
    """Return what an index's answer means for a publisher."""
    name, index = publisher.project, publisher.index.name
    answer = f"{index.lower()}_status"
    if known is None and publisher.is_new:
        return information(f"the name {name} is free", index)
    if known is None:
        return error(
            f"knows no {name}, and {answer} says existing: update with --data {answer}=new, and register it", index
        )
    info = known.get("info")
    urls = (info.get("project_urls") if isinstance(info, dict) else None) or {}
    ours = any(str(url).lower().startswith(project.plan.repository.address.lower()) for url in urls.values())
    if ours or not publisher.is_new:
        return information(f"knows {name}", index)
    return warning(f"the name {name} is taken: see whether it is yours, on {publisher.project_address}", index)


def github(project: Project) -> Iterator[Finding]:
    """Yield what of the plan the repository does not have."""
    planned = project.plan.repository.full_name
    try:
        repository = gh.ask(f"repos/{planned}")
        if repository is None:
            yield warning(
                f"shows you no repository {planned}: create it, correct the answers, or log in to gh", "GitHub"
            )
            return
        name = str(repository.get("full_name", planned))
        if name != planned:
            yield error(f"calls {planned} {name}: update with these names, and register them anew", "GitHub")
        for environment in project.plan.environments:
            yield from of_environment(project.plan, environment)
        yield from of_ruleset(project.plan)
    except (NoAnswerError, gh.RefusedError) as problem:
        yield information(f"not asked, and the result counts without it: {problem}", "GitHub")


def of_ruleset(plan: Plan) -> Iterator[Finding]:
    """Yield whether any ruleset keeps tags for some."""
    rulesets = gh.ask(f"repos/{plan.repository.full_name}/rulesets") or []
    if not any(ruleset.get("target") == "tag" and ruleset.get("enforcement") == "active" for ruleset in rulesets):
        yield warning(
            f"no ruleset protects tags, so whoever may push can make one like {plan.tags.example}:"
            f" do the steps in {plan.releasing_file}",
            "GitHub",
        )


def of_environment(plan: Plan, planned: Environment) -> Iterator[Finding]:
    """Yield what an environment lacks; one that nobody approves needs no protection.

    https://docs.github.com/en/rest/deployments/environments
    """
    place, steps = f"GitHub, environment {planned.name}", plan.releasing_file
    path = f"repos/{plan.repository.full_name}/environments/{planned.in_path}"
    found = gh.ask(path)
    if found is None:
        yield missing(planned, place, steps)
        return
    if not planned.needs_approval:
        return
    rules = found.get("protection_rules") or []
    if not any(rule.get("type") == "required_reviewers" for rule in rules):
        yield warning(f"has no required reviewers, so each tag publishes at once: add them, as {steps} says", place)
    wanted, policy = plan.release_ref.pattern, found.get("deployment_branch_policy")
    if policy is None:
        yield warning(f"any branch may deploy to it: add a rule of type TAG, {wanted}", place)
    elif not policy.get("custom_branch_policies") or not takes_tag(path, plan.tags.example):
        yield error(f"its rules refuse release tags: add one of type TAG, {wanted}", place)


def missing(planned: Environment, place: str, steps: str) -> Finding:
    """Return what it means that an environment is not there."""
    if planned.secrets:
        return error(f"is missing, with its secrets: do the steps in {steps}", place)
    if planned.needs_approval:
        return warning(f"is missing, and GitHub would make it without reviewers: do the steps in {steps}", place)
    return information("is missing; GitHub makes it with the first run", place)


def takes_tag(path: str, tag: str) -> bool:
    """Say whether the environment at a path lets a tag deploy."""
    policies = (gh.ask(f"{path}/deployment-branch-policies") or {}).get("branch_policies") or []
    refs = [AllowedRef(str(policy.get("type")), str(policy.get("name"))) for policy in policies]
    return any(ref.names("tag", tag) for ref in refs)
