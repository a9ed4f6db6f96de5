"""Cut the requests that the set-up makes out of GitHub's own OpenAPI description, which comes as an npm package.

python -m tools.write_github_paths
"""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.repository import ROOT

PATHS = ROOT / "tests" / "github" / "paths.json"

PACKAGE = "@octokit/openapi"

REPOSITORY = "/repos/{owner}/{repo}"
ENVIRONMENT = f"{REPOSITORY}/environments/{{environment_name}}"

KEPT = {
    "/user": ["get"],
    "/users/{username}": ["get"],
    REPOSITORY: ["get"],
    ENVIRONMENT: ["get", "put"],
    f"{ENVIRONMENT}/deployment-branch-policies": ["get", "post"],
    f"{ENVIRONMENT}/secrets/public-key": ["get"],
    f"{ENVIRONMENT}/secrets/{{secret_name}}": ["get", "put"],
    f"{REPOSITORY}/rulesets": ["get", "post"],
    f"{REPOSITORY}/actions/secrets/{{secret_name}}": ["get", "delete"],
}
"""The methods that the set-up uses, by path."""


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


def without_examples(value: Any) -> Any:
    """Return a part of the description without its examples."""
    if isinstance(value, dict):
        return {name: without_examples(part) for name, part in value.items() if name not in ("example", "examples")}
    return [without_examples(part) for part in value] if isinstance(value, list) else value


def cut(description: dict[str, Any]) -> dict[str, Any]:
    """Return the bodies of the kept requests (`null` where there is none), and the schemas that they refer to."""
    bodies = {
        path: {method: description["paths"][path][method].get("requestBody") for method in methods}
        for path, methods in KEPT.items()
    }
    schemas: dict[str, Any] = {}
    waiting = set(references(bodies))
    while waiting:
        name = waiting.pop()
        schemas[name] = description["components"]["schemas"][name]
        waiting |= set(references(schemas[name])) - schemas.keys()
    found = {"paths": bodies, "components": {"schemas": dict(sorted(schemas.items()))}}
    return dict(without_examples(found))


def main() -> None:
    """Fetch the package, and write what is kept of it."""
    with tempfile.TemporaryDirectory() as folder:
        packed = subprocess.run(["npm", "pack", "--silent", PACKAGE], cwd=folder, check=True, capture_output=True)
        with tarfile.open(Path(folder, packed.stdout.decode().strip())) as archive:
            file = archive.extractfile("package/generated/api.github.com.json")
            assert file
            description = json.load(file)
    PATHS.write_text(json.dumps(cut(description), indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
