"""Releases of a repository, and the files that they have.

https://docs.github.com/en/rest/releases
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.github.accounts import account
from tests.github.calls import Answers, Call, Listed, Refused, invalid, missing

if TYPE_CHECKING:
    from tests.github.repositories import Repository

RELEASES = "/repos/{owner}/{repo}/releases"
RELEASE = f"{RELEASES}/{{release_id}}"

IS_IMMUTABLE = "Cannot upload assets to an immutable release."

CHANGED = ("tag_name", "name", "body", "draft", "prerelease")


@dataclass
class Release:
    """A release; `assets` are the contents of its files by name, and `author` is a login."""

    id: int
    tag_name: str
    author: str
    name: str | None = None
    body: str | None = None
    draft: bool = False
    prerelease: bool = False
    generate_release_notes: bool = False
    immutable: bool = False
    assets: dict[str, bytes] = field(default_factory=dict)

    def record(self, repository: Repository) -> dict[str, Any]:
        """Return what GitHub says of it."""
        path = f"/repos/{repository.name}/releases/{self.id}"
        return {
            "id": self.id,
            "url": f"https://api.github.com{path}",
            "html_url": f"{repository.address}/releases/tag/{self.tag_name}",
            "upload_url": f"https://uploads.github.com{path}/assets{{?name,label}}",
            "author": account(repository.github, self.author),
            "immutable": self.immutable,
            "assets": [asset(name, content) for name, content in self.assets.items()],
            **{name: getattr(self, name) for name in CHANGED},
        }


def asset(name: str, content: bytes) -> dict[str, Any]:
    """Return what GitHub says of a file."""
    return {"name": name, "size": len(content), "state": "uploaded"}


def publish(repository: Repository, release: Release) -> None:
    """Give a release its tag, on the default branch if there is none yet; it may be immutable from now on."""
    known = repository.remote
    if f"refs/tags/{release.tag_name}" not in known.commits:
        if not known.branches:
            raise Refused(422, "Repository is empty.")
        known.git("tag", release.tag_name, known.default_branch)
    release.immutable = repository.immutable_releases


def release_of(call: Call, role: str) -> tuple[Repository, Release]:
    """Return the release in the path, and its repository; refused if there is none."""
    repository = call.repository(role)
    for known in repository.releases:
        if known.id == call.number("release_id"):
            return repository, known
    raise missing()


def releases(call: Call) -> Any:
    """Answer all releases, the newest first; drafts are for those who may write."""
    known = call.repository()
    return Listed([one.record(known) for one in reversed(known.releases) if not one.draft or known.may("write")])


def of_tag(call: Call) -> Any:
    """Answer the release of a tag."""
    known = call.repository()
    for one in known.releases:
        if one.tag_name == call.values["tag"] and not one.draft:
            return one.record(known)
    raise missing()


def release(call: Call) -> Any:
    """Answer one release."""
    repository, known = release_of(call, "read")
    return known.record(repository)


def create(call: Call) -> Any:
    """Create a release, and publish it unless it is a draft."""
    repository = call.repository("write")
    given = {name: call.sent[name] for name in (*CHANGED, "generate_release_notes") if name in call.sent}
    made = Release(call.github.next_id(), author=call.github.user, **given)
    if not made.draft:
        if made.tag_name in [one.tag_name for one in repository.releases if not one.draft]:
            raise invalid("Release", "tag_name", "already_exists")
        publish(repository, made)
    repository.releases.append(made)
    return made.record(repository)


def change(call: Call) -> Any:
    """Change a release, and publish it if it is a draft no longer."""
    repository, known = release_of(call, "write")
    was_draft = known.draft
    for name in CHANGED:
        if name in call.sent:
            setattr(known, name, call.sent[name])
    if was_draft and not known.draft:
        publish(repository, known)
    return known.record(repository)


def delete(call: Call) -> Any:
    """Delete a release; `gh` does it with a draft whose files it could not upload."""
    repository, known = release_of(call, "write")
    repository.releases.remove(known)


def upload(call: Call) -> Any:
    """Give a release a file."""
    _, known = release_of(call, "write")
    if known.immutable:
        raise Refused(422, IS_IMMUTABLE)
    name = call.query["name"]
    if name in known.assets:
        raise invalid("ReleaseAsset", "name", "already_exists")
    known.assets[name] = call.content
    return {**asset(name, call.content), "label": call.query.get("label") or None}


ANSWERS: Answers = {
    ("GET", RELEASES): releases,
    ("POST", RELEASES): create,
    ("GET", f"{RELEASES}/tags/{{tag}}"): of_tag,
    ("GET", RELEASE): release,
    ("PATCH", RELEASE): change,
    ("DELETE", RELEASE): delete,
    ("POST", f"{RELEASE}/assets"): upload,
}
