"""What the indexes and GitHub have, against the plan, with `--online` only: nothing is changed there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .. import gh, index
from ..changes import Kind, Lack, Row, UnknownReviewerError, Wishes, rows
from ..found.github import FoundGitHub
from ..gh import NoAnswerError
from ..plan import Plan
from ..plan.github import Environment
from ..plan.publishers import Publisher
from ..project import Project
from .checks import github as check
from .findings import ERROR, INFORMATION, WARNING, Finding, Place
from .versions import next_tag

GITHUB = "GitHub"

ODD = (AttributeError, IndexError, KeyError, TypeError, ValueError)
"""What reading an answer ends with that has another shape than GitHub documents."""


def indexes(project: Project, sites: Mapping[str, str]) -> Iterator[Finding]:
    """Yield whether each index has the project as the answers say; `sites` are other addresses of indexes, by name."""
    for publisher in project.plan.publishers:
        site, place = sites.get(publisher.index.name, publisher.index.site), Place(part=publisher.index.name)
        if not site:
            yield check.NOT_ASKED.found(
                "not known, so only the other findings count: its pages have no known address", place
            )
            continue
        try:
            known = index.project_on(site, publisher.project)
        except NoAnswerError as problem:
            yield not_asked(problem, place)
        else:
            yield of_index(project, publisher, known, place)


def not_asked(problem: Exception, place: Place) -> Finding:
    """Return that somebody was not asked, or gave no answer: that decides nothing."""
    return check.NOT_ASKED.found(f"not known, so only the other findings count: {problem}", place)


def of_index(project: Project, publisher: Publisher, known: dict[str, Any] | None, place: Place) -> Finding:
    """Return what an index's answer means for a publisher."""
    name = publisher.project
    answer = f"{publisher.index.name.lower()}_status"
    if known is None and publisher.is_new:
        return check.TAKEN.found(f"the name {name} is free", place, INFORMATION)
    if known is None:
        return check.NOT_THERE.found(
            f"knows no {name}, and {answer} says existing: update with --data {answer}=new, and register the publisher",
            place,
        )
    if not publisher.is_new or is_ours(project, known):
        return check.TAKEN.found(f"knows {name}", place, INFORMATION)
    return check.TAKEN.found(
        f"the name {name} is taken: see on {publisher.project_address} whether the project is yours", place
    )


def is_ours(project: Project, known: Mapping[str, Any]) -> bool:
    """Say whether a project on an index has an address of the project's repository."""
    info = known.get("info")
    urls = info.get("project_urls") if isinstance(info, dict) else None
    listed = urls.values() if isinstance(urls, dict) else urls if isinstance(urls, list) else ()
    ours = project.plan.repository.address.lower()
    return any(url == ours or url.startswith(f"{ours}/") for url in (str(part).lower() for part in listed))


def github(project: Project) -> Iterator[Finding]:
    """Yield what of the plan the repository does not have, as the set-up compares it."""
    found = FoundGitHub(project.plan.repository)
    try:
        if not found.exists:
            yield check.REPOSITORY.found(
                f"shows you no repository {project.plan.repository.full_name}: create it, correct the answers, or log"
                " in to gh",
                Place(part=GITHUB),
                WARNING,
            )
            return
        if found.full_name != project.plan.repository.full_name:
            yield check.REPOSITORY.found(
                f"has {project.plan.repository.full_name} as {found.full_name}: update with GitHub's names, and"
                " register these",
                Place(part=GITHUB),
            )
        # What protects releases of a workflow that is kept is compared, too: nothing is changed here.
        lost = set[str]()  # an environment that is not there has no secrets either
        for row in rows(project, found, Wishes(protect=True)):
            if Lack.ITSELF in row.lacks:
                lost |= {f"secret {name}" for name in planned_environment(project.plan, row).secrets}
            if row.subject not in lost:
                yield from of_row(project, row)
    except UnknownReviewerError as problem:
        yield check.REVIEWERS.found(str(problem), Place(part=GITHUB))
    except (NoAnswerError, gh.RefusedError) as problem:
        yield not_asked(problem, Place(part=GITHUB))
    except ODD:
        yield not_asked(NoAnswerError("its answer cannot be read"), Place(part=GITHUB))


def planned_environment(plan: Plan, row: Row) -> Environment:
    """Return the environment that a row is about."""
    name = row.subject.partition(" ")[2]
    return next(planned for planned in plan.environments if planned.name == name)


def of_row(project: Project, row: Row) -> Iterator[Finding]:
    """Yield what a row of the set-up's comparison means for a release."""
    plan, name, _ = project.plan, *row.subject.partition(" ")[::2]
    is_right = row.kind in (Kind.RIGHT, Kind.LEFT)
    if name == "environment":
        for lack in row.lacks:
            yield of_environment(project, row, lack)
    elif name == "secret" and row.kind is Kind.CREATE:
        yield check.SECRETS.found(
            f"{row.subject} is missing {row.text.partition(';')[0]}: run pyrelease setup", Place(part=GITHUB)
        )
    elif Lack.PROTECTION in row.lacks:
        yield check.RULESET.found(
            f"no ruleset protects tags, so whoever may push can make a tag like {plan.tags.example}: run pyrelease setup",
            Place(part=GITHUB),
        )
    elif row.skip and not is_right:
        yield check.SETTING.found(f"{row.subject} is not set; pyrelease setup does that", Place(part=GITHUB))


def of_environment(project: Project, row: Row, lack: Lack) -> Finding:
    """Return what it means that an environment lacks something.

    https://docs.github.com/en/rest/deployments/environments
    """
    place, plan = Place(part=f"{GITHUB}, {row.subject}"), project.plan
    tags = ", ".join(project.release_tag_patterns) or plan.tags.glob
    match lack:
        case Lack.ITSELF:
            return missing(plan, planned_environment(plan, row), place)
        case Lack.REVIEWERS:
            return check.REVIEWERS.found(
                f"has no required reviewers, so each tag publishes at once: add them, as {plan.releasing_file} says",
                place,
            )
        case Lack.RULES:
            return check.REFS.found(
                f"every branch may deploy to it: add a deployment rule of type TAG, {tags}", place, WARNING
            )
    coming = (plan.tags.example, next_tag(project))
    if any(not any(ref.names("tag", tag) for ref in row.refs) for tag in coming):
        return check.REFS.found(f"its deployment rules refuse release tags: add one of type TAG, {tags}", place, ERROR)
    return check.REFS.found(
        f"its deployment rules refuse some release tags, like {plan.tags.of('10.20.30')}: add one of type TAG, {tags}",
        place,
        WARNING,
    )


def missing(plan: Plan, planned: Environment, place: Place) -> Finding:
    """Return what it means that an environment is not there."""
    steps = plan.releasing_file
    if planned.secrets:
        return check.ENVIRONMENT.found(f"is missing, with its secrets: do the steps in {steps}", place, ERROR)
    if planned.needs_approval:
        return check.ENVIRONMENT.found(
            f"is missing, and GitHub would make it without reviewers: do the steps in {steps}", place
        )
    return check.ENVIRONMENT.found("is missing; GitHub makes it with the first run", place, INFORMATION)
