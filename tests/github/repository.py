"""A stand-in for a repository on GitHub that is set up through `gh`: each request is one that GitHub's description allows."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft4Validator

from tests.github.rest_api import GitHub, Refused
from tools.write_github_paths import PATHS

USERS = {"ada": 17, "grace": 18}
"""Users and their ids; the first one is logged in."""

REVIEWERS, BRANCHES = "required_reviewers", "branch_policy"

PUBLIC_KEY = {"key_id": "1", "key": "2Sg8iYjAxxmI2LvUXpJjkYrMxURPc8r+dB7TJyvv1234"}
"""A key for secrets, of the length that GitHub's have."""


@cache
def description() -> dict[str, Any]:
    """Return the paths and schemas that `tools/write_github_paths.py` has kept of GitHub's description."""
    found: dict[str, Any] = json.loads(PATHS.read_text(encoding="utf-8"))
    return found


def check_request(method: str, path: str, sent: dict[str, Any]) -> None:
    """Fail if GitHub's description has no such request, or another body for it."""
    known = [
        methods[method.lower()]
        for template, methods in description()["paths"].items()
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in methods
    ]
    assert known, f"GitHub has no {method} {path}"
    if known[0] is None:
        assert not sent
    else:
        schema = known[0]["content"]["application/json"]["schema"]
        # OpenAPI 3.0 has the keywords of this draft, and references into the whole description.
        Draft4Validator({**schema, "components": description()["components"]}).validate(sent)


@dataclass
class Repository(GitHub):
    """What the repository has, and each request that was made to change it."""

    exists: bool = False
    has_reviewers: bool = True
    """Whether the plan has required reviewers."""
    visibility: str = ""
    secrets: set[str] = field(default_factory=set)
    """Names of secrets; those of an environment stand after its name and a slash."""
    changes: list[str] = field(default_factory=list)

    def answer(self, method: str, path: str, query: dict[str, list[str]], sent: dict[str, Any]) -> bytes | None:
        """Return the answer to a request; `None` if there is nothing at its path."""
        if path == "/graphql":
            assert method == "POST"
            return json.dumps({"data": self.create(sent["variables"]["input"])}).encode()
        try:
            check_request(method, path, sent)
        except Exception as problem:
            self.changes.append(f"{method} {path}: {problem}")
            raise
        if method != "GET":
            self.changes.append(f"{method} {path}")
        found = self.user(path) or self.part(method, path.removeprefix(f"/repos/{self.name}").strip("/"), sent)
        if found is not None:
            return json.dumps(found).encode()
        return self.settings_of(path) if self.exists and method == "GET" else None

    def create(self, wanted: dict[str, Any]) -> dict[str, Any]:
        """Create the repository, as GitHub's GraphQL does."""
        assert not self.exists
        self.exists, self.visibility = True, wanted["visibility"]
        self.changes.append("create")
        owner, name = self.name.split("/")
        created = {"id": "R", "name": name, "owner": {"login": owner}, "url": f"https://github.com/{self.name}"}
        return {"createRepository": {"repository": created}}

    def user(self, path: str) -> dict[str, Any] | None:
        """Return the user or the owner at a path."""
        if path == "/user":
            return {"login": "ada", "id": USERS["ada"]}
        name = path.removeprefix("/users/")
        if name == self.name.split("/")[0]:
            return {"login": name, "node_id": "O", "type": "Organization"}
        return {"login": name, "id": USERS[name]} if name in USERS else None

    def part(self, method: str, path: str, sent: dict[str, Any]) -> Any:
        """Change a part of the repository, or return one that only the set-up knows; the path is below the repository's."""
        if not self.exists:
            return None
        match path.split("/"):
            case ["rulesets"]:
                if method == "POST":
                    self.rulesets.append(sent)
                return self.rulesets
            case ["actions", "secrets", name]:
                return self.secret(method, name)
            case ["environments", name, "secrets", secret]:
                return PUBLIC_KEY if secret == "public-key" else self.secret(method, f"{unquote(name)}/{secret}")
            case ["environments", name] if method == "PUT":
                return self.protect(unquote(name), sent)
            case ["environments", name, "deployment-branch-policies"] if method == "POST":
                known = self.environments[unquote(name)]
                if BRANCHES not in [rule["type"] for rule in known["protection_rules"]]:
                    raise Refused(404, "Not Found")
                known["branch_policies"].append(sent)
                return sent
        return None

    def secret(self, method: str, name: str) -> dict[str, str] | None:
        """Return, store or delete a secret."""
        if method == "PUT":
            self.secrets.add(name)
        if name not in self.secrets:
            return None
        if method == "DELETE":
            self.secrets.remove(name)
        return {"name": name.rpartition("/")[2]}

    def protect(self, name: str, sent: dict[str, Any]) -> dict[str, Any]:
        """Create an environment, with these rules in place of its own."""
        if "reviewers" in sent and not self.has_reviewers:
            raise Refused(422, "Please ensure the billing plan supports the required reviewers protection rule.")
        reviewers = [{"type": REVIEWERS, "reviewers": sent["reviewers"]}] if sent.get("reviewers") else []
        branches = [{"type": BRANCHES}] if sent["deployment_branch_policy"]["custom_branch_policies"] else []
        policy = sent["deployment_branch_policy"]
        rules = {"protection_rules": reviewers + branches, "deployment_branch_policy": policy}
        self.environments[name] = {**rules, "branch_policies": []}
        return self.environments[name]
