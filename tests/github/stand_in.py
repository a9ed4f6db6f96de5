"""A stand-in for GitHub to which `gh` and git are led: it has state, and what it answers follows from that.

Each request and each answer is held against GitHub's own description of its REST API.
"""

from __future__ import annotations

import itertools
import json
import tempfile
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.github import accounts, environments, issues, releases, repositories, rulesets, run_answers, secrets
from tests.github.accounts import BOT, Team
from tests.github.calls import Answer, Answers, Asked, Call, Listed, Refused
from tests.github.description import Operation, find
from tests.github.faults import Fault, Lost
from tests.github.remote import Remote
from tests.github.repositories import Repository
from tests.github.run_answers import may_approve
from tests.github.runs import Failure, Run
from tests.github.server import Request, Response, json_response, serving

HANDLERS: Answers = {
    **accounts.ANSWERS,
    **environments.ANSWERS,
    **issues.ANSWERS,
    **releases.ANSWERS,
    **repositories.ANSWERS,
    **rulesets.ANSWERS,
    **run_answers.ANSWERS,
    **secrets.ANSWERS,
}

START = datetime(2026, 11, 23, tzinfo=UTC)
"""When it is made; a second goes by each time that it looks at the clock."""

PAGE = 30
"""How much of a list is answered at once, unless another number is asked for."""


def json_of(content: bytes) -> Any:
    """Return what a body says; refused if it is no JSON."""
    try:
        return json.loads(content or b"{}")
    except ValueError as problem:
        raise Refused(400, "Problems parsing JSON") from problem


@dataclass
class GitHub:
    """What GitHub has; `settings` is the folder with the settings of `gh`, and with the git repositories.

    A `plan` is that of every owner: `free`, `team` or `enterprise`. Fields are set before the requests that depend on them.
    """

    settings: Path
    user: str = "ada"
    """Who is logged in."""
    plan: str = "free"
    users: dict[str, int] = field(default_factory=lambda: {"ada": 17, "grace": 18, BOT: 41898282})
    organizations: dict[str, int] = field(default_factory=lambda: {"octo-org": 19, "pypa": 20})
    teams: list[Team] = field(default_factory=list)
    repositories: dict[str, Repository] = field(default_factory=dict)
    """The repositories, by owner and name in small letters."""
    script: dict[str, Failure] = field(default_factory=dict)
    """How jobs end that do not succeed, by what the workflow or GitHub calls them."""
    on_publish: Callable[[str, str], object] = lambda index, version: None
    """Called with an index and a version when a job has uploaded it; an index of its own goes by its address."""
    on_waiting: Callable[[Run], object] = lambda run: None
    """Called with a run that was seen to wait for an approval, each time that it is asked for again."""
    requests: list[str] = field(default_factory=list)
    """Each request, like `GET /user`."""
    unknown: list[str] = field(default_factory=list)
    """Each request that GitHub's description or the stand-in does not know, and why; it was answered by 500."""
    faults: list[Fault] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1001), repr=False)
    seconds: Iterator[int] = field(default_factory=itertools.count, repr=False)

    @property
    def changes(self) -> list[str]:
        """Each request that is no question."""
        return [request for request in self.requests if not request.startswith("GET ")]

    @property
    def variables(self) -> dict[str, str]:
        """The variables that lead `gh` and git here, with a token that stands for any."""
        rules = [f"url.{self.settings}/.insteadOf"] * 3
        addresses = ["https://github.com/", "git@github.com:", "ssh://git@github.com/"]
        pairs = [*enumerate(zip(rules, addresses, strict=True))]
        settings = {f"GIT_CONFIG_KEY_{number}": rule for number, (rule, _) in pairs}
        settings |= {f"GIT_CONFIG_VALUE_{number}": address for number, (_, address) in pairs}
        return {"GH_CONFIG_DIR": str(self.settings), "GH_TOKEN": "x", "GIT_CONFIG_COUNT": str(len(pairs)), **settings}

    def next_id(self) -> int:
        """Return a number that nothing has yet."""
        return next(self.numbers)

    def now(self) -> str:
        """Return the time, a second later than when it was asked last."""
        return (START + timedelta(seconds=next(self.seconds))).strftime("%Y-%m-%dT%H:%M:%SZ")

    def create(self, name: str, *, private: bool = False, role: str = "admin") -> Repository:
        """Create a repository called `owner/name`, empty; `role` is that of who is logged in."""
        remote = Remote(self.settings / f"{name}.git")
        remote.start()
        made = Repository(self, name, self.next_id(), remote, is_private=private, role=role)
        self.repositories[name.lower()] = made
        return made

    def add_team(self, organization: str, slug: str, *members: str) -> Team:
        """Add a team with these members."""
        self.teams.append(Team(organization, slug, self.next_id(), members))
        return self.teams[-1]

    def fail(
        self, method: str, path: str, *, status: int | Lost, message: str = "", times: int = 1, retry_after: int = 1
    ) -> None:
        """Give no right answer to a request for some times; the path is as it is sent, without its query.

        The status is one of HTTP, with GitHub's or another message, after which nothing is done. `timeout` never
        answers, and does nothing either. With `cut`, which ends in mid-answer, and with `garbage`, which is no JSON,
        what was asked for is done. `retry_after` are the seconds that a 429 names.
        """
        self.faults.append(Fault(method, path, status, message, times, retry_after))

    def approve(self, run: Run, *, by: str = "") -> None:
        """Approve what a run waits for; by somebody who may, unless a login is given."""
        self.review(run, "approved", by)

    def reject(self, run: Run, *, by: str = "") -> None:
        """Reject what a run waits for; by somebody who may, unless a login is given."""
        self.review(run, "rejected", by)

    def review(self, run: Run, state: str, by: str) -> None:
        """Approve or reject what a run waits for; `AssertionError` if nobody may, or if nothing waits."""
        with self.lock:
            waiting = run_answers.waiting_environments(run).values()
            assert waiting, "nothing waits for an approval"
            for environment in waiting:
                people = [login for login in [by] * bool(by) or self.users if may_approve(run, environment, login)]
                assert people, f"{by or 'nobody'} may not approve {environment.name}"
                run.review(people[0], {environment.id}, state, "")

    def respond(self, request: Request) -> Response:
        """Answer a request, or fail as a test wants it."""
        self.requests.append(f"{request.method} {request.path}")
        with self.lock:
            fault = next((one for one in self.faults if one.meets(request.method, request.path)), None)
            if fault:
                fault.times -= 1
        return fault.response(lambda: self.answer(request)) if fault else self.answer(request)

    def answer(self, request: Request) -> Response:
        """Answer a request; what is not known is remembered, and answered by 500."""
        try:
            with self.lock:
                return self.answer_known(request)
        except Refused as refusal:
            return json_response(refusal.status, refusal.body)
        except Exception as problem:  # noqa: BLE001, whatever it is, the test hears of it
            why = str(problem) if isinstance(problem, AssertionError) else traceback.format_exc()
            self.unknown.append(f"{request.method} {request.path}: {why}")
            return json_response(500, {"message": why})

    def answer_known(self, request: Request) -> Response:
        """Answer a request that the description knows; `AssertionError` for any other."""
        if request.host == run_answers.LOGS:
            return Response(200, self.log(int(request.path.rpartition("/")[2])), {"Content-Type": "text/plain"})
        if request.path == "/graphql":
            return json_response(200, {"data": self.graphql(json.loads(request.content))})
        found = find(request.method, request.path)
        assert found, "GitHub has no such request"
        operation, values = found
        sent = {} if operation.takes_file else json_of(request.content)
        query = operation.query(request.query)
        unknown = operation.unknown(query, sent)
        assert not unknown, f"GitHub does not know this: {unknown}"
        refused = operation.refused(query, sent)
        if refused:
            raise Refused(422, f"Invalid request.\n\n{refused}")
        page = {name: query.pop(name, default) for name, default in (("page", 1), ("per_page", PAGE))}
        call = Call(self, values, Asked(query), Asked(sent or {}), request.accept, request.content)
        answer = HANDLERS[operation.method, operation.path](call)
        unread = sorted(call.query.unread | call.sent.unread)
        assert not unread, f"the stand-in does not know what GitHub does with {', '.join(unread)}"
        return response(operation, answer, request, page)

    def log(self, number: int) -> bytes:
        """Return the log of a job."""
        every = (job for repository in self.repositories.values() for run in repository.runs for job in run.jobs)
        return next(run_answers.stored_log(job) for job in every if job.id == number)

    def graphql(self, sent: dict[str, Any]) -> dict[str, Any]:
        """Create the repository that `gh repo create` wants; the owner is known by its number."""
        assert "createRepository" in sent["query"], "GraphQL is known as far as gh creates repositories"
        wanted = sent["variables"]["input"]
        owner = wanted.get("ownerId", self.user)
        made = self.create(f"{owner}/{wanted['name']}", private=wanted["visibility"] != "PUBLIC")
        found = {"id": str(made.id), "name": wanted["name"], "owner": {"login": owner}, "url": made.address}
        return {"createRepository": {"repository": found}}


def response(operation: Operation, found: Any, request: Request, page: dict[str, int]) -> Response:
    """Return what a handler has found as GitHub sends it."""
    if isinstance(found, Listed):
        value, headers = page_of(found, request, **page)
        return json_response(operation.status, operation.answer(operation.status, value), headers)
    if not isinstance(found, Answer):
        return json_response(operation.status, operation.answer(operation.status, found))
    if found.content is not None:
        return Response(200, found.content, {"Content-Type": "application/vnd.github.raw; charset=utf-8"})
    status = found.status or operation.status
    headers = {"Location": found.location} if found.location else {}
    return json_response(status, operation.answer(status, found.value), headers)


def page_of(listed: Listed, request: Request, page: int, per_page: int) -> tuple[Any, dict[str, str]]:
    """Return a page of a list, and the header that names the next one."""
    parts = listed.parts[(page - 1) * per_page : page * per_page]
    value = {"total_count": len(listed.parts), listed.key: parts} if listed.key else parts
    if page * per_page >= len(listed.parts):
        return value, {}
    query = urlencode({**request.query, "page": page + 1}, doseq=True)
    return value, {"Link": f'<https://api.github.com{request.path}?{query}>; rel="next"'}


@contextmanager
def loopback_github() -> Iterator[GitHub]:
    """Serve a GitHub without repositories for as long as the context lasts.

    `AssertionError` at its end if something was asked that GitHub does not know.
    """
    with tempfile.TemporaryDirectory() as folder:  # a short path: a socket's has 107 characters at most
        github = GitHub(Path(folder))
        socket = github.settings / "socket"
        (github.settings / "config.yml").write_text(f"http_unix_socket: {socket}\n", encoding="utf-8")
        with serving(socket, github.respond):
            yield github
        assert not github.unknown, "\n".join(github.unknown)
