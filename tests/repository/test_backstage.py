"""The page for Backstage: its template is one of Backstage's, with our schema, and its workflow makes what the form gives."""

from __future__ import annotations

import copy
import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

from tests.conftest import ROOT, ZIZMOR, answers_of, run
from tests.repository.pages import page

FORM, WORKFLOW = re.findall(r"```yaml\n(.*?)```", page("backstage"), re.DOTALL)

SCHEMA = json.loads((ROOT / "reference" / "answers.schema.json").read_text(encoding="utf-8"))

ADDRESS = "https://github.com/org/pyrelease-template/blob/main/"


def is_a_template(entity: dict[str, Any]) -> bool:
    """Say whether Backstage's own schema takes a template."""
    schemas = json.loads((ROOT / "tests" / "repository" / "backstage.json").read_text(encoding="utf-8"))["schemas"]
    resources = [(schema["$id"], DRAFT7.create_resource(schema)) for schema in schemas]
    [template] = [schema for schema in schemas if schema["$id"] == "TemplateV1beta3"]
    return Draft7Validator(template, registry=Registry().with_resources(resources)).is_valid(entity)


@pytest.fixture
def form() -> dict[str, Any]:
    """The template of the page, with the file in it that Backstage puts there."""
    entity: dict[str, Any] = yaml.safe_load(FORM)
    address = entity["spec"]["parameters"].pop("$json")
    assert address.startswith(ADDRESS)
    entity["spec"]["parameters"] = json.loads((ROOT / address.removeprefix(ADDRESS)).read_text(encoding="utf-8"))
    return entity


def test_backstage_takes_the_template_and_the_form_has_our_fields(form: dict[str, Any]) -> None:
    assert is_a_template(form)
    assert form["spec"]["parameters"] == SCHEMA


@pytest.mark.parametrize("part", ["steps", "type"])
def test_backstage_refuses_a_template_that_lacks_a_part(form: dict[str, Any], part: str) -> None:
    broken = copy.deepcopy(form)
    del broken["spec"][part]
    assert not is_a_template(broken)
    assert not is_a_template({**form, "metadata": {}})


@pytest.fixture
def workflow(tmp_path: Path) -> Path:
    """The workflow of the page, as a file."""
    file = tmp_path / "new-package.yml"
    file.write_text(WORKFLOW, encoding="utf-8")
    return file


def test_the_workflow_is_sound_and_the_one_that_the_form_starts(form: dict[str, Any], workflow: Path) -> None:
    run(workflow.parent, "actionlint", "-shellcheck=", workflow)
    run(workflow.parent, *ZIZMOR, workflow)
    given = form["spec"]["steps"][0]["input"]
    assert given["workflowId"] == workflow.name
    wanted = yaml.load(WORKFLOW, Loader=yaml.BaseLoader)["on"]["workflow_dispatch"]["inputs"]
    assert given["workflowInputs"].keys() == wanted.keys()


def test_the_workflow_makes_what_the_form_gives_and_sets_it_up(
    template: Path, workflow: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, text in (("gh", "#!/bin/sh\n"), ("pipx", '#!/bin/sh\nshift\necho "$@" >> "$HOME/pipx"\n')):
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).write_text(text, encoding="utf-8")
        (tmp_path / "bin" / name).chmod(0o755)
    monkeypatch.delenv("GIT_CONFIG_GLOBAL", raising=False)
    given = {name: part["default"] for name, part in SCHEMA["properties"].items() if "default" in part}
    given |= {"project_name": "sunny-days", "github_owner": "https://github.com/octo-org", "author_name": "Ada King"}
    [step] = yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"]["make"]["steps"]
    variables = {
        **os.environ,
        "ANSWERS": json.dumps(given),
        "HOME": str(tmp_path),
        "PATH": f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }
    script = step["run"].replace("gh:org/pyrelease-template", str(template))
    done = subprocess.run(["bash", "-e", "-c", script], cwd=tmp_path, env=variables, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()
    assert answers_of(tmp_path / "sunny-days").items() >= {**given, "github_owner": "octo-org"}.items()
    setting_up = (tmp_path / "pipx").read_text(encoding="utf-8").splitlines()[-1]
    assert setting_up.endswith(" pyrelease setup --yes --no-watch sunny-days")
