"""`pyrelease new` and `pyrelease update` are Copier's copy and update, and of many projects each gets a line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from pyrelease import copier, updates
from pyrelease.cli import main
from pyrelease.found.packages import OUR_ANSWERS
from tests.conftest import Make, change, commit_all, content_of, copy, git, last_line, read_yaml
from tests.updates.conftest import move

ANSWERS = ".copier-answers.yml"


def installed_from(monkeypatch: pytest.MonkeyPatch, folder: Path, **origin: object) -> None:
    """Have the command be installed from somewhere, as installers write it down."""
    records = folder / "installed" / "pyrelease_template-1.dist-info"
    records.mkdir(parents=True, exist_ok=True)
    (records / "METADATA").write_text("Metadata-Version: 2.4\nName: pyrelease-template\nVersion: 1\n", encoding="utf-8")
    (records / "direct_url.json").write_text(json.dumps(origin), encoding="utf-8")
    monkeypatch.syspath_prepend(records.parent)


@pytest.fixture
def from_history(history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The template's history, which the command was installed from."""
    installed_from(monkeypatch, tmp_path, url=history.as_uri(), dir_info={})
    return history


@pytest.fixture
def fleet(make: Make, template: Path, from_history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with a project `plain` of the first version; the template has released another."""
    folder = tmp_path / "fleet"
    folder.mkdir()
    project = make()
    move(project, template, from_history)
    project.rename(folder / "plain")
    change(
        from_history,
        "template/{{ package_folder or '.' }}/{{ releasing_file }}.jinja",
        "## Cut a release\n",
        "## Cut the release\n",
    )
    commit_all(from_history, "The next version", tag="v1.1.0")
    monkeypatch.chdir(folder)
    return folder


def test_new_makes_the_project_that_copier_makes(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed_from(monkeypatch, tmp_path, url=template.as_uri(), dir_info={})
    projects = [tmp_path / "one" / "demo", tmp_path / "two" / "demo"]
    answers = ["--data=github_owner=octo-org", "--data=project_description=A demo"]
    assert main(["new", str(projects[0]), "--defaults", *answers]) == 0
    assert copy(template, projects[1], *answers).returncode == 0
    one, two = map(content_of, projects)
    assert one == two
    assert len(one) > 10


def test_new_takes_answers_from_a_file_and_a_name_for_their_own(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    installed_from(monkeypatch, tmp_path, url=template.as_uri(), dir_info={})
    given = tmp_path / "answers.yml"
    given.write_text("github_owner: octo-org\nproject_name: sunny-days\n", encoding="utf-8")
    options = ["--defaults", "--data-file", str(given), "--answers-file", ".copier-answers.release.yml"]
    monkeypatch.chdir(tmp_path)
    assert main(["new", *options, "--", "-p"]) == 0, "a name that is no option"
    assert "project_name: sunny-days" in (tmp_path / "-p" / ".copier-answers.release.yml").read_text(encoding="utf-8")


def test_of_many_projects_each_has_a_line_and_the_table_names_those_that_need_somebody(
    fleet: Path, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, line in (("same", ""), ("edited", "## Cut my release\n"), ("dirty", ""), ("stranger", "")):
        shutil.copytree(fleet / "plain", fleet / name)
        if line:
            change(fleet / name, "RELEASING.md", "## Cut a release\n", line)
            commit_all(fleet / name, "Other words")
    (fleet / "dirty" / "notes.txt").write_text("mine", encoding="utf-8")
    change(fleet / "stranger", ANSWERS, str(history), "gh:mallory/pyrelease-template")
    git(fleet, "clone", "--quiet", "--bare", "plain", "far.git")
    far = (fleet / "far.git").as_uri()
    assert main(["update", "same"]) == 0
    commit_all(fleet / "same", "Update")
    capsys.readouterr()
    given = ["plain", "edited", "", "dirty", "stranger", far, "absent", "same"]
    (fleet / "projects.txt").write_text("\n".join(given), encoding="utf-8")
    assert main(["update", "@projects.txt"]) == 1
    assert capsys.readouterr().out.splitlines() == [
        "plain: updated, v1.0.0 -> v1.1.0",
        "edited: conflicts in RELEASING.md",
        (
            "dirty: failed because Destination repository is dirty; cannot continue."
            " Please commit or stash your local changes and retry."
        ),
        (
            f"stranger: failed because its template is gh:mallory/pyrelease-template, and this command is of {history}:"
            " if you trust the first one, run copier update --trust there"
        ),
        f"{far}: updated, v1.0.0 -> v1.1.0",
        "absent: failed because there is no such folder",
        "same: up to date, v1.1.0",
        "",
        "up to date    1",
        "updated       2",
        "conflicts     1  edited",
        "failed        3  dirty, stranger, absent",
    ]
    assert "## Cut the release" in (fleet / "far" / "RELEASING.md").read_text(encoding="utf-8")
    assert (fleet / "stranger" / ANSWERS).read_text(encoding="utf-8").count("v1.0.0") == 1


def test_one_project_is_updated_in_copiers_own_words(
    fleet: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(fleet / "plain")
    assert main(["update", "--data", "bot=none"]) == 0
    shown = capfd.readouterr()
    assert "Updating to template version 1.1.0" in shown.err
    assert "Template: v1.0.0 -> v1.1.0" in shown.out
    assert "bot: none" in Path(ANSWERS).read_text(encoding="utf-8")


def test_an_update_goes_to_the_version_that_the_command_was_installed_from(
    fleet: Path, history: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit_all(history, "A version after it", tag="v1.2.0")
    installed_from(monkeypatch, tmp_path, url=history.as_uri(), vcs_info={"vcs": "git", "requested_revision": "v1.1.0"})
    assert main(["update", "plain"]) == 0
    assert "_commit: v1.1.0\n" in (fleet / "plain" / ANSWERS).read_text(encoding="utf-8")


def test_one_project_with_conflicts_needs_somebody(fleet: Path) -> None:
    change(fleet / "plain", "RELEASING.md", "## Cut a release\n", "## Cut my release\n")
    commit_all(fleet / "plain", "Other words")
    assert main(["update", "plain"]) == 1


def test_an_address_is_never_taken_for_another_folder_of_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for owner in ("one", "two"):
        (tmp_path / owner / "demo").mkdir(parents=True)
        git(tmp_path / owner / "demo", "init", "--quiet")
        commit_all(tmp_path / owner / "demo", owner)
    one, two = ((tmp_path / owner / "demo").as_uri() for owner in ("one", "two"))
    assert updates.folder_of(one) == Path("demo")
    assert updates.folder_of(f"{one}/") == Path("demo"), "the same clone again"
    with pytest.raises(updates.NotUpdatedError, match="demo is there already, and is no clone of it"):
        updates.folder_of(two)
    git(tmp_path / "demo", "remote", "set-url", "origin", "git@github.com:octo-org/demo.git")
    assert updates.folder_of("https://github.com/Octo-Org/demo") == Path("demo")
    for address in ("https://github.com/octo-org/..", "https://github.com/octo-org/.git", "https://github.com/."):
        with pytest.raises(updates.NotUpdatedError, match="names no folder"):
            updates.folder_of(address)


def test_what_cannot_be_cloned_or_entered_has_its_line_and_its_reason(tmp_path: Path) -> None:
    absent, long = (tmp_path / "absent.git").as_uri(), "a" * 300
    found = [*updates.update_many(copier.Template("/t"), [absent, long, "~nobody-of-this-name/p"], ANSWERS, [])]
    assert [outcome.detail for outcome in found] == [
        f"fatal: '{tmp_path}/absent.git' does not appear to be a git repository",
        "File name too long",
        "there is no such folder",
    ]


def test_a_file_of_projects_may_have_comments_and_blanks(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "projects.txt"
    file.write_bytes("\ufeff# ours\r\n\r\n  one \r\n-two\r\n\t# three\r\n".encode())
    assert updates.listed(["zero", f"@{file}", ""]) == ["zero", "one", "-two"]
    file.write_bytes(b"")
    assert updates.listed([f"@{file}"]) == [], "not the current folder"
    assert main(["update", f"{tmp_path}/no/such/folder", "@absent.txt"]) == 2
    assert "No such file or directory: 'absent.txt'" in capsys.readouterr().err


def test_a_template_of_somebody_else_is_never_run(
    fleet: Path, history: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = git(fleet / "plain", "rev-parse", "HEAD")
    change(fleet / "plain", ANSWERS, str(history), "https://github.com/mallory/pyrelease-template")
    commit_all(fleet / "plain", "From elsewhere")
    assert main(["update", "plain"]) == 2
    assert "if you trust the first one, run copier update --trust there" in capsys.readouterr().err
    assert git(fleet / "plain", "diff", "--stat", before).count("|") == 1


@pytest.mark.parametrize(
    ("commit", "is_release"),
    [
        ("v1.0.0", True),
        ("1.2.0rc1", True),
        ("v1.0.0-1-g0c32853", False),
        ("1234567", False),
        ("a" * 40, False),
        ("refs/pull/1/head", False),
        ("main", False),
    ],
)
def test_a_commit_that_anybody_can_have_sent_to_the_templates_repository_is_never_run(
    tmp_path: Path, commit: str, is_release: bool
) -> None:
    answers = dict.fromkeys(OUR_ANSWERS, "x") | {"_commit": commit}
    for place in ("gh:octo-org/t", "/octo/t"):
        (tmp_path / ANSWERS).write_text(json.dumps(answers | {"_src_path": place}), encoding="utf-8")
        template = copier.Template(place)
        if is_release or template.is_a_folder:
            assert updates.check(template, tmp_path, ANSWERS)["_commit"] == commit
            continue
        with pytest.raises(updates.NotUpdatedError, match=f"its version {commit} is no release"):
            updates.check(template, tmp_path, ANSWERS)


def test_an_answer_without_a_name_is_refused_before_anything_is_started(capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["new", "p"], ["update"]):
        with pytest.raises(SystemExit, match="2"):
            main([*command, "--data", "nonsense"])
        assert "nonsense has no '=': write NAME=VALUE" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("gh:octo-org/template", "https://github.com/octo-org/template", True),
        ("git+https://github.com/octo-org/template", "git@github.com:Octo-Org/template.git", True),
        ("https://github.com/octo-org/template", "https://github.com/mallory/template", False),
        ("https://git.example.org/a/template.git", "git+https://git.example.org/a/template", True),
        ("https://git.example.org/a/template", "https://git.example.org/b/template", False),
        ("/somewhere/template", "/somewhere/else/../template/", True),
        ("/somewhere/template", "/somewhere/template2", False),
        ("/somewhere/template", "", False),
        ("/somewhere/template", "git+file:///somewhere/template", True),
        ("git+ssh://git@github.com/octo-org/template", "gh:octo-org/template.git", True),
        # Hosts that look like it.
        ("gh:octo-org/template", "https://github.com.example.org/octo-org/template", False),
        ("gh:octo-org/template", "git+https://github.com@example.org/octo-org/template", False),
        ("gh:octo-org/template", "git+https://g\u0131thub.com/octo-org/template", False),
        # Anybody on the way can answer.
        ("gh:octo-org/template", "git+http://github.com/octo-org/template", False),
        ("gh:octo-org/template", "git://github.com/octo-org/template", False),
        # Copier or git takes these for a path, and a project can have a template there.
        ("gh:octo-org/template", "github.com/octo-org/template", False),
        ("gh:octo-org/template", "github.com:octo-org/template", False),
        ("gh:octo-org/template", "git@github.com/octo-org/template", False),
        ("gh:octo-org/template", "HTTPS://github.com/octo-org/template", False),
        ("git+https://git.example.org/a/template", "https://git.example.org/a/template", False),
        (str(Path("template").absolute()), "template", False),
        ("/somewhere/template", "~nobody-of-this-name/template", False),
    ],
)
def test_a_template_is_known_however_its_place_is_written(one: str, other: str, is_same: bool) -> None:
    assert copier.Template(one).is_at(other) is is_same


@pytest.mark.parametrize(
    ("origin", "template"),
    [
        (
            {"url": "https://github.com/octo-org/t", "vcs_info": {"vcs": "git", "requested_revision": "v1.2.0"}},
            copier.Template("https://github.com/octo-org/t", "v1.2.0"),
        ),
        (
            {"url": "https://github.com/octo-org/t", "vcs_info": {"vcs": "git", "commit_id": "a" * 40}},
            copier.Template("https://github.com/octo-org/t"),
        ),
        (
            {"url": "https://git.example.org/t", "vcs_info": {"vcs": "git"}},
            copier.Template("git+https://git.example.org/t"),
        ),
        (
            {"url": "ssh://git@github.com/octo-org/t", "vcs_info": {"vcs": "git"}},
            copier.Template("git+ssh://git@github.com/octo-org/t"),
        ),
        ({"url": "file:///a%20b/t", "dir_info": {}}, copier.Template("/a b/t")),
        ({"url": "file:///a/t", "vcs_info": {"vcs": "git"}}, copier.Template("git+file:///a/t")),
    ],
)
def test_the_template_is_the_one_that_the_command_was_installed_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, origin: dict[str, object], template: copier.Template
) -> None:
    installed_from(monkeypatch, tmp_path, **origin)
    assert copier.own_template() == template


def test_a_command_that_came_from_no_repository_says_what_to_use(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    installed_from(monkeypatch, tmp_path)
    assert main(["new", str(tmp_path / "p")]) == 2
    assert capsys.readouterr().err == (
        "nothing says which template this command is of: use copier copy and copier update instead\n"
    )


def test_without_copier_beside_it_uv_brings_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    installed_from(monkeypatch, tmp_path, url="https://github.com/octo-org/t", dir_info={})
    monkeypatch.setattr(copier, "MODULES", ("copier", "no_such_module"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["new", str(tmp_path / "p")]) == 2
    assert "uvx is not installed, which starts Copier" in capsys.readouterr().err
    uvx = tmp_path / "uvx"
    uvx.write_text('#!/bin/sh\necho "$@" > "$0.given"\nexit 3\n', encoding="utf-8")
    uvx.chmod(0o755)
    assert main(["new", str(tmp_path / "p"), "--defaults"]) == 3
    words = "--with jinja2-time --with copier-template-extensions copier copy --defaults --trust"
    assert (tmp_path / "uvx.given").read_text(encoding="utf-8").startswith(words)


def test_a_file_of_the_project_is_never_run_in_copiers_place(
    fleet: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("copier.py", "yaml.py"):
        (fleet / "plain" / name).write_text("raise SystemExit('the project was run')\n", encoding="utf-8")
    commit_all(fleet / "plain", "Names that Python looks for")
    monkeypatch.chdir(fleet / "plain")
    assert main(["update"]) == 0
    assert main(["update", ".", "../absent"]) == 1
    assert "the project was run" not in "".join(capfd.readouterr())


def test_a_relative_path_of_the_template_is_refused(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(template.parent)
    done = copy("./pyrelease-template", tmp_path / "p", "-d", "github_owner=octo-org")
    assert last_line(done) == (
        f"ValueError: no update would find the template at ./pyrelease-template: give its whole path, {template}"
    )
    assert not (tmp_path / "p").exists()


@pytest.mark.parametrize("is_there", [False, True])
def test_new_in_a_folder_of_a_repository_makes_one_of_its_packages(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, is_there: bool
) -> None:
    installed_from(monkeypatch, tmp_path, url=template.as_uri(), dir_info={})
    root = tmp_path / "mono"
    root.mkdir()
    git(root, "init", "--quiet")
    git(root, "remote", "add", "origin", "https://github.com/octo-org/mono.git")
    package = root / "packages" / "one"
    if is_there:
        package.mkdir(parents=True)
        (package / "pyproject.toml").write_text('[project]\nname = "one"\nversion = "1"\n', encoding="utf-8")
    monkeypatch.chdir(root)
    assert main(["new", "packages/one", "--defaults", "--data", "author_name=Ada"]) == 0
    kept = read_yaml(root / ".copier-answers.one.yml")
    assert (kept["package_folder"], kept["package"]) == ("packages/one", "existing" if is_there else "new")
    assert (package / "RELEASING.md").is_file()
    assert (root / ".github" / "workflows" / "publish-one.yml").is_file()


def test_the_command_says_which_template_and_which_version_it_is_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    origin = {"vcs_info": {"vcs": "git", "requested_revision": "v1.2.0"}}
    installed_from(monkeypatch, tmp_path, url="https://github.com/octo-org/t", **origin)
    with pytest.raises(SystemExit, match="0"):
        main(["--version"])
    assert capsys.readouterr().out == "pyrelease of https://github.com/octo-org/t, v1.2.0\n"
