"""What sets a repository up once: the steps in their order, and what the commands of the last one protect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from copier_template_extensions import ContextHook

OLD_SECRETS = ("PYPI_API_TOKEN", "TEST_PYPI_API_TOKEN")
"""The secrets that earlier versions of the guide had users store."""


@dataclass(frozen=True)
class Rule:
    """A rule of an environment: which refs may deploy to it.

    `kind` is `branch` or `tag`; `pattern` is Ruby's fnmatch, whose `*` stops at a slash
    (https://docs.github.com/en/rest/deployments/branch-policies).
    """

    kind: str
    pattern: str


@dataclass(frozen=True)
class SetUp:
    """The set-up of one project; its fields are its pipeline and the answers of the same names."""

    pipeline: Any
    default_branch: str
    push_trigger: str
    version_source: str
    existing_workflow: str

    @property
    def steps(self) -> dict[str, int]:
        """The number of each step, by the publisher's job for what is done on an index's pages."""
        jobs = [publisher.index.job for publisher in self.pipeline.publishers]
        return {name: number for number, name in enumerate([*jobs, "paste", "approve"], start=1)}

    @property
    def push_makes(self) -> str:
        """What becomes of a push that is no release tag, in words."""
        return "a development version" if self.version_source == "setuptools-scm" else "built and tested"

    @property
    def on_the_indexes(self) -> str:
        """The steps that are done on the indexes' pages, in words."""
        return " or ".join(["step 1", "2"][: len(self.pipeline.publishers)])

    @property
    def question(self) -> str:
        """What is asked before the first tag is made."""
        return "Are the forms of steps 1 and 2 filled in?" if self.pipeline.rehearsal else "Is step 1's form filled in?"

    @property
    def reviewers(self) -> tuple[str, ...]:
        """The logins of those who approve releases; none stands for whoever sets the environment up."""
        return tuple(login.strip() for login in self.pipeline.reviewers.split(",") if login.strip())

    @property
    def reviewers_in_words(self) -> str:
        """Those who approve releases, as a sentence names them."""
        return " and ".join(f"`{login}`" for login in self.reviewers) or "yourself"

    @property
    def release_rule(self) -> Rule:
        """Which refs may deploy to the environment of releases."""
        return Rule("tag", self.pipeline.release_tags)

    @property
    def rules(self) -> dict[str, tuple[Rule, ...]]:
        """Which refs may deploy to each environment, by the publisher's job: those that start the job."""
        patterns = {"every-push": ("*", "**/*"), "default-branch": (self.default_branch,), "tags": ()}
        branches = tuple(Rule("branch", pattern) for pattern in patterns[self.push_trigger])
        release, *rehearsal = (publisher.index.job for publisher in self.pipeline.publishers)
        return {release: (self.release_rule,), **dict.fromkeys(rehearsal, (*branches, self.release_rule))}

    @property
    def tags_at_the_end(self) -> bool:
        """Whether the commands end with the first tag: where the project is new, and the tag is its version."""
        is_ours = self.existing_workflow != "keep"
        return bool(self.pipeline.release.is_new) and is_ours and self.version_source != "static"

    @property
    def old_secrets(self) -> tuple[str, ...]:
        """The secrets that nothing needs where the indexes know the workflow."""
        return OLD_SECRETS

    @staticmethod
    def mermaid_label(text: str) -> str:
        """Return a text for a label of a Mermaid diagram: what could end it or mean something is given by number.

        https://mermaid.js.org/syntax/flowchart.html, "Entity codes to escape characters"
        """
        return "".join(letter if letter.isalnum() or letter in " -_./" else f"#{ord(letter)};" for letter in text)


class SetUpContext(ContextHook):
    """Give the templates `set_up`."""

    def hook(self, context: dict[str, Any]) -> None:
        """Add the record as soon as the pipeline and the answers that it follows from are there."""
        names = SetUp.__dataclass_fields__
        if all(name in context for name in names):
            context["set_up"] = SetUp(**{name: context[name] for name in names})
