"""Secrets of a repository and of its environments: their names, since GitHub tells nobody what they are.

https://docs.github.com/en/rest/actions/secrets
"""

from __future__ import annotations

from typing import Any

from tests.github.calls import Answer, Answers, Call, Listed, Refused, missing
from tests.github.environments import ENVIRONMENT, environment_of

PUBLIC_KEY = {"key_id": "1", "key": "2Sg8iYjAxxmI2LvUXpJjkYrMxURPc8r+dB7TJyvv1234"}
"""A key for secrets, of the length that GitHub's have."""


def secrets_of(call: Call) -> set[str]:
    """Return the names of the secrets at the path; refused without the right to them."""
    if "environment_name" in call.values:
        return environment_of(call, "admin").secrets
    return call.repository("admin").secrets


def public_key(call: Call) -> Any:
    """Answer the key with which secrets are encrypted."""
    secrets_of(call)
    return PUBLIC_KEY


def secrets(call: Call) -> Any:
    """Answer the names of all secrets."""
    return Listed([{"name": name} for name in sorted(secrets_of(call))], "secrets")


def secret(call: Call) -> Any:
    """Answer whether there is a secret."""
    name = call.values["secret_name"].upper()
    if name not in secrets_of(call):
        raise missing()
    return {"name": name}


def store(call: Call) -> Any:
    """Store a secret."""
    name, known = call.values["secret_name"].upper(), secrets_of(call)
    if not call.sent["encrypted_value"] or call.sent["key_id"] != PUBLIC_KEY["key_id"]:
        raise Refused(422, "Validation Failed")
    if name in known:
        return Answer(status=204)
    known.add(name)
    return Answer({}, status=201)


def delete(call: Call) -> Any:
    """Delete a secret."""
    secrets_of(call).remove(secret(call)["name"])


ANSWERS: Answers = {
    (method, f"{place}{path}"): answer
    for place in ("/repos/{owner}/{repo}/actions", ENVIRONMENT)
    for method, path, answer in (
        ("GET", "/secrets", secrets),
        ("GET", "/secrets/public-key", public_key),
        ("GET", "/secrets/{secret_name}", secret),
        ("PUT", "/secrets/{secret_name}", store),
        ("DELETE", "/secrets/{secret_name}", delete),
    )
}
