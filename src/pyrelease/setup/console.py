"""What a person sees and answers: lines of text, a line that lives while something runs, and questions."""

from __future__ import annotations

import shutil
import sys
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec

WIDTH = 80
"""Columns at most; what is to be copied is never broken."""

YES, NO = ("y", "yes"), ("n", "no")


class StoppedError(Exception):
    """Something is left to do; the message says what, and how to go on."""


class Console:
    """The terminal, or whatever takes its place; `answers_yes` answers every question."""

    def __init__(self, *, answers_yes: bool = False) -> None:
        self.answers_yes = answers_yes

    @property
    def has_terminal(self) -> bool:
        """Whether a terminal is there, where somebody may sit."""
        return sys.stdin.isatty() and sys.stdout.isatty()

    @property
    def is_a_person(self) -> bool:
        """Whether somebody sits there, and answers."""
        return not self.answers_yes and self.has_terminal

    @property
    def can_ask(self) -> bool:
        """Whether questions are answered."""
        return self.answers_yes or self.is_a_person

    def say(self, text: str = "", indent: str = "", hanging: str | None = None) -> None:
        """Print a sentence, wrapped at the terminal's width."""
        columns = min(WIDTH, max(20, shutil.get_terminal_size().columns))
        following = indent if hanging is None else hanging
        lines = textwrap.wrap(
            text,
            columns,
            initial_indent=indent,
            subsequent_indent=following,
            break_long_words=False,
            break_on_hyphens=False,
        )
        self.show("\n".join(lines))

    def show(self, text: str) -> None:
        """Print a text as it is: what is to be copied stands at the start of its line."""
        print(text, flush=True)

    def ask(self, question: str, *, default: bool) -> bool:
        """Ask for yes or no; Enter gives the default, and so does an end of the input."""
        choices = "[Y/n]" if default else "[y/N]"
        if self.answers_yes:
            self.show(f"{question} {choices} yes")
            return True
        while True:
            try:
                answer = input(f"{question} {choices} ").strip().lower()
            except EOFError:
                self.show("")
                return False
            if answer in YES or answer in NO or not answer:
                return answer in YES or (not answer and default)

    @contextmanager
    def live(self) -> Iterator[Callable[[str], None]]:
        """Give a function that shows what is going on, in a line that changes; it shows nothing where no terminal is.

        The line is drawn by `rich`, which the extra `live` brings.
        """
        if not sys.stdout.isatty() or not find_spec("rich"):
            yield lambda _: None
            return
        from rich.console import Console as Screen

        with Screen().status("") as status:
            yield status.update
