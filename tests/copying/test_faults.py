"""Whatever happens to a copy, it is whole after a second try, what was there stays, and the last line says what is wrong."""

from __future__ import annotations

import os
import re
import select
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from tests.conftest import NAME, OWNER, Make, commit_all, content_of, copy, last_line, run
from tools.terminal import PRINT_STEPS, read_terminal, terminal

STAGE_LIMIT = 120
"""Seconds that a test waits for a copy to reach a stage."""

DAY = {"created_on": "2031-02-03"}
"""The clock's answer, where a test would see another day than the one before it."""

GIVEN = ("-d", f"github_owner={OWNER}", "-d", f"project_name={NAME}", "-d", f"created_on={DAY['created_on']}")

COPY: list[str | Path] = [sys.executable, "-m", "copier", "copy", "--trust", *GIVEN]


def interrupt(command: list[str | Path], reached: Callable[[str], bool]) -> None:
    """Run a command on a terminal of its own, and kill it once what it has shown, or done, is a stage that it has reached."""
    ours, theirs = terminal()
    shown = ""
    with subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True) as process:
        os.close(theirs)
        end = time.monotonic() + STAGE_LIMIT
        while not reached(shown):
            assert process.poll() is None, "it ended before"
            assert time.monotonic() < end, "it has not come so far in time"
            if select.select([ours], [], [], 0.05)[0]:
                shown += read_terminal(ours).decode(errors="replace")
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=STAGE_LIMIT)
    os.close(ours)


SLOW = "{% for _ in range(99999) %}{% for _ in range(99999) %}{% endfor %}{% endfor %}"

STAGES = {
    "questions": {},
    "rendering": {"template/zz-slow.md.jinja": SLOW},
    "tasks": {"src/pyrelease/steps.py": "import time\nopen('reached', 'w').close()\ntime.sleep(60)\n"},
}
"""What makes a copy wait in a stage: files of the template, and what they say then."""


@pytest.mark.parametrize("existed", [False, True], ids=["new folder", "folder with a file"])
@pytest.mark.parametrize("stage", STAGES)
def test_a_copy_that_was_killed_is_whole_after_a_second_try(
    make: Make, history: Path, template: Path, tmp_path: Path, stage: str, existed: bool
) -> None:
    for name, text in STAGES[stage].items():
        (history / name).write_text(text, encoding="utf-8")
    commit_all(history, "Slow", tag="v1.0.1")
    folder = tmp_path / "demo"
    if existed:
        folder.mkdir()
        (folder / "mine.txt").write_bytes(b"mine\r\n")

    def reached(shown: str) -> bool:
        if stage == "questions":
            return "What does it do, in one line?" in shown
        if stage == "tasks":
            return (folder / "reached").exists()
        return len(content_of(folder)) >= 2 if folder.exists() else False

    options = [] if stage == "questions" else ["--defaults"]
    interrupt([*COPY, *options, history, folder], reached)
    (folder / "reached").unlink(missing_ok=True)
    (folder / "zz-slow.md").unlink(missing_ok=True)
    done = copy(history, folder, *GIVEN, "--vcs-ref", "v1.0.0")
    assert done.returncode == 0, done.stderr
    assert "1. Fill in both forms, tab GitHub" in done.stdout
    assert (folder / ".git").is_dir()
    found = {name: text.replace(bytes(history), bytes(template)) for name, text in content_of(folder).items()}
    assert found.pop("mine.txt", b"mine\r\n") == b"mine\r\n"
    assert found == content_of(make(**DAY))


def test_twenty_copies_at_once_share_nothing(template: Path, tmp_path: Path) -> None:
    script = """\
import multiprocessing, sys
from copier import run_copy

def make(number):
    options = dict(vcs_ref="v1.0.0", defaults=True, unsafe=True, quiet=True, skip_tasks=True)
    run_copy(sys.argv[1], f"{sys.argv[2]}/demo-{number}", {"github_owner": f"octo-{number}"}, **options)

if __name__ == "__main__":
    make(20)  # what it loads and compiles, each of the others would
    with multiprocessing.get_context("fork").Pool(20) as pool:
        pool.map(make, range(20), chunksize=1)
"""
    before = content_of(template)
    subprocess.run([sys.executable, "-c", script, template, tmp_path], check=True, timeout=STAGE_LIMIT)
    projects = [content_of(tmp_path / f"demo-{number}") for number in range(20)]
    assert len({len(project) for project in projects}) == 1
    for number, project in enumerate(projects):
        answers = yaml.safe_load(project[".copier-answers.yml"])
        assert (answers["project_name"], answers["github_owner"]) == (f"demo-{number}", f"octo-{number}")
        assert f"octo-{number}/demo-{number}".encode() in project["RELEASING.md"]
    assert content_of(template) == before


@pytest.mark.parametrize(
    "environment",
    [
        {"LANG": "C", "LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "ascii", "NO_COLOR": "1", "TERM": "dumb", "COLUMNS": "40"},
        {"HOME": "/nowhere", "XDG_CONFIG_HOME": "/nowhere"},
    ],
    ids=["LANG=C", "a poor terminal", "no home"],
)
def test_a_copy_is_the_same_in_any_environment(
    make: Make, template: Path, tmp_path: Path, environment: dict[str, str]
) -> None:
    (tmp_path / "answers.yml").write_text("author_name: Renée 李\n", encoding="utf-8")
    options: list[str | Path] = ["--defaults", "--data-file", tmp_path / "answers.yml", "--vcs-ref", "v1.0.0"]
    run(tmp_path, *COPY, *options, template, tmp_path / "demo", env={**os.environ, **environment})
    found, fresh = content_of(tmp_path / "demo"), content_of(make(author_name="Renée 李", **DAY))
    assert set(found) == set(fresh)
    assert all(found[name] == fresh[name] for name in found if name != ".copier-answers.yml")


def test_a_path_with_spaces_quotes_and_other_letters_is_no_trouble(template: Path, tmp_path: Path) -> None:
    folder = tmp_path / 'it\'s a "path" $HOME' / "désert 李"
    done = copy(template, folder, *GIVEN, env={"PWD": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    [way] = [line for line in done.stdout.splitlines() if line.startswith("cd ")]
    assert run(tmp_path, "bash", "-c", f"{way} && ls RELEASING.md") == "RELEASING.md\n"


def test_a_copy_whose_output_is_closed_early_is_whole(template: Path, tmp_path: Path) -> None:
    command: list[str | Path] = [
        "bash",
        "-c",
        '"$@" | head -n 2',
        "copy",
        *COPY,
        "--defaults",
        template,
        tmp_path / "demo",
    ]
    subprocess.run(command, check=True, capture_output=True)
    assert (tmp_path / "demo" / "LICENSE").exists()
    assert (tmp_path / "demo" / ".git").is_dir()


def test_the_task_that_prints_the_steps_does_not_fail_when_nobody_reads(project: Path) -> None:
    command = ["bash", "-c", '"$@" | true; exit ${PIPESTATUS[0]}', "steps", *PRINT_STEPS]
    done = subprocess.run(command, cwd=project, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, "Traceback" in done.stderr) == (0, False)


def test_a_folder_that_cannot_be_written_is_said_in_the_last_line(template: Path) -> None:
    done = copy(template, Path("/sys/demo"), *GIVEN)
    last = last_line(done)
    assert re.search(r"(Permission denied|Operation not permitted|Read-only file system): '/sys/demo", last)


def test_a_full_disk_is_said_in_the_last_line_and_leaves_nothing_behind(template: Path, tmp_path: Path) -> None:
    plain = shutil.copytree(template, tmp_path / "template", ignore=shutil.ignore_patterns(".git"))
    limited = 'ulimit -f 20; exec "$@"'
    command: list[str | Path] = [*COPY, "--defaults", "-d", "license=GPL-3.0-or-later", plain, tmp_path / "demo"]
    done = subprocess.run(["bash", "-c", limited, "copy", *command], capture_output=True, encoding="utf-8", check=False)
    assert "File too large" in last_line(done)
    assert not (tmp_path / "demo").exists()
