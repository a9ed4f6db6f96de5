"""What maintainers run stands in `tools/`, needs no test, and shows what it measures and compares as it is."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.answers.combinations import combinations
from tests.conftest import ROOT, git, read_yaml, run
from tools import bench, compare_projects, reliability
from tools.compare_projects import as_named_in, differences
from tools.repository import write_work_tree

MODULES = sorted(".".join(path.relative_to(ROOT).with_suffix("").parts) for path in (ROOT / "tools").rglob("*.py"))


def is_program(file: Path) -> bool:
    """Say whether a module does something when it is run."""
    tests = [node.test for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))) if isinstance(node, ast.If)]
    names = [node.id for test in tests for node in ast.walk(test) if isinstance(node, ast.Name)]
    return "__name__" in names or file.name == "__main__.py"


def test_no_test_is_a_program() -> None:
    stand_ins = ROOT / "tests" / "runs" / "stand_ins"
    programs = [file for file in (ROOT / "tests").rglob("*.py") if is_program(file)]
    assert [file for file in programs if not file.is_relative_to(stand_ins)] == []
    assert programs, "the stand-ins are"


@pytest.mark.parametrize("module", MODULES)
def test_a_tool_needs_no_pytest_and_changes_no_variable(module: str) -> None:
    script = """\
import importlib, os, sys
sys.modules["pytest"] = None
before = dict(os.environ)
importlib.import_module(sys.argv[1])
assert dict(os.environ) == before
assert "tests.conftest" not in sys.modules
"""
    run(ROOT, sys.executable, "-c", script, module)


def test_the_memory_of_a_program_is_its_own() -> None:
    ballast = bytearray(200 * 2**20)
    assert 5 < bench.peak_memory([sys.executable, "-ISc", "pass"]) < 50
    assert 100 < bench.peak_memory([sys.executable, "-ISc", "bytearray(100 * 2**20)"]) < 150
    assert len(ballast) == 200 * 2**20


def test_the_bench_measures_the_template_with_its_history(tmp_path: Path) -> None:
    template = bench.our_template(tmp_path / "template")
    assert git(template, "tag") == "v1.0.0"
    assert git(template, "rev-parse", "HEAD~1") == git(ROOT, "rev-parse", "HEAD")
    known = git(ROOT, "ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    assert set(git(template, "ls-files").splitlines()) == {path for path in known if (ROOT / path).is_file()}


def test_a_fleet_is_updated_without_a_conflict(template: Path, tmp_path: Path) -> None:
    history = Path(shutil.copytree(template, tmp_path / "template"))
    [one, two] = bench.bench_fleets(history, tmp_path, [1, 2])
    assert (one.projects, two.projects) == (1, 2)
    assert one.conflicts == two.conflicts == 0


def test_random_answers_are_rendered_and_combinations_are_built(tmp_path: Path) -> None:
    assert reliability.load(tmp_path / "load", 4).sets == 4
    plain = next(answers for answers in combinations("new") if not answers["binary"])  # a compiler takes its time
    assert reliability.build(tmp_path / "combinations", [plain]) == 1


def test_the_tests_that_are_counted_are_there() -> None:
    text = (ROOT / reliability.ANY_ANSWERS).read_text(encoding="utf-8")
    names = (reliability.RENDERING, f"{reliability.BUILDING}(", f"{reliability.REFUSING}(")
    assert [name for name in names if f"def {name}" not in text] == []
    assert [file for file in (*reliability.REFUSALS, reliability.FAULTS) if not (ROOT / file).is_file()] == []


def test_a_comparison_gives_an_old_template_the_answers_by_their_old_names() -> None:
    now = read_yaml(ROOT / "copier.yml")
    before = {"scope": now["package"], **{name: value for name, value in now.items() if name != "package"}}
    for package, scope in (("new", "package"), ("existing", "pipeline")):
        answers = {"package": package, "license": "MIT", "kept_files": []}
        assert as_named_in(now, answers) == answers
        assert as_named_in(before, answers) == {"scope": scope, "license": "MIT", "kept_files": []}
    assert as_named_in({"license": {}}, {"package": "new", "license": "MIT"}) == {"license": "MIT"}


def test_a_comparison_shows_files_that_differ_come_and_go() -> None:
    before = {"same": "a\n", "gone": "b\n", "end": "c\n"}
    after = {"same": "a\n", "new": "d\n", "end": "c", "empty": ""}
    found = list(differences(before, after, ("old", "new")))
    assert [text.splitlines()[:2] for text in found] == [
        ["--- /dev/null", "+++ new/empty"],
        ["--- old/end", "+++ new/end"],
        ["--- old/gone", "+++ /dev/null"],
        ["--- /dev/null", "+++ new/new"],
    ]
    assert found[1].endswith("-c\n+c\n\\ No newline at end of file\n")


def test_a_comparison_shows_what_a_change_of_the_template_does(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    some = [{"package": "new", "license": license_} for license_ in ("MIT", "ISC")]
    monkeypatch.setattr(compare_projects, "combinations", lambda package: some if package == "new" else [])
    write_work_tree(tmp_path / "before")
    assert compare_projects.compare("old", tmp_path / "before", tmp_path / "scratch") == 0
    licence = tmp_path / "before" / "includes" / "licenses" / "ISC.txt"
    licence.write_text("Do as you like.\n", encoding="utf-8")
    assert compare_projects.compare("old", tmp_path / "before", tmp_path / "scratch") == 1
    nothing, *shown, last = capsys.readouterr().out.splitlines()
    assert nothing == "0 files differ, in 0 of 2 projects."
    assert "--- old/1/LICENSE" in shown
    assert "-Do as you like." in shown
    assert last == "1 files differ, in 1 of 2 projects."


def test_a_comparison_with_no_revision_is_a_clear_error() -> None:
    command = [sys.executable, "-m", "tools.compare_projects", "no-such-revision"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("Nothing is compared with no-such-revision. git says: fatal: ")
