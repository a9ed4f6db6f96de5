"""The door: the one way from Copier into the package `pyrelease` of the template version that is being rendered.

An update renders the old version and the new one in one process, so each has its package under a name of its own.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from difflib import get_close_matches
from hashlib import sha256
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import FunctionType
from typing import TYPE_CHECKING, Any

from copier_template_extensions import ContextHook

if TYPE_CHECKING:
    from types import ModuleType

    from jinja2 import Environment

PACKAGE = Path(__file__).parent.parent / "src" / "pyrelease"

QUESTIONS = Path(__file__).parent.parent / "copier.yml"

ROOMS = ("rules", "defaults", "found", "plan", "pins")
"""The modules that the questions and the templates need, with all that these import."""


def package_name() -> str:
    """Return the name of this version's package in `sys.modules`, under which it is loaded.

    The name is made of the package's content, so that clones of one version execute it once. A clone may be gone before
    the next one is read, so all modules are loaded here, and these read their data files when they are loaded.
    """
    content = sha256()
    for path in sorted(PACKAGE.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            content.update(f"{path.relative_to(PACKAGE)}\0".encode() + path.read_bytes())
    name = f"pyrelease_{content.hexdigest()[:16]}"
    if name not in sys.modules:
        spec = spec_from_file_location(name, PACKAGE / "__init__.py", submodule_search_locations=[str(PACKAGE)])
        assert spec
        assert spec.loader
        sys.modules[name] = module_from_spec(spec)
        with without_bytecode():
            spec.loader.exec_module(sys.modules[name])
            for room in ROOMS:
                import_module(f"{name}.{room}")
    return name


@contextmanager
def without_bytecode() -> Iterator[None]:
    """Have Python write no bytecode into the template, which is a clone for one run, or somebody's folder."""
    before, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = before


def functions(module: ModuleType) -> dict[str, FunctionType]:
    """Return the functions that a module defines, by name."""
    found = {name: value for name, value in vars(module).items() if isinstance(value, FunctionType)}
    return {name: function for name, function in found.items() if function.__module__ == module.__name__}


class Door(ContextHook):
    """Give the questions and the templates each rule and default as a filter, `pin`, and the records `found` and `plan`."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        name = package_name()
        self.rooms = {room: import_module(f"{name}.{room}") for room in ROOMS}
        environment.filters.update(functions(self.rooms["rules"]) | functions(self.rooms["defaults"]))
        environment.extend(pyrelease=name)  # what is compiled with these filters is compiled for this version alone
        self.questions = re.findall(r"^[a-z]\w*(?=:)", QUESTIONS.read_text(encoding="utf-8"), re.MULTILINE)
        self.found: Any = None
        self.place_problem = ""
        self.plan: Any = None
        self.answers: list[Any] = []

    def hook(self, context: dict[str, Any]) -> None:
        """Add `found`, and `plan` as soon as every answer that it follows from is there.

        `ValueError` where no project can be made in the folder: Copier shows the reason, and has written nothing.
        """
        context["pin"] = self.rooms["pins"].pin  # no global: `--data` would stand before it
        if not self.found and not self.look(context):
            context["found"] = self.rooms["found"].Found(Path(context["_copier_conf"]["dst_path"]).absolute())
            return
        context["found"] = self.found
        # Who says that a new package is meant gets one, whatever is there.
        is_said = "package" in context["_copier_conf"]["data"]
        found = self.found
        problem = self.place_problem or found.problem or found.answers_problem
        if problem := problem or ("" if is_said else found.no_package_problem):
            raise ValueError(problem)
        if plan := self.plan_of(context):
            context["plan"] = plan

    def refuse_unknown(self, given: dict[str, Any]) -> None:
        """Refuse an answer to no question, which Copier would ignore."""
        for name in (name for name in given if name not in self.questions and not name.startswith("_")):
            near = get_close_matches(name, self.questions, 1)
            raise ValueError(f"{name} is no answer of this template{f'; did you mean {near[0]}?' if near else ''}")

    def look(self, context: dict[str, Any]) -> bool:
        """Look at the folder and the template's place once, before the copy changes it; Copier makes hundreds of contexts in a run.

        False while the name of the answers file is not known: asking Copier for it makes a context of its own.
        """
        settings = context["_copier_conf"]
        answers_file = str(settings["answers_file"])
        if answers_file:
            place = str(context["_copier_answers"].get("_src_path") or "")
            self.place_problem = self.rooms["plan"].Source(place).problem
            self.found = self.rooms["found"].Found(Path(settings["dst_path"]).absolute(), answers_file)
            # The package's folder decides what the defaults are made of, so it is known before the first question.
            self.found.look(settings["data"], self.found.answers, settings.get("user_defaults", {}))
            # An update makes two more copies, and gives them all that the project has kept, other versions' answers too.
            if not self.found.folder.name.startswith("copier._main."):
                self.refuse_unknown(settings["data"])
        return bool(answers_file)

    def plan_of(self, context: dict[str, Any]) -> Any:
        """Return what follows from the answers; `None` while one is missing, or is of a type that Copier will refuse."""
        own = context["_copier_answers"]
        answers = [own.get("_commit"), *map(context.get, self.rooms["plan"].ANSWERS)]
        if answers != self.answers:
            self.answers, self.plan = answers, None
            with suppress(self.rooms["plan"].AnswersError):
                stored = {**context, "_src_path": own.get("_src_path"), "_commit": own.get("_commit")}
                self.plan = self.rooms["plan"].Plan.of(stored, self.found.answers_file)
        return self.plan
