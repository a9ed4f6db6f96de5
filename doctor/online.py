"""What the indexes and GitHub say of a project, with `--online` only: nothing is changed there."""

from __future__ import annotations

import json
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from doctor.findings import Finding, error, information, warning
from doctor.project import Project
from extensions.pipeline import Publisher

SECONDS = 20
"""Seconds that an index or GitHub has to answer."""


class NoAnswerError(Exception):
    """Nothing answers; the message says why."""


def indexes(project: Project, sites: Mapping[str, str]) -> Iterator[Finding]:
    """Yield whether each index has the project as the answers say; `sites` are other addresses of indexes, by name."""
    for publisher in project.pipeline.publishers:
        site = sites.get(publisher.index.name, publisher.index.site)
        if not site:
            continue
        try:
            known = project_on(f"{site}/pypi/{publisher.project}/json")
        except NoAnswerError as problem:
            yield information(f"not asked, and the result counts without it: {problem}", publisher.index.name)
        else:
            yield of_index(project, publisher, known)


def project_on(address: str) -> dict[str, Any] | None:
    """Return what an index says of a project (https://docs.pypi.org/api/json/); `None` if it knows no such project.

    `NoAnswerError` if it says nothing that can be read.
    """
    try:
        with urllib.request.urlopen(address, timeout=SECONDS) as answer:
            found = json.load(answer)
    except urllib.error.HTTPError as problem:
        if problem.code == 404:
            return None
        raise NoAnswerError(f"it answers {problem.code}") from problem
    except (OSError, ValueError) as problem:
        raise NoAnswerError(str(getattr(problem, "reason", problem))) from problem
    return found if isinstance(found, dict) else {}


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
    ours = any(str(url).lower().startswith(project.pipeline.repository_address.lower()) for url in urls.values())
    if ours or not publisher.is_new:
        return information(f"knows {name}", index)
    return warning(f"the name {name} is taken: see whether it is yours, on {publisher.project_address}", index)


def github(project: Project) -> Iterator[Finding]:
    """Yield whether the repository and its environments are as the steps of the set-up leave them."""
    pipeline = project.pipeline
    registered = pipeline.release.full_repository
    try:
        repository = ask(f"repos/{registered}")
        if repository is None:
            yield warning(
                f"shows you no repository {registered}: create it, correct the answers, or log in to gh", "GitHub"
            )
            return
        name = str(repository.get("full_name", registered))
        if name != registered:
            yield error(f"calls {registered} {name}: update with these names, and register them anew", "GitHub")
        for publisher in pipeline.publishers:
            yield from environment(project, publisher)
        rulesets = ask(f"repos/{registered}/rulesets") or []
        if not any(rules.get("target") == "tag" and rules.get("enforcement") == "active" for rules in rulesets):
            yield warning(
                f"no ruleset protects tags, so whoever may push can make one like {pipeline.example_tag}:"
                f" do the steps in {project.releasing_file}",
                "GitHub",
            )
    except NoAnswerError as problem:
        yield information(f"not asked, and the result counts without it: {problem}", "GitHub")


def ask(path: str) -> Any:
    """Return GitHub's answer (JSON), by way of `gh`; `None` if there is nothing at this path, `NoAnswerError` without an answer.

    Without an account gh's words differ where CI runs, and its exit code is 4: https://cli.github.com/manual/gh_help_exit-codes
    """
    command = ["gh", "api", "--hostname", "github.com", path]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False)
    except OSError as problem:
        raise NoAnswerError("gh is not installed") from problem
    except subprocess.TimeoutExpired as problem:
        raise NoAnswerError("gh takes too long") from problem
    if done.returncode != 0:
        if "HTTP 404" in done.stderr:
            return None
        if done.returncode == 4:
            raise NoAnswerError("gh has no account: run gh auth login")
        raise NoAnswerError(f"gh says {done.stderr.strip() or 'nothing'}")
    try:
        return json.loads(done.stdout)
    except ValueError as problem:
        raise NoAnswerError("gh prints no JSON") from problem


def environment(project: Project, publisher: Publisher) -> Iterator[Finding]:
    """Yield what is wrong with a publisher's environment; that of TestPyPI needs no protection.

    https://docs.github.com/en/rest/deployments/environments
    """
    pipeline, place = project.pipeline, f"GitHub, environment {publisher.environment}"
    found = ask(publisher.environment_path)
    is_release = publisher == pipeline.release
    steps = project.releasing_file
    if found is None:
        if not pipeline.is_trusted:
            yield error(f"is missing, with its secrets: do the steps in {steps}", place)
        elif is_release:
            yield warning(f"is missing, and GitHub would make it without reviewers: do the steps in {steps}", place)
        else:
            yield information("is missing; GitHub makes it with the first run", place)
        return
    if not is_release:
        return
    rules = found.get("protection_rules") or []
    if not any(rule.get("type") == "required_reviewers" for rule in rules):
        yield warning(f"has no required reviewers, so each tag publishes at once: add them, as {steps} says", place)
    policy = found.get("deployment_branch_policy")
    if policy is None:
        yield warning(f"any branch may deploy to it: add a rule of type TAG, {pipeline.release_tags}", place)
    elif not policy.get("custom_branch_policies") or not takes_tags(project, publisher):
        yield error(f"its rules refuse release tags: add one of type TAG, {pipeline.release_tags}", place)


def takes_tags(project: Project, publisher: Publisher) -> bool:
    """Say whether one of an environment's rules is of type TAG, and lets release tags through."""
    answer = ask(f"{publisher.environment_path}/deployment-branch-policies") or {}
    rules = [str(rule.get("name")) for rule in answer.get("branch_policies") or [] if rule.get("type") == "tag"]
    return any(matches(rule, project.pipeline.example_tag) for rule in rules)


def matches(pattern: str, ref: str) -> bool:
    """Say whether a ref is one that an environment's rule means: Ruby's fnmatch, whose `*` stops at a slash.

    https://docs.github.com/en/rest/deployments/branch-policies
    """
    patterns, parts = pattern.split("/"), ref.split("/")
    if patterns[0] == "**":  # stands for any folders
        return any(matches("/".join(patterns[1:]), "/".join(parts[start:])) for start in range(len(parts)))
    return len(parts) == len(patterns) and all(map(fnmatchcase, parts, patterns))
