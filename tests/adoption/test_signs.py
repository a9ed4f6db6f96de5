"""Whatever publishes is seen with file, job and line; what only may publish is said to be likely, and never passed over."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from pyrelease.found.publishing import FoundWorkflows, PublishingWorkflow, read_workflows
from pyrelease.found.signs import Sign
from tests.adoption.package import write_files

HEAD = "on:\n  push:\n    tags: ['v*']\njobs:\n  ship:\n    runs-on: ubuntu-latest\n"


def workflow(*steps: str, settings: str = "") -> str:
    """Return a workflow whose one job has these steps; the first one begins in line 8, without settings of the job."""
    return f"{HEAD}{settings}    steps:\n" + "".join(f"      - {step}\n" for step in steps)


def look(folder: Path, files: Mapping[str, str]) -> FoundWorkflows:
    """Write files, and return the record of the workflows among them; a name without a folder is a workflow's."""
    write_files(
        folder, {f".github/workflows/{name}" if name == "w.yml" else name: text for name, text in files.items()}
    )
    return read_workflows(folder)


def only(folder: Path, files: Mapping[str, str]) -> PublishingWorkflow:
    """Return the one workflow that publishes, or may."""
    [found] = look(folder, files).publishing
    return found


TASKS: dict[str, tuple[str, dict[str, str], str, int]] = {
    "tox": ("tox -e release", {"tox.ini": "[testenv]\ncommands = pytest\n[testenv:release]\ncommands =\n  twine upload x\n"}, "tox.ini", 5),
    "tox of two": ("tox -e py,release", {"tox.ini": "[testenv:{release,ship}]\ncommands = twine upload x\n"}, "tox.ini", 2),
    "tox.toml": ("tox run -e release", {"tox.toml": '[env.release]\ncommands = [["twine", "upload", "dist"]]\n'}, "tox.toml", 2),
    "tox in pyproject": (
        "uvx tox -erelease",
        {"pyproject.toml": '[tool.tox.env.release]\ncommands = [["uv", "publish"]]\n'},
        "pyproject.toml",
        2,
    ),
    "nox": (
        "nox -s release",
        {"noxfile.py": "import nox\n\n@nox.session\ndef release(session):\n    session.run('twine', 'upload', 'dist/x')\n"},
        "noxfile.py",
        5,
    ),
    "nox by another name": (
        "python -m nox --session=ship",
        {"noxfile.py": "@nox.session(name='ship')\ndef release(session):\n    session.run('uv', 'publish')\n"},
        "noxfile.py",
        3,
    ),
    "make": ("make release", {"Makefile": "release: dist\n\ttwine upload dist/*\n"}, "Makefile", 2),
    "make by another target": ("make all", {"Makefile": "all: test ship\n\nship:\n\tflit publish\n"}, "Makefile", 4),
    "just": ("just publish 1.0", {"justfile": 'publish version="1": build\n    uv publish\n'}, "justfile", 2),
    "invoke": ("invoke release", {"tasks.py": "@task\ndef release(c):\n    c.run('twine upload dist/*')\n"}, "tasks.py", 3),
    "doit": ("doit release", {"dodo.py": "def task_release():\n    return {'actions': ['twine upload dist/*']}\n"}, "dodo.py", 2),
    "poe": ("poe release", {"pyproject.toml": '[tool.poe.tasks]\nrelease = "twine upload dist/*"\n'}, "pyproject.toml", 2),
    "pixi": ("pixi run ship", {"pyproject.toml": '[tool.pixi.tasks]\nship = "uv publish"\n'}, "pyproject.toml", 2),
    "hatch": (
        "hatch run up:release",
        {"pyproject.toml": '[tool.hatch.envs.up.scripts]\nrelease = ["twine upload dist/*"]\n'},
        "pyproject.toml",
        2,
    ),
    "a script": ("scripts/publish", {"scripts/publish": "#!/bin/sh\nset -e\ntwine upload dist/*\n"}, "scripts/publish", 3),
    "a script by its shell": ("bash ./ci/go.sh now", {"ci/go.sh": "uv \\\n publish\n"}, "ci/go.sh", 1),
    "a script of Python": (
        "python tools/release.py",
        {"tools/release.py": "subprocess.run(['twine', 'upload', 'dist/x'])\n"},
        "tools/release.py",
        1,
    ),
    "a script behind make": (
        "make release",
        {"Makefile": "release:\n\t./ship.sh\n", "ship.sh": "pdm publish\n"},
        "ship.sh",
        1,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", TASKS)
def test_an_upload_behind_another_tool_is_certain_and_named_with_both_places(tmp_path: Path, name: str) -> None:
    command, files, path, line = TASKS[name]
    found = only(tmp_path, {"w.yml": workflow("run: |\n          true\n          " + command), **files})
    [sign] = found.signs
    assert (sign.path, sign.job, sign.line) == (".github/workflows/w.yml", "ship", 10)
    assert (sign.index, sign.is_certain) == ("PyPI", True)
    assert f"({path}:{line})" in sign.what
    assert found.publishes_to_pypi


def test_the_variables_of_a_job_and_a_workflow_say_where_an_upload_goes(tmp_path: Path) -> None:
    settings = "    env:\n      TWINE_REPOSITORY: testpypi\n"
    found = only(
        tmp_path, {"w.yml": workflow("run: make ship", settings=settings), "Makefile": "ship:\n\ttwine upload x\n"}
    )
    assert (found.publishes_to_pypi, found.publishes_to_testpypi) == (False, True)


@pytest.mark.parametrize(
    ("command", "files"),
    [
        ("make test", {"Makefile": "test:\n\tpytest\nrelease:\n\ttwine upload dist/*\n"}),
        ("tox -e py", {"tox.ini": "[testenv:release]\ncommands = twine upload x\n"}),
        ("make release", {"Makefile": "release:\n\tgit tag\n"}),
        ("scripts/release.sh", {"scripts/release.sh": "# twine upload dist/*\necho now run twine upload\ngit push\n"}),
        ("nox -s release", {"noxfile.py": "def release(session):\n    session.run('git', 'tag')\n"}),
        ("tox -e py311", {}),
        ("make docs", {}),
        ("pytest tests/release/test_x.py", {}),
    ],
)
def test_a_task_that_uploads_nothing_is_no_publisher(tmp_path: Path, command: str, files: dict[str, str]) -> None:
    assert look(tmp_path, {"w.yml": workflow(f"run: {command}"), **files}).publishing == ()


ACTION = "runs:\n  using: composite\n  steps:\n    - run: twine upload dist/*\n      shell: bash\n"


def test_an_action_of_the_repository_is_read(tmp_path: Path) -> None:
    files = {"w.yml": workflow("uses: ./.github/actions/ship"), ".github/actions/ship/action.yml": ACTION}
    [sign] = only(tmp_path, files).signs
    assert (sign.line, sign.index, sign.is_certain) == (8, "PyPI", True)
    assert sign.what == "uses ./.github/actions/ship, which runs twine upload"


def test_a_workflow_that_another_calls_is_a_part_of_that_one(tmp_path: Path) -> None:
    caller = "on: push\njobs:\n  go:\n    uses: ./.github/workflows/inner.yml\n"
    inner = workflow("uses: pypa/gh-action-pypi-publish@v1").replace(
        "on:\n  push:\n    tags: ['v*']", "on: workflow_call"
    )
    found = only(tmp_path, {"w.yml": caller, ".github/workflows/inner.yml": inner})
    [sign] = found.signs
    assert (found.filename, sign.job, sign.line, sign.index) == ("w.yml", "go", 4, "PyPI")
    assert "calls .github/workflows/inner.yml" in sign.what


LIKELY: dict[str, tuple[str, int, str]] = {
    "a variable": (workflow("run: ./go\n        env:\n          TWINE_PASSWORD: ${{ secrets.TOKEN }}"), 10, "TWINE_PASSWORD"),
    "a variable of the job": (
        workflow("run: ./go", settings="    env:\n      FLIT_PASSWORD: ${{ secrets.TOKEN }}\n"), 8, "FLIT_PASSWORD",
    ),
    "a secret's name": (workflow("run: ./go ${{ secrets.MY_PYPI_TOKEN }}"), 8, "MY_PYPI_TOKEN"),
    "a secret that is an input": (workflow("uses: a/b@v1\n        with: {token: '${{ secrets.PYPI }}'}"), 9, "PYPI"),
    "a task's name": (workflow("run: tox -e release"), 8, "tox -e release"),
    "a target's name": (workflow("run: make publish"), 8, "make publish"),
    "a script's name": (workflow("run: scripts/publish"), 8, "scripts/publish"),
    "an action's name": (workflow("uses: octo/publish-pypi@v2"), 8, "octo/publish-pypi"),
    "a job's name": (HEAD.replace("ship:", "publish-to-pypi:") + "    steps: [{run: ./go}]\n", 5, "publish-to-pypi"),
    "an environment's name": (workflow("run: ./go", settings="    environment: pypi\n"), 7, "environment pypi"),
    "semantic-release": (
        workflow("uses: python-semantic-release/python-semantic-release@v7\n        with:\n          repository_password: x"),
        8,
        "python-semantic-release",
    ),
    "semantic-release by its command": (workflow("run: semantic-release publish"), 8, "semantic-release publish"),
    "a token": (workflow("run: ./go", settings="    permissions:\n      id-token: write\n"), 8, "id-token: write"),
    "a token of the workflow": ("permissions: {id-token: write}\n" + workflow("run: ./go"), 1, "id-token: write"),
    "a workflow elsewhere": (
        "on: push\njobs:\n  go:\n    uses: octo/ci/.github/workflows/publish-pypi.yml@v1\n", 4, "publish-pypi.yml",
    ),
    "a workflow elsewhere that gets secrets": (
        "on: push\njobs:\n  go:\n    uses: octo/ci/.github/workflows/release.yml@v1\n    secrets: inherit\n", 4, "release.yml",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LIKELY)
def test_what_may_publish_is_likely_with_file_job_and_line(tmp_path: Path, name: str) -> None:
    text, line, what = LIKELY[name]
    found = only(tmp_path, {"w.yml": text})
    assert not any(sign.is_certain for sign in found.signs)
    assert not found.publishes_to_pypi
    places = [(sign.path, sign.line) for sign in found.likely if what in sign.what]
    assert places == [(".github/workflows/w.yml", line)]


@pytest.mark.parametrize(
    "text",
    [
        workflow("uses: actions/deploy-pages@v4", settings="    permissions: {id-token: write}\n"),
        workflow("uses: aws-actions/configure-aws-credentials@v4", settings="    permissions: {id-token: write}\n"),
        workflow("run: npm publish --provenance", settings="    permissions: {id-token: write}\n"),
        workflow("run: pytest\n        env: {TWINE_USERNAME: ci, TWINE_PASSWORD: ci}"),
        workflow("uses: release-drafter/release-drafter@v6"),
        "permissions: write-all\n" + workflow("run: pytest"),
        workflow("uses: softprops/action-gh-release@v2"),
        workflow("run: pip install --index-url https://test.pypi.org/simple/ demo"),
        HEAD.replace("ship:", "check-pypi-metadata:") + "    steps: [{run: pytest}]\n",
        HEAD.replace("ship:", "release-notes:") + "    steps: [{run: gh release create x}]\n",
        "on: push\njobs:\n  go:\n    uses: octo/ci/.github/workflows/test.yml@v1\n    secrets: inherit\n",
    ],
)
def test_what_is_known_for_another_use_is_no_publisher(tmp_path: Path, text: str) -> None:
    assert look(tmp_path, {"w.yml": text}).publishing == ()


def test_a_job_that_publishes_for_certain_is_not_likely_beside(tmp_path: Path) -> None:
    text = workflow(
        "uses: pypa/gh-action-pypi-publish@v1\n        with: {password: '${{ secrets.PYPI_TOKEN }}'}",
        settings="    environment: pypi\n    permissions: {id-token: write}\n",
    )
    assert [str(sign) for sign in only(tmp_path, {"w.yml": text}).signs] == [
        ".github/workflows/w.yml:10, job ship: uses pypa/gh-action-pypi-publish"
    ]


def test_a_sign_says_its_place_to_people() -> None:
    assert str(Sign("a.yml", "ship", 7, "runs tox -e release")) == "a.yml:7, job ship: runs tox -e release"


@pytest.mark.parametrize(
    "tool", ["flit publish", "poetry publish", "twine upload dist/*", "hatch publish", "uv publish"]
)
@pytest.mark.parametrize("place", ["step", "job", "workflow", "command"])
def test_each_token_of_an_upload_by_command_is_named_with_its_line(tmp_path: Path, tool: str, place: str) -> None:
    variable = {"flit": "FLIT_PASSWORD", "poetry": "POETRY_PYPI_TOKEN_PYPI", "twine": "TWINE_PASSWORD"}.get(
        tool.split()[0], "HATCH_INDEX_AUTH" if tool.startswith("hatch") else "UV_PUBLISH_TOKEN"
    )
    entry = f"{variable}: ${{{{ secrets.MINE }}}}"
    text, line = {
        "step": (workflow(f"run: {tool}\n        env:\n          {entry}"), 10),
        "job": (workflow(f"run: {tool}", settings=f"    env:\n      {entry}\n"), 8),
        "workflow": (f"env:\n  {entry}\n" + workflow(f"run: {tool}"), 2),
        "command": (workflow(f"run: {tool} --token ${{{{ secrets.MINE }}}}"), 8),
    }[place]
    assert look(tmp_path, {"w.yml": text}).tokens == (f".github/workflows/w.yml:{line}: secret MINE",)


@pytest.mark.parametrize("name", ["../out", "a/../../out.sh", "/etc/passwd"])
def test_no_script_outside_of_the_repository_is_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "out").write_text("twine upload dist/*\n", encoding="utf-8")
    (tmp_path / "out.sh").write_text("twine upload dist/*\n", encoding="utf-8")
    assert look(tmp_path / "repository", {"w.yml": workflow(f"run: {name}")}).publishing == ()
