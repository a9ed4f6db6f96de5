"""Cut the requests that the stand-in answers out of GitHub's own OpenAPI description, which comes as an npm package.

python -m tools.write_github_paths
"""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from tools.repository import ROOT

PATHS = ROOT / "tests" / "github" / "paths.json"

PACKAGE = "@octokit/openapi"

REPOSITORY = "/repos/{owner}/{repo}"
ENVIRONMENT = f"{REPOSITORY}/environments/{{environment_name}}"
POLICIES = f"{ENVIRONMENT}/deployment-branch-policies"
ACTIONS = f"{REPOSITORY}/actions"
RUN = f"{ACTIONS}/runs/{{run_id}}"
RELEASES = f"{REPOSITORY}/releases"

KEPT = {
    "/user": ["get"],
    "/users/{username}": ["get"],
    "/user/repos": ["post"],
    "/orgs/{org}": ["get"],
    "/orgs/{org}/repos": ["post"],
    "/orgs/{org}/teams/{team_slug}": ["get"],
    REPOSITORY: ["get"],
    f"{REPOSITORY}/branches": ["get"],
    f"{REPOSITORY}/commits": ["get"],
    f"{REPOSITORY}/contents/{{path}}": ["get"],
    f"{REPOSITORY}/environments": ["get"],
    ENVIRONMENT: ["get", "put"],
    POLICIES: ["get", "post"],
    f"{POLICIES}/{{branch_policy_id}}": ["get", "delete"],
    f"{ENVIRONMENT}/secrets": ["get"],
    f"{ENVIRONMENT}/secrets/public-key": ["get"],
    f"{ENVIRONMENT}/secrets/{{secret_name}}": ["get", "put", "delete"],
    f"{ACTIONS}/secrets": ["get"],
    f"{ACTIONS}/secrets/public-key": ["get"],
    f"{ACTIONS}/secrets/{{secret_name}}": ["get", "put", "delete"],
    f"{REPOSITORY}/rulesets": ["get", "post"],
    f"{REPOSITORY}/rulesets/{{ruleset_id}}": ["get", "put"],
    f"{REPOSITORY}/immutable-releases": ["get", "put", "delete"],
    f"{ACTIONS}/permissions": ["get", "put"],
    f"{ACTIONS}/permissions/workflow": ["get", "put"],
    f"{REPOSITORY}/issues": ["get", "post"],
    f"{REPOSITORY}/issues/{{issue_number}}": ["patch"],
    f"{REPOSITORY}/issues/{{issue_number}}/comments": ["post"],
    RELEASES: ["get", "post"],
    f"{RELEASES}/tags/{{tag}}": ["get"],
    f"{RELEASES}/{{release_id}}": ["get", "patch", "delete"],
    f"{RELEASES}/{{release_id}}/assets": ["post"],
    f"{ACTIONS}/runs": ["get"],
    f"{ACTIONS}/workflows/{{workflow_id}}/runs": ["get"],
    RUN: ["get"],
    f"{RUN}/jobs": ["get"],
    f"{RUN}/pending_deployments": ["get", "post"],
    f"{RUN}/approvals": ["get"],
    f"{RUN}/rerun-failed-jobs": ["post"],
    f"{ACTIONS}/jobs/{{job_id}}": ["get"],
    f"{ACTIONS}/jobs/{{job_id}}/logs": ["get"],
    f"{REPOSITORY}/check-runs/{{check_run_id}}/annotations": ["get"],
}
"""The methods that the stand-in answers, by path."""

OPTIONAL = {
    "full-repository": ["permissions", "visibility", "maintain", "triage"],
    "issue": ["body"],
    "release": ["body", "immutable"],
    "repository-ruleset": [
        *["target", "source_type", "conditions", "rules", "bypass_actors"],
        *["current_user_can_bypass", "created_at", "updated_at"],
    ],
    "environment": [
        *["protection_rules", "deployment_branch_policy"],
        *["wait_timer", "prevent_self_review", "reviewers"],
    ],
    "actions-repository-permissions": ["allowed_actions", "sha_pinning_required"],
    "workflow-run": ["name", "run_attempt", "actor", "triggering_actor"],
    "job": ["run_attempt"],
}
"""What the stand-in answers beside what GitHub always does, by the schema; the rest is left out of answers."""

WORDS = ("description", "example", "examples", "title", "externalDocs", "deprecated", "default", "discriminator")
"""What checks nothing."""


def references(value: Any) -> Iterator[str]:
    """Yield the name of each schema that a part of the description refers to."""
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"].rpartition("/")[2]
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def json_schema(value: Any) -> Any:
    """Return an OpenAPI 3.0 schema as a JSON schema (draft 4), without words."""
    if isinstance(value, list):
        return [json_schema(part) for part in value]
    if not isinstance(value, dict):
        return value
    if "$ref" in value:
        return {"$ref": f"#/schemas/{value['$ref'].rpartition('/')[2]}"}
    found = {key: json_schema(part) for key, part in value.items() if key not in (*WORDS, "nullable", "properties")}
    if "properties" in value:
        found["properties"] = {name: json_schema(part) for name, part in value["properties"].items()}
    if value.get("nullable") and "type" in value:
        found["type"] = [value["type"], "null"]
        if "enum" in value:
            found["enum"] = [*value["enum"], None]
    elif value.get("nullable"):
        found = {"anyOf": [{"type": "null"}, found]}
    return {key: part for key, part in found.items() if not key.startswith("x-")}


def of_answer(value: Any, kept: Iterable[str] = ()) -> Any:
    """Return the schema of an answer with what is always there, and what of the rest is `kept`.

    With less in them, two parts of a `oneOf` can fit one answer. What `allOf` adds to its first part is never there.
    """
    if isinstance(value, list):
        return [of_answer(part, kept) for part in value]
    if not isinstance(value, dict):
        return value
    if "allOf" in value:
        return of_answer(value["allOf"][0], kept)
    others = {key: part for key, part in value.items() if key != "properties"}
    found = {("anyOf" if key == "oneOf" else key): of_answer(part, kept) for key, part in others.items()}
    if "properties" in value:
        wanted = set(value.get("required") or value["properties"]) | set(kept)
        properties = {name: part for name, part in value["properties"].items() if name in wanted}
        found["properties"] = {name: of_answer(part, kept) for name, part in properties.items()}
    return found


def reachable(description: dict[str, Any], start: Any, kind: str) -> dict[str, Any]:
    """Return the schemas that a part refers to, by name; the `kind` is `bodies` or `answers`."""
    found: dict[str, Any] = {}
    waiting = set(references(start))
    while waiting:
        name = waiting.pop()
        schema = json_schema(description["components"]["schemas"][name])
        found[name] = schema if kind == "bodies" else of_answer(schema, OPTIONAL.get(name, ()))
        waiting |= set(references(found[name])) - found.keys()
    return found


def resolved(description: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    """Return a part of the description, or what it refers to; no schema."""
    if "$ref" not in part:
        return part
    _, _, kind, name = part["$ref"].split("/")
    found: dict[str, Any] = description["components"][kind][name]
    return found


def body_of(operation: dict[str, Any]) -> Any:
    """Return the schema of a request's body; `None` where it has none, and one that fits all where it is a file."""
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        return json_schema(content["application/json"]["schema"])
    return {} if content else None


def query_of(description: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of each parameter of a request's query, by name."""
    parameters = [resolved(description, parameter) for parameter in operation.get("parameters", [])]
    return {one["name"]: json_schema(one["schema"]) for one in parameters if one["in"] == "query"}


def answers_of(description: dict[str, Any], operation: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of each answer that is no refusal, by its status; `null` where it is empty, or no JSON."""
    answers = {status: resolved(description, answer) for status, answer in operation["responses"].items()}
    schemas = {
        status: answer.get("content", {}).get("application/json", {}).get("schema")
        for status, answer in answers.items()
    }
    return {
        status: of_answer(json_schema(schema))
        for status, schema in schemas.items()
        if status < "400" and status != "304"
    }


def cut(description: dict[str, Any]) -> dict[str, Any]:
    """Return the kept requests, and the schemas that they refer to."""
    operations = [(path, method) for path, methods in KEPT.items() for method in methods]
    paths: dict[str, dict[str, Any]] = {path: {} for path in KEPT}
    for path, method in operations:
        operation = description["paths"][path][method]
        paths[path][method] = {
            "query": query_of(description, operation),
            "body": body_of(operation),
            "answers": answers_of(description, operation),
        }
    kept = list(paths.values())
    bodies = reachable(
        description, [[one["query"], one["body"]] for methods in kept for one in methods.values()], "bodies"
    )
    answers = reachable(description, [one["answers"] for methods in kept for one in methods.values()], "answers")
    return {"paths": paths, "schemas": dict(sorted({**answers, **bodies}.items()))}


def text_of(found: dict[str, Any]) -> str:
    """Return the file's text, each path and each schema in a line of its own."""
    parts = [
        ",\n".join(f"{json.dumps(name)}:{json.dumps(part, separators=(',', ':'))}" for name, part in found[key].items())
        for key in ("paths", "schemas")
    ]
    return f'{{"paths":{{\n{parts[0]}\n}},"schemas":{{\n{parts[1]}\n}}}}\n'


def main() -> None:
    """Fetch the package, and write what is kept of it."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True)
        with tarfile.open(Path(folder, packed.stdout.decode().strip())) as archive:
            file = archive.extractfile("package/generated/api.github.com.json")
            assert file
            description = json.load(file)
    PATHS.write_text(text_of(cut(description)), encoding="utf-8")


if __name__ == "__main__":
    main()
