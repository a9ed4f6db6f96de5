"""Read a workflow as GitHub does. Without pytest: the watch over the guide runs where that is not installed."""

from __future__ import annotations

import re
from typing import Any

import yaml

NO_MAPPING = "no mapping"
"""The key of what stands where a mapping belongs."""


class Loader(yaml.CSafeLoader):  # libyaml: hundreds of projects are read
    """Reads YAML as GitHub does, to which `on`, `yes` and `off` are words and no truth values."""


BOOL = "tag:yaml.org,2002:bool"
Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != BOOL]
    for first, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver(BOOL, re.compile("(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


class NoWorkflowError(ValueError):
    """A text is no GitHub Actions workflow; the message says why."""


def read_workflow(text: str) -> dict[str, Any]:
    """Return what a workflow says, each thing that GitHub lets one write in two ways in the longer one.

    `NoWorkflowError` if the text is no workflow (https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax).
    """
    try:
        content = yaml.load(text, Loader=Loader)
    except yaml.YAMLError as error:
        raise NoWorkflowError(f"it is no YAML: {' '.join(str(error).split())}") from error
    if not isinstance(content, dict):
        raise NoWorkflowError("it holds no mapping; a workflow has the keys `on` and `jobs`")
    for key in ("on", "jobs"):
        if not content.get(key):
            raise NoWorkflowError(f"it has no `{key}`; a workflow has the keys `on` and `jobs`")
    if not isinstance(content["jobs"], dict):
        raise NoWorkflowError("its `jobs` is no mapping from a job's id to the job")
    triggers = content["on"] if isinstance(content["on"], (dict, list)) else [content["on"]]
    content["on"] = {str(event): (triggers[event] if isinstance(triggers, dict) else {}) or {} for event in triggers}
    content["jobs"] = {str(name): read_job(job) for name, job in content["jobs"].items()}
    return {str(key): value for key, value in content.items()}


def read_job(content: Any) -> dict[str, Any]:
    """Return what a job says, in the longer way."""
    job = as_mapping(content)
    if isinstance(job.get("needs"), str):
        job["needs"] = [job["needs"]]
    if isinstance(job.get("environment"), str):
        job["environment"] = {"name": job["environment"]}
    if "steps" in job:
        steps = job["steps"] if isinstance(job["steps"], list) else [job["steps"]]
        job["steps"] = [as_mapping(step) for step in steps]
    return job


def as_mapping(value: Any) -> dict[str, Any]:
    """Return a mapping as it is, and anything else below a key that says so."""
    return {str(key): part for key, part in value.items()} if isinstance(value, dict) else {NO_MAPPING: value}
