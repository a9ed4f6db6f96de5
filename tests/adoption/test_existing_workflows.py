"""What publishes already is found in the workflows, with the names that PyPI knows and the tokens to remove."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from pyrelease.found import Found
from pyrelease.found.packages import OUR_ANSWERS
from pyrelease.found.publishing import (
    FoundWorkflows,
    guide,
    read_workflows,
)
from tests.guide.sample import sample

UPLOAD = {"uses": "pypa/gh-action-pypi-publish@release/v1"}
TEST_ADDRESS = "https://test.pypi.org/legacy/"
NONE = (False, False)
PYPI = (True, False)
TESTPYPI = (False, True)


def job(*steps: Mapping[str, Any], **settings: Any) -> dict[str, Any]:
    """Return a workflow of one job with these steps."""
    return {"on": "push", "jobs": {"release": {"runs-on": "ubuntu-latest", **settings, "steps": list(steps)}}}


def written_and_read(folder: Path, **contents: Mapping[str, Any] | str | bytes) -> FoundWorkflows:
    """Write workflows by the first part of their names, and return the record of the folder."""
    (folder / ".github" / "workflows").mkdir(parents=True)
    for name, content in contents.items():
        text = yaml.safe_dump(content, sort_keys=False) if isinstance(content, Mapping) else content
        path = folder / ".github" / "workflows" / f"{name}.yml"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_workflows(folder)


def published(folder: Path, workflow: Mapping[str, Any] | str) -> tuple[bool, bool]:
    """Say whether a workflow publishes to PyPI, and whether to TestPyPI."""
    found = written_and_read(folder, release=workflow).publishing
    return (found[0].publishes_to_pypi, found[0].publishes_to_testpypi) if found else NONE


@pytest.mark.parametrize(
    ("step", "indexes"),
    [
        (UPLOAD, PYPI),
        ({"uses": f"PyPA/gh-action-pypi-publish@{'0' * 40}"}, PYPI),
        ({**UPLOAD, "with": {"packages-dir": "dist/"}}, PYPI),
        ({**UPLOAD, "with": {"repository-url": ""}}, PYPI),
        ({**UPLOAD, "with": {"repository-url": "https://upload.pypi.org/legacy/"}}, PYPI),
        ({**UPLOAD, "with": {"repository-url": TEST_ADDRESS}}, TESTPYPI),
        ({**UPLOAD, "with": {"repository_url": TEST_ADDRESS}}, TESTPYPI),
        ({**UPLOAD, "with": {"repository-url": "${{ x && 'https://test.pypi.org/legacy/' || '' }}"}}, TESTPYPI),
        ({**UPLOAD, "with": {"repository-url": "https://pypi.example.org/simple/"}}, NONE),
        ({**UPLOAD, "with": {"repository-url": "https://mirror.org/pypi.org/"}}, NONE),
        ({**UPLOAD, "with": {"repository-url": "https://test.pypi.org.example/"}}, NONE),
        ({**UPLOAD, "with": {"repository-url": "${{ inputs.index }}"}}, NONE),
        ({"uses": "actions/upload-artifact@v5"}, NONE),
        ({"uses": "pypa/gh-action-pypi-publish-other@v1"}, NONE),
        ({"uses": ["pypa/gh-action-pypi-publish@v1"]}, NONE),
    ],
)
def test_the_publish_action_is_found_by_its_address(
    tmp_path: Path, step: Mapping[str, Any], indexes: tuple[bool, bool]
) -> None:
    assert published(tmp_path, job(step)) == indexes


@pytest.mark.parametrize(
    ("command", "environment", "indexes"),
    [
        ("twine upload dist/*", {}, PYPI),
        ("python3 -m twine upload --skip-existing dist/*", {}, PYPI),
        ("uvx twine --no-color upload dist/*", {}, PYPI),
        ("make\nuv publish", {}, PYPI),
        ("hatch publish", {}, PYPI),
        ("hatch publish -r main", {}, PYPI),
        ("flit publish", {}, PYPI),
        ("poetry publish --build", {}, PYPI),
        ("pdm publish --no-build", {}, PYPI),
        ("uv build && uv publish", {}, PYPI),
        ("twine upload -u __token__ -p ${{ secrets.A || secrets.B }} dist/*", {}, PYPI),
        ("twine upload --repository-url https://upload.pypi.org/legacy/ dist/*", {}, PYPI),
        ("pip install -r requirements.txt && twine upload dist/*", {}, PYPI),
        ("twine upload -r testpypi dist/*", {}, TESTPYPI),
        ("twine upload \\\n  --repository testpypi \\\n  dist/*", {}, TESTPYPI),
        ("TWINE_REPOSITORY=testpypi twine upload dist/*", {}, TESTPYPI),
        (f"uv publish --publish-url {TEST_ADDRESS}", {}, TESTPYPI),
        ("uv publish --index testpypi", {}, TESTPYPI),
        ("hatch publish -r test", {}, TESTPYPI),
        ("hatch publish", {"HATCH_INDEX_REPO": "test"}, TESTPYPI),
        ("twine upload dist/*", {"TWINE_REPOSITORY_URL": TEST_ADDRESS}, TESTPYPI),
        ("twine upload dist/*", {"TWINE_PASSWORD": "${{ secrets.TEST_PYPI_API_TOKEN }}"}, TESTPYPI),
        ("twine upload -r testpypi dist/* && twine upload dist/*", {}, (True, True)),
        ("uv publish --index testpypi\nuv publish", {}, (True, True)),
        ("twine upload --repository-url https://pypi.example.org/ dist/*", {}, NONE),
        ("uv publish", {"UV_PUBLISH_URL": "https://pypi.example.org/"}, NONE),
        ("poetry publish -r internal", {}, NONE),
        ("# twine upload dist/*", {}, NONE),
        ("twine check dist/*", {}, NONE),
        ("uv pip install publish", {}, NONE),
        ("hatch publish-docs", {}, NONE),
        ("npm publish", {}, NONE),
    ],
)
def test_the_commands_that_publish_are_found(
    tmp_path: Path, command: str, environment: dict[str, str], indexes: tuple[bool, bool]
) -> None:
    assert published(tmp_path, job({"run": command, "env": environment})) == indexes


def test_only_workflows_are_read_by_name(tmp_path: Path) -> None:
    written_and_read(tmp_path, b=job(UPLOAD), a=job({"run": "true"}), c=job(UPLOAD))
    folder = tmp_path / ".github" / "workflows"
    for name in ("a.yaml", "d.txt", "e.yml.bak", "f.YML", "line\nbreak.yml"):
        (folder / name).write_text(yaml.safe_dump(job(UPLOAD)), encoding="utf-8")
    (folder / "sub.yml").mkdir()
    assert [workflow.filename for workflow in read_workflows(tmp_path).publishing] == ["a.yaml", "b.yml", "c.yml"]


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ("release", "release"),
        ({"name": "release", "url": "https://pypi.org/p/demo"}, "release"),
        ({"name": "${{ inputs.environment }}"}, ""),
        ("pypi-${{ github.ref_name }}", ""),
        ({}, ""),
        (["release"], ""),
        ({"name": {"no": "text"}}, ""),
    ],
)
def test_the_environment_is_the_one_that_the_job_names(tmp_path: Path, environment: Any, name: str) -> None:
    [found] = written_and_read(tmp_path, release=job(UPLOAD, environment=environment)).publishing
    assert (found.filename, found.pypi_environment, found.testpypi_environment) == ("release.yml", name, "")
    assert (found.publishes_to_pypi, found.publishes_to_testpypi, found.follows_guide) == (True, False, False)


def test_each_index_has_the_environment_of_its_own_job(tmp_path: Path) -> None:
    workflow = sample()
    workflow["jobs"]["publish-to-pypi"]["environment"] = "production"
    workflow["jobs"]["again"] = job(UPLOAD, environment="again")["jobs"]["release"]
    [found] = written_and_read(tmp_path, release=workflow).publishing
    assert (found.pypi_environment, found.testpypi_environment) == ("production", "testpypi")


def is_guided(folder: Path, workflow: Mapping[str, Any] | str) -> bool:
    """Say whether a workflow is recognised as the guide's."""
    found = written_and_read(folder, release=workflow).publishing
    return any(workflow.follows_guide for workflow in found)


def test_the_guide_is_recognised(tmp_path: Path) -> None:
    record = written_and_read(tmp_path, release=sample())
    [found] = record.publishing
    assert (found.filename, found.pypi_environment, found.testpypi_environment) == ("release.yml", "pypi", "testpypi")
    assert (found.publishes_to_pypi, found.publishes_to_testpypi, found.follows_guide) == (True, True, True)
    assert (found.likely, found.dropped, record.tokens) == ((), (), ())


def test_what_is_added_to_the_guide_does_not_matter(tmp_path: Path) -> None:
    workflow = sample()
    jobs = workflow["jobs"]
    workflow["permissions"] = {}
    jobs["build"]["steps"].insert(2, {"uses": "actions/cache@v5"})
    jobs["build"]["steps"].insert(0, {"run": "true"})
    jobs["publish-to-pypi"]["permissions"]["contents"] = "read"
    jobs["publish-to-pypi"]["environment"] = "production"
    jobs["publish-to-testpypi"]["needs"] = "build"
    jobs["publish-to-testpypi"]["steps"][0]["uses"] = f"Actions/Download-Artifact@{'0' * 40}"
    jobs["announce"] = {"needs": ["publish-to-pypi"], "runs-on": "ubuntu-latest", "steps": [{"run": "true"}]}
    assert is_guided(tmp_path, workflow)


def test_the_commands_of_the_guide_may_be_others(tmp_path: Path) -> None:
    workflow = sample()
    build = workflow["jobs"]["build"]
    build["steps"] = [step for step in build["steps"] if "uses" in step]
    assert is_guided(tmp_path, workflow)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("build",), None),
        (("publish-to-pypi",), None),
        (("publish-to-testpypi",), None),
        (("publish-to-pypi", "environment"), None),
        (("publish-to-pypi", "needs"), None),
        (("publish-to-pypi", "needs"), ["build", "test"]),
        (("publish-to-testpypi", "needs"), "publish-to-pypi"),
        (("build", "needs"), "test"),
        (("build", "steps", 0), None),
        (("publish-to-pypi", "steps"), [UPLOAD, {"uses": "actions/download-artifact@v6"}]),
        (("publish-to-testpypi", "steps"), [{"run": "twine upload -r testpypi dist/*"}]),
    ],
)
def test_what_leaves_the_guide_is_not_recognised(tmp_path: Path, path: tuple[Any, ...], value: object) -> None:
    workflow = sample()
    part = workflow["jobs"]
    for key in path[:-1]:
        part = part[key]
    if value is None:
        del part[path[-1]]
    else:
        part[path[-1]] = value
    assert not is_guided(tmp_path, workflow)


def test_the_guide_is_read_only_for_a_workflow_that_publishes(tmp_path: Path) -> None:
    guide.cache_clear()
    written_and_read(tmp_path, check=job({"run": "pytest"}), docs=job({"run": "npm publish"}))
    assert guide.cache_info().misses == 0


@pytest.mark.parametrize(
    ("contents", "chosen"),
    [
        ({}, ""),
        ({"a": job({"run": "true"})}, ""),
        ({"a": job({"run": "twine upload -r testpypi dist/*"})}, ""),
        ({"a": job({"run": "twine upload -r testpypi dist/*"}), "b": job(UPLOAD), "c": job(UPLOAD)}, "b.yml"),
        ({"a": job(UPLOAD), "b": sample(), "c": sample()}, "b.yml"),
    ],
)
def test_the_guide_is_chosen_before_others_that_publish(
    tmp_path: Path, contents: dict[str, dict[str, Any]], chosen: str
) -> None:
    assert written_and_read(tmp_path, **contents).chosen.filename == chosen


@pytest.mark.parametrize(
    ("filename", "choice", "said"),
    [
        ("b.yml", "keep", ""),
        ("mine.yml", "keep", "is not what publishes here"),
        ("b.yml", "move", "is the one that is moved"),
        ("b.yml", "replace", "another publishes each tag"),
        ("mine.yml", "none", "another publishes each tag"),
    ],
)
def test_a_second_publisher_of_the_same_tag_is_refused(tmp_path: Path, filename: str, choice: str, said: str) -> None:
    found = written_and_read(tmp_path, a=job(UPLOAD), b=sample(), c=job({"run": "twine upload -r testpypi dist/*"}))
    assert found.second_publisher_problem(filename, choice) == said


def test_other_publishers_are_those_of_another_name(tmp_path: Path) -> None:
    found = written_and_read(
        tmp_path, a=job(UPLOAD), Release=job(UPLOAD), test=job({"run": "twine upload -r testpypi dist/*"})
    )
    assert found.other_publishers("Release.yml") == ("a.yml",)
    assert found.other_publishers("release.yml") == ("Release.yml", "a.yml")


TOKENS = """\
on: push
jobs:
  release:
    steps:
    - uses: pypa/gh-action-pypi-publish@release/v1
      with:
        user: __token__
        password: ${{ secrets.PYPI_API_TOKEN }}
    - uses: pypa/gh-action-pypi-publish@release/v1
      with: {password: "${{ secrets.OTHER }}", repository-url: https://test.pypi.org/legacy/}
    - uses: pypa/gh-action-pypi-publish@release/v1
      with:
        # password: ${{ secrets.PYPI_API_TOKEN }}
        packages-dir: dist/
    - run: twine upload dist/*
      env:
        TWINE_PASSWORD: ${{ secrets.test_pypi_api_token }}
    - uses: docker/login-action@v4
      with:
        password: ${{ secrets.MY_PYPI_API_TOKEN }}
"""


def test_each_token_is_named_with_its_line(tmp_path: Path) -> None:
    other = "jobs:\r\n  call:\r\n    secrets: {token: '${{ secrets.PYPI_API_TOKEN }}'}\r\n"
    assert written_and_read(tmp_path, release=TOKENS, call=other, broken="[\n  PYPI_API_TOKEN").tokens == (
        ".github/workflows/broken.yml:2: secret PYPI_API_TOKEN",
        ".github/workflows/call.yml:3: secret PYPI_API_TOKEN",
        ".github/workflows/release.yml:8: secret PYPI_API_TOKEN",
        ".github/workflows/release.yml:10: password of pypa/gh-action-pypi-publish",
        ".github/workflows/release.yml:17: secret TEST_PYPI_API_TOKEN",
    )


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\xff publish",
        b"publish: [",
        b"publish: \x00",
        b"publish",
        b"- publish",
        b"--- publish\n--- twine\n",
        b"[" * 5_000 + b"publish",
        b"publish: " + b"{a: " * 5_000,
        b"publish: &a [*a]\njobs: *a",
        b"? &a [*a]\n: publish\n? [jobs]\n: {}\n",
        b"jobs: [publish]",
        b"jobs: {publish: 3, 3: [], a: {steps: 3}, b: {steps: {uses: 3}}, c: {steps: [3, [], null]}}",
        b"jobs: {a: {steps: [{uses: [], run: {publish: 3}, env: 3, with: []}]}}",
        b"jobs: {a: {environment: [3], needs: {a: b}, steps: [{uses: pypa/gh-action-pypi-publish, with: 3}]}}",
        b"jobs: {a: !!python/object/apply:os.abort {publish: !!int x}}",
    ],
)
def test_odd_files_are_no_trouble(tmp_path: Path, text: bytes) -> None:
    found = written_and_read(tmp_path, odd=text, release=job(UPLOAD))
    assert "release.yml" in [workflow.filename for workflow in found.publishing]
    assert found.tokens == ()


def test_a_file_in_place_of_a_folder_is_no_trouble(tmp_path: Path) -> None:
    assert read_workflows(tmp_path / "none") == FoundWorkflows()
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "workflows").touch()
    assert read_workflows(tmp_path) == FoundWorkflows()


@pytest.mark.parametrize(("kept", "others"), [("none", ["b.yml"]), ("keep", ["a.yml", "b.yml"])])
def test_the_workflow_that_the_template_has_written_is_nothing_to_take_over(
    tmp_path: Path, kept: str, others: list[str]
) -> None:
    written_and_read(tmp_path, a=job(UPLOAD), b=job(UPLOAD))
    answers = dict.fromkeys(OUR_ANSWERS, "a.yml") | {"existing_workflow": kept}
    (tmp_path / ".copier-answers.yml").write_text(yaml.safe_dump(answers), encoding="utf-8")
    assert [workflow.filename for workflow in Found(tmp_path).workflows.publishing] == others


def test_what_was_found_before_a_copy_wrote_stays(tmp_path: Path) -> None:
    written_and_read(tmp_path, release=sample())
    (tmp_path / "setup.py").write_text("setup(name='demo')", encoding="utf-8")
    found = Found(tmp_path)
    found.look()
    (tmp_path / ".github" / "workflows" / "release.yml").unlink()
    (tmp_path / "setup.py").unlink()
    assert (found.workflows.chosen.filename, found.package.name) == ("release.yml", "demo")
