"""Whatever the files, the indexes and GitHub say, the doctor ends soon, with an exit code of its own and printable lines."""

from __future__ import annotations

import json
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyrelease import gh, index
from tests.conftest import git
from tests.doctor.patients import Patient, Ward

FILES = (
    ".copier-answers.yml",
    ".github/workflows/publish-to-test-pypi.yml",
    ".github/workflows/other.yml",
    "pyproject.toml",
    "setup.cfg",
    "setup.py",
    "hatch.toml",
    ".gitmodules",
    "README.md",
    "src/demo_package/__init__.py",
)
"""The files that the doctor reads."""

SECONDS = 10
"""Seconds within which it ends, on a busy machine."""

BOUNDED = settings(max_examples=25, deadline=None, suppress_health_check=[*HealthCheck])


def looked_over(patient: Patient, capsys: pytest.CaptureFixture[str], *arguments: str, **given_: Any) -> int:
    """Return the exit code, after a look at how long it took and what was printed."""
    started = time.monotonic()
    code, shown = patient.run(*arguments, **given_)
    assert time.monotonic() - started < SECONDS
    errors = capsys.readouterr().err
    assert code in (0, 1, 2)
    assert (code == 2) is bool(errors)
    assert len(errors.splitlines()) == (code == 2)
    for letter in (shown + errors).replace("\n", ""):
        assert not unicodedata.category(letter).startswith("C"), repr(letter)
    return code


@pytest.fixture(scope="module")
def shared(ward: Ward) -> Patient:
    """One project for all inputs of a test, each of which is put back."""
    return ward.patient()


@contextmanager
def with_file(patient: Patient, name: str, content: bytes) -> Iterator[None]:
    """Give a file another content for a while."""
    path = patient.folder / name
    before = path.read_bytes() if path.exists() else None
    path.write_bytes(content)
    try:
        yield
    finally:
        if before is None:
            path.unlink()
        else:
            path.write_bytes(before)


PIECES = st.sampled_from(
    [
        *(
            b"\x1b[31m",
            b"\x00",
            b"\xff",
            b"\n",
            b"\r\n",
            b"  ",
            b"\xe2\x80\xae",
            b"- ",
            b": ",
            b"[",
            b"{",
            b"&a ",
            b"*a",
        ),
        *(b"jobs:\n", b"on: push\n", b"  build:\n", b"    runs-on: ubuntu-20.04\n", b"    steps:\n", b"name: "),
        *(
            b"[project]\n",
            b"version = ",
            b'"1.0"\n',
            b"[tool.pyrelease]\n",
            b"ignore = 3\n",
            b"<<<<<<< a\n",
            b">>>>>>> b\n",
        ),
        *(b"uses: pypa/gh-action-pypi-publish@v1\n", b"git tag x; git push origin x\n", b"setup(version='1')\n"),
    ]
)


@pytest.mark.parametrize("name", FILES)
def test_any_bytes_in_any_file_are_looked_over(shared: Patient, capsys: pytest.CaptureFixture[str], name: str) -> None:
    path = shared.folder / name
    before = path.read_bytes() if path.exists() else b""

    @BOUNDED
    @given(pieces=st.lists(PIECES | st.binary(max_size=8), max_size=30), at=st.integers(0, max(len(before), 1)))
    def look(pieces: list[bytes], at: int) -> None:
        content = before[:at] + b"".join(pieces) + before[at + len(pieces) :]
        with with_file(shared, name, content):
            looked_over(shared, capsys)

    look()


@BOUNDED
@given(data=st.data())
def test_any_answers_are_looked_over_or_refused(
    shared: Patient, capsys: pytest.CaptureFixture[str], data: st.DataObject
) -> None:
    stored = yaml.safe_load((shared.folder / ".copier-answers.yml").read_bytes())
    name = data.draw(st.sampled_from(sorted(stored)))
    value = data.draw(
        st.text(max_size=12)
        | st.none()
        | st.booleans()
        | st.integers()
        | st.lists(st.text(max_size=3), max_size=2)
        | st.sampled_from(
            ["", "https://[", "9999-12-31", "../x.yml", "\x1b[2J.yml", "v" * 5000, "\x00", "existing", "keep"]
        )
    )
    with with_file(shared, ".copier-answers.yml", yaml.safe_dump(stored | {name: value}).encode()):
        looked_over(shared, capsys)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda part: (
        st.lists(part, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    *(
                        "info",
                        "project_urls",
                        "full_name",
                        "private",
                        "permissions",
                        "admin",
                        "protection_rules",
                        "type",
                    ),
                    *("reviewers", "reviewer", "deployment_branch_policy", "custom_branch_policies", "branch_policies"),
                    *("name", "target", "enforcement", "id", "conditions", "ref_name", "include", "rules", "secrets"),
                ]
            ),
            part,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@BOUNDED
@given(answers=st.lists(ANY_JSON, min_size=1, max_size=4))
def test_any_json_of_indexes_and_of_github_is_looked_over(
    shared: Patient, capsys: pytest.CaptureFixture[str], answers: list[Any]
) -> None:
    asked = 0

    def answer(*_: object) -> str:
        nonlocal asked
        asked += 1
        return json.dumps(answers[asked % len(answers)])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gh, "send", answer)
        patch.setattr(index, "asked", lambda *_: index.read(answer().encode()))
        looked_over(shared, capsys, "--online")
    assert asked >= 3


# ─── What takes long, or prints what nobody shall see ───


LAUGHS = "\n".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 13))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".github/workflows/publish-to-test-pypi.yml", f"a0: &a0 x\n{LAUGHS}\n"),
        (".copier-answers.yml", f"a0: &a0 x\n{LAUGHS}\n"),
        (".copier-answers.yml", "[" * 5000),
        (
            ".github/workflows/other.yml",
            "on: push\njobs:\n  a:\n    steps:\n      - run: |\n" + "          git tag x\n" * 8000,
        ),
        (".github/workflows/other.yml", "on: push\njobs:\n  a:\n    steps: " + "- " * 5000),
        ("pyproject.toml", "a = " + "[" * 5000),
        ("pyproject.toml", '[project]\nname = "demo-package"\nversion = "' + "9" * 6000 + '"\n'),
        ("pyproject.toml", '[project]\nname = "demo-package"\nlicense-files = ["' + "**/" * 30 + 'x"]\n'),
        ("pyproject.toml", '[project]\nname = "demo-package"\nlicense-files = ["' + "**/a*/" * 160 + 'x"]\n'),
        ("pyproject.toml", '[project]\nname = "demo-package"\nlicense-files = ["' + "a" * 900_000 + '"]\n'),
        ("pyproject.toml", '[project]\nname = "demo-package"\nreadme = "' + "x" * 6000 + '"\n'),
        ("src/demo_package/__init__.py", "version(metadata" + "(" * 5000),
        ("setup.py", "x = " + "-" * 100_000 + "1"),
    ],
)
def test_what_could_take_for_ever_ends(ward: Ward, capsys: pytest.CaptureFixture[str], name: str, text: str) -> None:
    patient = ward.patient()
    (patient.folder / name).write_text(text, encoding="utf-8")
    looked_over(patient, capsys)


def test_a_tag_of_thousands_of_digits_is_no_version(ward: Ward, capsys: pytest.CaptureFixture[str]) -> None:
    patient = ward.patient("static")
    git(patient.folder, "tag", f"v{'9' * 200}")
    assert looked_over(patient, capsys) in (0, 1)


@pytest.mark.parametrize("link", [".github/workflows", ".github"])
def test_a_folder_of_workflows_that_leads_elsewhere_is_not_listed(patient: Patient, tmp_path: Path, link: str) -> None:
    for folder in ("deep", "workflows/deep"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "secret.yml").write_text("on: push\n", encoding="utf-8")
    (patient.folder / link).rename(patient.folder / "moved")
    (patient.folder / link).symlink_to(tmp_path, target_is_directory=True)
    code, shown = patient.run()
    assert code == 1
    assert "secret" not in shown


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('name: "pypi"', r'name: "re\e[31mlease"'),
        ("  publish-to-pypi:", '  "publish\\e[2J":'),
        ("pypa/gh-action-pypi-publish@", "'pypa/gh-action-pypi-publish\u202e@"),
    ],
)
def test_a_terminals_commands_are_shown_as_text(patient: Patient, before: str, after: str) -> None:
    patient.change(before, after, ".github/workflows/publish-to-test-pypi.yml")
    for form in ("text", "json", "github"):
        _, shown = patient.run(f"--format={form}")
        assert shown.replace("\n", "").isprintable()


def test_a_line_has_an_end(patient: Patient) -> None:
    patient.change('readme = "README.md"', f'readme = "{"x" * 100_000}"', "pyproject.toml")
    _, shown = patient.run("--select=PR603")
    assert "PR603" in shown
    assert len(shown) < 10_000
