"""What the tests rest on: the stand-in says what GitHub says, or fails as a test wants it, through the real `gh`."""

from __future__ import annotations

import re
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.conftest import NAME, OWNER
from tests.github.asking import PYPI, REPOSITORY, ask, gh
from tests.github.description import find
from tests.github.repositories import Repository
from tests.github.stand_in import HANDLERS, GitHub, loopback_github
from tools.write_github_paths import KEPT

POLICIES = f"{PYPI}/deployment-branch-policies"

RULESET = {"name": "Release tags", "target": "tag", "enforcement": "active", "rules": [{"type": "creation"}]}

# ─── GitHub's description ───


def test_every_request_that_is_kept_of_the_description_is_answered() -> None:
    assert set(HANDLERS) == {(method.upper(), path) for path, methods in KEPT.items() for method in methods}


@pytest.mark.parametrize(
    ("method", "path", "sent"),
    [
        ("GET", f"{REPOSITORY}/enviroments", None),
        ("DELETE", PYPI, None),
        ("GET", f"{REPOSITORY}/rulesets?include_parents=false", None),
        ("GET", f"{REPOSITORY}/issues?milestone=1", None),
        ("POST", f"{REPOSITORY}/issues", {"title": "One", "labels": ["bug"]}),
        ("PUT", f"{REPOSITORY}/immutable-releases", {"enabled": True}),
        ("PUT", f"{REPOSITORY}/actions/permissions", {"enabled": True, "sha_pinning": True}),
        ("POST", f"{REPOSITORY}/rulesets", {**RULESET, "bypass": []}),
        ("POST", f"{REPOSITORY}/rulesets", {**RULESET, "conditions": {"ref_names": {"include": []}}}),
    ],
)
def test_what_github_does_not_know_fails_the_test(
    method: str, path: str, sent: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    stand_in = loopback_github()
    github = stand_in.__enter__()
    github.create(f"{OWNER}/{NAME}").add_environment("pypi")
    for name, value in github.variables.items():
        monkeypatch.setenv(name, value)
    assert ask(method, path, sent).status == 500
    with pytest.raises(AssertionError, match=re.escape(f"{method} {path.partition('?')[0]}: ")):
        stand_in.__exit__(None, None, None)


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        (PYPI, {"wait_timer": "30"}),
        (PYPI, {"reviewers": [{"type": "Group", "id": 17}]}),
        (PYPI, {"timer": 30}),
        (PYPI, {"deployment_branch_policy": {"protected_branches": True}}),
        (f"{REPOSITORY}/actions/permissions", {"allowed_actions": "all"}),
    ],
)
def test_a_body_that_the_description_refuses_changes_nothing(repository: Repository, path: str, sent: Any) -> None:
    repository.add_environment("pypi", wait_timer=5)
    assert ask("PUT", path, sent).status == 422
    assert repository.environments["pypi"].wait_timer == 5
    assert repository.actions == {"enabled": True}


@pytest.mark.parametrize("answer", [{"login": 1}, {"login": "ada", "nonsense": 1}, {"id": "seventeen"}])
def test_an_answer_that_github_never_gives_fails_the_test(answer: dict[str, Any]) -> None:
    found = find("GET", "/user")
    assert found
    with pytest.raises(AssertionError, match="not GitHub's"):
        found[0].answer(200, answer)


def test_answers_are_the_same_in_every_run(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers() -> list[Any]:
        with loopback_github() as github:
            for name, value in github.variables.items():
                monkeypatch.setenv(name, value)
            github.create(f"{OWNER}/{NAME}")
            requests = [("PUT", PYPI, {"wait_timer": 3}), ("POST", f"{REPOSITORY}/rulesets", RULESET)]
            return [ask(*request).body for request in requests]

    assert answers() == answers()


def test_of_many_that_ask_at_once_one_is_the_first(github: GitHub) -> None:
    with ThreadPoolExecutor(8) as pool:
        said = pool.map(lambda _: ask("POST", "/user/repos", {"name": NAME}).status, range(8))
        assert sorted(said) == [201, *[422] * 7]


def test_a_long_list_comes_in_pages(repository: Repository) -> None:
    for number in range(31):
        repository.add_environment(f"environment-{number}")
    first = ask("GET", f"{REPOSITORY}/environments")
    assert (first.body["total_count"], len(first.body["environments"])) == (31, 30)
    assert 'rel="next"' in first.headers["Link"]
    names = gh("api", "--paginate", f"{REPOSITORY}/environments", "--jq", ".environments[].name").stdout.split()
    assert names == [f"environment-{number}" for number in range(31)]


# ─── Repositories and accounts ───


@pytest.mark.parametrize(("path", "owner"), [("/user/repos", "ada"), ("/orgs/Octo-Org/repos", OWNER)])
def test_a_repository_is_there_once_it_is_created(github: GitHub, path: str, owner: str) -> None:
    assert ask("GET", f"/repos/{owner}/{NAME}").status == 404
    made = ask("POST", path, {"name": NAME, "private": True})
    assert (made.status, made.body["full_name"], made.body["private"]) == (201, f"{owner}/{NAME}", True)
    assert ask("GET", f"/repos/{owner}/{NAME}").body["visibility"] == "private"
    again = ask("POST", path, {"name": NAME.upper()})
    assert (again.status, again.message) == (422, "Repository creation failed.")


def test_gh_creates_a_repository_by_graphql(github: GitHub) -> None:
    done = gh("repo", "create", f"{OWNER}/{NAME}", "--public")
    assert done.returncode == 0, done.stderr
    assert not github.repositories[f"{OWNER}/{NAME}"].is_private


def test_names_are_found_in_any_case_and_answered_as_github_spells_them(github: GitHub) -> None:
    github.create("octo-org/Demo-Package").add_environment("PyPI")
    assert ask("GET", REPOSITORY).body["full_name"] == "octo-org/Demo-Package"
    assert ask("GET", PYPI).body["name"] == "PyPI"
    assert ask("GET", "/users/ADA").body["login"] == "ada"


def test_the_owner_is_a_user_or_an_organisation(github: GitHub) -> None:
    assert ask("GET", "/user").body["login"] == "ada"
    assert [ask("GET", f"/users/{name}").body["type"] for name in ("grace", OWNER)] == ["User", "Organization"]
    assert [ask("GET", f"/orgs/{name}").status for name in (OWNER, "grace", "nobody")] == [200, 404, 404]
    assert ask("GET", "/users/nobody").status == 404


def test_git_reaches_a_repository_and_gives_it_its_default_branch(repository: Repository, github: GitHub) -> None:
    repository.remote.write({"docs/one.md": "One"}, branch="trunk")
    repository.protected_branches.add("trunk")
    assert ask("GET", REPOSITORY).body["default_branch"] == "trunk"
    branches = {wanted: ask("GET", f"{REPOSITORY}/branches?protected={wanted}").body for wanted in ("true", "false")}
    assert [[one["name"] for one in found] for found in branches.values()] == [["trunk"], []]
    assert [one["path"] for one in ask("GET", f"{REPOSITORY}/contents/docs").body] == ["docs/one.md"]
    assert gh("api", f"{REPOSITORY}/contents/docs/one.md", "--jq", ".content | @base64d").stdout.strip() == "One"
    raw = gh("api", "--header", "Accept: application/vnd.github.raw", f"{REPOSITORY}/contents/docs/one.md")
    assert raw.stdout == "One"
    assert ask("GET", f"{REPOSITORY}/contents/two.md").status == 404
    repository.remote.write({"two.md": "Two"}, branch="topic", tag="v2")
    assert [ask("GET", f"{REPOSITORY}/contents/two.md?ref={ref}").status for ref in ("topic", "v2", "v1")] == [
        200,
        200,
        404,
    ]
    assert ask("GET", REPOSITORY).body["default_branch"] == "topic"
    repository.remote.git("symbolic-ref", "HEAD", "refs/heads/trunk")
    assert ask("GET", REPOSITORY).body["default_branch"] == "trunk"


def test_a_file_is_read_as_it_was_on_a_day(repository: Repository) -> None:
    days = {"One": "1787000000 +0000", "Two": "1787200000 +0000"}  # 2026-08-17 and 2026-08-20
    first, second = [repository.remote.write({"one.md": text}, day=day) for text, day in days.items()]
    repository.remote.write({"other.md": "Other"})
    commits = f"{REPOSITORY}/commits?path=one.md"
    assert [one["sha"] for one in ask("GET", commits).body] == [second, first]
    assert [one["sha"] for one in ask("GET", f"{commits}&until=2026-08-18T00:00:00Z").body] == [first]
    assert ask("GET", f"{commits}&until=2026-08-01T00:00:00Z").body == []
    wanted = (f"{REPOSITORY}/contents/one.md?ref={ref}" for ref in (first, second))
    texts = [gh("api", path, "--jq", ".content | @base64d").stdout.strip() for path in wanted]
    assert texts == [*days]
    assert ask("GET", f"{REPOSITORY}/contents/one.md?ref={'0' * 40}").status == 404
    repository.remote.write({"one.md": None})
    assert ask("GET", f"{REPOSITORY}/contents/one.md").status == 404


def test_anybody_may_say_something_below_an_issue(repository: Repository) -> None:
    repository.role = "read"
    assert ask("POST", f"{REPOSITORY}/issues", {"title": "One", "body": "Words"}).status == 201
    assert ask("POST", f"{REPOSITORY}/issues/1/comments", {"body": "More"}).status == 201
    assert ask("POST", f"{REPOSITORY}/issues/2/comments", {"body": "More"}).status == 404
    assert repository.issues[0].comments == ["More"]
    assert ask("GET", f"{REPOSITORY}/issues").body[0]["comments"] == 1


# ─── Rights ───


@pytest.mark.parametrize(
    ("method", "path", "sent", "status"),
    [
        ("GET", PYPI, None, 200),
        ("PUT", PYPI, {}, 403),
        ("POST", POLICIES, {"name": "v*", "type": "tag"}, 403),
        ("GET", f"{PYPI}/secrets", None, 403),
        ("GET", f"{REPOSITORY}/actions/secrets", None, 403),
        ("GET", f"{REPOSITORY}/actions/permissions", None, 403),
        ("PUT", f"{REPOSITORY}/actions/permissions/workflow", {}, 403),
        ("GET", f"{REPOSITORY}/rulesets", None, 200),
        ("POST", f"{REPOSITORY}/rulesets", RULESET, 404),
        ("GET", f"{REPOSITORY}/immutable-releases", None, 404),
        ("PUT", f"{REPOSITORY}/immutable-releases", None, 404),
    ],
)
def test_who_may_write_alone_sees_settings_and_changes_none(
    repository: Repository, method: str, path: str, sent: Any, status: int
) -> None:
    repository.add_environment("pypi", allowed=[])
    repository.role, repository.immutable_releases = "write", True
    said = ask(method, path, sent)
    assert said.status == status
    if status == 403:
        assert said.message == "Must have admin rights to Repository."
    permissions = ask("GET", REPOSITORY).body["permissions"]
    assert (permissions["admin"], permissions["push"]) == (False, True)


def test_what_is_private_is_hidden_from_others(repository: Repository) -> None:
    repository.add_environment("pypi")
    repository.role = "none"
    assert ask("GET", REPOSITORY).body["permissions"]["pull"] is True
    repository.is_private = True
    assert [ask("GET", path).status for path in (REPOSITORY, PYPI)] == [404, 404]


# ─── Faults ───


@pytest.mark.parametrize(("status", "words"), [(502, "Server Error"), (403, "Forbidden"), (404, "Not Found")])
def test_a_request_fails_as_often_as_a_test_wants(github: GitHub, status: int, words: str) -> None:
    github.fail("GET", "/user", status=status, times=2)
    assert [(said.status, said.message) for said in (ask("GET", "/user"), ask("GET", "/user"))] == [(status, words)] * 2
    assert ask("GET", "/user").status == 200


def test_a_refusal_says_what_a_test_wants_and_when_to_ask_again(github: GitHub) -> None:
    github.fail("GET", "/user", status=429, retry_after=7)
    assert ask("GET", "/user").headers["Retry-After"] == "7"
    github.fail("GET", "/user", status=403, message="API rate limit exceeded")
    assert ask("GET", "/user").message == "API rate limit exceeded"


def test_an_answer_that_is_refused_has_changed_nothing_and_one_that_is_lost_has(repository: Repository) -> None:
    repository.github.fail("PUT", PYPI, status=502)
    assert ask("PUT", PYPI, {}).status == 502
    assert repository.environments == {}
    repository.github.fail("PUT", PYPI, status="cut")
    said = ask("PUT", PYPI, {})
    assert (said.code, "unexpected EOF" in said.error) == (1, True)
    assert list(repository.environments) == ["pypi"]


def test_an_answer_can_be_no_json_or_never_come(github: GitHub) -> None:
    github.fail("GET", "/user", status="garbage")
    assert gh("api", "user", "--jq", ".login").returncode == 1
    github.fail("GET", "/user", status="timeout")
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run(["gh", "api", "user"], timeout=1, check=False)
    assert ask("GET", "/user").status == 200


def test_changes_are_told_apart_from_questions(repository: Repository) -> None:
    ask("GET", PYPI)
    ask("PUT", PYPI, {})
    assert repository.github.requests == [f"GET {PYPI}", f"PUT {PYPI}"]
    assert repository.github.changes == [f"PUT {PYPI}"]
