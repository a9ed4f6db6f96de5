"""The set-up of one project in its order, and the words that differ from route to route."""

from __future__ import annotations

from dataclasses import dataclass

from .answers import Answers
from .publishers import Publisher


@dataclass(frozen=True)
class SetUp:
    """The steps that are done once, the release publisher's first."""

    answers: Answers
    publishers: tuple[Publisher, ...]

    @property
    def steps(self) -> dict[str, int]:
        """The number of each step, by the publisher's job for what is done on an index's pages."""
        jobs = [publisher.index.job for publisher in self.publishers]
        return {name: number for number, name in enumerate([*jobs, "paste", "approve"], start=1)}

    @property
    def push_makes(self) -> str:
        """What becomes of a push that is no release tag, in words."""
        return "a development version" if self.answers.version_source == "setuptools-scm" else "built and tested"

    @property
    def push_goes_to(self) -> str:
        """Where a development version goes, in words."""
        places = {
            "testpypi": "to TestPyPI",
            "pypiserver": "to a pypiserver inside the run",
            "none": "which is published nowhere",
        }
        return places[self.answers.push_index]

    @property
    def on_the_indexes(self) -> str:
        """The steps that are done on the indexes' pages, in words."""
        return " or ".join(["step 1", "2"][: len(self.publishers)])

    @property
    def question(self) -> str:
        """What is asked before the first tag is made."""
        both = "Are the forms of steps 1 and 2 filled in?"
        return both if len(self.publishers) > 1 else "Is step 1's form filled in?"

    @property
    def reviewers_in_words(self) -> str:
        """Those who approve releases, as a sentence names them."""
        return " and ".join(f"`{login}`" for login in self.answers.reviewer_logins) or "yourself"

    @property
    def ends_with_a_tag(self) -> bool:
        """Whether the commands end with the first tag: where the project is new, and the tag is its version."""
        return self.publishers[0].is_new and not self.answers.is_kept and self.answers.version_source != "static"

    @staticmethod
    def mermaid_label(text: str) -> str:
        """Return a text for a label of a Mermaid diagram: what could end it or mean something is given by number.

        https://mermaid.js.org/syntax/flowchart.html, "Entity codes to escape characters"
        """
        return "".join(letter if letter.isalnum() or letter in " -_./" else f"#{ord(letter)};" for letter in text)
